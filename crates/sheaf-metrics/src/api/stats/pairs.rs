//! Before and after, a row a pupil, as scripts hand it over: a map, a table or a frame with the
//! columns `n0 e0 n1 e1`.

use rhai::{Dynamic, Map};
use sheaf_stats::BeforeAfter;

use super::{Found, hidden};
use crate::api::frame::FrameValue;
use crate::api::windows::CountsValue;
use crate::column::{codes, kind_of, numbers};
use crate::eval::CsvTable;
use crate::fault::fault;
use crate::registry::Answer;

/// A column of a map, a table or a frame; none where a map has no such key.
pub fn named(what: &str, value: &Dynamic, name: &str) -> Answer<Option<Dynamic>> {
    if let Some(map) = value.read_lock::<Map>() {
        return Ok(map.get(name).cloned());
    }
    if let Some(table) = value.read_lock::<CsvTable>() {
        return table.has(name).then(|| table.field(name)).transpose();
    }
    if let Some(counts) = value.read_lock::<CountsValue>() {
        return Ok(counts.column(name).map(Dynamic::from));
    }
    if let Some(frame) = value.read_lock::<FrameValue>() {
        let has = frame.frame.column(name).is_ok();
        return has.then(|| frame.column(name).map(Dynamic::from)).transpose();
    }
    let kind = kind_of(value);
    Err(fault(format!("{what} needs a table, a frame or a map of columns, but this is {kind}")))
}

/// The same where the column must be there.
pub fn needed(what: &str, value: &Dynamic, name: &str) -> Answer<Dynamic> {
    named(what, value, name)?.ok_or_else(|| fault(format!("{what} needs a column `{name}`")))
}

/// The columns of a before and after.
pub struct Pairs {
    n0: Vec<f64>,
    e0: Vec<f64>,
    n1: Vec<f64>,
    e1: Vec<f64>,
}

impl Pairs {
    /// Four arguments of a call, in the order `n1 e1 n0 e0`.
    pub fn of(what: &str, [n1, e1, n0, e0]: [&Dynamic; 4]) -> Found<Self> {
        let read = |name: &str, value: &Dynamic| numbers(&format!("`{name}` of {what}"), value);
        let pairs = Self {
            n0: read("n0", n0)?,
            e0: read("e0", e0)?,
            n1: read("n1", n1)?,
            e1: read("e1", e1)?,
        };
        let either: Vec<f64> = pairs.n0.iter().zip(&pairs.n1).map(|(a, b)| a + b).collect();
        match hidden(n1, &either).or_else(|| hidden(n0, &either)) {
            Some(missing) => Err(missing.into()),
            None => Ok(pairs),
        }
    }

    /// The columns of a table; rows with the same value of `cluster`, where it is given, are one.
    pub fn of_table(what: &str, value: &Dynamic, cluster: Option<&str>) -> Found<Self> {
        let column = |name: &str| needed(what, value, name);
        let (n1, e1, n0, e0) = (column("n1")?, column("e1")?, column("n0")?, column("e0")?);
        let pairs = Self::of(what, [&n1, &e1, &n0, &e0])?;
        let Some(name) = cluster else { return Ok(pairs) };
        let Some(codes_of) = named(what, value, name)? else { return Ok(pairs) };
        let codes = codes(&format!("`{name}` of {what}"), &codes_of)?;
        if codes.len() != pairs.n0.len() {
            let (have, need) = (codes.len(), pairs.n0.len());
            return Err(
                fault(format!("{what}: `{name}` has {have} values but `n0` has {need}")).into()
            );
        }
        Ok(pairs.joined(&codes))
    }

    /// The slices of the columns.
    pub fn rows(&self) -> BeforeAfter<'_> {
        BeforeAfter { n0: &self.n0, e0: &self.e0, n1: &self.n1, e1: &self.e1 }
    }

    fn joined(self, codes: &[u32]) -> Self {
        let sum = |values: &[f64]| {
            let mut sums = std::collections::BTreeMap::new();
            for (code, value) in codes.iter().zip(values) {
                *sums.entry(*code).or_insert(0.0) += value;
            }
            sums.into_values().collect()
        };
        Self { n0: sum(&self.n0), e0: sum(&self.e0), n1: sum(&self.n1), e1: sum(&self.e1) }
    }
}
