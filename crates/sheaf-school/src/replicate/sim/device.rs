//! A device: a home on disk, and the school that is open in it.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use jiff::civil::date;
use rand_chacha::ChaCha20Rng;
use sheaf_charter::DeviceId;
use sheaf_replica::Intake;

use super::story::below;
use crate::{Clock, School};

const LOG: &str = "school.db-wal";

/// What a new process makes anew: the locks, and SQLite's index of its log in shared memory.
const OF_A_PROCESS: [&str; 4] = ["school.db-shm", "network.lock", "applying.lock", "folder.lock"];

pub(super) struct Device {
    /// Where its homes lie, one for each time that it starts.
    dir: PathBuf,
    lives: usize,
    pub school: School,
    pub intake: Arc<Mutex<Intake>>,
}

impl Device {
    /// Starts a device on a copy of this home.
    pub(super) fn start(home: &Path, dir: PathBuf) -> Self {
        let life = dir.join("1");
        copy(home, &life);
        let (school, intake) = open(&life);
        Self { dir, lives: 1, school, intake }
    }

    pub(super) fn id(&self) -> DeviceId {
        self.school.core.device()
    }

    pub(super) fn home(&self) -> PathBuf {
        self.dir.join(self.lives.to_string())
    }

    /// How long the log of the database is: what lies behind that later has been written since.
    pub(super) fn log_bytes(&self) -> u64 {
        fs::metadata(self.home().join(LOG)).map_or(0, |file| file.len())
    }

    /// Keeps a copy of the home as it is now.
    pub(super) fn back_up(&self) -> PathBuf {
        let backup = self.dir.join("backup");
        if backup.exists() {
            fs::remove_dir_all(&backup).unwrap();
        }
        copy(&self.home(), &backup);
        backup
    }

    /// The process ends, with no time for anything.
    pub(super) fn dies(&mut self) {
        self.start_again(None);
    }

    /// The same, and of what the log has grown by from `before` to `after` bytes so much had
    /// reached the disk as chance has it.
    pub(super) fn loses_power(&mut self, (before, after): (u64, u64), rng: &mut ChaCha20Rng) {
        let kept = before + below(rng, after.saturating_sub(before) + 1);
        self.start_again((after > before).then_some(kept));
    }

    fn start_again(&mut self, log: Option<u64>) {
        let disk = self.home();
        self.start_on(&disk, log);
        fs::remove_dir_all(disk).unwrap();
    }

    /// Goes on with the home that was put back.
    pub(super) fn starts_from(&mut self, backup: &Path) {
        self.start_on(backup, None);
    }

    fn start_on(&mut self, home: &Path, log: Option<u64>) {
        self.lives += 1;
        copy(home, &self.home());
        if let Some(log) = log {
            let file = fs::OpenOptions::new().write(true).open(self.home().join(LOG)).unwrap();
            file.set_len(log).unwrap();
        }
        (self.school, self.intake) = open(&self.home());
    }
}

/// All that lies in this home now, as whoever looks at the disk sees it.
pub(super) fn bytes_of(home: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let files = fs::read_dir(home).unwrap().map(|file| file.unwrap().path());
    files
        .filter(|file| file.is_file())
        .map(|file| (file.clone(), fs::read(file).unwrap()))
        .collect()
}

fn open(home: &Path) -> (School, Arc<Mutex<Intake>>) {
    let school = School::open(home, None, Clock::as_of(date(2026, 11, 20))).unwrap();
    let intake = Arc::new(Mutex::new(Intake::new(school.core.school_id())));
    (school, intake)
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap().map(Result::unwrap) {
        let target = to.join(entry.file_name());
        let stays = OF_A_PROCESS.iter().any(|name| entry.file_name() == *name);
        match entry.file_type().unwrap() {
            kind if kind.is_dir() => copy(&entry.path(), &target),
            _ if stays => {}
            _ => drop(fs::copy(entry.path(), target).unwrap()),
        }
    }
}
