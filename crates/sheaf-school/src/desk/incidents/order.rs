//! Filtering and sorting, on places of rows.

use std::cmp::Ordering;
use std::sync::Arc;

use crate::desk::incident_table::{IncidentColumn, IncidentOrder, IncidentRow, Sense};

/// The places of the rows to show, the first first; empty cells last, equal ones newest first.
pub(super) fn order(
    rows: &[Arc<IncidentRow>],
    order: &IncidentOrder,
    keeps: impl Fn(&IncidentRow) -> bool,
) -> Vec<u32> {
    let mut shown: Vec<(u32, &IncidentRow)> = rows
        .iter()
        .zip(0_u32..)
        .filter(|(row, _)| keeps(row))
        .map(|(row, place)| (place, &**row))
        .collect();
    shown.sort_unstable_by(|(_, one), (_, other)| compare(one, other, order));
    shown.into_iter().map(|(place, _)| place).collect()
}

fn compare(one: &IncidentRow, other: &IncidentRow, order: &IncidentOrder) -> Ordering {
    let sense = order.sense;
    let first = match order.column {
        IncidentColumn::When => filled(one.at, other.at, sense),
        IncidentColumn::Pupils => words(&one.pupils, &other.pupils, sense),
        IncidentColumn::Category => words(
            IncidentRow::title(one.category.as_ref()),
            IncidentRow::title(other.category.as_ref()),
            sense,
        ),
        IncidentColumn::Place => words(
            IncidentRow::title(one.place.as_ref()),
            IncidentRow::title(other.place.as_ref()),
            sense,
        ),
        IncidentColumn::Severity => filled(one.severity, other.severity, sense),
        IncidentColumn::Action => words(
            IncidentRow::title(one.action.as_ref()),
            IncidentRow::title(other.action.as_ref()),
            sense,
        ),
        IncidentColumn::By => words(&one.by, &other.by, sense),
        IncidentColumn::Labels => filled(weight(one), weight(other), sense),
    };
    first.then_with(|| other.at.cmp(&one.at)).then_with(|| one.record.cmp(&other.record))
}

/// What a person must look at weighs most: a conflict, then safeguarding, then follow-ups.
fn weight(row: &IncidentRow) -> Option<(bool, bool, u32)> {
    let weight = (row.conflicts > 0, row.guarded, row.open_follow_ups);
    (weight != (false, false, 0)).then_some(weight)
}

fn words<'a>(one: &'a str, other: &'a str, sense: Sense) -> Ordering {
    let filled_in = |text: &'a str| Some(text).filter(|text| !text.is_empty());
    filled(filled_in(one), filled_in(other), sense)
}

fn filled<T: Ord>(one: Option<T>, other: Option<T>, sense: Sense) -> Ordering {
    match (one, other) {
        (Some(one), Some(other)) => turned(one.cmp(&other), sense),
        (one, other) => other.is_some().cmp(&one.is_some()),
    }
}

const fn turned(ordering: Ordering, sense: Sense) -> Ordering {
    match sense {
        Sense::Rising => ordering,
        Sense::Falling => ordering.reverse(),
    }
}
