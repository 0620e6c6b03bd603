//! Why a statistic was not computed.

/// A reason to give no number; a script sees it as `ok = false` with this text as `why`.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum Refusal {
    /// There is nothing to estimate from.
    #[error("{what}: there are no observations")]
    Empty {
        /// The statistic.
        what: &'static str,
    },
    /// Below the least that the method needs.
    #[error("{what}: {}; {}", few(.have, .unit), needed(.need))]
    TooFew {
        /// The statistic.
        what: &'static str,
        /// What is counted.
        unit: &'static str,
        /// How many there are.
        have: usize,
        /// How many the method needs.
        need: usize,
    },
    /// Columns that belong together differ in length.
    #[error("{what}: `{left}` has {left_len} values but `{right}` has {right_len}")]
    Lengths {
        /// The statistic.
        what: &'static str,
        /// One column.
        left: &'static str,
        /// Its length.
        left_len: usize,
        /// The other column.
        right: &'static str,
        /// Its length.
        right_len: usize,
    },
    /// A value that the method cannot take.
    #[error("{what}: value {row} of `{column}` is {found}; {need}")]
    Value {
        /// The statistic.
        what: &'static str,
        /// The column.
        column: &'static str,
        /// The row, from 1.
        row: usize,
        /// What was there.
        found: f64,
        /// What is needed.
        need: &'static str,
    },
    /// A setting out of its range.
    #[error("{what}: `{option}` is {found}; {need}")]
    Setting {
        /// The statistic.
        what: &'static str,
        /// The setting.
        option: &'static str,
        /// What was given.
        found: f64,
        /// What is needed.
        need: &'static str,
    },
    /// Nobody was exposed, so there is no rate.
    #[error("{what}: there is no exposure in this selection, so there is no rate")]
    NoExposure {
        /// The statistic.
        what: &'static str,
    },
    /// Nothing happened, so there is nothing to compare or to share out.
    #[error("{what}: there are no events in this selection")]
    NoEvents {
        /// The statistic.
        what: &'static str,
    },
    /// Nothing happened on either side of a comparison.
    #[error("{what}: there are no events in either window")]
    NoEventsEitherSide {
        /// The statistic.
        what: &'static str,
    },
    /// A group of a comparison has a window without events.
    #[error("{what}: there are no events of {which} in one of its windows")]
    NoEventsOf {
        /// The statistic.
        what: &'static str,
        /// The group.
        which: &'static str,
    },
    /// A column of a regression adds nothing to those before it.
    #[error("{what}: column {column} of the model is determined by those before it; leave it out")]
    Dependent {
        /// The statistic.
        what: &'static str,
        /// The column, from 1, the intercept counted.
        column: usize,
    },
    /// Some group of a regression has no events, so its rate has no finite logarithm.
    #[error("{what}: a group or a season of the model has no events; merge it with another")]
    Separated {
        /// The statistic.
        what: &'static str,
    },
    /// Every value is the same, so that nothing is known of how they scatter.
    #[error("{what}: all values are equal, so there is nothing to explain")]
    NoSpread {
        /// The statistic.
        what: &'static str,
    },
    /// A fit that does not come to rest.
    #[error("{what}: the fit does not settle on these data; leave columns out or merge groups")]
    NoFit {
        /// The statistic.
        what: &'static str,
    },
    /// More observations than the method can be asked to take.
    #[error("{what}: at most {most} {unit}, there are {have}; narrow it, or use a coarser grain")]
    TooMany {
        /// The statistic.
        what: &'static str,
        /// What is counted.
        unit: &'static str,
        /// How many there are.
        have: usize,
        /// The most.
        most: usize,
    },
    /// Whoever computes did not let it go on.
    #[error("{what}: stopped before it was done")]
    Stopped {
        /// The statistic.
        what: &'static str,
    },
    /// Nobody was followed for as long as was asked.
    #[error("nobody was followed for {asked}; the longest was {longest}")]
    NotFollowed {
        /// The time asked for.
        asked: f64,
        /// The longest follow-up.
        longest: f64,
    },
}

impl Refusal {
    /// The statistic that refuses, by the name that scripts call it by.
    pub const fn what(&self) -> Option<&'static str> {
        match self {
            Self::Empty { what }
            | Self::TooFew { what, .. }
            | Self::Lengths { what, .. }
            | Self::Value { what, .. }
            | Self::Setting { what, .. }
            | Self::NoExposure { what }
            | Self::NoEvents { what }
            | Self::NoEventsEitherSide { what }
            | Self::NoEventsOf { what, .. }
            | Self::Dependent { what, .. }
            | Self::Separated { what }
            | Self::NoSpread { what }
            | Self::NoFit { what }
            | Self::TooMany { what, .. }
            | Self::Stopped { what } => Some(*what),
            Self::NotFollowed { .. } => None,
        }
    }

    /// The reason alone, for readers who do not know the statistic by that name.
    pub fn reason(&self) -> String {
        let text = self.to_string();
        let named = self.what().map(|what| format!("{what}: "));
        let reason = named.and_then(|named| text.strip_prefix(&named).map(str::to_owned));
        reason.unwrap_or(text)
    }
}

/// How many there are: `only 1 pupil`, or that there is none.
fn few(have: &usize, unit: &str) -> String {
    match *have {
        0 => format!("there are no {unit}"),
        1 => format!("only 1 {}", singular(unit)),
        have => format!("only {have} {unit}"),
    }
}

fn needed(need: &usize) -> String {
    if *need == 1 { "1 is needed".to_owned() } else { format!("{need} are needed") }
}

/// The noun for one: the first word for many loses its ending, so `points before` gives `point
/// before`.
fn singular(unit: &str) -> String {
    let words: Vec<&str> = unit.split(' ').collect();
    let many = words.iter().position(|word| word.ends_with('s'));
    let one = |(at, word): (usize, &&str)| match word.strip_suffix("ches") {
        _ if Some(at) != many => (*word).to_owned(),
        Some(stem) => format!("{stem}ch"),
        None => word.trim_end_matches('s').to_owned(),
    };
    words.iter().enumerate().map(one).collect::<Vec<String>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn too_few_are_told_as_people_count() {
        let said = |have, unit, need| Refusal::TooFew { what: "did", unit, have, need }.reason();
        for (have, unit, need, expected) in [
            (0, "school days", 20, "there are no school days; 20 are needed"),
            (1, "school days", 20, "only 1 school day; 20 are needed"),
            (1, "points before", 8, "only 1 point before; 8 are needed"),
            (1, "stretches of `cluster`", 3, "only 1 stretch of `cluster`; 3 are needed"),
            (7, "values", 8, "only 7 values; 8 are needed"),
            (0, "cells with five", 1, "there are no cells with five; 1 is needed"),
        ] {
            assert_eq!(said(have, unit, need), expected);
        }
    }

    #[test]
    fn a_reason_has_no_name_of_a_statistic() {
        let empty = Refusal::Empty { what: "wilson" };
        assert_eq!(empty.to_string(), "wilson: there are no observations");
        assert_eq!(empty.what(), Some("wilson"));
        assert_eq!(empty.reason(), "there are no observations");
        let short = Refusal::NotFollowed { asked: 9.0, longest: 4.0 };
        assert_eq!((short.what(), short.reason()), (None, short.to_string()));
    }
}
