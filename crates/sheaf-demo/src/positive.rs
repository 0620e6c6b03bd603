//! Positive events: what pupils did well, often several at once.

use jiff::civil::Date;
use sheaf_records::{Kind, Record};

use crate::away::Away;
use crate::draw::Draw;
use crate::incident::School;

/// Events a pupil and school day; each names several pupils, so that a pupil has some seven a year.
const A_DAY: f64 = 0.0095;

/// How many others are named beside the first, on average.
const OTHERS: f64 = 3.0;

const TYPES: [(&str, f64); 10] = [
    ("effort", 0.25),
    ("excellent_work", 0.17),
    ("contribution", 0.14),
    ("progress", 0.1),
    ("homework", 0.1),
    ("kindness", 0.08),
    ("helpfulness", 0.06),
    ("resilience", 0.04),
    ("leadership", 0.03),
    ("turned_round", 0.03),
];

const REASONS: [&str; 6] = [
    "Kept going when the task got hard.",
    "A thoughtful answer that helped the others on.",
    "Finished early and then helped a neighbour.",
    "Much better than last week, and it was noticed.",
    "Stayed calm when it would have been easy not to.",
    "Worked well as a table from the first minute.",
];

/// Draws what went well on the school days of a window, in order of time.
pub(crate) fn draw_positive_events(
    draw: &mut Draw,
    school: &School<'_>,
    away: &Away,
    window: (Date, Date),
) -> Vec<Record> {
    let mut events = Vec::new();
    for day in school.calendar.days().iter().filter(|day| (window.0..=window.1).contains(*day)) {
        let mut of_day = Vec::new();
        for group in school.groups.values() {
            let here = |child: &&usize| {
                let child = school.children.get(**child);
                child.is_some_and(|one| one.is_on_roll(*day) && !away.is_out(one.id, *day))
            };
            let here: Vec<usize> = group.iter().filter(here).copied().collect();
            for _ in 0..draw.poisson(A_DAY * here.len() as f64) {
                of_day.extend(event(draw, school, *day, &here));
            }
        }
        of_day.sort_by_key(sheaf_records::occurred);
        events.append(&mut of_day);
    }
    events
}

fn event(draw: &mut Draw, school: &School<'_>, day: Date, here: &[usize]) -> Option<Record> {
    let lessons = school.calendar.periods_on(day).iter().filter(|one| one.kind == "lesson");
    let lessons: Vec<_> = lessons.collect();
    let period = draw.one_of(&lessons)?;
    let id = draw.id();
    let mut record = Record { id, kind: Kind::PositiveEvent, fields: Default::default() };
    record.set("occurred_at", day.to_datetime(draw.time_in(period.starts, period.ends)));
    record.set("period", period.code.as_str());
    record.set("type", draw.weighted(&TYPES));
    record.set("location", "classroom");
    if draw.chance(0.4) {
        record.set("reason", draw.pick(&REASONS));
    }
    let staff = draw.weighted(&school.reporters);
    if let Some(adult) = school.staff.get(staff) {
        record.set("staff", adult.id);
    }
    let points = draw.weighted(&[(1_i64, 0.6), (2, 0.25), (5, 0.15)]);
    for _ in 0..=draw.poisson(OTHERS) {
        if let Some(child) = draw.one_of(here).and_then(|place| school.children.get(place)) {
            record.set_row("pupils", &child.id.to_string(), "points", points);
        }
    }
    Some(record)
}
