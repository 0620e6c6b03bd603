//! Detentions: what incidents led to, whether they were served, and what followed where not.

use jiff::civil::{Date, DateTime};
use sheaf_records::{Kind, Record, RecordId, Value, occurred};

use crate::away::Away;
use crate::cohort::Child;
use crate::draw::Draw;
use crate::incident::School;

/// Of the detentions to which a pupil could come this share is missed; of those that stand in the
/// place of a missed one more.
const MISSED: f64 = 0.11;
const MISSED_AGAIN: f64 = 0.2;

/// A missed detention is set again so often at most: then others deal with it.
const MOST_IN_A_ROW: usize = 3;

/// A kind of detention: its code, when it begins, how long it lasts.
#[derive(Clone, Copy)]
struct Level {
    ty: &'static str,
    hour: i8,
    minute: i8,
    minutes: i64,
}

const LUNCH: Level = Level { ty: "lunch", hour: 12, minute: 45, minutes: 20 };
const AFTER_SCHOOL: Level = Level { ty: "after_school", hour: 15, minute: 5, minutes: 45 };
const LEADERSHIP: Level = Level { ty: "leadership", hour: 15, minute: 5, minutes: 60 };

/// One detention to be written down.
struct Wanted<'a> {
    incident: &'a Record,
    level: Level,
    set: DateTime,
    /// The missed one in whose place it stands.
    follows: Option<RecordId>,
}

/// Draws the detentions that incidents led to, in their order. Those at break are held on the spot
/// and not written down.
pub(crate) fn draw_detentions(
    draw: &mut Draw,
    school: &School<'_>,
    away: &Away,
    incidents: &[Record],
) -> Vec<Record> {
    let children: std::collections::BTreeMap<String, &Child> =
        school.children.iter().map(|child| (child.id.to_string(), child)).collect();
    let mut detentions = Vec::new();
    for incident in incidents {
        let Some(at) = occurred(incident) else { continue };
        for (pupil, row) in incident.rows("participants") {
            let level = match row.get("outcome").and_then(Value::as_text) {
                Some("lunch_detention") => LUNCH,
                Some("after_school_detention") => AFTER_SCHOOL,
                _ => continue,
            };
            let Some(child) = children.get(pupil) else { continue };
            let wanted = Wanted { incident, level, set: at, follows: None };
            chain(draw, school, away, child, wanted, &mut detentions);
        }
    }
    detentions
}

/// A detention, and those that follow while it is missed.
fn chain(
    draw: &mut Draw,
    school: &School<'_>,
    away: &Away,
    child: &Child,
    mut wanted: Wanted<'_>,
    all: &mut Vec<Record>,
) {
    for _ in 0..MOST_IN_A_ROW {
        let days = i32::from(draw.chance(0.35)) + 1;
        let Some(day) = school.calendar.add_school_days(wanted.set.date(), days) else { return };
        if !child.is_on_roll(day) {
            return;
        }
        let mut record = record(draw, school, child, &wanted, day);
        let followed = match day <= school.today {
            true => set_course(draw, away, child, &mut record, day, wanted.follows.is_some()),
            false => {
                record.set("status", "set");
                None
            }
        };
        let id = record.id;
        all.push(record);
        match followed {
            Some("set_again") => {}
            Some("next_level") => wanted.level = LEADERSHIP,
            _ => return,
        }
        wanted.set = day.at(15, 30, 0, 0);
        wanted.follows = Some(id);
    }
}

fn record(
    draw: &mut Draw,
    school: &School<'_>,
    child: &Child,
    wanted: &Wanted<'_>,
    day: Date,
) -> Record {
    let level = wanted.level;
    let mut record = Record { id: draw.id(), kind: Kind::Detention, fields: Default::default() };
    record.set("pupil", child.id);
    record.set("starts_at", day.at(level.hour, level.minute, 0, 0));
    record.set("type", level.ty);
    let reason = match wanted.follows {
        Some(missed) => {
            record.set("follows", missed);
            "missed_detention"
        }
        None => wanted.incident.text("category").unwrap_or("other"),
    };
    record.set("reason", reason);
    record.set("minutes", level.minutes);
    record.set("set_at", wanted.set);
    record.set("incident", wanted.incident.id);
    if let Some(reporter) = wanted.incident.one("reporter") {
        record.set("set_by", reporter.clone());
    }
    let lead = if level.ty == "leadership" { "senior_leader" } else { "pastoral_lead" };
    if let Some(supervisor) = school.some_staff(draw, lead) {
        record.set("supervisor", supervisor);
    }
    if level.ty != "lunch" {
        let later = jiff::Span::new().minutes(draw.between(20, 180));
        record.set("home_told_at", wanted.set.checked_add(later).unwrap_or(wanted.set));
    }
    record
}

/// Whether it was served; gives what followed where it was not.
fn set_course(
    draw: &mut Draw,
    away: &Away,
    child: &Child,
    record: &mut Record,
    day: Date,
    is_again: bool,
) -> Option<&'static str> {
    let reason = if away.is_out(child.id, day) {
        "suspended"
    } else if draw.chance(if is_again { MISSED_AGAIN } else { MISSED }) {
        draw.weighted(&[
            ("absent_from_school", 0.35),
            ("forgot", 0.25),
            ("refused", 0.25),
            ("agreed_with_home", 0.1),
            ("elsewhere_in_school", 0.05),
        ])
    } else {
        record.set("status", if draw.chance(0.02) { "left_early" } else { "attended" });
        return None;
    };
    record.set("status", "not_attended");
    record.set("absence_reason", reason);
    let followed = match reason {
        "forgot" | "refused" => draw.weighted(&[
            ("next_level", 0.6),
            ("set_again", 0.25),
            ("reflection_room", 0.1),
            ("home_called_in", 0.05),
        ]),
        "agreed_with_home" | "elsewhere_in_school" => "none",
        _ => "set_again",
    };
    record.set("escalated_to", followed);
    Some(followed)
}
