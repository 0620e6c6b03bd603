//! The words of spoken codes, and what somebody types for one.
//!
//! `words.txt` is taken from the second short word list of the Electronic Frontier Foundation
//! (`eff_short_wordlist_2_0`, Creative Commons Attribution 3.0 US), changed: words that do not suit
//! a school, or are hard to spell or to hear, were left out. No two share their first three
//! letters, and none becomes another by fewer than three changes of a letter.

use std::fmt;
use std::str::FromStr;
use std::sync::LazyLock;

use rand_core::CryptoRng;
use zeroize::Zeroizing;

use crate::error::CharterError;

/// So many words make a code: the slot and three secret ones.
pub const CODE_WORDS: usize = 4;
/// More bytes than a code has, however it is typed.
const MAX_BYTES: usize = 200;
/// A typed word that is further from every word of the list is not a slip.
const MAX_SLIPS: usize = 2;
/// So many letters tell a word from all others.
const TELLING_LETTERS: usize = 3;

static WORDS: LazyLock<Vec<&'static str>> =
    LazyLock::new(|| include_str!("words.txt").lines().collect());

/// A code that one person reads out and the other types: the slot, which is public, and three
/// words that go through SPAKE2 and are sent to nobody.
#[derive(Clone, PartialEq, Eq)]
pub struct SpokenCode {
    slot: &'static str,
    secret: [&'static str; CODE_WORDS - 1],
}

impl SpokenCode {
    /// A new code.
    pub fn generate<R: CryptoRng + ?Sized>(rng: &mut R) -> Self {
        Self { slot: draw(rng), secret: std::array::from_fn(|_| draw(rng)) }
    }

    /// The word to which the inviting device answers.
    pub const fn slot(&self) -> &'static str {
        self.slot
    }

    /// The words to read out. Whoever knows them can join: it is not `Display`, so that it gets
    /// into no log by accident.
    pub fn to_text(&self) -> Zeroizing<String> {
        Zeroizing::new(format!("{} {}", self.slot, self.secret.join(" ")))
    }

    /// What goes through SPAKE2.
    pub(super) fn password(&self) -> Zeroizing<String> {
        Zeroizing::new(self.secret.join(" "))
    }
}

impl fmt::Debug for SpokenCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SpokenCode").field("slot", &self.slot).finish_non_exhaustive()
    }
}

impl FromStr for SpokenCode {
    type Err = CharterError;

    /// Reads what was typed: forgives case, spaces, dashes and commas, and completes a word of
    /// which enough is there to tell it from all others.
    fn from_str(text: &str) -> Result<Self, CharterError> {
        if text.len() > MAX_BYTES {
            return Err(CharterError::NotACode { found: words(text).count() });
        }
        let lower = Zeroizing::new(text.to_lowercase());
        let typed: Vec<&str> = words(&lower).collect();
        let [slot, a, b, c] = typed.as_slice() else {
            return Err(CharterError::NotACode { found: typed.len() });
        };
        Ok(Self { slot: word(slot)?, secret: [word(a)?, word(b)?, word(c)?] })
    }
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_alphabetic()).filter(|word| !word.is_empty())
}

/// A word of the list, each as likely as any other.
fn draw<R: CryptoRng + ?Sized>(rng: &mut R) -> &'static str {
    let count = u32::try_from(WORDS.len()).unwrap_or(u32::MAX);
    // Values past the last whole multiple would favour the first words.
    let fair = u32::MAX - u32::MAX % count;
    loop {
        let value = rng.next_u32();
        let place = usize::try_from(value % count).unwrap_or_default();
        if value < fair
            && let Some(word) = WORDS.get(place)
        {
            return word;
        }
    }
}

/// The word that was typed, or that its beginning stands for.
fn word(typed: &str) -> Result<&'static str, CharterError> {
    let mut fits = WORDS.iter().filter(|word| word.starts_with(typed));
    match (fits.next(), fits.next()) {
        (Some(word), None) => Ok(word),
        (Some(word), Some(_)) if *word == typed => Ok(word),
        _ => {
            let near = WORDS.iter().map(|word| (slips(typed, word), *word)).min();
            let is_told = typed.chars().count() >= TELLING_LETTERS;
            let near = near.filter(|(slips, _)| is_told && *slips <= MAX_SLIPS);
            let nearest = near.map(|(_, word)| word);
            Err(CharterError::NotACodeWord { typed: typed.to_owned(), nearest })
        }
    }
}

/// How many letters were left out, added, changed or swapped with their neighbour.
fn slips(typed: &str, word: &str) -> usize {
    let (typed, word): (Vec<char>, Vec<char>) = (typed.chars().collect(), word.chars().collect());
    let mut before: Vec<usize> = Vec::new();
    let mut row: Vec<usize> = (0..=word.len()).collect();
    for (line, letter) in typed.iter().enumerate() {
        let mut next = vec![line + 1];
        for (column, other) in word.iter().enumerate() {
            let at = |row: &[usize], column: usize| row.get(column).copied().unwrap_or(usize::MAX);
            let changed = at(&row, column).saturating_add(usize::from(letter != other));
            let added = at(&row, column + 1).saturating_add(1);
            let left_out = at(&next, column).saturating_add(1);
            let is_swap = column > 0
                && line > 0
                && word.get(column - 1) == Some(letter)
                && typed.get(line - 1) == Some(other);
            let swapped =
                if is_swap { at(&before, column - 1).saturating_add(1) } else { usize::MAX };
            next.push(changed.min(added).min(left_out).min(swapped));
        }
        before = std::mem::replace(&mut row, next);
    }
    row.last().copied().unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::*;

    #[test]
    fn the_list_is_frozen_and_hard_to_mistake() {
        let text = include_str!("words.txt");
        expect!["920"].assert_eq(&WORDS.len().to_string());
        expect!["a953cb46587e20dc5be1367801e04f780eb188c16bd5d081b8ea3a9e7bea6b9f"]
            .assert_eq(&blake3::hash(text.as_bytes()).to_hex());
        assert!(WORDS.is_sorted());
        for (place, word) in WORDS.iter().enumerate() {
            assert!((3..=10).contains(&word.len()), "{word}");
            assert!(word.bytes().all(|letter| letter.is_ascii_lowercase()), "{word}");
            for other in &WORDS[..place] {
                let is_short = word.len() == 3 || other.len() == 3;
                assert!(word[..3] != other[..3], "{word} {other}");
                assert!(slips(word, other) > 1 || is_short, "{word} {other}");
            }
        }
    }

    #[track_caller]
    fn read(typed: &str) -> String {
        match typed.parse::<SpokenCode>() {
            Ok(code) => code.to_text().to_string(),
            Err(error) => error.to_string(),
        }
    }

    #[test]
    fn typing_is_forgiven() {
        let code = "tulip canister giraffe yogurt";
        for typed in [
            code,
            "  Tulip CANISTER\tgiraffe  yogurt\n",
            "tulip-canister-giraffe-yogurt",
            "“tulip, canister, giraffe, yogurt”.",
            "tuli canis gir yog",
        ] {
            assert_eq!(read(typed), code, "{typed}");
        }
    }

    #[test]
    fn a_slip_is_named_with_the_word_that_was_meant() {
        let cases = [
            ("tulip canistre giraffe yogurt", "`canistre` is not a word of a code; `canister`?"),
            ("tulip canister girraffe yogurt", "`girraffe` is not a word of a code; `giraffe`?"),
            ("tulip canister giraffe qqqqq", "`qqqqq` is not a word of a code"),
            ("tulip c giraffe yogurt", "`c` is not a word of a code"),
            ("tulip canister giraffe", "a code has four words; this has 3"),
            ("", "a code has four words; this has 0"),
        ];
        for (typed, expected) in cases {
            let said = read(typed);
            assert!(said.starts_with(expected), "{typed}: {said}");
        }
        assert!(read(&"a ".repeat(100_000)).starts_with("a code has four words"));
        assert!(read(&"tulip".repeat(1_000)).starts_with("a code has four words"));
    }

    #[test]
    fn every_word_is_drawn_and_none_more_often() {
        let mut rng = crate::tests::testing::rng(70);
        let mut counts = std::collections::BTreeMap::new();
        for _ in 0..WORDS.len() * 100 {
            *counts.entry(draw(&mut rng)).or_insert(0_u32) += 1;
        }
        assert_eq!(counts.len(), WORDS.len());
        assert!(counts.values().all(|count| (50..=150).contains(count)));
    }
}
