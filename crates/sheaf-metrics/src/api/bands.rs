//! Pupils by how many events they have, and who of the first are first again.

use std::collections::{BTreeMap, BTreeSet};

use rhai::{Array, Dynamic};
use serde_json::Value;
use sheaf_charts::percent;
use sheaf_stats::{DEFAULT_LEVEL, wilson};

use super::frame::title;
use super::gaps::GapsValue;
use super::smallness::{of_counts, with_beside};
use crate::column::single;
use crate::estimate::Estimate;
use crate::fault::fault;
use crate::missing::Missing;
use crate::registry::{Answer, Group, Registry};

/// The most bands of one table.
const MAX_BANDS: usize = 12;

/// Bands of counts as scripts hold them.
#[derive(Clone)]
pub struct Bands {
    noun: String,
    rows: Vec<Band>,
    pupils: usize,
    events: f64,
}

#[derive(Clone)]
struct Band {
    label: String,
    pupils: usize,
    events: f64,
    is_hidden: bool,
}

/// Registers them.
pub fn register(registry: &mut Registry) {
    registry.name_type::<Bands>("bands");
    registry.overload("to_string", |bands: &mut Bands| format!("{} bands", bands.rows.len()));
    registry.function(
        Group::Gaps.item(
            "bands",
            "gaps.bands([bounds]) -> bands",
            "How many pupils have so many events each, everybody on the roll included, for \
             `report.table`: `[1, 2, 5]` makes none, 1, 2 to 4, and 5 or more.",
            "cx.room_referrals.gaps(#{}).collect().bands([1, 2]).to_string()",
            "3 bands",
        ),
        |gaps: &mut GapsValue, bounds: Array| bands(gaps, &bounds),
    );
    registry.function(
        Group::Gaps.item(
            "again",
            "gaps.again(earlier, q) -> estimate",
            "Of the top share `q` of pupils, the share who were among the top share `q` of \
             earlier gaps too.",
            "cx.room_referrals.gaps(#{}).collect().again(cx.room_referrals.gaps(#{}).collect(), \
             0.5).value",
            "1.0",
        ),
        |gaps: &mut GapsValue, earlier: GapsValue, share: Dynamic| again(gaps, &earlier, &share),
    );
}

fn bands(gaps: &GapsValue, bounds: &Array) -> Answer<Bands> {
    let mut edges: Vec<f64> = Vec::new();
    for bound in bounds {
        let edge = single("`bands`", bound)?;
        let is_next = edge >= 1.0 && edge.fract() == 0.0 && edges.last().is_none_or(|l| edge > *l);
        if !is_next || edges.len() + 1 >= MAX_BANDS {
            return Err(fault(format!(
                "`bands` takes whole numbers from 1, each greater than the one before, and at most \
                 {} of them",
                MAX_BANDS - 1
            )));
        }
        edges.push(edge);
    }
    let counts = counts(gaps);
    let mut rows = Vec::new();
    for (place, from) in std::iter::once(&0.0).chain(&edges).enumerate() {
        let to = edges.get(place).copied().unwrap_or(f64::INFINITY);
        let inside = || counts.values().filter(|count| **count >= *from && **count < to);
        rows.push(Band {
            label: words(*from, to),
            pupils: inside().count(),
            events: inside().sum(),
            is_hidden: gaps.as_part().is_some()
                || of_counts(inside().count(), inside().count(), gaps.split(), gaps.audience())
                    .is_some(),
        });
    }
    let sizes: Vec<u64> = rows.iter().map(|row| row.pupils as u64).collect();
    let hidden: Vec<bool> = rows.iter().map(|row| row.is_hidden).collect();
    for (row, hide) in rows.iter_mut().zip(with_beside(&sizes, &hidden)) {
        row.is_hidden = hide;
    }
    let noun = title(gaps.noun());
    Ok(Bands { noun, rows, pupils: counts.len(), events: counts.values().sum() })
}

/// `None`, `1`, `2 to 4`, `10 or more`.
fn words(from: f64, to: f64) -> String {
    match (from, to) {
        (0.0, 1.0) => "None".to_owned(),
        (from, to) if to.is_infinite() => format!("{from} or more"),
        (from, to) if to - from <= 1.0 => format!("{from}"),
        (from, to) => format!("{from} to {}", to - 1.0),
    }
}

/// The events of each pupil on the roll, and of those with events, by code.
fn counts(gaps: &GapsValue) -> BTreeMap<u32, f64> {
    let mut counts: BTreeMap<u32, f64> =
        gaps.on_roll().into_iter().map(|pupil| (pupil, 0.0)).collect();
    for pupil in gaps.pupil_codes() {
        *counts.entry(pupil).or_default() += 1.0;
    }
    counts
}

/// The pupils with most events, so many as the share asks for and none without an event.
fn top(counts: &BTreeMap<u32, f64>, share: f64) -> BTreeSet<u32> {
    let mut most: Vec<(&u32, &f64)> = counts.iter().filter(|(_, count)| **count > 0.0).collect();
    most.sort_by(|a, b| b.1.total_cmp(a.1).then(a.0.cmp(b.0)));
    let size = (share * counts.len() as f64).ceil() as usize;
    most.into_iter().take(size).map(|(pupil, _)| *pupil).collect()
}

fn again(gaps: &GapsValue, earlier: &GapsValue, share: &Dynamic) -> Answer<Estimate> {
    let share = single("`again`", share)?;
    if !(share > 0.0 && share <= 1.0) {
        return Err(fault(format!("`again` takes a share above 0 and up to 1, not {share}")));
    }
    let (now, before) = (counts(gaps), counts(earlier));
    // Who was not there before cannot have been among the first.
    let now: BTreeSet<u32> =
        top(&now, share).into_iter().filter(|pupil| before.contains_key(pupil)).collect();
    let both = now.intersection(&top(&before, share)).count();
    let hidden = gaps.as_part().or(earlier.as_part()).cloned();
    Ok(match hidden.or_else(|| of_counts(now.len(), both, gaps.split(), gaps.audience())) {
        Some(missing) => Estimate::missing(missing),
        None if now.is_empty() => Estimate::missing(Missing::refused("nobody was there before")),
        None => Estimate::of(wilson(both as u64, now.len() as u64, DEFAULT_LEVEL)),
    })
}

impl Bands {
    /// The title, the columns and the rows of its table.
    pub fn table(&self) -> (String, [String; 5], Vec<Vec<Option<Value>>>) {
        let noun = self.noun.to_lowercase();
        let columns = [
            format!("{} each", self.noun),
            "Pupils".to_owned(),
            "Share of pupils".to_owned(),
            self.noun.clone(),
            format!("Share of {noun}"),
        ];
        let row = |band: &Band| {
            let value = |value: Value| (!band.is_hidden).then_some(value);
            vec![
                Some(band.label.clone().into()),
                value(band.pupils.into()),
                value(percent(band.pupils as f64 / self.pupils.max(1) as f64).into()),
                value(crate::column::number(band.events)),
                value(percent(band.events / self.events.max(1.0)).into()),
            ]
        };
        let title = format!("Pupils by how many {noun} they have");
        (title, columns, self.rows.iter().map(row).collect())
    }
}
