//! What one open home holds in memory, shared by everything that works on it.

use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use jiff::civil::Date;
use sheaf_charter::{DeviceId, Entry, FrequentAuthors, Identity, PersonId, SchoolId};
use sheaf_metrics::Kept;
use sheaf_records::{CodeLists, Kind, SchoolCalendar};
use sheaf_store::{Home, Purpose, Snapshot, Store};
use tokio::sync::watch;

use crate::columns::Columns;
use crate::control::Control;
use crate::entropy;
use crate::error::{Result, SchoolError};
use crate::govern::carry_out;
use crate::indexed::Found;
use crate::journal;
use crate::metrics::Held;
use crate::replicate::{finish_interrupted, restand};
use crate::turns;

/// The setting that holds the last day of a demo school's data.
pub(crate) const DEMO_TODAY: &str = "demo/today";

/// The school's own words and days.
#[derive(Default)]
pub(crate) struct Lists {
    /// The code lists with the school's additions.
    pub codes: CodeLists,
    /// The calendar; none until one is recorded.
    pub calendar: Option<SchoolCalendar>,
}

/// The control parts as they were read last.
struct Latest {
    control: Arc<Control>,
    /// The revision of the store at which nothing was missing in them.
    revision: u64,
}

impl Latest {
    /// Nothing was read yet.
    fn none(school: SchoolId) -> Self {
        Self { control: Arc::new(Control::new(school)), revision: 0 }
    }

    /// Takes in control entries, in a copy where somebody is looking at what there was.
    fn take(&mut self, entries: &[Entry], school: SchoolId, identity: &Identity) {
        if !entries.is_empty() {
            Arc::make_mut(&mut self.control).take(entries, school, identity);
        }
    }
}

/// One open home.
///
/// What changes in it is handed out as it is at that moment, and no lock with it: a thread that
/// holds a lock to read and takes it again waits for ever where another waits to write in between,
/// and whoever holds one while a folder is looked through keeps every save waiting.
pub(crate) struct Core {
    /// The folder.
    pub home: Home,
    /// The file.
    pub store: Store,
    /// This device's keys.
    pub identity: Identity,
    school: SchoolId,
    latest: RwLock<Latest>,
    lists: RwLock<Arc<Lists>>,
    nonce: Mutex<[u8; 16]>,
    saves: watch::Sender<u64>,
    settled: RwLock<()>,
    /// The columns that metrics read.
    pub columns: Columns,
    /// What metrics said of them, for whoever uses this device.
    pub reports: Arc<Kept>,
    /// The metrics whose examples hold.
    pub examples: Held,
    /// The authors of much that arrives.
    pub authors: FrequentAuthors,
}

impl Core {
    /// Begins a home: keeps the first entries durably.
    pub(crate) fn begin(
        mut home: Home,
        store: Store,
        identity: Identity,
        now_ms: i64,
        entries: &[Entry],
    ) -> Result<Self> {
        let founding = entries.first().ok_or_else(|| SchoolError::Index("no founding".into()))?;
        let school = SchoolId::from_founding(founding.id());
        store.write(|txn| {
            entries.iter().try_for_each(|entry| match txn.holds(entry.id())? {
                // Joining was broken off after they were kept.
                true => Ok(()),
                false => journal::append(txn, entry, now_ms),
            })
        })?;
        home.update(|file| file.school = Some(school))?;
        Self::open(home, store, identity)
    }

    /// Opens a home that has been begun.
    pub(crate) fn open(home: Home, store: Store, identity: Identity) -> Result<Self> {
        let core = Self::unread(home, store, identity)?;
        core.refresh()?;
        core.reload_lists()?;
        finish_interrupted(&core)?;
        restand(&core)?;
        carry_out(&core)?;
        Ok(core)
    }

    /// The same with nothing read of the file yet, which may be damaged.
    pub(crate) fn unread(home: Home, store: Store, identity: Identity) -> Result<Self> {
        let no_school = || SchoolError::NoIdentity(home.dir().display().to_string());
        let school = home.file().school.ok_or_else(no_school)?;
        Ok(Self {
            school,
            latest: RwLock::new(Latest::none(school)),
            lists: RwLock::default(),
            nonce: Mutex::new(entropy::bytes()),
            saves: watch::channel(0).0,
            settled: RwLock::default(),
            columns: Columns::default(),
            reports: Arc::default(),
            examples: Held::default(),
            authors: FrequentAuthors::default(),
            home,
            store,
            identity,
        })
    }

    /// The school.
    pub(crate) const fn school_id(&self) -> SchoolId {
        self.school
    }

    /// This device.
    pub(crate) fn device(&self) -> DeviceId {
        self.identity.device()
    }

    /// Whoever uses it.
    pub(crate) const fn person(&self) -> PersonId {
        self.identity.person()
    }

    /// Whether the school is invented.
    pub(crate) fn is_demo(&self) -> bool {
        self.home.file().purpose != Purpose::School
    }

    /// The folder.
    pub(crate) fn dir(&self) -> &Path {
        self.home.dir()
    }

    /// The control parts as they were read last. What is taken in later does not show in them.
    pub(crate) fn control(&self) -> Arc<Control> {
        Arc::clone(&self.latest().control)
    }

    /// Whether this device is a locker.
    pub(crate) fn is_locker(&self) -> bool {
        self.control().is_locker
    }

    /// Takes in a control entry that the transaction under way keeps.
    pub(crate) fn take_control(&self, entry: Entry) {
        self.latest_mut().take(&[entry], self.school, &self.identity);
    }

    /// Forgets the control parts, to be read again: after a transaction that failed.
    pub(crate) fn forget_control(&self) {
        *self.latest_mut() = Latest::none(self.school);
    }

    fn latest(&self) -> RwLockReadGuard<'_, Latest> {
        self.latest.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn latest_mut(&self) -> RwLockWriteGuard<'_, Latest> {
        self.latest.write().unwrap_or_else(PoisonError::into_inner)
    }

    /// The school's own words and days as they were read last.
    pub(crate) fn lists(&self) -> Arc<Lists> {
        Arc::clone(&self.lists.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// The nonce of the actor under which this process writes.
    pub(crate) fn nonce(&self) -> [u8; 16] {
        *self.lock_nonce()
    }

    /// Takes a fresh actor: after a save that failed, so that none of its numbers comes twice.
    pub(crate) fn renew_nonce(&self) {
        *self.lock_nonce() = entropy::bytes();
    }

    fn lock_nonce(&self) -> MutexGuard<'_, [u8; 16]> {
        self.nonce.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Changes whenever this process has saved or taken in something.
    pub(crate) fn saves(&self) -> watch::Receiver<u64> {
        self.saves.subscribe()
    }

    /// Tells all who watch that something was saved here.
    pub(crate) fn note_save(&self) {
        self.saves.send_modify(|count| *count += 1);
    }

    /// Held from before something that arrives is made durable until it is applied, by many at
    /// once.
    pub(crate) fn taking_in(&self) -> RwLockReadGuard<'_, ()> {
        self.settled.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// Looks at the file as it is when all that this process has taken in is applied: entries are
    /// durable before their content is, and whoever compares both must not see one without the
    /// other. Waits for what is being taken in, not for what comes after it.
    pub(crate) fn read_settled<T>(
        &self,
        look: impl FnOnce(&Snapshot<'_>) -> Result<T>,
    ) -> Result<T> {
        let settled = self.settled.write().unwrap_or_else(PoisonError::into_inner);
        self.store.read(|snapshot| {
            drop(settled);
            look(snapshot)
        })
    }

    /// Reads the control entries that other processes have added.
    pub(crate) fn refresh(&self) -> Result<()> {
        if self.store.revision()? == self.latest().revision {
            return Ok(());
        }
        self.store.read(|snapshot| {
            // In one hold: between two, what is known may be forgotten, and count as up to date.
            let mut latest = self.caught_up(snapshot)?;
            latest.revision = snapshot.revision()?;
            Ok(())
        })
    }

    /// The same, inside a transaction.
    pub(crate) fn refresh_from(&self, snapshot: &Snapshot<'_>) -> Result<()> {
        self.caught_up(snapshot).map(drop)
    }

    /// What is known, with what the snapshot has of it.
    fn caught_up(&self, snapshot: &Snapshot<'_>) -> Result<RwLockWriteGuard<'_, Latest>> {
        turns::follow(snapshot, &self.identity)?;
        let mut latest = self.latest_mut();
        let fresh = latest.control.missing(snapshot)?;
        latest.take(&fresh, self.school, &self.identity);
        Ok(latest)
    }

    /// Reads the calendar and the school's additions to code lists again.
    pub(crate) fn reload_lists(&self) -> Result<()> {
        let (mut additions, mut calendars) = (Vec::new(), Vec::new());
        self.store.read(|snapshot| {
            let kinds = [Kind::CodeList, Kind::Calendar].map(Kind::name);
            snapshot.for_each_of_kinds(kinds, |row| {
                let record = Found::from_row(row)?.record;
                match record.kind {
                    _ if record.withdrawn().is_some() => {}
                    Kind::Calendar => calendars.push(record),
                    _ => additions.push(record),
                }
                Ok::<_, SchoolError>(())
            })
        })?;
        let calendar = if calendars.is_empty() {
            None
        } else {
            let made = SchoolCalendar::new(&calendars);
            Some(made.map_err(|error| SchoolError::Refused(error.to_string()))?)
        };
        let lists = Lists { codes: CodeLists::new(&additions), calendar };
        *self.lists.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(lists);
        Ok(())
    }

    /// The last day of a demo school's data.
    pub(crate) fn demo_today(&self) -> Option<Date> {
        let stored = self.store.read(|snapshot| snapshot.setting(DEMO_TODAY)).ok().flatten()?;
        String::from_utf8(stored).ok()?.parse().ok()
    }
}

#[cfg(test)]
mod tests;
