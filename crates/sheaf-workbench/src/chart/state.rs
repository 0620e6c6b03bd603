//! Which mark has the keys, and whether the numbers are shown as a table.

/// A mark by its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct At {
    /// The layer.
    pub layer: usize,
    /// The mark in the layer.
    pub mark: usize,
}

/// A change in a chart's view.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Edit {
    /// A picture becomes a table, or a table a picture.
    Turn,
    /// The keys go to this mark.
    Walk(At),
}

/// A chart's view.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct State {
    /// Whether the numbers are shown as a table.
    pub is_table: bool,
    /// The mark that has the keys.
    pub at: Option<At>,
}

impl State {
    /// Applies one change.
    pub const fn apply(&mut self, edit: Edit) {
        match edit {
            Edit::Turn => self.is_table = !self.is_table,
            Edit::Walk(at) => self.at = Some(at),
        }
    }
}
