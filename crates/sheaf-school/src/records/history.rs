//! The history of a record: who changed what, when, why, and what stood against it.

use serde_json::Value as Json;
use sheaf_documents::{ChangedField, HistoryStep};
use sheaf_records::{Value, value_json};

use super::steps::{Aside, Steps, act_of};
use super::view::{stamp_shape, time_text};
use crate::control::Control;
use crate::error::Result;
use crate::school::School;
use crate::shape::{Act, AtOnceShape, ChangeShape, HistoryShape, Signed};
use crate::stamp::Stamp;

impl School {
    /// Who changed what, when and why: the first change first, and last those that do not stand.
    pub fn history(&self, id: &str) -> Result<Vec<HistoryShape>> {
        self.core.refresh()?;
        let steps = self.steps(&self.find(id)?.record)?;
        let control = self.core.control();
        let shaper = Shaper { school: self, control: &control, steps: &steps };
        let standing = steps.steps.iter().enumerate().map(|(place, step)| {
            let stamp = steps.stamp(step);
            shaper.step(stamp, steps.signed(stamp), steps.act(place), Some(step))
        });
        let aside = steps.aside.iter().flat_map(|one| shaper.aside(one));
        Ok(standing.chain(aside).collect())
    }
}

struct Shaper<'a> {
    school: &'a School,
    control: &'a Control,
    steps: &'a Steps,
}

impl Shaper<'_> {
    fn aside(&self, one: &Aside) -> Vec<HistoryShape> {
        let shape = |act, step| self.step(&one.stamp, one.signed.clone(), act, step);
        match one.steps.as_slice() {
            [] => vec![shape(Act::Unread, None)],
            steps => steps.iter().map(|step| shape(act_of(step), Some(step))).collect(),
        }
    }

    fn step(
        &self,
        stamp: &Stamp,
        signature: Signed,
        act: Act,
        step: Option<&HistoryStep>,
    ) -> HistoryShape {
        let changed = step.map(|step| step.changed.iter()).into_iter().flatten();
        HistoryShape {
            stamp: stamp_shape(stamp, self.control, &self.school.clock),
            person_id: stamp.person.clone(),
            device_id: stamp.device.clone(),
            entry: stamp.entry.clone(),
            signature,
            act,
            reason: step.and_then(|step| step.because.clone()),
            changed: changed.map(|one| self.change(one)).collect(),
        }
    }

    fn change(&self, one: &ChangedField) -> ChangeShape {
        let json = |value: Option<&Value>| value.map_or(Json::Null, value_json);
        let at_once = self.steps.at_once(one).map(|(other, value)| {
            let stamp = self.steps.origins.of(&other.change);
            AtOnceShape {
                value: json(value),
                by: self.control.person_name(&stamp.person),
                at: time_text(&self.school.clock, stamp.at_ms),
            }
        });
        ChangeShape {
            field: one.path.to_string(),
            before: json(one.before.as_ref()),
            after: json(one.after.as_ref()),
            settled: one.settled.iter().map(|value| json(value.as_ref())).collect(),
            at_once: at_once.collect(),
        }
    }
}

#[cfg(test)]
mod tests;
