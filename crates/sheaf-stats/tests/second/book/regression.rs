//! Regressions of counts and numbers, series that were interrupted, differences in differences.

use sheaf_stats::{
    Coefficient, CountOptions, Covariate, DidErrors, Family, ItsOptions, count_regression, did, its,
};

use super::Work;
use super::given::{Found, Given, of};
use super::row::Edge::Is;
use super::row::{Row, one, short, told};

pub const WORK: &[(&str, Work)] = &[
    ("count_regression", counts),
    ("its", interrupted),
    ("did", |given| {
        let (y, cluster) = (given.list("y"), given.codes("cluster"));
        let errors = match given.text("errors") {
            "model" => DidErrors::Model,
            "robust" => DidErrors::Robust,
            _ => DidErrors::Cluster(&cluster),
        };
        let (treated, after) = (given.flags("treated"), given.flags("after"));
        let found = did(&y, &treated, &after, errors, given.level()).unwrap();
        let mut figures = of(&found.difference);
        figures.push(("estimate", vec![found.difference.value]));
        figures.push(("std_error", vec![found.std_error]));
        figures
    }),
];

fn columns(of: &[&Coefficient]) -> Found {
    let column = |read: fn(&Coefficient) -> f64| of.iter().map(|one| read(one)).collect();
    vec![
        ("estimate", column(|one| one.estimate)),
        ("std_error", column(|one| one.std_error)),
        ("z", column(|one| one.z)),
        ("p", column(|one| one.p)),
        ("lower", column(|one| one.lower)),
        ("upper", column(|one| one.upper)),
    ]
}

fn counts(given: &Given<'_>) -> Found {
    let values = given.lists("covariates");
    let covariates: Vec<Covariate<'_>> =
        values.iter().map(|values| Covariate { name: "x", values }).collect();
    let (cluster, exposure) = (given.some_codes("cluster"), given.list("exposure"));
    let options = CountOptions {
        family: Family::from_name(given.text("family")).unwrap(),
        exposure: given.has("exposure").then_some(exposure.as_slice()),
        cluster: cluster.as_deref(),
        hac_lag: given.has("hac_lag").then(|| given.count("hac_lag") as usize),
        level: given.level(),
        ..Default::default()
    };
    let found = count_regression(&given.list("n"), &covariates, &options).unwrap();
    let mut figures = columns(&found.coefficients.iter().collect::<Vec<_>>());
    figures.extend([
        ("theta", vec![found.theta.unwrap_or(f64::NAN)]),
        ("dispersion", vec![found.dispersion]),
        ("deviance", vec![found.deviance]),
        ("log_likelihood", vec![found.log_likelihood]),
        ("df", vec![found.df]),
    ]);
    figures
}

fn interrupted(given: &Given<'_>) -> Found {
    let (exposure, season) = (given.list("exposure"), given.some_codes("season"));
    let options = ItsOptions {
        at: given.count("at") as usize,
        family: Family::from_name(given.text("family")).unwrap(),
        exposure: given.has("exposure").then_some(exposure.as_slice()),
        season: season.as_deref(),
        harmonics: if given.has("harmonics") { given.count("harmonics") as usize } else { 0 },
        period: if given.has("period") { given.number("period") } else { 12.0 },
        hac_lag: given.has("hac_lag").then(|| given.count("hac_lag") as usize),
        ..Default::default()
    };
    let found = its(&given.list("y"), &options).unwrap();
    let parts = [&found.slope_before, &found.level, found.slope_change.as_ref().unwrap()];
    let mut figures = columns(&parts);
    figures.push(("dispersion", vec![found.dispersion]));
    figures
}

pub const ROWS: &[Row] = &[
    Row {
        name: "count_regression",
        source: "McCullagh and Nelder (1989), Venables and Ripley (2002), Newey and West (1987)",
        least: "more rows than coefficients; more pupils too, where they cluster",
        case: "m17, m18b",
        edges: [
            Is(|| fitted(Family::Poisson, &[0.0; 6], &EARLY, None, None)),
            Is(|| fitted(Family::Poisson, &[2.0; 6], &EARLY, Some(&[0.0; 6]), None)),
            Is(|| fitted(Family::Poisson, &[2.0; 6], &EARLY, None, Some(&[7; 6]))),
            Is(|| fitted(Family::QuasiPoisson, &[2.0; 6], &EARLY, None, None)),
            Is(|| fitted(Family::Poisson, &[2.0, 1.0, 3.0, 0.0, 0.0, 0.0], &EARLY, None, None)),
        ],
    },
    Row {
        name: "its",
        source: "Lopez Bernal, Cummins and Gasparrini (2017)",
        least: "8 points a side",
        case: "m18",
        edges: [
            Is(|| broken(Family::QuasiPoisson, &[0.0; 20], None)),
            Is(|| broken(Family::QuasiPoisson, &[2.0; 20], Some(&[0.0; 20]))),
            Is(|| broken(Family::QuasiPoisson, &[2.0], None)),
            Is(|| broken(Family::QuasiPoisson, &[2.0; 20], None)),
            Is(|| broken(Family::Normal, &[2.0; 20], None)),
        ],
    },
    Row {
        name: "did",
        source: "Wooldridge (2013)",
        least: "5 values, each of the four cells; 2 pupils a group, where they cluster",
        case: "m20",
        edges: [
            Is(|| differences(&[0.0; 8], &GROUP, DidErrors::Model)),
            Is(|| differences(&[], &[], DidErrors::Model)),
            Is(|| differences(&MOVED, &[true; 8], DidErrors::Model)),
            Is(|| differences(&MOVED, &GROUP, DidErrors::Model)),
            Is(|| differences(&MOVED, &GROUP, DidErrors::Cluster(&[0, 0, 0, 0, 1, 1, 1, 1]))),
        ],
    },
];

const EARLY: [f64; 6] = [0.0, 0.0, 0.0, 1.0, 1.0, 1.0];
const GROUP: [bool; 8] = [false, false, false, false, true, true, true, true];
/// Equal within each of the four cells.
const MOVED: [f64; 8] = [1.0, 2.0, 1.0, 2.0, 3.0, 7.0, 3.0, 7.0];

fn fitted(
    family: Family,
    n: &[f64],
    x: &[f64],
    exposure: Option<&[f64]>,
    cluster: Option<&[u32]>,
) -> String {
    let options = CountOptions { family, exposure, cluster, ..Default::default() };
    told(count_regression(n, &[Covariate { name: "x", values: x }], &options), |found| {
        coefficient(&found.coefficients[1])
    })
}

fn coefficient(of: &Coefficient) -> String {
    format!("{} ± {}, p {}", short(of.estimate), short(of.std_error), short(of.p))
}

fn broken(family: Family, y: &[f64], exposure: Option<&[f64]>) -> String {
    let at = y.len() / 2 + 1;
    let options = ItsOptions { at, family, exposure, ..Default::default() };
    told(its(y, &options), |found| coefficient(&found.level))
}

fn differences(y: &[f64], treated: &[bool], errors: DidErrors<'_>) -> String {
    let after: Vec<bool> = (0..y.len()).map(|at| at % 2 == 1).collect();
    told(did(y, treated, &after, errors, 0.95), |found| one(&found.difference))
}
