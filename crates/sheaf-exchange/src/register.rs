//! A register that was read, and what it would do: one mark a row.

mod column;
mod plan;

use std::collections::BTreeMap;
use std::fmt;

use crate::column::{ColumnMap, PupilField};
use crate::error::ExchangeError;
use crate::header::Header;
use crate::pupil_file::{Source, check_order, read_list};
use crate::report::MappedColumn;
use crate::sheet::Line;

pub use self::column::RegisterMap;
use self::column::{RegisterField, find};
pub use self::plan::{MarkOutcome, MarkRow, RegisterHere, RegisterPlan, plan_register};

/// By what a row of a register says whose mark it is.
const IDENTITY: [PupilField; 6] = [
    PupilField::Forename,
    PupilField::Surname,
    PupilField::PreferredName,
    PupilField::Name,
    PupilField::Upn,
    PupilField::DateOfBirth,
];

/// A register: which column says what, and the rows.
pub struct RegisterFile {
    source: Source,
    header: Header,
    fields: BTreeMap<RegisterField, usize>,
    lines: Vec<Line>,
}

/// Reads a register: a mark a row, with the pupil, the date, the session and the code. `maps` says
/// which columns say what where their headers do not.
///
/// # Errors
/// The file is no CSV, is beyond a bound, has no header or no rows, or its columns do not say what
/// is needed: the error names the place and what to do.
pub fn read_register(bytes: &[u8], maps: &[RegisterMap]) -> Result<RegisterFile, ExchangeError> {
    let of_pupils: Vec<ColumnMap> = maps.iter().filter_map(RegisterMap::of_pupil).collect();
    let read = |line: &Line| {
        let fields = find(&line.cells, maps)?;
        Header::beside(line, &of_pupils, fields.into_values().collect())
    };
    let (source, mut header, lines) = read_list(bytes, &of_pupils, read)?;
    let fields = find(&header.columns, maps)?;
    header.fields.retain(|field, _| IDENTITY.contains(field));
    if let Some(date) = fields.get(&RegisterField::Date) {
        check_order(&header, &lines, *date)?;
    }
    Ok(RegisterFile { source, header, fields, lines })
}

impl RegisterFile {
    /// Which column says which field.
    fn columns(&self) -> Vec<MappedColumn> {
        let column = |at: &usize| self.header.name(*at).to_owned();
        let of_pupil = self.header.fields.iter().map(|(field, at)| (field.name(), column(at)));
        let of_mark = self.fields.iter().map(|(field, at)| (field.name(), column(at)));
        let all = of_pupil.chain(of_mark);
        all.map(|(field, column)| MappedColumn { field, column }).collect()
    }

    fn cell<'a>(&self, line: &'a Line, field: RegisterField) -> &'a str {
        self.fields.get(&field).map_or("", |at| line.cell(*at))
    }

    fn column_of(&self, field: RegisterField) -> &str {
        self.fields.get(&field).map_or(field.name(), |at| self.header.name(*at))
    }
}

impl fmt::Debug for RegisterFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RegisterFile({} rows, {:?})", self.lines.len(), self.source)
    }
}

#[cfg(test)]
mod tests;
