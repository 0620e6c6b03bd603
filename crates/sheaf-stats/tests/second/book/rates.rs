//! Rates and shares of one group, families of p-values, and how events are shared out.

use sheaf_stats::{
    Adjustment, adjust, binomial_excess, clustered_rate, clustered_share, concentration, hotspots,
    rate, wilson,
};

use super::Work;
use super::given::{Given, of};
use super::row::Edge::{Is, Never};
use super::row::{Row, estimate, short, told};

pub const WORK: &[(&str, Work)] = &[
    ("adjust", |given| {
        let adjustment = Adjustment::from_name(given.text("method")).unwrap();
        vec![("p_adjusted", adjust(&given.list("p"), adjustment).unwrap())]
    }),
    ("rate", |given| of(&rate(given.count("n"), given.number("exposure"), given.level()).unwrap())),
    ("clustered_rate", |given| {
        let (n, e, cluster) = (given.list("n"), given.list("exposure"), given.codes("cluster"));
        of(&clustered_rate(&n, &e, &cluster, given.level()).unwrap())
    }),
    ("wilson", |given| of(&wilson(given.count("x"), given.count("n"), given.level()).unwrap())),
    ("clustered_share", |given| {
        let (x, n, cluster) = (given.list("x"), given.list("n"), given.codes("cluster"));
        of(&clustered_share(&x, &n, &cluster, given.level()).unwrap())
    }),
    ("binomial_excess", |given| {
        let p = binomial_excess(given.count("x"), given.count("n"), given.number("share"));
        vec![("p", vec![p.unwrap()])]
    }),
    ("hotspots", |given| {
        let found = hotspots(&given.list("n"), &given.list("exposure")).unwrap();
        vec![("p", found.p), ("expected", found.expected), ("ratio", found.ratio)]
    }),
    ("concentration", shared_out),
    ("Concentration::top_share", |given| {
        let found = concentration(&given.list("counts")).unwrap();
        of(&found.top_share(given.number("share")).unwrap())
    }),
];

fn shared_out(given: &Given<'_>) -> super::Found {
    let found = concentration(&given.list("counts")).unwrap();
    let count = |count: usize| vec![count as f64];
    vec![
        ("gini", vec![found.gini]),
        ("gini_without_zeros", vec![found.gini_without_zeros]),
        ("half_from", count(found.half_from)),
        ("any", count(found.any)),
        ("once", count(found.once)),
        ("repeat_count", count(found.repeat_count)),
        ("repeat_share", vec![found.repeat_share]),
        ("most", vec![found.most as f64]),
    ]
}

const PUPILS: [u32; 4] = [1, 1, 2, 2];

pub const ROWS: &[Row] = &[
    Row {
        name: "rate",
        source: "Garwood (1936)",
        least: "any number of events",
        case: "m01, m29",
        edges: [
            Is(|| estimate(rate(0, 100.0, 0.95))),
            Is(|| estimate(rate(3, 0.0, 0.95))),
            Never,
            Never,
            Never,
        ],
    },
    Row {
        name: "clustered_rate",
        source: "Liang and Zeger (1986)",
        least: "2 pupils, 1 event",
        case: "–",
        edges: [
            Is(|| estimate(clustered_rate(&[0.0; 4], &[5.0; 4], &PUPILS, 0.95))),
            Is(|| estimate(clustered_rate(&[1.0; 4], &[0.0; 4], &PUPILS, 0.95))),
            Is(|| estimate(clustered_rate(&[1.0; 4], &[5.0; 4], &[7; 4], 0.95))),
            Is(|| estimate(clustered_rate(&[1.0; 4], &[5.0; 4], &PUPILS, 0.95))),
            Never,
        ],
    },
    Row {
        name: "wilson",
        source: "Wilson (1927)",
        least: "1 observation",
        case: "m03",
        edges: [
            Is(|| estimate(wilson(0, 20, 0.95))),
            Is(|| estimate(wilson(0, 0, 0.95))),
            Is(|| estimate(wilson(1, 1, 0.95))),
            Is(|| estimate(wilson(20, 20, 0.95))),
            Never,
        ],
    },
    Row {
        name: "clustered_share",
        source: "Kish (1965), Korn and Graubard (1998)",
        least: "2 pupils",
        case: "–",
        edges: [
            Is(|| estimate(clustered_share(&[0.0; 4], &[5.0; 4], &PUPILS, 0.95))),
            Is(|| estimate(clustered_share(&[0.0; 4], &[0.0; 4], &PUPILS, 0.95))),
            Is(|| estimate(clustered_share(&[1.0; 4], &[5.0; 4], &[7; 4], 0.95))),
            Is(|| estimate(clustered_share(&[1.0; 4], &[5.0; 4], &PUPILS, 0.95))),
            Never,
        ],
    },
    Row {
        name: "binomial_excess",
        source: "Lancaster (1961)",
        least: "any number of trials",
        case: "–",
        edges: [
            Is(|| told(binomial_excess(0, 10, 0.2), |p| short(*p))),
            Is(|| told(binomial_excess(0, 0, 0.2), |p| short(*p))),
            Is(|| told(binomial_excess(3, 3, 1.0), |p| short(*p))),
            Is(|| told(binomial_excess(0, 10, 0.0), |p| short(*p))),
            Never,
        ],
    },
    Row {
        name: "hotspots",
        source: "Lancaster (1961)",
        least: "2 parts, 1 event",
        case: "m35",
        edges: [
            Is(|| told(hotspots(&[0.0; 3], &[9.0; 3]), |found| short(found.p[0]))),
            Is(|| told(hotspots(&[1.0; 2], &[9.0, 0.0]), |found| short(found.p[0]))),
            Is(|| told(hotspots(&[4.0], &[9.0]), |found| short(found.p[0]))),
            Is(|| told(hotspots(&[4.0; 2], &[9.0; 2]), |found| short(found.p[0]))),
            Never,
        ],
    },
    Row {
        name: "adjust",
        source: "Benjamini and Hochberg (1995), Holm (1979)",
        least: "none: no p-values stay none",
        case: "m19",
        edges: [
            Is(|| adjusted(&[])),
            Never,
            Is(|| adjusted(&[0.03])),
            Is(|| adjusted(&[1.0, 1.0])),
            Is(|| adjusted(&[0.02, 0.02, 0.5])),
        ],
    },
    Row {
        name: "concentration",
        source: "Sen (1973)",
        least: "1 pupil with an event",
        case: "m23",
        edges: [
            Is(|| gini(&[0.0; 5])),
            Is(|| gini(&[])),
            Is(|| gini(&[7.0])),
            Is(|| gini(&[2.0; 6])),
            Never,
        ],
    },
    Row {
        name: "Concentration::top_share",
        source: "Beach and Davidson (1983)",
        least: "10 pupils with events for an interval",
        case: "m23",
        edges: [Is(|| top(&[0.0; 5])), Never, Is(|| top(&[7.0])), Is(|| top(&[2.0; 20])), Never],
    },
];

fn adjusted(p: &[f64]) -> String {
    told(adjust(p, Adjustment::BenjaminiHochberg), |found| {
        let found: Vec<String> = found.iter().map(|p| short(*p)).collect();
        if found.is_empty() { "none".to_owned() } else { found.join(", ") }
    })
}

fn gini(counts: &[f64]) -> String {
    told(concentration(counts), |found| format!("Gini {}", short(found.gini)))
}

fn top(counts: &[f64]) -> String {
    told(concentration(counts), |found| estimate(found.top_share(0.1)))
}
