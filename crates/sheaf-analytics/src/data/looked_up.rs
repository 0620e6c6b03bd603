//! A column that another one's codes look up: what it says of a row stands by the row's code, and
//! is written down for each row only where somebody wants that.

use std::sync::Arc;

use arrow::array::Array;

use crate::data::column::{Column, Data, get};
use crate::plan::execute::parts::{at_once, cut, ranges};

/// A value for each code of a key.
pub struct LookedUp {
    /// The key: codes, none of them null.
    by: Column,
    /// What each of its codes stands for: codes too.
    values: Column,
}

impl LookedUp {
    /// The values by the codes of a key; none where one of the two has no codes, or the key has
    /// nulls.
    pub fn new(by: &Column, values: &Column) -> Option<Self> {
        let (Data::Codes(codes, _), Data::Codes(..)) = (by.data(), values.data()) else {
            return None;
        };
        (codes.null_count() == 0).then(|| Self { by: by.clone(), values: values.clone() })
    }

    /// The key.
    pub const fn by(&self) -> &Column {
        &self.by
    }

    /// What each of its codes stands for.
    pub const fn values(&self) -> &Column {
        &self.values
    }

    /// The value of each row.
    pub fn of_rows(&self) -> Data {
        match (self.by.data(), self.values.data()) {
            (Data::Codes(codes, _), Data::Codes(values, labels)) => {
                let found = match values.null_count() {
                    0 => gather(values.values(), codes.values()).into(),
                    _ => codes.values().iter().map(|code| get(values, *code as usize)).collect(),
                };
                Data::Codes(found, Arc::clone(labels))
            }
            (_, values) => values.clone(),
        }
    }
}

/// The value of each code.
fn gather(values: &[i32], codes: &[i32]) -> Vec<i32> {
    let mut found = vec![0; codes.len()];
    let parts = cut(&mut found, ranges(codes.len(), codes.len(), |_| true));
    at_once(parts, |(range, found)| {
        let codes = codes.get(range).unwrap_or_default();
        for (slot, code) in found.iter_mut().zip(codes) {
            *slot = values.get(*code as usize).copied().unwrap_or_default();
        }
    });
    found
}
