//! A header with the signature under it. That a signature fits takes longer to tell than all else
//! about an entry, so an entry remembers under which key it was found to.

use std::sync::OnceLock;

use crate::entry::Entry;
use crate::header::Header;
use crate::sign::{CheckingKey, FrequentAuthors, Purpose};

/// A header with its encoding and the signature over it.
#[derive(Clone, Copy, Debug)]
pub struct Signed<'a> {
    /// The header.
    pub header: &'a Header,
    /// Its encoding.
    pub bytes: &'a [u8],
    /// The author's Ed25519 signature over that.
    pub signature: &'a [u8; 64],
    fits: Option<&'a Fits>,
}

/// The key under which a signature was found to fit. What an entry is does not depend on it.
#[derive(Clone, Default, Debug)]
pub(crate) struct Fits(OnceLock<[u8; 32]>);

impl PartialEq for Fits {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Eq for Fits {}

impl<'a> Signed<'a> {
    /// A header as it was read from somewhere else than an entry; `bytes` is its encoding.
    pub const fn new(header: &'a Header, bytes: &'a [u8], signature: &'a [u8; 64]) -> Self {
        Self { header, bytes, signature, fits: None }
    }

    pub(crate) const fn of(entry: &'a Entry, fits: &'a Fits) -> Self {
        let (header, bytes) = (entry.header(), entry.header_bytes());
        Self { header, bytes, signature: entry.signature(), fits: Some(fits) }
    }

    /// Whether the signature fits under a key.
    pub(crate) fn is_by(&self, key: &[u8; 32]) -> bool {
        let found = self.fits.and_then(|fits| fits.0.get());
        found == Some(key) || CheckingKey::new(key).is_some_and(|key| self.is_checked_by(&key))
    }

    fn is_checked_by(&self, key: &CheckingKey) -> bool {
        let fits = key.verifies(Purpose::Entry, self.bytes, self.signature);
        if fits {
            self.remember(key);
        }
        fits
    }

    /// Checks many signatures under one key: entries remember what fits.
    pub(crate) fn check_all(these: &[Self], key: &CheckingKey, authors: &FrequentAuthors) {
        let signed: Vec<_> = these.iter().map(|each| (each.bytes, each.signature)).collect();
        let fits = authors.fit(key, Purpose::Entry, &signed);
        these.iter().zip(fits).filter(|(_, fits)| *fits).for_each(|(each, _)| each.remember(key));
    }

    fn remember(&self, key: &CheckingKey) {
        if let Some(remembered) = self.fits {
            // Another thread may have found the same.
            let _ = remembered.0.set(*key.as_bytes());
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::tests::testing::{founded, rng};

    #[test]
    fn what_is_remembered_of_one_key_is_not_said_of_another() {
        let mut rng = rng(71);
        let founded = founded(&mut rng);
        let other = crate::Identity::generate(&mut rng);
        let entry = founded.entries.first().unwrap();
        let (own, foreign) = (founded.identity.device(), other.device());
        for _ in 0..2 {
            assert!(!entry.signed().is_by(foreign.as_bytes()));
            assert!(entry.signed().is_by(own.as_bytes()));
        }
        let copy = entry.clone();
        assert!(copy.signed().is_by(own.as_bytes()));
        assert_eq!(copy, crate::Entry::from_bytes(&entry.to_bytes()).unwrap());
    }

    #[test]
    fn a_signature_that_does_not_fit_is_not_remembered_as_one() {
        let founded = founded(&mut rng(73));
        let entry = founded.entries.first().unwrap();
        let mut bytes = entry.to_bytes();
        // The signature lies behind the header and its length.
        let at = 4 + entry.header_bytes().len();
        bytes[at] ^= 1;
        let forged = crate::Entry::from_bytes(&bytes).unwrap();
        let own = founded.identity.device();
        for _ in 0..2 {
            assert!(!forged.signed().is_by(own.as_bytes()));
        }
    }
}
