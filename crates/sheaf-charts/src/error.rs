//! What can go wrong with a chart.

/// A chart that cannot be laid out or drawn.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ChartError {
    /// A number that is not finite.
    #[error("layer {layer}, mark {mark} of chart `{title}` is not a finite number")]
    NotFinite {
        /// The chart's title.
        title: String,
        /// The layer, from 1.
        layer: usize,
        /// The mark, from 1.
        mark: usize,
    },
    /// More layers or marks than a chart can show.
    #[error(
        "chart `{title}` has {found} {what}; {limit} is the most: show groups, not single rows"
    )]
    TooMany {
        /// The chart's title.
        title: String,
        /// Layers or marks.
        what: &'static str,
        /// How many there are.
        found: usize,
        /// How many there may be.
        limit: usize,
    },
    /// A domain that is empty, reversed or not finite.
    #[error(
        "the {axis} axis of chart `{title}` runs from {from} to {to}: give two finite numbers, \
         the lower first"
    )]
    BadDomain {
        /// The chart's title.
        title: String,
        /// `x` or `y`.
        axis: &'static str,
        /// Where it begins.
        from: String,
        /// Where it ends.
        to: String,
    },
    /// The picture would be too small or too large.
    #[error("a chart of {width} by {height} cannot be drawn: from 240 by 160 to 4000 by 4000 can")]
    BadSize {
        /// Asked width.
        width: u32,
        /// Asked height.
        height: u32,
    },
    /// The drawing library refused.
    #[error("the chart could not be drawn: {0}")]
    Drawing(String),
}
