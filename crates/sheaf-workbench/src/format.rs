//! Dates and numbers as a school writes them.

use jiff::ToSpan as _;
use jiff::civil::{Date, DateTime};

/// `14 July`, with the year if it is another one.
pub fn day(date: Date, today: Option<Date>) -> String {
    match today {
        Some(today) if today.year() == date.year() => date.strftime("%-d %B").to_string(),
        _ => date.strftime("%-d %B %Y").to_string(),
    }
}

/// `Today`, `Yesterday` or `Tuesday 14 July`.
pub fn day_heading(date: Date, today: Option<Date>) -> String {
    let yesterday = today.and_then(|today| today.checked_sub(1.day()).ok());
    if Some(date) == today {
        return "Today".to_owned();
    }
    if Some(date) == yesterday {
        return "Yesterday".to_owned();
    }
    format!("{} {}", date.strftime("%A"), day(date, today))
}

/// `Fri 17 July`, with the year if it is another one.
pub fn weekday(date: Date, today: Option<Date>) -> String {
    format!("{} {}", date.strftime("%a"), day(date, today))
}

/// `July 2026`.
pub fn month(date: Date) -> String {
    date.strftime("%B %Y").to_string()
}

/// `10:15`.
pub fn clock(at: DateTime) -> String {
    at.strftime("%H:%M").to_string()
}

/// `14 July, 10:15`.
pub fn moment(at: DateTime, today: Option<Date>) -> String {
    format!("{}, {}", day(at.date(), today), clock(at))
}

/// `1 incident`, `2 incidents`.
pub fn count(number: u64, one: &str, many: &str) -> String {
    format!("{} {}", grouped(number), if number == 1 { one } else { many })
}

/// Digits in groups of three: `12 450`, with a narrow space that does not break.
pub fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push('\u{202f}');
        }
        text.push(digit);
    }
    text
}

/// The first letters of the first and last name.
pub fn initials(name: &str) -> String {
    let mut words = name.split_whitespace();
    let first = words.next().and_then(|word| word.chars().next());
    let last = words.next_back().and_then(|word| word.chars().next());
    first.into_iter().chain(last).flat_map(char::to_uppercase).collect()
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn days_are_named_from_today() {
        let today = Some(date(2026, 7, 15));
        assert_eq!(day_heading(date(2026, 7, 15), today), "Today");
        assert_eq!(day_heading(date(2026, 7, 14), today), "Yesterday");
        assert_eq!(day_heading(date(2026, 7, 10), today), "Friday 10 July");
        assert_eq!(day_heading(date(2025, 7, 10), today), "Thursday 10 July 2025");
        assert_eq!(weekday(date(2026, 7, 17), today), "Fri 17 July");
        assert_eq!(weekday(date(2025, 12, 11), today), "Thu 11 December 2025");
        assert_eq!(moment(date(2026, 7, 10).at(9, 5, 0, 0), today), "10 July, 09:05");
    }

    #[test]
    fn numbers_and_names() {
        assert_eq!(grouped(1_234_567), "1\u{202f}234\u{202f}567");
        assert_eq!(grouped(999), "999");
        assert_eq!(count(1, "incident", "incidents"), "1 incident");
        assert_eq!(initials("Zoë van der Berg"), "ZB");
        assert_eq!(initials("Cher"), "C");
        assert_eq!(initials(""), "");
    }
}
