//! The encrypted file on disk: entries, documents, index, search.
//!
//! This crate owns the home folder: `home.json` in clear, `identity.sealed` and `school.db`, one
//! SQLCipher file that several processes may share. It opens no section, judges no signature, reads
//! no clock and draws no randomness: it keeps, durably and in order, what its callers have made.
//!
//! ```
//! # use sheaf_store::*; let folder = tempfile::tempdir().unwrap();
//! let cost = PassphraseCost { memory_kib: 65_536, passes: 3, lanes: 1, salt: [7; 16] };
//! let home = Home::create(folder.path().join("home"), HomeFile::new(Purpose::School, cost))?;
//! let store = Store::create(&home, Some(&[42; 32]))?;
//! store.write(|txn| txn.put_setting("theme", b"dark"))?;
//! assert_eq!(store.read(|snapshot| snapshot.setting("theme"))?, Some(b"dark".to_vec()));
//! # Ok::<(), StoreError>(())
//! ```

mod audit;
mod backup;
mod connection;
mod documents;
mod entries;
mod error;
mod faces;
mod feed;
mod files;
mod home;
mod integrity;
mod links;
mod listing;
mod pages;
mod peers;
mod record;
mod schema;
mod search;
mod sections;
mod settings;
mod snapshot;
mod store;
#[cfg(test)]
mod tests;
mod troubles;

pub use audit::{SignedHeader, StoredEntry, StoredLog, StoredPart};
pub use backup::{BackupReader, BackupWriter, Staging, StoreCopy};
pub use documents::{Bucket, BucketPart, DocumentState};
pub use error::{Result, StoreError};
pub use faces::FaceLock;
pub use feed::Changes;
pub use home::*;
pub use integrity::{Checkpoint, Integrity};
pub use links::{Conflict, Link};
pub use listing::{Listing, Order, Query, RecordHead, Withdrawn};
pub use pages::{Arrival, Page};
pub use peers::{Invite, Peer};
pub use record::{RecordRow, RecordState};
pub use search::Hit;
pub use sections::{SectionRef, StoredSection};
pub use snapshot::{Snapshot, Txn};
pub use store::Store;
pub use troubles::{ArrivedSpan, Cause, Held, Pending};
