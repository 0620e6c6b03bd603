//! Shares, rates and families of p-values.

use rhai::{Dynamic, NativeCallContext as Call};
use sheaf_stats::Adjustment;

use super::asked::marks_of;
use super::{Asked, Found, at, hidden, two};
use crate::column::{Column, count, numbers};
use crate::estimate::Estimate;
use crate::fault::{fault, unknown};
use crate::registry::{Answer, Group, Registry};

/// Registers them.
pub fn register(registry: &mut Registry) {
    two(
        registry,
        Group::Statistics.item(
            "wilson",
            "stats::wilson(x, n, #{level}) -> estimate",
            "The share `x` of `n` with Wilson's score interval.",
            "stats::wilson(81, 263).words",
            "31 % (95 % interval 26 to 37 %)",
        ),
        (),
        wilson,
    );
    two(
        registry,
        Group::Statistics.item(
            "rate",
            "stats::rate(n, exposure, #{level, cluster}) -> estimate",
            "Events for one unit of exposure with Garwood's exact interval; with `cluster`, \
             columns of events and exposure by pupil and an interval that minds that pupils \
             recur.",
            "stats::rate(11, 800.0).lower > 0.0068",
            "true",
        ),
        (),
        rate,
    );
    registry.statistic(
        Group::Statistics.item(
            "adjust",
            "stats::adjust(p, \"bh\" | \"holm\") -> column",
            "P-values adjusted for being several: Benjamini-Hochberg for exploring, Holm for \
             claims.",
            "stats::adjust([0.01, 0.04], \"holm\").len",
            "2",
        ),
        |call: Call, p: Dynamic, method: &str| at(&call, adjust(&p, method)),
    );
}

fn adjust(of: &Dynamic, method: &str) -> Answer<Column> {
    let adjustment = Adjustment::from_name(method)
        .ok_or_else(|| unknown("there is no adjustment", method, ["bh", "holm"]))?;
    let p = numbers("`p` of stats::adjust", of)?;
    let adjusted = sheaf_stats::adjust(&p, adjustment).map_err(|e| fault(e.to_string()))?;
    Ok(Column { marks: marks_of(of), ..Column::numbers(adjusted) })
}

fn wilson(x: &Dynamic, n: &Dynamic, options: &Asked<'_>) -> Found<Estimate> {
    let given = options.given("stats::wilson", &["level"])?;
    let (x, n) = (count("`x` of stats::wilson", x)?, count("`n` of stats::wilson", n)?);
    let level = given.number("level", sheaf_stats::DEFAULT_LEVEL)?;
    Ok(Estimate::of(sheaf_stats::wilson(x, n, level)))
}

fn rate(n: &Dynamic, exposure: &Dynamic, options: &Asked<'_>) -> Found<Estimate> {
    let given = options.given("stats::rate", &["level", "cluster"])?;
    let level = given.number("level", sheaf_stats::DEFAULT_LEVEL)?;
    let e = numbers("`exposure` of stats::rate", exposure)?;
    let Some(cluster) = given.codes("cluster")? else {
        let n = count("`n` of stats::rate", n)?;
        let &[e] = e.as_slice() else {
            return Err(fault("several exposures need `cluster`, the column of pupils").into());
        };
        return Ok(Estimate::of(sheaf_stats::rate(n, e, level)));
    };
    let counts = numbers("`n` of stats::rate", n)?;
    if let Some(missing) = hidden(n, &counts) {
        return Err(missing.into());
    }
    Ok(Estimate::of(sheaf_stats::clustered_rate(&counts, &e, &cluster, level)))
}
