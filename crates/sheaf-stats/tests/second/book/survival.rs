//! Times to an event, and events that come again.

use sheaf_stats::{
    Covariate, KaplanMeier, KaplanMeierOptions, LogRankOptions, MeanCumulativeOptions, Pace,
    RecurrentModel, Spells, kaplan_meier, logrank, mcf, recurrent_regression,
};

use super::Work;
use super::given::{Found, Given, of, places};
use super::row::Edge::{Is, Never};
use super::row::{Row, estimate, short, told};

pub const WORK: &[(&str, Work)] = &[
    ("kaplan_meier", |given| {
        let found = curve(given);
        let first = if given.has("first") { given.count("first") as usize } else { usize::MAX };
        let cut = |column: &[f64]| column.iter().copied().take(first).collect::<Vec<f64>>();
        vec![
            ("time", found.time.clone()),
            ("at_risk", places(&found.at_risk)),
            ("survival", cut(&found.survival)),
            ("std_error", cut(&found.std_error)),
            ("lower", cut(&found.lower)),
            ("upper", cut(&found.upper)),
            ("median", vec![found.median.unwrap_or(f64::NAN)]),
        ]
    }),
    ("KaplanMeier::failure_at", |given| of(&curve(given).failure_at(given.number("at")).unwrap())),
    ("logrank", |given| {
        let (time, event) = (given.list("time"), given.flags("event"));
        let (group, cluster) = (given.codes("group"), given.some_codes("cluster"));
        let options = LogRankOptions { cluster: cluster.as_deref(), ..Default::default() };
        let found = logrank(&time, &event, &group, &options).unwrap();
        vec![
            ("chi_squared", vec![found.chi_squared]),
            ("p", vec![found.p]),
            ("df", vec![found.df as f64]),
            ("observed", found.groups.iter().map(|group| group.observed).collect()),
            ("expected", found.groups.iter().map(|group| group.expected).collect()),
        ]
    }),
    ("mcf", |given| {
        let (id, time, event) = (given.codes("id"), given.list("time"), given.list("event"));
        let options = MeanCumulativeOptions { level: given.level(), ..Default::default() };
        let found = mcf(&id, &time, &event, &options).unwrap();
        let last = |column: &[f64]| column.last().copied().into_iter().collect();
        vec![
            ("last_value", last(&found.value)),
            ("last_error", last(&found.std_error)),
            ("time", found.time),
            ("value", found.value),
            ("std_error", found.std_error),
            ("lower", found.lower),
            ("upper", found.upper),
        ]
    }),
    ("recurrent_regression", again),
];

fn curve(given: &Given<'_>) -> KaplanMeier {
    let (time, event) = (given.list("time"), given.flags("event"));
    let cluster = given.some_codes("cluster");
    let level = given.level();
    let options = KaplanMeierOptions { level, cluster: cluster.as_deref(), ..Default::default() };
    kaplan_meier(&time, &event, &options).unwrap()
}

fn again(given: &Given<'_>) -> Found {
    let (id, start, stop) = (given.codes("id"), given.list("start"), given.list("stop"));
    let (event, columns) = (given.flags("event"), given.lists("covariates"));
    let spells = Spells { id: &id, start: &start, stop: &stop, event: &event };
    let covariates: Vec<Covariate<'_>> =
        columns.iter().map(|values| Covariate { name: "x", values }).collect();
    let model = RecurrentModel::from_name(given.text("model")).unwrap();
    let found =
        recurrent_regression(&spells, &covariates, model, given.level(), Pace::default()).unwrap();
    let column = |of: fn(&sheaf_stats::HazardCoefficient) -> f64| {
        found.coefficients.iter().map(of).collect()
    };
    vec![
        ("estimate", column(|one| one.estimate)),
        ("std_error", column(|one| one.std_error)),
        ("robust_std_error", column(|one| one.robust_std_error)),
        ("log_likelihood", vec![found.log_likelihood]),
    ]
}

pub const ROWS: &[Row] = &[
    Row {
        name: "kaplan_meier",
        source: "Kaplan and Meier (1958), Greenwood (1926)",
        least: "1 row",
        case: "m04",
        edges: [
            Is(|| steps(&[4.0, 6.0], &[false, false], None)),
            Is(|| steps(&[], &[], None)),
            Is(|| steps(&[4.0, 6.0, 9.0], &[true, true, false], Some(&[3; 3]))),
            Is(|| steps(&[9.0; 5], &[false; 5], None)),
            Is(|| steps(&[4.0, 4.0, 4.0, 4.0], &[true, true, false, false], None)),
        ],
    },
    Row {
        name: "KaplanMeier::failure_at",
        source: "Kaplan and Meier (1958)",
        least: "1 row followed so long",
        case: "–",
        edges: [
            Is(|| failed(&[9.0; 5], &[false; 5], None, 5.0)),
            Is(|| failed(&[4.0; 5], &[true, true, true, false, false], None, 9.0)),
            Is(|| failed(&[4.0, 6.0, 9.0], &[true, true, false], Some(&[3; 3]), 7.0)),
            Is(|| failed(&[4.0; 5], &[true; 5], None, 5.0)),
            Is(|| failed(&[4.0; 4], &[true, true, false, false], None, 4.0)),
        ],
    },
    Row {
        name: "logrank",
        source: "Mantel (1966), Peto and Peto (1972), Lin and Wei (1989)",
        least: "2 groups at risk, 1 event",
        case: "m04b",
        edges: [
            Is(|| compared(&[4.0, 6.0], &[false; 2], &[0, 1], None)),
            Is(|| compared(&[], &[], &[], None)),
            Is(|| compared(&[4.0, 6.0], &[true; 2], &[5, 5], None)),
            Is(|| compared(&[4.0, 6.0, 4.0, 6.0], &[true; 4], &[0, 0, 1, 1], Some(&[2; 4]))),
            Is(|| compared(&[4.0; 4], &[true, true, true, false], &[0, 0, 1, 1], None)),
        ],
    },
    Row {
        name: "mcf",
        source: "Nelson (1988), Lawless and Nadeau (1995)",
        least: "1 event; 2 pupils for an interval",
        case: "m05",
        edges: [
            Is(|| mean(&[1, 2], &[4.0, 6.0], &[0.0; 2])),
            Is(|| mean(&[], &[], &[])),
            Is(|| mean(&[1, 1], &[4.0, 6.0], &[1.0, 0.0])),
            Is(|| mean(&[1, 2, 1, 2], &[4.0, 4.0, 6.0, 6.0], &[1.0, 1.0, 0.0, 0.0])),
            Is(|| mean(&[1, 2, 1, 2], &[4.0, 4.0, 6.0, 6.0], &[3.0, 1.0, 0.0, 0.0])),
        ],
    },
    Row {
        name: "recurrent_regression",
        source: "Andersen and Gill (1982), Prentice, Williams and Peterson (1981), Efron (1977)",
        least: "10 events a column, more pupils than columns",
        case: "m06",
        edges: [
            Is(|| hazards(24, false, |at| at % 2, |at| at)),
            Never,
            Is(|| hazards(24, true, |at| at % 2, |_| 7)),
            Is(|| hazards(24, true, |_| 1, |at| at)),
            Is(|| hazards(24, true, |at| at % 3 % 2, |at| at)),
        ],
    },
];

fn steps(time: &[f64], event: &[bool], cluster: Option<&[u32]>) -> String {
    let options = KaplanMeierOptions { cluster, ..Default::default() };
    told(kaplan_meier(time, event, &options), |found| {
        let Some(last) = found.survival.last() else { return "an empty curve".to_owned() };
        let error = found.std_error[found.std_error.len() - 1];
        let error = if error.is_nan() { "no error".to_owned() } else { short(error) };
        format!("down to {} ± {error}", short(*last))
    })
}

fn failed(time: &[f64], event: &[bool], cluster: Option<&[u32]>, at: f64) -> String {
    let options = KaplanMeierOptions { cluster, ..Default::default() };
    told(kaplan_meier(time, event, &options), |found| estimate(found.failure_at(at)))
}

fn compared(time: &[f64], event: &[bool], group: &[u32], cluster: Option<&[u32]>) -> String {
    let options = LogRankOptions { cluster, ..Default::default() };
    told(logrank(time, event, group, &options), |found| {
        format!("χ² {}, p {}", short(found.chi_squared), short(found.p))
    })
}

fn mean(id: &[u32], time: &[f64], events: &[f64]) -> String {
    told(mcf(id, time, events, &Default::default()), |found| {
        let error = found.std_error[0];
        let error = if error.is_nan() { "no error".to_owned() } else { short(error) };
        format!("{} ± {error}", short(found.value[0]))
    })
}

/// Pupils with one spell each to the day of their number in sixes.
fn hazards(rows: u32, event: bool, group: fn(u32) -> u32, pupil: fn(u32) -> u32) -> String {
    let id: Vec<u32> = (0..rows).map(pupil).collect();
    let stop: Vec<f64> = (0..rows).map(|at| f64::from(at / 6 + 1)).collect();
    let x: Vec<f64> = (0..rows).map(|at| f64::from(group(at))).collect();
    let (start, event) = (vec![0.0; stop.len()], vec![event; stop.len()]);
    let spells = Spells { id: &id, start: &start, stop: &stop, event: &event };
    let column = Covariate { name: "x", values: &x };
    let model = RecurrentModel::AndersenGill;
    told(recurrent_regression(&spells, &[column], model, 0.95, Pace::default()), |found| {
        let one = &found.coefficients[0];
        format!("{} ± {}", short(one.estimate), short(one.robust_std_error))
    })
}
