//! Tests of the arithmetic and of the table, and one run of everything with very little.

use std::path::Path;

use sheaf_records::Record;

use crate::apart;
use crate::machine::{Machine, file_system, memory_mib, processor};
use crate::material::{Material, Wanted};
use crate::row::{Aim, Row, Unit};
use crate::sizes::Sizes;
use crate::suite;
use crate::table::Table;

fn row(unit: Unit, figures: &[f64], aim: Option<Aim>) -> Row {
    Row { what: "Something".to_owned(), unit, figures: figures.to_vec(), aim }
}

fn machine(profile: &str) -> Machine {
    Machine {
        processor: "Invented 3000".to_owned(),
        cores: 2,
        memory_mib: 4096,
        kernel: "6.1".to_owned(),
        file_system: "ext4".to_owned(),
        compiler: "rustc 1.95.0".to_owned(),
        profile: profile.to_owned(),
        opt_level: "3".to_owned(),
    }
}

#[test]
fn every_benchmark_has_a_figure() {
    let dir = tempfile::tempdir().unwrap();
    let sizes = Sizes::FULL.divided_by(100);
    let rows = suite::run(dir.path(), &sizes, &apart::run, &|_| {}).unwrap();
    assert_eq!(rows.len(), 20);
    for row in &rows {
        assert!(!row.figures.is_empty(), "{}", row.what);
        assert!(row.figures.iter().all(|one| one.is_finite() && *one > 0.0), "{row:?}");
    }
    let table = Table { machine: Machine::of_this(dir.path()), sizes, rows }.to_string();
    assert_eq!(table.lines().filter(|line| line.starts_with('|')).count(), 2 + 20, "{table}");
}

#[test]
fn the_median_is_in_the_middle() {
    let of = |figures: &[f64]| row(Unit::Count, figures, None);
    assert_eq!(of(&[3.0, 1.0, 2.0]).median(), Some(2.0));
    assert_eq!(of(&[4.0, 1.0, 2.0, 3.0]).median(), Some(2.5));
    assert_eq!(of(&[]).median(), None);
    assert_eq!((of(&[3.0, 1.0]).min(), of(&[3.0, 1.0]).max()), (Some(1.0), Some(3.0)));
}

#[test]
fn an_aim_is_met_at_its_bound_only_if_it_says_so() {
    let met = |aim| row(Unit::Count, &[1.0, 1.0, 9.0], Some(aim)).is_met();
    assert_eq!(met(Aim::AtMost(1.0)), Some(true));
    assert_eq!(met(Aim::Under(1.0)), Some(false));
    assert_eq!(row(Unit::Count, &[1.0], None).is_met(), None);
}

#[track_caller]
fn check_verdict(profile: &str, sizes: Sizes, unit: Unit, verdict: &str) {
    let row = row(unit, &[1.0], Some(Aim::AtMost(1.0)));
    let table = Table { machine: machine(profile), sizes, rows: vec![row] }.to_string();
    let line = table.lines().find(|line| line.starts_with("| Something")).unwrap();
    assert!(line.ends_with(&format!("| {verdict} |")), "{line}");
}

#[test]
fn times_are_judged_where_they_mean_something() {
    check_verdict("release", Sizes::FULL, Unit::Seconds, "yes");
    check_verdict("debug", Sizes::FULL, Unit::Seconds, "not judged");
    check_verdict("release", Sizes::FULL.divided_by(10), Unit::Seconds, "not judged");
    check_verdict("debug", Sizes::FULL.divided_by(10), Unit::Bytes, "yes");
}

#[test]
fn a_line_shows_figures_with_their_units() {
    let times = row(Unit::Seconds, &[0.001_234, 0.25, 2.0], Some(Aim::Under(0.3)));
    let bytes = row(Unit::Bytes, &[512.0], Some(Aim::Under(8_000.0)));
    let table = Table { machine: machine("release"), sizes: Sizes::FULL, rows: vec![times, bytes] };
    let table = table.to_string();
    assert!(table.contains("- Processor: Invented 3000, 2 cores\n- Memory: 4.0 GiB\n"), "{table}");
    for line in [
        "| Something | 3 | 250 ms | 1.23 ms | 2.00 s | under 300 ms | yes |",
        "| Something | 1 | 512 B | 512 B | 512 B | under 8 kB | yes |",
    ] {
        assert!(table.contains(line), "{table}");
    }
}

#[test]
fn the_machine_is_read_from_what_the_kernel_says() {
    assert_eq!(processor("processor\t: 0\nmodel name\t: Invented 3000\n"), "Invented 3000");
    assert_eq!(processor("processor\t: 0\n"), "unknown");
    assert_eq!(memory_mib("MemFree: 1 kB\nMemTotal:  4194304 kB\n"), 4096);
    let mounts = "a / ext4 rw 0 0\nb /tmp tmpfs rw 0 0\nc /tmp/x xfs rw 0 0\n";
    let of = |dir: &str| file_system(mounts, Path::new(dir));
    assert_eq!(of("/home/anna"), "ext4");
    assert_eq!(of("/tmp/xyz"), "tmpfs");
    assert_eq!(of("/tmp/x/y"), "xfs");
}

#[test]
fn as_much_is_invented_as_is_wanted() {
    let wanted = Wanted::rows(700);
    let material = Material::invent(&wanted).unwrap();
    assert_eq!((material.incidents.len(), material.referrals.len()), (700, 700));
    let named = |record: &Record| record.fields.contains_key("incident");
    let linked = material.referrals.iter().filter(|record| named(record)).count();
    assert!((1..700).contains(&linked), "{linked} name an incident that is among them");
    let again = Material::invent(&wanted).unwrap();
    assert_eq!(material.incidents, again.incidents);
}

/// Nobody could log before the pupils were there, and somebody could before all was.
#[test]
fn who_joins_can_log_while_the_rest_arrives() {
    let dir = tempfile::tempdir().unwrap();
    let table = crate::joining::joining(dir.path(), 300, &|_| ()).unwrap();
    for what in ["until it is admitted", "an incident can be logged", "holds everything"] {
        let lines: Vec<&str> = table.lines().filter(|line| line.contains(what)).collect();
        assert!(lines.len() == 1 && lines[0].contains("| 1 |"), "{table}");
    }
}
