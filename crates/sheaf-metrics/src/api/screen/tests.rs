//! Screening in a script: held to a count over records, hidden groups, wrong questions.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::{Date, date};
use sheaf_analytics::{Budget, Dataset, Provenance, Scope};
use sheaf_records::{Kind, PupilView, Record, SchoolCalendar};

use crate::fixture::{package, text_of};
use crate::host::Host;
use crate::options::Options;
use crate::report::Report;
use crate::run::RunContext;

const SCREEN: &str = "cx.room_referrals.screen(#{ thresholds: [1], within: 5, ahead: 5, outcome: \
                      cx.room_referrals, period: p.window })";

#[test]
fn questions_that_cannot_be_answered_say_why() {
    for (asked, said) in [
        ("cx.incidents.screen(#{})", "a screen needs `period`, such as `p.window`"),
        ("cx.incidents.screen(#{ period: p.window })", "`thresholds` of screen needs 1 to 12"),
        (
            "cx.incidents.screen(#{ period: p.window, thresholds: [0] })",
            "whole numbers from 1 to 500, not 0",
        ),
        (
            "cx.incidents.screen(#{ period: p.window, thresholds: [1], within: 0 })",
            "`within` of screen is 0; a whole number from 1 to 200 is needed",
        ),
        (
            "cx.incidents.screen(#{ period: p.window, thresholds: [1] })",
            "`outcome` of screen needs a table",
        ),
        (
            "cx.incidents.screen(#{ period: p.window, thresholds: [1], outcome: \
             cx.incidents.filter(col(\"sex\") == \"F\") })",
            "cannot be picked by a listed characteristic",
        ),
        ("cx.incidents.screen(#{ perriod: p.window })", "did you mean `period`?"),
    ] {
        let found = text_of(asked);
        assert!(found.contains(said), "{asked}: {found}");
    }
    assert!(text_of(&format!("{SCREEN}.bas")).contains("did you mean `base`?"));
    assert!(text_of(&format!("{SCREEN}.rules[0].rihgt")).contains("did you mean `right`?"));
    assert!(text_of(&format!("{SCREEN}.rules[0].flagged_now(0)")).contains("takes 1 to 100"));
}

/// Rules over a school of 250 pupils and a year.
const SCRIPT: &str = "fn run(cx, p) {
  let s = cx.incidents.screen(#{ thresholds: [1, 3, 6], within: 20, ahead: 30, outcome: \
                         cx.incidents, at_least: 4, period: cx.period });
  let out = report(\"t\");
  for r in s.rules { for e in [r.flagged, r.right, r.found, s.base] {
    out.finding(#{ text: `x`, estimate: e });
  } }
  out.caveat(`${s.checks} ${s.left_out}`);
  out.done()
}";

/// The day on which each pupil had an incident of their own, by a plain reading of the records.
fn days_of(records: &[Record]) -> BTreeMap<String, Vec<Date>> {
    let mut days: BTreeMap<String, Vec<Date>> = BTreeMap::new();
    for incident in records.iter().filter(|record| record.kind == Kind::Incident) {
        let day = incident.one("occurred_at").and_then(|at| at.as_date_time()).unwrap().date();
        for (pupil, row) in incident.rows("participants") {
            let role = row.get("role").and_then(|role| role.as_text());
            if role.is_none_or(|role| ["aggressor", "participant"].contains(&role)) {
                days.entry(pupil.to_owned()).or_default().push(day);
            }
        }
    }
    days
}

/// Whether a pupil is on the roll on every one of some days.
fn is_there(pupil: &Record, days: &[Date]) -> bool {
    let view = PupilView::new(pupil);
    let spells: Vec<(Date, Date)> = view
        .spells_of("roll")
        .filter(|spell| !["G", "P"].contains(&spell.value))
        .map(|spell| (spell.from, spell.to.unwrap_or(Date::MAX)))
        .collect();
    days.iter().all(|day| spells.iter().any(|(from, to)| from <= day && day <= to))
}

/// Of each pupil at each check, events before and after, and how many were left out.
fn by_hand(records: &[Record], school_days: &[Date]) -> (Vec<(u32, u32)>, usize, usize) {
    let events = days_of(records);
    let (mut rows, mut left_out, mut checks) = (Vec::new(), 0, 0);
    let mut end = school_days.len() - 30;
    while end >= 20 {
        checks += 1;
        let (back, ahead) = (&school_days[end - 20..end], &school_days[end..end + 30]);
        for pupil in records.iter().filter(|record| record.kind == Kind::Pupil) {
            if !is_there(pupil, &back[19..]) {
                continue;
            }
            if !is_there(pupil, back) || !is_there(pupil, ahead) {
                left_out += 1;
                continue;
            }
            let own = events.get(&pupil.id.to_string()).cloned().unwrap_or_default();
            let count = |days: &[Date]| {
                own.iter().filter(|day| days[0] <= **day && **day <= days[days.len() - 1]).count()
            };
            rows.push((count(back) as u32, count(ahead) as u32));
        }
        if end < 30 {
            break;
        }
        end -= 30;
    }
    (rows, left_out, checks)
}

fn screened(records: &[Record], today: Date) -> Report {
    let mut dataset = Dataset::default();
    for record in records {
        dataset.upsert(record, &Provenance::of_space("pastoral")).unwrap();
    }
    let package = package(SCRIPT);
    let options = Options::resolve(&package.manifest, &[]).unwrap();
    let scope = Scope::new(dataset.snapshot(), today);
    Host::new().run(&package, &options, &RunContext::new(scope, Budget::default())).unwrap()
}

#[test]
fn the_four_cells_are_those_of_a_plain_count_over_records() {
    let options = sheaf_demo::Options {
        pupils: 250,
        years: 1,
        today: date(2026, 7, 17),
        detail: sheaf_demo::Detail::Counts,
        ..Default::default()
    };
    let school = sheaf_demo::generate(&options).unwrap();
    let records: Vec<Record> = school.records().cloned().collect();
    let report = screened(&records, school.today);

    let calendars = records.iter().filter(|record| record.kind == Kind::Calendar);
    let calendar = SchoolCalendar::new(calendars).unwrap();
    let year = date(2025, 9, 1)..=school.today;
    let days: Vec<Date> =
        calendar.days().iter().copied().filter(|day| year.contains(day)).collect();
    let (rows, left_out, checks) = by_hand(&records, &days);
    assert!(checks > 3 && left_out > 0, "{checks} {left_out}");
    assert!(report.caveats.contains(&format!("{checks} {left_out}")), "{:?}", report.caveats);
    let count = |holds: &dyn Fn(u32, u32) -> bool| {
        rows.iter().filter(|(before, after)| holds(*before, *after)).count() as u64
    };
    let mut found = report.findings.iter().map(|one| {
        let estimate = one.estimate.as_ref().unwrap();
        (estimate.events.unwrap(), estimate.n.unwrap())
    });
    let mut seen = BTreeSet::new();
    for threshold in [1, 3, 6] {
        let flagged = count(&|before, _| before >= threshold);
        let both = count(&|before, after| before >= threshold && after >= 4);
        let concern = count(&|_, after| after >= 4);
        seen.insert(both);
        for hand in [
            (flagged, rows.len() as u64),
            (both, flagged),
            (both, concern),
            (concern, rows.len() as u64),
        ] {
            assert_eq!(found.next(), Some(hand), "{threshold}");
        }
    }
    assert_eq!(seen.len(), 3);
}
