//! The figures of one case.

use serde_json::Value;

/// Where a case says nothing else.
const TOLERANCE: f64 = 1e-6;

/// One figure, or the one of several that is furthest from what it should be.
#[derive(Clone, Debug)]
pub struct Figure {
    /// What it is.
    pub what: String,
    /// What it should be.
    pub expected: f64,
    /// What it is here.
    pub found: f64,
    /// How far apart they may be, in proportion where the figure is larger than 1.
    pub tolerance: f64,
    /// Of how many values.
    pub of: usize,
}

impl Figure {
    /// The difference in units of what is allowed.
    fn distance(&self) -> f64 {
        let distance = (self.found - self.expected).abs();
        let distance = distance / (self.tolerance * self.expected.abs().max(1.0));
        // What is no number at all is as far away as can be.
        if distance.is_nan() { f64::INFINITY } else { distance }
    }

    /// Whether it is what it should be.
    pub fn is_met(&self) -> bool {
        self.distance() <= 1.0
    }
}

/// One case.
pub struct Sheet {
    /// Its id.
    pub id: &'static str,
    /// What it is about.
    pub method: String,
    /// Where the figures come from.
    pub source: String,
    /// Its figures.
    pub figures: Vec<Figure>,
    /// What it expects.
    pub expected: Value,
    /// What it is given.
    pub input: Value,
    tolerance: f64,
}

impl Sheet {
    /// The case of a file.
    pub fn of(id: &'static str, json: &Value) -> Self {
        let text = |name: &str| {
            let text = json[name].as_str().unwrap_or_default();
            // A cell of the page is one line without bars.
            text.replace('|', "/").replace('\n', " ")
        };
        let tolerance = json["tolerance"]["rel"].as_f64().unwrap_or(TOLERANCE);
        Self {
            id,
            method: text("method"),
            source: text("source"),
            figures: Vec::new(),
            expected: json["expected"].clone(),
            input: json["input"].clone(),
            tolerance,
        }
    }

    /// One figure beside what is expected.
    pub fn one(&mut self, what: &str, found: f64, expected: &Value) {
        let (expected, tolerance) = (expected.as_f64().unwrap_or(f64::NAN), self.tolerance);
        self.figures.push(Figure { what: what.to_owned(), expected, found, tolerance, of: 1 });
    }

    /// Several values of a kind; where one is not known to the reference, it is passed over.
    pub fn all(&mut self, what: &str, found: &[f64], expected: &Value) {
        let none = Vec::new();
        let expected = expected.as_array().unwrap_or(&none);
        let tolerance = self.tolerance;
        if found.len() != expected.len() {
            let (expected, found) = (expected.len() as f64, found.len() as f64);
            let what = format!("number of {what}");
            self.figures.push(Figure { what, expected, found, tolerance, of: 1 });
            return;
        }
        let known =
            found.iter().zip(expected).filter_map(|(one, other)| Some((one, other.as_f64()?)));
        let figure = |(found, expected): (&f64, f64)| Figure {
            what: what.to_owned(),
            expected,
            found: *found,
            tolerance,
            of: 1,
        };
        let figures: Vec<Figure> = known.map(figure).collect();
        let of = figures.len();
        let far = figures.into_iter().max_by(|one, two| one.distance().total_cmp(&two.distance()));
        self.figures.extend(far.map(|far| Figure { of, ..far }));
    }

    /// Places or names that must be the same, such as where a change lies.
    pub fn places(&mut self, what: &str, found: &[usize], expected: &Value) {
        let found: Vec<f64> = found.iter().map(|place| *place as f64).collect();
        let expected = match expected {
            Value::Number(_) => Value::Array(vec![expected.clone()]),
            _ => expected.clone(),
        };
        if expected.as_array().is_some_and(Vec::is_empty) && found.is_empty() {
            let zero = Value::from(0);
            return self.one(&format!("number of {what}"), 0.0, &zero);
        }
        self.all(what, &found, &expected);
    }
}
