//! Rates, shares and means compared.

use sheaf_stats::{
    BeforeAfter, DidInterval, Events, History, Pace, Part, Prior, RatioMethod, Repeated,
    RiskMethod, clustered_rate_ratio, clustered_risk_ratio, did_rate_ratio, empirical_bayes,
    expected_table, paired_difference, rate_ratio, regression_to_mean, risk_ratio, shrunk_by,
    surprise,
};

use super::Work;
use super::given::{Found, Given, of};
use super::row::Edge::{self, Is, Never};
use super::row::{Row, estimate, one, short, told};

pub const WORK: &[(&str, Work)] = &[
    ("rate_ratio", |given| {
        let side = |name| {
            let pair = given.list(name);
            Events { count: pair[0] as u64, exposure: pair[1] }
        };
        let method = RatioMethod::from_name(given.text("method")).unwrap();
        of(&rate_ratio(side("one"), side("other"), method, given.level()).unwrap())
    }),
    ("risk_ratio", |given| {
        let part = |name| {
            let pair = given.list(name);
            Part { with: pair[0] as u64, of: pair[1] as u64 }
        };
        let method = RiskMethod::from_name(given.text("method")).unwrap();
        let found = risk_ratio(part("a"), part("b"), method, given.level()).unwrap();
        [of(&found.ratio), vec![("difference", vec![found.difference])]].concat()
    }),
    ("clustered_risk_ratio", |given| {
        let columns = |side: &str| {
            let list = |name: &str| given.list(&format!("{side}_{name}"));
            (list("x"), list("n"), given.codes(&format!("{side}_cluster")))
        };
        let (one, other) = (columns("one"), columns("other"));
        let found =
            clustered_risk_ratio(&repeated(&one), &repeated(&other), given.level()).unwrap();
        [of(&found.ratio), vec![("difference", vec![found.difference])]].concat()
    }),
    ("paired_difference", |given| {
        let (before, after) = (given.list("before"), given.list("after"));
        of(&paired_difference(&before, &after, given.level()).unwrap())
    }),
    ("clustered_rate_ratio", before_and_after),
    ("did_rate_ratio", |given| {
        let interval = DidInterval::from_name(given.text("interval")).unwrap();
        let (one, other) =
            (Columns::of(&given.part("treated")), Columns::of(&given.part("control")));
        of(&did_rate_ratio(&one.rows(), &other.rows(), interval, given.level()).unwrap())
    }),
    ("expected_table", |given| {
        let found = expected_table(&given.lists("rows")).unwrap();
        vec![
            ("chi_squared", vec![found.chi_squared]),
            ("df", vec![found.df as f64]),
            ("p", vec![found.p]),
            ("expected", found.expected.concat()),
            ("adjusted_residuals", found.adjusted_residuals.concat()),
            ("few", vec![found.few as f64]),
        ]
    }),
    ("surprise", surprising),
    ("empirical_bayes", |given| {
        let prior = Prior::from_name(given.text("prior")).unwrap();
        let (n, e) = (given.list("n"), given.list("exposure"));
        let found = empirical_bayes(&n, &e, prior, given.level(), Pace::default()).unwrap();
        vec![
            ("mean", vec![found.mean]),
            ("shape", vec![found.shape]),
            ("shrunk", found.shrunk),
            ("lower", found.lower),
            ("upper", found.upper),
            ("weight", found.weight),
        ]
    }),
    ("shrunk_by", |given| {
        let (n, e) = (given.list("n"), given.list("exposure"));
        let found = shrunk_by(given.number("mean"), given.number("shape"), &n, &e, given.level());
        let found = found.unwrap();
        vec![("shrunk", found.shrunk), ("lower", found.lower), ("upper", found.upper)]
    }),
    ("regression_to_mean", fall),
];

/// A row a pupil, before and after.
struct Columns([Vec<f64>; 4]);

impl Columns {
    fn of(given: &Given<'_>) -> Self {
        Self(["n0", "e0", "n1", "e1"].map(|name| given.list(name)))
    }

    fn rows(&self) -> BeforeAfter<'_> {
        let [n0, e0, n1, e1] = &self.0;
        BeforeAfter { n0, e0, n1, e1 }
    }
}

fn before_and_after(given: &Given<'_>) -> Found {
    let columns = Columns::of(given);
    let found = clustered_rate_ratio(&columns.rows(), given.level()).unwrap();
    let mut figures = of(&found);
    // A very small group says in words what drawing it again gives.
    let words = found.warnings.iter().find_map(|one| one.split_once("again gives "));
    if let Some((_, ends)) = words {
        let ends = ends.split(" to ").map(|end| end.parse().unwrap()).collect();
        figures.push(("resampled", ends));
    }
    figures
}

fn surprising(given: &Given<'_>) -> Found {
    let cells = surprise(&given.lists("rows"), &given.codes("blocks")).unwrap().concat();
    let column = |of: fn(&sheaf_stats::SurpriseCell) -> f64| cells.iter().map(of).collect();
    vec![
        ("expected", column(|cell| cell.expected)),
        ("residual", column(|cell| cell.residual)),
        ("p_adjusted", column(|cell| cell.p_adjusted.unwrap_or(-1.0))),
        ("ratio", column(|cell| cell.ratio)),
        ("marked", column(|cell| f64::from(u8::from(cell.is_marked)))),
    ]
}

fn fall(given: &Given<'_>) -> Found {
    let (pupil, period) = (given.codes("pupil"), given.codes("period"));
    let (n, e, group) = (given.list("n"), given.list("e"), given.codes("group"));
    let history = History { pupil: &pupil, period: &period, n: &n, e: &e, ..Default::default() };
    let columns = Columns::of(given);
    let found =
        regression_to_mean(&history, &group, &columns.rows(), given.level(), Pace::default())
            .unwrap();
    let end = |end: Option<f64>| vec![end.unwrap()];
    vec![
        ("between", vec![found.between]),
        ("within", vec![found.within]),
        ("events", found.events),
        ("expected", vec![found.expected.value]),
        ("expected_lower", end(found.expected.lower)),
        ("expected_upper", end(found.expected.upper)),
        ("adjusted", vec![found.adjusted.value]),
        ("adjusted_lower", end(found.adjusted.lower)),
        ("adjusted_upper", end(found.adjusted.upper)),
        ("observed_ratio", vec![found.observed_ratio]),
    ]
}

const fn events(count: u64, exposure: f64) -> Events {
    Events { count, exposure }
}

const fn part(with: u64, of: u64) -> Part {
    Part { with, of }
}

fn ratio(one: Events, other: Events) -> String {
    estimate(rate_ratio(one, other, RatioMethod::MidP, 0.95))
}

fn risks(one_part: Part, other: Part) -> String {
    told(risk_ratio(one_part, other, RiskMethod::Katz, 0.95), |found| one(&found.ratio))
}

type Trials = (Vec<f64>, Vec<f64>, Vec<u32>);

fn repeated((x, n, cluster): &Trials) -> Repeated<'_> {
    Repeated { x, n, cluster }
}

/// So many pupils with two trials each, of whom so many have it twice.
fn twice(with: usize, pupils: usize) -> Trials {
    let codes: Vec<u32> = (0..pupils as u32).flat_map(|code| [code; 2]).collect();
    let x = codes.iter().map(|code| f64::from(u8::from((*code as usize) < with)));
    (x.collect(), vec![1.0; codes.len()], codes)
}

fn clustered(one_side: &Trials, other: &Trials) -> String {
    let found = clustered_risk_ratio(&repeated(one_side), &repeated(other), 0.95);
    told(found, |found| one(&found.ratio))
}

/// So many pupils before and after, all with these counts and these days.
fn all(pupils: usize, n0: f64, n1: f64, days: f64) -> Columns {
    Columns([n0, days, n1, days].map(|value| vec![value; pupils]))
}

fn change(columns: &Columns) -> String {
    estimate(clustered_rate_ratio(&columns.rows(), 0.95))
}

fn changes(one: &Columns, other: &Columns) -> String {
    estimate(did_rate_ratio(&one.rows(), &other.rows(), DidInterval::T, 0.95))
}

fn differ(before: &[f64], after: &[f64]) -> String {
    estimate(paired_difference(before, after, 0.95))
}

pub const ROWS: &[Row] = &[
    Row {
        name: "rate_ratio",
        source: "Clopper and Pearson (1934), Rothman and Greenland (1998)",
        least: "1 event on either side",
        case: "m02",
        edges: [
            Is(|| ratio(events(0, 9.0), events(0, 9.0))),
            Is(|| ratio(events(2, 0.0), events(5, 9.0))),
            Is(|| ratio(events(5, 9.0), events(0, 9.0))),
            Never,
            Is(|| ratio(events(5, 9.0), events(5, 9.0))),
        ],
    },
    Row {
        name: "clustered_rate_ratio",
        source: "Liang and Zeger (1986)",
        least: "5 pupils",
        case: "m33",
        edges: [
            Is(|| change(&all(6, 0.0, 0.0, 20.0))),
            Is(|| change(&Columns([2.0, 20.0, 0.0, 0.0].map(|value| vec![value; 6])))),
            Is(|| change(&all(1, 2.0, 1.0, 20.0))),
            Is(|| change(&all(6, 2.0, 1.0, 20.0))),
            Never,
        ],
    },
    Row {
        name: "did_rate_ratio",
        source: "Diggle, Heagerty, Liang and Zeger (2002)",
        least: "8 pupils a group",
        case: "m33",
        edges: [
            Is(|| changes(&all(9, 0.0, 2.0, 20.0), &all(9, 2.0, 2.0, 20.0))),
            Is(|| changes(&all(9, 2.0, 2.0, 0.0), &all(9, 2.0, 2.0, 20.0))),
            Is(|| changes(&all(9, 2.0, 2.0, 20.0), &all(0, 2.0, 2.0, 20.0))),
            Is(|| changes(&all(9, 2.0, 1.0, 20.0), &all(9, 2.0, 2.0, 20.0))),
            Never,
        ],
    },
    Row {
        name: "regression_to_mean",
        source: "Hauer (1997), with a passing factor by moments",
        least: "3 periods, 20 pupils, 5 in the group",
        case: "–",
        edges: FALL,
    },
    Row {
        name: "risk_ratio",
        source: "Katz and others (1978), Koopman (1984)",
        least: "1 pupil a side",
        case: "m24, m29",
        edges: [
            Is(|| risks(part(0, 9), part(0, 9))),
            Is(|| risks(part(0, 0), part(3, 9))),
            Is(|| risks(part(4, 9), part(0, 9))),
            Is(|| risks(part(5, 5), part(5, 5))),
            Is(|| risks(part(4, 9), part(4, 9))),
        ],
    },
    Row {
        name: "clustered_risk_ratio",
        source: "Koopman (1984), Kish (1965)",
        least: "2 pupils a side",
        case: "–",
        edges: [
            Is(|| clustered(&twice(0, 9), &twice(0, 9))),
            Is(|| clustered(&twice(0, 0), &twice(3, 9))),
            Is(|| clustered(&twice(4, 9), &twice(0, 9))),
            Is(|| clustered(&twice(5, 5), &twice(5, 5))),
            Is(|| clustered(&twice(4, 9), &twice(4, 9))),
        ],
    },
    Row {
        name: "paired_difference",
        source: "Student (1908)",
        least: "10 pairs",
        case: "–",
        edges: [
            Is(|| differ(&[0.0; 10], &[0.0; 10])),
            Is(|| differ(&[], &[])),
            Is(|| differ(&[1.0], &[2.0])),
            Is(|| differ(&[1.0; 10], &[2.0; 10])),
            Never,
        ],
    },
    Row {
        name: "expected_table",
        source: "Agresti (2007)",
        least: "2 rows and 2 columns",
        case: "m21",
        edges: [
            Is(|| table(&[vec![0.0, 0.0], vec![0.0, 0.0]])),
            Never,
            Is(|| table(&[vec![4.0, 6.0]])),
            Is(|| table(&[vec![5.0, 5.0], vec![5.0, 5.0]])),
            Never,
        ],
    },
    Row {
        name: "surprise",
        source: "Agresti (2007), Marshall (1991)",
        least: "1 cell that expects 5 events",
        case: "–",
        edges: [
            Is(|| cell(&[vec![0.0, 0.0], vec![0.0, 0.0]])),
            Never,
            Is(|| cell(&[vec![40.0, 60.0]])),
            Is(|| cell(&[vec![50.0, 50.0], vec![50.0, 50.0]])),
            Never,
        ],
    },
    Row {
        name: "empirical_bayes",
        source: "Marshall (1991), Hauer (1997)",
        least: "5 groups",
        case: "m22, m32",
        edges: [
            Is(|| shrunk(&[0.0; 6], &[9.0; 6])),
            Is(|| shrunk(&[0.0; 6], &[0.0; 6])),
            Is(|| shrunk(&[4.0], &[9.0])),
            Is(|| shrunk(&[4.0; 6], &[9.0; 6])),
            Never,
        ],
    },
    Row {
        name: "shrunk_by",
        source: "Marshall (1991)",
        least: "1 group",
        case: "m32",
        edges: [
            Is(|| known(0.4, 2.0, 0.0, 9.0)),
            Is(|| known(0.4, 2.0, 0.0, 0.0)),
            Is(|| known(0.4, 2.0, 5.0, 9.0)),
            Is(|| known(0.4, f64::INFINITY, 5.0, 9.0)),
            Never,
        ],
    },
];

/// The same school of twenty pupils in four periods throughout.
const FALL: [Edge; 5] = [
    Is(|| school(|_| 0.0, &all(6, 2.0, 1.0, 20.0))),
    Is(|| school(|pupil| pupil % 4.0, &all(6, 2.0, 1.0, 0.0))),
    Is(|| school(|pupil| pupil % 4.0, &all(1, 2.0, 1.0, 20.0))),
    Is(|| school(|_| 2.0, &all(6, 2.0, 1.0, 20.0))),
    Never,
];

fn school(count: fn(f64) -> f64, group: &Columns) -> String {
    let pupil: Vec<u32> = (0..80).map(|row| row / 4).collect();
    let period: Vec<u32> = (0..80).map(|row| row % 4).collect();
    let n: Vec<f64> = pupil.iter().map(|pupil| count(f64::from(*pupil))).collect();
    let history =
        History { pupil: &pupil, period: &period, n: &n, e: &[20.0; 80], ..Default::default() };
    let members: Vec<u32> = (0..group.0[0].len() as u32).collect();
    let found = regression_to_mean(&history, &members, &group.rows(), 0.95, Pace::default());
    told(found, |found| format!("{}; adjusted {}", one(&found.expected), one(&found.adjusted)))
}

fn table(rows: &[Vec<f64>]) -> String {
    told(expected_table(rows), |found| {
        format!("χ² {}, p {}", short(found.chi_squared), short(found.p))
    })
}

fn cell(rows: &[Vec<f64>]) -> String {
    told(surprise(rows, &[0; 2]), |cells| {
        let one = cells[0][0];
        format!("residual {}, ratio {}", short(one.residual), short(one.ratio))
    })
}

fn shrunk(n: &[f64], exposure: &[f64]) -> String {
    told(empirical_bayes(n, exposure, Prior::Marshall, 0.95, Pace::default()), told_first)
}

fn known(mean: f64, shape: f64, n: f64, exposure: f64) -> String {
    told(shrunk_by(mean, shape, &[n], &[exposure], 0.95), told_first)
}

fn told_first(found: &sheaf_stats::Shrinkage) -> String {
    let [value, lower, upper] =
        [&found.shrunk, &found.lower, &found.upper].map(|column| short(column[0]));
    format!("{value} ({lower} to {upper})")
}
