//! One pupil's own view, and several together.

use sheaf_stats::{
    CaseSeries, Improvement, ReliableChangeOptions, bc_smd, clinical_cutoffs, ird, nap, pand, pem,
    pnd, reliable_change as change, tau_u,
};

use super::csv::{codes, numbers, texts, values};
use super::{Folder, Sheet};

pub fn overlap(_: &Folder, sheet: &mut Sheet) {
    let cases = sheet.input["cases"].as_array().unwrap().clone();
    for (place, case) in cases.iter().enumerate() {
        let expected = sheet.expected[place].clone();
        let (a, b) = (values(&case["A"]), values(&case["B"]));
        let better = Improvement::from_name(case["improvement"].as_str().unwrap()).unwrap();
        let title = format!("example {}:", place + 1);
        let found = nap(&a, &b, better, 0.95).unwrap();
        sheet.one(&format!("{title} nap"), found.value, &expected["NAP"]["Est"]);
        let (lower, upper) = (found.lower.unwrap(), found.upper.unwrap());
        sheet.one(&format!("{title} nap lower"), lower, &expected["NAP"]["CI_lower"]);
        sheet.one(&format!("{title} nap upper"), upper, &expected["NAP"]["CI_upper"]);
        for (what, found, name) in [
            ("tau_u", tau_u(&a, &b, better), "Tau_U"),
            ("pnd", pnd(&a, &b, better), "PND"),
            ("pem", pem(&a, &b, better), "PEM"),
            ("pand", pand(&a, &b, better), "PAND"),
            ("ird", ird(&a, &b, better), "IRD"),
        ] {
            sheet.one(&format!("{title} {what}"), found.unwrap().value, &expected[name]);
        }
    }
}

pub fn between(folder: &Folder, sheet: &mut Sheet) {
    let csv = folder.text("m26_bc_smd.csv");
    let measures = texts(&csv, "measure");
    let kept = |values: Vec<f64>| -> Vec<f64> {
        let of = values.into_iter().zip(&measures);
        of.filter(|(_, measure)| *measure == "disruptive behavior").map(|(one, _)| one).collect()
    };
    let whole = |codes: Vec<u32>| -> Vec<u32> {
        kept(codes.into_iter().map(f64::from).collect()).iter().map(|code| *code as u32).collect()
    };
    let helped = texts(&csv, "treatment").into_iter().map(|one| f64::from(u8::from(one == "RC")));
    let treated: Vec<bool> = kept(helped.collect()).iter().map(|one| *one == 1.0).collect();
    let (case, pair) = (whole(codes(&csv, "case")), whole(codes(&csv, "phase")));
    let (time, y) = (kept(numbers(&csv, "time")), kept(numbers(&csv, "outcome")));
    let rows = CaseSeries { case: &case, pair: &pair, treated: &treated, time: &time, y: &y };
    let found = bc_smd(&rows, 0.95).unwrap();
    let expected = sheet.expected.clone();
    sheet.one("g", found.g.value, &expected["delta_hat"]);
    sheet.one("unadjusted", found.unadjusted, &expected["delta_hat_unadj"]);
    sheet.one("variance", found.variance, &expected["V_delta_hat"]);
    sheet.one("df", found.df, &expected["nu"]);
    sheet.one("phi", found.phi, &expected["phi"]);
    sheet.one("rho", found.rho, &expected["rho"]);
}

pub fn reliable_change(_: &Folder, sheet: &mut Sheet) {
    let given = |name: &str| sheet.input[name].as_f64().unwrap();
    let options = ReliableChangeOptions {
        sd: given("sd_pre"),
        reliability: given("reliability"),
        better: Improvement::Increase,
        cutoff: None,
    };
    let found = change(&[given("pre")], &[given("post")], &options).unwrap();
    let clinical = (given("clinical_mean"), given("clinical_sd"));
    let healthy = (given("normal_mean"), given("normal_sd"));
    let cutoffs = clinical_cutoffs(clinical, healthy).unwrap();
    let expected = sheet.expected.clone();
    sheet.one("sem", found.sem, &expected["sem"]);
    sheet.one("s_diff", found.s_diff, &expected["s_diff"]);
    sheet.one("rc", found.rc[0], &expected["rci"]);
    sheet.one("threshold", found.threshold, &expected["threshold_raw"]);
    for (found, name) in cutoffs.into_iter().zip(["cutoff_a", "cutoff_b", "cutoff_c"]) {
        sheet.one(name, found, &expected[name]);
    }
}
