//! The entries of this home inside one transaction, as intake sees them.

use sheaf_charter::{
    DeviceId, Entry, EntryId, Header, Lane, LogId, Part, SIGNATURE_BYTES, SpaceId, TableRow, Trust,
};
use sheaf_replica::{Authority, LogTips, Reason, Shelf, Standing, Verdict};
use sheaf_store::{Pending, SectionRef, Txn};

use crate::core::Core;
use crate::error::SchoolError;
use crate::journal;
use crate::project::Projector;

/// The reason of a section that has just arrived: it is durable and will be applied.
pub(crate) const ARRIVED: &str = "it has not been applied yet";

/// One transaction of the store.
pub(crate) struct TxnShelf<'a, 'b> {
    /// The home.
    pub core: &'a Core,
    /// The transaction.
    pub txn: &'a mut Txn<'b>,
    /// When this is.
    pub now_ms: i64,
    /// The data entries that stand, to be applied.
    pub standing: Vec<EntryId>,
}

impl Authority for TxnShelf<'_, '_> {
    fn verdict(&self, entry: &Entry, previous: Option<&Header>) -> Verdict {
        verdict(&self.core.control().trust, entry, previous)
    }

    fn shared_spaces(&self, peer: DeviceId) -> Vec<SpaceId> {
        shared_spaces(&self.core.control().trust, self.core.device(), peer)
    }
}

impl Shelf for TxnShelf<'_, '_> {
    type Error = SchoolError;

    fn holds(&mut self, id: EntryId) -> Result<bool, SchoolError> {
        Ok(self.txn.holds(id)?)
    }

    fn header(&mut self, id: EntryId) -> Result<Option<Header>, SchoolError> {
        Ok(self.txn.header(id)?)
    }

    fn tips(&mut self, lane: Lane, log: LogId) -> Result<Option<LogTips>, SchoolError> {
        journal::tips(self.txn, lane, log)
    }

    fn append(
        &mut self,
        entry: Entry,
        tips: &LogTips,
        standing: Standing,
    ) -> Result<(), SchoolError> {
        self.txn.append(&entry, &tips.to_bytes(), self.now_ms)?;
        match (entry.header().lane.part, standing) {
            (Part::Control, _) => {
                let core = self.core;
                core.control_mut().take(&[entry], core.school_id(), &core.identity);
                Ok(())
            }
            (Part::Data, Standing::Held(reason)) => {
                Projector::hold_entry(self.txn, &entry, reason.words())
            }
            (Part::Data, Standing::Stands) => {
                self.standing.push(entry.id());
                note_arrived(self.txn, entry.id(), &entry.header().table)
            }
        }
    }
}

/// Notes the sections of an entry as not yet applied, so that a crash before they are loses nothing.
pub(crate) fn note_arrived<'a>(
    txn: &mut Txn<'_>,
    entry: EntryId,
    table: impl IntoIterator<Item = &'a TableRow>,
) -> Result<(), SchoolError> {
    for (index, row) in (0..).zip(table) {
        txn.put_pending(&Pending {
            section: SectionRef { entry, index },
            document: row.document,
            needs: entry.as_bytes().to_vec(),
            reason: ARRIVED.to_owned(),
        })?;
    }
    Ok(())
}

/// What the charter says of an entry.
pub(crate) fn verdict(trust: &Trust, entry: &Entry, previous: Option<&Header>) -> Verdict {
    verdict_of(trust, entry.header(), entry.signature(), entry.header_bytes(), previous)
}

/// The same of a header alone; `bytes` is its encoding.
pub(crate) fn verdict_of(
    trust: &Trust,
    header: &Header,
    signature: &[u8; SIGNATURE_BYTES],
    bytes: &[u8],
    previous: Option<&Header>,
) -> Verdict {
    match trust.verdict(header, signature, bytes) {
        sheaf_charter::Verdict::Stands => {
            let advances = previous.is_none_or(|before| trust.heads_advance(before, header));
            if advances { Verdict::Stands } else { Verdict::Refused(Reason::new(HEADS_BACKWARDS)) }
        }
        sheaf_charter::Verdict::Waits(missing) => Verdict::Waits(missing),
        sheaf_charter::Verdict::Held(reason) => Verdict::Held(held_words(reason)),
        sheaf_charter::Verdict::Refused(refusal) => Verdict::Refused(refusal_words(refusal)),
    }
}

/// The spaces that two devices are both in, the charter first.
pub(crate) fn shared_spaces(trust: &Trust, here: DeviceId, peer: DeviceId) -> Vec<SpaceId> {
    let (Some(own), Some(other)) = (trust.certificate(here), trust.certificate(peer)) else {
        return Vec::new();
    };
    let theirs = trust.spaces_of_person(other.person);
    let mut spaces = vec![SpaceId::CHARTER];
    let both = trust.spaces_of_person(own.person).into_iter();
    spaces.extend(both.filter(|space| *space != SpaceId::CHARTER && theirs.contains(space)));
    spaces
}

const HEADS_BACKWARDS: &str = "it names older heads than what it builds on";

fn held_words(reason: sheaf_charter::HeldReason) -> Reason {
    use sheaf_charter::HeldReason as Held;
    Reason::new(match reason {
        Held::NeedsNewerVersion => "it needs a newer version of Sheaf; update this device",
        Held::NotAllowed => "the author's role does not allow it",
        Held::NotAMember => "the author was not a member of the space",
        Held::DeviceNotTrusted => "the author's device is not trusted",
        Held::Contradicts => "it contradicts what its author knew",
        Held::UnknownEpoch => "it is sealed under a key that the space does not know",
        _ => "the charter does not let it stand",
    })
}

fn refusal_words(refusal: sheaf_charter::Refusal) -> Reason {
    use sheaf_charter::Refusal;
    Reason::new(match refusal {
        Refusal::WrongSchool => "it belongs to another school",
        Refusal::UnknownAuthor => "it is by no device that the school knows",
        Refusal::BadSignature => "its signature does not fit",
        Refusal::BadCertificate => "a device certificate in it is not valid",
        Refusal::BrokenChain => "it does not continue its log",
        Refusal::HeadsBackwards => HEADS_BACKWARDS,
        _ => "it is not well formed",
    })
}
