//! What a metric said as a workbook, and again after every change. (Rule 10.)

use std::path::Path;

use calamine::{Data, DataType, Range, Reader, Xlsx, open_workbook};
use serde_json::Value;

use crate::device::{Demo, Device, Process};

fn sheets(file: &Path) -> Vec<(String, Range<Data>)> {
    let mut workbook: Xlsx<_> = open_workbook(file).unwrap();
    workbook.worksheets()
}

/// The cells of a row, as far as they hold anything.
fn row(sheet: &Range<Data>, number: usize) -> Vec<Data> {
    sheet.rows().nth(number).unwrap().to_vec()
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
    let (charts, tables) = (report["charts"].as_array().unwrap(), report["tables"].as_array());
    assert_eq!(sheets.len(), 2 + charts.len() + tables.unwrap().len());

    let (_, numbers) = &sheets[1 + tables.unwrap().len()];
    let marks = charts[0]["layers"].as_array().unwrap().iter();
    let marks: Vec<&Value> = marks
        .filter(|layer| layer["shape"]["type"] == "line" || layer["shape"]["type"] == "points")
        .flat_map(|layer| layer["marks"].as_array().unwrap())
        .collect();
    assert!(marks.len() > 5, "too little to compare");
    let values: Vec<f64> = numbers.rows().skip(1).filter_map(|cells| cells[2].as_f64()).collect();
    for mark in marks.iter().filter(|mark| mark["status"] == "shown") {
        assert!(values.contains(&mark["y"].as_f64().unwrap()), "{mark}");
    }
    assert!(matches!(row(numbers, 1)[1], Data::DateTime(_)), "{:?}", row(numbers, 1));

    let (last, about) = sheets.last().unwrap();
    assert_eq!(last, "About this export");
    let words = about.rows().map(|cells| format!("{}: {}", cells[0], cells[1]));
    let words = words.collect::<Vec<_>>().join("\n");
    for part in ["Metric: behaviour-trends", "Counted: ", "Note: Invented school"] {
        assert!(words.contains(part), "{words}");
    }
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
    std::fs::write(&file, script.replace("\"My metric\"", "\"Mended\"")).unwrap();
    let mended = report();
    assert_eq!(mended["title"], "Mended");

    head.log(&head.pupil(), "pastoral", "Pushed past in the corridor");
    assert_ne!(report()["tables"], mended["tables"], "one more incident");
    assert!(watching.kill().is_empty(), "nothing is said twice");
}
