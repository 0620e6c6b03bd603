//! Days that need not be neighbours.

use jiff::civil::Date;

use crate::data::days::day_number;
use crate::period::Period;

/// Days as stretches of neighbours, in order and apart; both ends included.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DaySet(Vec<(i64, i64)>);

impl DaySet {
    /// Days in order.
    pub fn of(days: &[Date]) -> Self {
        let mut runs: Vec<(i64, i64)> = Vec::new();
        for day in days.iter().map(|day| day_number(*day)) {
            match runs.last_mut() {
                Some(last) if last.1 + 1 == day => last.1 = day,
                _ => runs.push((day, day)),
            }
        }
        Self(runs)
    }

    /// The days from one day number to another.
    pub(crate) fn span(from: i64, to: i64) -> Self {
        if from <= to { Self(vec![(from, to)]) } else { Self::default() }
    }

    /// The stretches, as day numbers.
    pub(crate) fn runs(&self) -> &[(i64, i64)] {
        &self.0
    }

    /// The first day and the last.
    pub(crate) fn ends(&self) -> Option<(i64, i64)> {
        self.0.first().zip(self.0.last()).map(|(first, last)| (first.0, last.1))
    }

    /// Whether a day is one of them.
    pub(crate) fn contains(&self, day: i64) -> bool {
        let next = self.0.partition_point(|(from, _)| *from <= day);
        next.checked_sub(1).and_then(|at| self.0.get(at)).is_some_and(|run| day <= run.1)
    }

    /// Those up to a day.
    pub(crate) fn up_to(&self, last: i64) -> Self {
        let kept = self.0.iter().filter(|(from, _)| *from <= last);
        Self(kept.map(|(from, to)| (*from, (*to).min(last))).collect())
    }
}

impl From<Period> for DaySet {
    fn from(period: Period) -> Self {
        Self::span(day_number(period.from), day_number(period.to))
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn neighbours_are_one_stretch_and_days_between_are_no_days_of_it() {
        let day = |day| date(2025, 3, day);
        let set = DaySet::of(&[day(3), day(4), day(7), day(10), day(11), day(12)]);
        let number = |of| day_number(day(of));
        assert_eq!(set.runs().len(), 3);
        assert_eq!(set.ends(), Some((number(3), number(12))));
        let inside: Vec<i8> = (1..=14).filter(|one| set.contains(number(*one))).collect();
        assert_eq!(inside, [3, 4, 7, 10, 11, 12]);
        assert_eq!(set.up_to(number(10)), DaySet::of(&[day(3), day(4), day(7), day(10)]));
        assert_eq!(set.up_to(number(2)), DaySet::default());
        let backwards = Period { from: day(4), to: day(3) };
        assert_eq!(DaySet::from(backwards).ends(), None);
    }
}
