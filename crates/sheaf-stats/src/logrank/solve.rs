//! The quadratic form of a small symmetric matrix.
#![allow(
    clippy::indexing_slicing,
    reason = "all lines are built here, square with one more column"
)]

use super::score::Scored;

/// `U' V⁻¹ U` over the groups kept; none where the variance cannot be inverted.
pub fn quadratic_form(scored: &Scored, kept: &[usize]) -> Option<f64> {
    let difference: Vec<f64> =
        kept.iter().map(|g| scored.observed[*g] - scored.expected[*g]).collect();
    let mut lines: Vec<Vec<f64>> = kept
        .iter()
        .zip(&difference)
        .map(|(g, u)| {
            let mut line: Vec<f64> = kept.iter().map(|h| scored.variance[*g][*h]).collect();
            line.push(*u);
            line
        })
        .collect();
    let scale = (0..kept.len()).map(|g| lines[g][g].abs()).fold(0.0, f64::max);
    let solution = gauss(&mut lines, scale * 1e-10)?;
    Some(solution.iter().zip(&difference).map(|(x, u)| x * u).sum::<f64>().max(0.0))
}

/// Gaussian elimination with partial pivoting; a pivot at or below `least` counts as zero.
fn gauss(lines: &mut [Vec<f64>], least: f64) -> Option<Vec<f64>> {
    let size = lines.len();
    for column in 0..size {
        let pivot = (column..size)
            .max_by(|a, b| lines[*a][column].abs().total_cmp(&lines[*b][column].abs()))?;
        if lines[pivot][column].abs() <= least {
            return None;
        }
        lines.swap(column, pivot);
        let (above, below) = lines.split_at_mut(column + 1);
        let top = &above[column];
        for line in below {
            let factor = line[column] / top[column];
            line.iter_mut().zip(top).skip(column).for_each(|(x, y)| *x -= factor * y);
        }
    }
    let mut solution = vec![0.0; size];
    for row in (0..size).rev() {
        let known: f64 = (row + 1..size).map(|at| lines[row][at] * solution[at]).sum();
        solution[row] = (lines[row][size] - known) / lines[row][row];
    }
    Some(solution)
}
