//! Lakes that are not as they should be: refused by file and column, whole.

use std::path::{Path, PathBuf};

use sheaf_lake::{Dates, Lake};
use tempfile::TempDir;

use crate::support::{export, files, school};

fn lake() -> (TempDir, PathBuf) {
    let dir = tempfile::tempdir().unwrap();
    let written = export(dir.path(), &school(7, 20), 7, Dates::Day);
    (dir, written.folder)
}

#[track_caller]
fn refused(dir: &Path, part: &str) {
    let error = Lake::open(&[dir.to_owned()]).unwrap_err().to_string();
    assert!(error.contains(part), "{error}");
}

fn edit(folder: &Path, from: &str, to: &str) {
    let path = folder.join("manifest.json");
    let text = std::fs::read_to_string(&path).unwrap();
    assert!(text.contains(from), "the manifest has no {from}");
    std::fs::write(&path, text.replacen(from, to, 1)).unwrap();
}

#[test]
fn a_file_that_was_changed_is_named() {
    let (dir, folder) = lake();
    let file = files(&folder.join("incidents")).remove(0);
    let mut bytes = std::fs::read(&file).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    std::fs::write(&file, &bytes).unwrap();
    refused(dir.path(), "its content is not what the manifest says");
    std::fs::write(&file, &bytes[..middle]).unwrap();
    refused(dir.path(), "copied in part");
    std::fs::remove_file(&file).unwrap();
    refused(dir.path(), &file.display().to_string());
}

#[test]
fn a_manifest_that_reaches_outside_is_refused() {
    for path in ["../../etc/passwd", "/etc/passwd", "incidents/../../x.parquet"] {
        let (dir, folder) = lake();
        let file = files(&folder.join("incidents")).remove(0);
        let name = format!("incidents/{}", file.file_name().unwrap().to_string_lossy());
        edit(&folder, &name, path);
        refused(dir.path(), "is not called as those of a lake are");
    }
}

#[cfg(unix)]
#[test]
fn a_link_to_another_file_is_refused() {
    let (dir, folder) = lake();
    let file = files(&folder.join("incidents")).remove(0);
    let elsewhere = dir.path().join("elsewhere");
    std::fs::rename(&file, &elsewhere).unwrap();
    std::os::unix::fs::symlink(&elsewhere, &file).unwrap();
    refused(dir.path(), "no plain file");
}

#[test]
fn a_manifest_of_another_format_or_of_unknown_tables_is_refused() {
    let (dir, folder) = lake();
    edit(&folder, "\"format\": 1", "\"format\": 2");
    refused(dir.path(), "format 2 is not known here");
    let (dir, folder) = lake();
    edit(&folder, "\"name\": \"detentions\"", "\"name\": \"secrets\"");
    refused(dir.path(), "there is no table `secrets`");
    let (dir, folder) = lake();
    std::fs::write(folder.join("manifest.json"), "{").unwrap();
    refused(dir.path(), "this is no manifest");
}

#[test]
fn a_file_of_another_table_is_refused_by_column() {
    let (dir, folder) = lake();
    let (from, to) = (files(&folder.join("detentions")), files(&folder.join("incidents")));
    let (from, to) = (&from[0], &to[0]);
    let bytes = std::fs::read(from).unwrap();
    let was = std::fs::read(to).unwrap();
    std::fs::write(to, &bytes).unwrap();
    edit(&folder, &format!("\"bytes\": {}", was.len()), &format!("\"bytes\": {}", bytes.len()));
    let hash = |bytes: &[u8]| blake3::hash(bytes).to_hex().to_string();
    edit(&folder, &hash(&was), &hash(&bytes));
    let error = Lake::open(&[dir.path().to_owned()]).unwrap_err().to_string();
    assert!(
        error.contains("rows where the manifest says") || error.contains("column `"),
        "{error}"
    );
}

#[test]
fn an_empty_folder_and_a_school_twice_are_refused() {
    let empty = tempfile::tempdir().unwrap();
    refused(empty.path(), "no folder of a school is in it");
    let (dir, _) = lake();
    let twice = [dir.path().to_owned(), dir.path().to_owned()];
    let error = Lake::open(&twice).unwrap_err().to_string();
    assert!(error.contains("the same school is in another folder too"), "{error}");
}
