//! Weeks in which the school was open, and how many events fell in each.

use jiff::ToSpan as _;
use jiff::civil::Date;
use sheaf_records::{SchoolCalendar, monday_of};

/// The Mondays of the last school weeks up to and with the one of `today`, the oldest first. A
/// school without a calendar has a school week in every week.
pub(super) fn last_weeks(
    calendar: Option<&SchoolCalendar>,
    today: Date,
    count: usize,
) -> Vec<Date> {
    let mut mondays: Vec<Date> = match calendar {
        Some(calendar) => {
            let begun = calendar.days().partition_point(|day| *day <= today);
            let days = calendar.days().get(..begun).unwrap_or_default();
            let mut mondays: Vec<Date> = days.iter().rev().map(|day| monday_of(*day)).collect();
            mondays.dedup();
            mondays
        }
        None => {
            let back = |weeks: usize| {
                monday_of(today).checked_sub(i64::try_from(weeks).ok()?.weeks()).ok()
            };
            (0..count).map_while(back).collect()
        }
    };
    mondays.truncate(count);
    mondays.reverse();
    mondays
}

/// How many of these days fall in each week, by its Monday.
pub(super) fn count(weeks: &[Date], days: impl IntoIterator<Item = Date>) -> Vec<u32> {
    let mut counts = vec![0; weeks.len()];
    for day in days {
        if let Ok(place) = weeks.binary_search(&monday_of(day))
            && let Some(count) = counts.get_mut(place)
        {
            *count += 1;
        }
    }
    counts
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use sheaf_records::{Kind, Record, RecordId};

    use super::*;

    fn calendar() -> SchoolCalendar {
        let (id, kind) = (RecordId::from_bytes([1; 16]), Kind::Calendar);
        let mut year = Record { id, kind, fields: Default::default() };
        year.set("year", "2026/27");
        year.set("from", date(2026, 9, 1));
        year.set("to", date(2027, 7, 21));
        for (code, from, to) in [
            ("autumn_1", date(2026, 9, 1), date(2026, 10, 23)),
            ("autumn_2", date(2026, 11, 2), date(2026, 12, 18)),
        ] {
            year.set_row("terms", code, "from", from);
            year.set_row("terms", code, "to", to);
        }
        SchoolCalendar::new([&year]).unwrap()
    }

    #[test]
    fn holidays_are_no_weeks() {
        let weeks = last_weeks(Some(&calendar()), date(2026, 11, 11), 4);
        let mondays =
            [date(2026, 10, 12), date(2026, 10, 19), date(2026, 11, 2), date(2026, 11, 9)];
        assert_eq!(weeks, mondays);
        let in_half_term = last_weeks(Some(&calendar()), date(2026, 10, 28), 2);
        assert_eq!(in_half_term, mondays[..2]);
        let counts = count(&weeks, [date(2026, 10, 23), date(2026, 10, 27), date(2026, 11, 15)]);
        assert_eq!(counts, [0, 1, 0, 1]);
    }

    #[test]
    fn without_a_calendar_every_week_is_one() {
        let weeks = last_weeks(None, date(2026, 11, 11), 2);
        assert_eq!(weeks, [date(2026, 11, 2), date(2026, 11, 9)]);
        assert!(last_weeks(Some(&calendar()), date(2026, 8, 1), 4).is_empty());
    }
}
