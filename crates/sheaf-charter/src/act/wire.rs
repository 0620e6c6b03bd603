//! The encoding of acts.

use super::{
    Act, Capsule, ErasureReason, LogCut, MAX_ACT_BYTES, MAX_CAPSULES, MAX_CUTS, MAX_DOCUMENTS,
    MAX_PARENTS, SealedParent,
};
use crate::certificate::Certificate;
use crate::codec::{DecodeError, Reader, Writer};
use crate::header::MAX_SECTIONS;
use crate::ids::{DeviceId, DocumentId, EntryId, EpochId, PersonId};
use crate::role::{Role, SpaceKind};

/// Tags from 1 to this are known.
const LAST_TAG: u8 = 23;

impl Act {
    /// Writes the canonical encoding.
    pub fn write(&self, out: &mut Writer) {
        let mut payload = Writer::new();
        self.write_payload(&mut payload);
        out.u8(self.tag()).bytes(payload.as_bytes());
    }

    /// Reads one act.
    pub fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let tag = reader.u8("act")?;
        let payload = reader.bytes(MAX_ACT_BYTES, "act")?;
        if tag == 0 {
            return Err(DecodeError::NotCanonical("act"));
        }
        if tag > LAST_TAG {
            return Ok(Self::Unknown { tag, payload: payload.to_vec() });
        }
        let mut inner = Reader::new(payload);
        let act = Self::read_payload(tag, &mut inner)?;
        inner.end()?;
        Ok(act)
    }

    const fn tag(&self) -> u8 {
        match self {
            Self::Found { .. } => 1,
            Self::AdmitPerson { .. } => 2,
            Self::AdmitDevice { .. } => 3,
            Self::SetRole { .. } => 4,
            Self::RemovePerson { .. } => 5,
            Self::RemoveDevice { .. } => 6,
            Self::Endorse { .. } => 7,
            Self::ReplaceRecovery { .. } => 8,
            Self::CreateSpace { .. } => 9,
            Self::AdmitToSpace { .. } => 10,
            Self::LeaveSpace { .. } => 11,
            Self::Rotate { .. } => 12,
            Self::Capsules { .. } => 13,
            Self::Cut { .. } => 14,
            Self::Erase { .. } => 15,
            Self::SecondErasure { .. } => 16,
            Self::ConfirmErasure { .. } => 17,
            Self::Attest { .. } => 18,
            Self::Hold { .. } => 19,
            Self::ReleaseHold { .. } => 20,
            Self::HandOffSpace { .. } => 21,
            Self::Describe => 22,
            Self::WithdrawErasure { .. } => LAST_TAG,
            Self::Unknown { tag, .. } => *tag,
        }
    }

    fn write_payload(&self, out: &mut Writer) {
        match self {
            Self::Found { nonce, certificate, recovery_signing, recovery_hpke } => {
                out.raw(nonce);
                certificate.write(out);
                out.raw(recovery_signing).raw(recovery_hpke);
            }
            Self::AdmitPerson { role, certificate } => {
                role.write(out);
                certificate.write(out);
            }
            Self::AdmitDevice { certificate } => certificate.write(out),
            Self::SetRole { person, role, cuts } => {
                out.raw(person.as_bytes());
                role.write(out);
                write_cuts(out, cuts);
            }
            Self::RemovePerson { person, cuts } | Self::LeaveSpace { person, cuts } => {
                write_cuts(out.raw(person.as_bytes()), cuts);
            }
            Self::RemoveDevice { device, cuts } => write_cuts(out.raw(device.as_bytes()), cuts),
            Self::Endorse { entry }
            | Self::SecondErasure { entry }
            | Self::ConfirmErasure { entry }
            | Self::WithdrawErasure { entry } => {
                out.raw(entry.as_bytes());
            }
            Self::ReplaceRecovery { signing, hpke } => {
                out.raw(signing).raw(hpke);
            }
            Self::CreateSpace { nonce, kind } => kind.write(out.raw(nonce)),
            Self::AdmitToSpace { person } | Self::HandOffSpace { person } => {
                out.raw(person.as_bytes());
            }
            Self::Rotate { .. } | Self::Capsules { .. } => self.write_keys(out),
            Self::Cut { cuts } => write_cuts(out, cuts),
            Self::Erase { documents, reason } => {
                reason.write(out);
                write_documents(out, documents);
            }
            Self::Attest { header, signature, sections } => {
                out.bytes(header).raw(signature);
                out.list(sections, |out, section| {
                    out.u16(*section);
                });
            }
            Self::Hold { documents } | Self::ReleaseHold { documents } => {
                write_documents(out, documents);
            }
            Self::Describe => {}
            Self::Unknown { payload, .. } => {
                out.raw(payload);
            }
        }
    }

    fn write_keys(&self, out: &mut Writer) {
        match self {
            Self::Rotate { epoch, generation, capsules, recovery, parents } => {
                out.raw(epoch.as_bytes()).u32(*generation);
                out.list(capsules, |out, capsule| capsule.write(out)).raw(recovery);
                out.list(parents, |out, parent| parent.write(out));
            }
            Self::Capsules { epoch, capsules } => {
                out.raw(epoch.as_bytes()).list(capsules, |out, capsule| capsule.write(out));
            }
            _ => {}
        }
    }

    fn read_payload(tag: u8, reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        Ok(match tag {
            1 => Self::Found {
                nonce: reader.array("founding nonce")?,
                certificate: Certificate::read(reader)?,
                recovery_signing: reader.array("recovery key")?,
                recovery_hpke: reader.array("recovery key")?,
            },
            2 => Self::AdmitPerson {
                role: Role::read(reader)?,
                certificate: Certificate::read(reader)?,
            },
            3 => Self::AdmitDevice { certificate: Certificate::read(reader)? },
            4 => Self::SetRole {
                person: read_person(reader)?,
                role: Role::read(reader)?,
                cuts: read_cuts(reader)?,
            },
            5 => Self::RemovePerson { person: read_person(reader)?, cuts: read_cuts(reader)? },
            6 => Self::RemoveDevice {
                device: DeviceId::from_bytes(reader.array("device")?),
                cuts: read_cuts(reader)?,
            },
            7 => Self::Endorse { entry: read_entry(reader)? },
            8 => Self::ReplaceRecovery {
                signing: reader.array("recovery key")?,
                hpke: reader.array("recovery key")?,
            },
            9 => Self::CreateSpace {
                nonce: reader.array("space nonce")?,
                kind: SpaceKind::read(reader)?,
            },
            10 => Self::AdmitToSpace { person: read_person(reader)? },
            11 => Self::LeaveSpace { person: read_person(reader)?, cuts: read_cuts(reader)? },
            12 => read_rotate(reader)?,
            13 => Self::Capsules {
                epoch: EpochId::from_bytes(reader.array("epoch")?),
                capsules: read_capsules(reader)?,
            },
            _ => return Self::read_later_payload(tag, reader),
        })
    }

    fn read_later_payload(tag: u8, reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        Ok(match tag {
            14 => Self::Cut { cuts: read_cuts(reader)? },
            15 => Self::Erase {
                reason: ErasureReason::read(reader)?,
                documents: read_documents(reader)?,
            },
            16 => Self::SecondErasure { entry: read_entry(reader)? },
            17 => Self::ConfirmErasure { entry: read_entry(reader)? },
            18 => Self::Attest {
                header: reader.bytes(MAX_ACT_BYTES, "attested header")?.to_vec(),
                signature: reader.array("attested signature")?,
                sections: ascending(
                    reader.list(MAX_SECTIONS, "attested sections", |reader| {
                        reader.u16("attested section")
                    })?,
                    |section| *section,
                    "attested sections",
                )?,
            },
            19 => Self::Hold { documents: read_documents(reader)? },
            20 => Self::ReleaseHold { documents: read_documents(reader)? },
            21 => Self::HandOffSpace { person: read_person(reader)? },
            22 => Self::Describe,
            LAST_TAG => Self::WithdrawErasure { entry: read_entry(reader)? },
            _ => return Err(DecodeError::NotCanonical("act")),
        })
    }
}

fn write_cuts(out: &mut Writer, cuts: &[LogCut]) {
    out.list(cuts, |out, cut| cut.write(out));
}

fn write_documents(out: &mut Writer, documents: &[DocumentId]) {
    out.list(documents, |out, document| {
        out.raw(document.as_bytes());
    });
}

fn read_rotate(reader: &mut Reader<'_>) -> Result<Act, DecodeError> {
    Ok(Act::Rotate {
        epoch: EpochId::from_bytes(reader.array("epoch")?),
        generation: reader.u32("generation")?,
        capsules: read_capsules(reader)?,
        recovery: reader.array("recovery capsule")?,
        parents: ascending(
            reader.list(MAX_PARENTS, "parent epochs", SealedParent::read)?,
            |parent| parent.epoch,
            "parent epochs",
        )?,
    })
}

fn read_person(reader: &mut Reader<'_>) -> Result<PersonId, DecodeError> {
    Ok(PersonId::from_bytes(reader.array("person")?))
}

fn read_entry(reader: &mut Reader<'_>) -> Result<EntryId, DecodeError> {
    Ok(EntryId::from_bytes(reader.array("entry")?))
}

fn read_cuts(reader: &mut Reader<'_>) -> Result<Vec<LogCut>, DecodeError> {
    ascending(reader.list(MAX_CUTS, "cuts", LogCut::read)?, |cut| cut.log, "cuts")
}

fn read_capsules(reader: &mut Reader<'_>) -> Result<Vec<Capsule>, DecodeError> {
    let capsules = reader.list(MAX_CAPSULES, "capsules", Capsule::read)?;
    ascending(capsules, |capsule| capsule.device, "capsules")
}

fn read_documents(reader: &mut Reader<'_>) -> Result<Vec<DocumentId>, DecodeError> {
    let documents = reader.list(MAX_DOCUMENTS, "documents", |reader| {
        Ok(DocumentId::from_bytes(reader.array("document")?))
    })?;
    ascending(documents, |document| *document, "documents")
}

/// One order for each set: ascending, no repeats.
fn ascending<T, K: Ord>(
    items: Vec<T>,
    key: impl Fn(&T) -> K,
    what: &'static str,
) -> Result<Vec<T>, DecodeError> {
    if items.is_sorted_by(|a, b| key(a) < key(b)) {
        Ok(items)
    } else {
        Err(DecodeError::NotCanonical(what))
    }
}
