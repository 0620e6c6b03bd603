//! A lake of three invented schools, and frames compared cell by cell.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::{Arc, LazyLock};

use sheaf_analytics::{
    Audience, Budget, Dataset, Engine, Frame, Plan, Provenance, Scope, TableSpec,
};
use sheaf_demo::{DemoSchool, Options, generate};
use sheaf_lake::{Cluster, Dates, Lake, LakeEngine, LakeKey, Source, Written, write};
use tempfile::TempDir;

/// Three small schools, written once for all tests that only read them.
pub static LAKE: LazyLock<(TempDir, Arc<Lake>)> = LazyLock::new(|| {
    let dir = tempfile::tempdir().unwrap();
    for seed in 1..=3 {
        let school = school(seed, if seed == 3 { 60 } else { 110 });
        export(dir.path(), &school, seed, Dates::Day);
    }
    let lake = Arc::new(Lake::open(&[dir.path().to_owned()]).unwrap());
    (dir, lake)
});

/// The runtime of all tests.
pub static RUNTIME: LazyLock<tokio::runtime::Runtime> = LazyLock::new(|| {
    let mut builder = tokio::runtime::Builder::new_multi_thread();
    builder.enable_all().thread_stack_size(32 << 20).build().unwrap()
});

/// An invented school.
pub fn school(seed: u64, pupils: u32) -> DemoSchool {
    generate(&Options { pupils, years: 1, seed, ..Options::default() }).unwrap()
}

/// The columns of a school.
pub fn scope_of(school: &DemoSchool) -> Scope {
    let mut dataset = Dataset::default();
    let pastoral = Provenance::of_space("pastoral");
    school.records().for_each(|record| dataset.upsert(record, &pastoral).unwrap());
    Scope::new(dataset.snapshot(), school.today)
}

/// The key of an invented school.
pub fn key(seed: u64) -> LakeKey {
    LakeKey::from_bytes([u8::try_from(seed).unwrap(); 32])
}

/// Writes a school into a lake.
pub fn export(dir: &Path, school: &DemoSchool, seed: u64, dates: Dates) -> Written {
    let scope = scope_of(school);
    let spaces = BTreeSet::from(["pastoral".to_owned()]);
    let id = format!("school {seed}");
    let source = Source { scope: &scope, id: &id, spaces: &spaces, invented: true };
    write(dir, &source, &key(seed), dates).unwrap()
}

/// Everything in the lake, on the day on which its data ends, run in this process.
pub fn local() -> Scope {
    let lake = &LAKE.1;
    Scope::new(lake.snapshot().unwrap(), lake.as_of().unwrap()).for_audience(Audience::Outside)
}

/// An engine for the lake.
pub fn engine(cluster: &Cluster) -> LakeEngine {
    LakeEngine::new(Arc::clone(&LAKE.1), cluster, RUNTIME.handle().clone()).unwrap()
}

/// Runs a plan in this process and by an engine, and compares every cell.
#[track_caller]
pub fn same(scope: &Scope, engine: &dyn Engine, plan: &Plan, context: &str) {
    let local = plan.run_here(scope, &Budget::default());
    let other = engine.run(plan, scope, &Budget::default());
    match (local, other) {
        (Ok(local), Ok(other)) => same_frames(&local, &other, context),
        (local, other) => panic!("{context}: {local:?} here, {other:?} there"),
    }
}

#[track_caller]
fn same_frames(local: &Frame, other: &Frame, context: &str) {
    assert_eq!(local.len(), other.len(), "{context}: rows");
    assert_eq!(local.schema(), other.schema(), "{context}: columns");
    assert_eq!(local.window(), other.window(), "{context}: window");
    for name in local.names() {
        if name == "reg_group" {
            continue;
        }
        let (one, another) = (local.column(name).unwrap(), other.column(name).unwrap());
        for row in 0..local.len() {
            let place = || format!("{context}: row {row}, column {name}");
            assert_eq!(one.cell(row), another.cell(row), "{}", place());
        }
    }
    assert_eq!(local.pupils_behind(), other.pupils_behind(), "{context}: pupils behind rows");
}

/// Every table but the clocks, which are worked out within one school.
pub fn lake_tables() -> impl Iterator<Item = &'static TableSpec> {
    sheaf_analytics::tables().iter().filter(|table| table.name != "clocks")
}

/// Every file below a folder.
pub fn files(dir: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { found.extend(files(&path)) } else { found.push(path) }
    }
    found.sort();
    found
}
