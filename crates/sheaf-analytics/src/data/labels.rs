//! The texts behind the codes of a dictionary-encoded column.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, OnceLock};

use crate::data::column::ColumnType;

/// Texts in a sealed block; blocks are shared between a dictionary and all its snapshots.
const BLOCK: usize = 1024;

/// The texts of a column by code, frozen: what a snapshot holds.
#[derive(Clone, Default)]
pub struct Labels {
    sealed: Vec<Arc<[Arc<str>]>>,
    tail: Arc<[Arc<str>]>,
    ranks: OnceLock<Arc<[u32]>>,
    /// Codes after those, of which no text is kept.
    unnamed: usize,
}

impl Labels {
    /// So many codes that have no text: what is only counted needs none.
    pub fn unnamed(codes: usize) -> Self {
        Self { unnamed: codes, ..Self::default() }
    }

    /// The text of a code.
    pub fn get(&self, code: i32) -> Option<&str> {
        let code = usize::try_from(code).ok()?;
        let block = self.sealed.get(code / BLOCK).unwrap_or(&self.tail);
        block.get(code % BLOCK).map(AsRef::as_ref)
    }

    /// How many codes there are.
    pub fn len(&self) -> usize {
        self.sealed.len() * BLOCK + self.tail.len() + self.unnamed
    }

    /// The texts in the order of their codes.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        let texts = self.sealed.iter().flat_map(|block| block.iter()).chain(self.tail.iter());
        texts.map(AsRef::as_ref)
    }

    /// The code of a text.
    pub fn code(&self, text: &str) -> Option<i32> {
        self.iter().position(|label| label == text).and_then(|at| i32::try_from(at).ok())
    }

    /// The place of each code when texts are sorted: numbers by value, then the rest by letters;
    /// ids by letters alone. Worked out once: the labels of a column are all of one type.
    pub fn ranks(&self, ty: ColumnType) -> &[u32] {
        self.ranks.get_or_init(|| {
            let number = |text: &str| match ty {
                ColumnType::Text => text.parse::<i64>().ok(),
                _ => None,
            };
            let mut order: Vec<(Option<i64>, &str, usize)> =
                self.iter().enumerate().map(|(code, text)| (number(text), text, code)).collect();
            order.sort_unstable_by_key(|(number, text, _)| (number.is_none(), *number, *text));
            let mut ranks = vec![0; order.len()];
            for (rank, (_, _, code)) in (0u32..).zip(order) {
                if let Some(place) = ranks.get_mut(code) {
                    *place = rank;
                }
            }
            ranks.into()
        })
    }
}

impl fmt::Debug for Labels {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Labels may be ids of pupils or words about them.
        write!(f, "Labels({} texts)", self.len())
    }
}

impl<T: AsRef<str>> FromIterator<T> for Labels {
    fn from_iter<I: IntoIterator<Item = T>>(texts: I) -> Self {
        let mut dictionary = Dictionary::default();
        texts.into_iter().for_each(|text| {
            dictionary.push(text.as_ref());
        });
        dictionary.labels()
    }
}

/// A dictionary that still grows. Codes are given out in order of arrival and never change.
#[derive(Default)]
pub struct Dictionary {
    codes: HashMap<Arc<str>, i32>,
    sealed: Vec<Arc<[Arc<str>]>>,
    tail: Vec<Arc<str>>,
    /// What was shared last, while no text is new.
    shared: Option<Arc<Labels>>,
}

impl Dictionary {
    /// The code of a text, a new one if it was not known.
    pub fn intern(&mut self, text: &str) -> i32 {
        match self.codes.get(text) {
            Some(code) => *code,
            None => self.push(text),
        }
    }

    /// The code of a text that is known.
    pub fn code(&self, text: &str) -> Option<i32> {
        self.codes.get(text).copied()
    }

    /// How many texts there are.
    pub fn len(&self) -> usize {
        self.sealed.len() * BLOCK + self.tail.len()
    }

    fn push(&mut self, text: &str) -> i32 {
        let text: Arc<str> = text.into();
        // A school has far fewer than two thousand million of anything.
        let code = i32::try_from(self.len()).unwrap_or(i32::MAX);
        self.shared = None;
        self.codes.insert(Arc::clone(&text), code);
        self.tail.push(text);
        if self.tail.len() == BLOCK {
            self.sealed.push(std::mem::take(&mut self.tail).into());
        }
        code
    }

    /// The texts so far. Sealed blocks are shared, so this copies at most one block of pointers.
    pub fn labels(&self) -> Labels {
        let (sealed, tail) = (self.sealed.clone(), self.tail.as_slice().into());
        Labels { sealed, tail, ranks: OnceLock::new(), unnamed: 0 }
    }

    /// The texts so far, the same as long as no text is new: whoever holds them can tell.
    pub fn shared(&mut self) -> Arc<Labels> {
        let labels = self.shared.take().unwrap_or_else(|| Arc::new(self.labels()));
        self.shared = Some(Arc::clone(&labels));
        labels
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_stay_and_labels_are_frozen() {
        let mut dictionary = Dictionary::default();
        let codes: Vec<i32> =
            (0..3000).map(|number| dictionary.intern(&number.to_string())).collect();
        let before = dictionary.labels();
        assert_eq!(dictionary.intern("17"), 17);
        assert_eq!(dictionary.intern("new"), 3000);
        assert_eq!((before.len(), before.code("new")), (3000, None));
        assert!(codes.iter().all(|code| before.get(*code) == Some(code.to_string().as_str())));
        assert_eq!(dictionary.labels().get(3000), Some("new"));
        assert_eq!(before.get(-1), None);
    }

    #[test]
    fn numbers_sort_by_value_before_words() {
        let labels: Labels = ["10", "b", "9", "a"].into_iter().collect();
        assert_eq!(labels.ranks(ColumnType::Text), [1, 3, 0, 2]);
        let ids: Labels = ["0b", "10", "2a"].into_iter().collect();
        assert_eq!(ids.ranks(ColumnType::Pupil), [0, 1, 2]);
    }
}
