//! What a lake holds, and what it does not.

use std::collections::BTreeSet;
use std::sync::Arc;

use sheaf_analytics::{Budget, Cell, Dataset, Plan, Provenance, Scope};
use sheaf_lake::{Dates, Lake, Source, write};

use crate::support::{export, files, key, lake_tables, school, scope_of};

#[test]
fn no_name_no_id_and_no_note_is_in_any_file() {
    let dir = tempfile::tempdir().unwrap();
    let school = school(5, 40);
    export(dir.path(), &school, 5, Dates::Day);
    let mut told: Vec<String> = Vec::new();
    for pupil in school.pupils.iter().chain(&school.staff) {
        told.push(pupil.id.to_string());
        for name in ["upn", "surname"] {
            told.extend(pupil.text(name).filter(|text| text.len() > 5).map(str::to_owned));
        }
    }
    told.extend(school.incidents.iter().map(|incident| incident.id.to_string()));
    told.extend(school.incidents.iter().filter_map(|one| one.text("narrative").map(str::to_owned)));
    assert!(told.len() > 300, "there is something to look for");
    // Pages are compressed, so that what is looked at is what a reader gets.
    let lake = Arc::new(Lake::open(&[dir.path().to_owned()]).unwrap());
    let scope = Scope::new(lake.snapshot().unwrap(), lake.as_of().unwrap());
    let mut held: BTreeSet<String> = BTreeSet::new();
    for table in lake_tables() {
        let frame = Plan::scan(table.name).run(&scope, &Budget::default()).unwrap();
        for name in frame.names().into_iter().filter(|name| *name != "reg_group") {
            let texts = frame.column(name).unwrap();
            held.extend(texts.cells().map(|cell| cell.to_string()));
        }
    }
    for spell in scope.snapshot().spells() {
        held.extend([spell.pupil.to_owned(), spell.value.to_owned()]);
    }
    assert!(held.len() > 1_000, "there is something to look in");
    for text in &told {
        assert!(!held.contains(text), "a lake holds what it must not");
    }
    for file in files(dir.path()) {
        let bytes = std::fs::read(&file).unwrap();
        let text = String::from_utf8_lossy(&bytes);
        assert!(!told.iter().any(|one| text.contains(one.as_str())), "{}", file.display());
    }
}

#[test]
fn the_counts_of_a_lake_are_those_of_the_school() {
    let dir = tempfile::tempdir().unwrap();
    let school = school(5, 40);
    export(dir.path(), &school, 5, Dates::Day);
    let lake = Arc::new(Lake::open(&[dir.path().to_owned()]).unwrap());
    let (own, other) =
        (scope_of(&school), Scope::new(lake.snapshot().unwrap(), lake.as_of().unwrap()));
    let count = |scope: &Scope, table: &str, keys: &[&str]| -> Vec<Vec<Cell>> {
        let plan = Plan::scan(table).group(
            keys.iter().copied(),
            [
                ("n", sheaf_analytics::Aggregate::Count),
                ("pupils", sheaf_analytics::Aggregate::NUnique(sheaf_analytics::col("pupil"))),
            ],
        );
        let frame = plan.run(scope, &Budget::default()).unwrap();
        let names = frame.names();
        (0..frame.len())
            .map(|row| names.iter().map(|name| frame.cell(row, name).unwrap()).collect())
            .collect()
    };
    for (table, keys) in [
        ("incidents", vec!["category", "year_group", "half_term"]),
        ("attendance", vec!["code", "session", "date"]),
        ("room_referrals", vec!["reason", "free_meals"]),
        ("roll", vec!["status", "from"]),
    ] {
        let counts = count(&own, table, &keys);
        assert!(counts.len() > 3, "{table}");
        assert_eq!(counts, count(&other, table, &keys), "{table}");
    }
    let days = sheaf_analytics::Period {
        from: jiff::civil::date(2026, 1, 1),
        to: jiff::civil::date(2026, 7, 1),
    };
    assert_eq!(own.pupil_days(days), other.pupil_days(days));
}

#[test]
fn coarse_dates_are_first_school_days_and_keep_no_time() {
    let dir = tempfile::tempdir().unwrap();
    let school = school(5, 40);
    let written = export(dir.path(), &school, 5, Dates::Week);
    assert!(written.withheld.iter().any(|one| one.what == "times of day"));
    let lake = Arc::new(Lake::open(&[dir.path().to_owned()]).unwrap());
    let scope = Scope::new(lake.snapshot().unwrap(), lake.as_of().unwrap());
    let frame = Plan::scan("incidents").run(&scope, &Budget::default()).unwrap();
    assert!(!frame.is_empty());
    let mut days = BTreeSet::new();
    for row in 0..frame.len() {
        let Cell::Date(day) = frame.cell(row, "date").unwrap() else { panic!("no date") };
        assert_eq!(Dates::Week.coarse(day, scope.calendar()), day);
        days.insert(day);
        assert_eq!(frame.cell(row, "minute").unwrap(), Cell::Null);
        let weekday = i64::from(day.weekday().to_monday_one_offset());
        assert_eq!(frame.cell(row, "weekday").unwrap(), Cell::Int(weekday));
    }
    assert!(days.len() > 10);
}

#[test]
fn rows_of_other_spaces_and_the_schools_own_codes_are_withheld() {
    let mut school = school(5, 40);
    school.incidents[0].set("location", "the-old-shed");
    let mut dataset = Dataset::default();
    for record in school.records() {
        let is_secret = record.id == school.incidents[1].id;
        let space = if is_secret { "safeguarding" } else { "pastoral" };
        dataset.upsert(record, &Provenance::of_space(space)).unwrap();
    }
    let scope = Scope::new(dataset.snapshot(), school.today);
    let spaces = BTreeSet::from(["pastoral".to_owned()]);
    let source = Source { scope: &scope, id: "one", spaces: &spaces, invented: true };
    let dir = tempfile::tempdir().unwrap();
    let written = write(dir.path(), &source, &key(5), Dates::Day).unwrap();
    let count = |what: &str| {
        let found = written.withheld.iter().find(|one| one.what == what);
        found.unwrap_or_else(|| panic!("{what}: {:?}", written.withheld)).count.unwrap()
    };
    assert!(count("rows of incidents") >= 1);
    assert!(count("incidents.location") >= 1);
}

#[test]
fn a_second_export_takes_the_place_of_the_first() {
    let dir = tempfile::tempdir().unwrap();
    let one = export(dir.path(), &school(5, 20), 5, Dates::Day);
    let two = export(dir.path(), &school(5, 30), 5, Dates::Day);
    assert_eq!((&one.school, &one.folder), (&two.school, &two.folder));
    let lake = Lake::open(&[dir.path().to_owned()]).unwrap();
    assert_eq!(lake.schools().len(), 1);
    let left = std::fs::read_dir(dir.path()).unwrap().count();
    assert_eq!(left, 1, "nothing of the first is left");
}
