//! Attendance: a mark for each session of each pupil, in keeping with what else is told of the day.
//!
//! Absence comes in spells: most pupils miss a day or two now and then, a few miss much. It rises
//! over a half-term and is highest on Fridays. Whoever comes into something was there, and whoever
//! is suspended was not. Year 11 is marked as usual to the end of the year: no study leave.

mod child;

use std::collections::{BTreeMap, HashSet};

use jiff::civil::{Date, DateTime};
use sheaf_records::{
    Field, HalfTerm, Kind, Record, RecordId, Rows, Session, Value, occurred, referenced_pupils,
};

use self::child::Absentee;
use crate::away::Away;
use crate::calendar::plus;
use crate::cohort::Child;
use crate::draw::Draw;
use crate::incident::School;

/// Monday to Friday.
const WEEKDAYS: [f64; 5] = [1.02, 0.94, 0.88, 0.97, 1.2];

/// The share of a year group that goes on its trip, one a half-term.
const ON_A_TRIP: f64 = 0.3;

/// An absence that nobody has explained yet is marked so for this many days.
const UNEXPLAINED_DAYS: i64 = 7;

/// The hour from which something happens in the afternoon session.
const AFTERNOON: i8 = 13;

/// What is known of days from other records.
pub(crate) struct Known<'a> {
    away: &'a Away,
    /// Who was seen in school in which session.
    seen: HashSet<(RecordId, Date, Session)>,
    /// Who missed a detention because they were not in school.
    missed: HashSet<(RecordId, Date)>,
}

impl<'a> Known<'a> {
    /// Reads who was there from what happened to them.
    pub(crate) fn new<'r>(
        away: &'a Away,
        happened: impl IntoIterator<Item = &'r Record>,
        stays: &[Record],
        detentions: &[Record],
    ) -> Self {
        let mut seen = HashSet::new();
        let in_room = stays.iter().flat_map(|stay| {
            let at = |field: &str| stay.one(field).and_then(Value::as_date_time);
            ["arrived_at", "left_at"].into_iter().filter_map(move |field| Some((stay, at(field)?)))
        });
        let happened = happened.into_iter().filter_map(|one| Some((one, occurred(one)?)));
        for (record, at) in happened.chain(in_room) {
            let here = referenced_pupils(record).into_iter();
            seen.extend(here.map(|pupil| (pupil, at.date(), session_of(at))));
        }
        let mut missed = HashSet::new();
        for one in detentions {
            let pupil = one.one("pupil").and_then(Value::as_record);
            let Some((pupil, at)) = pupil.zip(occurred(one)) else { continue };
            match (one.text("status"), one.text("absence_reason")) {
                (Some("attended" | "left_early"), _) => {
                    seen.insert((pupil, at.date(), session_of(at)));
                }
                (_, Some("absent_from_school")) => {
                    missed.insert((pupil, at.date()));
                }
                _ => {}
            }
        }
        Self { away, seen, missed }
    }
}

fn session_of(at: DateTime) -> Session {
    if at.hour() < AFTERNOON { Session::Am } else { Session::Pm }
}

/// The open days of a half-term that are told of, each with how likely absence is on it.
struct Stretch<'a> {
    half_term: &'a HalfTerm,
    days: Vec<(Date, f64)>,
    /// The day on which each year group has its trip.
    trips: BTreeMap<i16, Date>,
}

/// Draws the attendance of every pupil on the open days of a window.
pub(crate) fn draw_attendance(
    draw: &mut Draw,
    school: &School<'_>,
    known: &Known<'_>,
    window: (Date, Date),
) -> Vec<Record> {
    let stretches = stretches(draw, school, window);
    let mut all = Vec::new();
    for child in school.children {
        let mut absentee = Absentee::new(draw, child);
        for stretch in &stretches {
            all.extend(record(draw, school, known, child, &mut absentee, stretch));
        }
    }
    all
}

fn stretches<'a>(
    draw: &mut Draw,
    school: &'a School<'_>,
    window: (Date, Date),
) -> Vec<Stretch<'a>> {
    let calendar = school.calendar;
    let mut all = Vec::new();
    for half_term in calendar.half_terms() {
        let open = calendar.days().iter().filter(|day| half_term.contains(**day));
        let open: Vec<Date> = open.copied().collect();
        let count = open.len().max(1) as f64;
        let of_day = |(place, day): (usize, &Date)| {
            let weekday = usize::try_from(day.weekday().to_monday_zero_offset()).unwrap_or(0);
            let weekday = WEEKDAYS.get(weekday).copied().unwrap_or(1.0);
            (*day, weekday * (0.72 + 0.56 * place as f64 / count))
        };
        let told = |(day, _): &(Date, f64)| (window.0..=window.1).contains(day);
        let days: Vec<(Date, f64)> = open.iter().enumerate().map(of_day).filter(told).collect();
        let trips = school.groups.keys().filter_map(|cohort| Some((*cohort, draw.day(&open)?)));
        let trips = trips.collect();
        if !days.is_empty() {
            all.push(Stretch { half_term, days, trips });
        }
    }
    all
}

fn record(
    draw: &mut Draw,
    school: &School<'_>,
    known: &Known<'_>,
    child: &Child,
    absentee: &mut Absentee,
    stretch: &Stretch<'_>,
) -> Option<Record> {
    let mut rows = Rows::new();
    for (day, likely) in &stretch.days {
        if !child.is_on_roll(*day) {
            absentee.returns();
            continue;
        }
        let away = known.away.is_out(child.id, *day);
        let trip = stretch.trips.get(&child.cohort) == Some(day) && draw.chance(ON_A_TRIP);
        let drawn = absentee.day(draw, *likely);
        let fresh = *day > plus(school.today, -UNEXPLAINED_DAYS);
        let mut row = BTreeMap::new();
        for (session, drawn) in Session::ALL.into_iter().zip(drawn) {
            let code = if away {
                "E"
            } else if known.seen.contains(&(child.id, *day, session)) {
                session.present()
            } else if known.missed.contains(&(child.id, *day)) {
                "I"
            } else {
                match drawn {
                    Some("O") if fresh => "N",
                    Some(code) => code,
                    None if trip => "V",
                    None => session.present(),
                }
            };
            row.insert(session.column().to_owned(), Value::from(code));
        }
        absentee.is_late(draw, &mut row);
        rows.insert(day.to_string(), row);
    }
    if rows.is_empty() {
        return None;
    }
    let id = draw.id();
    let mut record = Record { id, kind: Kind::Attendance, fields: Default::default() };
    record.set("pupil", child.id);
    record.set("year", stretch.half_term.year.as_str());
    record.set("half_term", stretch.half_term.code.as_str());
    record.fields.insert("marks".to_owned(), Field::Many(rows));
    Some(record)
}
