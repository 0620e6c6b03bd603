//! Trends by ranks, changes of level, and trends of rates.

use sheaf_stats::{
    ChangeOptions, Cost, Family, MannKendall, Penalty, TrendOptions, changepoints, mann_kendall,
    pettitt, seasonal_mann_kendall, trend_rate,
};

use super::Work;
use super::given::{Found, of, places};
use super::row::Edge::{Is, Never};
use super::row::{Row, one, short, told};

pub const WORK: &[(&str, Work)] = &[
    ("mann_kendall", |given| ranks(&mann_kendall(&given.list("x"), given.level()).unwrap())),
    ("MannKendall::estimate", |given| {
        of(&mann_kendall(&given.list("x"), given.level()).unwrap().estimate())
    }),
    ("seasonal_mann_kendall", |given| {
        let (x, season) = (given.list("x"), given.codes("season"));
        ranks(&seasonal_mann_kendall(&x, &season, given.level()).unwrap())
    }),
    ("pettitt", |given| {
        let found = pettitt(&given.list("x")).unwrap();
        vec![("k", vec![found.k]), ("at", vec![found.at as f64]), ("p", vec![found.p])]
    }),
    ("changepoints", |given| {
        let exposure = given.has("exposure").then(|| given.list("exposure"));
        let options = ChangeOptions {
            cost: Cost::from_name(given.text("cost")).unwrap(),
            penalty: match given.has("penalty") {
                true => Penalty::Value(given.number("penalty")),
                false => Penalty::Sic,
            },
            min_segment: given.count("min_segment") as usize,
            exposure: exposure.as_deref(),
            spread: 1.0,
            ..Default::default()
        };
        let found = changepoints(&given.list("x"), &options).unwrap();
        let ends: Vec<usize> = found.segments.iter().map(|segment| segment.to).collect();
        let means = found.segments.iter().map(|segment| segment.mean).collect();
        vec![("to", places(&ends)), ("mean", means)]
    }),
    ("trend_rate", |given| {
        let (n, e, t) = (given.list("n"), given.list("exposure"), given.list("t"));
        let (season, cluster) = (given.some_codes("season"), given.some_codes("cluster"));
        let family = given.has("family").then(|| Family::from_name(given.text("family")).unwrap());
        let (season, cluster) = (season.as_deref(), cluster.as_deref());
        let options =
            TrendOptions { season, cluster, family, level: given.level(), ..Default::default() };
        let found = trend_rate(&n, &e, &t, &options).unwrap();
        let mut figures = of(&found.per_unit);
        figures.push(("dispersion", vec![found.dispersion]));
        figures.push(("hac_lag", places(&Vec::from_iter(found.hac_lag))));
        figures
    }),
];

fn ranks(found: &MannKendall) -> Found {
    vec![
        ("s", vec![found.s]),
        ("variance", vec![found.variance]),
        ("z", vec![found.z]),
        ("p", vec![found.p]),
        ("slope", vec![found.slope]),
        ("slope_lower", vec![found.slope_lower]),
        ("slope_upper", vec![found.slope_upper]),
    ]
}

pub const ROWS: &[Row] = &[
    Row {
        name: "mann_kendall",
        source: "Mann (1945), Kendall (1975), Sen (1968)",
        least: "8 values",
        case: "m07",
        edges: [
            Is(|| ranked(&[0.0; 9])),
            Is(|| ranked(&[])),
            Is(|| ranked(&[4.0])),
            Is(|| ranked(&[3.0; 9])),
            Is(|| ranked(&[1.0, 1.0, 2.0, 2.0, 3.0, 3.0, 4.0, 4.0])),
        ],
    },
    Row {
        name: "MannKendall::estimate",
        source: "Sen (1968)",
        least: "8 values",
        case: "m07",
        edges: [
            Is(|| told(mann_kendall(&[0.0; 9], 0.95), |found| one(&found.estimate()))),
            Never,
            Never,
            Is(|| told(mann_kendall(&[3.0; 9], 0.95), |found| one(&found.estimate()))),
            Never,
        ],
    },
    Row {
        name: "seasonal_mann_kendall",
        source: "Hirsch, Slack and Smith (1982)",
        least: "8 values, 2 years of each season",
        case: "m07b",
        edges: [
            Is(|| seasons(&[0.0; 8])),
            Is(|| seasons(&[])),
            Is(|| told(seasonal_mann_kendall(&RISING, &[0; 8], 0.95), told_test)),
            Is(|| seasons(&[3.0; 8])),
            Is(|| seasons(&[1.0, 9.0, 1.0, 9.0, 2.0, 9.0, 2.0, 9.0])),
        ],
    },
    Row {
        name: "pettitt",
        source: "Pettitt (1979)",
        least: "8 values",
        case: "m08",
        edges: [
            Is(|| place(&[0.0; 9])),
            Is(|| place(&[])),
            Is(|| place(&[4.0])),
            Is(|| place(&[3.0; 9])),
            Is(|| place(&[1.0, 1.0, 1.0, 1.0, 2.0, 2.0, 2.0, 2.0])),
        ],
    },
    Row {
        name: "changepoints",
        source: "Killick, Fearnhead and Eckley (2012), Zhang and Siegmund (2007)",
        least: "24 bins",
        case: "m08b, m08c",
        edges: [
            Is(|| cut(&[0.0; 24], None)),
            Is(|| cut(&[2.0; 24], Some(&[0.0; 24]))),
            Is(|| cut(&[2.0], None)),
            Is(|| cut(&[2.0; 24], None)),
            Never,
        ],
    },
    Row {
        name: "trend_rate",
        source: "McCullagh and Nelder (1989), Newey and West (1987), Cameron, Gelbach and Miller \
                 (2011)",
        least: "20 bins, 10 events a parameter",
        case: "–",
        edges: [
            Is(|| trended(&[0.0; 24], &[5.0; 24])),
            Is(|| trended(&[3.0; 24], &[0.0; 24])),
            Is(|| trended(&[3.0], &[5.0])),
            Is(|| trended(&[3.0; 24], &[5.0; 24])),
            Never,
        ],
    },
];

const RISING: [f64; 8] = [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0];

fn told_test(found: &MannKendall) -> String {
    format!("z {}, p {}, slope {}", short(found.z), short(found.p), short(found.slope))
}

fn ranked(x: &[f64]) -> String {
    told(mann_kendall(x, 0.95), told_test)
}

fn seasons(x: &[f64]) -> String {
    let season: Vec<u32> = (0..x.len() as u32).map(|at| at % 2).collect();
    told(seasonal_mann_kendall(x, &season, 0.95), told_test)
}

fn place(x: &[f64]) -> String {
    told(pettitt(x), |found| format!("k {} at {}, p {}", short(found.k), found.at, short(found.p)))
}

fn cut(x: &[f64], exposure: Option<&[f64]>) -> String {
    let options = ChangeOptions { exposure, ..Default::default() };
    told(changepoints(x, &options), |found| format!("{} changes", found.at.len()))
}

fn trended(n: &[f64], exposure: &[f64]) -> String {
    let t: Vec<f64> = (0..n.len()).map(|at| at as f64).collect();
    told(trend_rate(n, exposure, &t, &Default::default()), |found| one(&found.per_unit))
}
