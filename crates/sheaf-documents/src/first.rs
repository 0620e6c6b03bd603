//! The first change of a document, written by hand.
//!
//! A school begins with tens of thousands of records. A transaction of the engine seeks its way
//! through the document for each value; a first change has nothing to seek, and encoding it here
//! takes a tenth of the time. The bytes are those that the engine would write, which a test holds.

use sha2::{Digest, Sha256};
use sheaf_records::{Field, FieldPath, Record};

use crate::budget::Budget;
use crate::layout::{self, Scalar};
use crate::{ActorBytes, Change, DocumentError, schema};

mod columns;

/// The change that begins the document of `record`, under version `schema` of its kind, without
/// the document itself. `actor` must never have written to a document of this id; `time_ms` is in
/// milliseconds since 1970 (UTC).
///
/// # Errors
/// If a field has a name that cannot be stored, or the record is too large for one change.
pub fn first_change(
    record: &Record,
    schema: u32,
    actor: ActorBytes,
    time_ms: i64,
) -> Result<Change, DocumentError> {
    let ops = operations(record, schema)?;
    let mut body = vec![0, 16];
    body.extend_from_slice(&actor);
    // Its first change, from its first operation.
    body.extend_from_slice(&[1, 1]);
    columns::signed(&mut body, time_ms);
    // No message and no other actors.
    body.extend_from_slice(&[0, 0]);
    columns::write(&mut body, &ops);
    Ok(chunk(&body))
}

/// Magic, checksum, type and length around the contents of a change.
fn chunk(body: &[u8]) -> Change {
    let mut hashed = vec![1];
    columns::unsigned(&mut hashed, body.len() as u64);
    hashed.extend_from_slice(body);
    let hash: [u8; 32] = Sha256::digest(&hashed).into();
    let mut bytes = Vec::with_capacity(hashed.len() + 8);
    bytes.extend_from_slice(&[0x85, 0x6f, 0x4a, 0x83]);
    bytes.extend(hash.iter().take(4));
    bytes.append(&mut hashed);
    Change { bytes, hash }
}

/// One operation of a first change.
struct Op {
    /// The number of the operation that made the map it is in; `None` is the root.
    map: Option<u64>,
    key: String,
    /// The value to put; `None` makes a map.
    value: Option<Scalar>,
}

fn operations(record: &Record, schema: u32) -> Result<Vec<Op>, DocumentError> {
    let mut list = List::default();
    list.push(None, layout::KIND.to_owned(), Some(Scalar::Str(record.kind.name().to_owned())));
    list.push(None, layout::SCHEMA.to_owned(), Some(Scalar::Int(i64::from(schema))));
    for (name, field) in &record.fields {
        match field {
            Field::One(value) => {
                let value = Scalar::of_value(value);
                list.budget.spend(&FieldPath::One(name.clone()), &value)?;
                list.push(None, name.clone(), Some(value));
            }
            Field::Many(rows) => {
                layout::check_path(&FieldPath::One(name.clone()))?;
                let map = list.push(None, name.clone(), None);
                for (key, row) in rows {
                    for (column, value) in row {
                        let stored = layout::row_key(key, column);
                        let (field, key, column) = (name.clone(), key.clone(), column.clone());
                        let value = Scalar::of_value(value);
                        list.budget.spend(&FieldPath::Row { field, key, column }, &value)?;
                        list.push(Some(map), stored, Some(value));
                    }
                }
            }
        }
    }
    let absent = |name: &&str| !record.fields.contains_key(*name);
    for name in schema::row_fields(record.kind).filter(absent) {
        list.push(None, name.to_owned(), None);
    }
    Ok(list.ops)
}

#[derive(Default)]
struct List {
    ops: Vec<Op>,
    budget: Budget,
}

impl List {
    /// Adds an operation and gives its number.
    fn push(&mut self, map: Option<u64>, key: String, value: Option<Scalar>) -> u64 {
        self.ops.push(Op { map, key, value });
        self.ops.len() as u64
    }
}
