//! The nearest of some names to one that was misspelt.

/// The longest name that is compared: a longer one is no slip of the keys.
const MAX_LENGTH: usize = 64;

/// The name nearest to `wanted`, if one is near enough to be what was meant: a third of its
/// letters wrong at most, or a name that begins with it.
pub fn nearest<'a>(wanted: &str, names: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let wanted = wanted.to_lowercase();
    let letters = wanted.chars().count();
    if letters == 0 || letters > MAX_LENGTH {
        return None;
    }
    let (distance, name) = names
        .into_iter()
        .map(|name| (rank(&wanted, &name.to_lowercase()), name))
        .min_by_key(|(distance, _)| *distance)?;
    (distance <= letters.div_ceil(3)).then_some(name)
}

fn rank(wanted: &str, name: &str) -> usize {
    let begins = wanted.len() >= 3 && (name.starts_with(wanted) || wanted.starts_with(name));
    if begins { usize::from(wanted != name) } else { distance(wanted, name) }
}

/// The number of letters to add, drop, change or swap with the next (optimal string alignment).
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut before: Vec<usize> = Vec::new();
    let mut above: Vec<usize> = (0..=b.len()).collect();
    let mut last = None;
    for (row, letter) in (1..).zip(a.chars()) {
        let mut current = vec![row];
        for (column, other) in b.iter().enumerate() {
            let at = |line: &[usize], index: usize| line.get(index).copied().unwrap_or(usize::MAX);
            let change = at(&above, column) + usize::from(letter != *other);
            let add_or_drop = at(&current, column).min(at(&above, column + 1)) + 1;
            let mut best = change.min(add_or_drop);
            if let (Some(last), Some(index)) = (last, column.checked_sub(1))
                && b.get(index) == Some(&letter)
                && last == *other
            {
                best = best.min(at(&before, index).saturating_add(1));
            }
            current.push(best);
        }
        before = std::mem::replace(&mut above, current);
        last = Some(letter);
    }
    above.last().copied().unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(wanted: &str, expected: Option<&str>) {
        let names = ["severity", "location", "occurred_at", "narrative", "upn"];
        assert_eq!(nearest(wanted, names), expected, "{wanted}");
    }

    #[test]
    fn slips_find_their_name() {
        check("severty", Some("severity"));
        check("Severity", Some("severity"));
        check("locaiton", Some("location"));
        check("occured_at", Some("occurred_at"));
        check("loc", Some("location"));
    }

    #[test]
    fn what_is_not_a_slip_finds_nothing() {
        check("", None);
        check("favourite_colour", None);
        check(&"x".repeat(1000), None);
    }

    #[test]
    fn a_swap_counts_as_one() {
        assert_eq!(distance("ab", "ba"), 1);
        assert_eq!(distance("kitten", "sitting"), 3);
        assert_eq!(distance("", "abc"), 3);
    }
}
