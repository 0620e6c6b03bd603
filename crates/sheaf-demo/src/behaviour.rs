//! On which day how many incidents start with which pupil.
//!
//! Every pupil has a propensity of their own; on it work the year group, the half-term, the week
//! in it, the day of the week, how staff record at the time, and what happened in the days before.

use jiff::civil::Date;
use sheaf_records::SchoolCalendar;

use crate::calendar::school_year_of;
use crate::cohort::Child;
use crate::draw::Draw;
use crate::support::Support;
use crate::truth::RecordingBreak;

/// Incidents that start with a pupil on a school day, before all else: found by trial, so that
/// with the others who take part a pupil has about 20 a year.
const A_DAY: f64 = 0.080;

/// A school year has about so many school days.
#[cfg(test)]
pub(crate) const DAYS_A_YEAR: f64 = 190.0;

/// How much a pupil's half-terms differ: the shape of a gamma distribution with a coefficient of
/// variation of 0.7.
const WOBBLE_SHAPE: f64 = 2.04;

/// After an incident the next days are this much more likely to see another …
const BUMP: f64 = 1.5;

/// … for so many school days.
const BUMP_DAYS: u32 = 5;

/// However bad a week, nobody starts more than this in a day on average.
const MOST_A_DAY: f64 = 1.2;

/// Monday to Friday.
const WEEKDAYS: [f64; 5] = [0.97, 0.95, 0.90, 1.04, 1.14];

/// An incident to be told.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Spark {
    pub(crate) day: Date,
    /// The place of the pupil with whom it starts.
    pub(crate) child: usize,
}

/// Draws what starts on the school days of a window. Interventions are given as it goes, to those
/// who came into most in the half-term before, and leave out what would have started without them.
pub(crate) fn draw_sparks(
    draw: &mut Draw,
    children: &[Child],
    calendar: &SchoolCalendar,
    window: (Date, Date),
    support: &mut Support,
) -> Vec<Spark> {
    let mut sparks = Vec::new();
    let mut states = vec![State::default(); children.len()];
    let mut counts = vec![0; children.len()];
    let mut half_term = None;
    for (index, day) in (0_u32..).zip(calendar.days()) {
        if !(window.0..=window.1).contains(day) {
            continue;
        }
        let now = calendar.half_term(*day).map(|half_term| half_term.from);
        if now != half_term {
            states.iter_mut().for_each(|state| state.wobble = draw.gamma(WOBBLE_SHAPE));
            if half_term.is_some_and(|from| from > window.0) {
                let next = calendar.half_terms().iter().position(|one| Some(one.from) == now);
                support.turn(calendar, next.unwrap_or_default(), children, &counts);
            }
            counts.fill(0);
            half_term = now;
        }
        let rhythm = rhythm(calendar, *day);
        for (place, (child, state)) in children.iter().zip(&mut states).enumerate() {
            if !child.is_on_roll(*day) {
                continue;
            }
            let mean = child.propensity * state.wobble * state.bump(index) * rhythm;
            let mean = (mean * A_DAY * by_year_group(child, calendar, *day)).min(MOST_A_DAY);
            let count = draw.poisson(mean);
            if count > 0 {
                state.last = Some(index);
            }
            for _ in 0..count {
                if support.happens(place, *day) {
                    sparks.push(Spark { day: *day, child: place });
                    if let Some(count) = counts.get_mut(place) {
                        *count += 1;
                    }
                }
            }
        }
    }
    sparks
}

/// What the days before mean for a pupil.
#[derive(Clone, Copy, Default)]
struct State {
    wobble: f64,
    last: Option<u32>,
}

impl State {
    fn bump(&self, index: u32) -> f64 {
        if self.last.is_some_and(|last| index - last <= BUMP_DAYS) { BUMP } else { 1.0 }
    }
}

/// The school's own rhythm on a day: the week in the half-term, the day of the week, and how
/// things were recorded at the time.
fn rhythm(calendar: &SchoolCalendar, day: Date) -> f64 {
    let weekday = usize::try_from(day.weekday().to_monday_zero_offset()).unwrap_or(0);
    let weekday = WEEKDAYS.get(weekday).copied().unwrap_or(1.0);
    let ramp = calendar.half_term(day).map_or(1.0, |half_term| {
        let gone = calendar.school_days(half_term.from, day);
        let all = calendar.school_days(half_term.from, half_term.to).max(1);
        0.8 + 0.4 * f64::from(gone) / f64::from(all)
    });
    let term = match calendar.term(day) {
        Some("autumn") => 1.06,
        Some("spring") => 1.0,
        _ => 0.92,
    };
    weekday * ramp * term * recording(day)
}

/// How much of what happens is written down, and why it changes: every other spring training is
/// given, and by the next spring the habit has worn off.
const RECORDING: [(f64, &str); 2] = [
    (0.94, "The habit of writing everything down has worn off"),
    (1.12, "Staff were trained to write everything down, in an app that is quicker to use"),
];

/// How things are recorded on a day.
fn recording(day: Date) -> f64 {
    let much = match school_year_of(day).rem_euclid(2) {
        0 => matches!(day.month(), 3..=8),
        _ => day.month() >= 9,
    };
    RECORDING.get(usize::from(much)).map_or(1.0, |(factor, _)| *factor)
}

/// The school days of a window from which things were recorded differently.
pub(crate) fn breaks(calendar: &SchoolCalendar, window: (Date, Date)) -> Vec<RecordingBreak> {
    let inside = |day: &&Date| (window.0..=window.1).contains(*day);
    let days: Vec<Date> = calendar.days().iter().filter(inside).copied().collect();
    let changes = days.windows(2).filter_map(|pair| match pair {
        [before, day] if recording(*before) != recording(*day) => {
            let what = RECORDING.iter().find(|(factor, _)| *factor == recording(*day));
            Some(RecordingBreak {
                from: *day,
                rate_ratio: recording(*day) / recording(*before),
                what: what.map_or("", |(_, what)| what),
            })
        }
        _ => None,
    });
    changes.collect()
}

/// Year 9 is the hardest; Year 11 is on study leave in the last half-term.
fn by_year_group(child: &Child, calendar: &SchoolCalendar, day: Date) -> f64 {
    match child.year_group(school_year_of(day)) {
        7 => 0.8,
        8 => 1.1,
        9 => 1.3,
        10 => 1.2,
        _ if calendar.half_term(day).is_some_and(|half_term| half_term.code == "summer_2") => 0.05,
        _ => 0.6,
    }
}
