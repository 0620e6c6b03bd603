//! The dependency table of the design, held against the manifests.

use std::collections::BTreeMap;

use cargo_metadata::{DependencyKind, Metadata, MetadataCommand};

use crate::{none, root};

/// The crates from the bottom up: each may depend on those above it in this list only.
const ORDER: [&str; 16] = [
    "sheaf-records",
    "sheaf-documents",
    "sheaf-charter",
    "sheaf-replica",
    "sheaf-store",
    "sheaf-net",
    "sheaf-stats",
    "sheaf-analytics",
    "sheaf-charts",
    "sheaf-metrics",
    "sheaf-exchange",
    "sheaf-demo",
    "sheaf-lake",
    "sheaf-school",
    "sheaf-workbench",
    "sheaf-cli",
];

/// Each heavy library, with the only crates that may name it outside their tests.
const HOMES: [(&str, &[&str]); 23] = [
    ("automerge", &["sheaf-documents"]),
    ("rusqlite", &["sheaf-store"]),
    ("iroh", &["sheaf-net"]),
    ("arrow", &["sheaf-analytics", "sheaf-lake"]),
    ("ballista", &["sheaf-lake"]),
    ("ballista-core", &["sheaf-lake"]),
    ("ballista-executor", &["sheaf-lake"]),
    ("ballista-scheduler", &["sheaf-lake"]),
    ("datafusion", &["sheaf-lake"]),
    ("parquet", &["sheaf-lake"]),
    ("rhai", &["sheaf-metrics"]),
    ("plotters", &["sheaf-charts"]),
    ("encoding_rs", &["sheaf-exchange"]),
    ("rust_xlsxwriter", &["sheaf-exchange"]),
    ("eframe", &["sheaf-workbench"]),
    ("egui", &["sheaf-workbench"]),
    ("egui_plot", &["sheaf-workbench"]),
    ("egui_tiles", &["sheaf-workbench"]),
    ("ed25519-dalek", &["sheaf-charter"]),
    ("spake2", &["sheaf-charter"]),
    ("swarm-discovery", &["sheaf-net"]),
    ("notify", &["sheaf-net"]),
    ("netwatch", &["sheaf-net"]),
];

/// Crates that do no IO, read no clock and draw no randomness: not even these are theirs.
const PURE: [&str; 5] =
    ["sheaf-records", "sheaf-charter", "sheaf-replica", "sheaf-stats", "sheaf-exchange"];
const IMPURE: [&str; 5] = ["tokio", "getrandom", "rusqlite", "iroh", "tempfile"];

/// Our packages with the names of what each depends on outside its tests.
fn packages() -> BTreeMap<String, Vec<String>> {
    let metadata: Metadata = MetadataCommand::new()
        .manifest_path(root().join("Cargo.toml"))
        .no_deps()
        .other_options(vec!["--offline".to_owned()])
        .exec()
        .unwrap();
    let normal = |package: &cargo_metadata::Package| {
        let dependencies = package.dependencies.iter();
        let normal = dependencies.filter(|one| one.kind == DependencyKind::Normal);
        normal.map(|one| one.name.clone()).collect()
    };
    metadata.packages.iter().map(|package| (package.name.to_string(), normal(package))).collect()
}

fn rank(name: &str) -> Option<usize> {
    ORDER.iter().position(|known| *known == name)
}

#[test]
fn every_crate_has_its_place() {
    let known = |name: &String| rank(name).is_some();
    let findings: Vec<String> = packages()
        .into_keys()
        .filter(|name| !known(name) && !["sheaf-tests", "sheaf-benches"].contains(&name.as_str()))
        .collect();
    none("each crate stands in the table", &findings);
}

#[test]
fn dependencies_point_down() {
    let mut findings = Vec::new();
    for (package, dependencies) in packages() {
        let Some(own) = rank(&package) else { continue };
        for dependency in dependencies {
            if rank(&dependency).is_some_and(|other| other >= own) {
                findings.push(format!("{package} depends on {dependency}"));
            }
        }
    }
    none("dependencies point down only", &findings);
}

#[test]
fn each_heavy_library_has_one_home() {
    let mut findings = Vec::new();
    for (package, dependencies) in packages() {
        if rank(&package).is_none() {
            continue;
        }
        for (library, homes) in HOMES {
            let named = dependencies.iter().any(|dependency| dependency == library);
            if named && !homes.contains(&package.as_str()) {
                findings.push(format!("{package} names {library}"));
            }
        }
    }
    none("each heavy library is named in one crate", &findings);
}

#[test]
fn pure_crates_stay_pure() {
    let packages = packages();
    let mut findings = Vec::new();
    for package in PURE {
        for dependency in &packages[package] {
            if IMPURE.contains(&dependency.as_str()) {
                findings.push(format!("{package} names {dependency}"));
            }
        }
    }
    none("no IO, no clock and no randomness in the pure crates", &findings);
}

#[test]
fn the_lock_file_holds_one_egui() {
    let lock = std::fs::read_to_string(root().join("Cargo.lock")).unwrap();
    assert_eq!(lock.matches("name = \"egui\"\n").count(), 1, "two versions of egui");
}
