//! The row that has the keys, and the rows that are chosen.

use std::ops::Range;

/// Where the keys are in a grid, and from where rows are chosen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Cursor {
    /// The row that has the keys, from 0.
    pub at: Option<usize>,
    /// The other end of what is chosen; the row itself if none.
    pub anchor: Option<usize>,
    /// Whether the row is still to be brought into sight.
    pub reveal: bool,
}

impl Cursor {
    /// The rows that are chosen.
    pub fn chosen(&self) -> Range<usize> {
        let Some(at) = self.at else { return 0..0 };
        let anchor = self.anchor.unwrap_or(at);
        at.min(anchor)..at.max(anchor) + 1
    }

    /// On to another row.
    pub fn walk(&mut self, step: Walk) {
        let from = self.at;
        self.at = Some(step.to);
        self.reveal = true;
        self.anchor = match step.extends {
            Extends::Yes => self.anchor.or(from),
            Extends::No => None,
        };
    }

    /// Every row of so many is chosen; the keys stay where they are seen.
    pub const fn choose_all(&mut self, rows: usize) {
        if rows > 0 {
            self.at = Some(rows - 1);
            self.anchor = Some(0);
            self.reveal = false;
        }
    }

    /// At most so many rows are left.
    pub fn clamp(&mut self, rows: usize) {
        let last = rows.checked_sub(1);
        let within = |row: Option<usize>| row.and_then(|row| Some(row.min(last?)));
        self.at = within(self.at);
        self.anchor = within(self.anchor);
    }
}

/// Whether a step chooses all rows from where it began.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Extends {
    /// It does: Shift is held.
    Yes,
    /// It does not.
    No,
}

/// A step to another row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Walk {
    /// To which row, from 0.
    pub to: usize,
    /// Whether what lies between is chosen too.
    pub extends: Extends,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shift_chooses_from_where_it_began() {
        let mut cursor = Cursor { at: Some(4), ..Cursor::default() };
        assert_eq!(cursor.chosen(), 4..5);
        cursor.walk(Walk { to: 6, extends: Extends::Yes });
        cursor.walk(Walk { to: 2, extends: Extends::Yes });
        assert_eq!(cursor.chosen(), 2..5);
        cursor.walk(Walk { to: 3, extends: Extends::No });
        assert_eq!(cursor.chosen(), 3..4);
        cursor.choose_all(10);
        assert_eq!(cursor.chosen(), 0..10);
        cursor.clamp(3);
        assert_eq!(cursor.chosen(), 0..3);
        cursor.clamp(0);
        assert_eq!(cursor.chosen(), 0..0);
    }
}
