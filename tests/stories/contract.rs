//! The shapes that programs count on, field by field, as the description of the command line
//! promises them.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::device::{Demo, Device, Process, demo, meet, refusal, run, sheaf, string};

/// What stands at a place of a JSON value.
#[derive(Debug)]
enum Is {
    Text,
    Number,
    Bool,
    Any,
    /// Null, or that.
    Maybe(&'static Is),
    /// At least these fields.
    Fields(&'static [(&'static str, Is)]),
    /// A list, each of which is that.
    List(&'static Is),
    /// An object, each of whose values is that.
    Map(&'static Is),
}

use Is::{Any, Bool, Fields, List, Map, Maybe, Number, Text};

#[track_caller]
fn is(value: &Value, shape: &Is) {
    if let Some(what) = differs(value, shape, "$") {
        panic!("{what} in {value:#}");
    }
}

fn differs(value: &Value, shape: &Is, path: &str) -> Option<String> {
    let fits = match shape {
        Any => true,
        Text => value.is_string(),
        Number => value.is_number(),
        Bool => value.is_boolean(),
        Maybe(inner) => return if value.is_null() { None } else { differs(value, inner, path) },
        Fields(fields) => {
            let missing = |name: &str| format!("{path}.{name} is missing");
            return fields.iter().find_map(|(name, inner)| match value.get(name) {
                None => Some(missing(name)),
                Some(value) => differs(value, inner, &format!("{path}.{name}")),
            });
        }
        List(inner) => match value.as_array() {
            None => false,
            Some(all) => {
                let mut all = all.iter().enumerate();
                return all.find_map(|(at, one)| differs(one, inner, &format!("{path}[{at}]")));
            }
        },
        Map(inner) => match value.as_object() {
            None => false,
            Some(all) => {
                return all.iter().find_map(|(k, one)| differs(one, inner, &format!("{path}.{k}")));
            }
        },
    };
    (!fits).then(|| format!("{path} is not {shape:?}"))
}

const STAMP: Is = Fields(&[("by", Text), ("device", Text), ("at", Text)]);
const CONTENDERS: Is = List(&Fields(&[("value", Any), ("by", Text), ("at", Text)]));
const RECORD: Is = Fields(&[
    ("id", Text),
    ("kind", Text),
    ("space", Text),
    ("fields", Map(&Any)),
    ("conflicts", Map(&CONTENDERS)),
    ("created", STAMP),
]);
const RECORDS: Is = Fields(&[("records", List(&RECORD)), ("total", Number)]);
const FIELD: Is =
    Fields(&[("name", Text), ("type", Text), ("required", Bool), ("codes", Maybe(&Text))]);
const KIND: Is =
    Fields(&[("kind", Text), ("title", Text), ("space", Text), ("fields", List(&FIELD))]);
const MEMBERS: Is = Fields(&[(
    "members",
    List(&Fields(&[
        ("person_id", Text),
        ("name", Text),
        ("role", Text),
        (
            "devices",
            List(&Fields(&[
                ("device_id", Text),
                ("name", Text),
                ("last_met", Maybe(&Text)),
                ("state", Text),
            ])),
        ),
        ("spaces", List(&Text)),
    ])),
)]);
const STATUS: Is = Fields(&[
    ("school", Text),
    ("device_id", Text),
    ("person", Text),
    ("role", Text),
    (
        "spaces",
        List(&Fields(&[
            ("name", Text),
            ("entries", Number),
            ("documents", Number),
            ("digest", Text),
        ])),
    ),
    (
        "peers",
        List(&Fields(&[
            ("device_id", Text),
            ("person", Text),
            ("address", Maybe(&Text)),
            ("carrier", Text),
            ("last_met", Maybe(&Text)),
        ])),
    ),
    ("held", Map(&Number)),
    ("conflicts", Number),
    ("concerns", Fields(&[("not_handed_over", Number), ("new", Number)])),
]);
const SESSIONS: Is = Fields(&[(
    "sessions",
    List(&Fields(&[
        ("peer", Text),
        ("carrier", Text),
        ("sent", Number),
        ("received", Number),
        ("bytes_out", Number),
        ("bytes_in", Number),
        ("round_trips", Number),
        ("outcome", Text),
        ("held", Map(&Number)),
        ("seconds", Number),
    ])),
)]);
const VERIFIED: Is =
    Fields(&[("entries", Number), ("documents", Number), ("ok", Bool), ("problems", List(&Text))]);
const REPORT: Is = Fields(&[
    ("metric", Text),
    ("version", Text),
    ("script_hash", Text),
    ("options", Map(&Any)),
    ("as_of", Text),
    (
        "findings",
        List(&Fields(&[
            ("level", Text),
            ("text", Text),
            (
                "estimate",
                Maybe(&Fields(&[
                    ("value", Maybe(&Number)),
                    ("lower", Maybe(&Number)),
                    ("upper", Maybe(&Number)),
                    ("level", Number),
                ])),
            ),
            ("caveats", List(&Text)),
        ])),
    ),
    (
        "tables",
        List(&Fields(&[
            ("title", Text),
            ("columns", List(&Text)),
            ("rows", List(&List(&Any))),
            ("suppressed", Number),
        ])),
    ),
    ("charts", List(&Fields(&[("title", Text), ("layers", List(&Any))]))),
    ("seconds", Number),
    ("rows_read", Number),
]);
const MANIFEST: Is = Fields(&[
    ("id", Text),
    ("name", Text),
    ("version", Text),
    ("question", Text),
    ("options", List(&Fields(&[("name", Text), ("type", Text), ("default", Any)]))),
]);

#[test]
fn school_and_people() {
    let dir = TempDir::new().unwrap();
    let made = demo(dir.path(), &["--pupils", "10", "--devices", "2"]);
    let shape = Fields(&[
        ("school", Text),
        ("homes", List(&Text)),
        ("pupils", Number),
        ("incidents", Number),
        ("staff", Number),
        ("room_stays", Number),
        ("suspensions", Number),
        ("positive_events", Number),
        ("detentions", Number),
        ("call_outs", Number),
        ("attendance", Number),
        ("scores", Number),
        ("plans", Number),
        ("interventions", Number),
        ("intervention_sessions", Number),
        ("truth", Text),
    ]);
    is(&made, &shape);
    assert_eq!(made["pupils"], 10);
    assert_eq!(made["homes"].as_array().unwrap().len(), 2);
    let head = Device::invented(&dir.path().join("1"));
    let dsl = Device::invented(&dir.path().join("2"));
    is(&head.json(&["members"]), &MEMBERS);
    is(&head.json(&["status"]), &STATUS);
    meet(&head, &dsl);
    let status = dsl.json(&["status"]);
    is(&status, &STATUS);
    assert_eq!(status["peers"][0]["carrier"], "quic");
    let serving = head.serve(&[]);
    let synced = dsl.json(&["sync", "--loopback", "--with", &serving.address]);
    is(&synced, &SESSIONS);
    // Nothing new is one round trip and under eight kilobytes.
    assert_eq!(synced["sessions"][0]["round_trips"], 1, "{synced:#}");
    assert!(synced["sessions"][0]["bytes_out"].as_u64().unwrap() < 8_000, "{synced:#}");
    is(&head.json(&["verify"]), &VERIFIED);

    let real = Device::real(&dir.path().join("real"));
    let made = real.json(&["init", "--school", "Invented High", "--person", "Ada Okafor"]);
    let ids = ["school", "school_id", "device_id", "person_id", "recovery_key"];
    assert!(ids.iter().all(|name| made[name].is_string()), "{made:#}");
    let keys: BTreeSet<&String> = made.as_object().unwrap().keys().collect();
    assert_eq!(keys.len(), ids.len());
}

/// The first line of `invite` comes at once, flushed, while it waits.
#[test]
fn an_invitation_prints_its_ticket_at_once() {
    let demo = Demo::new();
    let head = demo.head();
    let json = ["--format", "json", "invite", "--role", "mentor", "--loopback"];
    let inviting = Process::spawn(&mut head.command(&json));
    let first: Value = serde_json::from_str(&inviting.line().unwrap()).unwrap();
    assert!(string(&first["ticket"]).starts_with("sheaf1"));
    inviting.kill();
    let inviting = Process::spawn(&mut head.command(&json[2..]));
    assert!(inviting.line().unwrap().starts_with("sheaf1"));
}

/// Events come one JSON object a line.
#[test]
fn events_are_lines_of_json() {
    let demo = Demo::new();
    let (head, dsl) = (demo.head(), demo.dsl());
    let serving = head.serve(&[]);
    let note = dsl.log(&dsl.pupil(), "pastoral", "told by the lead");
    dsl.sync(&serving.address);
    let received = serving.until("received", |event| event["event"] == "received");
    assert_eq!(received["space"], "pastoral");
    assert_eq!(received["entries"], 1);
    let equal = serving.until("equal", |event| event["event"] == "equal");
    assert_eq!(equal["device"], dsl.json(&["status"])["device_id"]);
    head.show(&note);
}

#[test]
fn records() {
    let demo = Demo::new();
    let head = demo.head();
    let pupil = head.pupil();
    let shown = head.show(&pupil);
    is(&shown, &RECORD);
    for field in ["forename", "surname", "upn", "date_of_birth", "sex", "year_group", "reg_group"] {
        assert!(shown["fields"][field].is_string(), "{field}: {shown:#}");
    }
    for field in ["sen_status", "pupil_premium", "free_meals", "ethnicity"] {
        assert!(shown["fields"].get(field).is_some(), "{field}: {shown:#}");
    }
    let fields = json!({
        "occurred_at": "2026-11-20T10:15", "category": "disruption", "location": "corridor",
        "severity": 2, "narrative": "told in one line",
        "participants": { &pupil: { "role": "aggressor", "outcome": "none" } },
    });
    let added = head.json(&["record", "add", "incident", "--json", &fields.to_string()]);
    is(&added, &RECORD);
    for (field, value) in fields.as_object().unwrap() {
        let found = &added["fields"][field];
        let expected =
            if field == "occurred_at" { json!("2026-11-20T10:15:00") } else { value.clone() };
        assert!(found == &expected || found == value, "{field}: {found}");
    }
    let id = string(&added["id"]);
    let from_input = run(
        &mut head.command(&["--format", "json", "record", "add", "incident", "--json", "-"]),
        &fields.to_string(),
    );
    assert_eq!(from_input.code, Some(0), "{}", from_input.err);
    is(&serde_json::from_str(&from_input.out).unwrap(), &RECORD);
    let edited = head.json(&["record", "edit", &id, "--set", "severity=3", "--set", "location="]);
    assert_eq!(edited["fields"]["severity"], 3);
    assert_eq!(edited["fields"].get("location").unwrap_or(&Value::Null), &Value::Null);
    assert_eq!(head.show(&id), edited);
    lists(&head, &pupil, &id);
    let history = head.json(&["record", "history", &id]);
    let change = Fields(&[("field", Text), ("before", Any), ("after", Any)]);
    let step = history["history"].as_array().unwrap().last().unwrap();
    is(step, &STAMP);
    is(step, &Fields(&[("entry", Text), ("act", Text), ("reason", Maybe(&Text))]));
    is(step, &Fields(&[("person_id", Text), ("device_id", Text), ("signature", Text)]));
    step["changed"].as_array().unwrap().iter().for_each(|one| is_change(one, &change));
    assert_eq!(
        step["changed"][0],
        json!({ "field": "location", "before": "corridor", "after": null })
    );
}

#[track_caller]
fn is_change(one: &Value, shape: &Is) {
    assert_eq!(differs(one, shape, "$"), None);
}

#[track_caller]
fn lists(head: &Device, pupil: &str, id: &str) {
    let day = ["--from", "2026-11-20", "--to", "2026-11-20"];
    let list = head.json(&[&["record", "list", "incident", "--pupil", pupil], &day[..]].concat());
    is(&list, &RECORDS);
    let records = list["records"].as_array().unwrap();
    assert!(records.iter().any(|one| one["id"] == *id), "{list:#}");
    let two = head.json(&["record", "list", "incident", "--limit", "2"]);
    assert_eq!(two["records"].as_array().unwrap().len(), 2);
    assert!(two["total"].as_u64().unwrap() > 2);
    let filtered = ["record", "list", "incident", "--where", "severity >= 3", "--limit", "100000"];
    let filtered = head.json(&filtered);
    is(&filtered, &RECORDS);
    let severity = |one: &Value| one["fields"]["severity"].as_i64().unwrap();
    let records = filtered["records"].as_array().unwrap();
    assert!(!records.is_empty() && records.iter().all(|one| severity(one) >= 3));
    let hits = head.json(&["search", "told in one line"]);
    is(
        &hits,
        &Fields(&[("hits", List(&Fields(&[("id", Text), ("kind", Text), ("space", Text)])))]),
    );
    assert!(!hits["hits"].as_array().unwrap().is_empty());
}

/// The fast one fills in time, period and reporter, and takes names.
#[test]
fn log_takes_the_shortest_words() {
    let demo = Demo::new();
    let head = demo.head();
    let pupils = head.json(&["record", "list", "pupil", "--limit", "2"])["records"].clone();
    let name = |at: usize| {
        let fields = &pupils[at]["fields"];
        format!("{} {}", string(&fields["forename"]), string(&fields["surname"]))
    };
    let with = format!("{}:target", name(1));
    let arguments = ["log", &name(0), "disr", "--where", "corr", "--at", "10:15", "--with", &with];
    let logged = head.json(&arguments);
    is(&logged, &RECORD);
    assert_eq!(logged["fields"]["category"], "disruption");
    assert_eq!(logged["fields"]["location"], "corridor");
    assert!(string(&logged["fields"]["occurred_at"]).starts_with("2026-11-20T10:15"));
    assert!(logged["fields"]["period"].is_string(), "{logged:#}");
    assert!(logged["fields"]["reporter"].is_string(), "{logged:#}");
    let roles = &logged["fields"]["participants"];
    assert_eq!(roles[string(&pupils[0]["id"])]["role"], "aggressor");
    assert_eq!(roles[string(&pupils[1]["id"])]["role"], "target");
}

#[test]
fn kinds_codes_and_tables_need_no_school() {
    let dir = TempDir::new().unwrap();
    let anywhere = |arguments: &[&str]| -> Value {
        let ran =
            run(sheaf().current_dir(dir.path()).args(["--format", "json"]).args(arguments), "");
        assert_eq!(ran.code, Some(0), "{}", ran.err);
        serde_json::from_str(&ran.out).unwrap()
    };
    let kinds = anywhere(&["kinds"]);
    is(&kinds, &Fields(&[("kinds", List(&KIND))]));
    let names: Vec<&Value> =
        kinds["kinds"].as_array().unwrap().iter().map(|kind| &kind["kind"]).collect();
    for kind in [
        "pupil",
        "staff",
        "incident",
        "caseload",
        "room_stay",
        "intervention",
        "intervention_session",
        "suspension",
        "positive_event",
        "detention",
        "call_out",
        "attendance",
        "score",
        "plan",
        "calendar",
    ] {
        assert!(names.contains(&&json!(kind)), "{kind}");
    }
    is(&anywhere(&["kind", "show", "incident"]), &KIND);
    let lists = anywhere(&["codes"]);
    for list in lists["lists"].as_array().unwrap() {
        let list = anywhere(&["codes", &string(&list["list"])]);
        let code = Fields(&[
            ("code", Text),
            ("title", Text),
            ("valid_from", Maybe(&Text)),
            ("valid_to", Maybe(&Text)),
        ]);
        is(&list, &Fields(&[("source", Text), ("codes", List(&Any))]));
        list["codes"].as_array().unwrap().iter().for_each(|one| is_change(one, &code));
    }
    let column = Fields(&[("name", Text), ("type", Text), ("meaning", Text)]);
    let tables = anywhere(&["tables"]);
    for table in tables["tables"].as_array().unwrap() {
        assert!(table["name"].is_string());
        table["columns"].as_array().unwrap().iter().for_each(|one| is_change(one, &column));
    }
}

#[test]
fn metrics() {
    let demo = Demo::new();
    let head = demo.head();
    is(&head.json(&["metric", "list"]), &Fields(&[("metrics", List(&MANIFEST))]));
    let shown = head.json(&["metric", "show", "repeat-referrals"]);
    is(&shown, &Fields(&[("manifest", MANIFEST), ("script_hash", Text), ("readme", Text)]));
    // Signing comes later; until then its place is null.
    assert_eq!(shown.get("signature"), Some(&Value::Null));
    let report = head.json(&["metric", "run", "repeat-referrals", "--set", "split=year_group"]);
    is(&report, &REPORT);
    assert_eq!(report["script_hash"], shown["script_hash"]);
    assert_eq!(report["as_of"], "2026-11-20");
}

/// With `--format json` standard output is one JSON value and nothing else, also where there are
/// notes; those go to standard error.
#[test]
fn json_has_standard_output_to_itself() {
    let demo = Demo::new();
    let head = demo.head();
    let list = head.run(&["--format", "json", "record", "list", "incident", "--limit", "1"]);
    assert!(list.err.contains("--limit shows more"), "{list:?}");
    let _: Value = serde_json::from_str(&list.out).unwrap();
    let picture = demo.path().join("x.svg");
    let out = ["--format", "json", "metric", "run", "repeat-referrals", "--out"];
    let ran = head.run(&[&out[..], &[picture.to_str().unwrap()]].concat());
    let _: Value = serde_json::from_str(&ran.out).unwrap();
    assert!(ran.err.starts_with("Wrote "), "{ran:?}");
    let text = head.text(&["status"]);
    assert!(serde_json::from_str::<Value>(&text).is_err());
}

#[test]
fn rows_are_csv_where_they_make_sense() {
    let demo = Demo::new();
    let head = demo.head();
    let fields = json!({ "forename": "Noor", "surname": "O\"Neill, the younger" });
    head.json(&["record", "add", "pupil", "--json", &fields.to_string()]);
    let csv = head.text(&["--format", "csv", "record", "list", "pupil", "--limit", "100000"]);
    let rows: Vec<&str> = csv.trim_end().split("\r\n").collect();
    assert_eq!(rows[0], "when,what,by,id");
    assert_eq!(rows.len(), 42);
    assert!(csv.contains("O\"\"Neill, the younger"), "{csv}");
    for (command, header) in [
        (&["kinds"][..], "kind,title,fields"),
        (&["codes", "location"], "code,title,from,to"),
        (&["tables"], "table,column,type,meaning"),
        (&["members"], "name,role,spaces,devices"),
        (&["metric", "list"], "id,version,question,state,author"),
        (&["metric", "reference", "wilson"], "group,name,signature,doc,example,gives"),
        (&["search", "corridor"], "kind,what,words,id"),
    ] {
        let csv = head.text(&[&["--format", "csv"], command].concat());
        assert_eq!(csv.split("\r\n").next(), Some(header));
    }
}

#[test]
fn help_completions_and_a_manual_page() {
    let ask = |arguments: &[&str]| run(sheaf().args(arguments), "");
    let help = ask(&["help"]);
    assert_eq!(help.code, Some(0));
    for command in ["init", "demo", "invite", "join", "serve", "verify", "metric", "workbench"] {
        assert!(help.out.contains(command), "{command}");
        let one = ask(&["help", command]);
        assert_eq!((one.code, one.err.as_str()), (Some(0), ""));
        assert!(one.out.contains("Usage: sheaf"), "{}", one.out);
    }
    assert_eq!(ask(&["--version"]).out.trim(), format!("sheaf {}", env!("CARGO_PKG_VERSION")));
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let completions = ask(&["completions", shell]);
        assert_eq!(completions.code, Some(0), "{}", completions.err);
        assert!(completions.out.contains("workbench"));
        assert!(completions.out.contains("reference"));
    }
    // The words of the metric language are completed where the shell can.
    assert!(ask(&["completions", "bash"]).out.contains("kaplan_meier"));
    let manual = ask(&["man"]);
    assert!(manual.out.contains(".TH sheaf 1"), "{}", manual.out);
    // Without a command it is wrong usage, and the answer is the help.
    let nothing = ask(&[]);
    assert_eq!(nothing.code, Some(2));
    assert!(nothing.err.contains("Usage: sheaf"));
}

/// The reference needs no school: Markdown for people, entries for programs.
#[test]
fn the_reference_of_the_metric_language() {
    let ask = |arguments: &[&str]| run(sheaf().args(arguments), "");
    let whole = ask(&["metric", "reference"]);
    assert_eq!((whole.code, whole.err.as_str()), (Some(0), ""));
    assert!(whole.out.starts_with("# The metric language, API 1\n"), "{}", whole.out);
    assert!(whole.out.contains("\n### `kaplan_meier`\n"));
    let one = ask(&["metric", "reference", "stats::wilson"]);
    assert!(one.out.starts_with("## Statistics\n\n### `wilson`\n"), "{}", one.out);
    let json = ask(&["--format", "json", "metric", "reference", "pupil_days"]);
    let value: Value = serde_json::from_str(&json.out).unwrap();
    let entry = &value["groups"][0]["items"][0];
    assert_eq!(value["groups"][0]["title"], "Measures");
    assert_eq!((&entry["name"], &entry["gives"]), (&json!("pupil_days"), &json!("pupil-days")));
}

/// A reader that goes away early is no failure that anyone needs to hear of.
#[test]
fn a_reader_may_stop_reading() {
    let demo = Demo::new();
    for arguments in [&["kinds"][..], &["completions", "bash"], &["man"], &["help"]] {
        let mut child = demo
            .head()
            .command(arguments)
            .stdout(std::process::Stdio::piped())
            .stderr(std::process::Stdio::piped())
            .spawn()
            .unwrap();
        drop(child.stdout.take());
        let ended = child.wait_with_output().unwrap();
        assert_eq!(String::from_utf8_lossy(&ended.stderr), "", "{arguments:?}");
    }
}

/// The home and the passphrase come from the environment as well.
#[test]
fn the_environment_names_home_and_passphrase() {
    let dir = TempDir::new().unwrap();
    let home = dir.path().join("home");
    let with = |arguments: &[&str]| {
        let mut command = sheaf();
        command.env("SHEAF_HOME", &home).env("SHEAF_PASSPHRASE", crate::device::PASSPHRASE);
        run(command.args(arguments), "")
    };
    let made = with(&["init", "--school", "Invented High", "--person", "Ada Okafor"]);
    assert_eq!(made.code, Some(0), "{made:?}");
    assert_eq!(with(&["status"]).code, Some(0));
    let shut = run(sheaf().env("SHEAF_HOME", &home).arg("status"), "");
    assert!(refusal(&shut, 1).starts_with("this home is locked"));
}

/// A picture of the workbench is drawn without a display and without changing anything.
#[test]
fn the_workbench_is_drawn_into_a_picture() {
    let demo = Demo::new();
    let head = demo.head();
    let before = head.digests();
    let picture = demo.path().join("today.png");
    let arguments = ["workbench", "--view", "today", "--size", "900x600", "--screenshot"];
    head.text(&[&arguments[..], &[picture.to_str().unwrap()]].concat());
    let bytes = std::fs::read(&picture).unwrap();
    assert_eq!(&bytes[..8], b"\x89PNG\r\n\x1a\n");
    let side = |at: usize| u32::from_be_bytes(bytes[at..at + 4].try_into().unwrap());
    assert_eq!((side(16), side(20)), (900, 600));
    assert_eq!(head.digests(), before);
}
