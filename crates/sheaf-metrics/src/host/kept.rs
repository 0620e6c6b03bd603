//! Reports that are kept: the same as from scratch, for the same eyes, as long as nothing changes.

use std::sync::{Arc, LazyLock};
use std::time::Duration;

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};
use sheaf_analytics::{Audience as ResultsFor, Dataset, Provenance, Scope as Data};
use sheaf_records::{Kind, Record, RecordId};

use super::*;
use crate::fixture::{all_bundled, bundled};
use crate::kept::Kept;
use crate::options::OptionKind;
use crate::run::Audience;

static SCHOOL: LazyLock<sheaf_demo::DemoSchool> = LazyLock::new(|| {
    let options = sheaf_demo::Options { pupils: 60, years: 1, ..Default::default() };
    sheaf_demo::generate(&options).unwrap()
});

const CHANGES: usize = 36;

/// What was done to the columns, so that it can be done again from the start.
enum Change {
    Take(Record),
    Drop(RecordId),
}

fn apply(dataset: &mut Dataset, change: &Change) {
    match change {
        Change::Take(record) => {
            dataset.upsert(record, &Provenance::of_space("pastoral")).unwrap();
        }
        Change::Drop(id) => dataset.remove(*id).unwrap(),
    }
}

fn columns() -> Dataset {
    let mut dataset = Dataset::default();
    for record in SCHOOL.records() {
        dataset.upsert(record, &Provenance::of_space("pastoral")).unwrap();
    }
    dataset
}

fn below(random: &mut ChaCha8Rng, bound: usize) -> usize {
    random.next_u32() as usize % bound
}

/// A record of the school again on another day, withdrawn, or a pupil who changes.
fn any_change(random: &mut ChaCha8Rng) -> Change {
    let records: Vec<&Record> = SCHOOL.records().collect();
    let kinds = [
        Kind::Incident,
        Kind::Intervention,
        Kind::RoomStay,
        Kind::Detention,
        Kind::Suspension,
        Kind::Pupil,
    ];
    let kind = kinds[below(random, kinds.len())];
    let own: Vec<&&Record> = records.iter().filter(|record| record.kind == kind).collect();
    let mut record = Record::clone(own[below(random, own.len())]);
    match (kind, below(random, 3)) {
        (Kind::Pupil, turn) => record.set("sex", ["F", "M", "F"][turn]),
        (_, 0) => return Change::Drop(record.id),
        (_, 1) => {
            let mut id = [0xC4; 16];
            id[8..].copy_from_slice(&random.next_u64().to_be_bytes());
            record.id = RecordId::from_bytes(id);
        }
        _ => record.set("severity", 1 + below(random, 4) as i64),
    }
    Change::Take(record)
}

/// The usual options, or the first whole number one more.
fn any_options(package: &Package, random: &mut ChaCha8Rng) -> Options {
    let more = package.manifest.options.iter().find_map(|option| match option.kind {
        OptionKind::Integer { default, max, .. } if default < max => {
            Some((option.name.clone(), (default + 1).to_string()))
        }
        _ => None,
    });
    let given: Vec<(String, String)> = more.into_iter().filter(|_| below(random, 2) == 0).collect();
    Options::resolve(&package.manifest, &given).unwrap()
}

fn context(dataset: &mut Dataset) -> RunContext {
    let names = Arc::new(|id: RecordId| Some(format!("Pupil {id}")));
    let scope = Data::new(dataset.snapshot(), SCHOOL.today);
    RunContext::new(scope, Budget::default()).for_pastoral(names)
}

/// As JSON: what stands behind marks is compared too.
fn text(report: &Report) -> String {
    serde_json::to_string(report).unwrap()
}

#[test]
fn after_any_change_a_report_is_what_it_would_be_from_scratch() {
    let random = &mut ChaCha8Rng::seed_from_u64(8);
    let (packages, host, kept) = (all_bundled(), Host::new(), Arc::new(Kept::default()));
    let (mut dataset, mut changes) = (columns(), Vec::new());
    for _ in 0..CHANGES {
        let change = any_change(random);
        apply(&mut dataset, &change);
        changes.push(change);
        let mut scratch = columns();
        changes.iter().for_each(|change| apply(&mut scratch, change));
        for _ in 0..3 {
            let package = &packages[below(random, packages.len())];
            let options = any_options(package, random);
            let open = context(&mut dataset).keeping(Arc::clone(&kept));
            let found = host.run(package, &options, &open).unwrap();
            let again = host.run(package, &options, &open).unwrap();
            let anew = host.run(package, &options, &context(&mut scratch)).unwrap();
            assert_eq!(text(&found), text(&anew), "{} {options:?}", package.manifest.id);
            assert_eq!(text(&again), text(&anew), "{} {options:?}", package.manifest.id);
        }
    }
}

/// Without time a script cannot run: a report that comes all the same was kept.
fn without_time(context: RunContext) -> RunContext {
    context.within(Duration::ZERO)
}

#[test]
fn a_report_is_kept_until_something_that_it_reads_changes() {
    let package = bundled("attendance-patterns");
    let (host, kept) = (Host::new(), Arc::new(Kept::default()));
    let options = Options::resolve(&package.manifest, &[]).unwrap();
    let mut dataset = columns();
    let open = |dataset: &mut Dataset| context(dataset).keeping(Arc::clone(&kept));
    let first = host.run(&package, &options, &open(&mut dataset)).unwrap();
    let incident = SCHOOL.records().find(|one| one.kind == Kind::Incident).unwrap();
    dataset.remove(incident.id).unwrap();
    let again = host.run(&package, &options, &without_time(open(&mut dataset))).unwrap();
    assert_eq!(first, again, "it reads no incidents");

    let suspension = SCHOOL.records().find(|one| one.kind == Kind::Suspension).unwrap();
    dataset.remove(suspension.id).unwrap();
    assert!(host.run(&package, &options, &without_time(open(&mut dataset))).is_err());
    host.run(&package, &options, &open(&mut dataset)).unwrap();
    let mut pupil = SCHOOL.pupils[0].clone();
    pupil.set("preferred_surname", "Changed");
    dataset.upsert(&pupil, &Provenance::of_space("pastoral")).unwrap();
    let renamed = host.run(&package, &options, &without_time(open(&mut dataset)));
    assert!(renamed.is_err(), "a list holds names");
}

#[test]
fn a_report_is_kept_for_the_eyes_that_it_was_made_for() {
    let package = bundled("concentration");
    let (host, kept) = (Host::new(), Arc::new(Kept::default()));
    let options = Options::resolve(&package.manifest, &[]).unwrap();
    let mut dataset = columns();
    let pastoral = context(&mut dataset).keeping(Arc::clone(&kept));
    let named = host.run(&package, &options, &pastoral).unwrap();
    assert!(!named.lists.is_empty());
    let numbers = RunContext { audience: Audience::Numbers, ..pastoral.clone() };
    assert!(host.run(&package, &options, &without_time(numbers.clone())).is_err());
    assert!(host.run(&package, &options, &numbers).unwrap().lists.is_empty());
    let outside = pastoral.scope.clone().for_audience(ResultsFor::Outside);
    let outside = RunContext { scope: outside, ..pastoral.clone() };
    assert!(host.run(&package, &options, &without_time(outside)).is_err());
    let still = host.run(&package, &options, &without_time(pastoral)).unwrap();
    assert_eq!(still, named);
}
