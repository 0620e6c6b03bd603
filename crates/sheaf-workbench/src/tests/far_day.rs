//! The far end of a mentor's day: what it answers and what it remembers.

use std::sync::Arc;

use jiff::ToSpan as _;
use jiff::civil::{date, time};
use sheaf_school::desk::{
    Agenda, Choice, DayCount, DayReply, DayRequest, Draft, DraftLine, DraftPupil, FaceId,
    FollowUpLine, Lately, PastIncident, PeriodLine, ReviewLine, StaffLine,
};

use super::school::{self, TODAY, pupil, record};

/// What the far end remembers of the day.
#[derive(Debug)]
pub struct FarDay {
    /// What needs the user.
    pub agenda: Agenda,
    /// What happened of late.
    pub lately: Lately,
    /// The draft of this window.
    pub draft: Option<Draft>,
    /// Drafts that were left behind.
    pub left: Vec<(DraftLine, Draft)>,
}

impl Default for FarDay {
    fn default() -> Self {
        Self { agenda: agenda(), lately: lately(), draft: None, left: Vec::new() }
    }
}

impl FarDay {
    /// Answers as the school would.
    pub fn answer(&mut self, request: DayRequest) -> DayReply {
        match request {
            DayRequest::Lately => DayReply::Lately(Arc::new(self.lately.clone())),
            DayRequest::Agenda => DayReply::Agenda(Arc::new(self.agenda.clone())),
            DayRequest::Tick { record, row, done } => {
                if done {
                    self.agenda.follow_ups.retain(|line| line.row != row);
                } else {
                    self.agenda.follow_ups = agenda().follow_ups;
                }
                DayReply::Ticked { record, row, done }
            }
            DayRequest::Read(records) => {
                self.agenda.unread.retain(|item| !records.contains(&item.record));
                DayReply::Agenda(Arc::new(self.agenda.clone()))
            }
            DayRequest::Drafts => DayReply::Drafts(self.lines()),
            DayRequest::KeepDraft(draft) => {
                self.draft = draft.map(|draft| *draft);
                DayReply::Kept
            }
            DayRequest::TakeDraft(face) => {
                let place = self.left.iter().position(|(line, _)| line.face == face).unwrap();
                let (_, draft) = self.left.remove(place);
                self.draft = Some(draft.clone());
                DayReply::Draft(Arc::new(draft))
            }
            DayRequest::DropDraft(face) => {
                self.left.retain(|(line, _)| line.face != face);
                DayReply::Drafts(self.lines())
            }
        }
    }

    fn lines(&self) -> Arc<[DraftLine]> {
        self.left.iter().map(|(line, _)| line.clone()).collect()
    }
}

/// What was asked, in words.
pub fn name(request: &DayRequest) -> String {
    match request {
        DayRequest::Lately => "lately".to_owned(),
        DayRequest::Agenda => "agenda".to_owned(),
        DayRequest::Tick { row, done, .. } => format!("tick {row} {done}"),
        DayRequest::Read(records) => format!("read {}", records.len()),
        DayRequest::Drafts => "drafts".to_owned(),
        DayRequest::KeepDraft(None) => "let the draft go".to_owned(),
        DayRequest::KeepDraft(Some(_)) => "keep the draft".to_owned(),
        DayRequest::TakeDraft(_) => "take a draft".to_owned(),
        DayRequest::DropDraft(_) => "drop a draft".to_owned(),
    }
}

/// A draft that a crash has left behind.
pub fn left_draft() -> (DraftLine, Draft) {
    let line = DraftLine {
        face: FaceId::from_bytes([9; 16]),
        words: "Leon Martins, Phone out, Behind the sports hall".to_owned(),
        at: TODAY.at(11, 42, 0, 0),
    };
    let leon = DraftPupil {
        id: pupil(11).to_string(),
        name: "Leon Martins".to_owned(),
        role: "instigator".to_owned(),
    };
    let draft = Draft {
        pupils: vec![leon],
        category: "phone".to_owned(),
        note: "Behind the sports hall".to_owned(),
        severity: Some(2),
        ..Draft::default()
    };
    (line, draft)
}

fn choices(codes: &[(&str, &str)]) -> Vec<Choice> {
    let choice = |(code, title): &(&str, &str)| Choice {
        code: (*code).to_owned(),
        title: (*title).to_owned(),
    };
    codes.iter().map(choice).collect()
}

fn past(number: u8, days_ago: i64, clock: (i8, i8), pupils: &[u8], facts: &str) -> PastIncident {
    let words: Vec<&str> = facts.split(' ').collect();
    let day = TODAY.checked_sub(days_ago.days()).unwrap();
    PastIncident {
        record: record(number),
        at: day.at(clock.0, clock.1, 0, 0),
        period: words[2].to_owned(),
        category: words[0].to_owned(),
        location: words[1].to_owned(),
        pupils: pupils.iter().map(|number| pupil(*number)).collect(),
        mine: words[3] == "mine",
        headline: format!("{}, {}", words[0], words[1]),
        by: "Ms Hall".to_owned(),
    }
}

/// It is Tuesday, 14:20, period 5. Chloé is on the own caseload, Isla was logged by the user.
pub fn lately() -> Lately {
    let period = |number: i8| PeriodLine {
        code: format!("P{number}"),
        title: format!("Period {number}"),
        starts: time(8 + number, 0, 0, 0),
    };
    let staff = |number: u8, name: &str| StaffLine { id: record(number), name: name.to_owned() };
    Lately {
        now: TODAY.at(14, 20, 0, 0),
        period: "P5".to_owned(),
        periods: (1..=6).map(period).collect(),
        me: Some(record(201)),
        staff: vec![staff(201, "Anna Hall"), staff(202, "Bola Adeyinka"), staff(203, "Cai Ford")],
        own_pupils: vec![pupil(2)],
        home_told: choices(&[
            ("told", "Told"),
            ("not_yet", "Not yet told"),
            ("not_needed", "Need not be told"),
        ]),
        contact_methods: choices(&[("phone", "Phone"), ("email", "Email"), ("text", "Text")]),
        incidents: vec![
            past(1, 0, (13, 35), &[0, 3], "defiance corridor P4 other"),
            past(2, 0, (11, 20), &[8], "disruption classroom P2 mine"),
            past(5, 1, (14, 50), &[2], "phone canteen P5 other"),
            past(20, 7, (14, 10), &[14], "defiance corridor P5 other"),
        ],
    }
}

/// What needs the user.
pub fn agenda() -> Agenda {
    let follow_up = |number: u8, what: &str, due: Option<i64>| FollowUpLine {
        record: record(number),
        row: format!("row-{number}"),
        what: what.to_owned(),
        due: due.map(|days| TODAY.checked_add(days.days()).unwrap()),
        pupils: vec!["Amira Okafor".to_owned()],
        headline: "Defiance, corridor, period 4".to_owned(),
    };
    let review = |number: u8, name: &str, days: i64| ReviewLine {
        caseload: record(100),
        pupil: pupil(number),
        name: name.to_owned(),
        tier: "Targeted".to_owned(),
        due: TODAY.checked_add(days.days()).unwrap(),
        note: "Works best with a check-in before period 1".to_owned(),
    };
    let recent = school::recent();
    let mut conflict = school::timeline()[3].clone();
    conflict.by = "Mr Adeyinka".to_owned();
    let count = |place: i64, count: Option<u64>, before: Option<u64>| DayCount {
        date: date(2026, 7, 13).checked_add(place.days()).unwrap(),
        count,
        before,
    };
    Agenda {
        follow_ups: vec![
            follow_up(5, "Call home about the phone", Some(-3)),
            follow_up(1, "Restorative conversation with Daniel", Some(0)),
            follow_up(8, "Ask the form tutor about lateness", Some(2)),
        ],
        reviews: vec![review(2, "Chloé Dubois", -1), review(9, "Jakub Nowak", 3)],
        conflicts: vec![conflict],
        unread: vec![recent[0].clone(), recent[3].clone()],
        week: vec![
            count(0, Some(14), Some(11)),
            count(1, Some(4), Some(17)),
            count(2, None, Some(9)),
            count(3, None, Some(15)),
            count(4, None, None),
        ],
    }
}
