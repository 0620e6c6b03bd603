//! What is read from and what is changed in: the two faces of a transaction.

use std::collections::HashMap;
use std::fmt;
use std::ops::Deref;

use rusqlite::{CachedStatement, Connection, OptionalExtension, Params, Row};
use sheaf_charter::{Lane, LogId};

use crate::{Result, StoreError};

/// One consistent state of the store. Reads by kind of content are in the modules of that kind.
pub struct Snapshot<'a> {
    connection: &'a Connection,
}

impl<'a> Snapshot<'a> {
    pub(crate) const fn new(connection: &'a Connection) -> Self {
        Self { connection }
    }

    pub(crate) const fn connection(&self) -> &'a Connection {
        self.connection
    }

    pub(crate) fn prepare(&self, sql: &str) -> Result<CachedStatement<'a>> {
        Ok(self.connection.prepare_cached(sql)?)
    }

    /// The one row that a statement gives, if any.
    pub(crate) fn one<T>(
        &self,
        sql: &str,
        params: impl Params,
        map: impl FnOnce(&Row<'_>) -> rusqlite::Result<T>,
    ) -> Result<Option<T>> {
        Ok(self.prepare(sql)?.query_row(params, map).optional()?)
    }

    /// All rows that a statement gives.
    pub(crate) fn all<T>(
        &self,
        sql: &str,
        params: impl Params,
        map: impl FnMut(&Row<'_>) -> rusqlite::Result<T>,
    ) -> Result<Vec<T>> {
        Ok(self.prepare(sql)?.query_map(params, map)?.collect::<rusqlite::Result<_>>()?)
    }

    /// The number that a statement counts.
    pub(crate) fn count(&self, sql: &str, params: impl Params) -> Result<u64> {
        let count: i64 = self.prepare(sql)?.query_row(params, |row| row.get(0))?;
        unsigned(count)
    }
}

/// A transaction that may change things. Reads see its own changes.
pub struct Txn<'a> {
    snapshot: Snapshot<'a>,
    revision: u64,
    /// The rows of the logs that it has appended to: no log is ever forgotten.
    pub(crate) logs: HashMap<(Lane, LogId), i64>,
}

impl<'a> Txn<'a> {
    pub(crate) fn new(connection: &'a Connection, revision: u64) -> Self {
        Self { snapshot: Snapshot::new(connection), revision, logs: HashMap::new() }
    }

    /// Runs a statement that changes rows; gives how many.
    pub(crate) fn run(&mut self, sql: &str, params: impl Params) -> Result<usize> {
        Ok(self.snapshot.prepare(sql)?.execute(params)?)
    }

    /// The revision that this transaction makes.
    pub const fn revision(&self) -> u64 {
        self.revision
    }
}

impl<'a> Deref for Txn<'a> {
    type Target = Snapshot<'a>;

    fn deref(&self) -> &Self::Target {
        &self.snapshot
    }
}

impl fmt::Debug for Snapshot<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Snapshot").finish_non_exhaustive()
    }
}

impl fmt::Debug for Txn<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Txn").field("revision", &self.revision).finish_non_exhaustive()
    }
}

/// As the database keeps numbers.
pub(crate) fn signed(value: u64) -> Result<i64> {
    i64::try_from(value).map_err(|_| StoreError::OutOfRange("a sequence number"))
}

/// A number that this crate has put in the database.
pub(crate) fn unsigned(value: i64) -> Result<u64> {
    u64::try_from(value).map_err(|_| StoreError::OutOfRange("a stored number"))
}
