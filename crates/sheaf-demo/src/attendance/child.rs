//! How one pupil comes to be absent, and late.

use std::collections::BTreeMap;

use sheaf_records::{Session, Value};

use crate::cohort::Child;
use crate::draw::Draw;

/// The share of sessions that is missed, as in secondary schools in England in 2023/24, less what
/// suspensions take.
const MISSED: f64 = 0.086;

/// How unequally absence is spread: the shape of a gamma distribution.
const SHAPE: f64 = 0.62;

/// Of pupils with free meals and of others, scaled so that the mean over both is about 1.
const WITH_MEALS: f64 = 1.65;
const WITHOUT: f64 = 0.78;

/// How many days a spell of absence lasts on average, by its mix below.
const DAYS_A_SPELL: f64 = 1.6;

/// However often somebody is away, there are days between.
const MOST: f64 = 0.55;

/// A pupil with what makes them miss school.
pub(super) struct Absentee {
    /// How much they miss, relative to others.
    much: f64,
    /// The sessions that are left of a spell, and its code.
    left: u32,
    code: &'static str,
}

impl Absentee {
    pub(super) fn new(draw: &mut Draw, child: &Child) -> Self {
        let meals = child
            .record
            .rows("spells")
            .any(|(_, row)| row.get("what").and_then(Value::as_text) == Some("free_meals"));
        let much = draw.gamma(SHAPE) * if meals { WITH_MEALS } else { WITHOUT };
        Self { much, left: 0, code: "" }
    }

    /// A spell is over when the pupil is not on the roll any more.
    pub(super) const fn returns(&mut self) {
        self.left = 0;
    }

    /// What is missed of a day: the code of each session, none where they are there.
    pub(super) fn day(&mut self, draw: &mut Draw, likely: f64) -> [Option<&'static str>; 2] {
        if self.left == 0 {
            let share = (MISSED * self.much).min(0.9);
            let begins = likely * share / (1.0 - share) / DAYS_A_SPELL;
            if !draw.chance(begins.min(MOST)) {
                return [None, None];
            }
            if let Some(half) = self.begin(draw) {
                return half;
            }
        }
        self.left = self.left.saturating_sub(2);
        [Some(self.code), Some(self.code)]
    }

    /// Begins a spell of whole days, or gives the day of which half is missed.
    fn begin(&mut self, draw: &mut Draw) -> Option<[Option<&'static str>; 2]> {
        // Whoever misses most has least leave for it.
        let truant = 0.16 + 0.24 * self.much.min(3.0) / 3.0;
        let kind = draw.weighted(&[
            ("ill", 0.37),
            ("truant", truant),
            ("appointment", 0.12),
            ("ill_at_noon", 0.06),
            ("leave", 0.07),
            ("holiday", 0.02),
            ("religious", 0.01),
        ]);
        let (code, days) = match kind {
            "truant" => ("O", 1 + draw.poisson(0.7)),
            "leave" => ("C", 1),
            "holiday" => ("G", 5),
            "religious" => ("R", 1),
            "appointment" if draw.chance(0.6) => return Some([Some("M"), None]),
            "appointment" => return Some([None, Some("M")]),
            "ill_at_noon" => return Some([None, Some("I")]),
            _ => ("I", 1 + draw.poisson(0.9)),
        };
        self.code = code;
        self.left = 2 * days;
        None
    }

    /// Now and then somebody who is there in the morning comes late, or too late for the register.
    pub(super) fn is_late(&self, draw: &mut Draw, row: &mut BTreeMap<String, Value>) {
        let session = Session::Am;
        let there = row.get(session.column()).and_then(Value::as_text) == Some(session.present());
        if !there || !draw.chance((0.012 * (0.5 + self.much)).min(0.3)) {
            return;
        }
        let (code, minutes) = match draw.chance(0.2) {
            true => ("U", draw.between(31, 90)),
            false => ("L", draw.between(1, 28)),
        };
        row.insert(session.column().to_owned(), Value::from(code));
        row.insert(session.late_column().to_owned(), Value::from(minutes));
    }
}
