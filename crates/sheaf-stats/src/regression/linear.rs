//! Symmetric positive definite systems by Cholesky's decomposition.
#![allow(
    clippy::indexing_slicing,
    reason = "every index is below `size`, and all lines are built here as squares of that size"
)]

/// A small square matrix.
#[derive(Clone, Debug, PartialEq)]
pub struct Square {
    size: usize,
    cells: Vec<f64>,
}

impl Square {
    /// All zero.
    pub fn zero(size: usize) -> Self {
        Self { size, cells: vec![0.0; size * size] }
    }

    /// The cell of a line and a column below the size.
    pub fn at(&self, line: usize, column: usize) -> f64 {
        self.cells[line * self.size + column]
    }

    fn put(&mut self, line: usize, column: usize, value: f64) {
        self.cells[line * self.size + column] = value;
    }

    /// Adds another.
    pub fn add(&mut self, other: &Self) {
        self.cells.iter_mut().zip(&other.cells).for_each(|(cell, part)| *cell += part);
    }

    /// Adds `weight · left · right'`.
    pub fn add_outer(&mut self, weight: f64, left: &[f64], right: &[f64]) {
        for (line, a) in self.cells.chunks_mut(self.size).zip(left) {
            line.iter_mut().zip(right).for_each(|(cell, b)| *cell += weight * a * b);
        }
    }

    /// The roots of the diagonal: standard errors of a covariance.
    pub fn diagonal_roots(&self) -> Vec<f64> {
        (0..self.size).map(|at| self.at(at, at).max(0.0).sqrt()).collect()
    }

    /// All cells times a factor.
    #[must_use]
    pub fn scaled(mut self, factor: f64) -> Self {
        self.cells.iter_mut().for_each(|cell| *cell *= factor);
        self
    }

    /// `self · other`.
    pub fn times(&self, other: &Self) -> Self {
        let mut product = Self::zero(self.size);
        for line in 0..self.size {
            for column in 0..self.size {
                let sum = (0..self.size).map(|k| self.at(line, k) * other.at(k, column)).sum();
                product.put(line, column, sum);
            }
        }
        product
    }

    /// `self · vector`.
    pub fn apply(&self, vector: &[f64]) -> Vec<f64> {
        self.cells
            .chunks(self.size)
            .map(|line| line.iter().zip(vector).map(|(a, b)| a * b).sum())
            .collect()
    }

    /// The inverse of a symmetric positive definite matrix, or the first column that depends on
    /// those before it.
    pub fn inverse(&self) -> Result<Self, usize> {
        let lower = self.lower()?;
        let mut inverse = Self::zero(self.size);
        for column in 0..self.size {
            let mut x = vec![0.0; self.size];
            x[column] = 1.0;
            lower.solve(&mut x);
            x.iter().enumerate().for_each(|(line, value)| inverse.put(line, column, *value));
        }
        Ok(inverse)
    }

    /// The lower factor of Cholesky. A pivot that loses all its digits counts as zero.
    fn lower(&self) -> Result<Self, usize> {
        let mut lower = Self::zero(self.size);
        for column in 0..self.size {
            for line in column..self.size {
                let known: f64 = (0..column).map(|k| lower.at(line, k) * lower.at(column, k)).sum();
                let rest = self.at(line, column) - known;
                if line > column {
                    lower.put(line, column, rest / lower.at(column, column));
                } else if rest > 1e-11 * self.at(column, column) {
                    lower.put(column, column, rest.sqrt());
                } else {
                    return Err(column);
                }
            }
        }
        Ok(lower)
    }

    /// Solves `L L' x = b` in place, `self` being `L`.
    fn solve(&self, x: &mut [f64]) {
        for line in 0..self.size {
            let known: f64 = (0..line).map(|k| self.at(line, k) * x[k]).sum();
            x[line] = (x[line] - known) / self.at(line, line);
        }
        for line in (0..self.size).rev() {
            let known: f64 = (line + 1..self.size).map(|k| self.at(k, line) * x[k]).sum();
            x[line] = (x[line] - known) / self.at(line, line);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_inverse_by_hand_and_a_column_that_depends_on_another() {
        let mut square = Square::zero(2);
        for row in [[1.0, 1.0], [1.0, 2.0], [1.0, 3.0]] {
            square.add_outer(1.0, &row, &row);
        }
        let inverse = square.inverse().unwrap();
        for (at, expected) in [((0, 0), 7.0 / 3.0), ((0, 1), -1.0), ((1, 1), 0.5)] {
            assert!((inverse.at(at.0, at.1) - expected).abs() < 1e-12, "{at:?}");
        }
        let mut flat = Square::zero(2);
        flat.add_outer(1.0, &[1.0, 2.0], &[1.0, 2.0]);
        assert_eq!(flat.inverse(), Err(1));
    }
}
