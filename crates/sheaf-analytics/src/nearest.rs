//! The name that was probably meant.

/// The nearest known name, if a third of its letters or fewer would have to change.
pub fn nearest<'a>(wanted: &str, known: impl IntoIterator<Item = &'a str>) -> Option<String> {
    let limit = wanted.chars().count().div_ceil(3).max(1);
    known
        .into_iter()
        .map(|name| (edits(wanted, name), name))
        .filter(|(edits, _)| *edits <= limit)
        .min()
        .map(|(_, name)| name.to_owned())
}

/// Levenshtein's distance.
fn edits(a: &str, b: &str) -> usize {
    let mut above: Vec<usize> = (0..=b.chars().count()).collect();
    for (row, letter) in a.chars().enumerate() {
        let mut last = row + 1;
        let mut line = vec![last];
        for (pair, other) in above.windows(2).zip(b.chars()) {
            let &[diagonal, up] = pair else { break };
            last = (up + 1).min(last + 1).min(diagonal + usize::from(letter != other));
            line.push(last);
        }
        above = line;
    }
    above.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_finds_its_name_and_nonsense_does_not() {
        let known = ["category", "severity", "location"];
        assert_eq!(nearest("catagory", known).as_deref(), Some("category"));
        assert_eq!(nearest("severty", known).as_deref(), Some("severity"));
        assert_eq!(nearest("colour", known), None);
    }
}
