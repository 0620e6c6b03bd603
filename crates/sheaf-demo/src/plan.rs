//! Plans: a pastoral support programme for whoever is suspended again, reviewed half-way, for
//! sixteen weeks.

use std::collections::BTreeMap;

use jiff::civil::{Date, Time};
use sheaf_records::{Kind, Record, RecordId, Value};

use crate::calendar::plus;
use crate::draw::Draw;
use crate::incident::School;

/// Weeks of a plan, as local guidance has it, and the first of its reviews.
const WEEKS: i64 = 16;
const REVIEWED_AFTER: i64 = 8;
const DAYS_A_WEEK: i64 = 7;

/// From this suspension within the window on there is a plan.
const FROM_SUSPENSION: usize = 2;

/// The share of reviews that are held in the week in which they are due.
const HELD: f64 = 0.85;

const TARGETS: [(&str, &str); 4] = [
    ("Stays in lessons, or asks for the agreed time out", "Call-outs in four weeks"),
    ("Follows the first instruction", "Incidents in four weeks"),
    ("Is in lessons on time", "Late marks in four weeks"),
    ("Comes to every detention", "Missed detentions in four weeks"),
];

const STRATEGIES: [&str; 4] = [
    "A named adult meets the pupil at the gate",
    "Time-out card, five minutes, with the head of year",
    "Seat near the door, away from company",
    "Home hears of one good thing each Friday",
];

/// Draws the plans that follow from suspensions, in their order.
pub(crate) fn draw_plans(
    draw: &mut Draw,
    school: &School<'_>,
    suspensions: &[Record],
) -> Vec<Record> {
    let mut counts = BTreeMap::<RecordId, usize>::new();
    let mut running = BTreeMap::<RecordId, (Date, RecordId)>::new();
    let mut plans = Vec::new();
    for one in suspensions.iter().filter(|one| one.text("type") == Some("SUSP")) {
        let end = one.one("end").and_then(Value::as_date);
        let Some((pupil, end)) = one.one("pupil").and_then(Value::as_record).zip(end) else {
            continue;
        };
        let count = counts.entry(pupil).or_default();
        *count += 1;
        let before = running.get(&pupil).copied();
        let Some(start) = school.calendar.add_school_days(end, 3) else { continue };
        let goes_on = before.is_some_and(|(until, _)| start <= until);
        let child = school.children.iter().find(|child| child.id == pupil);
        let here = child.is_some_and(|child| child.is_on_roll(start));
        if *count < FROM_SUSPENSION || goes_on || !here || start > school.today {
            continue;
        }
        let mut plan = plan(draw, school, pupil, start);
        if let Some((_, before)) = before {
            plan.set("takes_place_of", before);
        }
        let left = child.and_then(|child| child.to);
        let until = plus(start, WEEKS * DAYS_A_WEEK);
        set_course(draw, school, &mut plan, start, left.map_or(until, |left| left.min(until)));
        running.insert(pupil, (until, plan.id));
        plans.push(plan);
    }
    plans
}

fn plan(draw: &mut Draw, school: &School<'_>, pupil: RecordId, start: Date) -> Record {
    let mut plan = Record { id: draw.id(), kind: Kind::Plan, fields: Default::default() };
    plan.set("pupil", pupil);
    plan.set("type", "pastoral_support");
    plan.set("start", start);
    plan.set("trigger", "A further suspension; the plan sets out what everybody does differently.");
    if let Some(lead) = school.some_staff(draw, "pastoral_lead") {
        plan.set("lead", lead);
    }
    let morning = start.to_datetime(Time::midnight());
    let first = draw.place(TARGETS.len());
    for (what, measured_by) in TARGETS.iter().cycle().skip(first).take(2) {
        let key = draw.ulid(morning);
        let baseline = draw.between(3, 12);
        plan.set_row("targets", &key, "what", *what);
        plan.set_row("targets", &key, "measured_by", *measured_by);
        plan.set_row("targets", &key, "baseline", baseline);
        plan.set_row("targets", &key, "target", baseline / 3);
        plan.set_row("targets", &key, "due", plus(start, WEEKS * DAYS_A_WEEK));
    }
    let first = draw.place(STRATEGIES.len());
    for what in STRATEGIES.iter().cycle().skip(first).take(2) {
        plan.set_row("strategies", &draw.ulid(morning), "what", *what);
    }
    plan.set_row("views", "school", "agreed", start);
    for (party, share) in [("pupil", 0.85), ("home", 0.75)] {
        if draw.chance(share) {
            plan.set_row("views", party, "agreed", start);
        }
    }
    plan
}

/// Its reviews, and what it came to.
fn set_course(draw: &mut Draw, school: &School<'_>, plan: &mut Record, start: Date, until: Date) {
    let half_way = plus(start, REVIEWED_AFTER * DAYS_A_WEEK);
    let held = half_way < until && half_way <= school.today && draw.chance(HELD);
    if held {
        let day = half_way.to_string();
        let decision = draw.weighted(&[("continue", 0.5), ("change", 0.35), ("step_up", 0.15)]);
        plan.set_row("reviews", &day, "decision", decision);
    }
    if until >= school.today {
        plan.set("next_review", if held { until } else { half_way.min(until) });
        return;
    }
    plan.set("end", until);
    let whole = until == plus(start, WEEKS * DAYS_A_WEEK);
    if !whole {
        plan.set("outcome", "left");
        return;
    }
    plan.set_row("reviews", &until.to_string(), "decision", "end");
    let keys: Vec<String> = plan.rows("targets").map(|(key, _)| key.to_owned()).collect();
    let mut met = 0;
    for key in &keys {
        let how = draw.weighted(&[("met", 0.45), ("partly_met", 0.35), ("not_met", 0.2)]);
        met += usize::from(how == "met");
        plan.set_row("targets", key, "met", how);
    }
    let outcome = match met {
        0 => "not_met",
        met if met == keys.len() => "met",
        _ => "partly_met",
    };
    plan.set("outcome", outcome);
}
