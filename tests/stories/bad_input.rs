//! Everything that the command line refuses: one line that says what, where and what to do, the
//! exit code that scripts count on, and a home in which nothing has changed. (Rule 9.)

use std::path::Path;

use expect_test::{Expect, expect};
use tempfile::TempDir;

use crate::device::{Demo, Device, copy_home, refusal, run, sheaf};

/// Each line of a table is refused with the exit code 1 and the line that is expected; and in the
/// end the home is what it was.
#[track_caller]
fn refuses(device: &Device, cases: &[(&[&str], Expect)]) {
    let before = device.json(&["status"]);
    for (arguments, expected) in cases {
        expected.assert_eq(&device.refused(arguments));
    }
    assert_eq!(device.json(&["status"]), before);
    device.verify();
}

// A line is a case: what is typed, and the line that comes back.
#[test]
#[rustfmt::skip]
fn words_that_mean_nothing() {
    let demo = Demo::new();
    refuses(&demo.head(), &[
        (&["codes", "incident_categry"], expect!["`incident_categry`: there is no code list of that name (did you mean `incident_category`?); `sheaf codes` names them"]),
        (&["record", "add", "incident", "--json", "{}"], expect!["incident.occurred_at: is missing; give a date and time as 2026-11-22T10:15; incident.category: is missing; give a code"]),
        (&["record", "add", "incident", "--json", r#"{"severty":1}"#], expect!["incident.severty: there is no such field (did you mean `severity`?); `sheaf kind show incident` lists them"]),
        (&["record", "add", "incident", "--json", "[1]"], expect!["incident: give a JSON object of fields, or of rows by key"]),
        (&["record", "add", "incident", "--json", "{"], expect!["the fields are not a JSON object: EOF while parsing an object at line 1 column 1"]),
        (&["record", "add", "incident", "--json", ""], expect!["the fields are not a JSON object: EOF while parsing a value at line 1 column 0"]),
        (&["metric", "run", "repeat-referral"], expect!["there is no metric `repeat-referral` here; did you mean `repeat-referrals`?"]),
        (&["metric", "run", "what-if"], expect!["there is no metric `what-if` here: there are behaviour-trends, intervention-impact, repeat-referrals, hotspots, early-concern, concentration, disproportionality, attendance-patterns, suspension-clocks, call-out-response, reflection-room, policy-what-if, fortnightly-report; a folder may be named too"]),
        (&["metric", "run", "repeat-referrals", "--version", "9.9.9"], expect!["there is no metric `repeat-referrals 9.9.9` here: there is 1.0.0"]),
        (&["metric", "run", "repeat-referrals", "--set", "horizn=3"], expect!["`repeat-referrals` has no option `horizn`; did you mean `horizon`?"]),
        (&["metric", "run", "repeat-referrals", "--set", "horizon=three"], expect!["option `horizon`: `three` is not a whole number from 5 to 60 (school day)"]),
        (&["metric", "run", "repeat-referrals", "--set", "horizon"], expect!["`horizon`: write --set OPTION=VALUE"]),
        (&["metric", "run", "repeat-referrals", "--set", "window=2026-02-30..2026-03-01"], expect!["option `window`: `2026-02-30` is no date; write it as 2026-11-22"]),
        (&["metric", "run", "repeat-referrals", "--set", "window=2026-10-20..2026-10-01"], expect!["option `window`: `2026-10-20..2026-10-01` ends before it begins; write 2026-10-01..2026-10-20"]),
        (&["metric", "run", "intervention-impact", "--set", "kind=Mentoring"], expect!["option `kind`: `Mentoring` is not a value of `type` of `interventions`; did you mean `mentoring`?"]),
        (&["metric", "run", "repeat-referrals", "--set", "only=yeargroup == 9"], expect!["option `only`: line 1, column 1: table `room_referrals` has no column `yeargroup`; did you mean `year_group`?"]),
        (&["metric", "run", "repeat-referrals", "--set", "split=yeargroup"], expect!["option `split`: table `room_referrals` has no column `yeargroup`; did you mean `year_group`?"]),
        (&["metric", "run", "repeat-referrals", "--out", "x.doc"], expect!["x.doc: a report is written as .svg, .png, .csv, .xlsx or .json"]),
        (&["metric", "reference", "wilsn"], expect!["there is no word of the metric language `wilsn` here; did you mean `wilson`?"]),
        (&["metric", "reference", "photosynthesis"], expect!["there is no word of the metric language `photosynthesis` here; `sheaf metric reference` lists them all"]),
        (&["record", "list", "incident", "--where", "severty >= 3"], expect!["--where: line 1, column 1: table `incidents` has no column `severty`; did you mean `severity`?"]),
        (&["record", "list", "incident", "--where", "severity >="], expect!["--where: line 1, column 12: a column or a value is needed, not the end"]),
    ]);
}

// A line is a case: what is typed, and the line that comes back.
#[test]
#[rustfmt::skip]
fn values_that_do_not_fit() {
    let demo = Demo::new();
    let (head, pupil) = (demo.head(), demo.head().pupil());
    let id = pupil.as_str();
    let nobody = "0123456789abcdef0123456789abcdef";
    let incident = |fields: &str| format!(r#"{{"occurred_at":"2026-11-20T10:00",{fields}}}"#);
    let code = incident(r#""category":"disrption""#);
    let severity = incident(r#""category":"disruption","severity":9"#);
    let stranger = incident(&format!(
        r#""category":"disruption","participants":{{"{nobody}":{{"role":"target"}}}}"#
    ));
    let reporter = incident(&format!(r#""category":"disruption","reporter":"{nobody}""#));
    let date = r#"{"occurred_at":"2026-02-30T10:00","category":"disruption"}"#;
    let pupil = |fields: &str| format!(r#"{{"forename":"Noor","surname":"Example",{fields}}}"#);
    let born = pupil(r#""date_of_birth":"2015-02-29""#);
    let upn = pupil(r#""upn":"A999400017010""#);
    let short = pupil(r#""upn":"A99""#);
    let support = pupil(r#""sen_status":"Z""#);
    let role = format!("{id}:targt");
    let own = crate::device::string(&head.json(&["status"])["person"]);
    let other = crate::device::string(&demo.dsl().json(&["status"])["device_id"]);
    refuses(&head, &[
        (&["record", "add", "incident", "--json", date], expect!["incident.occurred_at: `2026-02-30T10:00` will not do here; give a date and time that exist, as 2026-11-22T10:15"]),
        (&["record", "add", "incident", "--json", &code], expect!["incident.category: `disrption` is not in the list `incident_category` (did you mean `disruption`?); `sheaf codes incident_category` shows it"]),
        (&["record", "add", "incident", "--json", &severity], expect!["incident.severity: 9 is out of range; give a number from 1 to 5"]),
        (&["record", "add", "incident", "--json", &stranger], expect!["there is no record `0123456789abcdef0123456789abcdef` here"]),
        (&["record", "add", "incident", "--json", &reporter], expect!["there is no record `0123456789abcdef0123456789abcdef` here"]),
        (&["record", "add", "pupil", "--json", &born], expect!["pupil.date_of_birth: `2015-02-29` will not do here; give a date that exists, as 2026-11-22"]),
        (&["record", "add", "pupil", "--json", &upn], expect!["pupil.upn: the check letter is A but the other characters call for J; one is mistyped"]),
        (&["record", "add", "pupil", "--json", &short], expect!["pupil.upn: a UPN has 13 characters, not 3"]),
        (&["record", "add", "pupil", "--json", &support], expect!["pupil.sen_status: `Z` is not in the list `sen_status` (did you mean `N`?); `sheaf codes sen_status` shows it"]),
        (&["record", "edit", id, "--set", "surnme=Example"], expect!["pupil.surnme: there is no such field (did you mean `surname`?); `sheaf kind show pupil` lists them"]),
        (&["record", "edit", id, "--set", "surname"], expect!["`surname`: write --set FIELD=VALUE"]),
        (&["record", "edit", id, "--set", "surname="], expect!["pupil.surname: is missing; give text"]),
        (&["record", "edit", id, "--set", "upn=A999400017010"], expect!["pupil.upn: the check letter is A but the other characters call for J; one is mistyped"]),
        (&["record", "edit", id, "--set", "date_of_birth=2015-02-29"], expect!["pupil.date_of_birth: `2015-02-29` will not do here; give a date that exists, as 2026-11-22"]),
        (&["record", "edit", id, "--set", "sen_status=Z"], expect!["pupil.sen_status: `Z` is not in the list `sen_status` (did you mean `N`?); `sheaf codes sen_status` shows it"]),
        (&["record", "edit", id, "--set", "sex=F", "--set", "surnme=Example"], expect!["pupil.surnme: there is no such field (did you mean `surname`?); `sheaf kind show pupil` lists them"]),
        (&["record", "edit", nobody, "--set", "surname=Example"], expect!["there is no record `0123456789abcdef0123456789abcdef` here"]),
        (&["record", "resolve", id, "surname", "Example"], expect!["there is no conflict `surname` here in record f929511b975271830f8abf45f5cb06cc"]),
        (&["record", "show", "zz"], expect!["`zz` is not a record id: 32 hexadecimal digits are needed"]),
        (&["record", "show", nobody], expect!["there is no record `0123456789abcdef0123456789abcdef` here"]),
        (&["record", "show", id, "--at", "zzzz"], expect!["there is no version `zzzz` here: `sheaf record history` names those of this record"]),
        (&["record", "history", nobody], expect!["there is no record `0123456789abcdef0123456789abcdef` here"]),
        (&["log", id, "disrption"], expect!["`disrption` is not in the list `incident_category` (did you mean `disruption`?); `sheaf codes incident_category` shows it"]),
        (&["log", id, "disruption", "--where", "coridor"], expect!["`coridor` is not in the list `location` (did you mean `corridor`?); `sheaf codes location` shows it"]),
        (&["log", id, "disruption", "--at", "25:00"], expect!["`25:00` is not a time: write 2026-11-20T10:15, or 10:15 for today"]),
        (&["log", id, "disruption", "--at", "2026-02-30T10:00"], expect!["`2026-02-30T10:00` is not a time: write 2026-11-20T10:15, or 10:15 for today"]),
        (&["log", id, "disruption", "--with", "somebody"], expect![[r#"`somebody`: write --with "NAME:ROLE""#]]),
        (&["log", id, "disruption", "--with", &role], expect!["`targt` is not in the list `incident_role` (did you mean `target`?); `sheaf codes incident_role` shows it"]),
        (&["log", id, "disruption", "--space", "nowhere"], expect!["there is no space `nowhere` here: you are in pastoral, safeguarding"]),
        (&["log", "Nobody Atall", "disruption"], expect!["there is no pupil `Nobody Atall` here: `sheaf search` finds words anywhere"]),
        (&["record", "list", "incident", "--pupil", "Nobody Atall"], expect!["there is no pupil `Nobody Atall` here: `sheaf search` finds words anywhere"]),
        (&["member", "set-role", &own, "mentor", "--reason", "x"], expect!["the school would be left without a head: make somebody else head first"]),
        (&["member", "remove", &other, "--reason", ""], expect!["the reason must have 1 to 200 bytes of text without control characters"]),
        (&["sync", "--loopback"], expect!["no address of any device is known; give one with --with"]),
        (&["sync", "--loopback", "--with", "1.2.3.4"], expect!["`1.2.3.4` has no port: write HOST:PORT, such as 10.4.7.22:47820"]),
        (&["sync", "--loopback", "--with", "office..school:1"], expect!["no address is known of `office..school` (IPv4): check the name, or give the address itself, such as 10.4.7.22:1"]),
        (&["sync", "--loopback", "--with", "nobody"], expect!["there is no device, person or address `nobody` here: `sheaf members` lists the devices"]),
    ]);
}

/// A name that fits several pupils is answered with all of them, told apart.
#[test]
fn a_name_that_fits_several_lists_them() {
    let demo = Demo::new();
    let head = demo.head();
    let mut ids = Vec::new();
    for (forename, year) in [("Noor", "7"), ("Noora", "10")] {
        let fields = serde_json::json!({
            "forename": forename, "surname": "Example", "year_group": year,
            "reg_group": format!("{year}B"),
        });
        let pupil = head.json(&["record", "add", "pupil", "--json", &fields.to_string()]);
        ids.push(crate::device::string(&pupil["id"]));
    }
    let before = head.digests();
    let (first, second) = (&ids[0], &ids[1]);
    for ambiguous in [
        vec!["log", "noo exa", "disruption"],
        vec!["record", "list", "incident", "--pupil", "noo exa"],
    ] {
        let said = head.refused(&ambiguous);
        assert!(said.starts_with("`noo exa` fits 2; say which: "), "{said}");
        assert!(said.contains(&format!("Noor Example, year 7, 7B, {first}")), "{said}");
        assert!(said.contains(&format!("Noora Example, year 10, 10B, {second}")), "{said}");
    }
    assert_eq!(head.digests(), before);
    // The whole name, or the id that was listed, says which.
    head.json(&["log", "Noor Example", "disruption"]);
    head.json(&["log", second, "disruption"]);
}

/// What the command line itself does not understand: exit code 2.
#[test]
#[rustfmt::skip]
fn wrong_usage() {
    let cases: [(&[&str], Expect); 19] = [
        (&["stauts"], expect!["unrecognized subcommand 'stauts'; a similar subcommand exists: 'status'; `sheaf help` says more"]),
        (&["status", "--fromat", "json"], expect!["unexpected argument '--fromat' found; a similar argument exists: '--format'; `sheaf help` says more"]),
        (&["--format", "xml", "status"], expect!["invalid value 'xml' for '--format <FORMAT>' [possible values: text, json, csv]; `sheaf help` says more"]),
        (&["--as-of", "2026-02-30", "status"], expect!["invalid value '2026-02-30' for '--as-of <DATE>': `2026-02-30` is not a date: write YYYY-MM-DD; `sheaf help` says more"]),
        (&["record", "list", "incident", "--from", "2026-13-01"], expect!["invalid value '2026-13-01' for '--from <FROM>': `2026-13-01` is not a date: write YYYY-MM-DD; `sheaf help` says more"]),
        (&["log", "somebody"], expect!["the following required arguments were not provided: <WHAT>; `sheaf help` says more"]),
        (&["log", "somebody", "disruption", "--severity", "9"], expect!["invalid value '9' for '--severity <SEVERITY>': 9 is not in 1..=5; `sheaf help` says more"]),
        (&["demo", "--pupils", "9"], expect!["invalid value '9' for '--pupils <PUPILS>': 9 is not in 10..=5000; `sheaf help` says more"]),
        (&["record", "list", "incidents"], expect!["invalid value 'incidents' for '<KIND>': there is no kind of record called `incidents`; `sheaf kinds` lists them; `sheaf help` says more"]),
        (&["kind", "show", "incidnet"], expect!["invalid value 'incidnet' for '<KIND>': there is no kind of record called `incidnet`; `sheaf kinds` lists them; `sheaf help` says more"]),
        (&["workbench", "--view", "todya"], expect!["invalid value 'todya' for '--view <VIEW>': there is no view called `todya`; choose today, timeline, record, caseload, incidents, metric, gallery, concerns, conflicts, people, removals, held, erasures, retention, settings, import, quick-log, palette or help; `sheaf help` says more"]),
        (&["workbench", "--size", "large"], expect!["invalid value 'large' for '--size <WxH>': write it as 1400x900; `sheaf help` says more"]),
        (&["workbench", "--zoom", "9"], expect!["invalid value '9' for '--zoom <ZOOM>': a number between 0.5 and 3 is needed; `sheaf help` says more"]),
        (&["metric", "run", "hotspots", "--theme", "blue", "--out", "x.svg"], expect!["invalid value 'blue' for '--theme <THEME>': there is no theme called `blue`; choose `light` or `dark`; `sheaf help` says more"]),
        (&["record", "add", "incidnt", "--json", "{}"], expect!["invalid value 'incidnt' for '<KIND>': there is no kind of record called `incidnt`; `sheaf kinds` lists them; `sheaf help` says more"]),
        (&["workbench", "--theme", "blue"], expect!["invalid value 'blue' for '--theme <THEME>': there is no theme called `blue`; choose `light` or `dark`; `sheaf help` says more"]),
        (&["init", "--school", "Ashdown", "--person", "Ada", "--role", "king"], expect!["invalid value 'king' for '--role <ROLE>': not a role; the roles are head, dsl, deputy-dsl, lead, mentor, observer and locker; `sheaf help` says more"]),
        (&["invite", "--role", "king"], expect!["invalid value 'king' for '--role <ROLE>': not a role; the roles are head, dsl, deputy-dsl, lead, mentor, observer and locker; `sheaf help` says more"]),
        (&["join"], expect!["the following required arguments were not provided: --person <PERSON> <TICKET_OR_CODE>...; `sheaf help` says more"]),
    ];
    for (arguments, expected) in cases {
        let ran = run(sheaf().args(arguments), "");
        assert_eq!(ran.out, "");
        expected.assert_eq(&refusal(&ran, 2));
    }
}

#[test]
fn a_folder_that_is_no_home() {
    let dir = TempDir::new().unwrap();
    let empty = Device::invented(dir.path());
    let missing = Device::invented(&dir.path().join("missing"));
    for device in [empty, missing] {
        for command in [&["status"][..], &["verify"], &["metric", "list"], &["serve"]] {
            let expected = "HOME is not a Sheaf home: it has no home.json; give the folder of \
                            this device's school";
            assert_eq!(device.refused(command), expected);
        }
    }
    assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 0, "something was made");
    let unnamed = run(sheaf().arg("status"), "");
    let expected = "which school? Give its folder with --home, or SHEAF_HOME";
    assert_eq!(refusal(&unnamed, 1), expected);
}

#[test]
fn a_home_that_is_locked() {
    let dir = TempDir::new().unwrap();
    let real = Device::real(&dir.path().join("home"));
    real.json(&["init", "--school", "Invented High", "--person", "Ada Okafor"]);
    let before = real.json(&["status"]);
    for command in [&["status"][..], &["verify", "--rebuild"], &["record", "list", "pupil"]] {
        assert_eq!(
            real.with_passphrase(None).refused(command),
            "this home is locked: set SHEAF_PASSPHRASE, or run this on a terminal to be asked \
             for it"
        );
        let wrong = real.with_passphrase(Some("five other words of test"));
        assert_eq!(wrong.refused(command), "this home is locked: the passphrase is wrong");
    }
    assert_eq!(real.json(&["status"]), before);
}

/// Damage is told from a wrong passphrase, named, and never taken for a home that is empty.
#[test]
fn a_home_that_is_damaged() {
    let dir = TempDir::new().unwrap();
    let real = Device::real(&dir.path().join("whole"));
    real.json(&["init", "--school", "Invented High", "--person", "Ada Okafor"]);
    for (name, wreck, expected) in damages() {
        let home = dir.path().join(name);
        copy_home(&real.home, &home);
        wreck(&home);
        let device = Device { home, ..real.clone() };
        let before = files(&device.home);
        let said = device.refused(&["status"]);
        expected.assert_eq(&said);
        assert_eq!(device.refused(&["record", "list", "pupil"]), said);
        assert_eq!(files(&device.home), before, "{name}: a refusal changed a file");
    }
}

type Damage = (&'static str, fn(&Path), Expect);

#[rustfmt::skip]
fn damages() -> Vec<Damage> {
    vec![
        ("first-page", |home| flip(home, "school.db", 100), expect!["school.db is damaged; restore the home from a backup or join the school again: file is not a database: Error code 26: file is not a database"]),
        ("truncated", |home| cut(home, "school.db", 5000), expect!["school.db is damaged; restore the home from a backup or join the school again: database disk image is malformed: Error code 11: database disk image is malformed"]),
        ("emptied", |home| cut(home, "school.db", 0), expect!["school.db in the home is damaged (it is empty); restore it from a backup"]),
        ("no-database", |home| remove(home, "school.db"), expect!["the home has no school.db; found or join a school first, or restore it from a backup"]),
        ("identity", |home| flip(home, "identity.sealed", 60), expect!["wrong passphrase, or the sealed identity is damaged"]),
        ("no-identity", |home| remove(home, "identity.sealed"), expect!["HOME has no identity: it was copied in part, or its making was cut short"]),
        ("home-file", |home| cut(home, "home.json", 40), expect!["home.json in the home is damaged (EOF while parsing a value at line 4 column 0); restore it from a backup"]),
        ("newer", |home| replace(home, "\"format\": 2", "\"format\": 9"), expect!["this home has format 9, this version of Sheaf knows 2; update Sheaf"]),
        ("made-plain", |home| replace(home, "\"plain\": false", "\"plain\": true"), expect!["a home without encryption is allowed for demos and tests only; make a new one"]),
        ("made-demo", |home| replace(home, "\"school\",", "\"demo\","), expect!["this home is locked: the passphrase is wrong"]),
    ]
}

/// Pages that are damaged where no command has looked yet are found by `verify`.
#[test]
fn damage_that_nobody_has_met_is_found_by_verify() {
    let dir = TempDir::new().unwrap();
    crate::device::demo(dir.path(), &["--pupils", "10", "--devices", "1"]);
    let head = Device::invented(&dir.path().join("1"));
    head.verify();
    let file = head.home.join("school.db");
    let mut bytes = std::fs::read(&file).unwrap();
    let length = bytes.len();
    for at in (length / 2..length).step_by(4096) {
        bytes[at] ^= 1;
    }
    std::fs::write(&file, bytes).unwrap();
    let ran = head.run(&["--format", "json", "verify"]);
    assert_eq!(ran.code, Some(1), "{ran:?}");
    assert_eq!(ran.err.lines().count(), 1, "{ran:?}");
}

/// Rule 9. In a home without page cipher nothing else would tell that a bit has turned: the index
/// is held against the log, and the record is named.
#[test]
fn a_word_that_turned_in_the_index_is_found_by_verify_and_mended() {
    let demo = crate::device::Demo::new();
    let head = demo.head();
    let incident = head.log(&head.pupil(), "pastoral", "quicksilver");
    head.verify();
    let file = head.home.join("school.db");
    let mut bytes = std::fs::read(&file).unwrap();
    let word = b"quicksilver\"";
    let at = bytes.windows(word.len()).position(|window| window == word).unwrap();
    bytes[at] ^= 1;
    std::fs::write(&file, bytes).unwrap();
    let ran = head.run(&["verify"]);
    assert_eq!(ran.code, Some(1), "{ran:?}");
    assert_eq!(ran.err, "sheaf: 1 problem was found; it says what to do\n");
    let named = format!("  {incident}: its values in the index are not those of the log; ");
    assert!(ran.out.contains(&named), "{ran:?}");
    head.json(&["verify", "--rebuild"]);
    assert_eq!(head.show(&incident)["fields"]["narrative"], "quicksilver");
}

/// Flips one bit.
fn flip(home: &Path, file: &str, at: usize) {
    let path = home.join(file);
    let mut bytes = std::fs::read(&path).unwrap();
    bytes[at] ^= 1;
    std::fs::write(path, bytes).unwrap();
}

fn cut(home: &Path, file: &str, length: usize) {
    let path = home.join(file);
    let bytes = std::fs::read(&path).unwrap();
    std::fs::write(path, &bytes[..length]).unwrap();
}

fn remove(home: &Path, file: &str) {
    std::fs::remove_file(home.join(file)).unwrap();
}

fn replace(home: &Path, from: &str, to: &str) {
    let path = home.join("home.json");
    let text = std::fs::read_to_string(&path).unwrap();
    assert!(text.contains(from), "{text}");
    std::fs::write(path, text.replace(from, to)).unwrap();
}

/// The files that make the home up, with their bytes.
fn files(home: &Path) -> Vec<(String, Vec<u8>)> {
    let names = ["home.json", "identity.sealed", "school.db"];
    let read = |name: &str| std::fs::read(home.join(name)).unwrap_or_default();
    names.iter().map(|name| ((*name).to_owned(), read(name))).collect()
}

/// An invented school is made in a new place, whole or not at all.
#[test]
fn a_demo_is_made_whole_or_not_at_all() {
    let demo = Demo::new();
    let before = demo.head().json(&["status"]);
    let make = ["demo", "--pupils", "10", "--years", "1", "--devices", "2"];
    let over = Device::invented(demo.path());
    assert_eq!(over.refused(&make), "HOME/1 is not empty; name a new folder for the home");
    let inside = demo.head();
    let said = inside.refused(&make);
    assert_eq!(said, "HOME is the home of a school; name a new folder for an invented one");
    assert_eq!(demo.head().json(&["status"]), before);

    let dir = TempDir::new().unwrap();
    std::fs::create_dir(dir.path().join("2")).unwrap();
    std::fs::write(dir.path().join("2/letter.txt"), "mine").unwrap();
    let half = Device::invented(dir.path());
    assert_eq!(half.refused(&make), "HOME/2 is not empty; name a new folder for the home");
    assert!(!dir.path().join("1").exists(), "half a school was made");
}
