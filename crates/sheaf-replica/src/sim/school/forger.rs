//! What members sign who run a build of their own: everything that their keys let them, whether
//! the charter does or not.

use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::Rng;
use sheaf_charter::{
    Draft, DraftSection, Entry, EntryId, EpochKey, Header, Identity, SchoolId, SpaceId, Turn,
};

use super::desk::Writing;
use super::disk::Disk;

/// What a hostile member does to a data entry.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Trick {
    /// Puts it into a colleague's log.
    OthersLog,
    /// Takes a colleague's signed header to another space, with the signature.
    OtherSpace,
    /// To another school.
    OtherSchool,
    /// Changes one thing under a colleague's signature.
    OtherTime,
    /// Seals it under a key that the space does not know.
    UnknownEpoch,
    /// Seals it under the oldest key of the space.
    OldEpoch,
    /// Names nothing but the beginning, after it named more.
    BackDated,
    /// The same in a log that it has never written before.
    BackDatedAnew,
    /// Names an entry that there is not.
    UnknownHeads,
    /// As large as an entry may be, of nothing that can be opened.
    Large,
    /// Is quite in order.
    Honest,
}

pub(super) const TRICKS: [Trick; 11] = [
    Trick::OthersLog,
    Trick::OtherSpace,
    Trick::OtherSchool,
    Trick::OtherTime,
    Trick::UnknownEpoch,
    Trick::OldEpoch,
    Trick::BackDated,
    Trick::BackDatedAnew,
    Trick::UnknownHeads,
    Trick::Large,
    Trick::Honest,
];

impl Trick {
    /// Why an entry that it makes may stand nowhere; none where it may.
    pub(super) const fn offence(self) -> Option<&'static str> {
        match self {
            Self::OthersLog => Some("it is forged in a colleague's log"),
            Self::OtherSpace => Some("its signature was made in another space"),
            Self::OtherSchool => Some("its signature was made in another school"),
            Self::OtherTime => Some("it was changed under a signature"),
            Self::UnknownEpoch => Some("it is sealed under a key of no epoch"),
            Self::BackDated => Some("its heads go back"),
            Self::UnknownHeads => Some("it names what there is not"),
            _ => None,
        }
    }
}

/// A hostile member's hand: its disk, and a colleague's entry to copy from.
pub(super) struct Forger<'a> {
    pub disk: &'a Disk,
    pub other: Option<&'a Entry>,
    pub space: SpaceId,
    /// The heads of the charter and of the space when the story began.
    pub beginning: (Vec<EntryId>, Vec<EntryId>),
}

impl Forger<'_> {
    /// An entry in which the trick is played; none where there is nothing to play it with.
    pub(super) fn play(
        &self,
        trick: Trick,
        writing: &Writing,
        rng: &mut ChaCha20Rng,
    ) -> Option<Entry> {
        let me = &self.disk.me;
        let draft = self.disk.draft(self.space, me.log(), writing)?;
        match trick {
            Trick::OthersLog => {
                let other = self.other.filter(|other| other.header().log != me.log())?;
                let (log, last) =
                    (other.header().log, self.disk.last_data(self.space, other.header().log));
                let entry = self.seal(draft, me, rng)?;
                Some(tampered(&entry, |header| {
                    header.log = log;
                    header.seq = last.map_or(0, |tip| tip.seq + 1);
                    header.previous = last.map_or(EntryId::ZERO, |tip| tip.entry);
                }))
            }
            Trick::OtherSpace => {
                let other = self.other.filter(|other| other.header().lane.space != self.space)?;
                Some(tampered(other, |header| header.lane.space = self.space))
            }
            Trick::OtherSchool => {
                Some(tampered(self.other?, |header| header.school = SchoolId::from_bytes([5; 32])))
            }
            Trick::OtherTime => Some(tampered(self.other?, |header| header.claimed_ms ^= 1 << 40)),
            Trick::UnknownEpoch => {
                let key = EpochKey::generate(rng);
                let draft = Draft { epoch: key.id(), ..draft };
                draft.seal(&**me, Some(&key), rng).ok()
            }
            Trick::OldEpoch => {
                let epochs = self.disk.trust.epochs(self.space);
                let (epoch, _) = epochs.iter().min_by_key(|(_, epoch)| epoch.generation)?;
                self.seal(Draft { epoch: *epoch, ..draft }, me, rng)
            }
            Trick::BackDated if draft.seq > 0 => {
                let founding = self.disk.trust.school()?.to_bytes();
                let charter_heads = vec![EntryId::from_bytes(founding)];
                self.seal(Draft { charter_heads, ..draft }, me, rng)
            }
            Trick::BackDated => None,
            Trick::BackDatedAnew => self.anew(writing, rng),
            Trick::UnknownHeads => {
                let charter_heads = vec![EntryId::from_bytes([0xee; 32])];
                self.seal(Draft { charter_heads, ..draft }, me, rng)
            }
            Trick::Large => {
                let noise =
                    (0..400 * 1024_u32).map(|at| (at.wrapping_mul(0x9e37_79b9) >> 24) as u8);
                let section = DraftSection {
                    document: writing.documents.first()?.0,
                    nonce: [1; 16],
                    changes: noise.collect(),
                };
                self.seal(Draft { sections: vec![section], ..draft }, me, rng)
            }
            Trick::Honest => self.seal(draft, me, rng),
        }
    }

    /// An entry in another log of the device that names what there was at the beginning, sealed
    /// under a key of then.
    fn anew(&self, writing: &Writing, rng: &mut ChaCha20Rng) -> Option<Entry> {
        let me = self.disk.me.for_person(self.disk.me.person());
        me.turn_to(Turn::new(1, 1 + (rng.next_u32() % 40) as u8)?);
        let draft = self.disk.draft(self.space, me.log(), writing)?;
        let (charter_heads, control_heads) = self.beginning.clone();
        let epochs = self.disk.trust.epochs(self.space);
        let (epoch, _) = epochs.iter().min_by_key(|(_, epoch)| epoch.generation)?;
        self.seal(Draft { charter_heads, control_heads, epoch: *epoch, ..draft }, &me, rng)
    }

    fn seal(&self, draft: Draft, me: &Identity, rng: &mut ChaCha20Rng) -> Option<Entry> {
        let key = self.disk.keys.key(self.space, draft.epoch).cloned();
        draft.seal(me, key.as_ref(), rng).ok()
    }
}

/// An entry with something else in its header, under the same signature.
fn tampered(entry: &Entry, change: impl FnOnce(&mut Header)) -> Entry {
    let mut header = entry.header().clone();
    change(&mut header);
    let sections = entry.sections().to_vec();
    Entry::from_parts(header.to_bytes(), *entry.signature(), sections).unwrap()
}
