//! A rate of events with its exact interval, or with one that allows for repeated pupils.

use crate::check;
use crate::clusters;
use crate::distributions::{chi_squared_quantile, t_multiplier};
use crate::estimate::{Estimate, Scale};
use crate::refusal::Refusal;

const WHAT: &str = "rate";

/// Events for one unit of exposure with Garwood's exact interval (1936, Biometrika 28:437):
/// `χ²(α/2; 2n)/2e` to `χ²(1-α/2; 2n+2)/2e`. Any number of events will do.
///
/// Without events the lower end is exactly 0 and the upper `-ln(α/2) / exposure`.
///
/// # Errors
/// Refuses an exposure of zero or less, more than a thousand million events and a level outside 0
/// to 1.
pub fn rate(events: u64, exposure: f64, level: f64) -> Result<Estimate, Refusal> {
    check::level(WHAT, level)?;
    check::counts(WHAT, &[("n", events)])?;
    if !exposure.is_finite() || exposure <= 0.0 {
        return Err(Refusal::NoExposure { what: WHAT });
    }
    let n = events as f64;
    let alpha = 1.0 - level;
    let lower = match events {
        0 => 0.0,
        _ => chi_squared_quantile(alpha / 2.0, 2.0 * n) / 2.0 / exposure,
    };
    let upper = match events {
        0 => -(alpha / 2.0).ln() / exposure,
        _ => chi_squared_quantile(1.0 - alpha / 2.0, 2.0 * n + 2.0) / 2.0 / exposure,
    };
    Ok(Estimate::interval(Scale::Rate, "Garwood exact", n / exposure, (lower, upper), level)
        .counted(events, events)
        .assuming(&["events are independent: no pupil accounts for many of them"]))
}

/// Events for one unit of exposure, where the same pupils recur: rows of events and exposure with
/// the code of the pupil each belongs to.
///
/// On the log scale, `se = sqrt(Σ (n_i/N - e_i/E)² · m/(m-1))` over `m` pupils, with a t interval
/// on `m - 1` degrees of freedom: the sandwich of Liang and Zeger (1986, Biometrika 73:13) for a
/// Poisson model of one mean. Where all pupils have the same rate the interval is Garwood's, as
/// their being alike so far does not show that pupils are. At least two pupils.
///
/// # Errors
/// Refuses columns of different lengths, negative values, no exposure, no events (the exact form
/// answers that) and fewer than two pupils.
pub fn clustered_rate(
    events: &[f64],
    exposure: &[f64],
    cluster: &[u32],
    level: f64,
) -> Result<Estimate, Refusal> {
    check::level(WHAT, level)?;
    check::lengths(WHAT, ("n", events.len()), ("exposure", exposure.len()))?;
    check::lengths(WHAT, ("n", events.len()), ("cluster", cluster.len()))?;
    check::not_negative(WHAT, "n", events)?;
    check::not_negative(WHAT, "exposure", exposure)?;
    let (total, exposed) = (events.iter().sum::<f64>(), exposure.iter().sum::<f64>());
    if exposed <= 0.0 {
        return Err(Refusal::NoExposure { what: WHAT });
    }
    if total <= 0.0 {
        return Err(Refusal::NoEvents { what: WHAT });
    }
    let rows = events.iter().copied().zip(exposure.iter().copied());
    let by_cluster = clusters::sums(cluster, rows);
    let clusters = by_cluster.len();
    if clusters < 2 {
        let unit = "pupils";
        return Err(Refusal::TooFew { what: WHAT, unit, have: clusters, need: 2 });
    }
    let m = clusters as f64;
    let squares: f64 = by_cluster.iter().map(|(n, e)| (n / total - e / exposed).powi(2)).sum();
    if check::is_none(squares) {
        let mut alike = rate(total as u64, exposed, level)?;
        alike.n = clusters as u64;
        return Ok(
            alike.warn("all pupils have the same rate: the interval is that of chance alone")
        );
    }
    let half = t_multiplier(level, m - 1.0) * (squares * m / (m - 1.0)).sqrt();
    let value = total / exposed;
    let bounds = (value * (-half).exp(), value * half.exp());
    let method = "log rate, clustered by pupil, t interval";
    let estimate = Estimate::interval(Scale::Rate, method, value, bounds, level)
        .counted(total as u64, clusters as u64)
        .assuming(&["pupils are independent of each other"]);
    Ok(if clusters < 10 { estimate.warn("very small group") } else { estimate })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// R, ?poisson.test example 1 (Welsh nickel workers, Breslow & Day 1987), and zero events.
    #[test]
    fn garwood_matches_poisson_test() {
        let found = rate(137, 24.198_93, 0.95).unwrap();
        assert!((found.value - 5.661_407_343_217).abs() < 1e-9);
        assert!((found.lower.unwrap() - 4.753_124_804_849).abs() < 1e-9);
        assert!((found.upper.unwrap() - 6.692_709_334_176).abs() < 1e-9);
        let none = rate(0, 10.0, 0.95).unwrap();
        assert_eq!((none.value, none.lower), (0.0, Some(0.0)));
        assert!((none.upper.unwrap() - 0.368_887_945_411_4).abs() < 1e-12);
    }

    #[test]
    fn no_exposure_is_refused() {
        assert_eq!(rate(3, 0.0, 0.95), Err(Refusal::NoExposure { what: "rate" }));
        let text = "rate: value 1 of `n` is 2000000000; no more than 1000000000 can be taken";
        assert_eq!(rate(2_000_000_000, 1.0, 0.95).unwrap_err().to_string(), text);
        assert!(clustered_rate(&[1.0], &[0.0], &[0], 0.95).is_err());
    }

    #[test]
    fn clustering_follows_its_formula_and_joins_rows_of_a_pupil() {
        // Two pupils, events 3 and 1, exposure 10 each: Σ(n_i/N - e_i/E)² = 2·0.25² = 0.125,
        // se = sqrt(0.125·2) = 0.5, t(0.975, 1) = 12.7062.
        let found = clustered_rate(&[2.0, 1.0, 1.0], &[4.0, 6.0, 10.0], &[7, 7, 9], 0.95).unwrap();
        assert_eq!(found.value, 0.2);
        let half = 12.706_204_736_174_7 * 0.5;
        assert!((found.upper.unwrap() / (0.2 * f64::exp(half)) - 1.0).abs() < 1e-9);
        assert_eq!(found.warnings, ["very small group"]);
    }

    /// Twenty pupils with one event each are no proof that every pupil has exactly one.
    #[test]
    fn pupils_who_are_all_alike_have_the_interval_of_chance() {
        let cluster: Vec<u32> = (0..20).collect();
        let found = clustered_rate(&[1.0; 20], &[10.0; 20], &cluster, 0.95).unwrap();
        let plain = rate(20, 200.0, 0.95).unwrap();
        assert_eq!((found.lower, found.upper, found.n), (plain.lower, plain.upper, 20));
        assert_eq!(found.warnings.len(), 1);
    }

    #[test]
    fn one_pupil_or_no_event_is_refused() {
        assert!(matches!(
            clustered_rate(&[2.0, 1.0], &[4.0, 6.0], &[7, 7], 0.95),
            Err(Refusal::TooFew { have: 1, need: 2, .. })
        ));
        assert!(matches!(
            clustered_rate(&[0.0, 0.0], &[4.0, 6.0], &[7, 8], 0.95),
            Err(Refusal::NoEvents { .. })
        ));
    }
}
