//! What a case is given, and what comes out.

use serde_json::Value;
use sheaf_stats::Estimate;

/// Figures by name.
pub type Found = Vec<(&'static str, Vec<f64>)>;

/// The input of a case.
pub struct Given<'a>(pub &'a Value);

impl<'a> Given<'a> {
    /// A part with parts of its own.
    pub fn part(&self, name: &str) -> Given<'a> {
        Given(&self.0[name])
    }

    /// Whether it is there.
    pub fn has(&self, name: &str) -> bool {
        !self.0[name].is_null()
    }

    /// A number.
    pub fn number(&self, name: &str) -> f64 {
        self.0[name].as_f64().unwrap_or_else(|| panic!("no number `{name}`"))
    }

    /// A count.
    pub fn count(&self, name: &str) -> u64 {
        self.number(name) as u64
    }

    /// The level, 0.95 where none is given.
    pub fn level(&self) -> f64 {
        if self.has("level") { self.number("level") } else { 0.95 }
    }

    /// A word.
    pub fn text(&self, name: &str) -> &'a str {
        self.0[name].as_str().unwrap_or_else(|| panic!("no text `{name}`"))
    }

    /// Numbers; none where it is not there.
    pub fn list(&self, name: &str) -> Vec<f64> {
        numbers(&self.0[name])
    }

    /// Lists of numbers.
    pub fn lists(&self, name: &str) -> Vec<Vec<f64>> {
        self.0[name].as_array().unwrap().iter().map(numbers).collect()
    }

    /// Codes of pupils or groups.
    pub fn codes(&self, name: &str) -> Vec<u32> {
        self.list(name).into_iter().map(|code| code as u32).collect()
    }

    /// Codes, where they are there.
    pub fn some_codes(&self, name: &str) -> Option<Vec<u32>> {
        self.has(name).then(|| self.codes(name))
    }

    /// Yes or no.
    pub fn flags(&self, name: &str) -> Vec<bool> {
        let flag = |value: &Value| value.as_bool().unwrap_or_else(|| value.as_i64() == Some(1));
        self.0[name].as_array().unwrap().iter().map(flag).collect()
    }
}

fn numbers(value: &Value) -> Vec<f64> {
    let none = Vec::new();
    value.as_array().unwrap_or(&none).iter().map(|one| one.as_f64().unwrap()).collect()
}

/// The figures of an estimate.
pub fn of(estimate: &Estimate) -> Found {
    let end = |end: Option<f64>| vec![end.unwrap_or(f64::NAN)];
    vec![
        ("value", vec![estimate.value]),
        ("lower", end(estimate.lower)),
        ("upper", end(estimate.upper)),
        ("p", end(estimate.p)),
        ("log_std_error", end(estimate.log_std_error)),
    ]
}

/// Places or counts as numbers.
pub fn places(places: &[usize]) -> Vec<f64> {
    places.iter().map(|place| *place as f64).collect()
}
