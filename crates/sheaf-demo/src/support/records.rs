//! Interventions and their sessions as records.

use jiff::civil::Date;
use sheaf_records::{Kind, Record, RecordId};

use super::{DAYS_A_WEEK, Place, Run, Support};
use crate::calendar::plus;
use crate::cohort::Child;
use crate::draw::Draw;
use crate::incident::School;

/// The share of sessions that are missed by staff, and of those held that a pupil attends.
const MISSED: f64 = 0.07;
const ATTENDED: f64 = 0.88;

const REASONS: [&str; 4] = [
    "Most incidents of the year group last half-term",
    "Head of year is worried by the last few weeks",
    "Several referrals to the reflection room in a short time",
    "Home asked for help",
];

const FOCUS: [&str; 6] = [
    "What the week was like, and one thing to try",
    "Noticing early signs, and what helps then",
    "Coming into a lesson calmly",
    "Putting something right with a teacher",
    "Break and lunch: where to be and with whom",
    "Looking back at the targets",
];

/// Draws the records of all runs, and of their sessions if these are wanted.
pub(crate) fn draw_records(
    draw: &mut Draw,
    school: &School<'_>,
    support: &Support,
    with_sessions: bool,
) -> (Vec<Record>, Vec<Record>) {
    let mentors: Vec<RecordId> =
        school.staff.iter().filter(|adult| adult.role == "mentor").map(|adult| adult.id).collect();
    let (mut interventions, mut sessions) = (Vec::new(), Vec::new());
    for (number, run) in support.runs.iter().enumerate() {
        let places: Vec<&Place> = support.places.iter().filter(|one| one.run == number).collect();
        let lead = draw.one_of(&mentors);
        let record = intervention(draw, school, run, &places, lead);
        if with_sessions {
            let of_run = Sessions { school, run, intervention: record.id, lead };
            if run.programme.delivery == "group" {
                of_run.draw(draw, &places, run.start, &mut sessions);
            } else {
                for place in &places {
                    let from = place.start.unwrap_or(run.end);
                    of_run.draw(draw, &[place], from, &mut sessions);
                }
            }
        }
        interventions.push(record);
    }
    sessions.sort_by_key(sheaf_records::occurred);
    (interventions, sessions)
}

fn intervention(
    draw: &mut Draw,
    school: &School<'_>,
    run: &Run,
    places: &[&Place],
    lead: Option<RecordId>,
) -> Record {
    let id = draw.id();
    let mut record = Record { id, kind: Kind::Intervention, fields: Default::default() };
    let programme = &run.programme;
    record.set("type", programme.ty);
    record.set("title", format!("{}, {}", programme.title, run.name));
    record.set("delivery", programme.delivery);
    record.set("start", run.start);
    record.set("end", run.end);
    record.set("planned_sessions", programme.sessions);
    record.set("session_minutes", programme.minutes);
    if let Some(lead) = lead {
        record.set("lead", lead);
    }
    for place in places {
        if let Some(child) = school.children.get(place.child) {
            enrol(draw, school, &mut record, run, place, child);
        }
    }
    record
}

fn enrol(
    draw: &mut Draw,
    school: &School<'_>,
    record: &mut Record,
    run: &Run,
    place: &Place,
    child: &Child,
) {
    // Who has been excluded by then is not chosen.
    if !child.is_on_roll(place.decided) {
        return;
    }
    let key = child.id.to_string();
    let mut set = |column: &str, value: sheaf_records::Value| {
        record.set_row("enrolments", &key, column, value);
    };
    set("decided", place.decided.into());
    set("why", draw.pick(&REASONS).into());
    let start = place.start.filter(|start| child.is_on_roll(*start));
    let Some((start, end)) = start.zip(place.end(run)) else { return };
    set("start", start.into());
    let left = child.to.filter(|to| (start..end).contains(to));
    let end = left.unwrap_or(end);
    if end >= school.today {
        return;
    }
    set("end", end.into());
    let exit = match left {
        Some(_) => "left_school",
        None => draw.weighted(&[("completed", 0.85), ("did_not_engage", 0.1), ("moved_on", 0.05)]),
    };
    set("exit_reason", exit.into());
    if exit == "completed" {
        let outcome = draw.weighted(&[
            ("met", 0.3),
            ("partly_met", 0.4),
            ("not_met", 0.2),
            ("too_soon", 0.1),
        ]);
        set("outcome", outcome.into());
    }
}

/// The sessions of one run.
struct Sessions<'a> {
    school: &'a School<'a>,
    run: &'a Run,
    intervention: RecordId,
    lead: Option<RecordId>,
}

impl Sessions<'_> {
    /// One a week from a day on, for as long as someone is in it.
    fn draw(&self, draw: &mut Draw, places: &[&Place], from: Date, sessions: &mut Vec<Record>) {
        let mut day = from;
        while day <= self.run.end && day <= self.school.today {
            let here: Vec<&Child> =
                places.iter().filter_map(|place| self.there(place, day)).collect();
            if !here.is_empty() && self.school.calendar.is_open(day) {
                sessions.push(self.session(draw, day, &here));
            }
            day = plus(day, DAYS_A_WEEK);
        }
    }

    /// The child of a place, if their part in the run includes the day.
    fn there(&self, place: &Place, day: Date) -> Option<&Child> {
        let child = self.school.children.get(place.child)?;
        let part = place.start?..=place.end(self.run)?;
        (part.contains(&day) && child.is_on_roll(day)).then_some(child)
    }

    fn session(&self, draw: &mut Draw, day: Date, here: &[&Child]) -> Record {
        let id = draw.id();
        let mut record = Record { id, kind: Kind::InterventionSession, fields: Default::default() };
        record.set("intervention", self.intervention);
        record.set("date", day);
        if let Some(lead) = self.lead {
            record.set("led_by", lead);
        }
        let held = !draw.chance(MISSED);
        record.set("status", if held { "held" } else { "missed" });
        if held {
            record.set("minutes", (self.run.programme.minutes + draw.between(-5, 5)).max(5));
            record.set("focus", draw.pick(&FOCUS));
        }
        for child in here {
            let key = child.id.to_string();
            let attended = held && draw.chance(ATTENDED);
            record.set_row("pupils", &key, "attended", attended);
            if attended {
                let rating = draw.weighted(&[(2, 0.15), (3, 0.35), (4, 0.35), (5, 0.15)]);
                record.set_row("pupils", &key, "rating", rating);
            }
        }
        record
    }
}
