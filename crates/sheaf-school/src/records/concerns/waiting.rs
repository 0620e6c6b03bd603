//! Concerns that wait on this device, in its encrypted file, until there is a space to hand them
//! over through.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json};
use sheaf_charter::SpaceKind;
use sheaf_records::{Kind, Record, RecordId, parse_record, to_json};
use sheaf_store::Snapshot;

use crate::clock::Clock;
use crate::core::Core;
use crate::error::{Result, SchoolError};
use crate::save::Write;
use crate::school::School;

/// Under these names settings hold concerns: each with the id of its record.
const PREFIX: &str = "concern/waiting/";

/// A concern as it is kept.
#[derive(Serialize, Deserialize)]
struct Kept {
    at_ms: i64,
    fields: Map<String, Json>,
}

/// A concern that waits.
pub(super) struct Waiting {
    pub record: Record,
    pub at_ms: i64,
}

fn name(record: RecordId) -> String {
    format!("{PREFIX}{record}")
}

fn waiting(snapshot: &Snapshot<'_>) -> Result<Vec<Waiting>> {
    let read = |(name, bytes): (String, Vec<u8>)| {
        let wrong = || SchoolError::Index("a concern that waits on this device".to_owned());
        let id = name.strip_prefix(PREFIX).and_then(|id| id.parse().ok()).ok_or_else(wrong)?;
        let kept: Kept = serde_json::from_slice(&bytes).map_err(|_| wrong())?;
        let fields = parse_record(Kind::Concern, &Json::Object(kept.fields));
        let fields = fields.map_err(|_| wrong())?;
        Ok(Waiting { record: Record { id, kind: Kind::Concern, fields }, at_ms: kept.at_ms })
    };
    snapshot.settings_under(PREFIX)?.into_iter().map(read).collect()
}

impl Core {
    /// Keeps a concern until it can be handed over. Durable when it returns.
    pub(super) fn keep_waiting(&self, record: &Record, at_ms: i64) -> Result<()> {
        let wrong = |_| SchoolError::Refused("the concern cannot be kept".to_owned());
        let kept = Kept { at_ms, fields: to_json(record) };
        let bytes = serde_json::to_vec(&kept).map_err(wrong)?;
        self.store.write(|txn| txn.put_setting(&name(record.id), &bytes))?;
        self.note_save();
        Ok(())
    }

    /// Hands over what waits, if there is a space for it by now: each is in the space or waits,
    /// however this ends.
    pub(crate) fn hand_over_waiting(&self, clock: &Clock) -> Result<()> {
        if self.store.read(|snapshot| snapshot.settings_under(PREFIX))?.is_empty() {
            return Ok(());
        }
        let Some(space) = self.concern_space() else { return Ok(()) };
        self.save_taken(clock, space, |txn| {
            let mut writes = Vec::new();
            for one in waiting(txn)? {
                txn.drop_setting(&name(one.record.id))?;
                writes.push(Write::Create(one.record));
            }
            Ok(writes)
        })
    }
}

impl School {
    /// The concerns that wait on this device, in the order of their ids.
    pub(super) fn waiting_concerns(&self) -> Result<Vec<Waiting>> {
        self.core.store.read(waiting)
    }

    /// Whatever a concern names that waits must be open to everybody in the school: who will read
    /// it is not known yet.
    pub(super) fn check_open(&self, named: &[RecordId]) -> Result<()> {
        for id in named {
            let space = self.get(*id)?.space;
            if self.core.control().trust.space_kind(space) != Some(SpaceKind::Pastoral) {
                let words =
                    format!("record {id} is in a space that whoever receives it may not be in");
                return Err(SchoolError::NotAllowed(words));
            }
        }
        Ok(())
    }
}
