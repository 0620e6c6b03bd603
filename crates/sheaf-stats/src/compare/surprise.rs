//! Which cells of a two-way table hold more than its margins lead to expect, and which by more
//! than chance.

use serde::Serialize;

use super::shrinkage::common;
use super::{Prior, expected_table};
use crate::adjust::{Adjustment, adjust};
use crate::check;
use crate::distributions::normal_two_sided;
use crate::pace::Pace;
use crate::refusal::Refusal;

const WHAT: &str = "surprise";

/// Below this an expected count is too small for its residual to be tested.
pub const MIN_EXPECTED: f64 = 5.0;
/// A cell stands out beyond so many standard deviations.
pub const MIN_RESIDUAL: f64 = 3.0;
/// So many of the cells that stand out may do so by chance.
const FALSE_DISCOVERIES: f64 = 0.10;

/// One cell beside what its margins lead to expect.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct SurpriseCell {
    /// The count.
    pub n: f64,
    /// Row total by column total over the whole of the block; 0 where the row or the column has
    /// nothing in the block.
    pub expected: f64,
    /// The adjusted residual; NaN where nothing can be compared.
    pub residual: f64,
    /// Seen over expected, drawn towards 1 where few are expected; NaN where nothing is.
    pub ratio: f64,
    /// The p-value of the residual; none where fewer than five are expected.
    pub p: Option<f64>,
    /// The same, adjusted over all cells that were tested (Benjamini-Hochberg).
    pub p_adjusted: Option<f64>,
    /// Whether it stands out: a residual beyond three, and no more than one in ten such by chance.
    pub is_marked: bool,
}

/// A table of counts cell by cell.
///
/// Columns of one block are compared with each other alone: lessons with lessons, breaks with
/// breaks. `e = row × column / total` of the block, the residual is
/// `(o-e)/sqrt(e (1-row share)(1-column share))`, and the ratio `(o+θ)/(e+θ)` with θ by Marshall's
/// moments over all cells (Agresti 2007, §2.4; Marshall 1991). Where all ratios are alike θ is
/// infinite and each ratio is 1. At least one cell that expects five events.
///
/// # Errors
/// Refuses lines of different lengths, negative counts, and a table in which no cell expects five.
pub fn surprise(rows: &[Vec<f64>], blocks: &[u32]) -> Result<Vec<Vec<SurpriseCell>>, Refusal> {
    for row in rows {
        check::lengths(WHAT, ("blocks", blocks.len()), ("a row", row.len()))?;
        check::not_negative(WHAT, "rows", row)?;
    }
    let empty = |n: &f64| SurpriseCell {
        n: *n,
        expected: 0.0,
        residual: f64::NAN,
        ratio: f64::NAN,
        p: None,
        p_adjusted: None,
        is_marked: false,
    };
    let mut cells: Vec<Vec<SurpriseCell>> =
        rows.iter().map(|row| row.iter().map(empty).collect()).collect();
    let mut known = blocks.to_vec();
    known.sort_unstable();
    known.dedup();
    for block in known {
        let inside: Vec<bool> = blocks.iter().map(|one| *one == block).collect();
        compare(&mut cells, rows, &inside);
    }
    let tested = cells.iter().flatten().filter(|cell| cell.p.is_some()).count();
    check::at_least(WHAT, "cells that expect five events", tested, 1)?;
    shrink(&mut cells);
    mark(&mut cells)?;
    Ok(cells)
}

/// Fills in what the margins of one block lead to expect, where it has two lines each way.
fn compare(cells: &mut [Vec<SurpriseCell>], rows: &[Vec<f64>], inside: &[bool]) {
    let filled = |column: usize| rows.iter().filter_map(|row| row.get(column)).sum::<f64>() > 0.0;
    let columns: Vec<usize> =
        (0..inside.len()).filter(|at| inside.get(*at) == Some(&true) && filled(*at)).collect();
    let part = |row: &Vec<f64>| -> Vec<f64> {
        columns.iter().filter_map(|at| row.get(*at)).copied().collect()
    };
    let parts: Vec<(usize, Vec<f64>)> = rows
        .iter()
        .map(part)
        .enumerate()
        .filter(|(_, row)| row.iter().sum::<f64>() > 0.0)
        .collect();
    let table: Vec<Vec<f64>> = parts.iter().map(|(_, row)| row.clone()).collect();
    // A single row or column is what it is: there is nothing to compare it with.
    let Ok(found) = expected_table(&table) else { return };
    let lines = found.expected.iter().zip(&found.adjusted_residuals);
    for ((row, _), (expected, residuals)) in parts.iter().zip(lines) {
        for (column, (expected, residual)) in columns.iter().zip(expected.iter().zip(residuals)) {
            let Some(cell) = cells.get_mut(*row).and_then(|row| row.get_mut(*column)) else {
                continue;
            };
            cell.expected = *expected;
            cell.residual = *residual;
            cell.p = (*expected >= MIN_EXPECTED).then(|| normal_two_sided(*residual));
        }
    }
}

fn shrink(cells: &mut [Vec<SurpriseCell>]) {
    let with = || cells.iter().flatten().filter(|cell| cell.expected > 0.0);
    let n: Vec<f64> = with().map(|cell| cell.n).collect();
    let expected: Vec<f64> = with().map(|cell| cell.expected).collect();
    // With fewer than five cells nothing is known of how ratios vary: they stay as they are.
    let shape = common(&n, &expected, Prior::Marshall, Pace::default());
    let shape = shape.map_or(0.0, |(_, shape)| shape);
    for cell in cells.iter_mut().flatten().filter(|cell| cell.expected > 0.0) {
        cell.ratio = match shape.is_finite() {
            true => (cell.n + shape) / (cell.expected + shape),
            false => 1.0,
        };
    }
}

fn mark(cells: &mut [Vec<SurpriseCell>]) -> Result<(), Refusal> {
    let p: Vec<f64> = cells.iter().flatten().filter_map(|cell| cell.p).collect();
    let adjusted = adjust(&p, Adjustment::BenjaminiHochberg)?;
    let tested = cells.iter_mut().flatten().filter(|cell| cell.p.is_some());
    for (cell, adjusted) in tested.zip(adjusted) {
        cell.p_adjusted = Some(adjusted);
        cell.is_marked = cell.residual.abs() > MIN_RESIDUAL && adjusted < FALSE_DISCOVERIES;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Agresti (2007), p. 39, party by gender, its adjusted residuals as printed there (p. 39:
    /// 4.50, 0.70, -5.32), twice as two blocks side by side: neither block changes the other.
    #[test]
    fn blocks_are_compared_each_with_itself() {
        let rows = [
            vec![762.0, 327.0, 468.0, 762.0, 327.0, 468.0],
            vec![484.0, 239.0, 477.0, 484.0, 239.0, 477.0],
        ];
        let cells = surprise(&rows, &[0, 0, 0, 1, 1, 1]).unwrap();
        let printed = [4.50, 0.70, -5.32, 4.50, 0.70, -5.32];
        for (cell, printed) in cells[0].iter().zip(printed) {
            assert!((cell.residual - printed).abs() < 0.005, "{} {printed}", cell.residual);
            assert_eq!(cell.is_marked, printed.abs() > 3.0);
        }
        assert!((cells[0][0].expected - 1557.0 * 1246.0 / 2757.0).abs() < 1e-9);
        // 2 (1 - Φ(4.5021)) = 6.73e-6; of 12 tests four are smaller by symmetry: q = 12 p / 8.
        let p = cells[0][0].p.unwrap();
        assert!((p / 6.73e-6 - 1.0).abs() < 0.01, "{p}");
        assert!((cells[0][0].p_adjusted.unwrap() / (12.0 * p / 8.0) - 1.0).abs() < 1e-9);
    }

    #[test]
    fn few_are_not_tested_and_an_empty_line_has_nothing_to_expect() {
        let rows = [vec![2.0, 40.0, 0.0], vec![30.0, 50.0, 0.0]];
        let cells = surprise(&rows, &[0, 0, 0]).unwrap();
        assert_eq!(cells[0][2].expected, 0.0);
        assert!(cells[0][2].ratio.is_nan());
        let few = [vec![1.0, 2.0], vec![2.0, 1.0]];
        assert!(surprise(&few, &[0, 0]).is_err());
    }

    /// `(o+θ)/(e+θ)`: a cell that expects little lies nearer to 1 than its own ratio.
    #[test]
    fn ratios_are_drawn_towards_one() {
        let rows = [vec![4.0, 40.0, 60.0], vec![1.0, 55.0, 40.0], vec![1.0, 60.0, 90.0]];
        let cells = surprise(&rows, &[0, 0, 0]).unwrap();
        let one = cells[0][0];
        let raw = one.n / one.expected;
        assert!(one.ratio > 1.0 && one.ratio < raw, "{} of {raw}", one.ratio);
    }
}
