//! The history of a record: who changed what, when, why, and what stood against it.

use serde_json::Value as Json;
use sheaf_charter::DocumentId;
use sheaf_documents::{ChangeHash, ChangedField, HistoryStep};
use sheaf_records::{FieldPath, Record, Value, WITHDRAWN, value_json};

use super::view::{stamp_shape, time_text};
use crate::control::Control;
use crate::error::{Result, SchoolError};
use crate::index_row::Origins;
use crate::indexed::document_id;
use crate::project::Projector;
use crate::school::School;
use crate::shape::{Act, AtOnceShape, ChangeShape, HistoryShape};

/// The steps of a record, first to last, with where each comes from.
pub(crate) struct Steps {
    pub steps: Vec<HistoryStep>,
    pub origins: Origins,
}

impl Steps {
    /// What a step was, as a whole.
    pub(crate) fn act(&self, place: usize) -> Act {
        let Some(step) = self.steps.get(place).filter(|_| place > 0) else { return Act::Created };
        let of_withdrawal = |one: &&ChangedField| is_withdrawal(&one.path);
        match step.changed.iter().find(of_withdrawal) {
            Some(one) if one.after.is_some() => Act::Withdrawn,
            Some(_) => Act::Restored,
            None if step.changed.iter().any(|one| !one.settled.is_empty()) => Act::Settled,
            None => Act::Changed,
        }
    }

    /// Each change that wrote another value to a field at once, with that value.
    pub(crate) fn at_once<'a>(
        &'a self,
        field: &'a ChangedField,
    ) -> impl Iterator<Item = (&'a HistoryStep, Option<&'a Value>)> {
        let of_change = |change: &ChangeHash| self.steps.iter().find(|step| step.change == *change);
        field.at_once.iter().filter_map(of_change).map(|step| {
            let same = step.changed.iter().find(|other| other.path == field.path);
            (step, same.and_then(|other| other.after.as_ref()))
        })
    }
}

/// Whether a change of a field withdraws or restores the record.
fn is_withdrawal(path: &FieldPath) -> bool {
    matches!(path, FieldPath::One(name) if name == WITHDRAWN)
}

impl School {
    /// Who changed what, when and why: the first change first.
    pub fn history(&self, id: &str) -> Result<Vec<HistoryShape>> {
        self.core.refresh()?;
        let steps = self.steps(&self.find(id)?.record)?;
        let control = self.core.control();
        let shapes = steps.steps.iter().enumerate();
        Ok(shapes.map(|(place, step)| self.history_shape(&steps, place, step, &control)).collect())
    }

    fn history_shape(
        &self,
        steps: &Steps,
        place: usize,
        step: &HistoryStep,
        control: &Control,
    ) -> HistoryShape {
        let json = |value: Option<&Value>| value.map_or(Json::Null, value_json);
        let stamp = steps.origins.of(&step.change);
        let change = |one: &ChangedField| ChangeShape {
            field: one.path.to_string(),
            before: json(one.before.as_ref()),
            after: json(one.after.as_ref()),
            settled: one.settled.iter().map(|value| json(value.as_ref())).collect(),
            at_once: steps
                .at_once(one)
                .map(|(other, value)| {
                    let stamp = steps.origins.of(&other.change);
                    AtOnceShape {
                        value: json(value),
                        by: control.person_name(&stamp.person),
                        at: time_text(&self.clock, stamp.at_ms),
                    }
                })
                .collect(),
        };
        HistoryShape {
            stamp: stamp_shape(stamp, control, &self.clock),
            entry: stamp.entry.clone(),
            act: steps.act(place),
            reason: step.because.clone(),
            changed: step.changed.iter().map(change).collect(),
        }
    }

    /// Every step of a record.
    pub(crate) fn steps(&self, record: &Record) -> Result<Steps> {
        let document: DocumentId = document_id(record.id);
        let (control, lists) = (self.core.control(), self.core.lists());
        let projector = Projector::new(&control, &lists.codes);
        self.core.store.read(|snapshot| {
            let missing = || SchoolError::Index("a document is missing".to_owned());
            let state = snapshot.document(document)?.ok_or_else(missing)?;
            let origins = projector.origins(snapshot, document, None)?;
            Ok(Steps { steps: projector.load(snapshot, &state)?.history()?, origins })
        })
    }
}
