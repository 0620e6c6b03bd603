//! Numbers and dates as words: one place, so that a tick, a tooltip and a sentence agree.

use jiff::civil::Date;

use crate::axis::Scale;

/// Day 0 of a date axis.
const EPOCH: Date = Date::constant(1970, 1, 1);

/// The days since 1970-01-01, as a date axis counts them.
pub fn day_number(date: Date) -> i32 {
    (date - EPOCH).get_days()
}

/// The date of a day number, if the calendar has it.
pub fn date_of(day: f64) -> Option<Date> {
    if !day.is_finite() || day.abs() > 3_000_000.0 {
        return None;
    }
    EPOCH.checked_add(jiff::Span::new().try_days(day.round() as i64).ok()?).ok()
}

/// A value of a scale in words.
pub fn value(scale: &Scale, value: f64) -> String {
    match scale {
        Scale::Count | Scale::SchoolDays => decimal(value, decimals_of(value).min(2)),
        Scale::Number => decimal(value, decimals_of(value)),
        Scale::Share => percent(value),
        Scale::Date { .. } => {
            date_of(value).map_or_else(String::new, |date| date.strftime("%-d %b %Y").to_string())
        }
        Scale::Category { names } => category(names, value),
    }
}

/// A share as a percentage: whole from 10 %, one decimal below.
pub fn percent(share: f64) -> String {
    let percent = share * 100.0;
    let decimals = usize::from(percent.abs() < 9.95 && (percent - percent.round()).abs() > 0.05);
    format!("{} %", decimal(percent, decimals))
}

/// A number with a fixed count of decimals and commas between the thousands.
pub fn decimal(value: f64, decimals: usize) -> String {
    let text = format!("{:.decimals$}", value.abs());
    let (whole, fraction) = text.split_once('.').unwrap_or((&text, ""));
    let mut out = String::new();
    if value < 0.0 && text.bytes().any(|byte| (b'1'..=b'9').contains(&byte)) {
        out.push('\u{2212}');
    }
    for (place, digit) in whole.chars().enumerate() {
        if place > 0 && (whole.len() - place).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    if !fraction.is_empty() {
        out.push('.');
        out.push_str(fraction);
    }
    out
}

/// Below this a number is what rounding leaves of none.
const NOTHING: f64 = 1e-12;

/// How many decimals show three significant digits, without zeros at the end.
pub(crate) fn decimals_of(value: f64) -> usize {
    let most = match value.abs() {
        size if size >= 100.0 => 0,
        size if size >= 10.0 => 1,
        size if size >= 1.0 => 2,
        size if !(NOTHING..0.01).contains(&size) => 3,
        // Three digits after the zeros: 3 in a million is not nothing.
        size => usize::try_from(2 - size.log10().floor() as i32).unwrap_or(3),
    };
    let text = format!("{value:.most$}");
    match text.split_once('.') {
        Some((_, fraction)) => fraction.trim_end_matches('0').len(),
        None => 0,
    }
}

fn category(names: &[String], value: f64) -> String {
    let place = value.round();
    let name = if place >= 0.0 { names.get(place as usize) } else { None };
    name.cloned().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_read_as_people_write_them() {
        for (value, decimals, expected) in [
            (0.0, 0, "0"),
            (1234.0, 0, "1,234"),
            (1_234_567.891, 1, "1,234,567.9"),
            (-0.04, 1, "0.0"),
            (-12.5, 1, "\u{2212}12.5"),
            (999.96, 1, "1,000.0"),
        ] {
            assert_eq!(decimal(value, decimals), expected);
        }
    }

    #[test]
    fn shares_are_whole_from_ten_per_cent() {
        for (share, expected) in
            [(0.0, "0 %"), (0.48, "48 %"), (0.4849, "48 %"), (0.034, "3.4 %"), (0.03, "3 %")]
        {
            assert_eq!(percent(share), expected);
        }
    }

    #[test]
    fn a_small_number_is_not_nothing() {
        for (number, expected) in [
            (0.25, "0.25"),
            (0.0123, "0.012"),
            (0.000_003, "0.000003"),
            (0.000_123_4, "0.000123"),
            (1e-17, "0"),
        ] {
            assert_eq!(value(&Scale::Number, number), expected);
        }
    }

    #[test]
    fn days_turn_into_dates_and_back() {
        let date = Date::constant(2026, 11, 12);
        assert_eq!(date_of(f64::from(day_number(date))), Some(date));
        assert_eq!(date_of(f64::NAN), None);
        assert_eq!(date_of(1e300), None);
        let scale = Scale::Date { starts: Vec::new() };
        assert_eq!(value(&scale, f64::from(day_number(date))), "12 Nov 2026");
    }

    #[test]
    fn categories_are_named() {
        let scale = Scale::Category { names: vec!["Year 7".into(), "Year 8".into()] };
        assert_eq!(value(&scale, 1.0), "Year 8");
        assert_eq!(value(&scale, -3.0), "");
        assert_eq!(value(&scale, 9.0), "");
    }
}
