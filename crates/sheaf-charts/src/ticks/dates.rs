//! Ticks of a date axis: half-terms if the school's calendar is given, else months, weeks, days.

use jiff::civil::{Date, Weekday};
use jiff::{Span, ToSpan};

use crate::axis::Tick;
use crate::format::{date_of, day_number};

/// How far apart date ticks may be, the closest first.
#[derive(Clone, Copy)]
enum Every {
    Days(i64),
    Weeks(i64),
    Months(i64),
}

const STEPS: [Every; 10] = [
    Every::Days(1),
    Every::Days(2),
    Every::Weeks(1),
    Every::Weeks(2),
    Every::Months(1),
    Every::Months(2),
    Every::Months(3),
    Every::Months(6),
    Every::Months(12),
    Every::Months(60),
];

impl Every {
    /// About how many days one step is.
    fn days(self) -> f64 {
        match self {
            Self::Days(count) => count as f64,
            Self::Weeks(count) => count as f64 * 7.0,
            Self::Months(count) => count as f64 * 30.44,
        }
    }

    fn span(self) -> Span {
        match self {
            Self::Days(count) => count.days(),
            Self::Weeks(count) => count.weeks(),
            Self::Months(count) => count.months(),
        }
    }

    /// The first date of this rhythm on or before a date.
    fn start(self, date: Date) -> Option<Date> {
        match self {
            Self::Days(_) => Some(date),
            Self::Weeks(_) => {
                let back = date.weekday().since(Weekday::Monday);
                date.checked_sub(i64::from(back).days()).ok()
            }
            Self::Months(count) => {
                let month = i64::from(date.month() - 1);
                date.first_of_month().checked_sub((month % count.min(12)).months()).ok()
            }
        }
    }

    fn label(self, date: Date, first: bool) -> String {
        let with_year = match self {
            Self::Months(count) => first || count >= 12 || date.month() == 1,
            _ => first,
        };
        let pattern = match (self, with_year) {
            (Self::Months(_), true) => "%b %Y",
            (Self::Months(_), false) => "%b",
            (_, true) => "%-d %b %Y",
            (_, false) => "%-d %b",
        };
        date.strftime(pattern).to_string()
    }
}

/// The ticks between two days.
pub fn ticks(starts: &[(i32, String)], domain: (f64, f64), at_most: usize) -> Vec<Tick> {
    let inside: Vec<&(i32, String)> =
        starts.iter().filter(|(day, _)| (domain.0..=domain.1).contains(&f64::from(*day))).collect();
    if (2..=at_most).contains(&inside.len()) {
        return inside
            .into_iter()
            .map(|(day, name)| Tick { value: f64::from(*day), label: name.clone() })
            .collect();
    }
    let days = domain.1 - domain.0;
    let fits = |step: &Every| days / step.days() <= at_most as f64 - 1.0;
    let step = STEPS.into_iter().find(fits).unwrap_or(Every::Months(60));
    walk(step, domain, at_most)
}

fn walk(step: Every, domain: (f64, f64), at_most: usize) -> Vec<Tick> {
    let mut ticks: Vec<Tick> = Vec::new();
    let mut next = date_of(domain.0).and_then(|date| step.start(date));
    while let Some(date) = next {
        let day = f64::from(day_number(date));
        if day > domain.1 || ticks.len() > at_most {
            break;
        }
        if day >= domain.0 {
            ticks.push(Tick { value: day, label: step.label(date, ticks.is_empty()) });
        }
        next = date.checked_add(step.span()).ok();
    }
    ticks
}
