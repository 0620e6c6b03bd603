//! u- and p-charts, with Laney's allowance for weeks that differ by more than chance.

use serde::Serialize;

use crate::check;
use crate::refusal::Refusal;

/// The fewest bins for limits, and for Laney's (house rules).
const MIN_BINS: usize = 12;
const MIN_LANEY_BINS: usize = 20;

/// The mean moving range of two normal values, in standard deviations, as Laney rounds it.
const D2: f64 = 1.128;

/// Fewer expected events than this in a bin make its limits rough.
const FEW_EXPECTED: f64 = 2.0;

/// Whether limits allow for more spread between bins than chance gives.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Laney {
    /// `sigma_z` as it is found, but never below 1: limits grow and never shrink.
    #[default]
    Auto,
    /// `sigma_z` as it is found, below 1 too.
    Always,
    /// Plain limits.
    Never,
}

impl Laney {
    /// The name that scripts use.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Always => "always",
            Self::Never => "never",
        }
    }

    /// The choice that a script names.
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Auto, Self::Always, Self::Never].into_iter().find(|one| one.name() == name)
    }
}

/// Settings of [`u_chart`] and [`p_chart`].
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct ChartOptions {
    /// Whether limits allow for more spread than chance gives.
    pub laney: Laney,
    /// Centre and spread come from so many bins at the start; from all without it.
    pub baseline: Option<usize>,
}

/// A chart with limits that follow the exposure. Columns have one value a bin.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct RateChart {
    /// The rate or share of the baseline.
    pub centre: f64,
    /// By how much the spread between bins exceeds chance; the factor of the limits.
    pub sigma_z: f64,
    /// The rate or share of each bin.
    pub value: Vec<f64>,
    /// The lower limit of each bin.
    pub lower: Vec<f64>,
    /// The upper limit of each bin.
    pub upper: Vec<f64>,
    /// The spread that chance alone gives each bin.
    pub spread: Vec<f64>,
    /// Each bin in units of its own limits: beyond them it is above 3 or below -3.
    pub z: Vec<f64>,
    /// How many bins the centre and the spread come from.
    pub baseline: usize,
    /// What the reader should know.
    pub warnings: Vec<&'static str>,
    /// The method by its usual name.
    pub method: &'static str,
}

/// Events for one unit of exposure by bin: `ū ± 3 σ_z sqrt(ū/e)`, with `ū = Σn/Σe`.
///
/// `σ_z` is the mean moving range of `(u-ū)/sqrt(ū/e)` over 1.128 (Laney 2002; Mohammed and Laney
/// 2006), without the screening of ranges that qicharts2 makes. Give bins in the order of time; one
/// without exposure, such as a week of holiday, is left out, never zero. At least 12 bins, 20 for
/// limits that are not provisional.
///
/// # Errors
/// Refuses columns of different lengths, negative counts, a bin without exposure, fewer than twelve
/// bins and a baseline without events.
pub fn u_chart(n: &[f64], exposure: &[f64], options: &ChartOptions) -> Result<RateChart, Refusal> {
    chart("u_chart", n, exposure, options, Kind::Rate)
}

/// The share `x` of `n` by bin: `p̄ ± 3 σ_z sqrt(p̄(1-p̄)/n)` (Laney 2002, Quality Engineering
/// 14:531); otherwise as [`u_chart`].
///
/// # Errors
/// As [`u_chart`]; and where a bin has more than `n`, or nothing varies because all have it.
pub fn p_chart(x: &[f64], n: &[f64], options: &ChartOptions) -> Result<RateChart, Refusal> {
    const WHAT: &str = "p_chart";
    if let Some(at) = x.iter().zip(n).position(|(x, n)| x > n) {
        let found = x.get(at).copied().unwrap_or(f64::NAN);
        let need = "no more than `n` of the bin is possible";
        return Err(Refusal::Value { what: WHAT, column: "x", row: at + 1, found, need });
    }
    chart(WHAT, x, n, options, Kind::Share)
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Rate,
    Share,
}

impl Kind {
    /// The chance spread of a bin with this exposure about the centre.
    fn spread(self, centre: f64, exposure: f64) -> f64 {
        let variance = match self {
            Self::Rate => centre,
            Self::Share => centre * (1.0 - centre),
        };
        (variance / exposure).sqrt()
    }

    const fn most(self) -> f64 {
        match self {
            Self::Rate => f64::INFINITY,
            Self::Share => 1.0,
        }
    }

    const fn method(self, laney: Laney) -> &'static str {
        match (self, laney) {
            (Self::Rate, Laney::Never) => "u-chart",
            (Self::Rate, _) => "Laney u'-chart",
            (Self::Share, Laney::Never) => "p-chart",
            (Self::Share, _) => "Laney p'-chart",
        }
    }
}

fn chart(
    what: &'static str,
    n: &[f64],
    exposure: &[f64],
    options: &ChartOptions,
    kind: Kind,
) -> Result<RateChart, Refusal> {
    check::lengths(what, ("n", n.len()), ("exposure", exposure.len()))?;
    check::not_negative(what, "n", n)?;
    check::positive(what, "exposure", exposure, "leave out bins without exposure")?;
    check::at_least(what, "bins", n.len(), MIN_BINS)?;
    let baseline = baseline(what, n.len(), options.baseline)?;
    let first = |values: &[f64]| values.iter().take(baseline).sum::<f64>();
    let centre = first(n) / first(exposure);
    if centre <= 0.0 {
        return Err(Refusal::NoEvents { what });
    }
    if centre >= kind.most() {
        let found = n.first().copied().unwrap_or_default();
        let need = "a bin in which some do not have it is needed";
        return Err(Refusal::Value { what, column: "x", row: 1, found, need });
    }
    let value: Vec<f64> = n.iter().zip(exposure).map(|(n, e)| n / e).collect();
    let spread: Vec<f64> = exposure.iter().map(|e| kind.spread(centre, *e)).collect();
    let plain: Vec<f64> = value.iter().zip(&spread).map(|(u, s)| (u - centre) / s).collect();
    let found = sigma_z(plain.get(..baseline).unwrap_or_default());
    let sigma_z = match options.laney {
        Laney::Never => 1.0,
        Laney::Always if found > 0.0 => found,
        _ => found.max(1.0),
    };
    let half = |s: &f64| 3.0 * sigma_z * s;
    Ok(RateChart {
        centre,
        sigma_z,
        lower: spread.iter().map(|s| (centre - half(s)).max(0.0)).collect(),
        upper: spread.iter().map(|s| (centre + half(s)).min(kind.most())).collect(),
        z: plain.iter().map(|z| z / sigma_z).collect(),
        warnings: warnings(centre, exposure, baseline, options.laney),
        spread,
        value,
        baseline,
        method: kind.method(options.laney),
    })
}

fn baseline(what: &'static str, bins: usize, asked: Option<usize>) -> Result<usize, Refusal> {
    let Some(asked) = asked else { return Ok(bins) };
    if (MIN_BINS..=bins).contains(&asked) {
        return Ok(asked);
    }
    let need = "12 bins or more are needed, and no more than there are";
    Err(Refusal::Setting { what, option: "baseline", found: asked as f64, need })
}

/// The mean moving range over 1.128.
fn sigma_z(z: &[f64]) -> f64 {
    let ranges = z.iter().zip(z.iter().skip(1)).map(|(one, next)| (next - one).abs());
    ranges.sum::<f64>() / z.len().saturating_sub(1).max(1) as f64 / D2
}

fn warnings(centre: f64, exposure: &[f64], baseline: usize, laney: Laney) -> Vec<&'static str> {
    let mut warnings = Vec::new();
    if baseline < MIN_LANEY_BINS && laney != Laney::Never {
        warnings.push("fewer than 20 bins: the limits are provisional");
    }
    let few = exposure.iter().filter(|e| centre * **e < FEW_EXPECTED).count();
    if 2 * few > exposure.len() {
        warnings.push("most bins expect fewer than two events: a longer grain would say more");
    }
    warnings
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Counts that go up and down by two about ten.
    fn weeks(bins: usize, step: f64) -> Vec<f64> {
        (0..bins).map(|bin| if bin % 2 == 0 { 10.0 - step } else { 10.0 + step }).collect()
    }

    #[test]
    fn limits_by_hand() {
        let n = weeks(20, 2.0);
        let exposure = vec![5.0; 20];
        let plain = ChartOptions { laney: Laney::Never, baseline: None };
        let found = u_chart(&n, &exposure, &plain).unwrap();
        assert!((found.centre - 2.0).abs() < 1e-12);
        assert!((found.upper[0] - (2.0 + 3.0 * f64::sqrt(0.4))).abs() < 1e-12);
        assert!((found.lower[0] - (2.0 - 3.0 * f64::sqrt(0.4))).abs() < 1e-12);
        // Ranges of 0.8 on a spread of sqrt(0.4).
        let always = ChartOptions { laney: Laney::Always, ..plain };
        let found = u_chart(&n, &exposure, &always).unwrap();
        let sigma = 0.8 / f64::sqrt(0.4) / 1.128;
        assert!((found.sigma_z - sigma).abs() < 1e-12);
        assert!((found.z[1] - 0.4 / f64::sqrt(0.4) / sigma).abs() < 1e-12);
    }

    #[test]
    fn calm_weeks_do_not_narrow_the_limits_unless_asked() {
        let (n, exposure) = (weeks(20, 0.5), vec![5.0; 20]);
        let of = |laney| u_chart(&n, &exposure, &ChartOptions { laney, baseline: None }).unwrap();
        assert_eq!(of(Laney::Auto).sigma_z, 1.0);
        assert!(of(Laney::Always).sigma_z < 0.5);
        assert_eq!(of(Laney::Auto).upper, of(Laney::Never).upper);
    }

    #[test]
    fn a_baseline_alone_sets_the_limits() {
        let mut n = weeks(20, 2.0);
        n.extend([60.0; 10]);
        let exposure = vec![5.0; 30];
        let options = ChartOptions { baseline: Some(20), ..Default::default() };
        let found = u_chart(&n, &exposure, &options).unwrap();
        assert!((found.centre - 2.0).abs() < 1e-12);
        assert!(found.z[29] > 3.0);
        let odd = ChartOptions { baseline: Some(31), ..Default::default() };
        let text = "u_chart: `baseline` is 31; 12 bins or more are needed, and no more than there \
                    are";
        assert_eq!(u_chart(&n, &exposure, &odd).unwrap_err().to_string(), text);
    }

    #[test]
    fn shares_stay_between_nothing_and_all() {
        let found = p_chart(&weeks(12, 0.5), &[10.5; 12], &ChartOptions::default()).unwrap();
        assert!(found.upper.iter().all(|upper| *upper == 1.0));
        assert_eq!(found.warnings, ["fewer than 20 bins: the limits are provisional"]);
        let text = "p_chart: value 2 of `x` is 12; no more than `n` of the bin is possible";
        let odd = p_chart(&weeks(12, 2.0), &[10.5; 12], &ChartOptions::default());
        assert_eq!(odd.unwrap_err().to_string(), text);
    }

    #[test]
    fn what_has_no_chart_is_refused() {
        let refused = |n: &[f64], exposure: &[f64]| {
            u_chart(n, exposure, &ChartOptions::default()).unwrap_err().to_string()
        };
        assert_eq!(refused(&[1.0; 11], &[1.0; 11]), "u_chart: only 11 bins; 12 are needed");
        let none = "u_chart: there are no events in this selection";
        assert_eq!(refused(&[0.0; 12], &[1.0; 12]), none);
        let mut exposure = [1.0; 12];
        exposure[3] = 0.0;
        let text = "u_chart: value 4 of `exposure` is 0; leave out bins without exposure";
        assert_eq!(refused(&[1.0; 12], &exposure), text);
    }
}
