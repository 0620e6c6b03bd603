//! One connection to `school.db`, with every setting that durability and secrecy need.

use std::fmt::Write;
use std::path::Path;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use rusqlite::{Connection, OpenFlags};
use zeroize::Zeroizing;

use crate::Result;

/// How long a process waits for another one's transaction. Ingest keeps its own under 50 ms; a
/// rebuild takes seconds.
const BUSY_TIMEOUT: Duration = Duration::from_secs(20);
/// As many statements as this crate has, and some.
const CACHED_STATEMENTS: usize = 128;

/// The store's key; none for a plain home.
pub(crate) type Key = Option<Zeroizing<[u8; 32]>>;

/// Whether a connection may change anything.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Access {
    /// It may.
    Write,
    /// It may not.
    Read,
}

/// When what a transaction has written must have reached the disk.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sync {
    /// Before its commit returns.
    AtCommit,
    /// Before it is moved from the log into the file: should the power go, the last transactions
    /// may be gone, the latest first.
    AtCheckpoint,
}

/// Says how the transactions to come are kept.
pub(crate) fn sync(connection: &Connection, sync: Sync) -> Result<()> {
    let sql = match sync {
        Sync::AtCommit => "PRAGMA synchronous = FULL",
        Sync::AtCheckpoint => "PRAGMA synchronous = NORMAL",
    };
    connection.prepare_cached(sql)?.execute([])?;
    Ok(())
}

/// The cipher makes itself ready with the first connection of a process; another one that is given
/// its key in the midst of that is refused.
static OPENING: Mutex<()> = Mutex::new(());

/// Opens a file that exists and gives it its key, one file at a time.
pub(crate) fn open_file(path: &Path, key: &Key) -> Result<Connection> {
    // A reader, too, writes to the shared memory of the WAL.
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let _alone = OPENING.lock().unwrap_or_else(PoisonError::into_inner);
    let connection = Connection::open_with_flags(path, flags)?;
    if let Some(key) = key {
        unlock(&connection, key)?;
    }
    Ok(connection)
}

/// Opens a connection to a file that exists. A wrong key or a damaged first page shows here.
pub(crate) fn open(path: &Path, key: &Key, access: Access) -> Result<Connection> {
    let connection = open_file(path, key)?;
    connection.busy_timeout(BUSY_TIMEOUT)?;
    connection.set_prepared_statement_cache_capacity(CACHED_STATEMENTS);
    connection.query_row("SELECT count(*) FROM sqlite_schema", [], |_| Ok(()))?;
    configure(&connection, access)?;
    Ok(connection)
}

/// Gives the raw key, so that SQLCipher does not stretch it a second time.
fn unlock(connection: &Connection, key: &[u8; 32]) -> Result<()> {
    let mut pragma = Zeroizing::new(String::with_capacity(96));
    // The cipher would report a wrong key on standard error by itself.
    pragma.push_str("PRAGMA cipher_log_level = NONE; PRAGMA key = \"x'");
    for byte in key {
        // Writing to a string does not fail.
        let _ = write!(pragma, "{byte:02x}");
    }
    pragma.push_str("'\";");
    connection.execute_batch(&pragma)?;
    Ok(())
}

fn configure(connection: &Connection, access: Access) -> Result<()> {
    connection.execute_batch(
        "PRAGMA foreign_keys = ON;
         PRAGMA secure_delete = ON;
         PRAGMA synchronous = FULL;
         PRAGMA mmap_size = 0;
         PRAGMA temp_store = MEMORY;
         PRAGMA trusted_schema = OFF;
         PRAGMA cell_size_check = ON;",
    )?;
    match access {
        Access::Write => connection.execute_batch(
            "PRAGMA journal_mode = WAL;
             PRAGMA journal_size_limit = 67108864;
             PRAGMA wal_autocheckpoint = 16384;
             PRAGMA cache_size = -64000;",
        )?,
        Access::Read => connection.execute_batch(
            "PRAGMA query_only = ON;
             PRAGMA cache_size = -16000;",
        )?,
    }
    Ok(())
}
