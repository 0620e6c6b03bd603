//! Charts of single values: XmR, and the time between rare events.

use serde::Serialize;

use crate::check;
use crate::refusal::Refusal;

/// The fewest values for limits, and for limits that are not provisional (house rules).
const MIN_VALUES: usize = 10;
const MIN_FIRM: usize = 12;

/// Limits in mean moving ranges: three standard deviations of `MR̄/1.128`, as Wheeler rounds it.
const LIMIT: f64 = 2.66;

/// The limit of a moving range in mean moving ranges.
const RANGE_LIMIT: f64 = 3.267;

/// The power that makes times between Poisson events nearly normal (Nelson 1994).
const POWER: f64 = 3.6;

/// A chart of single values with the range from each to the next.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Xmr {
    /// The mean.
    pub centre: f64,
    /// The mean moving range.
    pub mean_moving_range: f64,
    /// The lower limit; none where nothing moves.
    pub lower: Option<f64>,
    /// The upper limit; none where nothing moves.
    pub upper: Option<f64>,
    /// The upper limit of the moving range; none where nothing moves.
    pub mr_upper: Option<f64>,
    /// What the reader should know.
    pub warnings: Vec<&'static str>,
}

/// Individuals and moving ranges: `x̄ ± 2.66 MR̄` and `3.267 MR̄` (Wheeler and Chambers 1992).
///
/// A value that is missing (NaN) parts the series, so that a holiday is not a moving range. Where
/// nothing moves there are no limits. At least 10 values, 12 for limits that are not provisional.
///
/// # Errors
/// Refuses fewer than ten values and infinite ones.
pub fn xmr(x: &[f64]) -> Result<Xmr, Refusal> {
    individuals("xmr", x)
}

fn individuals(what: &'static str, x: &[f64]) -> Result<Xmr, Refusal> {
    let known: Vec<f64> = x.iter().copied().filter(|value| !value.is_nan()).collect();
    check::finite(what, "x", &known)?;
    check::at_least(what, "values", known.len(), MIN_VALUES)?;
    let centre = known.iter().sum::<f64>() / known.len() as f64;
    let pairs = x.iter().zip(x.iter().skip(1));
    let ranges: Vec<f64> =
        pairs.map(|(one, next)| (next - one).abs()).filter(|range| !range.is_nan()).collect();
    check::at_least(what, "moving ranges", ranges.len(), 1)?;
    let mean = ranges.iter().sum::<f64>() / ranges.len() as f64;
    let moving = |limit: f64| (mean > 0.0).then_some(limit);
    let mut warnings = Vec::new();
    if known.len() < MIN_FIRM {
        warnings.push("fewer than 12 values: the limits are provisional");
    }
    if mean <= 0.0 {
        warnings.push("nothing moves, so there are no limits");
    }
    Ok(Xmr {
        centre,
        mean_moving_range: mean,
        lower: moving(centre - LIMIT * mean),
        upper: moving(centre + LIMIT * mean),
        mr_upper: moving(RANGE_LIMIT * mean),
        warnings,
    })
}

/// A chart of the time between rare events.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct GapChart {
    /// The centre.
    pub centre: f64,
    /// The lower limit.
    pub lower: f64,
    /// The upper limit: a longer gap is a sign of fewer events.
    pub upper: f64,
}

/// Whole school days between events: `ḡ ± 3 sqrt(ḡ(ḡ+1))`, the lower limit 0 (Benneyan 2001).
///
/// Leave the open gap at the end out: it is not over. At least ten gaps.
///
/// # Errors
/// Refuses fewer than ten gaps, negative ones, and gaps that are all 0.
pub fn g_chart(gaps: &[f64]) -> Result<GapChart, Refusal> {
    const WHAT: &str = "g_chart";
    check::not_negative(WHAT, "gaps", gaps)?;
    check::at_least(WHAT, "gaps", gaps.len(), MIN_VALUES)?;
    let centre = gaps.iter().sum::<f64>() / gaps.len() as f64;
    if centre <= 0.0 {
        // Limits of 0 to 0 would call every later day without an event a sign of change.
        let need = "a gap above 0 is needed";
        return Err(Refusal::Value { what: WHAT, column: "gaps", row: 1, found: 0.0, need });
    }
    let half = 3.0 * (centre * (centre + 1.0)).sqrt();
    Ok(GapChart { centre, lower: (centre - half).max(0.0), upper: centre + half })
}

/// Times between events: XmR of `t^(1/3.6)`, turned back (Nelson 1994). For times that are not
/// whole days; a time of 0 is the shortest there is. At least ten gaps.
///
/// # Errors
/// Refuses fewer than ten gaps, negative ones, and gaps that are all equal.
pub fn t_chart(gaps: &[f64]) -> Result<GapChart, Refusal> {
    const WHAT: &str = "t_chart";
    check::not_negative(WHAT, "gaps", gaps)?;
    let y: Vec<f64> = gaps.iter().map(|gap| gap.powf(1.0 / POWER)).collect();
    let chart = individuals(WHAT, &y)?;
    let (Some(lower), Some(upper)) = (chart.lower, chart.upper) else {
        let need = "gaps that differ are needed";
        let found = gaps.first().copied().unwrap_or_default();
        return Err(Refusal::Value { what: WHAT, column: "gaps", row: 1, found, need });
    };
    let back = |y: f64| y.max(0.0).powf(POWER);
    Ok(GapChart { centre: back(chart.centre), lower: back(lower), upper: back(upper) })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// NIST/SEMATECH e-Handbook 6.3.2.2, flow rate of ten batches.
    const FLOW: [f64; 10] = [49.6, 47.6, 49.9, 51.3, 47.8, 51.2, 52.6, 52.4, 53.6, 52.1];

    #[test]
    fn the_handbooks_flow() {
        let found = xmr(&FLOW).unwrap();
        for (one, other) in [
            (found.centre, 50.81),
            (found.mean_moving_range, 1.877_777_777_778),
            (found.upper.unwrap(), 55.804_888_888_889),
            (found.lower.unwrap(), 45.815_111_111_111),
            (found.mr_upper.unwrap(), 6.1347),
        ] {
            assert!((one - other).abs() < 1e-9, "{one} {other}");
        }
        assert_eq!(found.warnings, ["fewer than 12 values: the limits are provisional"]);
    }

    #[test]
    fn a_holiday_is_no_moving_range() {
        let mut parted = FLOW.to_vec();
        parted.insert(5, f64::NAN);
        let found = xmr(&parted).unwrap();
        assert_eq!(found.centre, xmr(&FLOW).unwrap().centre);
        // The range from 47.8 to 51.2 is gone.
        assert!((found.mean_moving_range - (16.9 - 3.4) / 8.0).abs() < 1e-9);
    }

    #[test]
    fn nothing_moves_and_too_little() {
        let level = xmr(&[4.0; 12]).unwrap();
        assert_eq!((level.lower, level.upper), (None, None));
        assert!(t_chart(&[4.0; 12]).is_err());
        let text = "xmr: only 9 values; 10 are needed";
        assert_eq!(xmr(&FLOW[..9]).unwrap_err().to_string(), text);
        let text = "g_chart: only 9 gaps; 10 are needed";
        assert_eq!(g_chart(&[1.0; 9]).unwrap_err().to_string(), text);
    }

    #[test]
    fn gaps_by_hand() {
        let found = g_chart(&[3.0; 10]).unwrap();
        assert_eq!((found.centre, found.lower), (3.0, 0.0));
        assert!((found.upper - (3.0 + 3.0 * 12.0_f64.sqrt())).abs() < 1e-12);
    }
}
