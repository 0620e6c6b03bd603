//! A backup of an invented school: whole or refused, with the byte at which it breaks.

use std::fs;

use sheaf_charter::{BACKUP_CHUNK_BYTES, BACKUP_HEAD_BYTES, BACKUP_TAG_BYTES, Role};
use tempfile::TempDir;

use super::*;
use crate::founding::Founding;

struct Made {
    folder: TempDir,
    school: School,
    file: PathBuf,
}

fn nothing() -> Passphrase {
    Passphrase::new(String::new())
}

fn made() -> Made {
    let folder = TempDir::new().unwrap();
    let founding = Founding {
        home: folder.path().join("home"),
        school: "Ashdown".to_owned(),
        person: "Mary Wells".to_owned(),
        device: "laptop".to_owned(),
        role: Role::Head,
        protection: Protection::Demo,
    };
    let (school, _) = School::found(&founding, Clock::system()).unwrap();
    let file = folder.path().join("backup.sheaf");
    school.back_up(&file, &nothing(), &nothing()).unwrap();
    Made { folder, school, file }
}

impl Made {
    fn restore(&self, file: &Path) -> Result<School> {
        let (file, home) = (file.to_owned(), self.folder.path().join("restored"));
        let restoring = Restoring { file, home, opens: None, protects: None };
        School::restore_home(&restoring, Clock::system()).map(|(school, _)| school)
    }

    fn names(&self) -> Vec<String> {
        let all = fs::read_dir(self.folder.path()).unwrap();
        let mut names: Vec<String> =
            all.map(|file| file.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    /// What is said of a backup with these bytes; nothing of it must be left.
    #[track_caller]
    fn refused(&self, bytes: &[u8]) -> String {
        let file = self.folder.path().join("changed.sheaf");
        fs::write(&file, bytes).unwrap();
        let before = self.names();
        let refused = self.restore(&file).unwrap_err().to_string();
        assert_eq!(self.names(), before, "{refused}");
        refused.replace(&file.display().to_string(), "FILE")
    }
}

const CHUNK: usize = BACKUP_CHUNK_BYTES + BACKUP_TAG_BYTES;

fn damaged_at(offset: usize) -> String {
    format!("FILE is damaged at byte {offset}; nothing was restored, use another backup")
}

#[test]
fn what_was_there_is_there_again_in_another_log() {
    let made = made();
    let restored = made.restore(&made.file).unwrap();
    let (before, after) = (made.school.status().unwrap(), restored.status().unwrap());
    assert_eq!(after.device_id, before.device_id);
    for (one, other) in before.spaces.iter().zip(&after.spaces) {
        assert_eq!(
            (&one.name, one.entries, &one.digest),
            (&other.name, other.entries, &other.digest)
        );
    }
    assert_ne!(restored.core.identity.log(), made.school.core.identity.log());
    assert_eq!(after.notices.len(), 1);
    assert!(after.notices[0].says.starts_with("This device was restored from a backup of "));
    assert!(restored.verify(crate::verify::Verify::Check, &|_| {}).unwrap().ok);
    // It opens again, in that log.
    let again = School::open(&made.folder.path().join("restored"), None, Clock::system()).unwrap();
    assert_eq!(again.core.identity.log(), restored.core.identity.log());
    // A folder in which something is takes no backup.
    let refused = made.restore(&made.file).unwrap_err();
    assert!(refused.to_string().contains("is not empty"), "{refused}");
}

#[test]
fn damage_is_refused_with_its_place_and_leaves_nothing() {
    let made = made();
    let good = fs::read(&made.file).unwrap();
    let chunks = (good.len() - BACKUP_HEAD_BYTES).div_ceil(CHUNK);
    assert!(chunks >= 3, "{} bytes", good.len());
    let start = |chunk: usize| BACKUP_HEAD_BYTES + chunk * CHUNK;
    for chunk in 0..chunks {
        let end = start(chunk + 1).min(good.len());
        for at in [start(chunk), start(chunk) + (end - start(chunk)) / 2, end - 1] {
            let mut flipped = good.clone();
            flipped[at] ^= 1;
            assert_eq!(made.refused(&flipped), damaged_at(start(chunk)), "byte {at}");
        }
        // Cut short at the end of a chunk, and within one.
        let last = chunk.saturating_sub(1);
        if chunk > 0 {
            assert_eq!(made.refused(&good[..start(chunk)]), damaged_at(start(last)));
        }
        assert_eq!(made.refused(&good[..start(chunk) + 20]), damaged_at(start(chunk)));
    }
    let mut moved = good.clone();
    moved[start(0)..start(2)].rotate_left(CHUNK);
    assert_eq!(made.refused(&moved), damaged_at(start(0)));
    let longer = [&good[..], b"more"].concat();
    assert_eq!(made.refused(&longer), damaged_at(start(chunks - 1)));
    for at in 8..BACKUP_HEAD_BYTES {
        let mut flipped = good.clone();
        flipped[at] ^= 0x80;
        let said = made.refused(&flipped);
        let newer = "this backup has format 129, this version of Sheaf knows 1; update Sheaf";
        assert_eq!(said, if at == 8 { newer.to_owned() } else { damaged_at(0) });
    }
    assert_eq!(made.refused(&good[..40]), damaged_at(0));
    let other = "FILE is not a backup of Sheaf; name a file that `sheaf backup` has written";
    assert_eq!(made.refused(b""), other);
    assert_eq!(made.refused(b"something else"), other);
}

#[test]
fn a_backup_takes_the_place_of_a_backup_and_of_nothing_else() {
    let made = made();
    let first = fs::read(&made.file).unwrap();
    made.school.back_up(&made.file, &nothing(), &nothing()).unwrap();
    assert_ne!(fs::read(&made.file).unwrap(), first);
    let letter = made.folder.path().join("letter");
    fs::write(&letter, "dear head").unwrap();
    let before = made.names();
    let refused = made.school.back_up(&letter, &nothing(), &nothing()).unwrap_err();
    assert!(refused.to_string().ends_with("is there and is not a backup; name another file"));
    assert_eq!(fs::read_to_string(&letter).unwrap(), "dear head");
    assert_eq!(made.names(), before);
    // Nothing of a copy stays in the home.
    assert!(!made.folder.path().join("home").join("school.copy").exists());
}
