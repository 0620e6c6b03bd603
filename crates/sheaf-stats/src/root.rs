//! Finding where a monotone function crosses zero.

/// The place between `low` and `high` at which `f`, negative at one end and positive at the other,
/// changes sign; the nearer end where it does not change sign between them.
pub fn crossing(mut low: f64, mut high: f64, f: impl Fn(f64) -> f64) -> f64 {
    let rises = f(high) > f(low);
    for _ in 0..HALVINGS {
        let middle = low + (high - low) / 2.0;
        if middle <= low || middle >= high {
            break;
        }
        if (f(middle) < 0.0) == rises {
            low = middle;
        } else {
            high = middle;
        }
    }
    low + (high - low) / 2.0
}

/// The same by the method of Brent (1973), Algorithms for Minimization without Derivatives, ch. 4,
/// to within `tolerance`: for figures that must agree with a reference that stops there too.
pub fn brent(low: f64, high: f64, tolerance: f64, f: impl Fn(f64) -> f64) -> f64 {
    let (mut old, mut now) = ((low, f(low)), (high, f(high)));
    // The end on the other side of zero from `now`.
    let mut other = old;
    for _ in 0..HALVINGS {
        let last = now.0 - old.0;
        if other.1.abs() < now.1.abs() {
            (old, now, other) = (now, other, now);
        }
        let least = 2.0 * f64::EPSILON * now.0.abs() + tolerance / 2.0;
        let half = (other.0 - now.0) / 2.0;
        if half.abs() <= least || now.1 == 0.0 {
            break;
        }
        let step = match interpolated(old, now, other, last, least) {
            Some(step) if step.abs() < least => least.copysign(step),
            Some(step) => step,
            None => half,
        };
        old = now;
        now = (now.0 + step, f(now.0 + step));
        if now.1.signum() == other.1.signum() {
            other = old;
        }
    }
    now.0
}

/// The step to where a line or an inverse parabola crosses zero; none where halving is safer.
fn interpolated(
    old: (f64, f64),
    now: (f64, f64),
    other: (f64, f64),
    last: f64,
    least: f64,
) -> Option<f64> {
    if last.abs() < least || old.1.abs() <= now.1.abs() {
        return None;
    }
    let span = other.0 - now.0;
    let fraction = now.1 / old.1;
    let (p, q) = if old.0 == other.0 {
        (span * fraction, 1.0 - fraction)
    } else {
        let (r, s) = (old.1 / other.1, now.1 / other.1);
        let p = fraction * (span * r * (r - s) - (now.0 - old.0) * (s - 1.0));
        (p, (r - 1.0) * (s - 1.0) * (fraction - 1.0))
    };
    let (p, q) = if p > 0.0 { (p, -q) } else { (-p, q) };
    let inside = 0.75 * span * q - (least * q).abs() / 2.0;
    (p < inside && p < (last * q / 2.0).abs()).then(|| p / q)
}

/// Enough halvings to exhaust the digits of a number.
const HALVINGS: usize = 200;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rising_and_falling_functions() {
        assert!((crossing(0.0, 2.0, |x| x * x - 2.0) - 2.0_f64.sqrt()).abs() < 1e-15);
        assert!((crossing(0.0, 2.0, |x| 2.0 - x * x) - 2.0_f64.sqrt()).abs() < 1e-15);
        assert!((crossing(0.0, 1.0, |x| x + 1.0)).abs() < 1e-15);
        for tolerance in [1e-3, 1e-12] {
            let found = brent(0.0, 2.0, tolerance, |x| x * x - 2.0);
            assert!((found - 2.0_f64.sqrt()).abs() < tolerance);
        }
    }
}
