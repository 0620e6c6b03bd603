//! Taking entries out of a parcel, checked.

use std::io::Read;

use sheaf_charter::{Entry, ParcelHead, ParcelPieces, PiecePlace, SchoolId, verify_parcel};
use sheaf_net::{ParcelFault, ParcelReader};
use sheaf_replica::{Manifest, Use, entries_of_piece, manifest_of_piece};

use crate::error::Result;

/// A parcel whose pieces open here, of which the manifest has been read.
pub(super) struct Parcel {
    /// What it says of itself; signed by the device that it names.
    pub manifest: Manifest,
    pieces: ParcelPieces,
    place: PiecePlace,
}

impl Parcel {
    /// Reads what a parcel of this school says of itself.
    pub(super) fn open<R: Read>(
        reader: &mut ParcelReader<R>,
        head: &ParcelHead,
        mut pieces: ParcelPieces,
        school: SchoolId,
    ) -> Result<Self> {
        let (piece, place) = reader.next_piece(&mut pieces)?;
        let contents = |what: String| reader.fault(ParcelFault::Contents(what));
        let (manifest, says, signature) = manifest_of_piece(&piece)
            .map_err(|error| contents(format!("what it says of itself is malformed: {error}")))?;
        if manifest.school != school || !verify_parcel(manifest.writer, head, says, &signature) {
            let words = "what it says of itself is not signed by the device that it names";
            return Err(contents(words.to_owned()).into());
        }
        Ok(Self { manifest, pieces, place })
    }

    /// Gives the entries of the other pieces, piece by piece: all of one lane that the manifest
    /// names.
    pub(super) fn each<R: Read>(
        mut self,
        reader: &mut ParcelReader<R>,
        mut give: impl FnMut(Vec<Entry>) -> Result<()>,
    ) -> Result<()> {
        while self.place == PiecePlace::Before {
            let (piece, place) = reader.next_piece(&mut self.pieces)?;
            self.place = place;
            let entries = entries_of_piece(&piece)
                .map_err(|error| reader.fault(ParcelFault::Contents(error.to_string())))?;
            let lane = entries.first().map(|entry| entry.header().lane);
            let one_lane = entries.iter().all(|entry| Some(entry.header().lane) == lane);
            if !one_lane || lane.is_none_or(|lane| self.manifest.stretch(lane).is_none()) {
                let words = "it holds entries of which it does not say so".to_owned();
                return Err(reader.fault(ParcelFault::Contents(words)).into());
            }
            give(entries)?;
        }
        Ok(())
    }

    /// Whether it is for that.
    pub(super) fn is_for(&self, purpose: Use) -> bool {
        self.manifest.purpose == purpose
    }
}
