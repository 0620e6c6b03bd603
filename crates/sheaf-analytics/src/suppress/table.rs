//! Complementary suppression: no hidden cell may be worked out from what is shown beside it.
#![allow(
    clippy::indexing_slicing,
    reason = "all indexes run over the rows and columns of tables whose shape is checked first"
)]

use std::collections::VecDeque;
use std::mem::take;

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
/// # Errors
/// The table has too many cells, or lines of different lengths.
pub fn protect_two_way(table: &Table) -> Result<TwoWay, AnalyticsError> {
    let mut shield = Shield::new(table)?;
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
        while self.hide_one_more() {}
    }

    /// Hides one thing more beside a cell that is exposed: in the line in which nothing else is
    /// hidden, the smallest other cell, or the total where there is none; otherwise wherever the
    /// least is. Whether there was anything to do.
    fn hide_one_more(&mut self) -> bool {
        let rows = (0..self.counts.len()).filter(|row| self.row_shown[*row]);
        if let Some(row) = rows.into_iter().find(|row| self.has_one_hidden(self.row(*row))) {
            return !self.has_lone(&self.row_shown) && self.hide_smallest(self.row(row))
                || take(&mut self.row_shown[row]);
        }
        let columns = (0..self.width).filter(|column| self.column_shown[*column]);
        let mut columns = columns.into_iter();
        if let Some(column) = columns.find(|column| self.has_one_hidden(self.column(*column))) {
            return !self.has_lone(&self.column_shown) && self.hide_smallest(self.column(column))
                || take(&mut self.column_shown[column]);
        }
        let Some((row, column)) = self.exposed() else { return false };
        self.hide_smallest(self.row(row).chain(self.column(column)))
            || take(&mut self.row_shown[row])
            || take(&mut self.column_shown[column])
            || take(&mut self.total_shown)
    }

    /// Whether one total alone is hidden, which the others and that of all tell: another hidden
    /// one helps it, and costs less than cells.
    fn has_lone(&self, shown: &[bool]) -> bool {
        self.total_shown && shown.iter().filter(|shown| !**shown).count() == 1
    }

    fn has_one_hidden(&self, line: impl Iterator<Item = (usize, usize)>) -> bool {
        line.filter(|(row, column)| self.hidden[*row][*column]).count() == 1
    }

    fn row(&self, row: usize) -> impl Iterator<Item = (usize, usize)> + use<> {
        (0..self.width).map(move |column| (row, column))
    }

    fn column(&self, column: usize) -> impl Iterator<Item = (usize, usize)> + use<> {
        (0..self.counts.len()).map(move |row| (row, column))
    }

    /// The first hidden cell that has but one possible value.
    fn exposed(&self) -> Option<(usize, usize)> {
        let rows = 0..self.counts.len();
        let mut cells = rows.flat_map(|row| (0..self.width).map(move |column| (row, column)));
        cells.find(|(row, column)| self.hidden[*row][*column] && !self.could_differ(*row, *column))
    }

    /// Hides the smallest shown cell above zero among these, if there is one.
    fn hide_smallest(&mut self, cells: impl Iterator<Item = (usize, usize)>) -> bool {
        let smallest = cells
            .filter(|(row, column)| !self.hidden[*row][*column] && self.counts[*row][*column] > 0)
            .min_by_key(|(row, column)| self.counts[*row][*column]);
        let Some((row, column)) = smallest else { return false };
        self.hidden[row][column] = true;
        true
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
