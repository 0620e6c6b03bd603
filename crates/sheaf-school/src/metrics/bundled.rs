//! The metrics that come with Sheaf: compiled in, the same files as in `plugins/`.

use std::collections::BTreeMap;

use sheaf_metrics::Package;

use crate::error::Result;

/// One bundled metric: its files by name.
type Files = &'static [(&'static str, &'static str)];

const BEHAVIOUR_TRENDS: Files = &[
    ("plugin.toml", include_str!("../../../../plugins/behaviour-trends/plugin.toml")),
    ("metric.rhai", include_str!("../../../../plugins/behaviour-trends/metric.rhai")),
    ("README.md", include_str!("../../../../plugins/behaviour-trends/README.md")),
];

const CONCENTRATION: Files = &[
    ("plugin.toml", include_str!("../../../../plugins/concentration/plugin.toml")),
    ("metric.rhai", include_str!("../../../../plugins/concentration/metric.rhai")),
    ("README.md", include_str!("../../../../plugins/concentration/README.md")),
];

const DISPROPORTIONALITY: Files = &[
    ("plugin.toml", include_str!("../../../../plugins/disproportionality/plugin.toml")),
    ("metric.rhai", include_str!("../../../../plugins/disproportionality/metric.rhai")),
    ("README.md", include_str!("../../../../plugins/disproportionality/README.md")),
];

const FORTNIGHTLY_REPORT: Files = &[
    ("plugin.toml", include_str!("../../../../plugins/fortnightly-report/plugin.toml")),
    ("metric.rhai", include_str!("../../../../plugins/fortnightly-report/metric.rhai")),
    ("README.md", include_str!("../../../../plugins/fortnightly-report/README.md")),
];

const HOTSPOTS: Files = &[
    ("plugin.toml", include_str!("../../../../plugins/hotspots/plugin.toml")),
    ("metric.rhai", include_str!("../../../../plugins/hotspots/metric.rhai")),
    ("README.md", include_str!("../../../../plugins/hotspots/README.md")),
];

const INTERVENTION_IMPACT: Files = &[
    ("plugin.toml", include_str!("../../../../plugins/intervention-impact/plugin.toml")),
    ("metric.rhai", include_str!("../../../../plugins/intervention-impact/metric.rhai")),
    ("README.md", include_str!("../../../../plugins/intervention-impact/README.md")),
];

const POLICY_WHAT_IF: Files = &[
    ("plugin.toml", include_str!("../../../../plugins/policy-what-if/plugin.toml")),
    ("metric.rhai", include_str!("../../../../plugins/policy-what-if/metric.rhai")),
    ("README.md", include_str!("../../../../plugins/policy-what-if/README.md")),
];

const REPEAT_REFERRALS: Files = &[
    ("plugin.toml", include_str!("../../../../plugins/repeat-referrals/plugin.toml")),
    ("metric.rhai", include_str!("../../../../plugins/repeat-referrals/metric.rhai")),
    ("README.md", include_str!("../../../../plugins/repeat-referrals/README.md")),
];

const SUSPENSION_CLOCKS: Files = &[
    ("plugin.toml", include_str!("../../../../plugins/suspension-clocks/plugin.toml")),
    ("metric.rhai", include_str!("../../../../plugins/suspension-clocks/metric.rhai")),
    ("README.md", include_str!("../../../../plugins/suspension-clocks/README.md")),
];

const ATTENDANCE_PATTERNS: Files = &[
    ("plugin.toml", include_str!("../../../../plugins/attendance-patterns/plugin.toml")),
    ("metric.rhai", include_str!("../../../../plugins/attendance-patterns/metric.rhai")),
    ("README.md", include_str!("../../../../plugins/attendance-patterns/README.md")),
];

const CALL_OUT_RESPONSE: Files = &[
    ("plugin.toml", include_str!("../../../../plugins/call-out-response/plugin.toml")),
    ("metric.rhai", include_str!("../../../../plugins/call-out-response/metric.rhai")),
    ("README.md", include_str!("../../../../plugins/call-out-response/README.md")),
];

/// All of them.
pub(super) fn packages() -> Result<Vec<Package>> {
    let package = |files: Files| -> Result<Package> {
        let files = files.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned()));
        Ok(Package::from_files(files.collect::<BTreeMap<_, _>>())?)
    };
    let all = [
        BEHAVIOUR_TRENDS,
        INTERVENTION_IMPACT,
        POLICY_WHAT_IF,
        REPEAT_REFERRALS,
        SUSPENSION_CLOCKS,
        ATTENDANCE_PATTERNS,
        CALL_OUT_RESPONSE,
    ];
    all.into_iter().map(package).collect()
}

/// Whether an id is that of one of them.
pub(super) fn is_bundled(id: &str) -> Result<bool, String> {
    let packages = packages().map_err(|error| error.to_string())?;
    Ok(packages.iter().any(|package| package.manifest.id == id))
}
