//! The history of a record in words.

use std::sync::Arc;

use sheaf_documents::{ChangedField, HistoryStep};
use sheaf_records::{FieldPath, RecordId, Value};

use super::answer::Answerer;
use super::lines::Lines;
use super::model::{ChangeLine, ContenderLine, HistoryLine};
use crate::error::Result;
use crate::indexed::Found;
use crate::records::{Aside, Steps, act_of};
use crate::shape::Act;
use crate::stamp::Stamp;

impl Answerer {
    /// Every step of a record, the first one first.
    pub(super) fn history(&mut self, record: RecordId) -> Result<Arc<[HistoryLine]>> {
        let found = self.school.get(record)?;
        let steps = self.school.steps(&found.record)?;
        let aside = steps.aside.iter().flat_map(|one| &one.steps);
        let all = steps.steps.iter().chain(aside).flat_map(|step| &step.changed);
        for id in all.flat_map(mentioned) {
            self.learn_name(id)?;
        }
        let lines = Lines { school: &self.school, names: &self.names };
        let standing = steps.steps.iter().enumerate().map(|(place, step)| {
            let stamp = steps.stamp(step);
            lines.step(&found, &steps, Line { stamp, act: steps.act(place), step: Some(step) })
        });
        let aside = steps.aside.iter().flat_map(|one| lines.aside(&found, &steps, one));
        Ok(standing.chain(aside).collect())
    }
}

/// The records that a change of a field names, now or before.
pub(super) fn mentioned(one: &ChangedField) -> Vec<RecordId> {
    let key = match &one.path {
        FieldPath::Row { key, .. } => key.parse().ok(),
        FieldPath::One(_) => None,
    };
    let values = [&one.before, &one.after].into_iter().chain(&one.settled).flatten();
    values.filter_map(Value::as_record).chain(key).collect()
}

/// One step, and where it comes from.
struct Line<'a> {
    stamp: &'a Stamp,
    act: Act,
    step: Option<&'a HistoryStep>,
}

impl Lines<'_> {
    fn aside(&self, found: &Found, steps: &Steps, one: &Aside) -> Vec<HistoryLine> {
        let (stamp, signed) = (&one.stamp, &one.signed);
        let line = |act, step| HistoryLine {
            signed: signed.clone(),
            ..self.step(found, steps, Line { stamp, act, step })
        };
        match one.steps.as_slice() {
            [] => vec![line(Act::Unread, None)],
            all => all.iter().map(|step| line(act_of(step), Some(step))).collect(),
        }
    }

    fn step(&self, found: &Found, steps: &Steps, line: Line<'_>) -> HistoryLine {
        let Line { stamp, act, step } = line;
        let changed = step.map(|step| step.changed.iter()).into_iter().flatten();
        HistoryLine {
            by: self.by(stamp),
            device: self.school.core.control().device_name(&stamp.device),
            at: self.school.clock.local_ms(stamp.at_ms),
            act,
            signed: steps.signed(stamp),
            reason: step.and_then(|step| step.because.clone()).unwrap_or_default(),
            changes: changed.map(|one| self.change(found, steps, one)).collect(),
        }
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
