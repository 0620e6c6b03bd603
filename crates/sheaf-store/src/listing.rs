//! Lists of records by kind, by what they concern and by time.

mod heads;

use rusqlite::params_from_iter;
use rusqlite::types::Value;
use sheaf_charter::{DocumentId, SpaceId};

pub use heads::RecordHead;

use crate::record::{RECORD_COLUMNS, record_row};
use crate::snapshot::unsigned;
use crate::{RecordRow, Result, Snapshot};

/// Whether withdrawn records are listed.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Withdrawn {
    /// They are not.
    #[default]
    Hidden,
    /// They are, among the others.
    Shown,
}

/// The order of a list.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Order {
    /// By time, the newest first.
    #[default]
    NewestFirst,
    /// By time, the oldest first.
    OldestFirst,
    /// By title.
    Title,
}

/// Which records to list. The default is all that are not withdrawn, the newest first.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Query {
    /// Only of this kind.
    pub kind: Option<String>,
    /// Only those that concern this one.
    pub related: Option<DocumentId>,
    /// Only in these spaces.
    pub spaces: Option<Vec<SpaceId>>,
    /// Only from this minute on.
    pub from: Option<i64>,
    /// Only before this minute.
    pub before: Option<i64>,
    /// Whether withdrawn records are listed.
    pub withdrawn: Withdrawn,
    /// In this order.
    pub order: Order,
    /// At most this many.
    pub limit: Option<u32>,
    /// Without this many at the start.
    pub offset: u32,
}

impl Query {
    /// All records of a kind.
    pub fn of_kind(kind: &str) -> Self {
        Self { kind: Some(kind.to_owned()), ..Self::default() }
    }

    /// All that concerns one record: the timeline of a pupil.
    pub fn timeline(related: DocumentId) -> Self {
        Self { related: Some(related), ..Self::default() }
    }

    fn conditions(&self) -> (String, Vec<Value>) {
        let mut parts = Vec::new();
        let mut values = Vec::new();
        let mut add = |part: &str, value: Value| {
            parts.push(part.to_owned());
            values.push(value);
        };
        if let Some(kind) = &self.kind {
            add("kind = ?", kind.clone().into());
        }
        if let Some(related) = self.related {
            let related = related.to_bytes().to_vec();
            add("row IN (SELECT row FROM links WHERE related = ?)", related.into());
        }
        if let Some(from) = self.from {
            add("sort_at >= ?", from.into());
        }
        if let Some(before) = self.before {
            add("sort_at < ?", before.into());
        }
        if self.withdrawn == Withdrawn::Hidden {
            add("withdrawn = ?", 0.into());
        }
        if let Some(spaces) = &self.spaces {
            parts.push(format!("space IN ({})", marks(spaces.len())));
            values.extend(spaces.iter().map(|space| Value::from(space.to_bytes().to_vec())));
        }
        let filter = if parts.is_empty() { "1".to_owned() } else { parts.join(" AND ") };
        (filter, values)
    }
}

/// A page of a list.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Listing {
    /// The records of this page.
    pub records: Vec<RecordRow>,
    /// How many there are on all pages.
    pub total: u64,
}

impl Snapshot<'_> {
    /// Lists records. Ties are in the order of their ids, so that pages do not overlap.
    pub fn list(&self, query: &Query) -> Result<Listing> {
        let (filter, mut values) = query.conditions();
        let sql = format!("SELECT count(*) FROM records WHERE {filter}");
        let total: i64 =
            self.prepare(&sql)?.query_row(params_from_iter(&values), |row| row.get(0))?;
        let order = match query.order {
            Order::NewestFirst => "sort_at DESC, record DESC",
            Order::OldestFirst => "sort_at, record",
            Order::Title => "title COLLATE NOCASE, record",
        };
        let sql = format!(
            "SELECT {RECORD_COLUMNS} FROM records WHERE {filter}
             ORDER BY {order} LIMIT ? OFFSET ?"
        );
        // To the database a negative limit is none.
        values.push(query.limit.map_or(-1, i64::from).into());
        values.push(i64::from(query.offset).into());
        let records = self.all(&sql, params_from_iter(&values), record_row)?;
        Ok(Listing { records, total: unsigned(total)? })
    }
}

/// So many question marks.
pub(crate) fn marks(count: usize) -> String {
    vec!["?"; count].join(", ")
}
