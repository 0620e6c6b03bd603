//! Pupils who miss one weekday more than the school's own pattern lets expect.

use sheaf_analytics::Missed;
use sheaf_stats::{Adjustment, adjust, binomial_excess};

use super::{AbsenceValue, WEEKDAYS};

/// What of those named may be there by chance: a tenth.
pub const Q: f64 = 0.10;

/// Whoever missed fewer days is not looked at: a habit does not show.
const FEWEST_DAYS: u32 = 10;

/// A pupil and a weekday.
struct Habit {
    row: usize,
    day: usize,
    days: Missed,
    expected: f64,
    p: f64,
}

/// The rows of the pupils with what is said of each, the most surprising first.
///
/// Days, not sessions: a day at home is one decision. Given how many days a pupil missed, they fall
/// on weekdays as the school's own shares of those weekdays let expect.
pub fn find(absence: &AbsenceValue, q: f64) -> Vec<(usize, String)> {
    let week: Vec<(usize, [Missed; 5])> =
        absence.rows().map(|(row, _)| (row, absence.absence.weekdays(row))).collect();
    let school = |day: usize| {
        let days = || week.iter().filter_map(|(_, week)| week.get(day));
        let possible: u64 = days().map(|day| u64::from(day.possible)).sum();
        let absent: u64 = days().map(|day| u64::from(day.absent)).sum();
        absent as f64 / possible.max(1) as f64
    };
    let school: Vec<f64> = (0..WEEKDAYS.len()).map(school).collect();
    let mut habits: Vec<Habit> = Vec::new();
    for (row, week) in &week {
        let missed: u32 = week.iter().map(|day| day.absent).sum();
        if missed < FEWEST_DAYS {
            continue;
        }
        let likely: Vec<f64> =
            week.iter().zip(&school).map(|(day, share)| f64::from(day.possible) * share).collect();
        let all: f64 = likely.iter().sum();
        for (day, (days, likely)) in week.iter().zip(&likely).enumerate() {
            let share = (likely / all).clamp(0.0, 1.0);
            let Ok(p) = binomial_excess(u64::from(days.absent), u64::from(missed), share) else {
                continue;
            };
            let expected = f64::from(missed) * share;
            habits.push(Habit { row: *row, day, days: *days, expected, p });
        }
    }
    named(habits, q)
}

fn named(habits: Vec<Habit>, q: f64) -> Vec<(usize, String)> {
    let p: Vec<f64> = habits.iter().map(|habit| habit.p).collect();
    let Ok(adjusted) = adjust(&p, Adjustment::BenjaminiHochberg) else { return Vec::new() };
    let mut found: Vec<Habit> = habits
        .into_iter()
        .zip(adjusted)
        .filter(|(_, adjusted)| *adjusted < q)
        .map(|(habit, _)| habit)
        .collect();
    found.sort_by(|a, b| a.p.total_cmp(&b.p));
    let said = |habit: Habit| {
        let day = WEEKDAYS.get(habit.day).copied().unwrap_or_default();
        let Missed { possible, absent } = habit.days;
        let expected = sheaf_charts::decimal(habit.expected, 0);
        let rest = "to be expected from the school's own pattern";
        (habit.row, format!("missed {absent} of {possible} {day}s, where {expected} were {rest}"))
    };
    found.into_iter().map(said).collect()
}
