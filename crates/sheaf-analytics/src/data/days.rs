//! Dates as day numbers, which is how columns hold them.

use jiff::civil::Date;

/// Days since 1970-01-01 (H. Hinnant, chrono-compatible low-level date algorithms): it runs for
/// each row, where a difference of dates would be far too slow.
pub fn day_number(date: Date) -> i64 {
    let month = i64::from(date.month());
    let year = i64::from(date.year()) - i64::from(month <= 2);
    let (era, of_era) = (year.div_euclid(400), year.rem_euclid(400));
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + i64::from(date.day()) - 1;
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
}

/// The date of a day number; `None` outside the years -9999 to 9999.
pub fn date_of(day: i64) -> Option<Date> {
    let day = day.checked_add(719_468)?;
    let (era, of_era) = (day.div_euclid(146_097), day.rem_euclid(146_097));
    let year = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let month = (5 * of_year + 2) / 153;
    let of_month = of_year - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    let year = year + era * 400 + i64::from(month <= 2);
    Date::new(i16::try_from(year).ok()?, i8::try_from(month).ok()?, i8::try_from(of_month).ok()?)
        .ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn day_numbers_and_dates_are_inverse() {
        assert_eq!(day_number(date(1970, 1, 1)), 0);
        assert_eq!(day_number(date(2000, 3, 1)), 11_017);
        let mut day = date(1999, 12, 27);
        for number in day_number(day)..day_number(date(2029, 1, 1)) {
            assert_eq!(date_of(number), Some(day));
            day = day.tomorrow().unwrap();
        }
        assert_eq!(date_of(i64::MAX), None);
    }
}
