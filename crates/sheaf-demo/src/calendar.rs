//! School years after the English pattern: half-terms, INSET days, bank holidays, a snow day.

use jiff::civil::{Date, Weekday, date};
use sheaf_records::{Kind, Record};

use crate::draw::Draw;

/// The periods of the day: code, title, kind, starts, ends.
const PERIODS: [(&str, &str, &str, &str, &str); 10] = [
    ("REG", "Registration", "registration", "08:40", "09:00"),
    ("P1", "Period 1", "lesson", "09:00", "09:50"),
    ("P2", "Period 2", "lesson", "09:50", "10:40"),
    ("BREAK", "Break", "break", "10:40", "11:00"),
    ("P3", "Period 3", "lesson", "11:00", "11:50"),
    ("P4", "Period 4", "lesson", "11:50", "12:40"),
    ("LUNCH", "Lunch", "lunch", "12:40", "13:25"),
    ("P5", "Period 5", "lesson", "13:25", "14:15"),
    ("P6", "Period 6", "lesson", "14:15", "15:05"),
    ("AFTER", "After school", "after", "15:05", "16:05"),
];

/// The year in which the school year of a date began.
pub(crate) fn school_year_of(date: Date) -> i16 {
    if date.month() >= 9 { date.year() } else { date.year() - 1 }
}

/// The first day of the school year that begins in this year.
pub(crate) fn first_day(year: i16) -> Date {
    date(year, 9, 1)
}

/// The last day of the school year that begins in this year.
pub(crate) fn last_day(year: i16) -> Date {
    date(year + 1, 8, 31)
}

/// The name of the school year that begins in this year, as `2026/27`.
pub(crate) fn year_name(year: i16) -> String {
    format!("{year}/{:02}", (year + 1) % 100)
}

/// The calendar of the school year that begins in this year.
pub(crate) fn record(year: i16, draw: &mut Draw) -> Record {
    let mut record = Record { id: draw.id(), kind: Kind::Calendar, fields: Default::default() };
    record.set("year", year_name(year));
    record.set("from", first_day(year));
    record.set("to", last_day(year));
    let terms = half_terms(year);
    for (code, name, from, to) in terms {
        record.set_row("terms", code, "name", name);
        record.set_row("terms", code, "from", from);
        record.set_row("terms", code, "to", to);
    }
    let [(_, _, autumn, _), (_, _, second, _), (_, _, spring, _), .., (_, _, summer, end)] = terms;
    for day in [autumn, second, spring, summer, end] {
        record.set_row("inset", &day.to_string(), "title", "INSET day");
    }
    for (day, title) in bank_holidays(year) {
        record.set_row("closures", &day.to_string(), "title", title);
    }
    // A morning of snow or a broken boiler, some years.
    if draw.chance(0.6) {
        let day = plus(spring, 7 * draw.between(1, 4) + draw.between(1, 4));
        record.set_row("closures", &day.to_string(), "title", "Closed for snow");
    }
    record.set("week_a_from", autumn);
    set_periods(&mut record);
    record
}

fn set_periods(record: &mut Record) {
    let mut before = None;
    for (order, (code, title, kind, starts, ends)) in (1_i64..).zip(PERIODS) {
        record.set_row("periods", code, "title", title);
        record.set_row("periods", code, "order", order);
        record.set_row("periods", code, "kind", kind);
        record.set_row("periods", code, "starts", starts);
        record.set_row("periods", code, "ends", ends);
        if let Some(before) = before.replace(code) {
            record.set_row("periods", code, "follows", before);
        }
    }
}

/// The half-terms: code, name, first and last day.
fn half_terms(year: i16) -> [(&'static str, &'static str, Date, Date); 6] {
    let next = year + 1;
    let start = match date(year, 9, 1).weekday() {
        Weekday::Friday | Weekday::Saturday | Weekday::Sunday => on_or_after(date(year, 9, 1), 0),
        _ => date(year, 9, 1),
    };
    let october = on_or_after(date(year, 10, 25), 0);
    let christmas = on_or_after(date(year, 12, 15), 4);
    let january = on_or_after(date(next, 1, 4), 0);
    let february = on_or_after(date(next, 2, 12), 0);
    let easter = easter(next);
    let may = on_or_after(date(next, 5, 25), 0);
    let july = on_or_after(date(next, 7, 19), 2);
    [
        ("autumn_1", "Autumn 1", start, plus(october, -3)),
        ("autumn_2", "Autumn 2", plus(october, 7), christmas),
        ("spring_1", "Spring 1", january, plus(february, -3)),
        ("spring_2", "Spring 2", plus(february, 7), plus(easter, -9)),
        ("summer_1", "Summer 1", plus(easter, 8), plus(may, -3)),
        ("summer_2", "Summer 2", plus(may, 7), july),
    ]
}

/// The bank holidays of England within the school year that fall on weekdays, substitutes left
/// out: those lie in the holidays anyway.
fn bank_holidays(year: i16) -> [(Date, &'static str); 8] {
    let next = year + 1;
    let easter = easter(next);
    [
        (date(year, 12, 25), "Christmas Day"),
        (date(year, 12, 26), "Boxing Day"),
        (date(next, 1, 1), "New Year's Day"),
        (plus(easter, -2), "Good Friday"),
        (plus(easter, 1), "Easter Monday"),
        (on_or_after(date(next, 5, 1), 0), "Early May bank holiday"),
        (on_or_after(date(next, 5, 25), 0), "Spring bank holiday"),
        (on_or_after(date(next, 8, 25), 0), "Summer bank holiday"),
    ]
}

/// The first day on or after a date that falls on this weekday, 0 for Monday.
fn on_or_after(from: Date, weekday: i8) -> Date {
    plus(from, i64::from((weekday - from.weekday().to_monday_zero_offset()).rem_euclid(7)))
}

/// So many days later, or earlier.
pub(crate) fn plus(from: Date, days: i64) -> Date {
    from.checked_add(jiff::Span::new().days(days)).unwrap_or(from)
}

/// Easter Sunday (the anonymous Gregorian computus, Nature 1876).
fn easter(year: i16) -> Date {
    let y = i32::from(year);
    let (a, b, c) = (y % 19, y / 100, y % 100);
    let h = (19 * a + b - b / 4 - (b - (b + 8) / 25 + 1) / 3 + 15) % 30;
    let l = (32 + 2 * (b % 4) + 2 * (c / 4) - h - c % 4) % 7;
    let m = (a + 11 * h + 22 * l) / 451;
    let sum = h + l - 7 * m + 114;
    let month = i8::try_from(sum / 31).unwrap_or(4);
    let day = i8::try_from(sum % 31 + 1).unwrap_or(1);
    date(year, month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn easter_is_when_it_was() {
        for (year, month, day) in [(2024, 3, 31), (2025, 4, 20), (2026, 4, 5), (2027, 3, 28)] {
            assert_eq!(easter(year), date(year, month, day));
        }
    }

    #[test]
    fn half_terms_look_like_those_of_england() {
        let terms = half_terms(2026).map(|(code, _, from, to)| format!("{code} {from} {to}"));
        expect_test::expect![[r#"
            autumn_1 2026-09-01 2026-10-23
            autumn_2 2026-11-02 2026-12-18
            spring_1 2027-01-04 2027-02-12
            spring_2 2027-02-22 2027-03-19
            summer_1 2027-04-05 2027-05-28
            summer_2 2027-06-07 2027-07-21"#]]
        .assert_eq(&terms.join("\n"));
    }

    #[test]
    fn every_half_term_begins_and_ends_on_a_weekday_and_they_follow_one_another() {
        for year in 2005..2095 {
            let mut last = first_day(year);
            for (code, _, from, to) in half_terms(year) {
                assert!(last <= from && from < to, "{year} {code}: {from} {to}");
                for day in [from, to] {
                    assert!(day.weekday().to_monday_zero_offset() < 5, "{year} {code} {day}");
                }
                last = to;
            }
        }
    }
}
