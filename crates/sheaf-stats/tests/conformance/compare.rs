//! Rates and shares compared.

use sheaf_stats::{
    BeforeAfter, DidInterval, Estimate, Prior, clustered_rate_ratio, did_rate_ratio,
    empirical_bayes, shrunk_by,
};

use super::{case, close, column, expected, near, numbers, texts};

#[test]
fn m22_empirical_bayes_rates() {
    let Some((expected, csv)) = expected("m22_empirical_bayes_rates") else { return };
    let (n, births) = (column(&csv, "SID74"), column(&csv, "BIR74"));
    let found = empirical_bayes(&n, &births, Prior::Marshall, 0.95).unwrap();
    near("b", found.mean, &expected["b"], 1e-12);
    near("a", found.mean * found.mean / found.shape, &expected["a"], 1e-12);
    for (one, other) in found.shrunk.iter().zip(numbers(&expected["est"])) {
        assert!((one - other).abs() < 1e-12, "{one} {other}");
    }
}

#[test]
fn m32_regression_to_mean_eb() {
    let (Some(json), Some(csv)) =
        (case("m32_regression_to_mean_eb.json"), case("m17_count_regression.csv"))
    else {
        return;
    };
    let expected = &serde_json::from_str::<serde_json::Value>(&json).unwrap()["expected"];
    let days = column(&csv, "Days");
    let ones = vec![1.0; days.len()];
    let found = empirical_bayes(&days, &ones, Prior::NegativeBinomial, 0.95).unwrap();
    near("mu", found.mean, &expected["mu"], 1e-8);
    near("theta", found.shape, &expected["theta"], 1e-6);
    let y = numbers(&expected["y"]);
    let next = shrunk_by(found.mean, found.shape, &y, &vec![1.0; y.len()], 0.95);
    let tolerance = |found: &[f64], name: &str| {
        for (one, other) in found.iter().zip(numbers(&expected[name])) {
            assert!((one - other).abs() < 1e-4, "{name}: {one} {other}");
        }
    };
    tolerance(&next.shrunk, "eb_posterior_mean");
    tolerance(&next.lower, "eb_lower");
    tolerance(&next.upper, "eb_upper");
    near("weight", 1.0 - next.weight[0], &expected["weight_on_prior"], 1e-6);
}

/// The columns of one arm, one patient left out in the variant.
fn arm(csv: &str, arm: &str, is_variant: bool) -> [Vec<f64>; 4] {
    let keep: Vec<bool> = texts(csv, "trt")
        .iter()
        .zip(column(csv, "id"))
        .map(|(trt, id)| trt == arm && !(is_variant && id == 49.0))
        .collect();
    ["n0", "e0", "n1", "e1"].map(|name| {
        column(csv, name)
            .into_iter()
            .zip(&keep)
            .filter(|(_, keep)| **keep)
            .map(|pair| pair.0)
            .collect()
    })
}

fn pairs(columns: &[Vec<f64>; 4]) -> BeforeAfter<'_> {
    let [n0, e0, n1, e1] = columns;
    BeforeAfter { n0, e0, n1, e1 }
}

fn ends(estimate: &Estimate) -> [f64; 4] {
    [estimate.value, estimate.lower.unwrap(), estimate.upper.unwrap(), estimate.p.unwrap()]
}

#[test]
fn m33_clustered_rate_ratio_and_difference_in_differences() {
    let Some((expected, csv)) = expected("m33_clustered_rate_ratio_did") else { return };
    for (variant, is_variant) in [("all", false), ("without_49", true)] {
        let expected = &expected[variant];
        let (treated, control) =
            (arm(&csv, "progabide", is_variant), arm(&csv, "placebo", is_variant));
        for (name, columns) in [("treated", &treated), ("control", &control)] {
            let expected = &expected[name];
            let found = clustered_rate_ratio(&pairs(columns), 0.95).unwrap();
            let fields = ["rate_ratio", "t_lower", "t_upper", "p_t"];
            close(name, &ends(&found), &fields.map(|field| expected[field].as_f64().unwrap()));
            near(name, found.log_std_error.unwrap(), &expected["small_sample_se"], 1e-9);
            near(name, found.n as f64, &expected["n_pupils"], 0.0);
        }
        let (treated, control) = (pairs(&treated), pairs(&control));
        let found = did_rate_ratio(&treated, &control, DidInterval::Normal, 0.95).unwrap();
        let fields = ["ratio_of_ratios", "lower", "upper"];
        close(variant, &ends(&found)[..3], &fields.map(|field| expected[field].as_f64().unwrap()));
        near(variant, found.log_std_error.unwrap(), &expected["did_robust_se"], 1e-9);
    }
}
