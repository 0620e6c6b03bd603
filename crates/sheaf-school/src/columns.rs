//! The columns of this home, kept up to date record by record.

mod reading;

use std::sync::{Arc, Mutex, PoisonError};

use sheaf_analytics::{AnalyticsError, Dataset, Provenance, Snapshot};
use sheaf_charter::DocumentId;
use sheaf_records::{Kind, Record};
use sheaf_store::{Changes, RecordRow, RecordState};

use crate::core::Core;
use crate::error::{Result, SchoolError};
use crate::indexed::record_id;
use reading::Reading;

/// The columns and the revision of the store that they show; built when first asked for.
#[derive(Default)]
pub(crate) struct Columns(Mutex<Option<(Dataset, u64)>>);

impl Columns {
    /// A view of every record, as it is now.
    pub(crate) fn snapshot(&self, core: &Core) -> Result<Arc<Snapshot>> {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (mut dataset, revision) = match kept.take() {
            Some((dataset, revision)) => update(core, dataset, revision)?,
            None => build(core)?,
        };
        let snapshot = dataset.snapshot();
        *kept = Some((dataset, revision));
        Ok(snapshot)
    }

    /// Lets go of everything: something was erased. It is built again when it is asked for.
    pub(crate) fn forget(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }
}

fn build(core: &Core) -> Result<(Dataset, u64)> {
    let mut dataset = Dataset::default();
    let control = core.control();
    let revision = core.store.read(|snapshot| {
        snapshot.for_each_of_kinds(Kind::ALL.map(Kind::name), |row| match row.state {
            RecordState::Live => take(&mut dataset, &row, control.space_name(row.space)),
            RecordState::Withdrawn => Ok(()),
        })?;
        Ok::<_, SchoolError>(snapshot.revision()?)
    })?;
    Ok((dataset, revision))
}

fn update(core: &Core, mut dataset: Dataset, revision: u64) -> Result<(Dataset, u64)> {
    if core.store.revision()? == revision {
        return Ok((dataset, revision));
    }
    let control = core.control();
    let now = core.store.read(|snapshot| {
        let changed = match snapshot.changed_since(revision)? {
            Changes::Everything => return Ok(None),
            Changes::Records(changed) => changed,
        };
        for id in changed {
            match snapshot.record(id)? {
                Some(row) if row.state == RecordState::Live => {
                    let space = control.space_name(row.space);
                    take(&mut dataset, &row, space)?;
                }
                _ => drop_record(&mut dataset, id)?,
            }
        }
        Ok::<_, SchoolError>(Some(snapshot.revision()?))
    })?;
    match now {
        Some(now) => Ok((dataset, now)),
        None => build(core),
    }
}

fn take(dataset: &mut Dataset, row: &RecordRow, space: String) -> Result<()> {
    let wrong_row = |what: &str| SchoolError::Index(format!("{what} of a record"));
    let kind: Kind = row.kind.parse().map_err(|_| wrong_row("the kind"))?;
    let reading = Reading::of(kind, &row.json).map_err(|_| wrong_row("the values"))?;
    let record = Record { id: record_id(row.record), kind, fields: reading.fields };
    dataset.upsert(&record, &Provenance { space, conflicts: reading.conflicts }).map_err(wrong)
}

fn drop_record(dataset: &mut Dataset, id: DocumentId) -> Result<()> {
    dataset.remove(record_id(id)).map_err(wrong)
}

fn wrong(error: AnalyticsError) -> SchoolError {
    SchoolError::Refused(error.to_string())
}
