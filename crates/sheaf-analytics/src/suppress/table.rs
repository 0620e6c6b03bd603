//! Complementary suppression: no hidden cell may be worked out from what is shown beside it.
#![allow(
    clippy::indexing_slicing,
    reason = "all indexes run over the rows and columns of tables whose shape is checked first"
)]

use std::collections::VecDeque;

use super::Shown;
use crate::error::AnalyticsError;

/// The largest table that is protected: beyond it, nothing that a person reads.
const MAX_CELLS: usize = 10_000;

/// A list of counts with its total.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OneWay {
    /// The counts.
    pub cells: Vec<Shown<u64>>,
    /// Their total.
    pub total: Shown<u64>,
}

/// A table of counts with its margins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TwoWay {
    /// The counts by row and column.
    pub cells: Vec<Vec<Shown<u64>>>,
    /// The totals of rows.
    pub rows: Vec<Shown<u64>>,
    /// The totals of columns.
    pub columns: Vec<Shown<u64>>,
    /// The total of all.
    pub total: Shown<u64>,
}

/// A table of counts and which of them are hidden by themselves; lines may not differ in length.
#[derive(Clone, Debug)]
pub struct Table {
    /// The counts by row and column.
    pub counts: Vec<Vec<u64>>,
    /// Whether each is hidden by itself; a zero never is.
    pub hidden: Vec<Vec<bool>>,
}

/// Protects a list and its total.
///
/// # Errors
/// As [`protect_two_way`].
pub fn protect_one_way(counts: &[u64], hidden: &[bool]) -> Result<OneWay, AnalyticsError> {
    let table = Table { counts: vec![counts.to_vec()], hidden: vec![hidden.to_vec()] };
    // A list is a table of one line: each column's total is its cell, so columns have none.
    let mut shield = Shield::new(&table)?;
    shield.column_shown = vec![false; counts.len()];
    shield.protect();
    let total = shield.row_total(0);
    Ok(OneWay { cells: shield.line(0), total })
}

/// Protects a table and its margins: hides, besides what is hidden by itself, the smallest cells
/// beside it until no hidden cell follows from the cells and totals that are shown, even knowing
/// that a hidden cell is never zero; and where no cell is left to hide, totals.
///
/// A table of one row or one column is a list: there a cell is the total of its other line, and to
/// hide more beside it would not help it.
///
/// # Errors
/// The table has too many cells, or lines of different lengths.
pub fn protect_two_way(table: &Table) -> Result<TwoWay, AnalyticsError> {
    let mut shield = Shield::new(table)?;
    if shield.width == 1 || shield.counts.len() == 1 {
        return one_line(table);
    }
    shield.protect();
    Ok(TwoWay {
        cells: (0..shield.counts.len()).map(|row| shield.line(row)).collect(),
        rows: (0..shield.counts.len()).map(|row| shield.row_total(row)).collect(),
        columns: (0..shield.width).map(|column| shield.column_total(column)).collect(),
        total: if shield.total_shown {
            Shown::Value(shield.counts.iter().flatten().sum())
        } else {
            Shown::Suppressed
        },
    })
}

fn one_line(table: &Table) -> Result<TwoWay, AnalyticsError> {
    let safe = protect_one_way(&table.counts.concat(), &table.hidden.concat())?;
    let (cells, total) = (safe.cells, vec![safe.total]);
    Ok(match table.counts.len() {
        1 => TwoWay { cells: vec![cells.clone()], rows: total, columns: cells, total: safe.total },
        _ => TwoWay {
            cells: cells.iter().map(|cell| vec![*cell]).collect(),
            rows: cells,
            columns: total,
            total: safe.total,
        },
    })
}

struct Shield {
    counts: Vec<Vec<u64>>,
    hidden: Vec<Vec<bool>>,
    width: usize,
    row_shown: Vec<bool>,
    column_shown: Vec<bool>,
    total_shown: bool,
}

/// A place in the network of what could be otherwise: a row, a column, or the pools into which a
/// row or a column gives whose total is not shown.
type Node = usize;

impl Shield {
    fn new(table: &Table) -> Result<Self, AnalyticsError> {
        let width = table.counts.first().map_or(0, Vec::len);
        let even = table.counts.iter().all(|line| line.len() == width)
            && table.hidden.len() == table.counts.len()
            && table.hidden.iter().all(|line| line.len() == width);
        let cells = width.saturating_mul(table.counts.len());
        if !even || cells > MAX_CELLS {
            let why = format!("a table needs even lines and at most {MAX_CELLS} cells");
            return Err(AnalyticsError::Plan { step: 0, why });
        }
        let mut hidden = table.hidden.clone();
        for (line, counts) in hidden.iter_mut().zip(&table.counts) {
            line.iter_mut().zip(counts).for_each(|(hidden, count)| *hidden &= *count > 0);
        }
        Ok(Self {
            counts: table.counts.clone(),
            hidden,
            width,
            row_shown: vec![true; table.counts.len()],
            column_shown: vec![true; width],
            total_shown: true,
        })
    }

    fn protect(&mut self) {
        while let Some((row, column)) = self.exposed() {
            let beside = self.smallest_beside(row, column);
            match beside {
                Some((row, column)) => self.hidden[row][column] = true,
                None if self.row_shown[row] => self.row_shown[row] = false,
                None if self.column_shown[column] => self.column_shown[column] = false,
                None if self.total_shown => self.total_shown = false,
                None => return,
            }
        }
    }

    /// The first hidden cell that has but one possible value.
    fn exposed(&self) -> Option<(usize, usize)> {
        let rows = 0..self.counts.len();
        let mut cells = rows.flat_map(|row| (0..self.width).map(move |column| (row, column)));
        cells.find(|(row, column)| self.hidden[*row][*column] && !self.could_differ(*row, *column))
    }

    /// The smallest shown cell above zero in the same row or column.
    fn smallest_beside(&self, row: usize, column: usize) -> Option<(usize, usize)> {
        let in_row = (0..self.width).map(|other| (row, other));
        let in_column = (0..self.counts.len()).map(|other| (other, column));
        in_row
            .chain(in_column)
            .filter(|(row, column)| !self.hidden[*row][*column] && self.counts[*row][*column] > 0)
            .min_by_key(|(row, column)| self.counts[*row][*column])
    }

    /// Whether another table with the same shown cells and totals, and every hidden cell still
    /// above zero, has another value here. In the network of hidden cells, where a cell can always
    /// grow and can shrink while it is above one, that is a way back from the column to the row.
    fn could_differ(&self, row: usize, column: usize) -> bool {
        let (from, to) = (row, self.column_node(column));
        let grows = self.reaches(to, from, (row, column));
        let shrinks = self.counts[row][column] > 1 && self.reaches(from, to, (row, column));
        grows || shrinks
    }

    fn column_node(&self, column: usize) -> Node {
        self.counts.len() + column
    }

    fn nodes(&self) -> usize {
        self.counts.len() + self.width + 2
    }

    fn reaches(&self, from: Node, to: Node, without: (usize, usize)) -> bool {
        let mut seen = vec![false; self.nodes()];
        let mut waiting = VecDeque::from([from]);
        seen[from] = true;
        while let Some(node) = waiting.pop_front() {
            if node == to {
                return true;
            }
            for next in self.next(node, without) {
                if !seen[next] {
                    seen[next] = true;
                    waiting.push_back(next);
                }
            }
        }
        false
    }

    /// Where a unit can go from a node: from a row to a column, the cell between them grows; from a
    /// column to a row it shrinks; between a line without a shown total and its pool; and between
    /// the pools where the grand total is not shown.
    fn next(&self, node: Node, without: (usize, usize)) -> Vec<Node> {
        let rows = self.counts.len();
        let (row_pool, column_pool) = (rows + self.width, rows + self.width + 1);
        let open = |cell: (usize, usize)| cell != without && self.hidden[cell.0][cell.1];
        let mut next = Vec::new();
        if node < rows {
            let columns = (0..self.width).filter(|column| open((node, *column)));
            next.extend(columns.map(|column| self.column_node(column)));
            next.extend((!self.row_shown[node]).then_some(row_pool));
        } else if node < row_pool {
            let column = node - rows;
            let shrinks = |row: &usize| open((*row, column)) && self.counts[*row][column] > 1;
            next.extend((0..rows).filter(shrinks));
            next.extend((!self.column_shown[column]).then_some(column_pool));
        } else {
            let (lines, shift) = match node == row_pool {
                true => (&self.row_shown, 0),
                false => (&self.column_shown, rows),
            };
            let free = lines.iter().enumerate().filter(|line| !line.1);
            next.extend(free.map(|line| line.0 + shift));
            let other = if node == row_pool { column_pool } else { row_pool };
            next.extend((!self.total_shown).then_some(other));
        }
        next
    }

    fn line(&self, row: usize) -> Vec<Shown<u64>> {
        let cell = |(count, hidden): (&u64, &bool)| match hidden {
            true => Shown::Suppressed,
            false => Shown::Value(*count),
        };
        self.counts[row].iter().zip(&self.hidden[row]).map(cell).collect()
    }

    fn row_total(&self, row: usize) -> Shown<u64> {
        match self.row_shown[row] {
            true => Shown::Value(self.counts[row].iter().sum()),
            false => Shown::Suppressed,
        }
    }

    fn column_total(&self, column: usize) -> Shown<u64> {
        match self.column_shown[column] {
            true => Shown::Value(self.counts.iter().map(|line| line[column]).sum()),
            false => Shown::Suppressed,
        }
    }
}
