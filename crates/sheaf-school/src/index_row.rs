//! From what a document says to the row that the index keeps of it.

use std::collections::{BTreeMap, HashMap};

use serde_json::Value as Json;
use sheaf_charter::{EntryId, PersonId, SpaceId};
use sheaf_documents::{ChangeHash, View};
use sheaf_records::{
    CodeLists, Record, headline, occurred, referenced_pupils, search_text, to_json, value_json,
};
use sheaf_store::{Link, RecordRow, RecordState, Txn};

use crate::error::{Result, SchoolError};
use crate::follow_up::open_follow_ups;
use crate::indexed::{Indexed, IndexedContender, document_id};
use crate::stamp::Stamp;

/// As what a record concerns the member of staff who has to follow it up.
pub(crate) const FOLLOW_UP_ROLE: &str = "follow-up";

/// Where the changes of a document come from.
pub(crate) struct Origins {
    /// Each change's stamp.
    pub by_change: HashMap<ChangeHash, Stamp>,
    /// The stamp of the first change.
    pub created: Stamp,
    /// The stamp of the last change to arrive by claimed time.
    pub changed: Stamp,
}

impl Origins {
    /// Of a document that one change made.
    pub(crate) fn single(stamp: Stamp) -> Self {
        Self { by_change: HashMap::new(), created: stamp.clone(), changed: stamp }
    }

    /// The stamp of a change.
    pub(crate) fn of(&self, change: &ChangeHash) -> &Stamp {
        self.by_change.get(change).unwrap_or(&self.created)
    }
}

/// The index of what a document says.
pub(crate) fn index_view(view: &View, origins: &Origins) -> Indexed {
    let differs = |author: &Stamp| *author != origins.created;
    let authors = view
        .authors
        .iter()
        .map(|(path, author)| (path.to_string(), origins.of(&author.change).clone()))
        .filter(|(_, stamp)| differs(stamp))
        .collect();
    let conflicts = view
        .conflicts
        .iter()
        .map(|(path, contenders)| {
            let contenders = contenders.iter().map(|contender| IndexedContender {
                value: contender.value.as_ref().map_or(Json::Null, value_json),
                stamp: origins.of(&contender.author.change).clone(),
            });
            (path.to_string(), contenders.collect())
        })
        .collect();
    Indexed {
        fields: to_json(&view.record),
        created: origins.created.clone(),
        changed: origins.changed.clone(),
        authors,
        conflicts,
    }
}

/// The index of a record that one change has just made.
pub(crate) fn index_new(record: &Record, stamp: Stamp) -> Indexed {
    Indexed {
        fields: to_json(record),
        created: stamp.clone(),
        changed: stamp,
        authors: BTreeMap::new(),
        conflicts: BTreeMap::new(),
    }
}

/// What the index keeps of a record.
#[derive(PartialEq)]
pub(crate) struct IndexRow {
    /// Its row.
    pub row: RecordRow,
    /// The records that it concerns.
    pub links: Vec<Link>,
    /// The paths of its fields in conflict.
    pub conflicts: Vec<String>,
}

/// Writes a record's row, links, conflicts and search text.
pub(crate) fn put_index(
    txn: &mut Txn<'_>,
    space: SpaceId,
    record: &Record,
    indexed: &Indexed,
    lists: &CodeLists,
) -> Result<()> {
    let IndexRow { row, links, conflicts } = index_row(space, record, indexed, lists)?;
    Ok(txn.put_record(&row, &links, &conflicts)?)
}

/// A record's row, links and conflicts.
pub(crate) fn index_row(
    space: SpaceId,
    record: &Record,
    indexed: &Indexed,
    lists: &CodeLists,
) -> Result<IndexRow> {
    let created = &indexed.created;
    let wrong = |what: &str| SchoolError::Index(format!("{what} of a stamp"));
    let person: PersonId = created.person.parse().map_err(|_| wrong("the person"))?;
    let entry: EntryId = created.entry.parse().map_err(|_| wrong("the entry"))?;
    let json = serde_json::to_string(indexed).map_err(|_| wrong("the form"))?;
    let conflicts: Vec<String> = indexed.conflicts.keys().cloned().collect();
    let row = RecordRow {
        record: document_id(record.id),
        space,
        kind: record.kind.name().to_owned(),
        state: state_of(record),
        sort_at: sort_minute(record, created),
        conflicts: u32::try_from(conflicts.len()).unwrap_or(u32::MAX),
        created_by: person,
        created_ms: created.at_ms,
        entry,
        title: headline(record, lists),
        body: search_text(record),
        json,
    };
    Ok(IndexRow { row, links: links(record), conflicts })
}

/// Whether a record still counts.
fn state_of(record: &Record) -> RecordState {
    match record.withdrawn() {
        Some(_) => RecordState::Withdrawn,
        None => RecordState::Live,
    }
}

/// The minute by which a record sorts on a timeline: when it happened, or when it was written.
fn sort_minute(record: &Record, created: &Stamp) -> i64 {
    const MS_A_MINUTE: i64 = 60_000;
    occurred(record).map_or(created.at_ms.div_euclid(MS_A_MINUTE), minute_of)
}

/// School time as minutes, for sorting and ranges.
pub(crate) fn minute_of(time: jiff::civil::DateTime) -> i64 {
    const SECONDS_A_MINUTE: i64 = 60;
    jiff::tz::Offset::UTC
        .to_timestamp(time)
        .map_or(0, |instant| instant.as_second().div_euclid(SECONDS_A_MINUTE))
}

/// The day of such a minute.
pub(crate) fn date_of_minute(minute: i64) -> Option<jiff::civil::Date> {
    const SECONDS_A_MINUTE: i64 = 60;
    let instant = jiff::Timestamp::from_second(minute.checked_mul(SECONDS_A_MINUTE)?).ok()?;
    Some(jiff::tz::Offset::UTC.to_datetime(instant).date())
}

fn links(record: &Record) -> Vec<Link> {
    let role = |pupil: &str| {
        let rows = record.rows("participants").find(|(key, _)| *key == pupil);
        rows.and_then(|(_, row)| row.get("role")?.as_text().map(str::to_owned))
    };
    let pupils = referenced_pupils(record).into_iter().map(|pupil| Link {
        related: document_id(pupil),
        role: role(&pupil.to_string()).unwrap_or_default(),
    });
    let owners = open_follow_ups(record).filter_map(|follow_up| follow_up.owner);
    let owners =
        owners.map(|staff| Link { related: document_id(staff), role: FOLLOW_UP_ROLE.to_owned() });
    pupils.chain(owners).collect()
}
