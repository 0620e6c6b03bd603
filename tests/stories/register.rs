//! The register, from the command line: taken for a class, amended with a reason, brought in from a
//! file, and marked apart on two devices.

use serde_json::{Value, json};

use crate::device::{Demo, Device, meet, string};

/// A new pupil of the form 9Q, which the invented school does not have; gives the id.
fn newcomer(device: &Device, forename: &str, upn: &str) -> String {
    let fields = json!({
        "forename": forename, "surname": "Example", "upn": upn,
        "roll": "C", "reg_group": "9Q", "year_group": "9",
    });
    string(&device.json(&["record", "add", "pupil", "--json", &fields.to_string()])["id"])
}

#[track_caller]
fn total(device: &Device, filter: &str) -> Value {
    device.json(&["record", "list", "attendance", "--where", filter])["total"].clone()
}

#[test]
fn a_form_is_marked_in_one_line_and_a_mark_is_amended_with_a_reason() {
    let demo = Demo::new();
    let head = demo.head();
    let noor = newcomer(&head, "Noor", "B801200005001");
    newcomer(&head, "Ali", "P207000016049");
    let take = ["register", "take", "9q", "--session", "am", "--except", "Noor Example:illness"];
    let told = head.json(&take);
    assert_eq!(told, json!({ "added": 2, "changed": 0, "unchanged": 0 }));
    assert_eq!(head.json(&take)["unchanged"], 2, "again changes nothing");
    // A whole day, which leaves the morning's mark unless it is said why it is another.
    let late = ["register", "mark", "Noor Example", "L", "--session", "am", "--minutes-late", "12"];
    assert_eq!(
        head.refused(&late),
        "a mark of 2026-11-20 stands already; say why it is amended: --reason"
    );
    assert_eq!(
        head.json(&["register", "mark", &noor, "Holiday", "--date", "2026-12-01"])["added"],
        2
    );
    let told = head.json(&[&late[..], &["--reason", "came at nine"]].concat());
    assert_eq!(told["changed"], 1);
    let shown = head.json(&["register", "show", "Noor Example", "--to", "2026-11-20"]);
    let day = json!({
        "date": "2026-11-20", "am": "L", "pm": null, "am_late": 12, "pm_late": null,
    });
    assert_eq!(shown["days"], json!([day]));
    assert_eq!((&shown["possible"], &shown["absent"]), (&json!(1), &json!(0)));
    // The register keeps what stood before, who changed it, when and why.
    let list = head.json(&["record", "list", "attendance", "--pupil", &noor]);
    let [record] = list["records"].as_array().unwrap().as_slice() else { panic!("{list:#}") };
    let history = head.json(&["record", "history", &string(&record["id"])]);
    let step = history["history"].as_array().unwrap().last().unwrap();
    assert_eq!(step["reason"], "came at nine", "{history:#}");
    let change = json!({ "field": "marks.2026-11-20.am", "before": "I", "after": "L" });
    assert!(step["changed"].as_array().unwrap().contains(&change), "{step:#}");
    let text = head.text(&["register", "show", "Noor Example", "--from", "2026-11-20"]);
    assert!(text.contains("3 sessions: 1 attended (1 late), 2 missed"), "{text}");
}

#[test]
fn what_is_no_mark_is_refused_in_words() {
    let demo = Demo::new();
    let head = demo.head();
    newcomer(&head, "Noor", "B801200005001");
    let before = head.digests();
    let mark =
        |words: &[&str]| head.refused(&[&["register", "mark", "Noor Example"][..], words].concat());
    assert_eq!(
        mark(&["I", "--date", "2026-11-21"]),
        "2026-11-21 is not a school day; correct the day, or the calendar"
    );
    assert_eq!(
        mark(&["/", "--session", "pm"]),
        "attendance.marks.2026-11-20.pm: is the mark of the other half of the day; here it is `\\`"
    );
    assert_eq!(
        mark(&["present", "--date", "2026-11-23"]),
        "Noor Example cannot be marked present on 2026-11-23, which has not come yet"
    );
    assert_eq!(
        mark(&["I", "--date", "2026-11-19"]),
        "Noor Example is not on the roll on 2026-11-19"
    );
    assert!(mark(&["QQ"]).contains("is not in the list `attendance_code`"));
    assert_eq!(
        mark(&["late"]),
        "`late` could be L (Late, before the register closed), U (Late, after the register \
         closed); give the code"
    );
    let stranger = ["register", "take", "9q", "--session", "am", "--except", "Zebedee Nobody:I"];
    assert!(head.refused(&stranger).starts_with("there is no pupil `Zebedee Nobody` here"));
    assert_eq!(
        head.refused(&["register", "take", "9Z", "--session", "am"]),
        "there is no registration group with pupils `9Z` here on 2026-11-20"
    );
    assert_eq!(head.digests(), before);
}

#[test]
fn a_register_file_is_taken_whole_or_not_at_all() {
    let demo = Demo::new();
    let head = demo.head();
    newcomer(&head, "Noor", "B801200005001");
    let file = demo.path().join("register.csv");
    let path = file.to_str().unwrap();
    let rows = "B801200005001,20/11/2026,AM,I\nB801200005001,20/11/2026,PM,\\\n";
    let bad = "B801200005001,21/11/2026,AM,I\n";
    std::fs::write(&file, format!("UPN,Date,Session,Mark\n{rows}{bad}")).unwrap();
    let before = head.digests();
    let import = ["import", path, "--as", "register"];
    let told = head.refused(&import);
    assert!(told.contains("1 row is refused, so nothing was imported"), "{told}");
    assert_eq!(head.digests(), before);
    let report = head.json(&[&import[..], &["--keep-good"]].concat());
    assert_eq!((&report["added"], &report["refused_rows"]), (&json!(2), &json!(1)), "{report:#}");
    assert_eq!(
        report["refused"],
        json!([{
            "row": 4, "column": "Date", "value": "21/11/2026",
            "why": "2026-11-21 is not a school day; correct the date, or the calendar",
        }])
    );
    std::fs::write(&file, format!("UPN,Date,Session,Mark\n{rows}")).unwrap();
    assert_eq!(head.json(&import)["unchanged"], 2);
    let amended = rows.replace(",I\n", ",M\n");
    std::fs::write(&file, format!("UPN,Date,Session,Mark\n{amended}")).unwrap();
    assert_eq!(head.json(&import)["updated"], 1);
    let shown = head.json(&["register", "show", "Noor Example"]);
    assert_eq!((&shown["possible"], &shown["authorised"]), (&json!(2), &json!(1)), "{shown:#}");
    let table = demo.path().join("attendance.csv");
    head.json(&["export", "table", "attendance", table.to_str().unwrap()]);
    let csv = std::fs::read_to_string(table).unwrap();
    let own: Vec<&str> = csv.lines().filter(|line| line.contains(",9Q,")).collect();
    assert_eq!(own.len(), 2, "{own:?}");
    assert!(own[0].contains("2026-11-20,AM,M,authorised,1,1,"), "{own:?}");
}

/// Two begin the same half-term apart: it is one document, both marks stand, and where they differ
/// a person chooses.
#[test]
fn two_who_mark_apart_write_into_one_half_term() {
    let demo = Demo::new();
    let (head, dsl) = (demo.head(), demo.dsl());
    let noor = newcomer(&head, "Noor", "B801200005001");
    meet(&head, &dsl);
    head.json(&["register", "mark", &noor, "present", "--session", "am"]);
    dsl.json(&["register", "mark", &noor, "N", "--session", "am"]);
    dsl.json(&["register", "mark", &noor, "present", "--session", "pm"]);
    meet(&head, &dsl);
    assert_eq!(head.digests(), dsl.digests());
    let of_noor = ["record", "list", "attendance", "--pupil", &noor];
    for device in [&head, &dsl] {
        let list = device.json(&of_noor);
        let [record] = list["records"].as_array().unwrap().as_slice() else { panic!("{list:#}") };
        assert_eq!(record["fields"]["marks"]["2026-11-20"]["pm"], "\\");
        let contenders = record["conflicts"]["marks.2026-11-20.am"].as_array().unwrap();
        assert_eq!(contenders.len(), 2, "{record:#}");
        device.verify();
    }
    let id = string(&head.json(&of_noor)["records"][0]["id"]);
    head.json(&["record", "resolve", &id, "marks.2026-11-20.am", "/"]);
    meet(&head, &dsl);
    let record = dsl.show(&id);
    assert_eq!(record["fields"]["marks"]["2026-11-20"]["am"], "/");
    assert_eq!(record["conflicts"], json!({}));
    // The half-term is one: a second is refused, with what to do instead.
    let fields = json!({ "pupil": noor, "year": "2026/27", "half_term": "autumn_2" });
    let told = head.refused(&["record", "add", "attendance", "--json", &fields.to_string()]);
    assert!(told.contains(&format!("is here already, as record {id}")), "{told}");
    assert_eq!(total(&head, "code == \"/\" & session == \"AM\" & reg_group == \"9Q\""), 1);
}

/// Attendance of the invented school is there and adds up, and a mark of it that was made by one
/// below lead is not amended by another.
#[test]
fn the_invented_school_has_a_register() {
    let demo = Demo::new();
    let (head, mentor) = (demo.head(), demo.mentor());
    let pupil = head.pupil();
    let shown = head.json(&["register", "show", &pupil]);
    let number = |name: &str| shown[name].as_u64().unwrap();
    assert!(number("possible") > 20, "{shown:#}");
    assert_eq!(number("attended") + number("absent"), number("possible"));
    assert_eq!(number("authorised") + number("unauthorised"), number("absent"));
    let to = string(&shown["to"]);
    let amend = ["register", "mark", &pupil, "Y1", "--date", &to, "--reason", "no bus"];
    let told = mentor.refused(&amend);
    assert!(told.contains("whoever is below lead changes only their own"), "{told}");
    assert_eq!(head.json(&amend)["changed"], 2);
}
