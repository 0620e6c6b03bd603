//! A growable set of small numbers: which entries of a lane another one knows of.

/// The set.
#[derive(Clone, Default, Debug)]
pub(super) struct Bits {
    words: Vec<u64>,
}

impl Bits {
    pub(super) fn insert(&mut self, index: usize) {
        let word = index / 64;
        if self.words.len() <= word {
            self.words.resize(word + 1, 0);
        }
        if let Some(word) = self.words.get_mut(word) {
            *word |= 1 << (index % 64);
        }
    }

    pub(super) fn contains(&self, index: usize) -> bool {
        self.words.get(index / 64).is_some_and(|word| word & (1 << (index % 64)) != 0)
    }

    pub(super) fn union(&mut self, other: &Self) {
        if self.words.len() < other.words.len() {
            self.words.resize(other.words.len(), 0);
        }
        for (word, more) in self.words.iter_mut().zip(&other.words) {
            *word |= more;
        }
    }

    pub(super) fn is_superset(&self, other: &Self) -> bool {
        other.words.iter().enumerate().all(|(at, more)| {
            let word = self.words.get(at).copied().unwrap_or_default();
            word & more == *more
        })
    }

    pub(super) fn is_empty(&self) -> bool {
        self.words.iter().all(|word| *word == 0)
    }

    /// Whether it holds the same numbers.
    pub(super) fn same(&self, other: &Self) -> bool {
        self.is_superset(other) && other.is_superset(self)
    }

    pub(super) fn intersects(&self, other: &Self) -> bool {
        self.words.iter().zip(&other.words).any(|(one, two)| one & two != 0)
    }

    /// The numbers below this one.
    pub(super) fn below(limit: usize) -> Self {
        let mut bits = Self { words: vec![u64::MAX; limit / 64] };
        (limit / 64 * 64..limit).for_each(|index| bits.insert(index));
        bits
    }

    /// The numbers in it, ascending.
    pub(super) fn iter(&self) -> impl Iterator<Item = usize> {
        self.words.iter().enumerate().flat_map(|(at, word)| {
            (0..64).filter(move |bit| word & (1 << bit) != 0).map(move |bit| at * 64 + bit)
        })
    }
}
