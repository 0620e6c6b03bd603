//! A list as a face sees it.

use std::cell::Cell;

use sheaf_exchange::ImportOutcome;
use tempfile::TempDir;

use super::*;
use crate::records::test_school::TestSchool;

const LIST: &str = "Forename,Surname,Year,Reg\n\
                    Noor,Example,Year 7,7K\n\
                    Wren,Brockwood,7,7L\n\
                    Ansel,Quist,Year 19,7L\n";

struct Lists {
    test: TestSchool,
    dir: TempDir,
}

impl Lists {
    fn new() -> Self {
        Self { test: TestSchool::new(), dir: TempDir::new().unwrap() }
    }

    fn ask(&self, text: &str, maps: &[(&str, &str)], mode: ImportMode) -> Result<Reply> {
        let path = self.dir.path().join("list.csv");
        std::fs::write(&path, text).unwrap();
        let maps = maps.iter().map(|(field, column)| ((*field).into(), (*column).into())).collect();
        let written = Cell::new(0);
        let reply = list(&self.test.school, &ListForm { path, maps, mode }, &|n| written.set(n));
        assert_eq!(written.get() > 0, mode == ImportMode::KeepGood && reply.is_ok());
        reply
    }

    #[track_caller]
    fn sheet(&self, text: &str, mode: ImportMode) -> Arc<ListSheet> {
        match self.ask(text, &[], mode).unwrap() {
            Reply::List(sheet) => sheet,
            other => panic!("{other:?}"),
        }
    }
}

#[test]
fn each_row_says_what_it_does_and_a_new_pupil_can_be_opened_once_here() {
    let lists = Lists::new();
    let dry = lists.sheet(LIST, ImportMode::DryRun);
    let states: Vec<_> = dry.rows.iter().map(|row| row.state).collect();
    assert_eq!(states, [RowState::Changed, RowState::New, RowState::Refused]);
    assert_eq!(dry.rows[0].says, "Year group: none → Year 7; Reg group: none → 7K");
    assert_eq!(dry.rows[0].record.unwrap().to_string(), lists.test.pupil);
    assert_eq!(dry.rows[1].record, None);
    assert!(
        dry.rows[2].says.starts_with("Year “Year 19”: is no year group"),
        "{}",
        dry.rows[2].says
    );
    assert_eq!(dry.columns[2], ("Year group".to_owned(), "Year".to_owned()));
    assert_eq!(lists.test.school.pupils().unwrap().len(), 1);
    let done = lists.sheet(LIST, ImportMode::KeepGood);
    assert_eq!(done.outcome, ImportOutcome::Imported);
    let new = done.rows[1].record.unwrap();
    assert!(lists.test.school.pupils().unwrap().iter().any(|pupil| pupil.id == new));
}

#[test]
fn a_column_that_is_not_understood_is_asked_about_and_the_answer_counts() {
    let lists = Lists::new();
    let text = LIST.replace("Surname", "Tribe");
    let Reply::ListAsks(asks) = lists.ask(&text, &[], ImportMode::DryRun).unwrap() else {
        panic!("a column without a meaning was read")
    };
    assert_eq!(asks.why, "No column says the surname: choose the one that does");
    let titles: Vec<&str> = asks.columns.iter().map(|one| one.title.as_str()).collect();
    assert_eq!(titles, ["Forename", "Tribe", "Year", "Reg"]);
    let reply = lists.ask(&text, &[("surname", "Tribe")], ImportMode::DryRun).unwrap();
    assert!(matches!(reply, Reply::List(sheet) if sheet.rows.len() == 3));

    let twice = LIST.replace("Reg", "Year");
    let Reply::ListAsks(asks) = lists.ask(&twice, &[], ImportMode::DryRun).unwrap() else {
        panic!("two columns that say the same were read")
    };
    let codes: Vec<&str> = asks.columns.iter().map(|one| one.code.as_str()).collect();
    assert_eq!((asks.field.as_str(), codes), ("year_group", vec!["3", "4"]));
    let reply = lists.ask(&twice, &[("year_group", "3")], ImportMode::DryRun).unwrap();
    assert!(matches!(reply, Reply::List(_)));
}

#[test]
fn what_is_no_list_is_refused_in_one_line() {
    let lists = Lists::new();
    let why = lists.ask("PK\u{3}\u{4}rest", &[], ImportMode::DryRun).unwrap_err().to_string();
    assert!(why.contains("not a CSV file"), "{why}");
    assert!(!why.contains('\n'));
}
