//! Looking the columns of another frame up by keys that both have.

use std::collections::HashMap;
use std::sync::Arc;

use arrow::array::{Array, PrimitiveArray, UInt32Array};
use arrow::buffer::ScalarBuffer;
use arrow::datatypes::ArrowPrimitiveType;

use crate::data::column::{Column, Data};
use crate::data::looked_up::LookedUp;
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
    let other = with.run_checked(&frame.scope, budget)?;
    budget.allow_bytes(frame.len.saturating_add(other.len).saturating_mul(16))?;
    let found = look_up(&frame, &other, on)?;
    let names: Vec<String> = other.names().into_iter().map(str::to_owned).collect();
    for name in names.iter().filter(|name| !on.contains(name)) {
        budget.check()?;
        frame.set(name, found.of(&other.column(name)?)?);
    }
    Ok(frame)
}

/// For each row of one frame the row of the other with the same keys, null where there is none.
enum Found {
    /// Of each row.
    Rows(UInt32Array),
    /// Of each code of the one key; and the key.
    Codes(UInt32Array, Column),
}

impl Found {
    /// What a column of the other frame says of each row.
    fn of(&self, column: &Column) -> Result<Column, AnalyticsError> {
        let (rows, key) = match self {
            Self::Rows(rows) => return column.take(rows),
            Self::Codes(rows, key) => (rows, key),
        };
        let of_code = column.take(rows)?;
        match LookedUp::new(key, &of_code) {
            Some(looked_up) => Ok(Column::looked_up(looked_up)),
            None => of_code.take(&rows_of(key)),
        }
    }
}

fn look_up(frame: &Frame, other: &Frame, on: &[String]) -> Result<Found, AnalyticsError> {
    if let [key] = on
        && let Some(found) = by_code(key, &frame.column(key)?, &other.column(key)?)?
    {
        return Ok(found);
    }
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
        return Ok(Found::Rows(rows(own.iter().map(row).collect())));
    }
    let mut places = HashMap::with_capacity(theirs.len());
    for (row, key) in (0u32..).zip(theirs).filter(|(_, key)| *key != NOWHERE) {
        if places.insert(key, row).is_some() {
            return Err(twice());
        }
    }
    let row = |key: &u64| places.get(key).copied().unwrap_or(NO_ROW);
    Ok(Found::Rows(rows(own.iter().map(row).collect())))
}

/// Looks one key of codes up by code; none where the two are coded in different ways.
fn by_code(key: &str, own: &Column, theirs: &Column) -> Result<Option<Found>, AnalyticsError> {
    let (Data::Codes(_, labels), Data::Codes(theirs, others)) = (own.data(), theirs.data()) else {
        return Ok(None);
    };
    if !Arc::ptr_eq(labels, others) {
        return Ok(None);
    }
    let mut places = vec![NO_ROW; labels.len()];
    for (row, code) in (0u32..).zip(theirs) {
        let place = code.and_then(|code| places.get_mut(usize::try_from(code).ok()?));
        if let Some(place) = place
            && std::mem::replace(place, row) != NO_ROW
        {
            return Err(AnalyticsError::JoinTwice(key.to_owned()));
        }
    }
    Ok(Some(Found::Codes(rows(places), own.clone())))
}

/// The codes of a key as places to take from.
fn rows_of(key: &Column) -> UInt32Array {
    match key.data() {
        Data::Codes(codes, _) => {
            let places = ScalarBuffer::from(codes.values().inner().clone());
            UInt32Array::new(places, codes.nulls().cloned())
        }
        _ => UInt32Array::new_null(key.len()),
    }
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
