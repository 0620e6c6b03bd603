//! Columns kept up record by record say what columns built at once would say.

mod attendance;

use std::collections::BTreeMap;

use jiff::civil::date;

use super::*;
use crate::test_school::{
    Random, attendance as half_term, calendars, call_out, detention, incident, intervention, plan,
    positive_event, pupil, referral, score, session, spell, suspension,
};
use crate::{Budget, Plan, Scope};

/// Every row of a table as text, in no order.
fn dump(snapshot: &Arc<Snapshot>, table: &str) -> Vec<String> {
    let scope = Scope::new(Arc::clone(snapshot), date(2025, 1, 10));
    let frame = Plan::scan(table).run(&scope, &Budget::default()).unwrap();
    let columns: Vec<_> = frame.names().iter().map(|name| frame.column(name).unwrap()).collect();
    let mut rows: Vec<String> = (0..frame.len())
        .map(|row| {
            let cells = columns.iter().map(|column| column.cell(row).to_string());
            cells.collect::<Vec<_>>().join("|")
        })
        .collect();
    rows.sort();
    rows
}

fn built(records: &BTreeMap<RecordId, Record>) -> Dataset {
    let mut dataset = Dataset::default();
    for record in records.values() {
        dataset.upsert(record, &Provenance::of_space("pastoral")).unwrap();
    }
    dataset
}

fn any_record(random: &mut Random, pupils: &[Record]) -> Record {
    let day =
        date(2024, 9, 3).checked_add(jiff::Span::new().days(random.below(90) as i64)).unwrap();
    let number = random.below(40);
    match random.below(13) {
        4 => intervention(number % 3, day, random.one_of(pupils)),
        5 => session(number, number % 3, day, random.one_of(pupils), random.below(2) == 0),
        6 => suspension(number, random.one_of(pupils), day, random.pick(&[1, 4])),
        7 => positive_event(number, day, random.one_of(pupils), random.pick(&[1, 5])),
        8 => detention(number, day, random.one_of(pupils)),
        9 => call_out(number, day, random.one_of(pupils), random.pick(&[3, 8])),
        10 => {
            let marks = [(day, "am", random.pick(&["/", "I", "X"])), (day, "pm", "\\")];
            half_term(number, random.one_of(pupils), &marks)
        }
        11 => score(number, day, random.one_of(pupils), random.pick(&[9, 20])),
        12 => plan(number, day, random.one_of(pupils)),
        0 => referral(number, random.one_of(pupils), day, "x"),
        1 => {
            let mut pupil = random.one_of(pupils).clone();
            spell(&mut pupil, "year_group", random.pick(&["9", "10"]), day, None);
            pupil
        }
        _ => {
            let (one, other) = (random.one_of(pupils), random.one_of(pupils));
            incident(
                number,
                day,
                random.pick(&["a", "b"]),
                &[(one, "witness"), (other, "aggressor")],
            )
        }
    }
}

#[track_caller]
fn hold_as_rebuilt(dataset: &mut Dataset, records: &BTreeMap<RecordId, Record>, seed: u64) {
    let rebuilt = built(records).snapshot();
    for table in [
        "incidents",
        "room_referrals",
        "room_periods",
        "roll",
        "pupils",
        "interventions",
        "intervention_sessions",
        "suspensions",
        "positive_events",
        "detentions",
        "call_outs",
        "attendance",
        "scores",
        "plans",
        "clocks",
        "calendar",
    ] {
        assert_eq!(dump(&dataset.snapshot(), table), dump(&rebuilt, table), "{seed}: {table}");
    }
}

#[test]
fn random_writes_leave_what_a_rebuild_leaves_and_old_snapshots_as_they_were() {
    for seed in 0..8 {
        let mut random = Random(seed);
        let pupils: Vec<Record> = (0..6).map(|n| pupil(n, "8", date(2024, 9, 1), None)).collect();
        let mut records: BTreeMap<RecordId, Record> =
            calendars().into_iter().chain(pupils.clone()).map(|one| (one.id, one)).collect();
        let mut dataset = built(&records);
        let mut held: Vec<(Arc<Snapshot>, Vec<String>)> = Vec::new();
        for _ in 0..300 {
            let record = any_record(&mut random, &pupils);
            if random.below(4) == 0 && record.kind != Kind::Pupil {
                dataset.remove(record.id).unwrap();
                records.remove(&record.id);
            } else {
                dataset.upsert(&record, &Provenance::of_space("pastoral")).unwrap();
                records.insert(record.id, record);
            }
            if random.below(9) == 0 {
                // Columns that were put together before are taken over by the next snapshot.
                hold_as_rebuilt(&mut dataset, &records, seed);
                let snapshot = dataset.snapshot();
                let rows = dump(&snapshot, "incidents");
                held.push((snapshot, rows));
            }
        }
        hold_as_rebuilt(&mut dataset, &records, seed);
        for (snapshot, rows) in held {
            assert_eq!(dump(&snapshot, "incidents"), rows, "seed {seed}");
        }
    }
}

#[test]
fn a_row_carries_what_was_so_on_its_day() {
    let mut one = pupil(1, "8", date(2023, 9, 1), None);
    one.rows("spells").count();
    spell(&mut one, "sen_status", "K", date(2024, 10, 1), None);
    spell(&mut one, "year_group", "9", date(2024, 9, 1), None);
    let mut dataset = Dataset::default();
    let provenance = Provenance::of_space("pastoral");
    // The incident arrives before its pupil and before the calendar: the columns do not mind.
    for (number, day) in [(1, date(2024, 7, 1)), (2, date(2024, 10, 2))] {
        dataset.upsert(&incident(number, day, "a", &[(&one, "witness")]), &provenance).unwrap();
    }
    let before = dataset.snapshot();
    dataset.upsert(&one, &provenance).unwrap();
    calendars().iter().for_each(|year| dataset.upsert(year, &provenance).unwrap());
    let read = |snapshot: &Arc<Snapshot>, column: &str| {
        let scope = Scope::new(Arc::clone(snapshot), date(2025, 1, 10));
        let frame = Plan::scan("incidents").run(&scope, &Budget::default()).unwrap();
        let column = frame.column(column).unwrap();
        column.cells().map(|cell| cell.to_string()).collect::<Vec<_>>()
    };
    let now = dataset.snapshot();
    assert_eq!(read(&now, "year_group"), ["8", "9"]);
    assert_eq!(read(&now, "sen_status"), ["", "K"]);
    assert_eq!(read(&now, "half_term"), ["2023/24 summer_2", "2024/25 autumn_1"]);
    assert_eq!(read(&now, "minute"), ["665", "665"]);
    assert_eq!(read(&before, "year_group"), ["", ""]);
}

#[test]
fn with_nothing_new_the_snapshot_is_the_same() {
    let mut dataset = built(&BTreeMap::new());
    let one = pupil(1, "8", date(2024, 9, 1), None);
    dataset.upsert(&one, &Provenance::default()).unwrap();
    let first = dataset.snapshot();
    assert!(Arc::ptr_eq(&first, &dataset.snapshot()));
    dataset.remove(RecordId::from_bytes([99; 16])).unwrap();
    assert!(Arc::ptr_eq(&first, &dataset.snapshot()));
    dataset.remove(one.id).unwrap();
    assert_eq!(dataset.snapshot().rows("pupils", date(2025, 1, 10)), Ok(0));
    assert_eq!(first.rows("pupils", date(2025, 1, 10)), Ok(1));
}

#[test]
fn a_calendar_that_contradicts_another_changes_nothing() {
    let [first, second] = calendars();
    let mut dataset = Dataset::default();
    dataset.upsert(&first, &Provenance::default()).unwrap();
    let mut wrong = second.clone();
    wrong.set_row("terms", "autumn_1", "from", date(2024, 7, 1));
    let error = dataset.upsert(&wrong, &Provenance::default()).unwrap_err();
    assert!(matches!(error, AnalyticsError::Calendar(_)));
    assert_eq!(dataset.calendar().years().count(), 1);
    dataset.upsert(&second, &Provenance::default()).unwrap();
    dataset.remove(first.id).unwrap();
    assert_eq!(dataset.calendar().years().count(), 1);
}

#[test]
fn a_conflict_is_marked_on_its_rows() {
    let one = pupil(1, "8", date(2024, 9, 1), None);
    let mut dataset = Dataset::default();
    let mut provenance = Provenance::of_space("pastoral");
    provenance.conflicts.insert("category".into());
    dataset.upsert(&incident(1, date(2024, 9, 9), "a", &[(&one, "x")]), &provenance).unwrap();
    let scope = Scope::new(dataset.snapshot(), date(2025, 1, 1));
    let frame = Plan::scan("incidents").run(&scope, &Budget::default()).unwrap();
    assert_eq!(frame.rows_in_conflict(), 1);
}

/// One column of a table as texts, rows in their order.
fn read(dataset: &mut Dataset, table: &str, column: &str) -> Vec<String> {
    let scope = Scope::new(dataset.snapshot(), date(2025, 1, 10));
    let frame = Plan::scan(table).run(&scope, &Budget::default()).unwrap();
    frame.column(column).unwrap().cells().map(|cell| cell.to_string()).collect()
}

#[test]
fn what_a_pupil_has_had_follows_the_sessions() {
    let pupils: Vec<Record> = (0..2).map(|n| pupil(n, "8", date(2024, 9, 1), None)).collect();
    let mut run = intervention(1, date(2024, 9, 9), &pupils[0]);
    run.set_row("enrolments", &pupils[1].id.to_string(), "decided", date(2024, 10, 1));
    let mut dataset = built(&pupils.iter().cloned().map(|one| (one.id, one)).collect());
    let here = Provenance::of_space("pastoral");
    dataset.upsert(&run, &here).unwrap();
    let dose = |dataset: &mut Dataset| {
        let columns = ["sessions_attended", "minutes"].map(|c| read(dataset, "interventions", c));
        columns.map(|column| column.join(" "))
    };
    assert_eq!(dose(&mut dataset), ["0 0", "0 0"]);
    for (number, attended) in [(1, true), (2, false), (3, true)] {
        let one = session(number, 1, date(2024, 9, 16), &pupils[0], attended);
        dataset.upsert(&one, &here).unwrap();
    }
    assert_eq!(dose(&mut dataset), ["2 0", "60 0"]);
    // One of which nobody wrote down how long it was lasts as long as planned, or nobody knows.
    let mut unmeasured = session(3, 1, date(2024, 9, 16), &pupils[0], true);
    unmeasured.fields.remove("minutes");
    dataset.upsert(&unmeasured, &here).unwrap();
    assert_eq!(dose(&mut dataset), ["2 0", "70 0"]);
    run.fields.remove("session_minutes");
    dataset.upsert(&run, &here).unwrap();
    assert_eq!(dose(&mut dataset), ["2 0", " 0"]);
    // A session in a more confidential space is not counted where it cannot be read.
    dataset.upsert(&unmeasured, &Provenance::of_space("counselling")).unwrap();
    assert_eq!(dose(&mut dataset), ["1 0", "30 0"]);
    dataset.remove(unmeasured.id).unwrap();
    assert_eq!(dose(&mut dataset), ["1 0", "30 0"]);
}

#[test]
fn the_waiting_list_has_no_start_and_counts_from_the_decision() {
    let one = pupil(1, "8", date(2024, 9, 1), None);
    let mut run = intervention(1, date(2024, 9, 9), &one);
    run.set_row("enrolments", &one.id.to_string(), "decided", date(2024, 9, 6));
    let mut dataset = built(&BTreeMap::from([(one.id, one.clone()), (run.id, run.clone())]));
    let days = |dataset: &mut Dataset| {
        let columns = ["decided", "start", "date"].map(|c| read(dataset, "interventions", c));
        columns.map(|column| column.join(" "))
    };
    assert_eq!(days(&mut dataset), ["2024-09-06", "2024-09-09", "2024-09-09"]);
    run.fields.remove("enrolments");
    run.set_row("enrolments", &one.id.to_string(), "decided", date(2024, 9, 6));
    dataset.upsert(&run, &Provenance::of_space("pastoral")).unwrap();
    assert_eq!(days(&mut dataset), ["2024-09-06", "", "2024-09-06"]);
}

#[test]
fn the_reasons_of_a_suspension_stand_in_the_order_of_their_rank() {
    let one = pupil(1, "8", date(2024, 9, 1), None);
    let mut out = suspension(1, &one, date(2024, 9, 9), 4);
    out.set_row("reasons", "VA", "rank", 2_i64);
    let mut dataset = built(&BTreeMap::from([(one.id, one), (out.id, out)]));
    let row = ["type", "sessions", "reason", "reason_2", "reason_3", "year_group"];
    let row = row.map(|column| read(&mut dataset, "suspensions", column).join(" "));
    assert_eq!(row, ["SUSP", "4", "DB", "VA", "", "8"]);
}

#[test]
fn a_call_out_tells_how_long_help_took_and_nothing_while_nobody_knows() {
    let one = pupil(1, "8", date(2024, 9, 1), None);
    let mut call = call_out(1, date(2024, 9, 9), &one, 7);
    let mut dataset = built(&BTreeMap::from([(one.id, one.clone()), (call.id, call.clone())]));
    let row = |dataset: &mut Dataset| {
        let columns = ["minute", "outcome", "to_acknowledge", "to_arrive", "to_clear"];
        columns.map(|column| read(dataset, "call_outs", column).join(" "))
    };
    assert_eq!(row(&mut dataset), ["615", "walked", "", "7", ""]);
    call.set("acknowledged_at", date(2024, 9, 9).at(10, 15, 0, 0));
    call.set("cleared_at", date(2024, 9, 10).at(10, 15, 0, 0));
    call.fields.remove("pupils");
    dataset.upsert(&call, &Provenance::of_space("pastoral")).unwrap();
    assert_eq!(row(&mut dataset), ["615", "", "0", "7", "1440"], "one row without a pupil");
}

#[test]
fn a_score_is_a_row_a_scale_and_a_plan_counts_its_targets() {
    let one = pupil(1, "8", date(2024, 9, 1), None);
    let (taken, mut agreed) =
        (score(1, date(2024, 9, 9), &one, 21), plan(1, date(2024, 9, 9), &one));
    let mut dataset = built(&BTreeMap::from([(one.id, one), (taken.id, taken)]));
    let row = |dataset: &mut Dataset, table: &str, columns: &[&str]| {
        let columns = columns.iter().map(|column| read(dataset, table, column).join(" "));
        columns.collect::<Vec<_>>()
    };
    let scores = ["measure", "scale", "score", "better", "year_group"];
    assert_eq!(
        row(&mut dataset, "scores", &scores),
        ["sdq sdq", "prosocial total", "6 21", "higher lower", "8 8"]
    );
    agreed.set_row("views", "home", "agreed", date(2024, 9, 12));
    agreed.set_row("reviews", "2024-11-11", "decision", "change");
    agreed.set_row("reviews", "2024-10-07", "decision", "continue");
    dataset.upsert(&agreed, &Provenance::of_space("pastoral")).unwrap();
    let plans = ["targets", "targets_met", "reviews", "last_review", "home_agreed", "pupil_agreed"];
    assert_eq!(row(&mut dataset, "plans", &plans), ["2", "1", "2", "2024-11-11", "2024-09-12", ""]);
}
