//! What the scales of known measures can come to, and which way is better.

/// One scale of one measure.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ScoreRange {
    /// The least.
    pub min: i64,
    /// The greatest.
    pub max: i64,
    /// Which way is better.
    pub better: Better,
}

/// Which way a score is better.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Better {
    /// More is better.
    Higher,
    /// Less is better.
    Lower,
}

impl Better {
    /// The word for it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Higher => "higher",
            Self::Lower => "lower",
        }
    }
}

/// The range of a scale of a known measure; none where the school says for itself what it is.
///
/// Sources: SDQ: five scales of five items scored 0 to 2, the total over the four of difficulties
/// (the scoring key as in PMC4830858, table 1). SWEMWBS: seven items scored 1 to 5, as added up,
/// before conversion (University of Warwick).
///
/// # Errors
/// The measure is known and has no such scale.
pub fn score_range(measure: &str, scale: &str) -> Result<Option<ScoreRange>, NoSuchScale> {
    let range = |min, max, better| Ok(Some(ScoreRange { min, max, better }));
    match (measure, scale) {
        ("sdq", "total") => range(0, 40, Better::Lower),
        ("sdq", "emotional" | "conduct" | "hyperactivity" | "peer") => range(0, 10, Better::Lower),
        ("sdq", "prosocial") => range(0, 10, Better::Higher),
        ("swemwbs", "total") => range(7, 35, Better::Higher),
        ("behaviour_for_learning", "total") => range(1, 5, Better::Higher),
        ("daily_points", "total") => range(0, 100, Better::Higher),
        ("boxall", "developmental" | "diagnostic") => Ok(None),
        ("sdq" | "swemwbs" | "boxall" | "behaviour_for_learning" | "daily_points", _) => {
            Err(NoSuchScale)
        }
        _ => Ok(None),
    }
}

/// The measure has no such scale.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct NoSuchScale;
