//! An estimate: a value that never travels without its interval, its method and its words.

use serde::Serialize;

use crate::MIN_EVENTS_FOR_PERCENTAGE;

/// What kind of number an estimate is, which decides how it is put into words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Scale {
    /// A part of a whole, 0 to 1.
    Share,
    /// Events for one unit of exposure.
    Rate,
    /// One rate or risk over another; 1 is no difference.
    Ratio,
    /// A test statistic: it has a p-value and no interval.
    Test,
    /// Any other number.
    Number,
}

/// A value with everything that a reader needs to weigh it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Estimate {
    /// The estimate itself.
    pub value: f64,
    /// The lower end of the interval; none for a test or where it is undefined.
    pub lower: Option<f64>,
    /// The upper end of the interval.
    pub upper: Option<f64>,
    /// The level of the interval, such as 0.95.
    pub level: f64,
    /// How many observations it rests on.
    pub n: u64,
    /// How many events it rests on.
    pub events: u64,
    /// The p-value of a test, before any adjustment.
    pub p: Option<f64>,
    /// The p-value adjusted for its family, once the family is known.
    pub p_adjusted: Option<f64>,
    /// The standard error of the log of a ratio, where it is reckoned on that scale.
    pub log_std_error: Option<f64>,
    /// The degrees of freedom of a t interval.
    pub df: Option<f64>,
    /// Whether a share is `events` of `n`; it is not where some of the `n` were not followed for as
    /// long as the share is of.
    #[serde(skip)]
    pub is_of_counts: bool,
    /// What kind of number it is.
    pub scale: Scale,
    /// The method by its usual name.
    pub method: &'static str,
    /// What must hold for it to mean what it says.
    pub assumptions: Vec<&'static str>,
    /// What the reader should know about this instance.
    pub warnings: Vec<String>,
}

impl Estimate {
    /// An estimate with an interval.
    pub(crate) fn interval(
        scale: Scale,
        method: &'static str,
        value: f64,
        (lower, upper): (f64, f64),
        level: f64,
    ) -> Self {
        Self {
            value,
            lower: Some(lower),
            upper: Some(upper),
            level,
            n: 0,
            events: 0,
            p: None,
            p_adjusted: None,
            log_std_error: None,
            df: None,
            is_of_counts: true,
            scale,
            method,
            assumptions: Vec::new(),
            warnings: Vec::new(),
        }
    }

    /// The result of a test, which has a p-value instead of an interval.
    pub(crate) fn test(method: &'static str, value: f64, p: f64, level: f64) -> Self {
        let mut estimate = Self::interval(Scale::Test, method, value, (value, value), level);
        estimate.lower = None;
        estimate.upper = None;
        estimate.p = Some(p);
        estimate
    }

    /// The same estimate, resting on these counts.
    pub(crate) fn counted(mut self, events: u64, n: u64) -> Self {
        self.events = events;
        self.n = n;
        self
    }

    /// The same estimate, of which the counts alone do not tell the share.
    pub(crate) fn beyond_counts(mut self) -> Self {
        self.is_of_counts = false;
        self
    }

    /// The same estimate with its assumptions named.
    pub(crate) fn assuming(mut self, assumptions: &[&'static str]) -> Self {
        self.assumptions.extend_from_slice(assumptions);
        self
    }

    /// The same estimate with one more warning.
    pub(crate) fn warn(mut self, warning: impl Into<String>) -> Self {
        self.warnings.push(warning.into());
        self
    }

    /// The estimate as a phrase, chosen by its interval and not by a p-value.
    ///
    /// A share of fewer than 20 observations is told as counts, not as a percentage, where the
    /// counts are the share.
    pub fn words(&self) -> String {
        match self.scale {
            Scale::Share => self.share_words(),
            Scale::Ratio => self.ratio_words(),
            Scale::Test => self.test_words(),
            Scale::Rate | Scale::Number => self.number_words(),
        }
    }

    /// Whether it is a share that is told as counts, because it is one of few.
    pub fn is_told_in_counts(&self) -> bool {
        let is_share = self.scale == Scale::Share && self.is_of_counts;
        is_share && self.n < MIN_EVENTS_FOR_PERCENTAGE
    }

    fn share_words(&self) -> String {
        if self.is_told_in_counts() {
            return format!("{} of {}", self.events, self.n);
        }
        let percent = |share: f64| format!("{:.0}", share * 100.0);
        match (self.lower, self.upper) {
            (Some(lower), Some(upper)) => {
                let (value, low, high) = (percent(self.value), percent(lower), percent(upper));
                format!("about {value} % ({low} to {high} %)")
            }
            _ => format!("about {} %", percent(self.value)),
        }
    }

    fn ratio_words(&self) -> String {
        let Some(lower) = self.lower else { return format!("{:.2}", self.value) };
        let upper = self.upper.unwrap_or(f64::INFINITY);
        let range = match self.upper {
            Some(upper) => format!("{lower:.2} to {upper:.2}"),
            None => format!("at least {lower:.2}"),
        };
        if upper < 0.8 {
            format!("clearly lower ({range})")
        } else if lower > 1.25 {
            format!("clearly higher ({range})")
        } else if upper < 1.0 {
            format!("probably lower ({range})")
        } else if lower > 1.0 {
            format!("probably higher ({range})")
        } else if lower >= 0.8 && upper <= 1.25 {
            format!("about the same ({range})")
        } else if upper.is_finite() {
            format!("cannot tell yet (between {lower:.2} and {upper:.2})")
        } else {
            format!("cannot tell yet ({range})")
        }
    }

    fn test_words(&self) -> String {
        let (p, family) = match (self.p_adjusted, self.p) {
            (Some(p), _) => (p, "after adjustment"),
            (None, Some(p)) => (p, "before adjustment"),
            (None, None) => return "cannot tell".to_owned(),
        };
        let told = if p < 1.0 - self.level { "a difference shows" } else { "cannot tell yet" };
        let p = if p < 0.001 { "below 0.001".to_owned() } else { format!("{p:.3}") };
        format!("{told} (p {p} {family})")
    }

    fn number_words(&self) -> String {
        let value = digits(self.value);
        match (self.lower, self.upper) {
            (Some(lower), Some(upper)) => {
                format!("{value} ({} to {})", digits(lower), digits(upper))
            }
            _ => value,
        }
    }
}

/// Below this a number is what rounding leaves of none.
const NOTHING: f64 = 1e-12;

/// A number in about three significant digits, without an exponent.
pub fn digits(value: f64) -> String {
    let places = match value.abs() {
        size if !(NOTHING..100.0).contains(&size) => 0,
        size if size >= 10.0 => 1,
        size if size >= 1.0 => 2,
        size if size >= 0.1 => 3,
        size if size >= 0.001 => 4,
        // Three digits after the zeros: 3 in a million is not nothing.
        size => 2 - size.log10().floor() as i32,
    };
    let places = usize::try_from(places).unwrap_or_default();
    format!("{value:.places$}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ratio(lower: f64, upper: f64) -> String {
        Estimate::interval(Scale::Ratio, "m", 1.0, (lower, upper), 0.95).words()
    }

    #[test]
    fn a_ratio_is_told_by_where_its_interval_lies() {
        assert_eq!(ratio(0.5, 0.79), "clearly lower (0.50 to 0.79)");
        assert_eq!(ratio(0.5, 0.99), "probably lower (0.50 to 0.99)");
        assert_eq!(ratio(0.85, 1.2), "about the same (0.85 to 1.20)");
        assert_eq!(ratio(0.5, 1.2), "cannot tell yet (between 0.50 and 1.20)");
        assert_eq!(ratio(1.01, 1.2), "probably higher (1.01 to 1.20)");
        assert_eq!(ratio(1.26, 3.0), "clearly higher (1.26 to 3.00)");
    }

    #[test]
    fn a_share_of_few_is_told_in_counts() {
        let share = Estimate::interval(Scale::Share, "m", 0.5, (0.2, 0.8), 0.95);
        assert_eq!(share.clone().counted(9, 18).words(), "9 of 18");
        let censored = share.clone().counted(8, 18).beyond_counts();
        assert_eq!(censored.words(), "about 50 % (20 to 80 %)");
        assert_eq!(share.counted(10, 20).words(), "about 50 % (20 to 80 %)");
    }

    #[test]
    fn a_small_number_keeps_its_digits() {
        for (value, said) in [
            (0.0, "0"),
            (-0.25, "-0.250"),
            (0.09, "0.0900"),
            (0.00123, "0.0012"),
            (0.000_3, "0.000300"),
            (0.000_003, "0.00000300"),
            (-0.000_045_6, "-0.0000456"),
            (1e-17, "0"),
            (f64::INFINITY, "inf"),
        ] {
            assert_eq!(digits(value), said);
        }
        let rate = crate::rate(3, 1_000_000.0, 0.95).unwrap();
        assert_eq!(rate.words(), "0.00000300 (0.000000619 to 0.00000877)");
    }

    #[test]
    fn a_test_says_whether_its_p_belongs_to_a_family() {
        let mut test = Estimate::test("m", 5.0, 0.0302, 0.95);
        assert_eq!(test.words(), "a difference shows (p 0.030 before adjustment)");
        test.p_adjusted = Some(0.2);
        assert_eq!(test.words(), "cannot tell yet (p 0.200 after adjustment)");
    }
}
