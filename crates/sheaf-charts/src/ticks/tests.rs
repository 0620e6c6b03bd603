//! Tables of ticks.

use jiff::civil::date;

use super::*;
use crate::format::day_number;

#[track_caller]
fn check(scale: &Scale, domain: (f64, f64), at_most: usize, expected: &[&str]) {
    let ticks = ticks_for(scale, domain, at_most);
    let labels: Vec<&str> = ticks.iter().map(|tick| tick.label.as_str()).collect();
    assert_eq!(labels, expected);
    assert!(
        ticks.iter().all(|tick| tick.value >= domain.0 - 1e-9 && tick.value <= domain.1 + 1e-9)
    );
    assert!(ticks.len() <= at_most + 1);
}

#[test]
fn numbers_step_by_one_two_or_five() {
    check(&Scale::Number, (0.0, 1.0), 6, &["0.0", "0.2", "0.4", "0.6", "0.8", "1.0"]);
    check(&Scale::Number, (0.0, 0.3), 4, &["0.0", "0.1", "0.2", "0.3"]);
    check(&Scale::Number, (0.0, 4321.0), 6, &["0", "1,000", "2,000", "3,000", "4,000"]);
    check(&Scale::Number, (-3.0, 3.0), 5, &["\u{2212}2", "0", "2"]);
    check(&Scale::Number, (0.0, 0.0007), 5, &["0.0000", "0.0002", "0.0004", "0.0006"]);
}

#[test]
fn counts_never_have_a_tick_between_whole_numbers() {
    check(&Scale::Count, (0.0, 2.0), 6, &["0", "1", "2"]);
    check(&Scale::Count, (0.0, 37.0), 6, &["0", "10", "20", "30"]);
}

#[test]
fn shares_are_percentages() {
    check(&Scale::Share, (0.0, 0.8), 6, &["0 %", "20 %", "40 %", "60 %", "80 %"]);
    check(&Scale::Share, (0.0, 0.01), 6, &["0.0 %", "0.2 %", "0.4 %", "0.6 %", "0.8 %", "1.0 %"]);
}

#[test]
fn school_days_fall_on_weeks_of_five() {
    check(&Scale::SchoolDays, (0.0, 4.0), 9, &["0", "1", "2", "3", "4"]);
    check(&Scale::SchoolDays, (0.0, 30.0), 9, &["0", "5", "10", "15", "20", "25", "30"]);
    check(&Scale::SchoolDays, (0.0, 190.0), 9, &["0", "50", "100", "150"]);
}

fn days(from: jiff::civil::Date, to: jiff::civil::Date) -> (f64, f64) {
    (f64::from(day_number(from)), f64::from(day_number(to)))
}

#[test]
fn a_date_axis_prefers_the_half_terms() {
    let start = |day, name: &str| (day_number(day), name.to_owned());
    let starts = vec![
        start(date(2025, 9, 3), "Autumn 1"),
        start(date(2025, 11, 3), "Autumn 2"),
        start(date(2026, 1, 5), "Spring 1"),
    ];
    let scale = Scale::Date { starts };
    let year = days(date(2025, 9, 1), date(2026, 2, 1));
    check(&scale, year, 9, &["Autumn 1", "Autumn 2", "Spring 1"]);
}

#[test]
fn without_half_terms_it_steps_by_days_weeks_months_and_years() {
    let scale = Scale::Date { starts: Vec::new() };
    let check_days = |from, to, expected: &[&str]| check(&scale, days(from, to), 7, expected);
    check_days(date(2026, 3, 2), date(2026, 3, 5), &["2 Mar 2026", "3 Mar", "4 Mar", "5 Mar"]);
    check_days(date(2026, 3, 3), date(2026, 3, 25), &["9 Mar 2026", "16 Mar", "23 Mar"]);
    let months = ["Nov 2025", "Dec", "Jan 2026", "Feb"];
    check_days(date(2025, 10, 20), date(2026, 2, 20), &months);
    check_days(
        date(2019, 6, 1),
        date(2025, 2, 1),
        &["Jan 2020", "Jan 2021", "Jan 2022", "Jan 2023", "Jan 2024", "Jan 2025"],
    );
}

#[test]
fn categories_are_thinned_where_there_is_no_room() {
    let names = (7..=11).map(|year| format!("Year {year}")).collect();
    let scale = Scale::Category { names };
    check(&scale, (-0.5, 4.5), 9, &["Year 7", "Year 8", "Year 9", "Year 10", "Year 11"]);
    check(&scale, (-0.5, 4.5), 3, &["Year 7", "Year 9", "Year 11"]);
}

#[test]
fn short_names_are_thinned_less() {
    let of = |names: &[&str]| Scale::Category {
        names: names.iter().map(|name| (*name).to_owned()).collect(),
    };
    let days = ["Mon am", "Mon pm", "Tue am", "Tue pm", "Wed am", "Wed pm", "Thu am", "Thu pm"];
    assert_eq!(ticks_for(&of(&days), (-0.5, 7.5), 6).len(), 8);
    assert_eq!(ticks_for(&of(&days), (-0.5, 7.5), 5).len(), 4);
    let places = ["the canteen", "the library", "the corridor", "the playing field"];
    assert_eq!(ticks_for(&of(&places), (-0.5, 3.5), 3).len(), 2);
}

#[test]
fn an_impossible_domain_has_no_ticks() {
    check(&Scale::Number, (f64::NAN, 1.0), 5, &[]);
    check(&Scale::Number, (1.0, 1.0), 5, &[]);
    check(&Scale::Number, (0.0, f64::INFINITY), 5, &[]);
}
