//! What lies on a stick or in a shared folder: heads of parcels, what they say of themselves,
//! pieces of entries, and whole files.

use std::path::Path;

use sheaf_charter::codec::Reader;
use sheaf_charter::{
    DeviceId, DocumentId, EpochKey, Lane, ParcelHead, ParcelId, PiecePlace, SchoolId, SpaceId,
    sign_parcel,
};
use sheaf_net::{NetError, ParcelReader, ParcelWriter};
use sheaf_replica::{
    EntryPiece, Manifest, Stretch, Use, entries_of_piece, manifest_of_piece, manifest_piece,
};

use super::decoders::{Decoder, KIB, MIB, canonical, decoder};
use super::seeds::{self, NOW_MS, founded, rng};

const SCHOOL: SchoolId = SchoolId::from_bytes([1; 32]);
const SPACE: SpaceId = SpaceId::from_bytes([2; 16]);
const KEY: [u8; 32] = [5; 32];

pub fn all() -> Vec<Decoder> {
    let (manifest, entries) = (manifest(), entries());
    let piece = manifest_piece(&manifest.to_bytes(), &[8; 64]);
    vec![
        decoder("parcel-head", heads(), 256 * KIB, canonical(read_head, ParcelHead::to_bytes)),
        decoder(
            "manifest",
            vec![manifest.to_bytes()],
            MIB,
            canonical(Manifest::from_bytes, Manifest::to_bytes),
        ),
        decoder("manifest-piece", vec![piece], MIB, |bytes| manifest_of_piece(bytes).is_ok()),
        decoder("entry-piece", vec![entries], 128 * KIB, |bytes| entries_of_piece(bytes).is_ok()),
        decoder("parcel-file", vec![file(1), file(2)], 2 * MIB, |bytes| read_file(bytes).is_ok()),
    ]
}

fn read_head(bytes: &[u8]) -> Result<ParcelHead, ()> {
    let mut reader = Reader::new(bytes);
    let head = ParcelHead::read(&mut reader).map_err(drop)?;
    reader.end().map_err(drop)?;
    Ok(head)
}

fn heads() -> Vec<Vec<u8>> {
    let certificate = founded().identity.certificate();
    let id = ParcelId::from_bytes([3; 32]);
    let devices = [certificate, certificate];
    let (head, _) = ParcelHead::for_devices(id, SCHOOL, &devices, &mut rng(4)).unwrap();
    vec![head.to_bytes(), sealed(1).0.to_bytes()]
}

fn sealed(number: u8) -> (ParcelHead, sheaf_charter::ParcelPieces) {
    let id = ParcelId::from_bytes([number; 32]);
    ParcelHead::under_epoch(id, SCHOOL, SPACE, &EpochKey::from_bytes(KEY))
}

fn manifest() -> Manifest {
    let vector = seeds::vector();
    let stretch = Stretch { lane: Lane::data(SPACE), base: vector.clone(), reach: vector };
    Manifest {
        purpose: Use::Data,
        school: SCHOOL,
        writer: founded().identity.device(),
        written_ms: NOW_MS,
        stretches: vec![stretch],
        recipients: vec![DeviceId::from_bytes([6; 32])],
        parts: vec![ParcelId::from_bytes([3; 32])],
        documents: vec![DocumentId::from_bytes([4; 16]), DocumentId::from_bytes([5; 16])],
    }
}

fn entries() -> Vec<u8> {
    let mut piece = EntryPiece::default();
    for entry in seeds::entries() {
        assert!(piece.add(&entry, MIB).is_none());
    }
    piece.take().unwrap()
}

fn file(parcels: u8) -> Vec<u8> {
    let mut out = Vec::new();
    for number in 0..parcels {
        let (head, pieces) = sealed(number);
        let says = manifest().to_bytes();
        let signature = sign_parcel(&founded().identity, &head, &says);
        let mut writer = ParcelWriter::begin(&mut out, &head, pieces).unwrap();
        writer.add(manifest_piece(&says, &signature)).unwrap();
        writer.add(entries()).unwrap();
        writer.finish().unwrap();
    }
    out
}

/// Reads a file as whoever holds the key: whatever is wrong is an error that names the place.
fn read_file(bytes: &[u8]) -> Result<(), NetError> {
    let mut reader = ParcelReader::new(Path::new("a file"), bytes);
    while let Some(head) = reader.next_head()? {
        let Some(mut pieces) = head.open_under(SCHOOL, SPACE, &EpochKey::from_bytes(KEY)) else {
            reader.pass_over()?;
            continue;
        };
        while reader.next_piece(&mut pieces)?.1 == PiecePlace::Before {}
    }
    assert!(reader.offset() == bytes.len() as u64, "not all of it was read");
    Ok(())
}
