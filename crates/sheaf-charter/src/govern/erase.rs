//! Erasing documents, keeping them from being erased, and vouching for held entries.

use rand_core::CryptoRng;

use super::writer::ControlWriter;
use crate::act::{Act, ErasureReason, MAX_DOCUMENTS};
use crate::entry::Entry;
use crate::error::CharterError;
use crate::identity::Identity;
use crate::ids::{DocumentId, EntryId, SpaceId};
use crate::keys::KeyRing;
use crate::trust::Trust;

/// Something that a manager or a member says of documents or entries of one space.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Saying {
    /// These documents are to be erased.
    Erase(Vec<DocumentId>, ErasureReason),
    /// The erasure that this entry proposes is right.
    Second(EntryId),
    /// The erasure that this entry proposes is taken back.
    Withdraw(EntryId),
    /// This device has carried out the erasure that this entry proposes.
    Confirm(EntryId),
    /// These documents are under a legal hold.
    Hold(Vec<DocumentId>),
    /// They are no more.
    Release(Vec<DocumentId>),
    /// These sections of a held entry, given by its header and signature, are to stand.
    Attest(Vec<u8>, [u8; 64], Vec<u16>),
}

/// Says it, in one entry for each.
pub fn say<R: CryptoRng>(
    identity: &Identity,
    trust: &Trust,
    keys: &KeyRing,
    space: SpaceId,
    sayings: Vec<Saying>,
    now_ms: i64,
    rng: &mut R,
) -> Result<Vec<Entry>, CharterError> {
    let mut writer = ControlWriter::new(identity, trust, keys, now_ms)?;
    for saying in sayings {
        writer.write(space, vec![saying.into_act()?], None, rng)?;
    }
    Ok(writer.finish())
}

impl Saying {
    fn into_act(self) -> Result<Act, CharterError> {
        Ok(match self {
            Self::Erase(documents, reason) => {
                Act::Erase { documents: ascending(documents)?, reason }
            }
            Self::Second(entry) => Act::SecondErasure { entry },
            Self::Withdraw(entry) => Act::WithdrawErasure { entry },
            Self::Confirm(entry) => Act::ConfirmErasure { entry },
            Self::Hold(documents) => Act::Hold { documents: ascending(documents)? },
            Self::Release(documents) => Act::ReleaseHold { documents: ascending(documents)? },
            Self::Attest(header, signature, mut sections) => {
                sections.sort_unstable();
                sections.dedup();
                Act::Attest { header, signature, sections }
            }
        })
    }
}

fn ascending(mut documents: Vec<DocumentId>) -> Result<Vec<DocumentId>, CharterError> {
    documents.sort_unstable();
    documents.dedup();
    if documents.len() <= MAX_DOCUMENTS {
        return Ok(documents);
    }
    let (limit, found) = (MAX_DOCUMENTS, documents.len());
    Err(CharterError::TooMuch { what: "the documents of one erasure or hold", limit, found })
}
