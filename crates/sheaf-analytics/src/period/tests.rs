//! Periods by name, in a calendar of two years.

use jiff::civil::date;

use super::*;
use crate::test_school::calendar;

#[track_caller]
fn check(text: &str, as_of: Date, from: Date, to: Date) {
    let found = text.parse::<PeriodSpec>().unwrap().resolve(&calendar(), as_of).unwrap();
    assert_eq!(found, Period { from, to });
}

#[test]
fn names_mean_days() {
    let today = date(2025, 3, 12);
    check("this_year", today, date(2024, 9, 1), today);
    check("last_year", today, date(2023, 9, 1), date(2024, 7, 23));
    check("this_term", today, date(2025, 1, 6), today);
    check("this_half_term", today, date(2025, 2, 24), today);
    check("last_half_term", today, date(2025, 1, 6), date(2025, 2, 14));
    check("2024-10-01..2024-10-31", today, date(2024, 10, 1), date(2024, 10, 31));
    check("last_5_school_days", today, date(2025, 3, 6), today);
    check("last_1_school_days", date(2025, 3, 9), date(2025, 3, 7), date(2025, 3, 9));
}

#[track_caller]
fn check_before(text: &str, as_of: Date, from: Date, to: Date) {
    let calendar = calendar();
    let spec = text.parse::<PeriodSpec>().unwrap();
    let (this, found) =
        (spec.resolve(&calendar, as_of).unwrap(), spec.before(&calendar, as_of).unwrap());
    assert_eq!(found, Period { from, to });
    assert!(found.to < this.from, "the two do not overlap");
}

#[test]
fn the_period_before_is_of_equal_kind_and_as_far_in() {
    let today = date(2025, 3, 12);
    let calendar = calendar();
    let days = |period: Period| calendar.school_days(period.from, period.to);
    for text in
        ["this_year", "this_term", "this_half_term", "last_7_school_days", "2025-01-08..2025-01-20"]
    {
        let spec = text.parse::<PeriodSpec>().unwrap();
        let (this, before) =
            (spec.resolve(&calendar, today).unwrap(), spec.before(&calendar, today).unwrap());
        assert_eq!(days(before), days(this), "{text}");
        assert!(before.to < this.from, "{text}");
    }
    let year = PeriodSpec::ThisYear.before(&calendar, today).unwrap();
    assert_eq!(year.from, date(2023, 9, 1));
    let term = PeriodSpec::ThisTerm.before(&calendar, today).unwrap();
    assert_eq!(calendar.term(term.to), Some("autumn"));
    check_before("last_half_term", today, date(2024, 11, 4), date(2024, 12, 20));
    check_before("last_5_school_days", today, date(2025, 2, 27), date(2025, 3, 5));
}

#[test]
fn a_whole_period_is_compared_with_a_whole_one() {
    let summer = date(2025, 8, 1);
    check_before("this_year", summer, date(2023, 9, 1), date(2024, 7, 23));
}

#[test]
fn a_period_before_the_calendar_is_refused() {
    let today = date(2025, 3, 12);
    for text in ["last_year", "2023-09-04..2023-09-08", "2025-02-15..2025-02-16"] {
        let spec = text.parse::<PeriodSpec>().unwrap();
        assert!(spec.before(&calendar(), today).is_err(), "{text}");
    }
}

/// Rates of days before the first one would be zeros that nobody recorded.
#[test]
fn a_school_in_its_first_year_has_fewer_school_days() {
    check("last_190_school_days", date(2023, 9, 8), date(2023, 9, 4), date(2023, 9, 8));
    let spec = PeriodSpec::LastSchoolDays(190);
    assert!(spec.resolve(&calendar(), date(2023, 8, 31)).is_err());
    assert!(spec.before(&calendar(), date(2023, 9, 8)).is_err());
}

#[test]
fn in_a_holiday_the_period_that_began_last_is_meant() {
    let summer = date(2024, 8, 10);
    check("this_half_term", summer, date(2024, 6, 3), date(2024, 7, 23));
    check("this_year", summer, date(2023, 9, 1), date(2024, 7, 23));
}

#[test]
fn what_the_calendar_does_not_reach_is_refused() {
    let resolve =
        |text: &str, as_of| text.parse::<PeriodSpec>().unwrap().resolve(&calendar(), as_of);
    assert!(resolve("last_year", date(2024, 1, 10)).is_err());
    assert!(resolve("this_year", date(2020, 1, 10)).is_err());
    // Nobody has entered the years since.
    for spec in ["this_year", "this_half_term", "last_20_school_days"] {
        let told = resolve(spec, date(2040, 1, 10)).unwrap_err().to_string();
        assert!(told.contains("add the school year first"), "{told}");
    }
    assert!(resolve("last_500_school_days", date(2020, 1, 10)).is_err());
}

#[test]
fn nonsense_is_refused_by_name_and_good_text_comes_back() {
    for text in ["", "this year", "last_0_school_days", "2024-03-01..", "2025-01-02..2024-01-01"] {
        assert!(text.parse::<PeriodSpec>().unwrap_err().to_string().contains("is no period"));
    }
    for text in ["2024-02-30..2024-03-01", "2024-02-01..2024-02-30", "2024-02-30.."] {
        let wrong = text.parse::<PeriodSpec>().unwrap_err();
        assert_eq!(wrong, AnalyticsError::NotADate("2024-02-30".to_owned()), "{text}");
    }
    for text in
        PeriodSpec::NAMES.into_iter().chain(["last_20_school_days", "2024-09-01..2024-09-02"])
    {
        assert_eq!(text.parse::<PeriodSpec>().unwrap().to_string(), text);
    }
}
