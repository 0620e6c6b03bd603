//! Suspensions: after grave incidents, and after slighter ones of pupils who never stop; now and
//! then a permanent exclusion instead.

use std::collections::BTreeMap;

use jiff::civil::Date;
use sheaf_records::{Kind, MAX_SESSIONS_A_YEAR, Record};

use crate::calendar::{plus, school_year_of};
use crate::draw::{Draw, Stream};
use crate::incident::{School, Told};

/// How often an incident of severity 1 to 5 leads to a suspension: found by trial, so that there
/// are about 22 a year for each 100 pupils, as in secondary schools in England in 2023/24.
const BY_SEVERITY: [f64; 5] = [0.001, 0.005, 0.035, 0.085, 0.16];

/// How long: sessions, so that the mean is 1.9 days.
const SESSIONS: [(i64, f64); 6] =
    [(2, 0.42), (4, 0.33), (6, 0.14), (8, 0.04), (10, 0.06), (20, 0.01)];

/// The share that is for lunchtimes alone.
const LUNCHTIME: f64 = 0.04;

/// The least severity that may lead to a permanent exclusion, and how often a suspension after such
/// an incident is one: of all suspensions about one in 80, as in England in the autumn of 2023.
const GRAVE: usize = 3;
const PERMANENT: f64 = 0.02;

/// The pupil stays on the roll for so many school days, in which the governors meet.
const UNTIL_GOVERNORS: i32 = 15;

/// The suspensions so far: until when each pupil is out, and what the year has used of the law's
/// limit.
pub(crate) struct Register {
    out: BTreeMap<usize, Date>,
    used: BTreeMap<(usize, i16), i64>,
    /// The last day on the roll of those who were excluded for good.
    excluded: BTreeMap<usize, Date>,
    lot: Draw,
}

impl Register {
    pub(crate) fn new(seed: u64) -> Self {
        let (out, used, excluded) = Default::default();
        Self { out, used, excluded, lot: Draw::new(seed, Stream::Exclusions) }
    }

    /// The last day on the roll of each pupil who was excluded for good.
    pub(crate) fn into_excluded(self) -> BTreeMap<usize, Date> {
        self.excluded
    }

    /// Whether a pupil is out of school on a day.
    pub(crate) fn is_out(&self, child: usize, day: Date) -> bool {
        self.out.get(&child).is_some_and(|until| day <= *until)
    }
}

/// Draws the suspension that an incident leads to, if it does.
pub(crate) fn draw_suspension(
    draw: &mut Draw,
    school: &School<'_>,
    told: &mut Told,
) -> Option<Record> {
    let severity = usize::try_from(told.severity - 1).ok()?;
    let child = school.children.get(told.child)?;
    let p = BY_SEVERITY.get(severity).copied().unwrap_or(0.0) * child.sent_out;
    if !draw.chance(p) {
        return None;
    }
    let start = school.calendar.add_school_days(told.at.date(), 1)?;
    let lunchtimes = draw.chance(LUNCHTIME);
    let sessions = if lunchtimes { draw.between(2, 5) } else { draw.weighted(&SESSIONS) };
    let days = if lunchtimes { sessions } else { sessions / 2 };
    let end = school.calendar.add_school_days(start, i32::try_from(days - 1).ok()?)?;
    let year = (told.child, school_year_of(start));
    let mut register = school.register.borrow_mut();
    let used = register.used.get(&year).copied().unwrap_or(0);
    let fits = used + sessions <= MAX_SESSIONS_A_YEAR && school_year_of(end) == year.1;
    if !fits || !child.is_on_roll(end) || start > school.today {
        return None;
    }
    let is_permanent = severity >= GRAVE && !lunchtimes && register.lot.chance(PERMANENT);
    if is_permanent {
        let last = school.calendar.add_school_days(start, UNTIL_GOVERNORS)?;
        register.out.insert(told.child, Date::MAX);
        register.excluded.insert(told.child, last);
    } else {
        register.used.insert(year, used + sessions);
        if !lunchtimes {
            register.out.insert(told.child, end);
        }
    }
    drop(register);
    told.record.set_row("participants", &child.id.to_string(), "outcome", "suspension");
    let mut record = record(draw, school, told, (start, end), (lunchtimes, sessions));
    if is_permanent {
        record.set("type", "PERM");
        for field in ["end", "sessions", "reintegration_at"] {
            record.fields.remove(field);
        }
    }
    Some(record)
}

fn record(
    draw: &mut Draw,
    school: &School<'_>,
    told: &Told,
    (start, end): (Date, Date),
    (lunchtimes, sessions): (bool, i64),
) -> Record {
    let id = draw.id();
    let mut record = Record { id, kind: Kind::Suspension, fields: Default::default() };
    if let Some(child) = school.children.get(told.child) {
        record.set("pupil", child.id);
    }
    record.set("type", if lunchtimes { "LNCH" } else { "SUSP" });
    record.set("start", start);
    record.set("end", end);
    record.set("sessions", sessions);
    record.set("incident", told.record.id);
    for (rank, code) in (1_i64..).zip(reasons(draw, told)) {
        record.set_row("reasons", code, "rank", rank);
    }
    if let Some(head) = school.staff.iter().find(|adult| adult.role == "head") {
        record.set("decided_by", head.id);
    }
    let told_at = told.at.checked_add(jiff::Span::new().minutes(draw.between(20, 120)));
    record.set("home_told_at", told_at.unwrap_or(told.at));
    record.set("home_told_how", draw.weighted(&[("phone", 0.9), ("in_person", 0.1)]));
    record.set("letter_sent", told.at.date());
    record.set("authority_told", plus(told.at.date(), draw.between(0, 1)));
    record.set("work_set", draw.chance(0.8));
    if let Some(back) = school.calendar.add_school_days(end, 1)
        && !lunchtimes
        && draw.chance(0.9)
    {
        record.set("reintegration_at", back.at(8, 30, 0, 0));
    }
    record
}

/// One to three reasons, the main one first.
fn reasons(draw: &mut Draw, told: &Told) -> Vec<&'static str> {
    let main = match told.category {
        "fighting" | "assault_pupil" => "PP",
        "assault_adult" => "PA",
        "verbal_abuse" | "insolence" | "swearing" => draw.weighted(&[("VA", 0.75), ("VP", 0.25)]),
        "racist" => "RA",
        "homophobic" => "LG",
        "sexual" => "SM",
        "bullying" => "BU",
        "damage" => "DM",
        "theft" => "TH",
        "illicit_substance" | "smoking" => "DA",
        "online" => "MT",
        _ => "DB",
    };
    let mut reasons = vec![main];
    for (other, p) in [("DB", 0.55), ("VA", 0.12)] {
        if draw.chance(p) && !reasons.contains(&other) {
            reasons.push(other);
        }
    }
    reasons
}
