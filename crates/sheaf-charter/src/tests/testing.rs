//! A school on a bench: devices that know what they were told, for this crate's tests.

use rand_chacha::ChaCha20Rng;
use rand_core::SeedableRng;

use crate::act::Act;
use crate::draft::{Draft, DraftSection};
use crate::entry::Entry;
use crate::govern::{Founded, FoundingNames, Heard, NewPerson, Taking, admit_person, found};
use crate::header::Lane;
use crate::identity::Identity;
use crate::ids::{DocumentId, EntryId, EpochId, SpaceId};
use crate::keys::{KeyHolder, KeyRing};
use crate::role::Role;
use crate::trust::{Inserted, Trust};

pub(crate) const NOW_MS: i64 = 1_788_220_800_000;

pub(crate) fn rng(seed: u64) -> ChaCha20Rng {
    ChaCha20Rng::seed_from_u64(seed)
}

pub(crate) fn founded(rng: &mut ChaCha20Rng) -> Founded {
    let names = FoundingNames { school: "Ashdown", person: "Mary Wells", device: "Mary's laptop" };
    found(names, NOW_MS, rng).unwrap()
}

/// Takes a right away where nobody has written any data.
pub(crate) const TAKING: Taking<'static> =
    Taking { reason: "the governors decided", last: &|_, _| None };

/// All that is here has been here for long, and nobody has written data.
pub(crate) const HEARD: Heard<'static> = Heard { last: TAKING.last, arrived_ms: &|_| None };

/// A device and what it knows.
pub(crate) struct Device {
    pub(crate) identity: Identity,
    pub(crate) trust: Trust,
    pub(crate) keys: KeyRing,
}

impl Device {
    pub(crate) fn of_founder(founded: Founded) -> (Self, Vec<Entry>) {
        let Founded { identity, trust, keys, entries, .. } = founded;
        (Self { identity, trust, keys }, entries)
    }

    pub(crate) fn new(identity: Identity) -> Self {
        Self { identity, trust: Trust::new(), keys: KeyRing::new() }
    }

    /// Takes in what it can of these, in this order; gives how many were new.
    pub(crate) fn take<'e>(&mut self, entries: impl IntoIterator<Item = &'e Entry>) -> usize {
        let mut new = 0;
        for entry in entries {
            if let Ok(Inserted::New { .. }) = self.trust.insert(entry) {
                new += 1;
                let holder = KeyHolder::Device(&self.identity);
                self.keys.learn(self.trust.school().unwrap(), [entry], holder);
            }
        }
        new
    }

    /// Admits a new person and gives their device, which knows everything, and the entries.
    pub(crate) fn admit(
        &mut self,
        role: Role,
        spaces: &[SpaceId],
        everything: &mut Vec<Entry>,
        rng: &mut ChaCha20Rng,
    ) -> Self {
        let mut device = Self::new(Identity::generate(rng));
        let new = NewPerson {
            certificate: device.identity.certificate(),
            role,
            name: "Somebody",
            device_name: "a tablet",
            spaces,
        };
        let entries =
            admit_person(&self.identity, &self.trust, &self.keys, new, NOW_MS, rng).unwrap();
        assert_eq!(self.take(&entries), entries.len());
        everything.extend(entries);
        device.take(everything.iter());
        device
    }

    pub(crate) fn draft(&self, lane: Lane) -> Draft {
        let in_charter = lane.space == SpaceId::CHARTER;
        let tip = self.trust.tip(lane.space, self.identity.log());
        let tip = tip.filter(|_| lane == Lane::control(lane.space));
        let heads = self.trust.heads(Lane::control(lane.space));
        Draft {
            school: self.trust.school().unwrap(),
            lane,
            log: self.identity.log(),
            seq: tip.map_or(0, |(seq, _)| seq + 1),
            previous: tip.map_or(EntryId::ZERO, |(_, id)| id),
            charter_heads: self.trust.heads(Lane::CHARTER),
            control_heads: if in_charter { Vec::new() } else { heads },
            epoch: EpochId::ZERO,
            claimed_ms: NOW_MS,
            acts: Vec::new(),
            sections: Vec::new(),
        }
    }

    /// A control entry with any acts, allowed or not.
    pub(crate) fn write(&self, space: SpaceId, acts: Vec<Act>, rng: &mut ChaCha20Rng) -> Entry {
        let draft = Draft { acts, ..self.draft(Lane::control(space)) };
        draft.seal(&self.identity, None, rng).unwrap()
    }

    /// A data entry with one section.
    pub(crate) fn save(&self, space: SpaceId, text: &[u8], rng: &mut ChaCha20Rng) -> Entry {
        let (epoch, key) = self.keys.writing_epoch(space, &self.trust).unwrap();
        let document = DocumentId::from_bytes([7; 16]);
        let section = DraftSection { document, nonce: [9; 16], changes: text.to_vec() };
        let draft = Draft { epoch, sections: vec![section], ..self.draft(Lane::data(space)) };
        draft.seal(&self.identity, Some(key), rng).unwrap()
    }
}
