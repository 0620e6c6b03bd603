//! Adjusting a family of p-values.

use crate::refusal::Refusal;

/// How a family of p-values is adjusted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Adjustment {
    /// Benjamini and Hochberg: controls the false-discovery rate; for exploring splits.
    BenjaminiHochberg,
    /// Holm: controls the chance of any false claim; for claims about interventions.
    Holm,
}

impl Adjustment {
    /// The name that scripts use, `bh` or `holm`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::BenjaminiHochberg => "bh",
            Self::Holm => "holm",
        }
    }

    /// The adjustment that a script names.
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::BenjaminiHochberg, Self::Holm].into_iter().find(|one| one.name() == name)
    }
}

/// The adjusted p-values, in the order given; an empty family stays empty.
///
/// Of `m` values, by Benjamini and Hochberg (1995, JRSS-B 57:289) the least `p m/r` of the ranks
/// from its own on, by Holm (1979, Scandinavian Journal of Statistics 6:65) the largest
/// `p (m-r+1)` of the ranks up to its own; never above 1.
///
/// # Errors
/// Refuses anything that is not a probability.
pub fn adjust(p: &[f64], adjustment: Adjustment) -> Result<Vec<f64>, Refusal> {
    if let Some((at, found)) = p.iter().enumerate().find(|(_, p)| !(0.0..=1.0).contains(*p)) {
        let need = "a probability from 0 to 1 is needed";
        let (what, row) = ("adjust", at + 1);
        return Err(Refusal::Value { what, column: "p", row, found: *found, need });
    }
    let mut ranked: Vec<(usize, f64)> = p.iter().copied().enumerate().collect();
    ranked.sort_by(|a, b| a.1.total_cmp(&b.1));
    let m = p.len() as f64;
    let mut adjusted = vec![1.0; p.len()];
    let mut put = |at: usize, value: f64| {
        if let Some(slot) = adjusted.get_mut(at) {
            *slot = value;
        }
    };
    match adjustment {
        Adjustment::BenjaminiHochberg => {
            let mut least: f64 = 1.0;
            for (rank, (at, p)) in ranked.iter().enumerate().rev() {
                least = least.min(p * m / (rank + 1) as f64);
                put(*at, least);
            }
        }
        Adjustment::Holm => {
            let mut most: f64 = 0.0;
            for (rank, (at, p)) in ranked.iter().enumerate() {
                most = most.max(p * (m - rank as f64)).min(1.0);
                put(*at, most);
            }
        }
    }
    Ok(adjusted)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Benjamini & Hochberg (1995), JRSS-B 57:289, section 4: fifteen p-values.
    const PAPER: [f64; 15] = [
        0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.324, 0.4262,
        0.5719, 0.6528, 0.759, 1.0,
    ];

    #[test]
    fn the_papers_family_by_both_methods() {
        let bh = [
            0.0015,
            0.003,
            0.0095,
            0.035_625,
            0.0603,
            0.063_857_142_857_14,
            0.063_857_142_857_14,
            0.0645,
            0.0765,
            0.486,
            0.581_181_818_181_8,
            0.714_875,
            0.753_230_769_230_8,
            0.813_214_285_714_3,
            1.0,
        ];
        let holm = [
            0.0015, 0.0056, 0.0247, 0.114, 0.2211, 0.278, 0.278, 0.278, 0.3213, 1.0, 1.0, 1.0, 1.0,
            1.0, 1.0,
        ];
        for (adjustment, expected) in
            [(Adjustment::BenjaminiHochberg, bh), (Adjustment::Holm, holm)]
        {
            // Given backwards, the answers come back backwards.
            let family: Vec<f64> = PAPER.iter().rev().copied().collect();
            let found = adjust(&family, adjustment).unwrap();
            for (one, other) in found.iter().rev().zip(expected) {
                assert!((one - other).abs() < 1e-10, "{adjustment:?}: {one} {other}");
            }
        }
    }

    #[test]
    fn edges() {
        assert_eq!(adjust(&[], Adjustment::Holm), Ok(vec![]));
        assert_eq!(adjust(&[0.2], Adjustment::BenjaminiHochberg), Ok(vec![0.2]));
        assert!(adjust(&[0.5, f64::NAN], Adjustment::Holm).is_err());
        assert_eq!(Adjustment::from_name("bh"), Some(Adjustment::BenjaminiHochberg));
        assert_eq!(Adjustment::from_name("bonferroni"), None);
    }
}
