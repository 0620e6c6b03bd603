//! Shares compared, and tables beside what they lead to expect.

use rhai::{Array, Dynamic};
use sheaf_stats::{Part, RiskMethod};

use super::{Asked, Found, four, level, number, one, row_column, seen, two, whole};
use crate::column::{count, kind_of, numbers};
use crate::estimate::Estimate;
use crate::fault::fault;
use crate::outcome::{Field, Model, Outcome, Shape};
use crate::registry::{Answer, Group, Registry};

const RISK_RATIO: Shape =
    Shape::new("stats::risk_ratio", &["value", "lower", "upper", "p", "difference"])
        .estimates(&["estimate"]);
const EXPECTED: Shape = Shape::new(
    "stats::expected_table",
    &["expected", "chi_squared", "df", "p", "residuals", "adjusted_residuals", "few"],
);
const HOTSPOTS: Shape = Shape::new("stats::hotspots", &[]).columns(&["expected", "ratio", "p"]);

/// Registers them.
pub fn register(registry: &mut Registry) {
    four(
        registry,
        Group::Statistics.item(
            "risk_ratio",
            "stats::risk_ratio(a, n1, b, n0, #{method, level}) -> result",
            "The share `a` of `n1` over the share `b` of `n0`: value lower upper difference; \
             `method` is \"katz\" or \"koopman\" (for small cells).",
            "stats::risk_ratio(189, 11034, 104, 11037).words",
            "clearly higher (1.43 to 2.31)",
        ),
        RISK_RATIO,
        risk_ratio,
    );
    one(
        registry,
        Group::Statistics.item(
            "expected_table",
            "stats::expected_table(matrix) -> result",
            "What a table of counts would be if its rows and columns had nothing to do with each \
             other: expected[][] chi_squared df p residuals[][] adjusted_residuals[][] few.",
            "stats::expected_table([[10, 20], [20, 10]]).expected[0][0]",
            "15.0",
        ),
        EXPECTED,
        expected_table,
    );
    two(
        registry,
        Group::Statistics.item(
            "hotspots",
            "stats::hotspots(n, exposure) -> result",
            "Events of weekdays, periods or places beside what their exposure leads to expect: \
             expected[] ratio[] p[]; adjust `p` with stats::adjust.",
            "stats::hotspots([10, 20], [1, 2]).ratio.len",
            "2",
        ),
        HOTSPOTS,
        hotspots,
    );
}

fn risk_ratio([a, n1, b, n0]: [&Dynamic; 4], options: &Asked<'_>) -> Found<Outcome> {
    const WHAT: &str = "stats::risk_ratio";
    let given = options.given(WHAT, &["method", "level"])?;
    let method = given.choice("method", &["katz", "koopman"])?;
    let part = |with: &Dynamic, of: &Dynamic, names: [&str; 2]| -> Answer<Part> {
        let read = |name, value| count(&format!("`{name}` of {WHAT}"), value);
        Ok(Part { with: read(names[0], with)?, of: read(names[1], of)? })
    };
    let (one, other) = (part(a, n1, ["a", "n1"])?, part(b, n0, ["b", "n0"])?);
    let method = RiskMethod::from_name(method).unwrap_or_default();
    let found = sheaf_stats::risk_ratio(one, other, method, level(&given)?)?;
    let end = |end: Option<f64>| number(end.unwrap_or(f64::INFINITY));
    let ratio = &found.ratio;
    let fields = vec![
        ("value", number(ratio.value)),
        ("lower", end(ratio.lower)),
        ("upper", end(ratio.upper)),
        ("p", end(ratio.p)),
        ("difference", number(found.difference)),
        ("estimate", Field::Estimate(Estimate::of(Ok(found.ratio.clone())))),
    ];
    Ok(Outcome::new(WHAT, fields, Model::None))
}

fn matrix(value: &Dynamic) -> Answer<Vec<Vec<f64>>> {
    let Some(rows) = value.read_lock::<Array>() else {
        let kind = kind_of(value);
        return Err(fault(format!("`matrix` needs an array of rows, but this is {kind}")));
    };
    rows.iter().map(|row| numbers("a row of stats::expected_table", row)).collect()
}

fn expected_table(table: &Dynamic, options: &Asked<'_>) -> Found<Outcome> {
    const WHAT: &str = "stats::expected_table";
    options.given(WHAT, &[])?;
    let found = sheaf_stats::expected_table(&matrix(table)?)?;
    let rows = |rows: &[Vec<f64>]| {
        let row = |row: &Vec<f64>| row.iter().copied().map(Dynamic::from).collect::<Array>();
        let rows: Array = rows.iter().map(|one| Dynamic::from(row(one))).collect();
        Field::One(rows.into())
    };
    let fields = vec![
        ("expected", rows(&found.expected)),
        ("chi_squared", number(found.chi_squared)),
        ("df", whole(found.df)),
        ("p", number(found.p)),
        ("residuals", rows(&found.residuals)),
        ("adjusted_residuals", rows(&found.adjusted_residuals)),
        ("few", whole(found.few)),
    ];
    Ok(Outcome::new(WHAT, fields, Model::None))
}

fn hotspots(n: &Dynamic, exposure: &Dynamic, options: &Asked<'_>) -> Found<Outcome> {
    const WHAT: &str = "stats::hotspots";
    options.given(WHAT, &[])?;
    let counts = seen("`n` of stats::hotspots", n)?;
    let exposure = numbers("`exposure` of stats::hotspots", exposure)?;
    let found = sheaf_stats::hotspots(&counts, &exposure)?;
    let fields = vec![
        ("expected", row_column(&found.expected, "Number expected", options)),
        ("ratio", row_column(&found.ratio, "Seen over expected", options)),
        ("p", row_column(&found.p, "p", options)),
    ];
    Ok(Outcome::new(WHAT, fields, Model::None))
}
