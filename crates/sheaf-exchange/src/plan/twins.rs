//! Rows of one list that mean the same pupil.

use std::collections::HashMap;

use crate::column::PupilField;
use crate::error::RowError;
use crate::names;
use crate::row::Row;

/// A row beside another one of the same pupil.
pub(super) enum Twin {
    /// It says the same as the row on this line.
    Repeats(usize),
    /// The two differ: which is right nobody can tell, so neither is taken.
    Differs(PupilField, RowError),
}

/// For each row its twin, if it has one: of equal rows the first is taken, of others none.
pub(super) fn twins(rows: &[Row], found: &[Option<usize>]) -> Vec<Option<Twin>> {
    let mut first: HashMap<Key, usize> = HashMap::new();
    let mut twins: Vec<Option<Twin>> = rows.iter().map(|_| None).collect();
    for (at, row) in rows.iter().enumerate() {
        let keys = keys(row, found.get(at).copied().flatten());
        let earlier = keys.iter().find_map(|(key, field)| Some((*first.get(key)?, *field)));
        for (key, _) in keys {
            first.entry(key).or_insert(at);
        }
        let Some((other, field)) = earlier else { continue };
        let Some(before) = rows.get(other) else { continue };
        let differs = differences(before, row);
        if differs.is_empty() {
            put(&mut twins, at, Twin::Repeats(before.line));
        } else {
            let twice = |line| RowError::Twice { line, differs: differs.join(", ") };
            put(&mut twins, at, Twin::Differs(field, twice(before.line)));
            put(&mut twins, other, Twin::Differs(field, twice(row.line)));
        }
    }
    twins
}

fn put(twins: &mut [Option<Twin>], at: usize, twin: Twin) {
    if let Some(place) = twins.get_mut(at) {
        place.get_or_insert(twin);
    }
}

#[derive(PartialEq, Eq, Hash)]
enum Key {
    Pupil(usize),
    Upn(String),
    NameAndDay(String, jiff::civil::Date),
}

/// By what a row can be the same pupil as another, and the cell that shows it.
fn keys(row: &Row, found: Option<usize>) -> Vec<(Key, PupilField)> {
    let upn = row.text(PupilField::Upn).map(|upn| (Key::Upn(upn.to_owned()), PupilField::Upn));
    let surname = PupilField::Surname;
    let name = row.text(PupilField::Forename).zip(row.text(surname));
    let name = name.map(|(given, family)| format!("{} {}", names::key(given), names::key(family)));
    let day = name.zip(row.born()).map(|(name, born)| (Key::NameAndDay(name, born), surname));
    let pupil = found.map(|at| (Key::Pupil(at), surname));
    upn.into_iter().chain(day).chain(pupil).collect()
}

fn differences(one: &Row, other: &Row) -> Vec<String> {
    let fields = PupilField::ALL.into_iter();
    let differing = fields.filter(|field| one.said.get(field) != other.said.get(field));
    let mut names: Vec<String> = differing.map(|field| field.to_string()).collect();
    if names.is_empty() && one.refusals.len() != other.refusals.len() {
        names.push("another cell".to_owned());
    }
    names
}
