//! What people hand over as files: backups, lists of pupils, plugins, records as text.

use std::path::Path;

use sheaf_charter::{Argon2Cost, BACKUP_HEAD_BYTES, BackupHead, BackupKind, SealedHomeKey};
use sheaf_exchange::read_pupils;
use sheaf_metrics::Manifest;
use sheaf_records::{Kind, parse_record};
use sheaf_store::{BackupReader, BackupWriter};

use super::decoders::{Decoder, KIB, MIB, canonical, decoder};
use super::seeds::rng;

const KEY: [u8; 32] = [7; 32];
/// What the sum at the end of a backup's head is over.
const SUMMED_BYTES: usize = BACKUP_HEAD_BYTES - 16;

pub fn all() -> Vec<Decoder> {
    [of_backups(), of_texts()].into_iter().flatten().collect()
}

fn of_backups() -> Vec<Decoder> {
    let folder = tempfile::TempDir::new().unwrap();
    let head = BackupHead::new(BackupKind::School, Argon2Cost::FLOOR, [3; 16], &KEY, &mut rng(1));
    let summed = head.to_bytes()[..SUMMED_BYTES].to_vec();
    let small = backup(folder.path(), &head, &[9; 100]);
    let large = backup(folder.path(), &head, &vec![8; 200 * KIB]);
    vec![
        decoder(
            "backup-head",
            vec![head.to_bytes()],
            64 * KIB,
            canonical(BackupHead::from_bytes, BackupHead::to_bytes),
        ),
        // With the sum that belongs to it, so that what it covers is looked at.
        decoder("backup-head-summed", vec![summed], 64 * KIB, |bytes| {
            let sum = blake3::derive_key("sheaf/1/backup-sum", bytes);
            let bytes = [bytes, &sum[..16]].concat();
            canonical(BackupHead::from_bytes, BackupHead::to_bytes)(&bytes)
        }),
        decoder("backup", vec![small, large], MIB, move |bytes| {
            let path = folder.path().join("handed-over");
            std::fs::write(&path, bytes).unwrap();
            read_backup(&path).is_ok()
        }),
    ]
}

fn backup(folder: &Path, head: &BackupHead, contents: &[u8]) -> Vec<u8> {
    let path = folder.join("made");
    let chunks = head.chunks(&KEY).unwrap();
    let mut writer = BackupWriter::create(&path, head, chunks).unwrap();
    writer.write(contents).unwrap();
    writer.finish().unwrap();
    std::fs::read(path).unwrap()
}

/// Reads a whole backup as restoring does: some bytes, the rest into a file, and its end.
fn read_backup(path: &Path) -> sheaf_store::Result<()> {
    let mut reader = BackupReader::open(path)?;
    if !reader.unlock(&KEY) {
        return Err(sheaf_store::StoreError::NotABackup(path.to_owned()));
    }
    let first = reader.take(50)?;
    let whole = if first.first() == Some(&9) { 100 } else { 200 * KIB };
    let mut out = tempfile::tempfile().unwrap();
    reader.copy((whole - 50) as u64, &mut out, path)?;
    reader.end()
}

fn of_texts() -> Vec<Decoder> {
    let home_key = SealedHomeKey::seal(&KEY, &[9; 32], &mut rng(2)).unwrap();
    let list = "Forename,Surname,UPN,Date of birth,Year group\n\
                Zoë,\"Ng, M.\",B801200005001,12/05/2013,8\nSam,Ash,,2012-09-01,Year 9\n";
    let wide: Vec<u8> =
        std::iter::once(0xfeff).chain(list.encode_utf16()).flat_map(u16::to_le_bytes).collect();
    let manifest = include_bytes!("../../plugins/repeat-referrals/plugin.toml").to_vec();
    let record = r#"{"narrative":"Shouted across the hall","severity":3}"#;
    vec![
        decoder("home-key", vec![home_key.to_string().into_bytes()], 64 * KIB, |bytes| {
            let Ok(text) = std::str::from_utf8(bytes) else { return false };
            text.parse::<SealedHomeKey>().is_ok_and(|read| {
                assert_eq!(read.to_string(), text, "another encoding was read");
                true
            })
        }),
        decoder("pupil-list", vec![list.as_bytes().to_vec(), wide], MIB, |bytes| {
            read_pupils(bytes, &[]).is_ok()
        }),
        decoder("manifest", vec![manifest], MIB, |bytes| {
            std::str::from_utf8(bytes).is_ok_and(|text| Manifest::parse(text).is_ok())
        }),
        decoder("record-json", vec![record.as_bytes().to_vec()], MIB, |bytes| {
            let json = serde_json::from_slice(bytes);
            json.is_ok_and(|json| parse_record(Kind::Incident, &json).is_ok())
        }),
    ]
}
