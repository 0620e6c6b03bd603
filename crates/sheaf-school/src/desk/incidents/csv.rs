//! Rows of the table as CSV.

use std::ops::Range;

use sheaf_charts::cell;

use crate::desk::incident_table::{IncidentColumn, IncidentTable};

/// The rows at these places as they are shown, with a heading line and the record of each.
pub(super) fn csv(table: &IncidentTable, rows: Range<usize>) -> String {
    let mut heads: Vec<String> = IncidentColumn::ALL.map(|one| one.title().to_owned()).to_vec();
    heads.push("Record".to_owned());
    let mut text = line(&heads);
    for row in rows.filter_map(|place| table.row(place)) {
        let mut cells: Vec<String> =
            IncidentColumn::ALL.map(|column| cell(&row.words(column))).to_vec();
        cells.push(row.record.to_string());
        text.push_str(&line(&cells));
    }
    text
}

fn line(cells: &[String]) -> String {
    let mut line = cells.join(",");
    line.push_str("\r\n");
    line
}
