//! Stays in the reflection room: the referral, the day of the stay, its periods, and the return.

use jiff::civil::{Date, Time, time};
use sheaf_records::{Kind, Record};

use crate::cohort::Child;
use crate::draw::Draw;
use crate::incident::{School, Told};
use crate::narrative::reflection;

/// How often an incident of severity 1 to 5 leads to the room, before the pupil's own share:
/// found by trial, so that a pupil has about 3 referrals a year.
const BY_SEVERITY: [f64; 5] = [0.06, 0.23, 0.55, 0.75, 0.8];

const STAY_STARTS: Time = time(9, 0, 0, 0);

/// The room's book: on which days a place is kept for a pupil.
#[derive(Default)]
pub(crate) struct Book(std::collections::BTreeSet<(usize, Date)>);

/// Draws the stay that an incident leads to, if it does. Those who are in trouble most are sent
/// out a little less readily than others for the same: they meet with other answers too.
pub(crate) fn draw_stay(
    draw: &mut Draw,
    school: &School<'_>,
    book: &mut Book,
    told: &mut Told,
) -> Option<Record> {
    let child = school.children.get(told.child)?;
    let severity = usize::try_from(told.severity - 1).ok()?;
    let other_answers = child.propensity.max(0.05).powf(-0.4).min(2.0);
    let p = BY_SEVERITY.get(severity).copied().unwrap_or(0.0) * child.sent_out * other_answers;
    if !draw.chance(p.min(0.9)) {
        return None;
    }
    let mut stay = referral(draw, school, child, told);
    // Removed on the spot in the morning, or booked for the next school day.
    let same_day = told.at.time() < time(11, 30, 0, 0) && told.severity >= 3;
    let day = if same_day {
        Some(told.at.date())
    } else {
        school.calendar.add_school_days(told.at.date(), 1)
    };
    // A second slip for one day is filed and cancelled: the pupil is in the room already.
    let free = |day: &Date| child.is_on_roll(*day) && book.0.insert((told.child, *day));
    let Some(day) = day.filter(free) else {
        stay.set("status", "cancelled");
        return Some(stay);
    };
    let from = if same_day { told.at.time() } else { STAY_STARTS };
    stay.set("booked_from", day.to_datetime(from));
    if day > school.today {
        stay.set("status", "booked");
    } else {
        set_course(draw, school, &mut stay, day, from);
    }
    Some(stay)
}

fn referral(draw: &mut Draw, school: &School<'_>, child: &Child, told: &mut Told) -> Record {
    told.record.set_row("participants", &child.id.to_string(), "outcome", "reflection_room");
    let mut stay = Record { id: draw.id(), kind: Kind::RoomStay, fields: Default::default() };
    stay.set("pupil", child.id);
    stay.set("referred_at", told.at);
    stay.set("reason", reason(draw, told.category));
    if draw.chance(0.92) {
        stay.set("incident", told.record.id);
    }
    if let Some(adult) = school.staff.get(told.reporter) {
        stay.set("referred_by", adult.id);
    }
    stay
}

fn reason(draw: &mut Draw, category: &str) -> &'static str {
    match category {
        "disruption" => {
            draw.weighted(&[("persistent_disruption", 0.7), ("removed_from_lesson", 0.3)])
        }
        "defiance" | "insolence" => {
            draw.weighted(&[("defiance", 0.6), ("removed_from_lesson", 0.4)])
        }
        "verbal_abuse" | "swearing" | "racist" | "homophobic" | "sexual" => "verbal_abuse",
        "fighting" | "assault_pupil" | "assault_adult" => {
            draw.weighted(&[("fighting", 0.8), ("investigation", 0.2)])
        }
        "bullying" | "online" => "bullying",
        "truancy" | "out_of_lesson" | "late_to_lesson" | "late_to_school" => "truancy",
        "uniform" => "uniform",
        "mobile_phone" => "mobile_phone",
        "damage" => "damage",
        "smoking" | "illicit_substance" => "smoking",
        "unsafe" => "unsafe",
        "missed_detention" => "missed_detention",
        _ => "other",
    }
}

/// How the stay went.
fn set_course(draw: &mut Draw, school: &School<'_>, stay: &mut Record, day: Date, from: Time) {
    if draw.chance(0.05) {
        stay.set("status", "did_not_attend");
        return;
    }
    let after = school.calendar.periods_on(day).iter().filter(|period| period.starts >= from);
    let lessons: Vec<_> = after.filter(|period| period.kind == "lesson").collect();
    let arrived = day.to_datetime(draw.time_in(from, later(from, 20)));
    let stayed_out = draw.chance(0.06);
    let end = lessons.last().map_or(from, |period| period.ends).max(arrived.time());
    stay.set("arrived_at", arrived);
    stay.set("left_at", day.to_datetime(end));
    let lead = school.some_staff(draw, "mentor");
    if let Some(lead) = lead {
        stay.set("supervisor", lead);
    }
    let mood = draw.between(2, 4);
    for period in &lessons {
        let work_set = draw.chance(0.85);
        stay.set_row("periods", &period.code, "work_set", work_set);
        stay.set_row("periods", &period.code, "work_returned", work_set && draw.chance(0.72));
        let mark = |draw: &mut Draw| (mood + draw.between(-1, 1)).clamp(1, 5);
        stay.set_row("periods", &period.code, "effort", mark(draw));
        stay.set_row("periods", &period.code, "behaviour", mark(draw));
    }
    if draw.chance(0.85) {
        stay.set("reflection", reflection(draw));
    }
    let readiness = match mood {
        _ if stayed_out => "not_ready",
        2 => draw.weighted(&[("ready_with_support", 0.7), ("not_ready", 0.3)]),
        _ => draw.weighted(&[("ready", 0.75), ("ready_with_support", 0.25)]),
    };
    stay.set("status", if stayed_out { "not_completed" } else { "completed" });
    stay.set("readiness", readiness);
    stay.set("decided_at", day.to_datetime(end));
    for (field, role) in [("recommended_by", "mentor"), ("decided_by", "pastoral_lead")] {
        if let Some(id) = school.some_staff(draw, role) {
            stay.set(field, id);
        }
    }
}

fn later(from: Time, minutes: i64) -> Time {
    from.saturating_add(jiff::Span::new().minutes(minutes))
}
