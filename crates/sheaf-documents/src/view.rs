//! What a document says now: the record, its conflicts and its authors.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use sheaf_records::{Field, FieldPath, Fields, Kind, Record, RecordId, Rows, Value};

use crate::cells::{Cell, Cells};
use crate::graph::Graph;
use crate::layout::Scalar;
use crate::scan::scan;
use crate::schema::{self, Fit};
use crate::{ActorBytes, ChangeHash, Document, DocumentError, Limits};

/// The visible state of a document.
#[derive(Clone, PartialEq, Eq)]
pub struct View {
    /// What kind of record it is.
    pub kind: Kind,
    /// The schema version that it was written under.
    pub schema: u32,
    /// Whether that version is newer than the one known here: some fields may be unknown.
    pub newer_schema: bool,
    /// The values, with the engine's deterministic winner where there is a conflict.
    pub record: Record,
    /// Every field that holds different values written at once, the winner first.
    pub conflicts: BTreeMap<FieldPath, Vec<Contender>>,
    /// Who wrote each value that is shown or was cleared.
    pub authors: BTreeMap<FieldPath, Author>,
    /// Fields whose stored value is not of the field's type; they are kept as text.
    pub malformed: BTreeSet<FieldPath>,
}

/// One of several values that were written at once.
#[derive(Clone, PartialEq, Eq)]
pub struct Contender {
    /// The value; `None` if its author cleared the field.
    pub value: Option<Value>,
    /// Who wrote it.
    pub author: Author,
}

/// The change that wrote a value, and its actor.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Author {
    /// The change.
    pub change: ChangeHash,
    /// The actor.
    pub actor: ActorBytes,
}

impl fmt::Debug for View {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("View")
            .field("kind", &self.kind)
            .field("id", &self.record.id)
            .field("schema", &self.schema)
            .field("fields", &self.record.fields.len())
            .field("conflicts", &self.conflicts.len())
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for Contender {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Contender").field("author", &self.author).finish_non_exhaustive()
    }
}

impl Document {
    /// What the document says now.
    ///
    /// # Errors
    /// If it is poisoned, or does not say what kind of record it is.
    pub fn view(&self) -> Result<View, DocumentError> {
        let cells = self.engine.read(|automerge| Cells::read(automerge, None))?;
        View::of(self.id, &cells)
    }

    /// What the document said when these were its heads.
    ///
    /// # Errors
    /// As [`Document::view`], and if the document has no such change.
    pub fn view_at(&self, heads: &[ChangeHash]) -> Result<View, DocumentError> {
        let cells = self.engine.read(|automerge| {
            let mut at = Vec::with_capacity(heads.len());
            for head in heads {
                let hash = automerge::ChangeHash(*head);
                if automerge.get_change_meta_by_hash(&hash).is_none() {
                    return Err(DocumentError::UnknownChange(*head));
                }
                at.push(hash);
            }
            Cells::read(automerge, Some(&at))
        })?;
        View::of(self.id, &cells)
    }
}

/// What a document of this one change says, without making the document: for imports, in which
/// most documents have no other.
///
/// # Errors
/// As [`Document::from_changes`] and [`Document::view`].
pub fn view_of_single_change(id: RecordId, change: &[u8]) -> Result<View, DocumentError> {
    let scanned = scan(change, &Limits::STANDARD)?;
    if !scanned.facts.deps.is_empty() {
        return Err(DocumentError::MissingChanges(scanned.facts.deps));
    }
    Graph::default().add(&scanned)?;
    View::of(id, &Cells::of_first(&scanned))
}

impl View {
    fn of(id: RecordId, cells: &Cells) -> Result<Self, DocumentError> {
        let (kind, schema) = kind_and_schema(cells)?;
        let mut view = Self {
            kind,
            schema,
            newer_schema: schema > schema::known_version(kind),
            record: Record { id, kind, fields: Fields::new() },
            conflicts: BTreeMap::new(),
            authors: BTreeMap::new(),
            malformed: BTreeSet::new(),
        };
        for field in cells.maps.keys() {
            view.record.fields.insert(field.clone(), Field::Many(Rows::new()));
        }
        for (path, cells) in &cells.fields {
            view.show(path, cells);
        }
        // A field of rows that has none shows as one that was never set.
        view.record
            .fields
            .retain(|_, field| !matches!(field, Field::Many(rows) if rows.is_empty()));
        Ok(view)
    }

    fn show(&mut self, path: &FieldPath, cells: &[Cell]) {
        let Some(winner) = cells.first() else { return };
        let (value, fit) = schema::typed(self.kind, path, &winner.value);
        if fit == Fit::Malformed {
            self.malformed.insert(path.clone());
        }
        self.authors.insert(path.clone(), winner.author);
        if cells.iter().any(|cell| cell.value != winner.value) {
            let contenders = cells.iter().map(|cell| Contender {
                value: schema::typed(self.kind, path, &cell.value).0,
                author: cell.author,
            });
            self.conflicts.insert(path.clone(), contenders.collect());
        }
        if let Some(value) = value {
            self.put(path, value);
        }
    }

    fn put(&mut self, path: &FieldPath, value: Value) {
        match path {
            FieldPath::One(field) => {
                // Where a name is used both ways the rows are shown.
                self.record.fields.entry(field.clone()).or_insert(Field::One(value));
            }
            FieldPath::Row { field, key, column } => {
                let rows = self.record.fields.entry(field.clone());
                let rows = rows.or_insert_with(|| Field::Many(Rows::new()));
                if let Field::One(_) = rows {
                    *rows = Field::Many(Rows::new());
                }
                if let Field::Many(rows) = rows {
                    rows.entry(key.clone()).or_default().insert(column.clone(), value);
                }
            }
        }
    }
}

/// The kind and the version of its schema, which a document always says.
pub(crate) fn kind_and_schema(cells: &Cells) -> Result<(Kind, u32), DocumentError> {
    let kind = match &cells.kind {
        Some(Scalar::Str(name)) => name.parse().ok(),
        _ => None,
    };
    let schema = match &cells.schema {
        Some(Scalar::Int(version)) => u32::try_from(*version).ok(),
        _ => None,
    };
    kind.zip(schema).ok_or(DocumentError::UnknownKind)
}
