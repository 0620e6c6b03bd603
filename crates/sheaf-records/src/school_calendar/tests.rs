//! Tests of school-day arithmetic: a published case, counted day by day, and against plain
//! enumeration for random calendars.

use std::collections::BTreeMap;

use jiff::civil::date;

use super::*;
use crate::id::RecordId;
use crate::kind::Kind;

/// An illustrative school year 2024/25 of an English local authority, with the bank holidays of
/// GOV.UK (Open Government Licence v3); the counts were made by enumeration day by day.
fn year_2024() -> Record {
    let mut year = empty("2024/25", date(2024, 9, 1), date(2025, 8, 31));
    for (code, from, to) in [
        ("autumn_1", "2024-09-02", "2024-10-25"),
        ("autumn_2", "2024-11-04", "2024-12-20"),
        ("spring_1", "2025-01-06", "2025-02-14"),
        ("spring_2", "2025-02-24", "2025-04-04"),
        ("summer_1", "2025-04-22", "2025-05-23"),
        ("summer_2", "2025-06-02", "2025-07-22"),
    ] {
        year.set_row("terms", code, "from", day(from));
        year.set_row("terms", code, "to", day(to));
    }
    for inset in ["2024-09-02", "2024-11-04", "2025-01-06", "2025-06-02", "2025-07-22"] {
        year.set_row("inset", inset, "title", "INSET day");
    }
    for closed in [
        "2025-01-08",
        "2024-12-25",
        "2024-12-26",
        "2025-01-01",
        "2025-04-18",
        "2025-04-21",
        "2025-05-05",
        "2025-05-26",
    ] {
        year.set_row("closures", closed, "title", "Closed");
    }
    year
}

fn empty(name: &str, from: Date, to: Date) -> Record {
    let mut year = Record {
        id: RecordId::from_bytes([1; 16]),
        kind: Kind::Calendar,
        fields: Default::default(),
    };
    year.set("year", name);
    year.set("from", from);
    year.set("to", to);
    year
}

fn day(text: &str) -> Date {
    text.parse().unwrap()
}

#[test]
fn days_are_counted_as_by_enumeration() {
    let calendar = SchoolCalendar::new([&year_2024()]).unwrap();
    assert_eq!(calendar.days().len(), 189);
    assert_eq!(calendar.days().first(), Some(&date(2024, 9, 3)));
    assert_eq!(calendar.days().last(), Some(&date(2025, 7, 21)));
    let halves: Vec<_> =
        calendar.half_terms().iter().map(|h| calendar.school_days(h.from, h.to)).collect();
    assert_eq!(halves, [39, 34, 28, 30, 23, 35]);
    let mut months = BTreeMap::<_, u32>::new();
    let mut weekdays = [0; 5];
    for day in calendar.days() {
        *months.entry((day.year(), day.month())).or_default() += 1;
        weekdays[usize::try_from(day.weekday().to_monday_zero_offset()).unwrap()] += 1;
    }
    let months: Vec<_> = months.into_values().collect();
    assert_eq!(months, [20, 19, 19, 15, 18, 15, 21, 11, 16, 20, 15]);
    assert_eq!(weekdays, [34, 39, 38, 39, 39]);
}

#[test]
fn differences_include_both_ends() {
    let calendar = SchoolCalendar::new([&year_2024()]).unwrap();
    for (from, to, expected) in [
        ("2025-04-16", "2025-06-26", 41),
        ("2025-04-23", "2025-06-19", 35),
        ("2025-05-15", "2025-07-29", 42),
        ("2024-12-03", "2024-12-26", 14),
        ("2025-05-17", "2025-07-16", 37),
        ("2025-07-16", "2025-10-02", 4),
        ("2024-12-01", "2024-12-13", 10),
        ("2025-04-13", "2025-05-21", 21),
        ("2024-11-08", "2024-11-19", 8),
        ("2025-05-30", "2025-06-04", 2),
        ("2025-06-28", "2025-08-17", 16),
        ("2025-04-16", "2025-07-03", 46),
        ("2024-11-16", "2025-02-03", 44),
        ("2024-09-04", "2024-11-10", 42),
        ("2024-09-29", "2024-10-06", 5),
        ("2024-09-15", "2024-10-09", 18),
        ("2024-12-29", "2025-03-15", 43),
        ("2024-09-12", "2024-11-10", 36),
        ("2025-02-11", "2025-04-08", 34),
        ("2025-06-26", "2025-07-21", 18),
        ("2025-05-20", "2025-06-18", 16),
        ("2025-07-21", "2025-08-27", 1),
        ("2025-05-10", "2025-05-10", 0),
        ("2024-10-10", "2024-12-07", 36),
        ("2025-01-17", "2025-03-10", 32),
    ] {
        assert_eq!(calendar.school_days(day(from), day(to)), expected, "{from} {to}");
    }
    assert_eq!(calendar.school_days(date(2025, 6, 26), date(2025, 6, 25)), 0);
}

#[test]
fn days_are_added_strictly_after() {
    let calendar = SchoolCalendar::new([&year_2024()]).unwrap();
    for (from, n, expected) in [
        ("2025-06-11", 1, "2025-06-12"),
        ("2025-01-10", 10, "2025-01-24"),
        ("2024-12-28", 28, "2025-02-14"),
        ("2025-01-27", 1, "2025-01-28"),
        ("2024-10-07", 28, "2024-11-22"),
        ("2024-10-27", 20, "2024-12-02"),
        ("2024-10-27", 10, "2024-11-18"),
        ("2025-03-18", 1, "2025-03-19"),
        ("2024-09-10", 39, "2024-11-12"),
        ("2024-09-02", 5, "2024-09-09"),
        ("2024-12-18", 1, "2024-12-19"),
        ("2025-04-30", 20, "2025-06-06"),
        ("2025-03-24", 20, "2025-05-07"),
        ("2024-10-09", 28, "2024-11-26"),
        ("2024-09-15", 0, "2024-09-15"),
        ("2024-09-09", -4, "2024-09-03"),
        ("2025-08-01", -1, "2025-07-21"),
    ] {
        assert_eq!(calendar.add_school_days(day(from), n), Some(day(expected)), "{from} {n}");
    }
    assert_eq!(calendar.add_school_days(date(2025, 7, 21), 5), None);
    assert_eq!(calendar.add_school_days(date(2024, 9, 3), -1), None);
}

/// A small generator, so that this crate needs no other for its tests (Steele and others 2014).
struct SplitMix(u64);

impl SplitMix {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % bound
    }

    fn days(&mut self, bound: u64) -> jiff::Span {
        jiff::Span::new().days(i64::try_from(self.below(bound)).unwrap())
    }
}

/// A random calendar with the plain list of its open days.
fn random(rng: &mut SplitMix) -> (Vec<Record>, Vec<Date>) {
    let mut at = date(2023, 8, 25).saturating_add(rng.days(30));
    let mut records = Vec::new();
    let mut open = Vec::new();
    for year in 2023..2026 {
        let mut record = empty(&format!("{year}/{}", year % 100 + 1), at, at);
        for code in ["autumn_1", "autumn_2", "spring_1", "spring_2", "summer_1", "summer_2"] {
            let to = at.saturating_add(rng.days(50));
            record.set_row("terms", code, "from", at);
            record.set_row("terms", code, "to", to);
            while at <= to {
                let closed = rng.below(20) == 0;
                if closed {
                    let field = if rng.below(2) == 0 { "inset" } else { "closures" };
                    record.set_row(field, &at.to_string(), "title", "Closed");
                }
                if !closed && at.weekday().to_monday_zero_offset() < 5 {
                    open.push(at);
                }
                at = at.tomorrow().unwrap();
            }
            record.set("to", to);
            at = at.saturating_add(rng.days(20));
        }
        at = at.saturating_add(rng.days(40));
        records.push(record);
    }
    (records, open)
}

#[test]
fn random_calendars_agree_with_enumeration() {
    for seed in 0..40 {
        let mut rng = SplitMix(seed);
        let (mut records, open) = random(&mut rng);
        records.reverse();
        let calendar = SchoolCalendar::new(&records).unwrap();
        assert_eq!(calendar.days(), open, "seed {seed}");
        for _ in 0..200 {
            let a = date(2023, 8, 1).saturating_add(rng.days(1200));
            let b = date(2023, 8, 1).saturating_add(rng.days(1200));
            let n = usize::try_from(rng.below(60)).unwrap() + 1;
            let between = open.iter().filter(|d| (a..=b).contains(d)).count();
            assert_eq!(calendar.school_days(a, b) as usize, between, "seed {seed}: {a} {b}");
            let after = open.iter().filter(|d| **d > a).nth(n - 1).copied();
            let before = open.iter().rev().filter(|d| **d < a).nth(n - 1).copied();
            let step = i32::try_from(n).unwrap();
            assert_eq!(calendar.add_school_days(a, step), after, "seed {seed}: {a} +{n}");
            assert_eq!(calendar.add_school_days(a, -step), before, "seed {seed}: {a} -{n}");
            let index = open.iter().position(|d| *d == a);
            assert_eq!(calendar.day_index(a).map(|i| i as usize), index, "seed {seed}: {a}");
            assert_eq!(calendar.is_open(a), index.is_some());
        }
    }
}

#[test]
fn days_number_as_dates_follow() {
    let first = date(1899, 12, 1);
    for (number, day) in (day_number(first)..).zip(first.series(jiff::Span::new().days(1))) {
        assert_eq!(day_number(day), number, "{day}");
        if day.year() > 2120 {
            return;
        }
    }
}

#[test]
fn half_terms_terms_and_years_are_found() {
    let calendar = SchoolCalendar::new([&year_2024()]).unwrap();
    let code = |date| calendar.half_term(date).map(|half| half.code.as_str());
    assert_eq!(code(date(2024, 10, 25)), Some("autumn_1"));
    assert_eq!(code(date(2024, 10, 28)), None, "a holiday");
    assert_eq!(code(date(2025, 5, 10)), Some("summer_1"), "a Saturday in it");
    assert_eq!(calendar.term(date(2025, 3, 3)), Some("spring"));
    assert_eq!(calendar.year(date(2024, 10, 28)), Some("2024/25"));
    assert_eq!(calendar.year(date(2024, 8, 31)), None);
}

#[test]
fn weeks_alternate_over_holidays() {
    let mut year = year_2024();
    assert_eq!(SchoolCalendar::new([&year]).unwrap().week_letter(date(2024, 9, 3)), None);
    year.set("week_a_from", date(2024, 9, 11));
    let calendar = SchoolCalendar::new([&year]).unwrap();
    let letter = |month, day| calendar.week_letter(date(2024, month, day)).map(WeekLetter::name);
    assert_eq!(letter(9, 9), Some("A"));
    assert_eq!(letter(9, 15), Some("A"), "the Sunday of that week");
    assert_eq!(letter(9, 16), Some("B"));
    assert_eq!(letter(9, 4), Some("B"), "the week before");
    assert_eq!(letter(10, 25), Some("A"));
    assert_eq!(letter(10, 28), None, "a holiday");
    assert_eq!(letter(11, 5), Some("B"), "the holiday does not count");
}

fn with_periods() -> Record {
    let mut year = year_2024();
    for (order, code, kind, starts, ends) in [
        (2, "P2", "lesson", "10:00", "11:00"),
        (1, "P1", "lesson", "09:00", "10:00"),
        (3, "BREAK", "break", "11:00", "11:20"),
    ] {
        year.set_row("periods", code, "title", code);
        year.set_row("periods", code, "order", i64::from(order));
        year.set_row("periods", code, "kind", kind);
        year.set_row("periods", code, "starts", starts);
        year.set_row("periods", code, "ends", ends);
    }
    year
}

#[test]
fn a_time_falls_in_its_period_on_school_days() {
    let calendar = SchoolCalendar::new([&with_periods()]).unwrap();
    let code = |date: Date, hour, minute| {
        calendar.period_at(date.at(hour, minute, 0, 0)).map(|period| period.code.as_str())
    };
    let open = date(2024, 9, 3);
    assert_eq!(code(open, 9, 0), Some("P1"));
    assert_eq!(code(open, 9, 59), Some("P1"));
    assert_eq!(code(open, 10, 0), Some("P2"));
    assert_eq!(code(open, 11, 20), None);
    assert_eq!(code(date(2024, 9, 7), 9, 0), None, "a Saturday");
    let lessons: Vec<_> = calendar.lesson_periods().map(|period| period.code.as_str()).collect();
    assert_eq!(lessons, ["P1", "P2"]);
}

#[test]
fn records_that_make_no_calendar_are_refused() {
    let refused = |record: &Record| SchoolCalendar::new([record]).unwrap_err().to_string();
    let mut year = year_2024();
    year.set_row("terms", "autumn_2", "from", date(2024, 10, 1));
    assert!(refused(&year).contains("`autumn_1 2024/25` and `autumn_2 2024/25` share days"));
    year = year_2024();
    year.set_row("terms", "autumn_1", "to", date(2024, 8, 1));
    assert!(refused(&year).contains("`autumn_1` ends before it begins"));
    year = year_2024();
    year.fields.remove("to");
    assert!(refused(&year).contains("both its first and its last day"));
    year = year_2024();
    year.set_row("inset", "someday", "title", "x");
    assert!(refused(&year).contains("a key of `inset` is no date"));
    year = year_2024();
    year.set_row("terms", "summer_2", "to", date(2199, 1, 1));
    assert!(refused(&year).contains("more than 60 years"));
}

#[test]
fn an_empty_calendar_has_no_days() {
    let calendar = SchoolCalendar::new([]).unwrap();
    assert!(calendar.days().is_empty() && !calendar.is_open(date(2026, 9, 1)));
    assert_eq!(calendar.school_days(date(2020, 1, 1), date(2030, 1, 1)), 0);
    assert_eq!(calendar.add_school_days(date(2026, 9, 1), 1), None);
    assert_eq!(calendar.day_index(date(2026, 9, 1)), None);
}
