//! What a device says to a colleague's that believes it was removed, and is perhaps wrong: the
//! charter as it knows it, every entry signed by its author. The colleague's device judges for
//! itself and answers nothing.

use std::collections::HashMap;

use sheaf_charter::{DeviceId, Entry, EntryId, Lane};

use crate::error::SessionError;
use crate::limits::{MAX_APPEAL_BYTES, MAX_APPEAL_ENTRIES};
use crate::session::Batch;

/// Entries taken in by one transaction, so that saves go first.
const SLICE: usize = 32;

/// To whom this device has appealed, with which heads of the charter.
#[derive(Debug, Default)]
pub struct Appeals(HashMap<DeviceId, Vec<EntryId>>);

impl Appeals {
    /// Whether it is worth appealing to a device now, with these heads: not if it has heard the
    /// same before. It counts as heard from here on.
    pub fn is_new(&mut self, device: DeviceId, heads: Vec<EntryId>) -> bool {
        self.0.insert(device, heads.clone()) != Some(heads)
    }
}

/// An appeal that is being heard.
#[derive(Debug, Default)]
pub struct Hearing {
    entries: Vec<Entry>,
    bytes: usize,
}

impl Hearing {
    /// Hears one more entry.
    ///
    /// # Errors
    /// What is not an entry, not of the charter, or more than a charter has. Nothing that was
    /// heard before is then to be taken in.
    pub fn hear(&mut self, frame: &[u8]) -> Result<(), SessionError> {
        if self.entries.len() == MAX_APPEAL_ENTRIES || self.bytes + frame.len() > MAX_APPEAL_BYTES {
            return Err(SessionError::MoreThanTheCharter);
        }
        let entry = Entry::from_bytes(frame)?;
        if entry.header().lane != Lane::CHARTER {
            return Err(SessionError::MoreThanTheCharter);
        }
        self.bytes += frame.len();
        self.entries.push(entry);
        Ok(())
    }

    /// What was heard, in batches to be taken in one after the other.
    pub fn into_batches(self) -> Vec<Batch> {
        self.entries.chunks(SLICE).map(|slice| Batch::Entries(slice.to_vec())).collect()
    }
}

#[cfg(test)]
mod tests {
    use rand_chacha::ChaCha20Rng;
    use rand_chacha::rand_core::SeedableRng;
    use sheaf_charter::{FoundingNames, found};

    use super::*;

    #[test]
    fn the_same_charter_is_handed_over_once() {
        let mut appeals = Appeals::default();
        let (device, other) = (DeviceId::from_bytes([1; 32]), DeviceId::from_bytes([2; 32]));
        let heads = |byte| vec![EntryId::from_bytes([byte; 32])];
        assert!(appeals.is_new(device, heads(1)));
        assert!(!appeals.is_new(device, heads(1)));
        assert!(appeals.is_new(other, heads(1)));
        assert!(appeals.is_new(device, heads(2)));
    }

    #[test]
    fn an_appeal_holds_a_charter_and_no_more() {
        let names = FoundingNames { school: "Ashdown", person: "Mary Wells", device: "laptop" };
        let founded = found(names, 0, &mut ChaCha20Rng::seed_from_u64(1)).unwrap();
        let in_charter = |entry: &&Entry| entry.header().lane == Lane::CHARTER;
        let (charter, spaces): (Vec<_>, Vec<_>) = founded.entries.iter().partition(in_charter);
        let mut hearing = Hearing::default();
        hearing.hear(&charter[0].to_bytes()).unwrap();
        let more = Err(SessionError::MoreThanTheCharter);
        assert_eq!(hearing.hear(&spaces[0].to_bytes()), more);
        assert!(matches!(hearing.hear(b"something else"), Err(SessionError::NotAnEntry(_))));

        for _ in 1..MAX_APPEAL_ENTRIES {
            hearing.hear(&charter[0].to_bytes()).unwrap();
        }
        assert_eq!(hearing.hear(&charter[0].to_bytes()), more);
        let mut full = Hearing { entries: Vec::new(), bytes: MAX_APPEAL_BYTES };
        assert_eq!(full.hear(&charter[0].to_bytes()), more);
        let batches = hearing.into_batches();
        assert_eq!(batches.len(), MAX_APPEAL_ENTRIES / SLICE);
    }
}
