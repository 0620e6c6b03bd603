//! Regressions.

use rhai::{Array, Dynamic, Map};
use sheaf_stats::{Coefficient, CountOptions, Covariate, DidErrors, Family, ItsChange, ItsOptions};

use super::super::smallness;
use super::{Asked, Found, behind, flags, level, number, one, optional_of, seen, three, two};
use crate::column::{Column, Values, count, kind_of, numbers};
use crate::estimate::Estimate;
use crate::fault::fault;
use crate::given::Given;
use crate::missing::Missing;
use crate::outcome::{Field, Model, Outcome, Shape};
use crate::registry::{Answer, Group, Registry};

mod recurrent;

const COUNTS: Shape = Shape::new(
    "stats::count_regression",
    &[
        "coefficients",
        "theta",
        "theta_std_error",
        "dispersion",
        "deviance",
        "log_likelihood",
        "df",
        "family",
    ],
);
const ITS: Shape = Shape::new("stats::its", &["level", "slope_before", "slope_change"]);
const DID: Shape = Shape::new("stats::did", &["estimate", "std_error", "lower", "upper", "p"])
    .estimates(&["difference"]);

/// Registers them.
pub fn register(registry: &mut Registry) {
    recurrent::register(registry);
    two(
        registry,
        Group::Statistics.item(
            "count_regression",
            "stats::count_regression(n, covariates, #{family, exposure, cluster, hac_lag, level}) \
             -> result",
            "Counts explained by columns: coefficients[{name estimate std_error z p lower upper}] \
             theta dispersion log_likelihood. `covariates` is a map of columns by name; a column \
             of texts gives one coefficient for each but the first. `family` is \"poisson\", \
             \"quasi_poisson\", \"negative_binomial\" or \"normal\".",
            "stats::count_regression([2, 4, 6, 9], #{ after: [0, 0, 1, 1] \
             }).coefficients[1].name",
            "after",
        ),
        COUNTS,
        count_regression,
    );
    one(
        registry,
        Group::Statistics.item(
            "its",
            "stats::its(y, #{at, family, exposure, season, harmonics, period, hac_lag, change, \
             level}) -> result",
            "A series before and after something changed for everybody: level slope_before \
             slope_change, each {estimate std_error lower upper}, on the log scale with counts. \
             `at` is the first point after, from 1; `change: \"level\"` leaves the slope alone. \
             At least eight points each side.",
            "stats::its([1, 2], #{ at: 2 }).why",
            "only 1 point before; 8 are needed",
        ),
        ITS,
        its,
    );
    three(
        registry,
        Group::Statistics.item(
            "did",
            "stats::did(y, treated, after, #{errors, cluster, level}) -> result",
            "The change of one group less the change of another: estimate std_error lower upper \
             p. `errors` is \"model\" or \"robust\"; with `cluster` they are those over pupils.",
            "stats::did([1, 3, 5, 7, 2, 4, 12, 14], [0, 0, 0, 0, 1, 1, 1, 1], [0, 0, 1, 1, 0, 0, \
             1, 1]).std_error > 1.99",
            "true",
        ),
        DID,
        did,
    );
}

fn family(given: &Given<'_>) -> Answer<Family> {
    let names = &["poisson", "quasi_poisson", "negative_binomial", "normal"];
    Ok(Family::from_name(given.choice("family", names)?).unwrap_or_default())
}

/// A column of numbers among the options.
fn column(given: &Given<'_>, key: &str) -> Answer<Option<Vec<f64>>> {
    given.get(key).map(|value| numbers(&format!("`{key}`"), value)).transpose()
}

fn whole_number(given: &Given<'_>, key: &str) -> Answer<Option<usize>> {
    let value = |value| count(&format!("`{key}`"), value).map(|count| count as usize);
    given.get(key).map(value).transpose()
}

fn coefficient(one: &Coefficient) -> Dynamic {
    let mut map = Map::new();
    map.insert("name".into(), one.name.clone().into());
    for (name, value) in [
        ("estimate", one.estimate),
        ("std_error", one.std_error),
        ("z", one.z),
        ("p", one.p),
        ("lower", one.lower),
        ("upper", one.upper),
    ] {
        map.insert(name.into(), value.into());
    }
    map.into()
}

/// The columns that explain: texts become one column of zeros and ones for each but the first.
fn covariates(value: &Dynamic) -> Answer<Vec<(String, Vec<f64>)>> {
    let Some(map) = value.read_lock::<Map>() else {
        let kind = kind_of(value);
        return Err(fault(format!("`covariates` needs a map of columns, but this is {kind}")));
    };
    let mut columns = Vec::new();
    for (name, value) in map.iter() {
        let texts = match value.read_lock::<Column>() {
            Some(column) => {
                column.filled(&format!("`{name}`"))?;
                matches!(column.values, Values::Codes(..)).then(|| column.names())
            }
            None => value.read_lock::<Array>().and_then(|array| {
                let is_text = !array.is_empty() && array.iter().all(Dynamic::is_string);
                is_text.then(|| array.iter().map(Dynamic::to_string).collect())
            }),
        };
        let Some(texts) = texts else {
            columns.push((name.to_string(), numbers(&format!("`{name}`"), value)?));
            continue;
        };
        let mut groups = texts.clone();
        groups.sort();
        groups.dedup();
        for group in groups.iter().skip(1) {
            let is_in = texts.iter().map(|text| f64::from(text == group)).collect();
            columns.push((format!("{name}{group}"), is_in));
        }
    }
    Ok(columns)
}

/// Refuses what explains the values of some pupils where it would single out few of them.
fn refuse_to_single_out<'v>(
    pupils: &Dynamic,
    columns: impl IntoIterator<Item = &'v [f64]>,
) -> Found<()> {
    let Some(source) = behind(pupils) else { return Ok(()) };
    match columns.into_iter().find_map(|values| smallness::singled_out(&source, values)) {
        Some(missing) => Err(missing.into()),
        None => Ok(()),
    }
}

fn count_regression(n: &Dynamic, by: &Dynamic, options: &Asked<'_>) -> Found<Outcome> {
    const WHAT: &str = "stats::count_regression";
    const KEYS: &[&str] = &["family", "exposure", "cluster", "hac_lag", "level"];
    let given = options.given(WHAT, KEYS)?;
    let (exposure, cluster) = (column(&given, "exposure")?, given.codes("cluster")?);
    let settings = CountOptions {
        family: family(&given)?,
        exposure: exposure.as_deref(),
        cluster: cluster.as_deref(),
        hac_lag: whole_number(&given, "hac_lag")?,
        level: level(&given)?,
        pace: options.pace,
    };
    let columns = covariates(by)?;
    refuse_to_single_out(n, columns.iter().map(|one| one.1.as_slice()))?;
    let columns: Vec<Covariate<'_>> =
        columns.iter().map(|(name, values)| Covariate { name, values }).collect();
    let n = seen("`n` of stats::count_regression", n)?;
    let found = sheaf_stats::count_regression(&n, &columns, &settings)?;
    let coefficients: Array = found.coefficients.iter().map(coefficient).collect();
    let fields = vec![
        ("coefficients", Field::One(coefficients.into())),
        ("theta", optional_of(found.theta, "counts scatter no more than Poisson")),
        ("theta_std_error", optional_of(found.theta_std_error, "there is no theta")),
        ("dispersion", number(found.dispersion)),
        ("deviance", number(found.deviance)),
        ("log_likelihood", number(found.log_likelihood)),
        ("df", number(found.df)),
        ("family", Field::One(found.family.name().into())),
    ];
    Ok(Outcome::new(WHAT, fields, Model::None))
}

fn its(y: &Dynamic, options: &Asked<'_>) -> Found<Outcome> {
    const WHAT: &str = "stats::its";
    const KEYS: &[&str] = &[
        "at",
        "family",
        "exposure",
        "season",
        "harmonics",
        "period",
        "hac_lag",
        "change",
        "level",
    ];
    let given = options.given(WHAT, KEYS)?;
    options.refuse_chosen(&["at", "harmonics", "period", "hac_lag"])?;
    let at = whole_number(&given, "at")?
        .ok_or_else(|| fault("stats::its needs `at`, the first point after the change"))?;
    let (exposure, season) = (column(&given, "exposure")?, given.codes("season")?);
    let change = match given.choice("change", &["level_and_slope", "level"])? {
        "level" => ItsChange::Level,
        _ => ItsChange::LevelAndSlope,
    };
    let settings = ItsOptions {
        at,
        family: family(&given)?,
        exposure: exposure.as_deref(),
        season: season.as_deref(),
        harmonics: whole_number(&given, "harmonics")?.unwrap_or_default(),
        period: given.number("period", 12.0)?,
        hac_lag: whole_number(&given, "hac_lag")?,
        change,
        level: level(&given)?,
        pace: options.pace,
    };
    let found = sheaf_stats::its(&seen("`y` of stats::its", y)?, &settings)?;
    let none = || Dynamic::from(Missing::refused("the slope was not let change"));
    let slope_change = found.slope_change.as_ref().map_or_else(none, coefficient);
    let fields = vec![
        ("level", Field::One(coefficient(&found.level))),
        ("slope_before", Field::One(coefficient(&found.slope_before))),
        ("slope_change", Field::One(slope_change)),
        ("dispersion", number(found.dispersion)),
        ("theta", optional_of(found.theta, "the family has no theta")),
        ("family", Field::One(found.family.name().into())),
    ];
    Ok(Outcome::new(WHAT, fields, Model::None))
}

fn did(y: &Dynamic, treated: &Dynamic, after: &Dynamic, options: &Asked<'_>) -> Found<Outcome> {
    const WHAT: &str = "stats::did";
    let given = options.given(WHAT, &["errors", "cluster", "level"])?;
    let cluster = given.codes("cluster")?;
    let errors = match (&cluster, given.choice("errors", &["model", "robust"])?) {
        (Some(codes), _) => DidErrors::Cluster(codes),
        (None, "robust") => DidErrors::Robust,
        (None, _) => DidErrors::Model,
    };
    for group in [treated, after] {
        refuse_to_single_out(y, [numbers("a group of stats::did", group)?.as_slice()])?;
    }
    let y = seen("`y` of stats::did", y)?;
    let treated = flags("`treated` of stats::did", treated)?;
    let after = flags("`after` of stats::did", after)?;
    let found = sheaf_stats::did(&y, &treated, &after, errors, level(&given)?)?;
    let end = |end: Option<f64>| number(end.unwrap_or(f64::NAN));
    let difference = &found.difference;
    let fields = vec![
        ("estimate", number(difference.value)),
        ("std_error", number(found.std_error)),
        ("lower", end(difference.lower)),
        ("upper", end(difference.upper)),
        ("p", end(difference.p)),
        ("difference", Field::Estimate(Estimate::of(Ok(found.difference.clone())))),
    ];
    Ok(Outcome::new(WHAT, fields, Model::None))
}
