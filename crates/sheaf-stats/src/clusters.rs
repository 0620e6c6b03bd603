//! Rows that belong to the same pupil, made one.

/// The sums of two numbers over the rows of each pupil, in order of the pupils' codes: rows are
/// added in the order in which they come.
pub fn sums(codes: &[u32], rows: impl Iterator<Item = (f64, f64)>) -> Vec<(f64, f64)> {
    let mut coded: Vec<(u32, (f64, f64))> = codes.iter().copied().zip(rows).collect();
    // Rows mostly stand in order, or in a few stretches that do: a stable sort then only joins.
    coded.sort_by_key(|(code, _)| *code);
    let of_one = |own: &[(u32, (f64, f64))]| {
        own.iter().fold((0.0, 0.0), |sums, (_, (x, n))| (sums.0 + x, sums.1 + n))
    };
    coded.chunk_by(|one, next| one.0 == next.0).map(of_one).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_of_a_pupil_are_joined_wherever_they_stand() {
        let rows = [(1.0, 4.0), (2.0, 5.0), (0.5, 1.0), (7.0, 8.0)];
        assert_eq!(sums(&[9, 3, 9, 3], rows.into_iter()), [(9.0, 13.0), (1.5, 5.0)]);
        assert_eq!(sums(&[], [].into_iter()), []);
    }
}
