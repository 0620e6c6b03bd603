//! Dates made coarse, so that a day that somebody remembers does not lead to a child.

use jiff::ToSpan;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use sheaf_records::{SchoolCalendar, monday_of};

/// How exact the dates of a lake are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Dates {
    /// The day.
    #[default]
    Day,
    /// The first school day of the week.
    Week,
    /// The first school day of the month.
    Month,
}

impl Dates {
    /// A date as it is written: the first school day of its week or month, or the Monday or the
    /// first of the month where none is a school day.
    pub fn coarse(self, date: Date, calendar: &SchoolCalendar) -> Date {
        let first = match self {
            Self::Day => return date,
            Self::Week => monday_of(date),
            Self::Month => date.first_of_month(),
        };
        let length = match self {
            Self::Month => i32::from(first.days_in_month()),
            _ => 7,
        };
        let days = (0..length).filter_map(|days| first.checked_add(days.days()).ok());
        days.into_iter().find(|day| calendar.is_open(*day)).unwrap_or(first)
    }

    /// Whether the time of day is written.
    pub const fn has_time(self) -> bool {
        matches!(self, Self::Day)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;
    use sheaf_records::{Kind, Record, RecordId};

    #[test]
    fn a_date_becomes_the_first_school_day_of_its_week_or_month() {
        let id = RecordId::from_bytes([0; 16]);
        let mut year = Record { id, kind: Kind::Calendar, fields: Default::default() };
        year.set("year", "2026/27");
        year.set("from", date(2026, 9, 1));
        year.set("to", date(2027, 7, 21));
        year.set_row("terms", "autumn_1", "from", date(2026, 9, 2));
        year.set_row("terms", "autumn_1", "to", date(2026, 10, 23));
        year.set_row("closures", "2026-09-07", "title", "INSET");
        let calendar = SchoolCalendar::new([&year]).unwrap();
        let day = date(2026, 9, 10);
        assert_eq!(Dates::Day.coarse(day, &calendar), day);
        assert_eq!(Dates::Week.coarse(day, &calendar), date(2026, 9, 8));
        assert_eq!(Dates::Month.coarse(day, &calendar), date(2026, 9, 2));
        assert_eq!(Dates::Week.coarse(date(2026, 12, 30), &calendar), date(2026, 12, 28));
    }
}
