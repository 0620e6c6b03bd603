//! What is likely now: recent and frequent, at this weekday, period and place, own pupils first.

use std::collections::{HashMap, HashSet};

use jiff::civil::Date;
use sheaf_records::RecordId;
use sheaf_school::desk::{Lately, PastIncident};

/// After so many days an incident counts half.
const HALF_LIFE_DAYS: f32 = 7.0;

/// For so many days a pupil whom the user logged counts as their own.
const OWN_DAYS: i32 = 14;

/// What an incident counts for more if it was in this period.
const SAME_PERIOD: f32 = 1.0;

/// What it counts for more if that was on this weekday too.
const SAME_LESSON: f32 = 3.0;

/// What it counts for more if it was in the place that is chosen.
const SAME_PLACE: f32 = 3.0;

/// How likely pupils, categories and places are now.
#[derive(Clone, Debug, Default)]
pub struct Habits {
    pupils: HashMap<RecordId, f32>,
    own: HashSet<RecordId>,
    categories: HashMap<String, f32>,
    places: HashMap<String, f32>,
}

impl Habits {
    /// Learnt from what happened of late; `place` is the code of the chosen place, or empty.
    pub fn learn(lately: &Lately, place: &str) -> Self {
        let mut habits =
            Self { own: lately.own_pupils.iter().copied().collect(), ..Self::default() };
        for past in &lately.incidents {
            let weight = weight(past, lately, place);
            for pupil in &past.pupils {
                *habits.pupils.entry(*pupil).or_default() += weight;
            }
            if past.mine && days_between(past.at.date(), lately.now.date()) <= OWN_DAYS {
                habits.own.extend(past.pupils.iter().copied());
            }
            *habits.categories.entry(past.category.clone()).or_default() += weight;
            if !past.location.is_empty() {
                *habits.places.entry(past.location.clone()).or_default() += weight;
            }
        }
        habits
    }

    /// How likely a pupil is.
    pub fn pupil(&self, pupil: RecordId) -> f32 {
        self.pupils.get(&pupil).copied().unwrap_or_default()
    }

    /// Whether a pupil is on the user's caseload or was logged by them of late.
    pub fn is_own(&self, pupil: RecordId) -> bool {
        self.own.contains(&pupil)
    }

    /// How likely a category is.
    pub fn category(&self, code: &str) -> f32 {
        self.categories.get(code).copied().unwrap_or_default()
    }

    /// How likely a place is.
    pub fn place(&self, code: &str) -> f32 {
        self.places.get(code).copied().unwrap_or_default()
    }
}

fn weight(past: &PastIncident, lately: &Lately, place: &str) -> f32 {
    let today = lately.now.date();
    let age = days_between(past.at.date(), today) as f32;
    let is_period = !lately.period.is_empty() && past.period == lately.period;
    let mut times = 1.0;
    if is_period {
        times += SAME_PERIOD;
    }
    if is_period && past.at.date().weekday() == today.weekday() {
        times += SAME_LESSON;
    }
    if !place.is_empty() && past.location == place {
        times += SAME_PLACE;
    }
    times * 0.5_f32.powf(age / HALF_LIFE_DAYS)
}

/// Days from one to the other; none if it is still to come.
fn days_between(one: Date, other: Date) -> i32 {
    one.until(other).map_or(0, |span| span.get_days()).max(0)
}
