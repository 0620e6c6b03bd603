//! The header of a list: which row it is, and which column says what.

mod aliases;

use std::collections::BTreeMap;

use sheaf_records::nearest;

pub(crate) use self::aliases::plain;
use self::aliases::{Rank, meaning, system, usual};
use crate::column::{ColumnMap, PupilField};
use crate::error::ExchangeError;
use crate::sheet::Line;

/// A header that was found, with what its columns say.
pub(crate) struct Header {
    /// The line of the file on which it stands.
    pub line: usize,
    /// The header of each column.
    pub columns: Vec<String>,
    /// The column that says each field.
    pub fields: BTreeMap<PupilField, usize>,
    /// The system whose headers these are.
    pub system: Option<&'static str>,
    /// What a person should know about the choice of columns.
    pub notes: Vec<String>,
    /// Columns that say something else than what pupils are.
    others: Vec<usize>,
}

/// How many of the fields the best of these rows names, and which row that is.
pub(crate) fn best_row(lines: &[Line], maps: &[ColumnMap]) -> Option<(usize, usize)> {
    let scores = lines.iter().map(|line| score(line, maps)).enumerate();
    let best = scores.max_by_key(|(at, score)| (*score, std::cmp::Reverse(*at)))?;
    (best.1 > 0).then_some((best.1, best.0))
}

fn score(line: &Line, maps: &[ColumnMap]) -> usize {
    let mapped = |cell: &str| {
        let is_it = |map: &&ColumnMap| !map.column.is_empty() && plain(&map.column) == plain(cell);
        maps.iter().find(is_it).map(|map| map.field)
    };
    let fields = line.cells.iter().filter_map(|cell| {
        let known = meaning(cell).map(|(field, _)| field);
        mapped(cell).or(known)
    });
    fields.collect::<std::collections::BTreeSet<_>>().len()
}

impl Header {
    /// What the columns of a header row say.
    ///
    /// # Errors
    /// A column that is mapped is not there, two say the same, or one that is needed is missing.
    pub(crate) fn new(line: &Line, maps: &[ColumnMap]) -> Result<Self, ExchangeError> {
        Self::beside(line, maps, Vec::new())
    }

    /// The same of a list that says something else in these columns.
    ///
    /// # Errors
    /// As [`Header::new`].
    pub(crate) fn beside(
        line: &Line,
        maps: &[ColumnMap],
        others: Vec<usize>,
    ) -> Result<Self, ExchangeError> {
        let columns = line.cells.clone();
        let mut header = Self {
            line: line.number,
            system: system(&columns),
            columns,
            fields: BTreeMap::new(),
            notes: Vec::new(),
            others,
        };
        header.map(maps)?;
        header.recognise(maps)?;
        header.settle_names(maps);
        header.check_needed()?;
        header.note_unused();
        Ok(header)
    }

    /// What a person says comes first.
    fn map(&mut self, maps: &[ColumnMap]) -> Result<(), ExchangeError> {
        for (at, map) in maps.iter().enumerate() {
            if maps.iter().take(at).any(|other| other.field == map.field) {
                return Err(ExchangeError::MappedTwice(map.field.name()));
            }
            if !map.column.is_empty() {
                let column = self.find(&map.column)?;
                self.fields.insert(map.field, column);
            }
        }
        Ok(())
    }

    fn find(&self, wanted: &str) -> Result<usize, ExchangeError> {
        find_column(&self.columns, wanted)
    }

    /// Headers that are known, for the fields about which nothing was said.
    fn recognise(&mut self, maps: &[ColumnMap]) -> Result<(), ExchangeError> {
        for field in PupilField::ALL {
            if maps.iter().any(|map| map.field == field) {
                continue;
            }
            let mut found: Vec<(Rank, usize)> = self.known(field);
            found.sort_unstable();
            let Some((rank, column)) = found.first().copied() else { continue };
            let columns: Vec<(usize, String)> = found
                .iter()
                .filter(|(other, _)| *other == rank)
                .map(|(_, at)| (at + 1, self.name(*at).to_owned()))
                .collect();
            if columns.len() > 1 {
                return Err(ExchangeError::DoubledColumn { field: field.name(), columns });
            }
            self.fields.insert(field, column);
        }
        Ok(())
    }

    /// The columns whose header says a field and that were not given away by a person.
    fn known(&self, field: PupilField) -> Vec<(Rank, usize)> {
        let taken: Vec<usize> = self.fields.values().chain(&self.others).copied().collect();
        let columns = self.columns.iter().enumerate().filter(|(at, _)| !taken.contains(at));
        let says = |(at, name): (usize, &String)| {
            meaning(name).filter(|(of, _)| *of == field).map(|(_, rank)| (rank, at))
        };
        columns.filter_map(says).collect()
    }

    /// Beside a legal forename a plain one is what the pupil is called; beside two columns for the
    /// parts of a name, one for the whole says nothing more.
    fn settle_names(&mut self, maps: &[ColumnMap]) {
        let said = |field| maps.iter().any(|map| map.field == field);
        let plain_forename = self
            .known(PupilField::Forename)
            .into_iter()
            .find(|(rank, _)| *rank == Rank::Usual)
            .map(|(_, at)| at);
        if let Some(at) = plain_forename
            && !self.fields.contains_key(&PupilField::PreferredName)
            && !said(PupilField::PreferredName)
        {
            self.fields.insert(PupilField::PreferredName, at);
        }
        let parts = [PupilField::Forename, PupilField::Surname];
        if parts.iter().all(|part| self.fields.contains_key(part)) {
            self.fields.remove(&PupilField::Name);
        }
    }

    /// Both names, or, in a list that only updates, the UPN without any.
    fn check_needed(&self) -> Result<(), ExchangeError> {
        let has = |field: &PupilField| self.fields.contains_key(field);
        let parts = [PupilField::Forename, PupilField::Surname];
        if has(&PupilField::Name) || parts.iter().all(has) {
            return Ok(());
        }
        let nearest_of = |field: PupilField| {
            let unused = self.unused();
            let names = unused.iter().map(|at| self.name(*at));
            let near =
                |wanted: &str| names.clone().find(|name| nearest(&plain(name), [wanted]).is_some());
            usual(field).find_map(near).map(str::to_owned)
        };
        let missing = parts.into_iter().find(|part| !has(part)).unwrap_or(PupilField::Surname);
        let nearest = nearest_of(missing);
        if has(&PupilField::Upn) && !parts.iter().any(has) && nearest.is_none() {
            return Ok(());
        }
        Err(ExchangeError::MissingColumn { field: missing.name(), nearest, columns: self.listed() })
    }

    fn note_unused(&mut self) {
        let unused: Vec<String> = self
            .unused()
            .into_iter()
            .filter(|at| !self.name(*at).is_empty())
            .map(|at| format!("`{}`", self.name(at)))
            .collect();
        if !unused.is_empty() {
            self.notes.push(format!("Columns that were passed over: {}", unused.join(", ")));
        }
    }

    fn unused(&self) -> Vec<usize> {
        let used = |at: &usize| self.others.contains(at) || self.fields.values().any(|of| of == at);
        (0..self.columns.len()).filter(|at| !used(at)).collect()
    }

    /// The header of a column.
    pub(crate) fn name(&self, column: usize) -> &str {
        self.columns.get(column).map(String::as_str).unwrap_or_default()
    }

    /// The header of the column that says a field; the field's own name where none does.
    pub(crate) fn column_of(&self, field: PupilField) -> &str {
        self.fields.get(&field).map_or(field.name(), |column| self.name(*column))
    }

    /// Whether a forename may be what the pupil is called rather than the legal one.
    pub(crate) fn forename_may_be_preferred(&self) -> bool {
        let legal = self.fields.get(&PupilField::Forename).and_then(|at| meaning(self.name(*at)));
        !self.fields.contains_key(&PupilField::PreferredName)
            && !matches!(legal, Some((_, Rank::Exact)))
    }

    fn listed(&self) -> Vec<String> {
        listed(&self.columns)
    }
}

/// The column that a person means: by its header, or by its number from 1.
pub(crate) fn find_column(columns: &[String], wanted: &str) -> Result<usize, ExchangeError> {
    let by_name = |same: &dyn Fn(&str) -> bool| columns.iter().position(|name| same(name));
    let found = by_name(&|name| name == wanted)
        .or_else(|| by_name(&|name| plain(name) == plain(wanted) && !plain(name).is_empty()))
        .or_else(|| {
            let number = wanted.parse::<usize>().ok()?.checked_sub(1)?;
            (number < columns.len()).then_some(number)
        });
    found.ok_or_else(|| ExchangeError::UnknownColumn {
        column: wanted.to_owned(),
        nearest: nearest(wanted, columns.iter().map(String::as_str)).map(str::to_owned),
        columns: listed(columns),
    })
}

/// The headers that say something.
pub(crate) fn listed(columns: &[String]) -> Vec<String> {
    columns.iter().filter(|name| !name.is_empty()).cloned().collect()
}

#[cfg(test)]
mod tests;
