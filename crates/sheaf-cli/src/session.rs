//! What every command shares: the home, the clock, the format and, where it needs one, a runtime.

use std::cell::OnceCell;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use jiff::civil::Date;
use sheaf_school::{Clock, Listen, Network, PORT, Passphrase, School, ToldOut};

use crate::args::Format;
use crate::output::{self, Out};
use crate::passphrase;

/// What touches the store runs on so many threads at most: the writer, a reader beside it, one that
/// reads ahead, and one that a folder on a slow drive may hold. More would wait for each other all
/// the same, open a connection each to do so, and every one would keep the memory that it once
/// needed: the allocator gives each thread an arena of its own.
const MAX_BLOCKING_THREADS: usize = 4;
/// Connections are tended by so many threads, for the same reason, whatever the processor has.
const NETWORK_THREADS: usize = 2;

/// A demo school's data ends on a day of its own, which is its today unless told otherwise.
pub fn on_its_day(school: School, as_of: Option<Date>) -> School {
    match (as_of, school.demo_today()) {
        (None, Some(today)) => school.with_clock(Clock::as_of(today)),
        _ => school,
    }
}

/// Where to listen: at the port that was named, or at the usual one.
pub fn listen(loopback: bool, port: Option<u16>) -> Listen {
    let networks = loopback.into();
    port.map_or_else(|| Listen::usual(networks), |port| Listen::new(networks, port))
}

/// Says that the usual port was taken, which colleagues who type an address would use.
pub fn note_port(network: &Network) {
    if let Some(port) = network.unusual_port() {
        output::note(&format!(
            "Another program has UDP port {PORT}, so this device listens on {port}: colleagues who \
             type its address must give that one"
        ));
    }
}

/// What the options before the command say.
pub struct Session {
    home: Option<PathBuf>,
    as_of: Option<Date>,
    /// The school that the command works on, and how often its home had been written to before.
    opened: OnceCell<(School, u64)>,
    /// Where results go.
    pub out: Out,
}

impl Session {
    /// From the options.
    pub const fn new(home: Option<PathBuf>, as_of: Option<Date>, format: Format) -> Self {
        Self { home, as_of, opened: OnceCell::new(), out: Out::new(format) }
    }

    /// The folder that was named.
    pub fn home(&self) -> Result<&Path> {
        self.home.as_deref().context("which school? Give its folder with --home, or SHEAF_HOME")
    }

    /// The clock: the machine's, or standing at the day that was named.
    pub fn clock(&self) -> Clock {
        self.as_of.map_or_else(Clock::system, Clock::as_of)
    }

    /// Opens the school in the folder that was named, on the device of a person.
    pub fn open(&self) -> Result<School> {
        let school = self.open_any()?;
        school.check_reads()?;
        let revision = school.revision()?;
        // A command that opens it twice began with the first.
        self.opened.set((school.clone(), revision)).ok();
        Ok(school)
    }

    /// Who has said that this device is out, if the command has written something all the same:
    /// it goes to nobody.
    pub fn wrote_in_vain(&self) -> Option<ToldOut> {
        let (school, before) = self.opened.get()?;
        let is_written = school.revision().is_ok_and(|now| now > *before);
        // What cannot be read now `sheaf status` says.
        school.told_out().ok().flatten().filter(|_| is_written)
    }

    /// Opens the school in the folder that was named, which may be a locker's.
    pub fn open_any(&self) -> Result<School> {
        let (home, passphrase) = self.unlocking()?;
        let school = School::open(home, passphrase.as_ref(), self.clock())?;
        Ok(on_its_day(school, self.as_of))
    }

    /// Opens a home that may be damaged, to check it.
    pub fn open_to_verify(&self) -> Result<School> {
        let (home, passphrase) = self.unlocking()?;
        Ok(School::open_to_verify(home, passphrase.as_ref(), self.clock())?)
    }

    fn unlocking(&self) -> Result<(&Path, Option<Passphrase>)> {
        let home = self.home()?;
        let passphrase =
            if School::is_protected(home)? { Some(passphrase::to_open()?) } else { None };
        Ok((home, passphrase))
    }

    /// The day that was named.
    pub const fn as_of(&self) -> Option<Date> {
        self.as_of
    }

    /// A runtime for the commands that use the network.
    pub fn runtime() -> Result<tokio::runtime::Runtime> {
        let mut builder = tokio::runtime::Builder::new_multi_thread();
        builder.worker_threads(NETWORK_THREADS).max_blocking_threads(MAX_BLOCKING_THREADS);
        builder.enable_all().thread_name("sheaf-net").build().context("no threads for the network")
    }
}
