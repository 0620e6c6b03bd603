//! What is known of each pupil by day: the as-of columns read it.

use std::sync::Arc;

use arrow::array::{Int32Array, Int64Array};
use sheaf_records::{PupilView, Record};

use crate::data::days::day_number;
use crate::data::labels::{Dictionary, Labels};

/// The facts that columns are made of: dated spells first, then what does not change.
pub const FACTS: [&str; 9] = [
    "year_group",
    "reg_group",
    "sen_status",
    "pupil_premium",
    "free_meals",
    "roll",
    "sex",
    "ethnicity",
    "school",
];

/// How a pupil is listed without being on the roll: guests and previous pupils.
const NOT_ON_ROLL: [&str; 2] = ["G", "P"];

/// One stretch of days with one value; days are day numbers, both included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FactSpell {
    pub from: i64,
    pub to: i64,
    pub code: i32,
}

/// The facts of one pupil, each in order of its days.
#[derive(Default)]
pub struct PupilFacts {
    spells: [Vec<FactSpell>; FACTS.len()],
    /// Days on the roll, in order and apart.
    pub on_roll: Vec<(i64, i64)>,
}

impl PupilFacts {
    /// Reads a pupil's record; codes go to one dictionary a fact.
    pub fn read(pupil: &Record, dictionaries: &mut [Dictionary; FACTS.len()]) -> Self {
        let view = PupilView::new(pupil);
        let mut facts = Self::default();
        for ((name, spells), dictionary) in
            FACTS.iter().zip(&mut facts.spells).zip(dictionaries.iter_mut())
        {
            for spell in view.spells_of(name) {
                let to = spell.to.map_or(i64::MAX, day_number);
                let code = dictionary.intern(spell.value);
                spells.push(FactSpell { from: day_number(spell.from), to, code });
            }
            if let Some(value) = pupil.text(name) {
                let code = dictionary.intern(value);
                spells.push(FactSpell { from: i64::MIN, to: i64::MAX, code });
            }
        }
        let mut on_roll: Vec<(i64, i64)> = view
            .spells_of("roll")
            .filter(|spell| !NOT_ON_ROLL.contains(&spell.value))
            .map(|spell| (day_number(spell.from), spell.to.map_or(i64::MAX, day_number)))
            .collect();
        on_roll.sort_unstable();
        facts.on_roll = joined(&on_roll);
        facts
    }

    /// The spells of every fact, in the order of [`FACTS`].
    pub const fn all(&self) -> &[Vec<FactSpell>; FACTS.len()] {
        &self.spells
    }

    /// The code of a fact on a day; of several spells, the one that began last.
    pub fn on(&self, fact: usize, day: i64) -> Option<i32> {
        let spells = self.spells.get(fact)?;
        let holds = |spell: &&FactSpell| spell.from <= day && day <= spell.to;
        spells.iter().rev().find(holds).map(|spell| spell.code)
    }

    /// The days after the first of a stretch on which a fact may begin to differ from the day
    /// before.
    pub fn changes(&self, fact: usize, from: i64, to: i64, cuts: &mut Vec<i64>) {
        let spells = self.spells.get(fact).into_iter().flatten();
        let ends = spells.flat_map(|spell| [spell.from, spell.to.saturating_add(1)]);
        cuts.extend(ends.filter(|day| (from + 1..=to).contains(day)));
    }
}

/// Spans that touch or overlap made one; a change of status does not end a stay on the roll.
fn joined(spans: &[(i64, i64)]) -> Vec<(i64, i64)> {
    let mut joined: Vec<(i64, i64)> = Vec::with_capacity(spans.len());
    for (from, to) in spans.iter().copied().filter(|(from, to)| from <= to) {
        match joined.last_mut() {
            Some(last) if from <= last.1.saturating_add(1) => last.1 = last.1.max(to),
            _ => joined.push((from, to)),
        }
    }
    joined
}

/// All pupils' facts as a snapshot holds them.
#[derive(Clone, Default)]
pub struct AllFacts {
    pub pupils: Arc<Vec<Option<Arc<PupilFacts>>>>,
    pub labels: [Arc<Labels>; FACTS.len()],
    /// Where several schools stand together: for each pupil, the days on which some school was open
    /// and the pupil's own was not, in order.
    pub closed: Vec<Arc<[i64]>>,
}

impl AllFacts {
    /// The facts of a pupil by code.
    pub fn of(&self, pupil: i32) -> Option<&PupilFacts> {
        self.pupils.get(usize::try_from(pupil).ok()?)?.as_deref()
    }

    /// The days between two, the first left out, on which some school was open and the pupil's own
    /// was not.
    pub fn closed_between(&self, pupil: i32, from: i64, to: i64) -> i64 {
        let closed = self.closed_of(pupil);
        let before = |day: i64| closed.partition_point(|closed| *closed <= day) as i64;
        (before(to) - before(from)).max(0)
    }

    fn closed_of(&self, pupil: i32) -> &[i64] {
        let place = usize::try_from(pupil).ok();
        place.and_then(|place| self.closed.get(place)).map_or(&[], |days| days)
    }

    /// The stays of a pupil on the roll, without the days on which the pupil's own school was
    /// closed while others were open.
    pub fn stays(&self, pupil: i32) -> Vec<(i64, i64)> {
        let on_roll = self.of(pupil).map(|facts| facts.on_roll.as_slice()).unwrap_or_default();
        let closed = self.closed_of(pupil);
        if closed.is_empty() {
            return on_roll.to_vec();
        }
        let mut stays = Vec::with_capacity(on_roll.len());
        for (from, to) in on_roll {
            let mut start = *from;
            for day in closed.iter().filter(|day| (from..=to).contains(day)) {
                if start < *day {
                    stays.push((start, day - 1));
                }
                start = day + 1;
            }
            if start <= *to {
                stays.push((start, *to));
            }
        }
        stays
    }

    /// One fact for each row of pupils and days.
    pub fn column(&self, fact: usize, pupils: &Int32Array, days: &Int64Array) -> Int32Array {
        let side_by_side = SideBySide::new(&self.pupils, fact);
        let rows = pupils.iter().zip(days);
        rows.map(|(pupil, day)| side_by_side.on(pupil?, day?)).collect()
    }
}

/// The spells of one fact, those of one pupil after those of the other, so that a column of many
/// rows reads them from one place.
struct SideBySide {
    /// Where the spells of each pupil end.
    ends: Vec<u32>,
    /// Those that began last come first.
    spells: Vec<FactSpell>,
}

impl SideBySide {
    fn new(pupils: &[Option<Arc<PupilFacts>>], fact: usize) -> Self {
        let (mut ends, mut spells) = (Vec::with_capacity(pupils.len()), Vec::new());
        for pupil in pupils {
            let own = pupil.iter().filter_map(|pupil| pupil.spells.get(fact)).flatten();
            spells.extend(own.rev());
            ends.push(spells.len() as u32);
        }
        Self { ends, spells }
    }

    fn on(&self, pupil: i32, day: i64) -> Option<i32> {
        let pupil = usize::try_from(pupil).ok()?;
        let first = pupil.checked_sub(1).map_or(Some(&0), |before| self.ends.get(before))?;
        let own = self.spells.get(*first as usize..*self.ends.get(pupil)? as usize)?;
        own.iter().find(|spell| spell.from <= day && day <= spell.to).map(|spell| spell.code)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::test_school::{pupil, spell};
    use jiff::civil::date;

    #[test]
    fn a_fact_holds_from_its_first_to_its_last_day() {
        let mut one = pupil(1, "8", date(2024, 9, 1), None);
        spell(&mut one, "sen_status", "K", date(2024, 10, 1), Some(date(2024, 12, 1)));
        spell(&mut one, "roll", "G", date(2026, 1, 1), None);
        one.set("sex", "F");
        let mut dictionaries = Default::default();
        let facts = PupilFacts::read(&one, &mut dictionaries);
        let on = |fact: &str, day| {
            let fact = FACTS.iter().position(|name| *name == fact).unwrap();
            facts
                .on(fact, day_number(day))
                .map(|code| dictionaries[fact].labels().get(code).unwrap().to_owned())
        };
        assert_eq!(on("sen_status", date(2024, 9, 30)), None);
        assert_eq!(on("sen_status", date(2024, 10, 1)).as_deref(), Some("K"));
        assert_eq!(on("sen_status", date(2024, 12, 1)).as_deref(), Some("K"));
        assert_eq!(on("sen_status", date(2024, 12, 2)), None);
        assert_eq!(on("sex", date(2001, 1, 1)).as_deref(), Some("F"));
        assert_eq!(facts.on_roll, [(day_number(date(2024, 9, 1)), i64::MAX)]);
    }

    #[test]
    fn stays_that_touch_are_one() {
        assert_eq!(joined(&[(1, 5), (6, 9), (11, 12), (11, 11), (3, 2)]), [(1, 9), (11, 12)]);
    }
}
