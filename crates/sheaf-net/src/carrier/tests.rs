//! Files with parcels: whole, cut short at every byte, changed at every byte.

use std::path::Path;

use sheaf_charter::{EpochKey, ParcelHead, ParcelId, PieceFault, PiecePlace, SchoolId, SpaceId};

use super::file::Existing;
use super::*;
use crate::NetError;

const SCHOOL: SchoolId = SchoolId::from_bytes([1; 32]);
const SPACE: SpaceId = SpaceId::from_bytes([2; 16]);

fn key(number: u8) -> EpochKey {
    EpochKey::from_bytes([number; 32])
}

/// A parcel of two pieces.
fn parcel(number: u8) -> Vec<u8> {
    let id = ParcelId::from_bytes([number; 32]);
    let (head, pieces) = ParcelHead::under_epoch(id, SCHOOL, SPACE, &key(number));
    let mut out = Vec::new();
    let mut writer = ParcelWriter::begin(&mut out, &head, pieces).unwrap();
    writer.add(b"one".to_vec()).unwrap();
    writer.add(b"two".to_vec()).unwrap();
    writer.finish().unwrap();
    out
}

/// What a reader with that key gets out of a file, and what stops it.
fn read(bytes: &[u8], number: u8) -> (Vec<Vec<u8>>, Option<(u64, ParcelFault)>) {
    let mut reader = ParcelReader::new(Path::new("a file"), bytes);
    let mut opened = Vec::new();
    let ended = read_all(&mut reader, &key(number), &mut opened).err().map(|error| match error {
        NetError::Parcel { path, offset, fault } => {
            assert_eq!(path, "a file");
            (offset, fault)
        }
        other => panic!("{other}"),
    });
    (opened, ended)
}

fn read_all(
    reader: &mut ParcelReader<&[u8]>,
    key: &EpochKey,
    opened: &mut Vec<Vec<u8>>,
) -> Result<(), NetError> {
    while let Some(head) = reader.next_head()? {
        let Some(mut pieces) = head.open_under(SCHOOL, SPACE, key) else {
            reader.pass_over()?;
            continue;
        };
        loop {
            let (piece, place) = reader.next_piece(&mut pieces)?;
            opened.push(piece.to_vec());
            if place == PiecePlace::Last {
                break;
            }
        }
    }
    Ok(())
}

#[test]
fn what_is_for_others_is_passed_over() {
    let file = [parcel(1), parcel(2), parcel(1)].concat();
    let (opened, ended) = read(&file, 2);
    assert_eq!((opened, ended), (vec![b"one".to_vec(), b"two".to_vec()], None));
    assert_eq!(read(&file, 3), (Vec::new(), None));
}

#[test]
fn wherever_a_file_is_cut_short_what_came_before_is_whole_and_the_place_is_named() {
    let file = [parcel(1), parcel(1)].concat();
    let half = file.len() / 2;
    for cut in 0..file.len() {
        let (opened, ended) = read(&file[..cut], 1);
        assert!(opened.iter().all(|piece| piece == b"one" || piece == b"two"));
        match cut {
            // Nothing at all, or one parcel whole: what is missing then a bundle says itself.
            0 => assert_eq!(ended, None),
            _ if cut == half => assert_eq!((opened.len(), ended), (2, None)),
            1..8 => assert_eq!(ended, Some((0, ParcelFault::NotAParcel))),
            _ => {
                let (offset, fault) = ended.unwrap();
                let head_of_second = (half..half + 8).contains(&cut);
                assert!(
                    fault == ParcelFault::CutShort || head_of_second,
                    "cut at {cut}: {fault:?}"
                );
                assert!(offset <= cut as u64);
            }
        }
    }
}

#[test]
fn wherever_a_byte_is_changed_it_is_found_out() {
    let file = parcel(1);
    for at in 0..file.len() {
        let mut changed = file.clone();
        changed[at] ^= 0x10;
        let (opened, ended) = read(&changed, 1);
        assert!(ended.is_some(), "byte {at}");
        assert!(opened.iter().all(|piece| piece == b"one" || piece == b"two"));
    }
}

#[test]
fn a_piece_that_comes_twice_is_named_with_its_place() {
    let file = parcel(1);
    let head = file.len() - 2 * (4 + 3 + 16);
    let piece = &file[head..head + 4 + 3 + 16];
    let doubled = [&file[..head], piece, piece, &file[head + piece.len()..]].concat();
    let place = (head + piece.len()) as u64;
    assert_eq!(read(&doubled, 1).1, Some((place, ParcelFault::Piece(PieceFault::Doubled))));
    let missing = [&file[..head], &file[head + piece.len()..]].concat();
    assert_eq!(read(&missing, 1).1, Some((head as u64, ParcelFault::Piece(PieceFault::Moved))));
}

#[test]
fn rubbish_after_the_end_is_damage() {
    let file = parcel(1);
    let end = file.len() as u64;
    let (opened, ended) = read(&[file, vec![7; 100]].concat(), 1);
    assert_eq!((opened.len(), ended), (2, Some((end, ParcelFault::Damaged))));
}

#[test]
fn a_file_is_there_whole_or_not_at_all() {
    let dir = tempfile::TempDir::new().unwrap();
    let target = dir.path().join("a bundle");
    let names = || std::fs::read_dir(dir.path()).unwrap().count();
    let mut file = NewFile::create(&target, Existing::Kept).unwrap();
    std::io::Write::write_all(&mut file, b"half").unwrap();
    drop(file);
    assert_eq!(names(), 0, "nothing of it stays");
    let mut file = NewFile::create(&target, Existing::Kept).unwrap();
    std::io::Write::write_all(&mut file, b"whole").unwrap();
    assert_eq!(file.finish().unwrap(), 5);
    assert_eq!((names(), std::fs::read(&target).unwrap()), (1, b"whole".to_vec()));
    let refused = NewFile::create(&target, Existing::Kept).unwrap_err();
    assert!(matches!(refused, NetError::Exists { .. }));
    let mut file = NewFile::create(&target, Existing::Replaced).unwrap();
    std::io::Write::write_all(&mut file, b"other").unwrap();
    file.finish().unwrap();
    assert_eq!((names(), std::fs::read(&target).unwrap()), (1, b"other".to_vec()));
    let nowhere = dir.path().join("nowhere").join("a bundle");
    let refused = NewFile::create(&nowhere, Existing::Kept).unwrap_err().to_string();
    assert!(refused.contains("is not there"), "{refused}");
}

#[test]
fn a_folder_gives_back_what_was_written_and_shows_nothing_that_is_not_finished() {
    let dir = tempfile::TempDir::new().unwrap();
    let folder = DiskFolder::new(dir.path(), "tag");
    let name = std::ffi::OsStr::new("a name");
    folder.write(name, b"some bytes").unwrap();
    std::fs::create_dir(dir.path().join("a folder in it")).unwrap();
    std::fs::write(dir.path().join("of-another.part"), b"half").unwrap();
    let listed = folder.list().unwrap();
    assert_eq!(listed.iter().map(|one| (&*one.name, one.bytes)).collect::<Vec<_>>(), [(name, 10)]);
    assert_eq!(folder.read(name, 4).unwrap().unwrap(), b"some");
    assert_eq!(folder.read(name, 400).unwrap().unwrap(), b"some bytes");
    assert_eq!(folder.read(std::ffi::OsStr::new("gone"), 4).unwrap(), None);
    // What a crash left over of this device's own is taken again.
    std::fs::write(dir.path().join("tag.part"), b"left over from a crash").unwrap();
    folder.write(name, b"other").unwrap();
    assert!(!dir.path().join("tag.part").exists());
    assert_eq!(folder.read(name, 400).unwrap().unwrap(), b"other");
    folder.remove(name).unwrap();
    folder.remove(name).unwrap();
    assert_eq!(folder.list().unwrap(), []);
    let nowhere = DiskFolder::new(&dir.path().join("nowhere"), "tag");
    for refused in [nowhere.list().unwrap_err(), nowhere.write(name, b"x").unwrap_err()] {
        assert!(refused.to_string().ends_with("check the name, and that the drive is in"));
    }
}

#[test]
fn who_watches_a_folder_is_woken_by_what_others_write_there() {
    let dir = tempfile::TempDir::new().unwrap();
    let (wake, woken) = std::sync::mpsc::channel();
    let Some(_watch) = FolderWatch::begin(dir.path(), move || wake.send(()).unwrap_or_default())
    else {
        panic!("this machine cannot watch a folder");
    };
    DiskFolder::new(dir.path(), "tag").write(std::ffi::OsStr::new("a"), b"b").unwrap();
    woken.recv_timeout(std::time::Duration::from_secs(60)).unwrap();
    assert!(FolderWatch::begin(&dir.path().join("nowhere"), || {}).is_none());
}
