//! Where ticks fall and what they say, for any part of any scale.

mod dates;

use crate::axis::{Scale, Tick};
use crate::format;

/// No axis has room for more ticks than this.
const MOST_TICKS: usize = 60;

/// Letters of a name for which an axis has room in each of its places, and between two names.
const USUAL_NAME: usize = 12;
const NAME_GAP: usize = 2;

/// The steps of a number axis within one power of ten.
const NUMBER_STEPS: [f64; 4] = [1.0, 2.0, 5.0, 10.0];
/// Steps in school days: a week is five.
const SCHOOL_DAY_STEPS: [f64; 9] = [1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0, 200.0, 500.0];

/// The ticks of a scale between the two ends of a domain, at most so many.
pub fn ticks_for(scale: &Scale, domain: (f64, f64), at_most: usize) -> Vec<Tick> {
    let at_most = at_most.clamp(2, MOST_TICKS);
    if !domain.0.is_finite() || !domain.1.is_finite() || domain.0 >= domain.1 {
        return Vec::new();
    }
    match scale {
        Scale::Date { starts } => dates::ticks(starts, domain, at_most),
        Scale::Category { names } => categories(names, domain, at_most),
        _ => numbers(scale, domain, step(scale, domain, at_most)),
    }
}

/// The distance between ticks of a number scale.
pub fn step(scale: &Scale, domain: (f64, f64), at_most: usize) -> f64 {
    let least = (domain.1 - domain.0) / (at_most.max(2) - 1) as f64;
    match scale {
        Scale::SchoolDays => {
            SCHOOL_DAY_STEPS.into_iter().find(|step| *step >= least).unwrap_or_else(|| nice(least))
        }
        Scale::Count => nice(least).max(1.0),
        _ => nice(least),
    }
}

/// The smallest of 1, 2 and 5 times a power of ten that is not below `least`.
fn nice(least: f64) -> f64 {
    if !(least.is_finite() && least > 0.0) {
        return 1.0;
    }
    let power = 10f64.powi(least.log10().floor().clamp(-300.0, 300.0) as i32);
    let fits = |step: &f64| step * power >= least * (1.0 - 1e-9);
    NUMBER_STEPS.into_iter().find(fits).unwrap_or(10.0) * power
}

fn numbers(scale: &Scale, domain: (f64, f64), step: f64) -> Vec<Tick> {
    let slack = step * 1e-6;
    let first = ((domain.0 - slack) / step).ceil();
    let last = ((domain.1 + slack) / step).floor();
    let count = (last - first).clamp(-1.0, MOST_TICKS as f64) as i64 + 1;
    let ticks = (0..count).map(|place| {
        let value = (first + place as f64) * step;
        // 3 × 0.1 is not 0.3: round to the step's own last digit.
        let value = tidy(value, step);
        Tick { value, label: label(scale, value, step) }
    });
    ticks.collect()
}

fn tidy(value: f64, step: f64) -> f64 {
    let digits = decimals(step).min(12) as i32;
    let shift = 10f64.powi(digits);
    let tidied = (value * shift).round() / shift;
    if tidied.is_finite() { tidied + 0.0 } else { value }
}

fn label(scale: &Scale, value: f64, step: f64) -> String {
    match scale {
        Scale::Share => format!("{} %", format::decimal(value * 100.0, decimals(step * 100.0))),
        _ => format::decimal(value, decimals(step)),
    }
}

/// How many decimals tell one tick from the next.
fn decimals(step: f64) -> usize {
    (0..12)
        .find(|&digits| {
            let scaled = step * 10f64.powi(digits);
            (scaled - scaled.round()).abs() < 1e-6 * scaled.abs().max(1e-3)
        })
        .map_or(12, |digits| digits as usize)
}

fn categories(names: &[String], domain: (f64, f64), at_most: usize) -> Vec<Tick> {
    let shown: Vec<(usize, &String)> = names
        .iter()
        .enumerate()
        .filter(|(place, _)| (domain.0..=domain.1).contains(&(*place as f64)))
        .collect();
    let longest = shown.iter().map(|(_, name)| name.chars().count()).max().unwrap_or_default();
    // Short names leave room for more of them.
    let most = at_most.max(at_most * USUAL_NAME / (longest + NAME_GAP));
    let every = shown.len().div_ceil(most.max(1)).max(1);
    shown
        .into_iter()
        .step_by(every)
        .map(|(place, name)| Tick { value: place as f64, label: name.clone() })
        .collect()
}

#[cfg(test)]
mod tests;
