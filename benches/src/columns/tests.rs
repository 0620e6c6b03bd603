//! Our plans and the bare kernels held to a count row by row, and the table to what it is told.

use std::collections::BTreeMap;

use sheaf_analytics::Budget;

use super::kernel::{Floor, Kernels};
use super::material::Rows;
use super::table::{Size, Table};
use super::{Answer, Question, ours, peers, same};
use crate::machine::Machine;

const ROWS: usize = 3_000;

#[test]
fn plans_count_what_the_files_hold() {
    let rows = Rows::invent(ROWS).unwrap();
    let folder = tempfile::tempdir().unwrap();
    rows.write(folder.path()).unwrap();
    let read = |name: &str| std::fs::read_to_string(folder.path().join(name)).unwrap();
    let (incidents, pupils) = (read("incidents.csv"), read("pupils.csv"));
    let sexes: BTreeMap<&str, &str> =
        pupils.lines().skip(1).filter_map(|line| line.split_once(',')).collect();
    let cells: Vec<Vec<&str>> =
        incidents.lines().skip(1).map(|line| line.split(',').collect()).collect();
    let scope = rows.scope().unwrap();
    for question in Question::ALL {
        let mut counts: BTreeMap<(&str, &str), u64> = BTreeMap::new();
        for row in &cells {
            let [_, pupil, day, week, category, location, period] = row[..] else { panic!() };
            match question {
                Question::Trend => *counts.entry((week, category)).or_default() += 1,
                Question::Grid => *counts.entry((location, period)).or_default() += 1,
                Question::Join => *counts.entry((sexes[pupil], category)).or_default() += 1,
                Question::Rolling => {
                    let day: i64 = day.parse().unwrap();
                    let near = |other: &&Vec<&str>| {
                        let before = day - other[2].parse::<i64>().unwrap();
                        other[1] == pupil && (0..14).contains(&before)
                    };
                    let most = counts.entry((pupil, "")).or_default();
                    *most = (*most).max(cells.iter().filter(near).count() as u64);
                }
            }
        }
        let found = ours::plan(question).run(&scope, &Budget::default()).unwrap();
        let squares = counts.values().map(|count| count * count).sum();
        let total = ours::total(question, &found).unwrap();
        assert_eq!(total, [counts.len() as u64, squares], "{question:?}");
    }
}

#[test]
fn another_answer_is_no_comparison() {
    let answer = |engine: &str, question, total| Answer {
        engine: engine.to_owned(),
        question,
        seconds: 1.0,
        from_files: None,
        total,
    };
    let mut answers: Vec<Answer> =
        Question::ALL.map(|question| answer("Sheaf", question, [1, 4])).into();
    answers.push(answer("Other", Question::Join, [1, 4]));
    same(&answers).unwrap();
    answers.push(answer("Another", Question::Grid, [2, 4]));
    let error = same(&answers).unwrap_err().to_string();
    assert_eq!(error, "Place and period: Sheaf gave [1, 4], but Another gave [2, 4]");
}

#[test]
fn the_table_sets_the_others_beside_ours() {
    let line = r#"{"engine": "Polars", "version": "2.1.0", "question": "trend", "seconds": 0.02,
        "from_files": 0.05, "total": [1, 4]}"#;
    let other = peers::answer(&line.replace('\n', "")).unwrap();
    let ours = Answer { engine: "Sheaf".to_owned(), seconds: 0.002, ..other.clone() };
    let floor = Floor { question: Question::Trend, kernel: 0.001, reading: 0.0005 };
    let answers = vec![ours, other];
    let size = Size { rows: 5_000, pupils: 100, answers, floors: vec![floor] };
    let machine = Machine::of_this(std::path::Path::new("."));
    let text = Table { machine, sizes: vec![size] }.to_string();
    let expected = "\
### 5000 incidents of 100 pupils

| question | Sheaf | Polars 2.1.0 | files | bare kernel | reading |
|---|--:|--:|--:|--:|--:|
| Week and category | 2.00 ms | 20.00 ms (10.0) | 50.00 ms | 1.00 ms (2.0) | 500 µs (4.0) |
";
    assert!(text.contains(expected), "{text}");
    assert!(peers::answer("{}").is_err());
}

#[test]
fn kernels_run_over_what_a_school_has() {
    let kernels = Kernels::of(&Rows::invent(ROWS).unwrap().scope().unwrap()).unwrap();
    for question in Question::ALL {
        assert!(kernels.floor(question, 1).kernel > 0.0);
    }
}
