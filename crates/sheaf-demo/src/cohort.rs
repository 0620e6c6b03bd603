//! The pupils: year groups that move up each September, joiners and leavers, need and disadvantage.

use std::collections::BTreeMap;

use jiff::civil::{Date, Time};
use sheaf_records::{Field, Kind, Record, RecordId, SchoolCalendar, Value, check_letter};

use crate::calendar::{first_day, last_day, plus, school_year_of};
use crate::draw::Draw;
use crate::names::{Sex, draw_name};

/// The first and the last year group of the school.
const FIRST_YEAR_GROUP: i16 = 7;
const LAST_YEAR_GROUP: i16 = 11;

/// The share of pupils who join, and of those who leave, in the middle of a school year.
const MOBILITY: f64 = 0.06;

/// The number of a local authority that was never given out, so that no UPN here can be a child's.
const NO_AUTHORITY: u32 = 999;

/// The letters of forms.
const FORMS: [&str; 6] = ["B", "R", "A", "M", "V", "L"];

/// How many pupils a form has.
const FORM_SIZE: usize = 28;

/// How unequal pupils are before anything is known of them: the shape of a gamma distribution.
/// With the groups' multipliers and the wobble of half-terms the counts of a year are close to a
/// negative binomial of shape 0.5.
const FRAILTY_SHAPE: f64 = 0.64;

/// A pupil with what drives their behaviour here.
pub(crate) struct Child {
    pub(crate) id: RecordId,
    /// What notes call them.
    pub(crate) called: &'static str,
    /// The year in which their year group came into Year 7.
    pub(crate) cohort: i16,
    pub(crate) from: Date,
    pub(crate) to: Option<Date>,
    /// How often they come into incidents, relative to others of their year group.
    pub(crate) propensity: f64,
    /// How readily an incident of theirs leads to the reflection room.
    pub(crate) sent_out: f64,
    pub(crate) record: Record,
}

impl Child {
    pub(crate) fn is_on_roll(&self, day: Date) -> bool {
        self.from <= day && self.to.is_none_or(|to| day <= to)
    }

    /// Leaves the roll on a day, and with it everything that would have been true later.
    pub(crate) fn leave(&mut self, last: Date) {
        self.to = Some(self.to.map_or(last, |to| to.min(last)));
        let Some(Field::Many(rows)) = self.record.fields.get_mut("spells") else { return };
        let day = |row: &BTreeMap<String, Value>, name: &str| row.get(name)?.as_date();
        rows.retain(|_, row| day(row, "from").is_none_or(|from| from <= last));
        for row in rows.values_mut() {
            if day(row, "to").is_none_or(|to| to > last) {
                row.insert("to".to_owned(), last.into());
            }
        }
    }

    /// The year group in a school year.
    pub(crate) fn year_group(&self, school_year: i16) -> i16 {
        FIRST_YEAR_GROUP + school_year - self.cohort
    }
}

/// The year groups that are in the school in these years, each by the year it came into Year 7.
fn cohorts(first_year: i16, last_year: i16) -> std::ops::RangeInclusive<i16> {
    first_year - (LAST_YEAR_GROUP - FIRST_YEAR_GROUP)..=last_year
}

/// How large the year groups that have left by now were, beside those who are here: the school has
/// grown, so that counts rise where rates do not.
const FORMER_SIZE: f64 = 0.5;

/// Draws the pupils of all year groups of these years, `count` in all.
pub(crate) fn draw_pupils(
    draw: &mut Draw,
    count: u32,
    window: (Date, Date),
    calendar: &SchoolCalendar,
) -> Vec<Child> {
    let this_year = school_year_of(window.1);
    let size = |cohort| if last_year_of(cohort) < this_year { FORMER_SIZE } else { 1.0 };
    let cohorts: Vec<(i16, f64)> =
        cohorts(school_year_of(window.0), this_year).map(|cohort| (cohort, size(cohort))).collect();
    let forms = usize::try_from(count).unwrap_or(0).div_ceil(cohorts.len() * FORM_SIZE);
    let mut children = Vec::new();
    for serial in 0..count {
        let cohort = draw.weighted(&cohorts);
        let stay = draw_stay(draw, cohort, window, calendar);
        let form = draw.place(forms.min(FORMS.len()));
        children.push(draw_child(draw, serial, cohort, form, stay));
    }
    children
}

/// The school year in which a year group leaves.
fn last_year_of(cohort: i16) -> i16 {
    cohort + LAST_YEAR_GROUP - FIRST_YEAR_GROUP
}

/// First and last day on roll.
fn draw_stay(
    draw: &mut Draw,
    cohort: i16,
    window: (Date, Date),
    calendar: &SchoolCalendar,
) -> (Date, Option<Date>) {
    let end = last_day(last_year_of(cohort));
    // The last day of the summer term, where the calendar reaches so far.
    let left = calendar.days().iter().rev().find(|day| **day <= end).copied().unwrap_or(end);
    let mut from = first_day(cohort);
    let mut to = (end < window.1).then_some(left);
    let here: Vec<Date> = calendar
        .days()
        .iter()
        .copied()
        .filter(|day| (from.max(window.0)..=to.unwrap_or(window.1)).contains(day))
        .collect();
    if draw.chance(MOBILITY) {
        from = draw.day(&here).unwrap_or(from);
    }
    if draw.chance(MOBILITY) {
        let left = draw.day(&here).filter(|day| *day > from && *day < window.1);
        to = left.or(to);
    }
    (from, to)
}

/// What is known of a pupil that changes how often things happen.
struct Circumstances {
    sen: &'static str,
    /// The day on which SEN support began, where it did so here.
    sen_from: Option<Date>,
    meals: bool,
    premium: Option<&'static str>,
}

fn draw_circumstances(draw: &mut Draw, from: Date) -> Circumstances {
    let meals = draw.chance(0.25);
    let need = if meals { 1.6 } else { 0.85 };
    let sen = draw.weighted(&[("N", 0.81), ("K", 0.14 * need), ("E", 0.05 * need)]);
    let began_here = sen == "K" && draw.chance(0.3);
    let premium = match draw.unit() {
        share if share < 0.008 => Some("LAP"),
        share if share < 0.013 => Some("SCP"),
        share if meals || share < 0.07 => Some("DPP"),
        _ => None,
    };
    let sen_from = began_here.then(|| plus(from, draw.between(60, 500)));
    Circumstances { sen, sen_from, meals, premium }
}

fn draw_child(
    draw: &mut Draw,
    serial: u32,
    cohort: i16,
    form: usize,
    (from, to): (Date, Option<Date>),
) -> Child {
    let sex = Sex::draw(draw);
    let name = draw_name(draw, sex);
    let known = draw_circumstances(draw, from);
    let mut record = Record { id: draw.id(), kind: Kind::Pupil, fields: Default::default() };
    record.set("forename", name.forename);
    record.set("surname", name.surname);
    let called = short_form(name.forename).filter(|_| draw.chance(0.5));
    if let Some(short) = called {
        record.set("preferred_name", short);
    }
    record.set("date_of_birth", plus(first_day(cohort - 11), draw.between(0, 364)));
    record.set("sex", sex.code());
    record.set("ethnicity", name.ethnicity);
    if let Some(upn) = upn(draw, serial, cohort) {
        record.set("upn", upn);
    }
    let spells = spells(cohort, form, (from, to), &known);
    for (what, value, from, to) in spells {
        add_spell(&mut record, draw, what, &value, from, to);
    }
    Child {
        id: record.id,
        called: called.unwrap_or(name.forename),
        cohort,
        from,
        to,
        propensity: draw.gamma(FRAILTY_SHAPE) * multiplier(sex, &known),
        sent_out: draw.gamma(1.25),
        record,
    }
}

/// How much more often than others, by group, scaled so that the school's mean is about 1.
fn multiplier(sex: Sex, known: &Circumstances) -> f64 {
    const MEAN: f64 = 2.15;
    let meals = if known.meals { 2.2 } else { 1.0 };
    let sen = if known.sen == "N" { 1.0 } else { 2.0 };
    let sex = if sex == Sex::Male { 1.5 } else { 1.0 };
    meals * sen * sex / MEAN
}

type SpellRow = (&'static str, String, Date, Option<Date>);

fn spells(
    cohort: i16,
    form: usize,
    (from, to): (Date, Option<Date>),
    known: &Circumstances,
) -> Vec<SpellRow> {
    let mut rows: Vec<SpellRow> = vec![("roll", "C".to_owned(), from, to)];
    for year in 0..=LAST_YEAR_GROUP - FIRST_YEAR_GROUP {
        let begins = first_day(cohort + year).max(from);
        let ends = to.unwrap_or(Date::MAX).min(last_day(cohort + year));
        if begins > ends {
            continue;
        }
        let group = FIRST_YEAR_GROUP + year;
        let letter = FORMS.get(form).copied().unwrap_or("B");
        rows.push(("year_group", group.to_string(), begins, Some(ends)));
        rows.push(("reg_group", format!("{group}{letter}"), begins, Some(ends)));
    }
    match known.sen_from.filter(|day| to.is_none_or(|to| *day <= to)) {
        Some(day) => {
            rows.push(("sen_status", "N".to_owned(), from, Some(plus(day, -1))));
            rows.push(("sen_status", known.sen.to_owned(), day, to));
        }
        None => rows.push(("sen_status", known.sen.to_owned(), from, to)),
    }
    if let Some(premium) = known.premium {
        rows.push(("pupil_premium", premium.to_owned(), from, to));
    }
    if known.meals {
        rows.push(("free_meals", "TFSM".to_owned(), from, to));
    }
    rows
}

fn add_spell(
    record: &mut Record,
    draw: &mut Draw,
    what: &str,
    value: &str,
    from: Date,
    to: Option<Date>,
) {
    let key = draw.ulid(from.to_datetime(Time::midnight()));
    record.set_row("spells", &key, "what", what);
    record.set_row("spells", &key, "value", value);
    record.set_row("spells", &key, "from", from);
    if let Some(to) = to {
        record.set_row("spells", &key, "to", to);
    }
}

/// A UPN of an authority that does not exist, now and then a temporary one.
fn upn(draw: &mut Draw, serial: u32, cohort: i16) -> Option<String> {
    let school = 4_000 + serial / 1_000;
    let entered = (cohort - 7).rem_euclid(100);
    let number = serial % 1_000;
    let mut rest = format!("{NO_AUTHORITY}{school:04}{entered:02}{number:03}");
    if draw.chance(0.01) {
        // The last digit gives way to the letter of its place, so that numbers stay unique.
        let digit = rest.pop().and_then(|digit| digit.to_digit(10)).unwrap_or(0);
        rest.extend("ABCDEFGHJK".chars().nth(usize::try_from(digit).unwrap_or(0)));
    }
    let letter = check_letter(&rest).ok()?;
    Some(format!("{letter}{rest}"))
}

/// What friends call someone of that name.
fn short_form(forename: &str) -> Option<&'static str> {
    Some(match forename {
        "Thomas" => "Tom",
        "Joshua" => "Josh",
        "Charlotte" => "Lottie",
        "Jessica" => "Jess",
        "Bethany" => "Beth",
        "Harriet" => "Hattie",
        "Oluwaseun" => "Seun",
        "Babatunde" => "Tunde",
        "Temitope" => "Temi",
        "Aleksandra" => "Ola",
        "Zuzanna" => "Zuzia",
        "Muhammad" => "Mo",
        "Samuel" => "Sam",
        "Gurpreet" => "Preet",
        "Bartosz" => "Bartek",
        "Kateryna" => "Katya",
        _ => return None,
    })
}
