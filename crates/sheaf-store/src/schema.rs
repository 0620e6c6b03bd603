//! The tables and the way forward from older ones.

use rusqlite::{Connection, TransactionBehavior};

use crate::{Result, StoreError};

/// What takes the schema from each version to the next. Never changed once released: a change
/// is one more step at the end.
const STEPS: &[&str] = &[
    concat!(include_str!("sql/1.sql"), include_str!("sql/index.sql")),
    include_str!("sql/2.sql"),
    include_str!("sql/3.sql"),
];

/// The derived tables as the newest schema has them.
const INDEX: &str = include_str!("sql/index.sql");

const DROP_INDEX: &str = "
    DROP TABLE search; DROP TABLE conflicts; DROP TABLE links; DROP TABLE records;
    DROP TABLE dropped; DROP TABLE parts; DROP TABLE buckets; DROP TABLE documents;
    DROP TABLE held; DROP TABLE pending; DROP TABLE arrived;";

/// Brings the schema up to date; refuses one that a newer version has made.
pub(crate) fn migrate(connection: &mut Connection) -> Result<()> {
    let newest = u32::try_from(STEPS.len()).unwrap_or(u32::MAX);
    if version(connection)? == newest {
        return Ok(());
    }
    let txn = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    // Read again: another process may have been faster.
    let found = version(&txn)?;
    if found > newest {
        return Err(StoreError::NewerSchema { found, known: newest });
    }
    for step in STEPS.iter().skip(usize::try_from(found).unwrap_or(usize::MAX)) {
        txn.execute_batch(step)?;
    }
    txn.pragma_update(None, "user_version", newest)?;
    txn.commit()?;
    Ok(())
}

/// Drops the derived tables with all they hold and makes them anew.
pub(crate) fn remake_index(connection: &Connection) -> Result<()> {
    connection.execute_batch(DROP_INDEX)?;
    connection.execute_batch(INDEX)?;
    Ok(())
}

/// The schema that the file has; 0 if it is empty.
pub(crate) fn version(connection: &Connection) -> Result<u32> {
    Ok(connection.pragma_query_value(None, "user_version", |row| row.get(0))?)
}
