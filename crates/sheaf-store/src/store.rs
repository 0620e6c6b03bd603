//! The store: one writer and a few readers on `school.db`.

use std::fmt;
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use rusqlite::{Connection, Transaction, TransactionBehavior};
use zeroize::Zeroizing;

use crate::connection::{self, Access, Key, Sync};
use crate::home::STORE_FILE;
use crate::{Home, Result, Snapshot, StoreError, Txn, backup, feed, files, schema};

/// Readers kept open when idle: a face, a session, a metric and one to spare.
const MAX_IDLE_READERS: usize = 4;
/// How soon a thread that makes way looks whether another has taken the writer.
const HANDING_OVER: Duration = Duration::from_micros(100);
/// So often it looks, a quarter of a second in all: where others write without end it would
/// never have its turn.
const MAKES_WAY: usize = 2_500;
/// The store while it is being made.
const UNFINISHED_FILE: &str = "school.new";
/// Whoever has only this cannot tell the key.
const KEY_CHECK_CONTEXT: &str = "sheaf/1/store-key-check";

/// A handle on the store; cheap to clone, to be shared between threads.
#[derive(Clone)]
pub struct Store {
    inner: Arc<Inner>,
}

struct Inner {
    path: PathBuf,
    key: Key,
    writer: Mutex<Connection>,
    /// Threads that wait for the writer.
    waiting: AtomicUsize,
    readers: Mutex<Vec<Connection>>,
}

impl Store {
    /// Makes the store of a home that has none: with the raw key that the caller has derived or
    /// drawn, or without one in a plain home.
    pub fn create(home: &Home, key: Option<&[u8; 32]>) -> Result<Self> {
        if home.has_store() {
            return Err(StoreError::StoreExists);
        }
        check_plain(home, key)?;
        // Before the file: a crash between the two leaves a home that can be opened.
        home.clone().update(|file| file.key_check = key.map(key_check))?;
        // Under another name until it is whole: a `school.db` that is empty is a damaged one.
        let unfinished = home.dir().join(UNFINISHED_FILE);
        files::create_private(&unfinished)?;
        let key: Key = key.map(|key| Zeroizing::new(*key));
        let mut connection = connection::open(&unfinished, &key, Access::Write)?;
        schema::migrate(&mut connection)?;
        connection.close().map_err(|(_, error)| error)?;
        files::rename(home.dir(), &unfinished, &home.store_path())?;
        Self::at(home.store_path(), key)
    }

    /// Opens the store of a home. Tells a wrong key from a damaged file.
    pub fn open(home: &Home, key: Option<&[u8; 32]>) -> Result<Self> {
        // Read again: the store may have been made since the home was opened.
        let home = Home::open(home.dir())?;
        check_plain(&home, key)?;
        if !home.has_store() {
            return Err(StoreError::NoStore);
        }
        if key.map(key_check) != home.file().key_check {
            return Err(StoreError::WrongKey);
        }
        backup::remove_left(&home)?;
        let key: Key = key.map(|key| Zeroizing::new(*key));
        Self::at(home.store_path(), key)
    }

    /// One transaction, durable when this returns: the value of `change`, or its error and
    /// nothing changed. Waits for writers in other threads and processes; must not be called
    /// from within itself.
    pub fn write<T, E: From<StoreError>>(
        &self,
        change: impl FnOnce(&mut Txn<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        write_on(&mut self.writer(), change)
    }

    /// The same for what follows from what is durable already, and is made anew from it should the
    /// power go: durable with the next [`Store::write`]. Makes way for threads that wait to write,
    /// for a while.
    pub fn write_derived<T, E: From<StoreError>>(
        &self,
        change: impl FnOnce(&mut Txn<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        for _ in 0..MAKES_WAY {
            if !self.is_awaited() {
                break;
            }
            thread::sleep(HANDING_OVER);
        }
        let mut writer = Unsynced::begin(self.writer())?;
        let written = write_on(&mut writer.0, change);
        writer.end()?;
        written
    }

    /// Whether another thread of this process waits to write: who has much to do makes way.
    pub fn is_awaited(&self) -> bool {
        self.waiters() > 0
    }

    /// The threads of this process that wait to write.
    pub(crate) fn waiters(&self) -> usize {
        self.inner.waiting.load(Ordering::Relaxed)
    }

    /// Reads from one consistent state of the store, whatever is written meanwhile.
    pub fn read<T, E: From<StoreError>>(
        &self,
        look: impl FnOnce(&Snapshot<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        let mut reader = self.reader()?;
        let value = {
            let txn = reader
                .transaction_with_behavior(TransactionBehavior::Deferred)
                .map_err(StoreError::from)?;
            let snapshot = Snapshot::new(&txn);
            // The first read fixes the state.
            snapshot.revision()?;
            look(&snapshot)?
        };
        self.keep(reader);
        Ok(value)
    }

    /// Grows with every transaction of any process: what was read at one revision is still true
    /// while it stays.
    pub fn revision(&self) -> Result<u64> {
        let reader = self.reader()?;
        let revision = Snapshot::new(&reader).revision()?;
        self.keep(reader);
        Ok(revision)
    }

    /// Takes up a store that was put into the home's folder from elsewhere: its key, and whether it
    /// is sound to the last page.
    pub fn adopt(home: &Home, key: Option<&[u8; 32]>) -> Result<Self> {
        check_plain(home, key)?;
        home.clone().update(|file| file.key_check = key.map(key_check))?;
        let store = Self::open(home, key)?;
        match store.integrity()?.problems.into_iter().next() {
            None => Ok(store),
            Some(what) => Err(StoreError::DamagedFile { file: STORE_FILE, what }),
        }
    }

    /// The key of the store.
    pub(crate) fn key(&self) -> &Key {
        &self.inner.key
    }

    /// Works on a reading connection.
    pub(crate) fn on_reader<T>(&self, work: impl FnOnce(&Connection) -> Result<T>) -> Result<T> {
        let reader = self.reader()?;
        let value = work(&reader)?;
        self.keep(reader);
        Ok(value)
    }

    /// Works on the writing connection outside a transaction.
    pub(crate) fn on_writer<T>(&self, work: impl FnOnce(&Connection) -> Result<T>) -> Result<T> {
        work(&self.writer())
    }

    /// Whether the pages are encrypted.
    pub(crate) fn is_encrypted(&self) -> bool {
        self.inner.key.is_some()
    }

    fn at(path: PathBuf, key: Key) -> Result<Self> {
        let empty = || StoreError::DamagedFile { file: STORE_FILE, what: "it is empty".to_owned() };
        // The engine would take a file without bytes for a new one, and write into it.
        if std::fs::metadata(&path).is_ok_and(|file| file.len() == 0) {
            return Err(empty());
        }
        let mut writer = connection::open(&path, &key, Access::Write)?;
        if schema::version(&writer)? == 0 {
            return Err(empty());
        }
        schema::migrate(&mut writer)?;
        let (writer, readers) = (Mutex::new(writer), Mutex::default());
        let waiting = AtomicUsize::new(0);
        Ok(Self { inner: Arc::new(Inner { path, key, writer, waiting, readers }) })
    }

    fn writer(&self) -> MutexGuard<'_, Connection> {
        self.inner.waiting.fetch_add(1, Ordering::Relaxed);
        let writer = lock(&self.inner.writer);
        self.inner.waiting.fetch_sub(1, Ordering::Relaxed);
        writer
    }

    fn reader(&self) -> Result<Connection> {
        let idle = lock(&self.inner.readers).pop();
        idle.map_or_else(|| connection::open(&self.inner.path, &self.inner.key, Access::Read), Ok)
    }

    fn keep(&self, reader: Connection) {
        let mut readers = lock(&self.inner.readers);
        if readers.len() < MAX_IDLE_READERS {
            readers.push(reader);
        }
    }
}

impl fmt::Debug for Store {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Store").field("file", &STORE_FILE).finish_non_exhaustive()
    }
}

/// The writer while its commits are not synced. However that ends, by a panic in a transaction
/// too, those to come are.
struct Unsynced<'a>(MutexGuard<'a, Connection>);

impl<'a> Unsynced<'a> {
    fn begin(writer: MutexGuard<'a, Connection>) -> Result<Self> {
        let unsynced = Self(writer);
        connection::sync(&unsynced.0, Sync::AtCheckpoint)?;
        Ok(unsynced)
    }

    fn end(&self) -> Result<()> {
        connection::sync(&self.0, Sync::AtCommit)
    }
}

impl Drop for Unsynced<'_> {
    fn drop(&mut self) {
        // Whoever wrote was told by the end of it if this cannot be done.
        self.end().ok();
    }
}

fn write_on<T, E: From<StoreError>>(
    writer: &mut Connection,
    change: impl FnOnce(&mut Txn<'_>) -> Result<T, E>,
) -> Result<T, E> {
    let (txn, revision) = begin(writer)?;
    let value = change(&mut Txn::new(&txn, revision))?;
    txn.commit().map_err(StoreError::from)?;
    Ok(value)
}

/// Takes the lock of the file at once, so that what is read first is still true when written.
fn begin(writer: &mut Connection) -> Result<(Transaction<'_>, u64)> {
    let txn = writer.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let revision = feed::next_revision(&txn)?;
    Ok((txn, revision))
}

/// A panic in one transaction has rolled it back: the connection is as good as before.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn check_plain(home: &Home, key: Option<&[u8; 32]>) -> Result<()> {
    match (home.file().plain, key) {
        (true, Some(_)) => Err(StoreError::KeyNotWanted),
        (false, None) => Err(StoreError::KeyNeeded),
        _ => Ok(()),
    }
}

fn key_check(key: &[u8; 32]) -> String {
    blake3::Hasher::new_derive_key(KEY_CHECK_CONTEXT).update(key).finalize().to_hex().to_string()
}
