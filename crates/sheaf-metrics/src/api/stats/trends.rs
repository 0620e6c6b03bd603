//! Trends and changes of level.

use rhai::{Array, Dynamic, Map};
use sheaf_stats::{
    ChangeOptions, Cost, Family, MannKendall, Penalty, PupilStretches, TrendOptions,
};

use super::super::measure::{ByPupil, PupilRows};
use super::super::smallness::BESIDE;
use super::{Asked, Found, level, number, one, optional_of, seen, three, two, whole};
use crate::column::{codes, count, numbers, single};
use crate::estimate::Estimate;
use crate::fault::{fault, unknown};
use crate::given::Given;
use crate::missing::Missing;
use crate::outcome::{Field, Model, Outcome, Shape};
use crate::registry::{Answer, Group, Registry};

const TEST: [&str; 8] = ["s", "variance", "z", "p", "slope", "slope_lower", "slope_upper", "n"];
const MANN_KENDALL: Shape = Shape::new("stats::mann_kendall", &TEST).estimates(&["estimate"]);
const SEASONAL: Shape = Shape::new("stats::seasonal_mann_kendall", &TEST).estimates(&["estimate"]);
const PETTITT: Shape = Shape::new("stats::pettitt", &["k", "at", "p"]);
const CHANGEPOINTS: Shape =
    Shape::new("stats::changepoints", &["segments", "penalty"]).columns(&["at"]);
const TREND_RATE: Shape =
    Shape::new("stats::trend_rate", &["family", "dispersion", "theta"]).estimates(&["per_unit"]);

/// Registers them.
pub fn register(registry: &mut Registry) {
    one(
        registry,
        Group::Statistics.item(
            "mann_kendall",
            "stats::mann_kendall(x, #{level}) -> result",
            "Whether values rise or fall, by ranks: s variance z p slope slope_lower slope_upper. \
             At least eight values, best half-terms or years.",
            "stats::mann_kendall([1, 2, 3, 4, 5, 6, 7, 8]).slope",
            "1.0",
        ),
        MANN_KENDALL,
        mann_kendall,
    );
    two(
        registry,
        Group::Statistics.item(
            "seasonal_mann_kendall",
            "stats::seasonal_mann_kendall(x, season, #{level}) -> result",
            "The same within each season over the years; the slope is for one year.",
            "stats::seasonal_mann_kendall([1, 9, 2, 10, 3, 11, 4, 12], [1, 2, 1, 2, 1, 2, 1, \
             2]).slope",
            "1.0",
        ),
        SEASONAL,
        seasonal_mann_kendall,
    );
    one(
        registry,
        Group::Statistics.item(
            "changepoints",
            "stats::changepoints(x, #{cost, penalty, min_segment, exposure, spread}) -> result",
            "When the level changed: at[] (the last bin before each change, from 1) \
             segments[{from to mean}], a mean hidden where one of its bins is. \
             `cost` is \"poisson\" or \"normal_mean\", `penalty` a \
             number, \"sic\" or \"mbic\"; `spread` is the square of a chart's `sigma_z`, so that \
             wild weeks are not taken for changes. At least 24 bins.",
            "stats::changepoints([1, 1, 1, 1, 90, 90, 90, 90], #{ min_segment: 2 \
             }).segments[0].to",
            "4",
        ),
        CHANGEPOINTS,
        changepoints,
    );
    one(
        registry,
        Group::Statistics.item(
            "pettitt",
            "stats::pettitt(x) -> result",
            "The likeliest place of one change of level, by ranks: k at p; `at` is the last value \
             before it, from 1. At least eight values.",
            "stats::pettitt([1, 2, 3, 4, 5, 11, 12, 13, 14, 15]).at",
            "5",
        ),
        PETTITT,
        pettitt,
    );
    rates(registry);
}

fn rates(registry: &mut Registry) {
    three(
        registry,
        Group::Statistics.item(
            "trend_rate",
            "stats::trend_rate(n, exposure, t, #{season, cluster, pupils, family, level}) -> result",
            "The factor by which a rate changes with one unit of `t`: per_unit family dispersion. \
             `season` is a column of half-terms of the year; `cluster` one of stretches, such as \
             half-terms, in which bins go together; `pupils` is the `by_pupil` of the measure, \
             with `cluster`: stretches of a pupil go together too. At least 20 bins and ten \
             events a parameter.",
            "stats::trend_rate([5, 6], [1, 1], [1, 2]).why",
            "only 2 bins; 20 are needed",
        ),
        TREND_RATE,
        trend_rate,
    );
}

fn tested(what: &'static str, found: &MannKendall) -> Outcome {
    let fields = vec![
        ("s", number(found.s)),
        ("variance", number(found.variance)),
        ("z", number(found.z)),
        ("p", number(found.p)),
        ("slope", number(found.slope)),
        ("slope_lower", number(found.slope_lower)),
        ("slope_upper", number(found.slope_upper)),
        ("n", whole(found.n)),
        ("estimate", Field::Estimate(Estimate::of(Ok(found.estimate())))),
    ];
    Outcome::new(what, fields, Model::None)
}

fn mann_kendall(x: &Dynamic, options: &Asked<'_>) -> Found<Outcome> {
    const WHAT: &str = "stats::mann_kendall";
    let given = options.given(WHAT, &["level"])?;
    let x = seen("`x` of stats::mann_kendall", x)?;
    Ok(tested(WHAT, &sheaf_stats::mann_kendall(&x, level(&given)?)?))
}

fn seasonal_mann_kendall(x: &Dynamic, season: &Dynamic, options: &Asked<'_>) -> Found<Outcome> {
    const WHAT: &str = "stats::seasonal_mann_kendall";
    let given = options.given(WHAT, &["level"])?;
    let x = seen("`x` of stats::seasonal_mann_kendall", x)?;
    let season = codes("`season` of stats::seasonal_mann_kendall", season)?;
    Ok(tested(WHAT, &sheaf_stats::seasonal_mann_kendall(&x, &season, level(&given)?)?))
}

fn pettitt(x: &Dynamic, options: &Asked<'_>) -> Found<Outcome> {
    const WHAT: &str = "stats::pettitt";
    options.given(WHAT, &[])?;
    let found = sheaf_stats::pettitt(&seen("`x` of stats::pettitt", x)?)?;
    let fields = vec![("k", number(found.k)), ("at", whole(found.at)), ("p", number(found.p))];
    Ok(Outcome::new(WHAT, fields, Model::None))
}

fn changepoints(x: &Dynamic, options: &Asked<'_>) -> Found<Outcome> {
    const WHAT: &str = "stats::changepoints";
    const KEYS: &[&str] = &["cost", "penalty", "min_segment", "exposure", "spread"];
    let given = options.given(WHAT, KEYS)?;
    options.refuse_chosen(&["penalty", "min_segment", "spread"])?;
    let cost = given.choice("cost", &["poisson", "normal_mean"])?;
    let exposure = match given.get("exposure") {
        Some(value) => Some(numbers("`exposure` of stats::changepoints", value)?),
        None => None,
    };
    let usual = ChangeOptions::default();
    let min_segment = match given.get("min_segment") {
        Some(value) => count("`min_segment` of stats::changepoints", value)? as usize,
        None => usual.min_segment,
    };
    let settings = ChangeOptions {
        cost: Cost::from_name(cost).unwrap_or_default(),
        penalty: penalty(&given)?,
        min_segment,
        exposure: exposure.as_deref(),
        spread: given.number("spread", usual.spread)?,
        pace: options.pace,
    };
    let values = seen("`x` of stats::changepoints", x)?;
    let found = sheaf_stats::changepoints(&values, &settings)?;
    let hidden = options.hidden_rows();
    let segment = |one: &sheaf_stats::Segment| {
        let own = hidden.get(one.from - 1..one.to).unwrap_or_default();
        // A mean of few bins tells the one that is hidden, a mean of one bin is it.
        let mean = match own.contains(&true) {
            true => Dynamic::from(Missing::hidden(BESIDE)),
            false => one.mean.into(),
        };
        let mut map = Map::new();
        map.insert("from".into(), (one.from as i64).into());
        map.insert("to".into(), (one.to as i64).into());
        map.insert("mean".into(), mean);
        Dynamic::from(map)
    };
    let at: Array = found.at.iter().map(|at| Dynamic::from(*at as i64)).collect();
    let segments: Array = found.segments.iter().map(segment).collect();
    let fields = vec![
        ("at", Field::One(at.into())),
        ("segments", Field::One(segments.into())),
        ("penalty", number(found.penalty)),
        ("method", Field::One(found.method.into())),
    ];
    Ok(Outcome::new(WHAT, fields, Model::None))
}

fn penalty(given: &Given<'_>) -> Answer<Penalty> {
    let Some(value) = given.get("penalty") else { return Ok(Penalty::Sic) };
    match value.clone().into_string().as_deref() {
        Ok("sic") => Ok(Penalty::Sic),
        Ok("mbic") => Ok(Penalty::Mbic),
        Ok(other) => Err(unknown("there is no penalty", other, ["sic", "mbic"])),
        Err(_) => single("`penalty` of stats::changepoints", value).map(Penalty::Value),
    }
}

/// What pupils brought to the stretches, where it was given.
fn pupils(
    what: &str,
    given: &Given<'_>,
    n: &Dynamic,
    cluster: Option<&[u32]>,
) -> Answer<Option<PupilRows>> {
    let Some(value) = given.get("pupils") else { return Ok(None) };
    let Some(cluster) = cluster else {
        return Err(fault(format!("`pupils` of {what} needs `cluster`")));
    };
    let Some(pupils) = value.read_lock::<ByPupil>() else {
        return Err(fault(format!("`pupils` of {what} is the `by_pupil` of a measure")));
    };
    pupils.stretches(what, n, cluster).map(Some)
}

fn trend_rate(n: &Dynamic, exposure: &Dynamic, t: &Dynamic, options: &Asked<'_>) -> Found<Outcome> {
    const WHAT: &str = "stats::trend_rate";
    let given = options.given(WHAT, &["season", "cluster", "pupils", "family", "level"])?;
    let (season, cluster) = (given.codes("season")?, given.codes("cluster")?);
    let family =
        given.choice("family", &["auto", "poisson", "quasi_poisson", "negative_binomial"])?;
    let settings = TrendOptions {
        season: season.as_deref(),
        cluster: cluster.as_deref(),
        pupils: None,
        family: Family::from_name(family),
        level: level(&given)?,
        pace: options.pace,
    };
    let counts = seen("`n` of stats::trend_rate", n)?;
    let exposure = numbers("`exposure` of stats::trend_rate", exposure)?;
    let t = numbers("`t` of stats::trend_rate", t)?;
    let mut found = sheaf_stats::trend_rate(&counts, &exposure, &t, &settings)?;
    // Counting by pupil takes longer than the fit: it waits until there is a trend.
    if let Some(rows) = pupils(WHAT, &given, n, cluster.as_deref())? {
        let PupilRows { pupil, stretch, n, e } = &rows;
        let pupils = Some(PupilStretches { pupil, stretch, n, e });
        let settings = TrendOptions { pupils, ..settings };
        found = sheaf_stats::trend_rate(&counts, &exposure, &t, &settings)?;
    }
    let fields = vec![
        ("per_unit", Field::Estimate(Estimate::of(Ok(found.per_unit)))),
        ("family", Field::One(found.family.name().into())),
        ("dispersion", number(found.dispersion)),
        ("theta", optional_of(found.theta, "the family has no theta")),
    ];
    Ok(Outcome::new(WHAT, fields, Model::None))
}
