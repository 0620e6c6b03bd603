//! What a parcel says of itself.

use sheaf_charter::codec::{DecodeError, Reader, Writer};
use sheaf_charter::{DeviceId, DocumentId, Lane, MAX_PARCEL_DEVICES, ParcelId, SchoolId};

use crate::limits::{MAX_LANES, MAX_PARCEL_DOCUMENTS};
use crate::vector::Vector;

/// What a parcel is for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Use {
    /// A part of a bundle.
    Bundle,
    /// In a shared folder: the control part of a space, whole.
    Control,
    /// In a shared folder: some of the data of a space.
    Data,
}

/// The entries of one lane that a parcel holds: all that a device with the vector `base` lacks of
/// the logs in `reach`, up to `reach`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Stretch {
    /// The lane.
    pub lane: Lane,
    /// What a reader needs to have before; logs that it does not name are here from their start.
    pub base: Vector,
    /// How far the logs get.
    pub reach: Vector,
}

/// What a parcel says of itself; its writer has signed it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Manifest {
    /// What the parcel is for.
    pub purpose: Use,
    /// The school.
    pub school: SchoolId,
    /// The device that wrote it.
    pub writer: DeviceId,
    /// When, as that device's clock said.
    pub written_ms: i64,
    /// What it holds, by lane, in the order in which it comes.
    pub stretches: Vec<Stretch>,
    /// In a control file of a shared folder: the devices that can open it, ascending.
    pub recipients: Vec<DeviceId>,
    /// In the first part of a bundle: the parts that follow.
    pub parts: Vec<ParcelId>,
    /// In a shared folder: the documents of which it holds a section, ascending.
    pub documents: Vec<DocumentId>,
}

impl Manifest {
    /// Its canonical encoding.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut out = Writer::new();
        out.u8(match self.purpose {
            Use::Bundle => 0,
            Use::Control => 1,
            Use::Data => 2,
        });
        out.raw(self.school.as_bytes()).raw(self.writer.as_bytes()).i64(self.written_ms);
        out.list(&self.stretches, |out, stretch| {
            stretch.lane.write(out);
            stretch.base.write(out);
            stretch.reach.write(out);
        });
        out.list(&self.recipients, |out, device| {
            out.raw(device.as_bytes());
        });
        out.list(&self.parts, |out, part| {
            out.raw(part.as_bytes());
        });
        out.list(&self.documents, |out, document| {
            out.raw(document.as_bytes());
        });
        out.finish()
    }

    /// Reads one that fills these bytes.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, DecodeError> {
        let mut reader = Reader::new(bytes);
        let manifest = Self {
            purpose: match reader.u8("purpose")? {
                0 => Use::Bundle,
                1 => Use::Control,
                2 => Use::Data,
                _ => return Err(DecodeError::NotCanonical("purpose")),
            },
            school: SchoolId::from_bytes(reader.array("school")?),
            writer: DeviceId::from_bytes(reader.array("writer")?),
            written_ms: reader.i64("time")?,
            stretches: reader.list(MAX_LANES, "lanes", read_stretch)?,
            recipients: reader.list(MAX_PARCEL_DEVICES, "recipients", |reader| {
                Ok(DeviceId::from_bytes(reader.array("a recipient")?))
            })?,
            parts: reader.list(MAX_LANES, "parts", |reader| {
                Ok(ParcelId::from_bytes(reader.array("a part")?))
            })?,
            documents: reader.list(MAX_PARCEL_DOCUMENTS, "documents", |reader| {
                Ok(DocumentId::from_bytes(reader.array("a document")?))
            })?,
        };
        reader.end()?;
        let in_order = manifest.documents.is_sorted_by(|a, b| a < b)
            && manifest.recipients.is_sorted_by(|a, b| a < b);
        if in_order { Ok(manifest) } else { Err(DecodeError::NotCanonical("a list of a manifest")) }
    }

    /// What it holds of a lane.
    pub fn stretch(&self, lane: Lane) -> Option<&Stretch> {
        self.stretches.iter().find(|stretch| stretch.lane == lane)
    }
}

fn read_stretch(reader: &mut Reader<'_>) -> Result<Stretch, DecodeError> {
    let lane = Lane::read(reader)?;
    Ok(Stretch { lane, base: Vector::read(reader)?, reach: Vector::read(reader)? })
}
