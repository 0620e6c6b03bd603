//! Caseloads: which mentor looks after whom.

use jiff::civil::Date;
use sheaf_records::{Kind, Record, SchoolCalendar};

use crate::calendar::plus;
use crate::cohort::Child;
use crate::draw::Draw;
use crate::staff::Adult;

/// The share of the roll that has a mentor.
const SHARE: f64 = 0.06;

/// How many pupils the head looks after.
const OF_THE_HEAD: usize = 6;

const NOTES: [&str; 8] = [
    "Works best with a check-in before period 1.",
    "Responds well to a calm space and a few minutes' take-up time.",
    "Home prefers a phone call after four.",
    "Football at lunch is going well; use it as the way in.",
    "Finds changes of room hard: give notice of cover lessons.",
    "Target this half-term: on time to every lesson.",
    "Wants to be talked to in private, never across the room.",
    "Meets on Wednesdays in period 3, reading corner of the library.",
];

/// Draws a caseload for each mentor from the pupils who come into most incidents, and a small one
/// for the head from those who come next.
pub(crate) fn draw_caseloads(
    draw: &mut Draw,
    staff: &[Adult],
    children: &[Child],
    calendar: &SchoolCalendar,
    today: Date,
) -> Vec<Record> {
    let mut here: Vec<&Child> = children.iter().filter(|child| child.is_on_roll(today)).collect();
    here.sort_by(|a, b| b.propensity.total_cmp(&a.propensity));
    let mentors: Vec<&Adult> = staff.iter().filter(|adult| adult.role == "mentor").collect();
    let wanted = (here.len() as f64 * SHARE).ceil() as usize;
    let mut caseloads: Vec<Record> =
        mentors.iter().map(|mentor| caseload_of(draw, mentor)).collect();
    let count = caseloads.len().max(1);
    for (place, child) in here.iter().take(wanted).enumerate() {
        if let Some(caseload) = caseloads.get_mut(place % count) {
            add_pupil(caseload, draw, child, place < wanted / 4, calendar, today);
        }
    }
    if let Some(head) = staff.iter().find(|adult| adult.role == "head") {
        let mut caseload = caseload_of(draw, head);
        for child in here.iter().skip(wanted).take(OF_THE_HEAD) {
            add_pupil(&mut caseload, draw, child, false, calendar, today);
        }
        caseloads.push(caseload);
    }
    caseloads
}

fn caseload_of(draw: &mut Draw, adult: &Adult) -> Record {
    let mut record = Record { id: draw.id(), kind: Kind::Caseload, fields: Default::default() };
    record.set("key_worker", adult.id);
    record.set("title", format!("Caseload of {}", adult.called));
    record
}

fn add_pupil(
    caseload: &mut Record,
    draw: &mut Draw,
    child: &Child,
    intensive: bool,
    calendar: &SchoolCalendar,
    today: Date,
) {
    let key = child.id.to_string();
    let back = i32::try_from(draw.between(10, 150)).unwrap_or(10);
    let opened = calendar.add_school_days(today, -back).unwrap_or(today).max(child.from);
    let tier = if intensive { "intensive" } else { "targeted" };
    caseload.set_row("pupils", &key, "opened", opened);
    caseload.set_row("pupils", &key, "tier", tier);
    caseload.set_row("pupils", &key, "note", draw.pick(&NOTES));
    if draw.chance(0.12) && opened < today {
        let closed = calendar.add_school_days(today, -3).unwrap_or(today).max(opened);
        caseload.set_row("pupils", &key, "closed", closed);
    } else {
        caseload.set_row("pupils", &key, "next_review", plus(today, draw.between(-8, 30)));
    }
}
