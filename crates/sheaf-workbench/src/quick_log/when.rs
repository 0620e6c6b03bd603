//! Times and days in the words of a school: `10:15`, `P3`, `yesterday 14:20`, `fri`, `24/11`.

use jiff::ToSpan as _;
use jiff::civil::{Date, DateTime, Time, Weekday};
use sheaf_school::desk::PeriodLine;

const DAYS: [(&str, Weekday); 7] = [
    ("monday", Weekday::Monday),
    ("tuesday", Weekday::Tuesday),
    ("wednesday", Weekday::Wednesday),
    ("thursday", Weekday::Thursday),
    ("friday", Weekday::Friday),
    ("saturday", Weekday::Saturday),
    ("sunday", Weekday::Sunday),
];

/// Fewer letters do not name a day.
const LEAST_LETTERS: usize = 3;

/// When something happened: a time or a period, of today or of the day before it in the text.
///
/// # Errors
///
/// One line that says what is understood.
pub fn past(text: &str, now: DateTime, periods: &[PeriodLine]) -> Result<DateTime, &'static str> {
    const HELP: &str = "Write when as 10:15, P3, yesterday 14:20 or Mon P2";
    let words: Vec<&str> = text.split_whitespace().collect();
    let (day, time) = match words.as_slice() {
        [time] => (now.date(), *time),
        [day, time] => (day_before(day, now.date()).ok_or(HELP)?, *time),
        _ => return Err(HELP),
    };
    let time = time_of(time, periods).ok_or(HELP)?;
    let at = day.to_datetime(time);
    if at > now { Err("That is still to come; only what has happened is logged") } else { Ok(at) }
}

/// By which day something is to be done: `today`, `tomorrow`, `fri`, `+3`, `24/11`.
///
/// # Errors
///
/// One line that says what is understood.
pub fn due(text: &str, today: Date) -> Result<Date, &'static str> {
    const HELP: &str = "Write the day as tomorrow, Fri, +3 or 24/11";
    let text = text.trim().to_lowercase();
    let day = match text.as_str() {
        "today" => Some(today),
        "tomorrow" => today.tomorrow().ok(),
        _ => None,
    };
    day.or_else(|| days_on(&text, today))
        .or_else(|| weekday(&text).and_then(|day| today.nth_weekday(1, day).ok()))
        .or_else(|| day_and_month(&text, today, Side::Ahead))
        .ok_or(HELP)
}

/// `+3`: so many days from today.
fn days_on(text: &str, today: Date) -> Option<Date> {
    let days: u16 = text.strip_prefix('+')?.parse().ok()?;
    today.checked_add(i64::from(days).days()).ok()
}

fn day_before(text: &str, today: Date) -> Option<Date> {
    let text = text.to_lowercase();
    match text.as_str() {
        "today" => Some(today),
        "yesterday" => today.yesterday().ok(),
        _ => weekday(&text)
            .and_then(|day| today.nth_weekday(-1, day).ok())
            .or_else(|| day_and_month(&text, today, Side::Back)),
    }
}

fn weekday(text: &str) -> Option<Weekday> {
    let fits = |name: &str| text.len() >= LEAST_LETTERS && name.starts_with(text);
    DAYS.iter().find(|(name, _)| fits(name)).map(|(_, day)| *day)
}

/// Which of the years a day and month without a year belongs to.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Side {
    Ahead,
    Back,
}

fn day_and_month(text: &str, today: Date, side: Side) -> Option<Date> {
    let (day, month) = text.split_once('/')?;
    let (day, month) = (day.parse().ok()?, month.parse().ok()?);
    let of = |year: i16| Date::new(year, month, day).ok();
    let this = of(today.year())?;
    match side {
        Side::Ahead if this < today => of(today.year() + 1),
        Side::Back if this > today => of(today.year() - 1),
        _ => Some(this),
    }
}

/// `10:15`, `10.15`, `1015`, or the code or title of a period: its start.
fn time_of(text: &str, periods: &[PeriodLine]) -> Option<Time> {
    let same = |name: &str| name.eq_ignore_ascii_case(text);
    if let Some(period) = periods.iter().find(|one| same(&one.code) || same(&one.title)) {
        return Some(period.starts);
    }
    let split = text.split_once([':', '.']);
    let (hour, minute) = match split {
        Some(parts) => parts,
        None if matches!(text.len(), 3 | 4) && text.is_ascii() => text.split_at(text.len() - 2),
        None => return None,
    };
    Time::new(hour.parse().ok()?, minute.parse().ok()?, 0, 0).ok()
}

#[cfg(test)]
mod tests {
    use jiff::civil::{date, time};

    use super::*;

    /// A Tuesday.
    const NOW: DateTime = date(2026, 7, 14).at(14, 20, 0, 0);

    fn periods() -> Vec<PeriodLine> {
        let starts = time(10, 40, 0, 0);
        vec![PeriodLine { code: "P3".to_owned(), title: "Period 3".to_owned(), starts }]
    }

    #[test]
    fn times_of_what_happened() {
        for (text, expected) in [
            ("10:15", Ok("2026-07-14T10:15:00")),
            ("9.05", Ok("2026-07-14T09:05:00")),
            ("0905", Ok("2026-07-14T09:05:00")),
            ("p3", Ok("2026-07-14T10:40:00")),
            ("yesterday 14:30", Ok("2026-07-13T14:30:00")),
            ("fri p3", Ok("2026-07-10T10:40:00")),
            ("tue 9:00", Ok("2026-07-07T09:00:00")),
            ("3/7 12:00", Ok("2026-07-03T12:00:00")),
            ("3/12 12:00", Ok("2025-12-03T12:00:00")),
            ("14:21", Err("That is still to come; only what has happened is logged")),
            ("25:00", Err("Write when as 10:15, P3, yesterday 14:20 or Mon P2")),
            ("31/2 9:00", Err("Write when as 10:15, P3, yesterday 14:20 or Mon P2")),
            ("mo 9:00", Err("Write when as 10:15, P3, yesterday 14:20 or Mon P2")),
            ("é15", Err("Write when as 10:15, P3, yesterday 14:20 or Mon P2")),
        ] {
            let found = past(text, NOW, &periods()).map(|at| at.to_string());
            assert_eq!(found.as_deref().map_err(|why| *why), expected, "{text}");
        }
    }

    #[test]
    fn days_by_which_to_do_something() {
        for (text, expected) in [
            ("today", Some("2026-07-14")),
            ("Tomorrow", Some("2026-07-15")),
            ("fri", Some("2026-07-17")),
            ("tuesday", Some("2026-07-21")),
            ("+10", Some("2026-07-24")),
            ("24/7", Some("2026-07-24")),
            ("2/3", Some("2027-03-02")),
            ("soon", None),
            ("32/1", None),
            ("", None),
        ] {
            let found = due(text, NOW.date()).ok().map(|day| day.to_string());
            assert_eq!(found.as_deref(), expected, "{text}");
        }
    }
}
