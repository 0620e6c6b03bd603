//! `table.share(condition)`: how many of the rows, with an interval over pupils.

use std::collections::BTreeMap;

use sheaf_analytics::{Cell, Expr, Frame, Step};
use sheaf_records::RecordId;
use sheaf_stats::{DEFAULT_LEVEL, clustered_share};

use super::frame::FrameValue;
use super::smallness::of_counts;
use super::table::Table;
use crate::estimate::Estimate;
use crate::fault::fault;
use crate::registry::{Answer, Group, Registry};
use crate::run::raised;

/// Registers it.
pub fn register(registry: &mut Registry) {
    registry.function(
        Group::Table.item(
            "share",
            "table.share(condition) -> estimate",
            "The share of the rows for which a condition holds, its interval over pupils, who \
             have several each. Rows of which it is not known are left out.",
            "cx.room_referrals.share(col(\"year_group\") == \"9\").value > 0.46",
            "true",
        ),
        |table: &mut Table, condition: Expr| share(table, &condition),
    );
    registry.overload("share", |_: &mut Table, _: bool| -> Answer<Estimate> {
        Err(fault(
            "`share` needs a condition on columns, as in `col(\"status\") == \"completed\"`, \
             not true or false",
        ))
    });
}

fn share(table: &Table, condition: &Expr) -> Answer<Estimate> {
    let known = table.step(Step::Filter(!condition.clone().is_null()))?;
    let part = |condition: Expr| FrameValue::of_table(&known.step(Step::Filter(condition))?);
    let all = FrameValue::of_table(&known)?;
    let (with, without) = (part(condition.clone())?, part(!condition.clone())?);
    let (rows, held) = (by_pupil(&all.frame)?, by_pupil(&with.frame)?);
    let others = by_pupil(&without.frame)?;
    let few = || {
        let (split, audience) = (with.origin.split, with.origin.audience);
        // Of few without it nearly the same is told as of few with it.
        [held.len(), others.len()]
            .into_iter()
            .find_map(|pupils| of_counts(rows.len(), pupils, split, audience))
    };
    let hidden = (all.guard())
        .or_else(|| with.few_left_out_in_all())
        .or_else(|| without.few_left_out_in_all())
        .or_else(few);
    if let Some(missing) = hidden {
        return Ok(Estimate::missing(missing));
    }
    let n: Vec<f64> = rows.values().map(|rows| f64::from(*rows)).collect();
    let x = rows.keys().map(|who| f64::from(held.get(who).copied().unwrap_or_default()));
    let codes: Vec<u32> = (0..).take(n.len()).collect();
    Ok(Estimate::of(clustered_share(&x.collect::<Vec<_>>(), &n, &codes, DEFAULT_LEVEL)))
}

/// How many rows each pupil has. Rows without a pupil are those of one more.
fn by_pupil(frame: &Frame) -> Answer<BTreeMap<Option<RecordId>, u32>> {
    let mut rows = BTreeMap::new();
    for cell in frame.column("pupil").map_err(raised)?.cells() {
        let who = match cell {
            Cell::Id(pupil) => Some(pupil),
            _ => None,
        };
        *rows.entry(who).or_default() += 1;
    }
    Ok(rows)
}
