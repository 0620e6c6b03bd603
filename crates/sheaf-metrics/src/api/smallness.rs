//! Few pupils: what is hidden, and what stands behind each mark.

use std::collections::{BTreeMap, BTreeSet};

use sheaf_analytics::{Audience, Pupils, Sensitivity, protect_one_way};
use sheaf_charts::IdSet;
use sheaf_records::RecordId;

use crate::column::{Backing, Behind};
use crate::missing::Missing;

/// Why a number over few pupils is hidden from the school's own staff.
pub const FEW: &str = "fewer than 5 pupils";

/// Why a number is hidden beside one that few pupils hide.
pub const BESIDE: &str = "a hidden value beside it could be worked out";

/// Why a number is hidden beside what a listed characteristic has left out, if that are few.
pub fn few_left_out(pupils: usize, audience: Audience) -> Option<Missing> {
    let why = match audience {
        Audience::Outside => {
            "1 to 9 pupils are left out by a listed characteristic, and would be told by the \
             difference"
        }
        _ => {
            "1 to 4 pupils are left out by a listed characteristic, and would be told by the \
             difference"
        }
    };
    is_told(pupils, audience).then(|| Missing::hidden(why))
}

/// Why a number over few pupils is hidden.
pub const fn few(audience: Audience) -> &'static str {
    match audience {
        Audience::Outside => "fewer than 10 pupils",
        _ => FEW,
    }
}

/// Whether so many pupils, who were left out, would be told by what is left.
pub const fn is_told(pupils: usize, audience: Audience) -> bool {
    let minimum = match audience {
        Audience::Outside => sheaf_analytics::OUTSIDE_MINIMUM,
        _ => sheaf_analytics::INSIDE_MINIMUM,
    };
    pupils > 0 && pupils < minimum as usize
}

/// Why each part of a whole is hidden: few pupils in it, or a hidden part that could be worked out
/// from it and the whole. `counts` is how many rows each part has.
pub fn of_parts(
    counts: &[u64],
    pupils: &[usize],
    split: Sensitivity,
    audience: Audience,
) -> Vec<Option<Missing>> {
    let mut parts: Vec<Option<Missing>> =
        pupils.iter().map(|pupils| of_counts(*pupils, *pupils, split, audience)).collect();
    let hidden: Vec<bool> = parts.iter().map(Option::is_some).collect();
    for (part, hide) in parts.iter_mut().zip(with_beside(counts, &hidden)) {
        *part = part.take().or_else(|| hide.then(|| Missing::hidden(BESIDE)));
    }
    parts
}

/// Which parts of a whole are hidden: those that are so by themselves, and those by which one of
/// them could be worked out of the whole. Of too many parts to protect, with a hidden one, all.
pub fn with_beside(counts: &[u64], hidden: &[bool]) -> Vec<bool> {
    if !hidden.contains(&true) {
        return hidden.to_vec();
    }
    match protect_one_way(counts, hidden) {
        Ok(safe) => {
            let cells = safe.cells.iter().zip(hidden);
            cells.map(|(cell, hidden)| *hidden || cell.is_suppressed()).collect()
        }
        Err(_) => vec![true; hidden.len()],
    }
}

/// Why a value over these rows is hidden, if it is: fewer than five pupils in the denominator, or,
/// where a listed characteristic picked the rows, one to four pupils with the event; for outside
/// the school, fewer than ten in either.
pub fn of_events(source: &Behind, happened: &[bool]) -> Option<Missing> {
    let denominator = match source.on_roll.is_empty() {
        true => source.pupils_where(|_| true),
        false => source.on_roll.iter().map(|spell| spell.id).collect::<BTreeSet<_>>().len(),
    };
    let with_event = source.pupils_where(|row| happened.get(row).copied().unwrap_or_default());
    of_counts(denominator, with_event, source.split, source.audience)
}

/// The same from the two counts of pupils.
pub fn of_counts(
    denominator: usize,
    with_event: usize,
    split: Sensitivity,
    audience: Audience,
) -> Option<Missing> {
    let count = |pupils: usize| Some(u32::try_from(pupils).unwrap_or(u32::MAX));
    let pupils = |numerator| Pupils { denominator: count(denominator), numerator, split };
    let part = match audience {
        Audience::Outside => "1 to 9 pupils in a result for outside",
        _ => "1 to 4 pupils of a group by a listed characteristic",
    };
    if pupils(None).hidden(audience) {
        return Some(Missing::hidden(few(audience)));
    }
    pupils(count(with_event)).hidden(audience).then(|| Missing::hidden(part))
}

/// Of a column that explains the values of pupils: only few of them have one of its two values, or
/// almost all of how it varies is theirs. What it explains would be theirs too.
pub fn singled_out(source: &Behind, values: &[f64]) -> Option<Missing> {
    const ALMOST_ALL: f64 = 0.9;
    let told = || Some(Missing::hidden("a column that explains it singles out few pupils"));
    let mut distinct: Vec<u64> = values.iter().map(|value| value.to_bits()).collect();
    distinct.sort_unstable();
    distinct.dedup();
    if let [_, _] = distinct.as_slice() {
        let with = |bits: &u64| {
            source.pupils_where(|row| values.get(row).is_some_and(|one| one.to_bits() == *bits))
        };
        let is_few = |bits: &u64| is_told(with(bits), source.audience);
        return if distinct.iter().any(is_few) { told() } else { None };
    }
    let mean = values.iter().sum::<f64>() / values.len() as f64;
    let mut by_pupil: BTreeMap<u32, f64> = BTreeMap::new();
    for (pupil, value) in source.pupils.iter().zip(values) {
        *by_pupil.entry(*pupil).or_default() += (value - mean).powi(2);
    }
    let mut shares: Vec<f64> = by_pupil.into_values().collect();
    shares.sort_by(|a, b| b.total_cmp(a));
    let all: f64 = shares.iter().sum();
    let few = (1..).take_while(|pupils| is_told(*pupils, source.audience)).count();
    let of_few: f64 = shares.iter().take(few).sum();
    if all > 0.0 && of_few > ALMOST_ALL * all { told() } else { None }
}

/// Whether so many pupils are too few for a plain value.
fn is_few(pupils: usize, audience: Audience) -> bool {
    Pupils::of(u32::try_from(pupils).unwrap_or(u32::MAX)).hidden(audience)
}

/// What stands behind each time of a curve: who is still at risk then, and the records of the
/// events at that time.
pub fn backing(at: &[f64], times: &[f64], happened: &[bool], source: &Behind) -> Vec<Backing> {
    let mut rows: Vec<usize> = (0..times.len()).collect();
    let time = |row: usize| times.get(row).copied().unwrap_or(f64::NEG_INFINITY);
    rows.sort_by(|&a, &b| time(b).total_cmp(&time(a)));
    let mut pupils = BTreeSet::new();
    let mut remaining = rows.into_iter().peekable();
    let mut n = 0;
    let mut out: Vec<Backing> = Vec::with_capacity(at.len());
    let ids = ids_at(times, happened, source);
    for &moment in at.iter().rev() {
        while let Some(row) = remaining.next_if(|&row| time(row) >= moment) {
            n += 1;
            pupils.extend(source.pupils.get(row).copied());
        }
        out.push(Backing {
            n,
            is_hidden: is_few(pupils.len(), source.audience),
            ids: ids.get(&moment.to_bits()).cloned().unwrap_or_default(),
        });
    }
    out.reverse();
    out
}

/// The same where the numbers at risk are known and are pupils.
pub fn backing_at(
    at: &[f64],
    at_risk: &[usize],
    times: &[f64],
    happened: &[bool],
    source: &Behind,
) -> Vec<Backing> {
    let ids = ids_at(times, happened, source);
    at.iter()
        .zip(at_risk)
        .map(|(moment, n)| Backing {
            n: *n as u32,
            is_hidden: is_few(*n, source.audience),
            ids: ids.get(&moment.to_bits()).cloned().unwrap_or_default(),
        })
        .collect()
}

/// The records of the events at each time.
fn ids_at(times: &[f64], happened: &[bool], source: &Behind) -> BTreeMap<u64, IdSet> {
    let mut found: BTreeMap<u64, Vec<RecordId>> = BTreeMap::new();
    for (row, (time, happened)) in times.iter().zip(happened).enumerate() {
        if *happened {
            found.entry(time.to_bits()).or_default().extend((source.records)(row));
        }
    }
    found.into_iter().map(|(time, ids)| (time, ids.into_iter().collect())).collect()
}

#[cfg(test)]
mod tests;
