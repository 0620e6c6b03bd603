//! Two phases of one pupil, several pupils together, and scores before and after.

use sheaf_stats::{
    CaseSeries, Estimate, Improvement, Refusal, ReliableChangeOptions, bc_smd, clinical_cutoffs,
    ird, nap, pand, pem, pnd, reliable_change, tau_u,
};

use super::Work;
use super::given::{Found, Given, of};
use super::row::Edge::{self, Is, Never};
use super::row::{Row, estimate, one, short, told};

pub const WORK: &[(&str, Work)] = &[
    ("nap", |given| {
        let (a, b) = (given.list("a"), given.list("b"));
        of(&nap(&a, &b, Improvement::Increase, given.level()).unwrap())
    }),
    ("tau_u", |given| phases(given, tau_u)),
    ("pnd", |given| phases(given, pnd)),
    ("pem", |given| phases(given, pem)),
    ("pand", |given| phases(given, pand)),
    ("ird", |given| phases(given, ird)),
    ("bc_smd", |given| {
        let (case, pair) = (given.codes("case"), given.codes("pair"));
        let (treated, time, y) = (given.flags("treated"), given.list("time"), given.list("y"));
        let rows = CaseSeries { case: &case, pair: &pair, treated: &treated, time: &time, y: &y };
        let found = bc_smd(&rows, given.level()).unwrap();
        let mut figures = of(&found.g);
        figures.extend([
            ("g", vec![found.g.value]),
            ("unadjusted", vec![found.unadjusted]),
            ("variance", vec![found.variance]),
            ("phi", vec![found.phi]),
            ("rho", vec![found.rho]),
            ("df", vec![found.df]),
        ]);
        figures
    }),
    ("reliable_change", |given| {
        let options = ReliableChangeOptions {
            sd: given.number("sd"),
            reliability: given.number("reliability"),
            better: Improvement::from_name(given.text("better")).unwrap(),
            cutoff: Some(given.number("cutoff")),
        };
        let found = reliable_change(&given.list("pre"), &given.list("post"), &options).unwrap();
        let counts = found.counts;
        let counts = [counts.recovered, counts.improved, counts.unchanged, counts.deteriorated];
        vec![
            ("rc", found.rc),
            ("sem", vec![found.sem]),
            ("s_diff", vec![found.s_diff]),
            ("threshold", vec![found.threshold]),
            ("counts", counts.iter().map(|count| *count as f64).collect()),
        ]
    }),
    ("clinical_cutoffs", |given| {
        let pair = |name| {
            let pair = given.list(name);
            (pair[0], pair[1])
        };
        vec![("cutoffs", clinical_cutoffs(pair("clinical"), pair("healthy")).unwrap().to_vec())]
    }),
];

type Overlap = fn(&[f64], &[f64], Improvement) -> Result<Estimate, Refusal>;

fn phases(given: &Given<'_>, overlap: Overlap) -> Found {
    of(&overlap(&given.list("a"), &given.list("b"), Improvement::Increase).unwrap())
}

const fn overlap(name: &'static str, source: &'static str, edges: [Edge; 5]) -> Row {
    Row { name, source, least: "3 points a phase, 5 to call it", case: "m25", edges }
}

pub const ROWS: &[Row] = &[
    overlap(
        "nap",
        "Parker and Vannest (2009), Newcombe (2006)",
        [
            Is(|| estimate(nap(&[0.0; 5], &[0.0; 5], DOWN, 0.95))),
            Is(|| estimate(nap(&[], &[], DOWN, 0.95))),
            Is(|| estimate(nap(&FALLING, &[], DOWN, 0.95))),
            Is(|| estimate(nap(&[4.0; 5], &[2.0; 5], DOWN, 0.95))),
            Is(|| estimate(nap(&FALLING, &FALLING, DOWN, 0.95))),
        ],
    ),
    overlap(
        "tau_u",
        "Parker, Vannest, Davis and Sauber (2011)",
        [
            Is(|| estimate(tau_u(&[0.0; 5], &[0.0; 5], DOWN))),
            Is(|| estimate(tau_u(&[], &[], DOWN))),
            Is(|| estimate(tau_u(&FALLING, &[], DOWN))),
            Is(|| estimate(tau_u(&[4.0; 5], &[2.0; 5], DOWN))),
            Is(|| estimate(tau_u(&FALLING, &FALLING, DOWN))),
        ],
    ),
    overlap(
        "pnd",
        "Scruggs, Mastropieri and Casto (1987)",
        [
            Is(|| estimate(pnd(&[0.0; 5], &[0.0; 5], DOWN))),
            Is(|| estimate(pnd(&[], &[], DOWN))),
            Is(|| estimate(pnd(&FALLING, &[], DOWN))),
            Is(|| estimate(pnd(&[4.0; 5], &[2.0; 5], DOWN))),
            Is(|| estimate(pnd(&FALLING, &FALLING, DOWN))),
        ],
    ),
    overlap(
        "pem",
        "Ma (2006)",
        [
            Is(|| estimate(pem(&[0.0; 5], &[0.0; 5], DOWN))),
            Is(|| estimate(pem(&[], &[], DOWN))),
            Is(|| estimate(pem(&FALLING, &[], DOWN))),
            Is(|| estimate(pem(&[4.0; 5], &[2.0; 5], DOWN))),
            Is(|| estimate(pem(&FALLING, &FALLING, DOWN))),
        ],
    ),
    overlap(
        "pand",
        "Parker, Hagan-Burke and Vannest (2007)",
        [
            Is(|| estimate(pand(&[0.0; 5], &[0.0; 5], DOWN))),
            Is(|| estimate(pand(&[], &[], DOWN))),
            Is(|| estimate(pand(&FALLING, &[], DOWN))),
            Is(|| estimate(pand(&[4.0; 5], &[2.0; 5], DOWN))),
            Is(|| estimate(pand(&FALLING, &FALLING, DOWN))),
        ],
    ),
    overlap(
        "ird",
        "Parker, Vannest and Brown (2009)",
        [
            Is(|| estimate(ird(&[0.0; 5], &[0.0; 5], DOWN))),
            Is(|| estimate(ird(&[], &[], DOWN))),
            Is(|| estimate(ird(&FALLING, &[], DOWN))),
            Is(|| estimate(ird(&[4.0; 5], &[2.0; 5], DOWN))),
            Is(|| estimate(ird(&FALLING, &FALLING, DOWN))),
        ],
    ),
    Row {
        name: "bc_smd",
        source: "Hedges, Pustejovsky and Shadish (2012)",
        least: "3 pupils with both phases",
        case: "m26",
        edges: [
            Is(|| pupils(4, |_| 0.0)),
            Is(|| pupils(0, |_| 0.0)),
            Is(|| pupils(1, |at| f64::from(at % 5))),
            Is(|| pupils(4, |at| f64::from(at % 10 / 5))),
            Never,
        ],
    },
    Row {
        name: "reliable_change",
        source: "Jacobson and Truax (1991)",
        least: "1 pupil; 5 for a summary",
        case: "m27",
        edges: [
            Never,
            Is(|| changed(&[], &[], 5.0)),
            Is(|| changed(&[20.0], &[8.0], 5.0)),
            Is(|| changed(&[20.0], &[8.0], 0.0)),
            Is(|| changed(&[20.0], &[20.0], 5.0)),
        ],
    },
    Row {
        name: "clinical_cutoffs",
        source: "Jacobson and Truax (1991)",
        least: "two means and standard deviations",
        case: "m27",
        edges: [
            Never,
            Never,
            Never,
            Is(|| cutoffs((20.0, 0.0), (10.0, 0.0))),
            Is(|| cutoffs((15.0, 4.0), (15.0, 4.0))),
        ],
    },
];

const DOWN: Improvement = Improvement::Decrease;
const FALLING: [f64; 5] = [5.0, 4.0, 3.0, 2.0, 1.0];

/// Pupils with five values before and five after.
fn pupils(pupils: u32, value: fn(u32) -> f64) -> String {
    let rows: Vec<u32> = (0..pupils * 10).collect();
    let case: Vec<u32> = rows.iter().map(|row| row / 10).collect();
    let treated: Vec<bool> = rows.iter().map(|row| row % 10 >= 5).collect();
    let time: Vec<f64> = rows.iter().map(|row| f64::from(row % 10)).collect();
    let y: Vec<f64> = rows.iter().map(|row| value(*row)).collect();
    let pair = vec![0; rows.len()];
    let rows = CaseSeries { case: &case, pair: &pair, treated: &treated, time: &time, y: &y };
    told(bc_smd(&rows, 0.95), |found| one(&found.g))
}

fn changed(pre: &[f64], post: &[f64], sd: f64) -> String {
    let options = ReliableChangeOptions { sd, reliability: 0.7, better: DOWN, cutoff: None };
    told(reliable_change(pre, post, &options), |found| {
        format!("{}, {}", short(found.rc[0]), found.class[0].name())
    })
}

fn cutoffs(clinical: (f64, f64), healthy: (f64, f64)) -> String {
    told(clinical_cutoffs(clinical, healthy), |found| found.map(short).join(", "))
}
