//! Looking the columns of another frame up by keys that both have.

use std::collections::HashMap;
use std::sync::Arc;

use arrow::array::UInt32Array;

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
    let (mut own, mut theirs) = (vec![0u64; frame.len], vec![0u64; other.len]);
    let mut space = 1u64;
    for key in on {
        let alike = Alike::new(&frame.column(key)?, &other.column(key)?)?;
        space = space.checked_mul(alike.count).ok_or(AnalyticsError::Overflow("join"))?;
        append(&mut own, &alike.own, alike.count);
        append(&mut theirs, &alike.theirs, alike.count);
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
        let row = |key: &u64| places.get(*key as usize).copied().filter(|row| *row != NO_ROW);
        return Ok(own.iter().map(row).collect());
    }
    let mut places = HashMap::with_capacity(theirs.len());
    for (row, key) in (0u32..).zip(theirs).filter(|(_, key)| *key != NOWHERE) {
        if places.insert(key, row).is_some() {
            return Err(twice());
        }
    }
    Ok(own.iter().map(|key| places.get(key).copied()).collect())
}

/// Appends a digit to keys.
fn append(keys: &mut [u64], codes: &[Option<u64>], count: u64) {
    for (key, code) in keys.iter_mut().zip(codes) {
        *key = match code {
            Some(code) if *key != NOWHERE => *key * count + code,
            _ => NOWHERE,
        };
    }
}

/// Two columns as codes of one numbering.
struct Alike {
    own: Vec<Option<u64>>,
    theirs: Vec<Option<u64>>,
    count: u64,
}

impl Alike {
    fn new(own: &Column, theirs: &Column) -> Result<Self, AnalyticsError> {
        match (own.data(), theirs.data()) {
            (Data::Codes(own, labels), Data::Codes(theirs, others)) => {
                let same: Option<Vec<Option<u64>>> = (!Arc::ptr_eq(labels, others)).then(|| {
                    let known: HashMap<&str, u64> = others.iter().zip(0..).collect();
                    labels.iter().map(|text| known.get(text).copied()).collect()
                });
                let own_code = |code: Option<i32>| {
                    let code = usize::try_from(code?).ok()?;
                    same.as_ref().map_or(Some(code as u64), |same| same.get(code).copied()?)
                };
                Ok(Self {
                    own: own.iter().map(own_code).collect(),
                    theirs: theirs.iter().map(|code| u64::try_from(code?).ok()).collect(),
                    count: others.len().max(1) as u64,
                })
            }
            (Data::Ints(own), Data::Ints(values)) => {
                let mut known = HashMap::new();
                let mut code = |value: Option<i64>| {
                    let next = known.len() as u64;
                    value.map(|value| *known.entry(value).or_insert(next))
                };
                let theirs = values.iter().map(&mut code).collect();
                let own = own.iter().map(|value| known.get(&value?).copied()).collect();
                Ok(Self { own, theirs, count: known.len().max(1) as u64 })
            }
            (Data::Bools(own), Data::Bools(theirs)) => {
                let code = |answer: Option<bool>| answer.map(u64::from);
                let (own, theirs) = (own.iter().map(code), theirs.iter().map(code));
                Ok(Self { own: own.collect(), theirs: theirs.collect(), count: 2 })
            }
            _ => Err(AnalyticsError::mistyped("join", "keys of one type", own.ty())),
        }
    }
}
