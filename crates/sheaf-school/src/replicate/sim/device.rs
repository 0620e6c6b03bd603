//! A device: a home on disk, and the school that is open in it.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use jiff::civil::date;
use sheaf_charter::DeviceId;
use sheaf_replica::Intake;

use crate::{Clock, School};

const STORE: &str = "school.db";
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

/// How long the files of a home are: what lies behind that in the log has been written since.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Marks {
    store: u64,
    pub log: u64,
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

    pub(super) fn marks(&self) -> Marks {
        let length = |name: &str| fs::metadata(self.home().join(name)).map_or(0, |file| file.len());
        Marks { store: length(STORE), log: length(LOG) }
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

    /// The process ends, with no time for anything. With `log`, so much of the log had reached the
    /// disk when the power went.
    pub(super) fn dies(&mut self, log: Option<u64>) {
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
