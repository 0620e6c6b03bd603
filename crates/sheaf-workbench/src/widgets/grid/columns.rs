//! Which columns fit, and where each stands.

use eframe::egui::Rangef;

/// One column of a grid.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Column<'a> {
    /// What stands at its head.
    pub title: &'a str,
    /// The least width in points.
    pub least: f32,
    /// Its share of what is left over.
    pub grow: f32,
    /// Where there is no room, the columns with the highest rank go first; 0 always stays.
    pub goes: u8,
    /// Whether the grid is sorted by it, and how.
    pub sorted: Sorted,
}

/// Whether and how a grid is sorted by a column.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Sorted {
    /// It is not.
    #[default]
    No,
    /// The least first.
    Rising,
    /// The greatest first.
    Falling,
    /// The rows stay in the order that they have.
    Never,
}

/// The columns that fit into a width, by their number, each with where it begins and ends.
pub fn fit(columns: &[Column<'_>], width: f32) -> Vec<(usize, Rangef)> {
    let mut kept: Vec<(usize, &Column<'_>)> = columns.iter().enumerate().collect();
    while kept.iter().map(|(_, column)| column.least).sum::<f32>() > width {
        let last = kept.iter().rposition(|(_, one)| {
            one.goes > 0 && kept.iter().all(|(_, other)| other.goes <= one.goes)
        });
        match last {
            Some(place) => kept.remove(place),
            None => break,
        };
    }
    let spare = width - kept.iter().map(|(_, column)| column.least).sum::<f32>();
    let shares: f32 = kept.iter().map(|(_, column)| column.grow).sum();
    let mut left = 0.0;
    kept.into_iter()
        .map(|(number, column)| {
            let share = if shares > 0.0 { spare.max(0.0) * column.grow / shares } else { 0.0 };
            let begin = left;
            left += column.least + share;
            (number, Rangef::new(begin, left))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn column(least: f32, grow: f32, goes: u8) -> Column<'static> {
        Column { title: "", least, grow, goes, sorted: Sorted::No }
    }

    #[track_caller]
    fn check(width: f32, expected: &[(usize, f32, f32)]) {
        let columns = [column(100.0, 0.0, 0), column(80.0, 1.0, 1), column(60.0, 3.0, 2)];
        let found = fit(&columns, width);
        let found: Vec<_> = found.into_iter().map(|(at, x)| (at, x.min, x.max)).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn what_is_left_over_is_shared_and_what_does_not_fit_goes() {
        check(280.0, &[(0, 0.0, 100.0), (1, 100.0, 190.0), (2, 190.0, 280.0)]);
        check(239.0, &[(0, 0.0, 100.0), (1, 100.0, 239.0)]);
        check(120.0, &[(0, 0.0, 100.0)]);
        check(50.0, &[(0, 0.0, 100.0)]);
    }
}
