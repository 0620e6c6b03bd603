//! Several pupils' phases together.

use rhai::Dynamic;
use sheaf_stats::CaseSeries;

use crate::api::stats::pairs::{named, needed};
use crate::api::stats::{Asked, Found, flags, level, number, one, seen, whole};
use crate::column::{codes, numbers};
use crate::estimate::Estimate;
use crate::outcome::{Field, Model, Outcome, Shape};
use crate::registry::{Group, Registry};

const WHAT: &str = "stats::bc_smd";
const SHAPE: Shape =
    Shape::new(WHAT, &["g", "variance", "phi", "rho", "df", "lower", "upper", "unadjusted"])
        .estimates(&["estimate"]);

/// Registers it.
pub fn register(registry: &mut Registry) {
    one(
        registry,
        Group::Statistics.item(
            "bc_smd",
            "stats::bc_smd(cases, #{level}) -> result",
            "The effect over several pupils whose phases without and with help alternate, in units \
             of how pupils differ: g variance phi rho df lower upper. `cases` is a table or a map \
             with columns pupil treated time y, and pair where there is more than one pair of \
             phases. At least three pupils.",
            "stats::bc_smd(#{ pupil: [1, 1], treated: [0, 1], time: [1, 2], y: [5, 2] }).why",
            "only 1 pupil with both phases; 3 are needed",
        ),
        SHAPE,
        bc_smd,
    );
}

fn bc_smd(cases: &Dynamic, options: &Asked<'_>) -> Found<Outcome> {
    let given = options.given(WHAT, &["level"])?;
    let column = |name: &str| needed(WHAT, cases, name);
    let what = |name: &str| format!("`{name}` of {WHAT}");
    let case = codes(&what("pupil"), &column("pupil")?)?;
    let treated = flags(&what("treated"), &column("treated")?)?;
    let time = numbers(&what("time"), &column("time")?)?;
    let y = seen(&what("y"), &column("y")?)?;
    let pair = match named(WHAT, cases, "pair")? {
        Some(pair) => codes(&what("pair"), &pair)?,
        None => vec![0; y.len()],
    };
    let rows = CaseSeries { case: &case, pair: &pair, treated: &treated, time: &time, y: &y };
    let found = sheaf_stats::bc_smd(&rows, level(&given)?)?;
    let end = |end: Option<f64>| number(end.unwrap_or(f64::NAN));
    let fields = vec![
        ("g", number(found.g.value)),
        ("variance", number(found.variance)),
        ("phi", number(found.phi)),
        ("rho", number(found.rho)),
        ("df", number(found.df)),
        ("lower", end(found.g.lower)),
        ("upper", end(found.g.upper)),
        ("unadjusted", number(found.unadjusted)),
        ("cases", whole(found.cases)),
        ("estimate", Field::Estimate(Estimate::of(Ok(found.g)))),
    ];
    Ok(Outcome::new(WHAT, fields, Model::None))
}
