//! The invented school's caseload and the head of a pupil's view.

use std::collections::BTreeSet;
use std::sync::Arc;

use jiff::ToSpan as _;
use jiff::civil::date;
use sheaf_records::{FieldPath, RecordId};
use sheaf_school::desk::{
    Act, Caseload, CaseloadLine, ChangeLine, Choice, EditForm, EditKind, Fact, HistoryLine,
    NamedPeriod, PupilCard, Reply, Signed, SupportLine, SupportState, Suspended, WeekMarks,
};

use super::school;

/// Those who are on the caseload at first.
pub fn usual() -> BTreeSet<u8> {
    [0, 3, 5, 9, 12].into()
}

/// The caseload of these pupils.
pub fn caseload(pupils: &BTreeSet<u8>) -> Caseload {
    let roster = school::roster();
    let line = |number: &u8| {
        let pupil = &roster.pupils[usize::from(*number)];
        let days = [-8_i64, 6, 20, -1][usize::from(*number) % 4];
        let plain = usize::from(*number) % 5 == 4;
        CaseloadLine {
            caseload: school::record(200),
            pupil: pupil.id,
            name: pupil.name.clone(),
            year_group: pupil.year_group.clone(),
            reg_group: pupil.reg_group.clone(),
            tier: ["Targeted", "Intensive", "Watching"][usize::from(*number) % 3].to_owned(),
            opened: Some(date(2026, 4, 20)),
            note: String::new(),
            last: (!plain).then(|| (date(2026, 7, 13), "Defiance, classroom, P2".to_owned())),
            weeks: [[0, 2, 1, 3], [1, 0, 0, 0], [0, 0, 0, 0]][usize::from(*number) % 3].to_vec(),
            next_review: (!plain).then(|| school::TODAY.checked_add(days.days()).unwrap()),
        }
    };
    let mut lines: Vec<CaseloadLine> = pupils.iter().map(line).collect();
    lines.sort_by_key(|line| (line.next_review.is_none(), line.next_review));
    Caseload { lines, weeks: mondays(4), may_change: true }
}

fn mondays(count: i64) -> Vec<jiff::civil::Date> {
    let last = date(2026, 7, 13);
    (0..count).rev().map(|back| last.checked_sub(back.weeks()).unwrap()).collect()
}

/// The card of a pupil.
pub fn card(pupil: RecordId) -> PupilCard {
    let facts = [
        ("SEN", "SEN support"),
        ("Pupil premium", "Ever 6 free school meals"),
        ("Key worker", "Sam Okoro"),
    ];
    let fact =
        |(title, value): (&str, &str)| Fact { title: title.to_owned(), value: value.to_owned() };
    let week = |(place, monday): (usize, jiff::civil::Date)| WeekMarks {
        monday,
        incidents: [0, 1, 0, 2, 1, 3, 4, 2, 1, 0, 1][place * 7 % 11],
        positives: [0, 0, 1, 0, 2, 0, 1][place * 3 % 7],
    };
    let line = |number: u8, title: &str, state: SupportState| SupportLine {
        record: school::record(number),
        title: title.to_owned(),
        state,
        since: Some(date(2026, 6, 2)),
        waited_days: (state == SupportState::Waiting).then_some(12),
        attended: 6,
        offered: 7,
        planned: Some(10),
        minutes: 210,
        outcome: "Aim partly met".to_owned(),
    };
    PupilCard {
        pupil,
        facts: facts.map(fact).to_vec(),
        weeks: mondays(26).into_iter().enumerate().map(week).collect(),
        support: vec![
            line(5, "Mentoring: Summer run", SupportState::Running),
            line(6, "Emotional literacy", SupportState::Waiting),
            line(7, "Check-in and check-out", SupportState::Ended),
        ],
        suspended: Suspended { times: 1, sessions: 4 },
        stays: 3,
        periods: vec![
            NamedPeriod {
                title: "This half-term".to_owned(),
                from: date(2026, 6, 1),
                to: school::TODAY,
            },
            NamedPeriod {
                title: "This year".to_owned(),
                from: date(2025, 9, 1),
                to: school::TODAY,
            },
        ],
    }
}

/// How to ask for a value: by choice for the severity, as text for the rest.
pub fn edit_form(record: RecordId, path: FieldPath) -> Reply {
    let (now, kind) = match path.to_string().as_str() {
        "severity" => {
            let choice = |level: u8| Choice { code: level.to_string(), title: level.to_string() };
            ("3".to_owned(), EditKind::Choice((1..=5).map(choice).collect()))
        }
        _ => (String::new(), EditKind::Line { example: "2026-07-14" }),
    };
    let help = "From 1, slight, to 5, grave".to_owned();
    Reply::EditForm(Arc::new(EditForm { record, path, help, now, kind }))
}

/// The history of every record.
pub fn history() -> Arc<[HistoryLine]> {
    let step = |by: &str, day: i8, act: Act, changes: Vec<ChangeLine>, reason: &str| HistoryLine {
        by: by.to_owned(),
        device: format!("{by}'s laptop"),
        at: date(2026, 7, day).at(10, 20, 0, 0),
        act,
        signed: Signed::Valid,
        reason: reason.to_owned(),
        changes,
    };
    let change = |title: &str, before: &str, after: &str| ChangeLine {
        title: title.to_owned(),
        before: before.to_owned(),
        after: after.to_owned(),
        settled: vec![],
        at_once: vec![],
    };
    [
        step("Ms Hall", 2, Act::Created, vec![change("Severity", "no value", "2")], ""),
        step(
            "Anna Reid",
            3,
            Act::Changed,
            vec![change("Severity", "2", "3")],
            "The other pupil was hurt",
        ),
        step(
            "Tom Baker",
            6,
            Act::Changed,
            vec![
                change("Home told", "no value", "Yes"),
                change("Action taken", "Conversation", "Call home"),
            ],
            "",
        ),
        HistoryLine {
            signed: Signed::Held("the author's device is not trusted".to_owned()),
            ..step("Sam Okoro", 8, Act::Changed, vec![change("Severity", "3", "1")], "")
        },
    ]
    .into()
}
