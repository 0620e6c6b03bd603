//! A pupil list that the invented school is given.

use std::path::Path;
use std::sync::Arc;

use sheaf_school::desk::{Choice, ColumnQuestion, ListForm, ListRow, ListSheet, Reply, RowState};
use sheaf_school::{ImportMode, ImportOutcome};

use super::school;

/// What a list is answered with, and how many pupils were written.
pub fn answer(form: &ListForm, asks: bool) -> (Reply, Option<usize>) {
    if form.path.extension().is_none_or(|ending| ending != "csv") {
        let path = form.path.display();
        return (Reply::Refused(format!("{path}: this is a ZIP archive, not a CSV file")), None);
    }
    if asks && form.maps.is_empty() {
        let column = |name: &str| Choice { code: name.to_owned(), title: name.to_owned() };
        let asks = ColumnQuestion {
            field: "surname".to_owned(),
            why: "No column says the surname: choose the one that does".to_owned(),
            columns: ["Forename", "Tribe", "Yr"].map(column).to_vec(),
        };
        return (Reply::ListAsks(Arc::new(asks)), None);
    }
    let is_dry = form.mode == ImportMode::DryRun;
    let outcome = if is_dry { ImportOutcome::DryRun } else { ImportOutcome::Imported };
    let sheet = sheet(&form.path, outcome);
    (Reply::List(Arc::new(sheet)), (!is_dry).then_some(2))
}

/// How a request for it is told.
pub fn name(form: &ListForm) -> String {
    let maps: Vec<String> = form.maps.iter().map(|(of, column)| format!("{of}={column}")).collect();
    format!("list {} {:?} {}", form.path.display(), form.mode, maps.join(" ")).trim_end().to_owned()
}

fn sheet(path: &Path, outcome: ImportOutcome) -> ListSheet {
    let row = |line, state, pupil: &str, says: &str| ListRow {
        line,
        state,
        pupil: pupil.to_owned(),
        record: (state == RowState::Changed).then(|| school::pupil(0)),
        says: says.to_owned(),
    };
    ListSheet {
        path: path.to_owned(),
        outcome,
        source: "A list from SIMS: UTF-8, separated by commas, header in line 3".to_owned(),
        columns: [("Forename", "Legal Forename"), ("Surname", "Legal Surname"), ("UPN", "UPN")]
            .map(|(field, column)| (field.to_owned(), column.to_owned()))
            .to_vec(),
        rows: vec![
            row(4, RowState::New, "Tamsin Arkwell", ""),
            row(5, RowState::Changed, "Amira Okafor", "Year group: Year 7 → Year 8"),
            row(6, RowState::Same, "Ben Carter", ""),
            row(7, RowState::Refused, "Jory Pellamounter", "UPN `A801432120005`: mistyped"),
            row(8, RowState::Repeated, "Tamsin Arkwell", "Says what line 4 says"),
        ],
        missing: vec!["Chloé Dubois".to_owned()],
        notes: vec!["Columns that were passed over: `House`".to_owned()],
    }
}
