//! What a two-way table would be if rows and columns had nothing to do with each other.

use serde::Serialize;

use crate::check;
use crate::distributions::chi_squared_tail;
use crate::refusal::Refusal;

const WHAT: &str = "expected_table";

/// Below this an expected count is too small for its residual to mean much.
const FEW: f64 = 5.0;

/// A two-way table beside what its margins lead to expect.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ExpectedTable {
    /// Row total by column total over the whole.
    pub expected: Vec<Vec<f64>>,
    /// `(o-e)/sqrt(e)`.
    pub residuals: Vec<Vec<f64>>,
    /// `(o-e)/sqrt(e (1-row share)(1-column share))`: standard normal if nothing is going on.
    pub adjusted_residuals: Vec<Vec<f64>>,
    /// Pearson's statistic.
    pub chi_squared: f64,
    /// Its degrees of freedom.
    pub df: usize,
    /// Its p-value.
    pub p: f64,
    /// How many cells expect fewer than five.
    pub few: usize,
}

/// Expected counts and residuals of a table of counts (Agresti 2007, §2.4). At least two rows and
/// two columns.
///
/// # Errors
/// Refuses rows of different lengths, negative counts, fewer than two rows or columns, and a row or
/// a column without events.
pub fn expected_table(rows: &[Vec<f64>]) -> Result<ExpectedTable, Refusal> {
    check::at_least(WHAT, "rows", rows.len(), 2)?;
    let width = rows.first().map_or(0, Vec::len);
    check::at_least(WHAT, "columns", width, 2)?;
    for row in rows {
        check::lengths(WHAT, ("first row", width), ("another row", row.len()))?;
        check::not_negative(WHAT, "rows", row)?;
    }
    let down: Vec<f64> = rows.iter().map(|row| row.iter().sum()).collect();
    let mut across = vec![0.0; width];
    for row in rows {
        across.iter_mut().zip(row).for_each(|(sum, count)| *sum += count);
    }
    check::positive(WHAT, "row totals", &down, "leave out rows without events")?;
    check::positive(WHAT, "column totals", &across, "leave out columns without events")?;
    let total: f64 = down.iter().sum();
    let table = |cell: &dyn Fn(f64, f64, f64) -> f64| -> Vec<Vec<f64>> {
        let line = |(row, r): (&Vec<f64>, &f64)| {
            row.iter().zip(&across).map(|(o, c)| cell(*o, *r, *c)).collect()
        };
        rows.iter().zip(&down).map(line).collect()
    };
    let expected = table(&|_, r, c| r * c / total);
    let residuals = table(&|o, r, c| (o - r * c / total) / (r * c / total).sqrt());
    let adjusted_residuals = table(&|o, r, c| {
        let e = r * c / total;
        (o - e) / (e * (1.0 - r / total) * (1.0 - c / total)).sqrt()
    });
    let chi_squared: f64 = residuals.iter().flatten().map(|cell| cell * cell).sum();
    let df = (rows.len() - 1) * (width - 1);
    Ok(ExpectedTable {
        few: expected.iter().flatten().filter(|e| **e < FEW).count(),
        p: chi_squared_tail(chi_squared, df as f64),
        expected,
        residuals,
        adjusted_residuals,
        chi_squared,
        df,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Agresti (2007), p. 39: party by gender.
    #[test]
    fn party_by_gender() {
        let rows = [vec![762.0, 327.0, 468.0], vec![484.0, 239.0, 477.0]];
        let found = expected_table(&rows).unwrap();
        assert!((found.chi_squared - 30.070_149_095_755).abs() < 1e-9);
        assert!((found.p / 2.953_589_183_212e-7 - 1.0).abs() < 1e-6);
        assert_eq!((found.df, found.few), (2, 0));
        for (one, other) in [
            (found.expected[0][0], 703.671_381_936_888),
            (found.expected[1][2], 411.316_648_531_012),
            (found.residuals[1][2], 3.238_673_443_537),
            (found.adjusted_residuals[0][0], 4.502_053_521_087),
            (found.adjusted_residuals[1][2], 5.315_945_542_705),
        ] {
            assert!((one - other).abs() < 1e-9, "{one} {other}");
        }
    }

    #[test]
    fn odd_tables_are_refused() {
        let refused = |rows: &[Vec<f64>]| expected_table(rows).unwrap_err().to_string();
        let text = "expected_table: `first row` has 2 values but `another row` has 1";
        assert_eq!(refused(&[vec![1.0, 2.0], vec![1.0]]), text);
        let text = "expected_table: value 2 of `column totals` is 0; leave out columns without \
                    events";
        assert_eq!(refused(&[vec![1.0, 0.0], vec![1.0, 0.0]]), text);
        let text = "expected_table: only 1 row; 2 are needed";
        assert_eq!(refused(&[vec![1.0, 0.0]]), text);
    }
}
