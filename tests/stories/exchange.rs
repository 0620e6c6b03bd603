//! Lists that come in and tables that go out, by command line. (Rules 2, 3, 9 and 10.)

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use expect_test::{Expect, expect};
use serde_json::{Value, json};
use sheaf_records::check_letter;
use tempfile::TempDir;

use crate::device::{Demo, Device, Process, copy_home, demo, join, meet, refusal, string};

/// A number for an invented pupil, with its check letter.
fn upn(number: u32) -> String {
    let rest = format!("8014321{:02}{:03}", number / 1000, number % 1000);
    format!("{}{rest}", check_letter(&rest).unwrap())
}

const HEADER: &str = "Forename,Surname,UPN,DOB,Year,Reg,SEN,Pupil Premium";

/// A row of a list for an invented pupil.
fn row(number: u32, year: &str, reg: &str) -> String {
    format!("Wren{number},Brockwood,{},14/03/2014,{year},{reg},K,No", upn(number))
}

fn list(dir: &Path, name: &str, rows: &[String]) -> PathBuf {
    let path = dir.join(name);
    std::fs::write(&path, format!("{HEADER}\n{}\n", rows.join("\n"))).unwrap();
    path
}

fn import<'a>(file: &'a Path, more: &[&'a str]) -> Vec<&'a str> {
    [&["--format", "json", "import", file.to_str().unwrap()], more].concat()
}

#[track_caller]
fn imported(device: &Device, file: &Path, more: &[&str]) -> Value {
    let text = device.text(&import(file, more));
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error}: {text}"))
}

/// The report of an import that ends with the exit code 1, and its line.
#[track_caller]
fn refused(device: &Device, file: &Path, more: &[&str]) -> (Value, String) {
    let ran = device.run(&import(file, more));
    let report = serde_json::from_str(&ran.out).unwrap();
    let folder = file.parent().unwrap().display().to_string();
    (report, refusal(&ran, 1).replace(&folder, "DIR"))
}

fn pupils(device: &Device) -> BTreeSet<String> {
    let list = device.json(&["record", "list", "pupil", "--limit", "100000"]);
    list["records"].as_array().unwrap().iter().map(|record| string(&record["id"])).collect()
}

fn counts(report: &Value) -> Vec<u64> {
    let names = ["rows", "added", "updated", "unchanged", "refused_rows"];
    names.iter().map(|name| report[name].as_u64().unwrap()).collect()
}

/// A dry run says row by row what would be and writes nothing; the import does what it said.
#[test]
fn a_list_is_looked_at_and_then_taken_in() {
    let demo = Demo::new();
    let head = demo.head();
    let file = list(demo.path(), "new.csv", &[row(1, "Year 7", "7K"), row(2, "7", "7L")]);
    let before = (head.json(&["status"]), pupils(&head));
    let dry = imported(&head, &file, &["--dry-run"]);
    assert_eq!((counts(&dry), &dry["outcome"]), (vec![2, 2, 0, 0, 0], &json!("dry_run")));
    assert_eq!((head.json(&["status"]), pupils(&head)), before, "a dry run writes nothing");

    let report = imported(&head, &file, &[]);
    assert_eq!((counts(&report), &report["outcome"]), (vec![2, 2, 0, 0, 0], &json!("imported")));
    assert_eq!(report["format"], "pupils");
    assert_eq!(report["refused"], json!([]));
    let detail = &report["details"][0];
    assert_eq!((&detail["row"], &detail["outcome"]), (&json!(2), &json!("added")));
    let record = head.show(detail["id"].as_str().unwrap());
    let fields = &record["fields"];
    let facts = ["forename", "upn", "date_of_birth", "year_group", "reg_group", "sen_status"];
    let values: Vec<&str> = facts.iter().map(|name| fields[name].as_str().unwrap()).collect();
    assert_eq!(values, ["Wren1", upn(1).as_str(), "2014-03-14", "7", "7K", "K"]);
    assert_eq!((&fields["pupil_premium"], &fields["roll"]), (&Value::Null, &json!("C")));
    assert_eq!(pupils(&head).len(), before.1.len() + 2);
    head.verify();
}

/// The report that a person reads.
#[test]
fn a_dry_run_reads_as_a_table() {
    let demo = Demo::new();
    let wrong = row(2, "7", "7L").replace(&upn(2), "A801432100002");
    let file = list(demo.path(), "new.csv", &[row(1, "7", "7K"), String::new(), wrong]);
    let ran = demo.head().run(&["import", file.to_str().unwrap(), "--dry-run"]);
    let missing = ran.out.lines().position(|line| line.contains("on the roll here")).unwrap();
    let lines: Vec<&str> = ran.out.lines().take(missing).collect();
    expect![[r#"
        List from SIMS: UTF-8, separated by commas, header in line 1
        forename = Forename, surname = Surname, upn = UPN, date_of_birth = DOB, year_group = Year, reg_group = Reg, sen_status = SEN, pupil_premium = Pupil Premium

            2  added      Wren1 Brockwood
            4  refused    Wren2 Brockwood  UPN `A801432100002`: the check letter is A but the other characters call for Q; one is mistyped

        2 rows: 1 added, 0 updated, 0 unchanged, 1 refused (nothing was written)"#]].assert_eq(&lines.join("\n"));
    let said = refusal(&ran, 1).replace(&demo.path().display().to_string(), "DIR");
    expect!["DIR/new.csv: 1 row is refused, so nothing would be imported; correct the file, or take the rest: --keep-good"].assert_eq(&said);
    let rows = demo.head().run(&["--format", "csv", "import", file.to_str().unwrap(), "--dry-run"]);
    expect![[r#"
        row,outcome,pupil,column,was,is
        2,added,Wren1 Brockwood,,,
        4,refused,Wren2 Brockwood,UPN,A801432100002,the check letter is A but the other characters call for Q; one is mistyped
    "#]].assert_eq(&rows.out.replace("\r\n", "\n"));
}

/// The list of the next term: what differs is changed from that day on, the rest is left alone.
#[test]
fn a_list_that_comes_again_updates() {
    let demo = Demo::new();
    let head = demo.head();
    let file = list(demo.path(), "first.csv", &[row(1, "7", "7K"), row(2, "7", "7K")]);
    let first = imported(&head, &file, &["--as-of", "2026-03-02"]);
    let id = first["details"][0]["id"].as_str().unwrap();
    let entries = |device: &Device| device.json(&["status"])["spaces"][0]["entries"].clone();

    let count = entries(&head);
    let again = imported(&head, &file, &["--as-of", "2026-03-09"]);
    assert_eq!((counts(&again), &again["outcome"]), (vec![2, 0, 0, 2, 0], &json!("nothing_new")));
    assert_eq!(entries(&head), count, "what is known is not written again");

    let moved = [row(1, "8", "8K").replace(",K,", ",,"), row(2, "7", "7K")];
    let next = list(demo.path(), "next.csv", &moved);
    let report = imported(&head, &next, &["--as-of", "2026-04-20"]);
    assert_eq!(counts(&report), [2, 0, 1, 1, 0]);
    let changes = &report["details"][0]["changes"];
    let change = |field, before, after| json!({"field": field, "before": before, "after": after});
    assert_eq!(changes, &json!([change("year_group", "7", "8"), change("reg_group", "7K", "8K")]));
    let fields = |day| head.json(&["--as-of", day, "record", "show", id])["fields"].clone();
    let (then, now) = (fields("2026-04-19"), fields("2026-04-20"));
    assert_eq!((&then["year_group"], &now["year_group"]), (&json!("7"), &json!("8")));
    assert_eq!((&then["reg_group"], &now["reg_group"]), (&json!("7K"), &json!("8K")));
    assert_eq!(now["sen_status"], "K", "an empty cell clears nothing");
    head.verify();
}

/// One row that is refused refuses the list, by line, column, value and reason.
#[test]
fn a_list_is_taken_whole_or_not_at_all() {
    let demo = Demo::new();
    let head = demo.head();
    let wrong = row(2, "7", "7L").replace("14/03/2014", "30/02/2014");
    let file = list(demo.path(), "half.csv", &[row(1, "7", "7K"), wrong, row(3, "7", "7K")]);
    let before = (head.json(&["status"]), pupils(&head));
    let (report, said) = refused(&head, &file, &[]);
    expect!["DIR/half.csv: 1 row is refused, so nothing was imported; correct the file, or take the rest: --keep-good"].assert_eq(&said);
    assert_eq!((counts(&report), &report["outcome"]), (vec![3, 2, 0, 0, 1], &json!("refused")));
    let expected = json!([{
        "row": 3,
        "column": "DOB",
        "value": "30/02/2014",
        "why": "is a day that does not exist; days come first, as in 14/03/2012",
    }]);
    assert_eq!(report["refused"], expected);
    assert_eq!((head.json(&["status"]), pupils(&head)), before, "nothing is half applied");

    let kept = imported(&head, &file, &["--keep-good"]);
    assert_eq!((counts(&kept), &kept["outcome"]), (vec![3, 2, 0, 0, 1], &json!("imported")));
    assert_eq!(kept["refused"], expected);
    assert_eq!(pupils(&head).len(), before.1.len() + 2);
    head.verify();
}

/// More pupils than fit in one entry; another device has them all after one session.
#[test]
fn a_long_list_reaches_the_others() {
    let demo = Demo::new();
    let (head, mentor) = (demo.head(), demo.mentor());
    let rows: Vec<String> = (0..1200).map(|number| row(number, "8", "8B")).collect();
    let file = list(demo.path(), "long.csv", &rows);
    assert_eq!(counts(&imported(&head, &file, &[])), [1200, 1200, 0, 0, 0]);
    assert_eq!(counts(&imported(&head, &file, &[])), [1200, 0, 0, 1200, 0]);
    meet(&head, &mentor);
    assert_eq!(head.digests()["pastoral"], mentor.digests()["pastoral"]);
    assert_eq!(counts(&imported(&mentor, &file, &["--dry-run"])), [1200, 0, 0, 1200, 0]);
    mentor.verify();
}

/// `kill -9` at any moment of an import of two entries: all of the list is there, or none of it.
#[test]
fn an_import_that_is_killed_leaves_no_half() {
    const PUPILS: u32 = 700;
    let dir = TempDir::new().unwrap();
    demo(dir.path(), &["--pupils", "10", "--devices", "1", "--plain"]);
    let rows: Vec<String> = (0..PUPILS).map(|number| row(number, "8", "8B")).collect();
    let file = list(dir.path(), "long.csv", &rows);
    let original = Device::invented(&dir.path().join("1"));
    let before = pupils(&original).len();
    let whole = trial(&dir, "whole", &original);
    let started = std::time::Instant::now();
    imported(&whole, &file, &[]);
    // Sooner each time that it came too late, later each time that it came too soon.
    let mut moment = started.elapsed() * 3 / 4;
    let mut none = 0;
    for round in 0..8 {
        let device = trial(&dir, &round.to_string(), &original);
        let importing = Process::spawn(&mut device.command(&import(&file, &[])));
        importing.line_within(moment);
        importing.kill();
        let there = pupils(&device).len() - before;
        assert!(there == 0 || there == PUPILS as usize, "{there} of {PUPILS} pupils are there");
        none += usize::from(there == 0);
        moment = if there == 0 { moment * 5 / 4 } else { moment / 2 };
        device.verify();
        imported(&device, &file, &[]);
        assert_eq!(pupils(&device).len(), before + PUPILS as usize);
    }
    assert!(none > 0, "no kill came in time");
}

fn trial(dir: &TempDir, name: &str, original: &Device) -> Device {
    let home = dir.path().join(format!("trial-{name}"));
    copy_home(&original.home, &home);
    Device::invented(&home)
}

/// A list gives a mentor no right to change what others wrote; new pupils they may add.
#[test]
fn a_mentor_changes_only_their_own() {
    let demo = Demo::new();
    let (head, mentor) = (demo.head(), demo.mentor());
    let file = list(demo.path(), "first.csv", &[row(1, "7", "7K")]);
    imported(&head, &file, &[]);
    meet(&head, &mentor);
    let before = mentor.digests();
    let renamed = [row(1, "7", "7K").replace("Brockwood", "Brook"), row(2, "7", "7K")];
    let file = list(demo.path(), "next.csv", &renamed);
    let said = mentor.refused(&["import", file.to_str().unwrap()]);
    assert!(said.starts_with("not allowed: "), "{said}");
    assert!(said.ends_with("wrote `surname`, and whoever is below lead changes only their own"));
    assert_eq!(mentor.digests(), before, "nothing is half applied");
    let own = list(demo.path(), "own.csv", &renamed[1..]);
    assert_eq!(counts(&imported(&mentor, &own, &[])), [1, 1, 0, 0, 0]);
}

/// Whoever may not write may look at what a list would do, and no more.
#[test]
fn an_observer_imports_nothing() {
    let demo = Demo::new();
    let observer = join(&demo.head(), &demo.path().join("observer"), "observer");
    let file = list(demo.path(), "new.csv", &[row(1, "7", "7K")]);
    assert_eq!(counts(&imported(&observer, &file, &["--dry-run"])), [1, 1, 0, 0, 0]);
    let said = observer.refused(&["import", file.to_str().unwrap()]);
    assert_eq!(said, "not allowed: your role may not write in `pastoral`");
}

// A line is a case: the bytes of a file, what is typed after it, and the line that comes back.
#[test]
#[rustfmt::skip]
fn files_that_are_no_lists_are_refused_whole() {
    let demo = Demo::new();
    let head = demo.head();
    let before = head.json(&["status"]);
    let cases: [(&[u8], &[&str], Expect); 12] = [
        (b"", &[], expect!["DIR/list.csv: the file is empty; export it again"]),
        (b"PK\x03\x04\x14\x00xl/workbook.xml", &[], expect!["DIR/list.csv: this is an Excel workbook (.xlsx), not a CSV file: open it in Excel and save it as CSV UTF-8"]),
        (b"%PDF-1.7 pupils", &[], expect!["DIR/list.csv: this is a PDF, not a CSV file: export the list as CSV instead"]),
        (b"\x00\x01\x02\x03", &[], expect!["DIR/list.csv: this is a file of bytes that are no text, not a CSV file: choose the file that the export has made"]),
        (b"<?xml version=\"1.0\"?><CTfile></CTfile>", &[], expect!["DIR/list.csv: this is a Common Transfer File, not a CSV file: export the list as CSV instead"]),
        (b"Jane,Smith\nAli,Khan\n", &[], expect!["DIR/list.csv: no header line in the first 2 lines: a line with names such as Forename, Surname and UPN is needed above the pupils"]),
        (b"Forename,Surname\n", &[], expect!["DIR/list.csv: there is no pupil under the header in line 1"]),
        (b"Forename,Surnme\nJane,Smith\n", &[], expect!["DIR/list.csv: no column says the surname (did you mean `Surnme`?); say which one does with --map surname=COLUMN; the columns are `Forename`, `Surnme`"]),
        (b"Forename,Surname,UPN,UPN\nJane,Smith,,\n", &[], expect!["DIR/list.csv: the columns `UPN` (3) and `UPN` (4) all say the upn; say which one counts with --map upn=COLUMN"]),
        (b"Forename,Surname\nJane,Smith\n", &["--map", "upn"], expect![[r#"`upn`: write --map FIELD=COLUMN, such as --map surname="Family name""#]]),
        (b"Forename,Surname\nJane,Smith\n", &["--map", "upm=Number"], expect!["--map: pupils have no field `upm` (did you mean `upn`?); there are forename, surname, preferred_name, name, upn, date_of_birth, sex, ethnicity, year_group, reg_group, sen_status, pupil_premium, free_meals, roll"]),
        (b"Forename,Surname\nJane,Smith\n", &["--map", "upn=Number"], expect!["DIR/list.csv: --map: the file has no column `Number`; there are `Forename`, `Surname`"]),
    ];
    let file = demo.path().join("list.csv");
    for (bytes, more, expected) in &cases {
        std::fs::write(&file, bytes).unwrap();
        let ran = head.run(&[&["import", file.to_str().unwrap()], *more].concat());
        assert_eq!(ran.out, "");
        expected.assert_eq(&refusal(&ran, 1).replace(&demo.path().display().to_string(), "DIR"));
    }
    let gone = head.run(&["import", demo.path().join("gone.csv").to_str().unwrap()]);
    assert!(refusal(&gone, 1).contains("gone.csv: No such file"), "{gone:?}");
    let other = head.run(&["import", "x.csv", "--as", "staff"]);
    refusal(&other, 2);
    assert_eq!(head.json(&["status"]), before);
}

/// Every table goes out with every row, and no cell of it is a formula in a spreadsheet.
#[test]
fn every_table_goes_out_as_csv() {
    let demo = Demo::new();
    let head = demo.head();
    let fields = r#"{"forename":"Noor","surname":"Example","reg_group":"=1+1"}"#;
    head.json(&["record", "add", "pupil", "--json", fields]);
    let tables = head.json(&["tables"]);
    for table in tables["tables"].as_array().unwrap() {
        let name = string(&table["name"]);
        let file = demo.path().join(format!("{name}.csv"));
        let ran = head.run(&["--format", "json", "export", "table", &name, file.to_str().unwrap()]);
        assert_eq!(ran.code, Some(0), "{ran:?}");
        let told: Value = serde_json::from_str(&ran.out).unwrap();
        let text = std::fs::read_to_string(&file).unwrap();
        let columns: Vec<String> =
            table["columns"].as_array().unwrap().iter().map(|one| string(&one["name"])).collect();
        assert_eq!(text.lines().next().unwrap(), columns.join(","));
        assert_eq!(text.lines().count() as u64 - 1, told["rows"].as_u64().unwrap(), "{name}");
        assert_eq!(told["withheld"], json!([]));
        assert_eq!(told["spaces"], json!(["pastoral", "safeguarding"]));
        let confidential = ran.err.contains("the file is as confidential as the records");
        assert_eq!(confidential, columns.contains(&"pupil".to_owned()), "{name}: {ran:?}");
    }
    let pupils = std::fs::read_to_string(demo.path().join("pupils.csv")).unwrap();
    assert_eq!(pupils.lines().count(), 42, "forty, one and the header");
    assert!(pupils.contains(",'=1+1,") && !pupils.contains(",=1+1"), "a formula went out");
}

/// What cannot be written leaves what was there.
#[test]
fn a_table_is_written_whole_or_not_at_all() {
    let demo = Demo::new();
    let head = demo.head();
    let file = demo.path().join("incidents.csv");
    std::fs::write(&file, "mine").unwrap();
    let path = |name: &str| demo.path().join(name).display().to_string();
    let cases = [
        (
            "incident",
            path("incidents.csv"),
            "there is no table `incident`; did you mean `incidents`?; `sheaf tables` lists them"
                .to_owned(),
        ),
        (
            "incidents",
            path("incidents.txt"),
            "DIR/incidents.txt: a table is written as .csv".to_owned(),
        ),
        (
            "incidents",
            path("nowhere/x.csv"),
            "DIR/nowhere/x.csv: No such file or directory (os error 2)".to_owned(),
        ),
    ];
    for (table, path, expected) in cases {
        let ran = head.run(&["export", "table", table, &path]);
        let said = refusal(&ran, 1).replace(&demo.path().display().to_string(), "DIR");
        assert_eq!(said, expected);
        assert_eq!(std::fs::read_to_string(&file).unwrap(), "mine");
    }
    let names = std::fs::read_dir(demo.path()).unwrap().flatten().map(|entry| entry.file_name());
    let left: Vec<_> = names.filter(|name| name.to_string_lossy().ends_with(".new")).collect();
    assert!(left.is_empty(), "{left:?}");
}
