//! Control charts: limits, signs of change, and how often chance alone shows one.

use sheaf_stats::{
    ChartOptions, CusumOptions, EwmaOptions, FalseAlarms, GapChart, Laney, Pace, RULES, RateChart,
    Restart, Rule, cusum, ewma, false_alarms, false_alarms_of, funnel, g_chart, p_chart, run_rules,
    t_chart, u_chart, xmr,
};

use super::Work;
use super::given::{Found, Given, places};
use super::row::Edge::{Is, Never};
use super::row::{Row, short, told};

pub const WORK: &[(&str, Work)] = &[
    ("xmr", |given| {
        let found = xmr(&given.list("x")).unwrap();
        vec![
            ("centre", vec![found.centre]),
            ("lower", vec![found.lower.unwrap()]),
            ("upper", vec![found.upper.unwrap()]),
            ("mr_upper", vec![found.mr_upper.unwrap()]),
        ]
    }),
    ("g_chart", |given| gaps(g_chart(&given.list("gaps")).unwrap())),
    ("t_chart", |given| gaps(t_chart(&given.list("gaps")).unwrap())),
    ("p_chart", |given| {
        rates(p_chart(&given.list("n"), &given.list("exposure"), &options(given)).unwrap())
    }),
    ("u_chart", |given| {
        rates(u_chart(&given.list("n"), &given.list("exposure"), &options(given)).unwrap())
    }),
    ("funnel", |given| {
        let found = funnel(&given.list("expected"), given.level(), Pace::default()).unwrap();
        vec![("lower", found.lower), ("upper", found.upper)]
    }),
    ("cusum", |given| {
        let number = |name| given.number(name);
        let (target, k, h) = (number("target"), number("k"), number("h"));
        let options = CusumOptions { target, k, h, restart: Restart::Never };
        let found = cusum(&given.list("x"), &options).unwrap();
        vec![
            ("upper_29", vec![found.upper[28]]),
            ("first", vec![found.signal_at[0] as f64]),
            ("upper", found.upper),
            ("lower", found.lower),
        ]
    }),
    ("ewma", |given| {
        let number = |name| given.number(name);
        let (target, sd, lambda, l) =
            (number("target"), number("sd"), number("lambda"), number("l"));
        let found = ewma(&given.list("x"), &EwmaOptions { target, sd, lambda, l }).unwrap();
        vec![
            ("value_1", vec![found.value[0]]),
            ("value_2", vec![found.value[1]]),
            ("value_30", vec![found.value[29]]),
            ("upper_1", vec![found.upper[0]]),
            ("upper_30", vec![found.upper[29]]),
            ("value", found.value),
            ("lower", found.lower),
            ("upper", found.upper),
            ("signal_at", places(&found.signal_at)),
        ]
    }),
    ("run_rules", signs),
    ("false_alarms", |given| shares(false_alarms(given.count("points") as usize, &RULES).unwrap())),
    ("false_alarms_of", |given| {
        let chart = u_chart(&given.list("n"), &given.list("exposure"), &Default::default());
        shares(false_alarms_of(&chart.unwrap(), &RULES).unwrap())
    }),
];

fn gaps(found: GapChart) -> Found {
    vec![("centre", vec![found.centre]), ("lower", vec![found.lower]), ("upper", vec![found.upper])]
}

fn options(given: &Given<'_>) -> ChartOptions {
    ChartOptions { laney: Laney::from_name(given.text("laney")).unwrap(), baseline: None }
}

fn rates(found: RateChart) -> Found {
    vec![
        ("centre", vec![found.centre]),
        ("sigma_z", vec![found.sigma_z]),
        ("lower", found.lower),
        ("upper", found.upper),
        ("z", found.z),
    ]
}

fn signs(given: &Given<'_>) -> Found {
    let z = given.list("z");
    let of = |name: &'static str| {
        let found = run_rules(&z, &[Rule::from_name(name).unwrap()]).unwrap();
        let points: Vec<usize> = found.points.iter().map(|sign| sign.index).collect();
        (name, places(&points))
    };
    let mut figures: Found = Rule::names().filter(|name| *name != "anhoej").map(of).collect();
    let found = run_rules(&z, &RULES).unwrap();
    figures.extend([
        ("longest_run", vec![found.longest_run as f64]),
        ("crossings", vec![found.crossings as f64]),
        ("longest_run_limit", vec![found.longest_run_limit.unwrap() as f64]),
        ("crossings_limit", vec![found.crossings_limit.unwrap() as f64]),
    ]);
    figures
}

fn shares(found: FalseAlarms) -> Found {
    vec![("one", vec![found.one]), ("more", vec![found.more])]
}

pub const ROWS: &[Row] = &[
    Row {
        name: "xmr",
        source: "Wheeler and Chambers (1992)",
        least: "10 values",
        case: "m09",
        edges: [
            Is(|| single(&[0.0; 12])),
            Is(|| single(&[f64::NAN; 12])),
            Is(|| single(&[4.0])),
            Is(|| single(&[4.0; 12])),
            Never,
        ],
    },
    Row {
        name: "g_chart",
        source: "Benneyan (2001)",
        least: "10 gaps",
        case: "m12",
        edges: [
            Is(|| told(g_chart(&[]), limits)),
            Never,
            Is(|| told(g_chart(&[4.0]), limits)),
            Is(|| told(g_chart(&[4.0; 12]), limits)),
            Is(|| told(g_chart(&[0.0; 12]), limits)),
        ],
    },
    Row {
        name: "t_chart",
        source: "Nelson (1994)",
        least: "10 gaps",
        case: "m12",
        edges: [
            Is(|| told(t_chart(&[]), limits)),
            Never,
            Is(|| told(t_chart(&[4.0]), limits)),
            Is(|| told(t_chart(&[4.0; 12]), limits)),
            Is(|| told(t_chart(&[0.0; 12]), limits)),
        ],
    },
    Row {
        name: "u_chart",
        source: "Laney (2002)",
        least: "12 bins, 1 event",
        case: "m10",
        edges: [
            Is(|| told(u_chart(&[0.0; 12], &[5.0; 12], &PLAIN), first)),
            Is(|| told(u_chart(&[2.0; 12], &[0.0; 12], &PLAIN), first)),
            Is(|| told(u_chart(&[2.0], &[5.0], &PLAIN), first)),
            Is(|| told(u_chart(&[2.0; 12], &[5.0; 12], &PLAIN), first)),
            Never,
        ],
    },
    Row {
        name: "p_chart",
        source: "Laney (2002)",
        least: "12 bins, some with and some without",
        case: "m11",
        edges: [
            Is(|| told(p_chart(&[0.0; 12], &[5.0; 12], &PLAIN), first)),
            Is(|| told(p_chart(&[0.0; 12], &[0.0; 12], &PLAIN), first)),
            Is(|| told(p_chart(&[2.0], &[5.0], &PLAIN), first)),
            Is(|| told(p_chart(&[5.0; 12], &[5.0; 12], &PLAIN), first)),
            Never,
        ],
    },
    Row {
        name: "funnel",
        source: "Spiegelhalter (2005)",
        least: "1 expected count",
        case: "m34",
        edges: [Is(|| about(&[0.0])), Is(|| about(&[])), Is(|| about(&[4.0])), Never, Never],
    },
    Row {
        name: "run_rules",
        source: "Nelson (1984), Anhøj and Olesen (2014)",
        least: "1 value; 10 off the centre for long runs",
        case: "m13, m16",
        edges: [
            Is(|| told(run_rules(&[], &RULES), |found| found.words())),
            Never,
            Is(|| told(run_rules(&[0.4], &RULES), |found| found.words())),
            Is(|| told(run_rules(&[0.0; 30], &RULES), |found| found.words())),
            Is(|| told(run_rules(&[0.4; 30], &RULES), |found| found.words())),
        ],
    },
    Row {
        name: "cusum",
        source: "Page (1954)",
        least: "1 value",
        case: "m14",
        edges: [
            Is(|| told(cusum(&[], &CusumOptions::default()), |found| short(found.upper[0]))),
            Never,
            Is(|| told(cusum(&[4.0], &CusumOptions::default()), |found| short(found.upper[0]))),
            Is(|| told(cusum(&[0.0; 9], &CusumOptions::default()), |found| short(found.upper[8]))),
            Never,
        ],
    },
    Row {
        name: "ewma",
        source: "Roberts (1959)",
        least: "1 value",
        case: "m15",
        edges: [
            Is(|| told(ewma(&[], &EwmaOptions::default()), |found| short(found.value[0]))),
            Never,
            Is(|| told(ewma(&[4.0], &EwmaOptions::default()), |found| short(found.value[0]))),
            Is(|| told(ewma(&[0.0; 9], &EwmaOptions::default()), |found| short(found.value[8]))),
            Never,
        ],
    },
    Row {
        name: "false_alarms",
        source: "drawn here, by the limits of Laney (2002)",
        least: "2 points",
        case: "–",
        edges: [
            Is(|| told(false_alarms(0, &RULES), FalseAlarms::words)),
            Never,
            Is(|| told(false_alarms(1, &RULES), FalseAlarms::words)),
            Never,
            Never,
        ],
    },
    Row {
        name: "false_alarms_of",
        source: "drawn here, by the limits of Laney (2002)",
        least: "a chart of 12 bins",
        case: "–",
        edges: [
            Never,
            Never,
            Never,
            Is(|| {
                let chart = u_chart(&[2.0; 12], &[5.0; 12], &PLAIN).unwrap();
                told(false_alarms_of(&chart, &RULES), FalseAlarms::words)
            }),
            Never,
        ],
    },
];

const PLAIN: ChartOptions = ChartOptions { laney: Laney::Auto, baseline: None };

fn single(x: &[f64]) -> String {
    told(xmr(x), |found| match (found.lower, found.upper) {
        (Some(lower), Some(upper)) => format!("{} to {}", short(lower), short(upper)),
        _ => format!("{}, no limits", short(found.centre)),
    })
}

fn limits(found: &GapChart) -> String {
    format!("{} ({} to {})", short(found.centre), short(found.lower), short(found.upper))
}

fn first(found: &RateChart) -> String {
    format!("{} ({} to {})", short(found.centre), short(found.lower[0]), short(found.upper[0]))
}

fn about(expected: &[f64]) -> String {
    told(funnel(expected, 0.95, Pace::default()), |found| {
        match (found.lower.first(), found.upper.first()) {
            (Some(lower), Some(upper)) => format!("{lower} to {upper}"),
            _ => "none".to_owned(),
        }
    })
}
