//! Exposure: the pupil-days over which events are counted.

use crate::data::days::day_number;
use crate::data::snapshot::Scope;
use crate::period::Period;

impl Scope {
    /// Pupil-days on the roll in a period: each school day counts once for each pupil who was on
    /// the roll, guests and previous pupils left out.
    pub fn pupil_days(&self, period: Period) -> u64 {
        self.pupil_days_where(period, &|_| true)
    }

    /// Pupil-days on the roll of the pupils of whom a fact, such as `free_meals`, has this value at
    /// the end of the period or of their time on the roll.
    pub fn pupil_days_of(&self, period: Period, fact: &str, value: &str) -> u64 {
        let facts = self.snapshot().facts();
        let fact = crate::data::facts::FACTS.iter().position(|name| *name == fact);
        let labels = fact.and_then(|fact| facts.labels.get(fact)).cloned().unwrap_or_default();
        let code = labels.code(value);
        let end = day_number(period.to);
        let holds = |pupil: i32| {
            let Some((one, fact)) = facts.of(pupil).zip(fact) else { return false };
            let last = one.on_roll.last().map_or(end, |(_, to)| end.min(*to));
            code.is_some() && one.on(fact, last) == code
        };
        self.pupil_days_where(period, &holds)
    }

    fn pupil_days_where(&self, period: Period, holds: &dyn Fn(i32) -> bool) -> u64 {
        let days = self.snapshot().days();
        let (first, last) = (day_number(period.from), day_number(period.to));
        let mut sum = 0;
        for (pupil, facts) in (0i32..).zip(self.snapshot().facts().pupils.iter()) {
            if facts.is_none() || !holds(pupil) {
                continue;
            }
            for (from, to) in self.snapshot().facts().stays(pupil) {
                let (from, to) = (from.max(first), to.min(last));
                if from <= to {
                    sum += days.before(to + 1) - days.before(from);
                }
            }
        }
        u64::try_from(sum).unwrap_or_default()
    }
}
