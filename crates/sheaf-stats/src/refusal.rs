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
    #[error("{what}: only {have} {unit}; {need} are needed")]
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
