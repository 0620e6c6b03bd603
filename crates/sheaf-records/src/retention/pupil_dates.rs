//! The days of a pupil that periods run from.

use jiff::civil::Date;

use crate::record::Record;
use crate::spells::PupilView;
use crate::value::Value;

/// The days of a pupil that periods run from.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct PupilDates {
    /// The date of birth, if it is recorded.
    pub birth: Option<Date>,
    /// Whether the pupil has left.
    pub roll: Roll,
}

/// Whether a pupil has left, as the spells of the roll say.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Roll {
    /// Still on the roll.
    On,
    /// This was the last day on the roll.
    Left(Date),
    /// No spell says that the pupil was on the roll.
    Unknown,
}

impl PupilDates {
    /// Of a pupil's record.
    pub fn of(pupil: &Record) -> Self {
        let birth = pupil.one("date_of_birth").and_then(Value::as_date);
        Self { birth, roll: roll(&PupilView::new(pupil)) }
    }
}

/// Guests were never on the roll, and previous pupils are no more.
const NOT_ON_ROLL: [&str; 2] = ["G", "P"];
const PREVIOUS: &str = "P";

/// A pupil who came back has left on the last of the last days.
fn roll(pupil: &PupilView<'_>) -> Roll {
    let on = || pupil.spells_of("roll").filter(|spell| !NOT_ON_ROLL.contains(&spell.value));
    let Some(open) = on().find(|spell| spell.to.is_none()) else {
        return on().filter_map(|spell| spell.to).max().map_or(Roll::Unknown, Roll::Left);
    };
    // Some lists say that a pupil is a previous one and leave the spell before it open.
    let mut previous =
        pupil.spells_of("roll").filter(|spell| spell.value == PREVIOUS && spell.from > open.from);
    let left = previous.next().and_then(|spell| spell.from.yesterday().ok());
    left.map_or(Roll::On, Roll::Left)
}
