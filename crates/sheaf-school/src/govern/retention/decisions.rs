//! That records are kept beyond their period: what persons have decided so far.

use std::collections::HashMap;

use jiff::civil::Date;
use sheaf_charter::{DocumentId, SpaceId};
use sheaf_records::{Kind, Value};
use sheaf_store::Snapshot;

use super::right::by_reviewers;
use crate::control::Control;
use crate::error::{Result, SchoolError};
use crate::indexed::{Found, document_id};

/// That a record is kept.
#[derive(Clone)]
pub(super) struct Decision {
    /// The last day.
    pub until: Date,
    /// Why.
    pub reason: String,
    /// Who decided it.
    pub by: String,
}

/// Every decision that is here, whether it counts or not, with the record that it is about.
fn each(
    snapshot: &Snapshot<'_>,
    mut visit: impl FnMut(DocumentId, Found) -> Result<()>,
) -> Result<()> {
    let mut all = Vec::new();
    snapshot.for_each_of_kinds([Kind::RetentionDecision.name()], |row| {
        all.push(Found::from_row(row)?);
        Ok::<_, SchoolError>(())
    })?;
    for found in all {
        if let Some(about) = found.record.one("record").and_then(Value::as_record) {
            visit(document_id(about), found)?;
        }
    }
    Ok(())
}

/// For each record, in its space, the decision that keeps it longest.
pub(super) fn standing(
    snapshot: &Snapshot<'_>,
    control: &Control,
) -> Result<HashMap<(SpaceId, DocumentId), Decision>> {
    let mut standing: HashMap<(SpaceId, DocumentId), Decision> = HashMap::new();
    each(snapshot, |about, found| {
        let record = &found.record;
        let until = record.one("keep_until").and_then(Value::as_date);
        let Some(until) = until.filter(|_| record.withdrawn().is_none()) else { return Ok(()) };
        let place = (found.space, about);
        let is_later = standing.get(&place).is_none_or(|known| known.until < until);
        if is_later && by_reviewers(snapshot, control, &found.indexed)? {
            let reason = record.text("reason").unwrap_or_default().to_owned();
            let by = control.person_name(&found.indexed.created.person);
            standing.insert(place, Decision { until, reason, by });
        }
        Ok(())
    })?;
    Ok(standing)
}

/// Everything in a space that was decided about these records. It goes with them: a reason tells of
/// a child as much as the record does.
pub(in crate::govern) fn about(
    snapshot: &Snapshot<'_>,
    space: SpaceId,
    records: &[DocumentId],
) -> Result<Vec<DocumentId>> {
    let mut found = Vec::new();
    each(snapshot, |about, decision| {
        if decision.space == space && records.contains(&about) {
            found.push(document_id(decision.record.id));
        }
        Ok(())
    })?;
    Ok(found)
}
