//! Records to and from automerge documents: writes, conflicts, history, schema versions.
//!
//! One record is one document. This crate is the only one that names automerge; it reads no clock,
//! draws no actor, does no IO and knows nothing of keys, devices or disks. What others wrote is
//! read within [`Limits`] and checked before the engine sees it, and a panic in the engine becomes
//! an error. Changes are the truth: a saved document is a cache that can be rebuilt from them.
//!
//! ```
//! use sheaf_documents::Document;
//! use sheaf_records::{Edit, FieldPath, Fields, Kind, Record, RecordId, Value};
//!
//! let id = RecordId::from_bytes([1; 16]);
//! let mut record = Record { id, kind: Kind::Incident, fields: Fields::new() };
//! record.set("location", "corridor");
//! let (mut here, first) = Document::create(&record, 1, [7; 16], 1_000)?;
//!
//! let edit = Edit { path: FieldPath::One("location".into()), value: Some("hall".into()) };
//! let second = here.edit(&[edit], [7; 16], 2_000)?.expect("the value is another");
//!
//! let there = Document::from_changes(id, [second.bytes.as_slice(), first.bytes.as_slice()])?;
//! assert_eq!(there.view()?, here.view()?);
//! assert_eq!(there.view()?.record.one("location"), Some(&Value::from("hall")));
//! # Ok::<(), sheaf_documents::DocumentError>(())
//! ```

mod apply;
mod budget;
mod cells;
mod change;
mod document;
mod edit;
mod engine;
mod error;
mod first;
mod graph;
mod hex;
mod history;
mod layout;
mod limits;
mod scan;
mod schema;
mod twins;
mod view;

pub use change::{ActorBytes, Applied, Change, ChangeHash};
pub use document::Document;
pub use error::DocumentError;
pub use first::first_change;
pub use history::{ChangedField, HistoryStep};
pub use limits::Limits;
pub use scan::{ChangeFacts, scan_change, split_changes};
pub use twins::not_standing;
pub use view::{Author, Contender, View, view_of_single_change};

#[cfg(test)]
mod tests;
