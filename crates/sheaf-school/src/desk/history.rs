//! The history of a record in words.

use std::sync::Arc;

use sheaf_documents::ChangedField;
use sheaf_records::{FieldPath, RecordId, Value};

use super::answer::Answerer;
use super::lines::Lines;
use super::model::{ChangeLine, ContenderLine, HistoryLine};
use crate::error::Result;
use crate::indexed::Found;
use crate::records::Steps;

impl Answerer {
    /// Every step of a record, the first one first.
    pub(super) fn history(&mut self, record: RecordId) -> Result<Arc<[HistoryLine]>> {
        let found = self.school.get(record)?;
        let steps = self.school.steps(&found.record)?;
        for id in steps.steps.iter().flat_map(|step| &step.changed).flat_map(mentioned) {
            self.learn_name(id)?;
        }
        let lines = Lines { school: &self.school, names: &self.names };
        Ok((0..steps.steps.len()).filter_map(|place| lines.step(&found, &steps, place)).collect())
    }
}

/// The records that a change of a field names, now or before.
fn mentioned(one: &ChangedField) -> Vec<RecordId> {
    let key = match &one.path {
        FieldPath::Row { key, .. } => key.parse().ok(),
        FieldPath::One(_) => None,
    };
    let values = [&one.before, &one.after].into_iter().chain(&one.settled).flatten();
    values.filter_map(Value::as_record).chain(key).collect()
}

impl Lines<'_> {
    fn step(&self, found: &Found, steps: &Steps, place: usize) -> Option<HistoryLine> {
        let step = steps.steps.get(place)?;
        let stamp = steps.origins.of(&step.change);
        Some(HistoryLine {
            by: self.by(stamp),
            device: self.school.core.control().device_name(&stamp.device),
            at: self.school.clock.local_ms(stamp.at_ms),
            act: steps.act(place),
            reason: step.because.clone().unwrap_or_default(),
            changes: step.changed.iter().map(|one| self.change(found, steps, one)).collect(),
        })
    }

    fn change(&self, found: &Found, steps: &Steps, one: &ChangedField) -> ChangeLine {
        let (title, field) = self.field_at(found.record.kind, &one.path);
        let words = |value: Option<&Value>| self.words_of(field, value);
        let at_once = steps.at_once(one).map(|(other, value)| {
            let stamp = steps.origins.of(&other.change);
            ContenderLine {
                value: value.cloned(),
                words: words(value),
                by: self.by(stamp),
                at: Some(self.school.clock.local_ms(stamp.at_ms)),
            }
        });
        ChangeLine {
            title,
            before: words(one.before.as_ref()),
            after: words(one.after.as_ref()),
            settled: one.settled.iter().map(|value| words(value.as_ref())).collect(),
            at_once: at_once.collect(),
        }
    }
}
