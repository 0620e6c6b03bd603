//! Ranking by what was typed: first letters of words beat letters in the middle.

use nucleo_matcher::pattern::{CaseMatching, Normalization, Pattern};
use nucleo_matcher::{Config, Matcher, Utf32Str};

/// The places of the names that fit, the best first; all, in their order, if nothing was typed.
pub fn rank<'a>(typed: &str, names: impl Iterator<Item = &'a str>) -> Vec<usize> {
    let typed = typed.trim();
    if typed.is_empty() {
        return names.enumerate().map(|(place, _)| place).collect();
    }
    let mut config = Config::DEFAULT;
    config.prefer_prefix = true;
    let mut matcher = Matcher::new(config);
    let pattern = Pattern::parse(typed, CaseMatching::Ignore, Normalization::Smart);
    let mut buffer = Vec::new();
    let mut found: Vec<(u32, usize)> = names
        .enumerate()
        .filter_map(|(place, name)| {
            let score = pattern.score(Utf32Str::new(name, &mut buffer), &mut matcher)?;
            Some((score, place))
        })
        .collect();
    found.sort_by_key(|(score, place)| (std::cmp::Reverse(*score), *place));
    found.into_iter().map(|(_, place)| place).collect()
}

#[cfg(test)]
mod tests {
    use super::rank;

    #[track_caller]
    fn check(typed: &str, names: &[&str], expected: &[&str]) {
        let found = rank(typed, names.iter().copied());
        let found: Vec<&str> = found.into_iter().map(|place| names[place]).collect();
        assert_eq!(found, expected, "typed {typed:?}");
    }

    #[test]
    fn ranks_by_first_letters_and_folds_accents() {
        let names = ["Zoë Oduya", "Amir Zoel", "Ben Carter"];
        check("zoe", &names, &["Zoë Oduya", "Amir Zoel"]);
        check("bc", &names, &["Ben Carter"]);
        check("oduya zo", &names, &["Zoë Oduya"]);
        check("  ", &names, &names);
        check("xyz", &names, &[]);
    }
}
