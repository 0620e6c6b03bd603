//! One row of a list: what it says of a pupil, and which of its cells are not understood.

use std::collections::BTreeMap;

use sheaf_records::{FieldType, Kind, Value, spec, virtual_fields};

use crate::column::PupilField;
use crate::dates::birthday;
use crate::error::RowError;
use crate::header::Header;
use crate::limits::MAX_SHOWN;
use crate::names;
use crate::report::Refusal;
use crate::sheet::Line;
use crate::words::{Said, Understood, Words};

/// What a row says.
pub(crate) struct Row {
    /// The line on which it begins.
    pub line: usize,
    /// What it says of each field; a cell that is empty says nothing.
    pub said: BTreeMap<PupilField, Said>,
    /// The cells as they stand in the file.
    cells: BTreeMap<PupilField, String>,
    /// The cells that are not understood.
    pub refusals: Vec<Refusal>,
    /// What a person should know about how the others were.
    pub notes: Vec<String>,
}

impl Row {
    /// Reads a row.
    pub(crate) fn read(line: &Line, header: &Header, words: &Words<'_>) -> Self {
        let mut row = Self {
            line: line.number,
            said: BTreeMap::new(),
            cells: BTreeMap::new(),
            refusals: Vec::new(),
            notes: Vec::new(),
        };
        let (cells, columns) = (line.cells.len(), header.columns.len());
        if cells > columns {
            let value = clipped(line.cell(columns));
            let why = RowError::TooManyCells { cells, columns }.to_string();
            row.refusals.push(Refusal { row: line.number, column: String::new(), value, why });
        }
        for (field, column) in &header.fields {
            let text = line.cell(*column);
            row.cells.insert(*field, text.to_owned());
            if text.is_empty() {
                continue;
            }
            if let Err(error) = row.take(*field, text, words) {
                row.refuse(*field, header, &error);
            }
        }
        row
    }

    fn take(&mut self, field: PupilField, text: &str, words: &Words<'_>) -> Result<(), RowError> {
        use PupilField::{DateOfBirth, Forename, Name, PreferredName, RegGroup, Surname, Upn};
        let said = match field {
            Name => {
                let (forename, surname) = names::split(text)?;
                self.said.insert(Forename, typed(Forename, &forename)?);
                self.said.insert(Surname, typed(Surname, &surname)?);
                return Ok(());
            }
            Forename | Surname | PreferredName => typed(field, &names::tidy(text))?,
            Upn => typed(field, &without_blanks(text))?,
            DateOfBirth => Said::Is(birthday(text, words.today)?.into()),
            RegGroup => typed(field, text)?,
            _ => {
                let Understood { said, note } = words.read(field, text)?;
                self.notes.extend(note);
                said
            }
        };
        self.said.insert(field, said);
        Ok(())
    }

    /// Whether the row names somebody, or means to.
    pub(crate) fn names_somebody(&self) -> bool {
        use PupilField::{Forename, Name, Surname, Upn};
        let identity = [Forename, Surname, Name, Upn];
        identity.iter().any(|field| self.cells.get(field).is_some_and(|cell| !cell.is_empty()))
    }

    /// Refuses a cell.
    pub(crate) fn refuse(&mut self, field: PupilField, header: &Header, error: &RowError) {
        let refusal = self.refusal(field, header, error);
        self.refusals.push(refusal);
    }

    /// A refusal of the cell that says a field.
    pub(crate) fn refusal(&self, field: PupilField, header: &Header, error: &RowError) -> Refusal {
        let field = match field {
            PupilField::Forename | PupilField::Surname if !header.fields.contains_key(&field) => {
                PupilField::Name
            }
            other => other,
        };
        let cell = self.cells.get(&field).map(String::as_str).unwrap_or_default();
        Refusal {
            row: self.line,
            column: header.column_of(field).to_owned(),
            value: clipped(cell),
            why: error.to_string(),
        }
    }

    /// What the row says of a text field.
    pub(crate) fn text(&self, field: PupilField) -> Option<&str> {
        match self.said.get(&field)? {
            Said::Is(value) => value.as_text(),
            Said::Yes | Said::No => None,
        }
    }

    /// The birthday.
    pub(crate) fn born(&self) -> Option<jiff::civil::Date> {
        match self.said.get(&PupilField::DateOfBirth)? {
            Said::Is(value) => value.as_date(),
            Said::Yes | Said::No => None,
        }
    }

    /// Fields of which the row has an empty cell.
    pub(crate) fn empty(&self) -> impl Iterator<Item = PupilField> {
        self.cells.iter().filter(|(_, cell)| cell.is_empty()).map(|(field, _)| *field)
    }

    /// The name for a report: as the row has it, else its number.
    pub(crate) fn who(&self) -> String {
        let part = |field| self.text(field).map(str::to_owned);
        let parts = [part(PupilField::Forename), part(PupilField::Surname)];
        let name = parts.into_iter().flatten().collect::<Vec<_>>().join(" ");
        if !name.is_empty() {
            return clipped(&name);
        }
        let cell = |field| self.cells.get(&field).filter(|cell| !cell.is_empty());
        let raw = cell(PupilField::Name).or_else(|| cell(PupilField::Upn));
        raw.map(|cell| clipped(cell)).unwrap_or_default()
    }
}

/// The value of a field that the schema knows, checked against it.
fn typed(field: PupilField, text: &str) -> Result<Said, RowError> {
    let ty = type_of(field);
    let value = match ty {
        Some(ty) => ty.parse(text)?,
        None => Value::from(text),
    };
    Ok(Said::Is(value))
}

fn type_of(field: PupilField) -> Option<FieldType> {
    let name = field.name();
    let stored = spec(Kind::Pupil).field(name);
    let found = stored.or_else(|| virtual_fields(Kind::Pupil).iter().find(|one| one.name == name));
    found.map(|one| one.ty)
}

/// UPNs come in groups and in small letters.
fn without_blanks(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace() && *c != '-').flat_map(char::to_uppercase).collect()
}

/// A cell as a report shows it: one line, cut where it is long.
pub(crate) fn clipped(text: &str) -> String {
    let flat: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    if flat.chars().count() <= MAX_SHOWN {
        return flat;
    }
    flat.chars().take(MAX_SHOWN - 1).chain(['…']).collect()
}
