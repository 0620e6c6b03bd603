//! Bins: the stretches of school time into which events are counted.

use jiff::civil::Date;
use sheaf_records::{HalfTerm, SchoolCalendar, monday_of};

use crate::data::days::day_number;
use crate::period::Period;

/// How long a bin is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Grain {
    /// One school day.
    SchoolDay,
    /// The school days from a Monday to the Friday.
    SchoolWeek,
    /// One half-term.
    HalfTerm,
    /// One term.
    Term,
    /// One school year.
    Year,
}

impl Grain {
    /// Every grain, the finest first.
    pub const ALL: [Self; 5] =
        [Self::SchoolDay, Self::SchoolWeek, Self::HalfTerm, Self::Term, Self::Year];

    /// The name that scripts use.
    pub const fn name(self) -> &'static str {
        match self {
            Self::SchoolDay => "school_day",
            Self::SchoolWeek => "school_week",
            Self::HalfTerm => "half_term",
            Self::Term => "term",
            Self::Year => "year",
        }
    }

    /// What people call several of them.
    pub const fn plural(self) -> &'static str {
        match self {
            Self::SchoolDay => "school days",
            Self::SchoolWeek => "school weeks",
            Self::HalfTerm => "half-terms",
            Self::Term => "terms",
            Self::Year => "school years",
        }
    }

    /// The grain that a script names.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.name() == name)
    }
}

/// One bin. Only bins with a school day exist: a week of holidays is absent, not zero.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bin {
    /// Its first school day in the period.
    pub from: Date,
    /// Its last school day in the period.
    pub to: Date,
    /// How many school days of it lie in the period.
    pub school_days: u32,
    /// The number of its first school day over all years.
    pub(crate) index: u32,
    /// What people call it, such as `2026/27 autumn_1`; a date for days and weeks.
    pub label: String,
}

/// The bins of a period, and in which of them a day lies.
#[derive(Clone, Debug)]
pub struct Bins {
    /// The bins in order.
    pub list: Vec<Bin>,
    /// The day number of the first entry of `of_day`.
    first: i64,
    of_day: Vec<Option<u32>>,
}

impl Bins {
    /// The bins of a period.
    ///
    /// A day without school counts to the bin of the first school day of its own week; in a week
    /// without any it lies in none, and neither does a day outside the period.
    pub fn new(calendar: &SchoolCalendar, period: Period, grain: Grain) -> Self {
        let (from, to) = (calendar.days_before(period.from), calendar.days_before(period.to));
        let to = to + u32::from(calendar.is_open(period.to));
        let inside = from as usize..to.max(from) as usize;
        let days = calendar.days().get(inside).unwrap_or_default();
        let mut list: Vec<Bin> = Vec::new();
        let mut last_key: Option<Key<'_>> = None;
        let first = days.first().map_or(0, |day| day_number(monday_of(*day)));
        let last = days.last().map_or(-1, |day| day_number(monday_of(*day)) + 6);
        let mut of_day = vec![None; usize::try_from(last - first + 1).unwrap_or_default()];
        let asked = day_number(period.from) - first..=day_number(period.to) - first;
        for (index, day) in (from..).zip(days) {
            let key = Key::of(calendar, *day, grain);
            match list.last_mut().filter(|_| last_key == Some(key)) {
                Some(bin) => (bin.to, bin.school_days) = (*day, bin.school_days + 1),
                None => {
                    let label = key.label();
                    list.push(Bin { from: *day, to: *day, school_days: 1, index, label });
                }
            }
            last_key = Some(key);
            let bin = u32::try_from(list.len()).unwrap_or(u32::MAX).saturating_sub(1);
            let place = day_number(*day) - first;
            let week = place - place.rem_euclid(7);
            for other in (week..week + 7).filter(|other| asked.contains(other)) {
                let slot = usize::try_from(other).ok().and_then(|at| of_day.get_mut(at));
                if let Some(slot) = slot.filter(|slot| slot.is_none() || other == place) {
                    *slot = Some(bin);
                }
            }
        }
        Self { list, first, of_day }
    }

    /// The place of the bin in which a day lies.
    pub(crate) fn of(&self, day: i64) -> Option<usize> {
        let at = usize::try_from(day.checked_sub(self.first)?).ok()?;
        self.of_day.get(at).copied().flatten().map(|bin| bin as usize)
    }
}

/// What two days of one bin have in common, and other bins have not.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Key<'a> {
    /// The day with which it begins.
    From(Date),
    /// The school year and a part of it.
    Part(&'a str, &'a str),
    /// The school year.
    Year(&'a str),
}

impl<'a> Key<'a> {
    fn of(calendar: &'a SchoolCalendar, day: Date, grain: Grain) -> Self {
        let part = |name: fn(&HalfTerm) -> &str| {
            let half_term = calendar.half_term(day);
            half_term.map_or(Self::Part("", ""), |one| Self::Part(&one.year, name(one)))
        };
        match grain {
            Grain::SchoolDay => Self::From(day),
            Grain::SchoolWeek => Self::From(monday_of(day)),
            Grain::HalfTerm => part(|one| &one.code),
            Grain::Term => part(HalfTerm::term),
            Grain::Year => Self::Year(calendar.year(day).unwrap_or_default()),
        }
    }

    fn label(self) -> String {
        match self {
            Self::From(day) => day.to_string(),
            Self::Part("", "") => String::new(),
            Self::Part(year, part) => format!("{year} {part}"),
            Self::Year(year) => year.to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::test_school::calendar;
    use jiff::civil::date;

    fn bins(from: Date, to: Date, grain: Grain) -> Bins {
        Bins::new(&calendar(), Period { from, to }, grain)
    }

    #[test]
    fn a_week_without_school_days_is_absent() {
        let weeks = bins(date(2024, 10, 14), date(2024, 11, 15), Grain::SchoolWeek);
        let found: Vec<(Date, u32)> =
            weeks.list.iter().map(|bin| (bin.from, bin.school_days)).collect();
        assert_eq!(
            found,
            [
                (date(2024, 10, 14), 5),
                (date(2024, 10, 21), 5),
                // 4 November is an INSET day.
                (date(2024, 11, 5), 4),
                (date(2024, 11, 11), 5),
            ]
        );
        assert_eq!(weeks.of(day_number(date(2024, 10, 26))), Some(1));
        assert_eq!(weeks.of(day_number(date(2024, 10, 30))), None);
        assert_eq!(weeks.of(day_number(date(2024, 11, 4))), Some(2));
        assert_eq!(weeks.of(day_number(date(2024, 10, 13))), None);
    }

    /// From a Thursday to a Wednesday: neither the days before in the first week nor those after in
    /// the last belong to it, but the weekend between does.
    #[test]
    fn days_of_a_week_that_lie_outside_the_period_are_in_no_bin() {
        for grain in Grain::ALL {
            let bins = bins(date(2024, 9, 19), date(2024, 9, 25), grain);
            let of = |day: i8| bins.of(day_number(date(2024, 9, day)));
            assert_eq!([16, 17, 18].map(of), [None; 3], "{grain:?}");
            assert_eq!([26, 27, 28].map(of), [None; 3], "{grain:?}");
            assert!([19, 20, 21, 22, 23, 24, 25].map(of).iter().all(Option::is_some), "{grain:?}");
        }
    }

    #[test]
    fn each_grain_has_its_bins() {
        let count = |grain| bins(date(2023, 9, 1), date(2025, 7, 22), grain).list.len();
        assert_eq!(count(Grain::HalfTerm), 12);
        assert_eq!(count(Grain::Term), 6);
        assert_eq!(count(Grain::Year), 2);
        let days = bins(date(2024, 9, 1), date(2025, 7, 22), Grain::SchoolDay);
        assert_eq!(days.list.len(), 189);
        let halves = bins(date(2024, 9, 1), date(2025, 7, 22), Grain::HalfTerm);
        let lengths: Vec<u32> = halves.list.iter().map(|bin| bin.school_days).collect();
        assert_eq!(lengths, [39, 34, 28, 30, 23, 35]);
        assert_eq!(halves.list[0].label, "2024/25 autumn_1");
    }

    #[test]
    fn a_period_outside_the_calendar_has_no_bins() {
        assert!(bins(date(1990, 1, 1), date(1990, 2, 1), Grain::Year).list.is_empty());
        assert!(bins(date(2024, 8, 1), date(2024, 8, 20), Grain::SchoolWeek).list.is_empty());
    }
}
