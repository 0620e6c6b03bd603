//! Looking the columns of another frame up by keys that both have.

use std::collections::HashMap;
use std::sync::Arc;

use arrow::array::{Array, PrimitiveArray, UInt32Array};
use arrow::datatypes::ArrowPrimitiveType;

use crate::data::column::{Column, Data};
use crate::error::AnalyticsError;
use crate::frame::Frame;
use crate::plan::Plan;
use crate::plan::budget::Budget;

/// A key space of so many places for each row is looked up by place.
const PLACES_A_ROW: u64 = 4;
/// A key space that is always looked up by place.
const SMALL_SPACE: u64 = 1 << 16;

/// A key that the other side does not have, or none at all.
const NOWHERE: u64 = u64::MAX;
/// A place without a row.
const NO_ROW: u32 = u32::MAX;

/// Runs a join step; names and types were checked.
pub fn run(
    mut frame: Frame,
    with: &Plan,
    on: &[String],
    budget: &Budget,
) -> Result<Frame, AnalyticsError> {
    let other = with.run(&frame.scope, budget)?;
    budget.allow_bytes(frame.len.saturating_add(other.len).saturating_mul(16))?;
    let rows = look_up(&frame, &other, on)?;
    let names: Vec<String> = other.names().into_iter().map(str::to_owned).collect();
    for name in names.iter().filter(|name| !on.contains(name)) {
        budget.check()?;
        frame.set(name, other.column(name)?.take(&rows)?);
    }
    Ok(frame)
}

/// For each row of one frame the row of the other with the same keys.
fn look_up(frame: &Frame, other: &Frame, on: &[String]) -> Result<UInt32Array, AnalyticsError> {
    let (mut own, mut theirs) = (Vec::new(), Vec::new());
    let mut space = 1u64;
    for key in on {
        let alike = Alike::new(&frame.column(key)?, &other.column(key)?)?;
        space = space.checked_mul(alike.count).ok_or(AnalyticsError::Overflow("join"))?;
        append(&mut own, alike.own, alike.count);
        append(&mut theirs, alike.theirs, alike.count);
    }
    let twice = || AnalyticsError::JoinTwice(on.join("`, `"));
    let most = (frame.len as u64 * PLACES_A_ROW).max(SMALL_SPACE);
    if space <= most {
        let mut places = vec![NO_ROW; space as usize];
        for (row, key) in (0u32..).zip(&theirs) {
            if let Some(place) = places.get_mut(*key as usize)
                && std::mem::replace(place, row) != NO_ROW
            {
                return Err(twice());
            }
        }
        let row = |key: &u64| places.get(*key as usize).copied().unwrap_or(NO_ROW);
        return Ok(rows(own.iter().map(row).collect()));
    }
    let mut places = HashMap::with_capacity(theirs.len());
    for (row, key) in (0u32..).zip(theirs).filter(|(_, key)| *key != NOWHERE) {
        if places.insert(key, row).is_some() {
            return Err(twice());
        }
    }
    Ok(rows(own.iter().map(|key| places.get(key).copied().unwrap_or(NO_ROW)).collect()))
}

/// Rows to take, null where there is none.
fn rows(rows: Vec<u32>) -> UInt32Array {
    let nulls = rows.contains(&NO_ROW).then(|| rows.iter().map(|row| *row != NO_ROW).collect());
    UInt32Array::new(rows.into(), nulls)
}

/// Appends a digit to keys.
fn append(keys: &mut Vec<u64>, codes: Vec<u64>, count: u64) {
    if keys.is_empty() {
        *keys = codes;
        return;
    }
    for (key, code) in keys.iter_mut().zip(codes) {
        let known = *key != NOWHERE && code != NOWHERE;
        *key = if known { *key * count + code } else { NOWHERE };
    }
}

/// Two columns as codes of one numbering.
struct Alike {
    own: Vec<u64>,
    theirs: Vec<u64>,
    count: u64,
}

impl Alike {
    fn new(own: &Column, theirs: &Column) -> Result<Self, AnalyticsError> {
        match (own.data(), theirs.data()) {
            (Data::Codes(own, labels), Data::Codes(theirs, others)) => {
                let plain = |code: i32| u64::try_from(code).unwrap_or(NOWHERE);
                let own = if Arc::ptr_eq(labels, others) {
                    coded(own, plain)
                } else {
                    let known: HashMap<&str, u64> = others.iter().zip(0..).collect();
                    let same = labels.iter().map(|text| known.get(text).copied());
                    let same: Vec<u64> = same.map(|code| code.unwrap_or(NOWHERE)).collect();
                    let code = |code: i32| same.get(usize::try_from(code).ok()?).copied();
                    coded(own, |own| code(own).unwrap_or(NOWHERE))
                };
                Ok(Self { own, theirs: coded(theirs, plain), count: others.len().max(1) as u64 })
            }
            (Data::Ints(own), Data::Ints(values)) => {
                let mut known = HashMap::new();
                let theirs = values.iter().map(|value| {
                    let next = known.len() as u64;
                    value.map_or(NOWHERE, |value| *known.entry(value).or_insert(next))
                });
                let theirs = theirs.collect();
                let own = coded(own, |value| known.get(&value).copied().unwrap_or(NOWHERE));
                Ok(Self { own, theirs, count: known.len().max(1) as u64 })
            }
            (Data::Bools(own), Data::Bools(theirs)) => {
                let code = |answer: Option<bool>| answer.map_or(NOWHERE, u64::from);
                let (own, theirs) = (own.iter().map(code), theirs.iter().map(code));
                Ok(Self { own: own.collect(), theirs: theirs.collect(), count: 2 })
            }
            _ => Err(AnalyticsError::mistyped("join", "keys of one type", own.ty())),
        }
    }
}

/// The code of each value, nowhere for null.
fn coded<T: ArrowPrimitiveType>(
    values: &PrimitiveArray<T>,
    code: impl Fn(T::Native) -> u64,
) -> Vec<u64> {
    match values.nulls() {
        None => values.values().iter().map(|value| code(*value)).collect(),
        Some(_) => values.iter().map(|value| value.map_or(NOWHERE, &code)).collect(),
    }
}
