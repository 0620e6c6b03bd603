//! Ranking by what was typed: first letters of words beat letters in the middle.

use nucleo_matcher::pattern::{Atom, AtomKind, CaseMatching, Normalization, Pattern};
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

/// Which of the names have, for each word that was typed, a word that begins with it.
pub fn beginnings(typed: &str, names: &[&str]) -> Vec<bool> {
    let mut matcher = Matcher::new(Config::DEFAULT);
    let atom = |word: &str| {
        let (case, form) = (CaseMatching::Ignore, Normalization::Smart);
        Atom::new(word, case, form, AtomKind::Prefix, false)
    };
    let atoms: Vec<Atom> = typed.split_whitespace().map(atom).collect();
    let mut buffer = Vec::new();
    let mut begins = |atom: &Atom, name: &str| {
        let mut words = name.split(|c: char| c.is_whitespace() || c == '-');
        words.any(|word| atom.score(Utf32Str::new(word, &mut buffer), &mut matcher).is_some())
    };
    names.iter().map(|name| atoms.iter().all(|atom| begins(atom, name))).collect()
}

#[cfg(test)]
mod tests {
    use super::{beginnings, rank};

    #[test]
    fn names_begin_with_what_was_typed_word_by_word() {
        let names = ["Chloé Dubois", "Isla MacLeod", "Ada Smith-Okafor"];
        assert_eq!(beginnings("clo", &names), [false, false, false]);
        assert_eq!(beginnings("chloe du", &names), [true, false, false]);
        assert_eq!(beginnings("oka ad", &names), [false, false, true]);
    }

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
