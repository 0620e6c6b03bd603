//! Metrics as others hand them over: as zip, as text, as a signature, as a script; and plans, which
//! a cache or another device might hand over.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use sheaf_analytics::{Aggregate, Budget, Dataset, Plan, Scope, SortKey, col};
use sheaf_charter::Identity;
use sheaf_metrics::{Host, Package, SIGNATURE, Signature};

use super::decoders::{Decoder, KIB, MIB, canonical, decoder};
use super::seeds::rng;

/// Scripts that take long end here: the limits on steps and on what is held come far earlier.
const SCRIPT_MS: u64 = 300;
/// By then it must have ended: a deadline that is not kept, not a machine that is busy.
const AMPLE: Duration = Duration::from_millis(30 * SCRIPT_MS);
/// What a script may hold, with what the engine and the language take.
const SCRIPT_BYTES: usize = 96 * MIB;
/// A script is run, not only read.
const SCRIPTS_A_ROUND: usize = 150;

/// Scripts that once brought the process down, or would if a limit were missing.
const HOSTILE: [&str; 12] = [
    "let f = Fn(\"abs\"); loop { f = f.curry(f); }",
    "let f = || 1; loop { let g = f; f = || g; }",
    "let f = || 1; loop { let g = f; let h = f; f = || [g, h]; }",
    "let s = \"\"; s.pad(60000, 'x'); let t = s; s.replace(\"x\", t); s",
    "let s = \"\"; s.pad(60000, 'x'); let t = s; s.replace(\"\", t); s",
    "let a = []; a.pad(9999, 1); a.map(|x| { let r = []; r.pad(9999, 1); r })",
    "let m = #{ a: 1 }; m.map(|k, v| { let s = \"\"; s.pad(60000, 'x'); s })",
    "let m = #{}; loop { m = #{ a: m, b: m }; }",
    "let a = [1]; loop { a += a; }",
    "let x = \"a\"; loop { x = `${x}${x}`; }",
    "fn f(n) { f(n + 1) } f(0)",
    "stats::wilson(8, 10).words + stats::concentration([0, 1, 2, 7]).gini",
];

pub fn all() -> Vec<Decoder> {
    [of_packages(), vec![of_scripts(), of_plans()]].into_iter().flatten().collect()
}

fn package() -> Package {
    let example = "{\"says\": \"nothing\", \"as_of\": \"2026-02-27\", \"records\": [], \
                   \"expect\": {}}";
    let files = [
        ("plugin.toml", include_str!("../../plugins/repeat-referrals/plugin.toml")),
        ("metric.rhai", include_str!("../../plugins/repeat-referrals/metric.rhai")),
        ("README.md", "How soon, how often?"),
        ("examples/none.json", example),
    ];
    let files: BTreeMap<String, String> =
        files.into_iter().map(|(name, text)| (name.to_owned(), text.to_owned())).collect();
    Package::from_files(files).unwrap()
}

fn signed() -> Package {
    let package = package();
    let identity = Identity::generate(&mut rng(6));
    let signature = Signature::make(&identity, "Zoë Ng", "Ashdown", package.files()).unwrap();
    package.with_signature(&signature).unwrap()
}

fn of_packages() -> Vec<Decoder> {
    let (plain, signed) = (package(), signed());
    let zips = vec![plain.to_zip().unwrap(), signed.to_zip().unwrap()];
    let texts = [&plain, &signed].map(|one| one.to_text().unwrap().into_bytes()).to_vec();
    let signature = signed.signature().unwrap().to_text().into_bytes();
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).map_err(drop);
    vec![
        decoder("metric-zip", zips, 24 * MIB, |bytes| Package::from_zip(bytes).is_ok()),
        decoder(
            "metric-text",
            texts,
            MIB,
            canonical(
                move |bytes| Package::from_text(&text(bytes)?).map_err(drop),
                |package| package.to_text().unwrap().into_bytes(),
            ),
        ),
        decoder("metric-signature", vec![signature], MIB, move |bytes| {
            let Ok(text) = std::str::from_utf8(bytes) else { return false };
            let mut files = plain.files().clone();
            files.insert(SIGNATURE.to_owned(), text.to_owned());
            Package::from_files(files).is_ok()
        }),
    ]
}

/// Any bytes as a script: it gives a value or is refused, in time and within its bound.
fn of_scripts() -> Decoder {
    let own = include_bytes!("../../plugins/behaviour-trends/metric.rhai").to_vec();
    let seeds = HOSTILE.iter().map(|script| script.as_bytes().to_vec()).chain([own]);
    let host = Host::new();
    let read = move |bytes: &[u8]| {
        let script = String::from_utf8_lossy(bytes);
        let begun = Instant::now();
        let until = begun + Duration::from_millis(SCRIPT_MS);
        // Either is an answer; what counts is that there is one, in time.
        let _ = host.eval(&script, &[], &Budget::default().until(until));
        assert!(begun.elapsed() < AMPLE, "{:?} for {script:?}", begun.elapsed());
        true
    };
    Decoder {
        cases_a_round: SCRIPTS_A_ROUND,
        ..decoder("script", seeds.collect(), SCRIPT_BYTES, read)
    }
}

fn of_plans() -> Decoder {
    let counted = Plan::scan("incidents")
        .filter(col("severity").at_least(3))
        .group(["location"], [("n", Aggregate::Count)])
        .order([SortKey::parse("-n")])
        .limit(10);
    let plain = Plan::scan("pupils").limit(3);
    let seeds = [counted, plain].map(|plan| serde_json::to_vec(&plan).unwrap()).to_vec();
    let scope = Scope::new(Dataset::default().snapshot(), jiff::civil::date(2026, 11, 20));
    decoder("plan", seeds, 256 * KIB, move |bytes| {
        let Ok(plan) = serde_json::from_slice::<Plan>(bytes) else { return false };
        plan.check().is_ok() && plan.run(&scope, &Budget::default()).is_ok()
    })
}
