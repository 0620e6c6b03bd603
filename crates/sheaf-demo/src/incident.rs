//! Incidents: a spark told in full, with place, time, pupils, action and follow-up.

use std::cell::RefCell;

use jiff::civil::{Date, DateTime};
use sheaf_records::{Kind, Period, Record, RecordId, SchoolCalendar};

use crate::behaviour::Spark;
use crate::calendar::plus;
use crate::cohort::Child;
use crate::draw::Draw;
use crate::narrative::{Scene, follow_up, incident_note};
use crate::options::{Detail, Options};
use crate::staff::Adult;
use crate::support::Support;
use crate::suspension::Register;

/// Where things happen. No published distribution for schools in England was found: these shares
/// are an assumption.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug)]
enum Setting {
    #[default]
    Classroom,
    Corridor,
    Outside,
    Canteen,
}

const SETTINGS: [(Setting, f64); 4] = [
    (Setting::Classroom, 0.55),
    (Setting::Corridor, 0.20),
    (Setting::Outside, 0.15),
    (Setting::Canteen, 0.10),
];

/// The share of each lesson period among incidents in lesson time: an assumption likewise.
pub(crate) const LESSONS: [(&str, f64); 6] =
    [("P1", 0.12), ("P2", 0.15), ("P3", 0.18), ("P4", 0.20), ("P5", 0.17), ("P6", 0.18)];

/// What an incident's later parts and the reflection room need to know of it.
pub(crate) struct Told {
    pub(crate) record: Record,
    pub(crate) child: usize,
    pub(crate) at: DateTime,
    pub(crate) category: &'static str,
    pub(crate) severity: i64,
    /// The place of the reporter among the staff.
    pub(crate) reporter: usize,
}

/// All that incidents are drawn from.
pub(crate) struct School<'a> {
    pub(crate) children: &'a [Child],
    /// The places of the pupils of each year group, by its cohort.
    pub(crate) groups: std::collections::BTreeMap<i16, Vec<usize>>,
    pub(crate) staff: &'a [Adult],
    /// The place of each member of staff, with how readily they report.
    pub(crate) reporters: Vec<(usize, f64)>,
    pub(crate) calendar: &'a SchoolCalendar,
    pub(crate) support: &'a Support,
    /// Who is suspended until when, as the days go by.
    pub(crate) register: RefCell<Register>,
    pub(crate) today: Date,
    pub(crate) detail: Detail,
}

impl<'a> School<'a> {
    pub(crate) fn new(
        children: &'a [Child],
        staff: &'a [Adult],
        calendar: &'a SchoolCalendar,
        support: &'a Support,
        options: &Options,
    ) -> Self {
        let mut groups = std::collections::BTreeMap::<i16, Vec<usize>>::new();
        for (place, child) in children.iter().enumerate() {
            groups.entry(child.cohort).or_default().push(place);
        }
        let reporters = staff.iter().map(|adult| adult.reports).enumerate().collect();
        let register = RefCell::new(Register::new(options.seed));
        let (today, detail) = (options.today, options.detail);
        Self { children, groups, staff, reporters, calendar, support, register, today, detail }
    }

    /// A member of staff of a role; none where the school has none.
    pub(crate) fn some_staff(&self, draw: &mut Draw, role: &str) -> Option<RecordId> {
        let ids = self.staff.iter().filter(|adult| adult.role == role).map(|adult| adult.id);
        let ids: Vec<RecordId> = ids.collect();
        ids.get(draw.place(ids.len())).copied()
    }

    /// Another pupil of the same year group who is here on that day; `prone` takes the one of a
    /// few who comes into most incidents, as trouble seeks company.
    fn another(
        &self,
        draw: &mut Draw,
        child: &Child,
        day: Date,
        company: Company,
    ) -> Option<usize> {
        let group = self.groups.get(&child.cohort)?;
        let tries = match company {
            Company::Anyone => 1,
            Company::Prone => 3,
        };
        (0..tries * 2)
            .filter_map(|_| {
                let place = draw.pick(group);
                Some((place, self.children.get(place)?))
            })
            .filter(|(place, other)| {
                other.is_on_roll(day)
                    && other.id != child.id
                    && !self.register.borrow().is_out(*place, day)
            })
            .take(tries)
            .max_by(|(_, a), (_, b)| a.propensity.total_cmp(&b.propensity))
            .map(|(place, _)| place)
            // Whoever was helped keeps out of what others start as well.
            .filter(|place| draw.chance(self.support.effect(*place, day)))
    }
}

#[derive(Clone, Copy)]
enum Company {
    Anyone,
    Prone,
}

/// Tells a spark in full.
pub(crate) fn tell(draw: &mut Draw, school: &School<'_>, spark: Spark) -> Option<Told> {
    let child = school.children.get(spark.child)?;
    let setting = draw.weighted(&SETTINGS);
    let period = draw_period(draw, school.calendar, spark.day, setting)?;
    let at = spark.day.to_datetime(draw.time_in(period.starts, period.ends));
    let category = draw.weighted(categories(setting));
    let location = draw_location(draw, setting, category);
    let severity = draw_severity(draw, category);
    let action = draw_action(draw, setting, category, severity);
    let reporter = draw.weighted(&school.reporters);
    let mut record = Record { id: draw.id(), kind: Kind::Incident, fields: Default::default() };
    record.set("occurred_at", at);
    record.set("period", period.code.as_str());
    record.set("location", location);
    record.set("category", category);
    record.set("severity", severity);
    record.set("action_taken", action);
    if let Some(adult) = school.staff.get(reporter) {
        record.set("reporter", adult.id);
    }
    let other = add_pupils(draw, school, &mut record, child, spark.day, category, severity);
    if school.detail == Detail::Full {
        let other = other.and_then(|place| school.children.get(place)).map(|other| other.called);
        let scene = Scene { pupil: child.called, other, place: place_words(location) };
        record.set("narrative", incident_note(draw, category, action, &scene));
    }
    let told = Told { record, child: spark.child, at, category, severity, reporter };
    Some(told)
}

fn draw_period<'a>(
    draw: &mut Draw,
    calendar: &'a SchoolCalendar,
    day: Date,
    setting: Setting,
) -> Option<&'a Period> {
    let code = match setting {
        Setting::Classroom => draw.weighted(&LESSONS),
        Setting::Corridor if draw.chance(0.7) => draw.weighted(&LESSONS),
        Setting::Corridor => draw.weighted(&[("BREAK", 0.35), ("LUNCH", 0.45), ("REG", 0.2)]),
        Setting::Outside => draw.weighted(&[("BREAK", 0.3), ("LUNCH", 0.5), ("AFTER", 0.2)]),
        Setting::Canteen => draw.weighted(&[("BREAK", 0.2), ("LUNCH", 0.8)]),
    };
    calendar.periods_on(day).iter().find(|period| period.code == code)
}

type Weights = [(&'static str, f64)];

fn categories(setting: Setting) -> &'static Weights {
    match setting {
        Setting::Classroom => &[
            ("disruption", 36.0),
            ("defiance", 17.0),
            ("insolence", 9.0),
            ("no_homework", 7.0),
            ("no_equipment", 6.0),
            ("mobile_phone", 6.0),
            ("late_to_lesson", 5.0),
            ("swearing", 4.5),
            ("verbal_abuse", 3.0),
            ("uniform", 2.0),
            ("damage", 1.2),
            ("unsafe", 1.2),
            ("missed_detention", 1.0),
            ("racist", 0.4),
            ("homophobic", 0.4),
            ("assault_pupil", 0.5),
            ("assault_adult", 0.15),
            ("sexual", 0.15),
            ("online", 0.3),
        ],
        Setting::Corridor => &[
            ("late_to_lesson", 22.0),
            ("out_of_lesson", 20.0),
            ("defiance", 12.0),
            ("uniform", 10.0),
            ("mobile_phone", 9.0),
            ("swearing", 8.0),
            ("unsafe", 7.0),
            ("truancy", 6.0),
            ("verbal_abuse", 2.5),
            ("fighting", 2.0),
            ("damage", 1.0),
            ("smoking", 2.0),
        ],
        Setting::Outside => &[
            ("fighting", 14.0),
            ("assault_pupil", 9.0),
            ("swearing", 14.0),
            ("bullying", 6.0),
            ("smoking", 9.0),
            ("unsafe", 15.0),
            ("verbal_abuse", 10.0),
            ("late_to_school", 8.0),
            ("racist", 1.5),
            ("defiance", 11.0),
            ("illicit_substance", 0.4),
            ("damage", 2.0),
        ],
        Setting::Canteen => &[
            ("defiance", 26.0),
            ("unsafe", 14.0),
            ("swearing", 15.0),
            ("disruption", 16.0),
            ("fighting", 4.0),
            ("theft", 3.0),
            ("mobile_phone", 12.0),
            ("bullying", 4.0),
            ("verbal_abuse", 6.0),
        ],
    }
}

fn draw_location(draw: &mut Draw, setting: Setting, category: &str) -> &'static str {
    match (setting, category) {
        (_, "online") => "online",
        (Setting::Corridor, "smoking" | "truancy") => "toilets",
        (_, "late_to_school") => "gate",
        (Setting::Classroom, _) => draw.weighted(&[
            ("classroom", 0.86),
            ("gym", 0.07),
            ("hall", 0.03),
            ("library", 0.02),
            ("changing_room", 0.02),
        ]),
        (Setting::Corridor, _) => {
            draw.weighted(&[("corridor", 0.75), ("stairs", 0.15), ("toilets", 0.10)])
        }
        (Setting::Outside, _) => {
            draw.weighted(&[("playground", 0.65), ("field", 0.17), ("gate", 0.11), ("bus", 0.07)])
        }
        (Setting::Canteen, _) => "canteen",
    }
}

fn place_words(location: &str) -> &'static str {
    match location {
        "gym" => "in the sports hall",
        "hall" => "in the hall",
        "library" => "in the library",
        "changing_room" => "in the changing room",
        "corridor" => "in the corridor",
        "stairs" => "on the stairs",
        "toilets" => "by the toilets",
        "playground" => "in the playground",
        "field" => "on the field",
        "gate" => "at the gate",
        "bus" => "at the bus stop",
        "canteen" => "in the canteen",
        "online" => "online",
        _ => "in class",
    }
}

/// The usual severity of a category; one in five is a step graver or slighter.
fn draw_severity(draw: &mut Draw, category: &str) -> i64 {
    let usual = match category {
        "no_homework" | "no_equipment" | "uniform" | "late_to_lesson" | "late_to_school" => 1,
        "assault_adult" | "sexual" | "illicit_substance" => 5,
        "fighting" | "assault_pupil" | "racist" | "homophobic" => 4,
        "verbal_abuse" | "bullying" | "damage" | "theft" | "smoking" | "truancy" | "online" => 3,
        "defiance" | "unsafe" | "missed_detention" | "out_of_lesson" | "insolence" => 2,
        _ => draw.weighted(&[(1, 0.6), (2, 0.4)]),
    };
    let step = draw.weighted(&[(0, 0.8), (1, 0.1), (-1, 0.1)]);
    (usual + step).clamp(1, 5)
}

fn draw_action(draw: &mut Draw, setting: Setting, category: &str, severity: i64) -> &'static str {
    let weights: &Weights = match (category, severity) {
        ("fighting" | "assault_pupil", _) => {
            &[("separated", 0.6), ("first_aid", 0.2), ("on_call", 0.2)]
        }
        ("mobile_phone" | "smoking", _) => &[("confiscated", 0.8), ("warning", 0.2)],
        (_, 1) => &[("reminder", 0.6), ("warning", 0.3), ("none", 0.1)],
        (_, 2) if setting == Setting::Classroom => &[
            ("warning", 0.4),
            ("moved_seat", 0.25),
            ("sent_outside", 0.15),
            ("parked", 0.1),
            ("calm_space", 0.1),
        ],
        (_, 2) => &[("warning", 0.6), ("reminder", 0.25), ("calm_space", 0.15)],
        _ if setting == Setting::Classroom => &[
            ("on_call", 0.35),
            ("removed", 0.3),
            ("parked", 0.15),
            ("calm_space", 0.1),
            ("none", 0.1),
        ],
        _ => &[("on_call", 0.4), ("warning", 0.3), ("calm_space", 0.15), ("none", 0.15)],
    };
    draw.weighted(weights)
}

/// Adds the pupils with their roles and what followed; gives the first of the others.
fn add_pupils(
    draw: &mut Draw,
    school: &School<'_>,
    record: &mut Record,
    child: &Child,
    day: Date,
    category: &str,
    severity: i64,
) -> Option<usize> {
    let between = matches!(
        category,
        "fighting"
            | "assault_pupil"
            | "bullying"
            | "verbal_abuse"
            | "racist"
            | "homophobic"
            | "sexual"
            | "theft"
            | "online"
    );
    let role = if between { "aggressor" } else { "participant" };
    add_pupil(draw, record, child, role, severity);
    let others = if between {
        draw_opponents(draw, school, child, day, category)
    } else {
        draw_company(draw, school, child, day)
    };
    for (place, role) in &others {
        let other = school.children.get(*place)?;
        let known = record.rows("participants").any(|(key, _)| key == other.id.to_string());
        if !known {
            add_pupil(draw, record, other, role, severity);
        }
    }
    others.first().map(|(place, _)| *place)
}

/// The pupil against whom something was done, or who fought back, and now and then a witness.
fn draw_opponents(
    draw: &mut Draw,
    school: &School<'_>,
    child: &Child,
    day: Date,
    category: &str,
) -> Vec<(usize, &'static str)> {
    let (role, company) = match category {
        "fighting" => ("participant", Company::Prone),
        _ => ("target", Company::Anyone),
    };
    let opponent = school.another(draw, child, day, company).map(|place| (place, role));
    let seen = if draw.chance(0.3) {
        school.another(draw, child, day, Company::Anyone).map(|place| (place, "witness"))
    } else {
        None
    };
    opponent.into_iter().chain(seen).collect()
}

/// Those who joined in.
fn draw_company(
    draw: &mut Draw,
    school: &School<'_>,
    child: &Child,
    day: Date,
) -> Vec<(usize, &'static str)> {
    if !draw.chance(0.16) {
        return Vec::new();
    }
    let count = draw.weighted(&[(1, 0.75), (2, 0.2), (3, 0.05)]);
    (0..count)
        .filter_map(|_| school.another(draw, child, day, Company::Prone))
        .map(|place| (place, "participant"))
        .collect()
}

fn add_pupil(draw: &mut Draw, record: &mut Record, child: &Child, role: &str, severity: i64) {
    let key = child.id.to_string();
    record.set_row("participants", &key, "role", role);
    let outcome = match (role, severity) {
        ("witness", _) => return,
        ("target", _) => draw.weighted(&[("supported", 0.7), ("restorative", 0.3)]),
        (_, 1) => draw.weighted(&[("none", 0.5), ("talked_to", 0.4), ("break_detention", 0.1)]),
        (_, 2) => draw.weighted(&[
            ("talked_to", 0.4),
            ("break_detention", 0.25),
            ("lunch_detention", 0.25),
            ("cooling_off", 0.1),
        ]),
        _ => draw.weighted(&[
            ("after_school_detention", 0.4),
            ("head_of_year", 0.25),
            ("restorative", 0.15),
            ("letter_home", 0.1),
            ("parents_in", 0.1),
        ]),
    };
    record.set_row("participants", &key, "outcome", outcome);
}

/// Adds what came later, once it is known whether the pupil was sent to the reflection room.
pub(crate) fn follow(draw: &mut Draw, school: &School<'_>, told: &mut Told) {
    let old = told.at.date() < plus(school.today, -10);
    let done = if old { 0.93 } else { 0.4 };
    add_follow_up(draw, school, told);
    tell_home(draw, told, done);
    let status = if draw.chance(done) {
        "resolved"
    } else {
        draw.weighted(&[("unresolved", 0.6), ("review_1_week", 0.3), ("further_intervention", 0.1)])
    };
    told.record.set("status", status);
}

/// How many of what was due so many days ago are done: a team closes most in time, and nothing
/// stays open for good.
fn closed(overdue_days: i32) -> f64 {
    match overdue_days {
        ..=7 => 0.9,
        8..=28 => 0.985,
        _ => 1.0,
    }
}

fn add_follow_up(draw: &mut Draw, school: &School<'_>, told: &mut Told) {
    let wanted = 0.06 * told.severity as f64 * told.severity as f64;
    if !draw.chance(wanted.min(0.8)) {
        return;
    }
    let within = i32::try_from(draw.between(1, 8)).unwrap_or(1);
    let Some(due) = school.calendar.add_school_days(told.at.date(), within) else { return };
    let key = draw.ulid(told.at);
    told.record.set_row("follow_ups", &key, "what", follow_up(draw));
    told.record.set_row("follow_ups", &key, "due", due);
    let overdue = (school.today - due).get_days();
    let is_done = due < school.today && draw.chance(closed(overdue));
    told.record.set_row("follow_ups", &key, "done", is_done);
    let leads: Vec<usize> = school
        .staff
        .iter()
        .enumerate()
        .filter(|(_, adult)| matches!(adult.role, "pastoral_lead" | "mentor"))
        .map(|(place, _)| place)
        .collect();
    let owner = if draw.chance(0.5) { told.reporter } else { draw.pick(&leads) };
    if let Some(owner) = school.staff.get(owner) {
        told.record.set_row("follow_ups", &key, "owner", owner.id);
    }
}

fn tell_home(draw: &mut Draw, told: &mut Told, done: f64) {
    let home = match told.severity {
        1 => draw.weighted(&[("not_needed", 0.9), ("told", 0.1)]),
        2 => draw.weighted(&[("not_needed", 0.5), ("told", 0.4), ("not_yet", 0.1)]),
        _ if draw.chance(done) => "told",
        _ => "not_yet",
    };
    told.record.set("home_told", home);
    if home == "told" {
        let how = draw.weighted(&[("phone", 0.5), ("app", 0.3), ("email", 0.15), ("text", 0.05)]);
        let later = jiff::Span::new().minutes(draw.between(10, 150));
        told.record.set("home_told_how", how);
        told.record.set("home_told_at", told.at.checked_add(later).unwrap_or(told.at));
    }
}
