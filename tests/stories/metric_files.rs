//! What a metric said as a workbook, and again after every change. (Rule 10.)

use std::path::Path;
use std::time::Duration;

use calamine::{Data, Range, Reader, Xlsx, open_workbook};
use serde_json::Value;

use crate::device::{Demo, Device, Process};

fn sheets(file: &Path) -> Vec<(String, Range<Data>)> {
    let mut workbook: Xlsx<_> = open_workbook(file).unwrap();
    workbook.worksheets()
}

/// The cells of a row.
fn row(sheet: &Range<Data>, number: usize) -> Vec<Data> {
    sheet.rows().nth(number).unwrap().to_vec()
}

/// A cell as the CSV file of the same numbers has it.
fn as_csv(cell: &Data) -> String {
    match cell {
        Data::Empty => String::new(),
        Data::DateTime(at) => {
            let (year, month, day, ..) = at.to_ymd_hms_milli();
            format!("{year}-{month:02}-{day:02}")
        }
        other => other.to_string(),
    }
}

/// The sheet of a report's first chart has the rows of its CSV file, hidden ones as well.
#[track_caller]
fn same_as_csv(device: &Device, dir: &Path, metric: &str, hidden: bool) {
    let [table, workbook] = ["chart.csv", "report.xlsx"].map(|name| dir.join(name));
    let run =
        |file: &Path| device.json(&["metric", "run", metric, "--out", file.to_str().unwrap()]);
    let report = run(&table);
    run(&workbook);
    let (_, numbers) = &sheets(&workbook)[1 + report["tables"].as_array().unwrap().len()];
    let csv = std::fs::read_to_string(table).unwrap();
    let lines = csv.lines().filter(|line| !line.starts_with('#')).skip(1);
    let expected: Vec<String> = lines.map(|line| line.replace("suppressed", "hidden")).collect();
    assert!(expected.len() > 5, "too little to compare");
    let found = numbers.rows().skip(1).map(|cells| {
        let cells: Vec<String> = cells.iter().map(as_csv).collect();
        cells.join(",").replace("no data", "no_data")
    });
    assert_eq!(found.collect::<Vec<_>>(), expected);
    assert_eq!(expected.iter().any(|line| line.ends_with(",,,,hidden")), hidden, "{csv}");
}

/// A number stays a number and a day a day; findings, tables and charts are those of the report.
#[test]
fn a_workbook_has_the_same_numbers_and_says_where_they_come_from() {
    let demo = Demo::new();
    let head = demo.head();
    let file = demo.path().join("trends.xlsx");
    let run = ["metric", "run", "behaviour-trends", "--out", file.to_str().unwrap()];
    let report = head.json(&run);
    let sheets = sheets(&file);
    let (first, findings) = &sheets[0];
    assert_eq!(first, "Findings");
    let listed = report["findings"].as_array().unwrap();
    assert_eq!(findings.height(), listed.len() + 1);
    for (number, finding) in (1..).zip(listed) {
        let cells = row(findings, number);
        assert_eq!(cells[1], Data::String(finding["text"].as_str().unwrap().to_owned()));
        match finding["estimate"]["value"].as_f64() {
            Some(value) => assert_eq!(cells[2], Data::Float(value)),
            None => assert_eq!(cells[2], Data::Empty),
        }
    }
    let count = |part: &str| report[part].as_array().unwrap().len();
    assert_eq!(sheets.len(), 2 + ["tables", "charts", "lists"].map(count).iter().sum::<usize>());
    assert!(matches!(row(&sheets[1 + count("tables")].1, 1)[1], Data::DateTime(_)));
    same_as_csv(&head, demo.path(), "behaviour-trends", false);
    same_as_csv(&head, demo.path(), "hotspots", true);

    let (last, about) = sheets.last().unwrap();
    assert_eq!(last, "About this export");
    let words = about.rows().map(|cells| format!("{}: {}", cells[0], cells[1]));
    let words = words.collect::<Vec<_>>().join("\n");
    for part in ["Metric: behaviour-trends", "Counted: ", "Note: Invented school"] {
        assert!(words.contains(part), "{words}");
    }
}

/// In text as in CSV each table is there, and what a chart shows is said once.
#[test]
fn a_report_in_text_and_in_csv_has_its_tables() {
    let demo = Demo::new();
    let head = demo.head();
    let folder = demo.path().join("my-metric");
    head.text(&["metric", "new", folder.to_str().unwrap()]);
    let run = ["metric", "run", folder.to_str().unwrap()];
    let text = head.text(&run);
    assert!(text.contains("\nReferrals by year group\n  Year group  Pupils  Referrals"), "{text}");
    assert_eq!(text.matches("Referrals by year group: ").count(), 1, "{text}");

    let csv = head.text(&[&["--format", "csv"], &run[..]].concat());
    assert!(csv.starts_with("# Findings\r\nLevel,Finding,Value,"), "{csv}");
    let table = csv.split("# Referrals by year group\r\n").nth(1).unwrap();
    let lines: Vec<String> = table.trim_end().split("\r\n").map(str::to_owned).collect();
    let cell = |value: &Value| match value {
        Value::Null => "hidden".to_owned(),
        Value::String(words) => words.clone(),
        other => other.to_string(),
    };
    let line = |row: &Value| -> String {
        row.as_array().unwrap().iter().map(cell).collect::<Vec<_>>().join(",")
    };
    let report = head.json(&run);
    let rows = report["tables"][0]["rows"].as_array().unwrap();
    assert!(!rows.is_empty());
    let heading = "Year group,Pupils,Referrals".to_owned();
    assert_eq!(lines, std::iter::once(heading).chain(rows.iter().map(line)).collect::<Vec<_>>());
}

/// What begins as a formula does is a text: a spreadsheet runs nothing.
#[test]
fn no_text_becomes_a_formula() {
    let demo = Demo::new();
    let head = demo.head();
    let folder = begun(&head, demo.path());
    let script = std::fs::read_to_string(folder.join("metric.rhai")).unwrap();
    let script = script.replace("Referrals by year group\" });", "=1+1\" });");
    std::fs::write(folder.join("metric.rhai"), script.replace("\"My metric\"", "\"=2+2\""))
        .unwrap();
    let file = demo.path().join("formula.XLSX");
    head.text(&["metric", "run", folder.to_str().unwrap(), "--out", file.to_str().unwrap()]);
    let mut workbook: Xlsx<_> = open_workbook(&file).unwrap();
    let names = workbook.sheet_names();
    assert!(names.contains(&"=1+1".to_owned()), "{names:?}");
    let about = workbook.worksheet_range("About this export").unwrap();
    assert!(about.rows().any(|cells| cells[1] == Data::String("=2+2".to_owned())), "{about:?}");
    for name in names {
        assert!(workbook.worksheet_formula(&name).unwrap().is_empty(), "{name}");
    }
}

/// A metric as it is begun, of incidents.
fn begun(device: &Device, dir: &Path) -> std::path::PathBuf {
    let folder = dir.join("my-metric");
    device.text(&["metric", "new", folder.to_str().unwrap()]);
    for name in ["metric.rhai", "plugin.toml"] {
        let text = std::fs::read_to_string(folder.join(name)).unwrap();
        std::fs::write(folder.join(name), text.replace("room_referrals", "incidents")).unwrap();
    }
    // Its example is of referrals.
    std::fs::remove_dir_all(folder.join("examples")).unwrap();
    folder
}

/// A teacher edits the script in an editor and reads the answer beside it.
#[test]
fn a_watched_metric_answers_every_change_and_outlives_mistakes() {
    let demo = Demo::new();
    let head = demo.head();
    let folder = begun(&head, demo.path());
    let file = folder.join("metric.rhai");
    let script = std::fs::read_to_string(&file).unwrap();
    let run = ["--format", "json", "metric", "run", folder.to_str().unwrap(), "--watch"];
    let watching = Process::spawn(&mut head.command(&run));
    let report = || -> Value { serde_json::from_str(&watching.line().unwrap()).unwrap() };
    assert_eq!(report()["title"], "My metric");

    std::fs::write(&file, script.replace("\"My metric\"", "\"Another\"")).unwrap();
    assert_eq!(report()["title"], "Another");
    std::fs::write(&file, "fn run(cx, p) { oops }").unwrap();
    let mistake = report();
    assert!(mistake["error"].as_str().unwrap().contains("line 1, column 17"), "{mistake}");
    std::fs::write(&file, script.replace("\"My metric\"", "\"Mended\"")).unwrap();
    assert_eq!(report()["title"], "Mended");

    head.log(&head.pupil(), "pastoral", "Pushed past in the corridor");
    // What changed may be hidden, but that something did is said.
    assert_eq!(report()["title"], "Mended", "one more incident");
    assert_eq!(watching.line_within(Duration::from_secs(1)), None, "nothing is said twice");
}
