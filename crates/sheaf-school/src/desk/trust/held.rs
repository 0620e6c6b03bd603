//! What is held and why, as a face shows it.

use sheaf_charter::DocumentId;
use sheaf_records::spec;

use super::model::{HeldLine, HeldPage, WouldLine};
use crate::desk::answer::Answerer;
use crate::desk::history::mentioned;
use crate::desk::lines::Lines;
use crate::error::{Result, SchoolError};
use crate::indexed::record_id;
use crate::project::Would;

impl Answerer {
    /// What is held: one's own, and that of the spaces that one manages; the newest first.
    pub(super) fn held(&mut self) -> Result<HeldPage> {
        let entries = self.school.held_entries()?;
        let person = self.school.person();
        let mut page = HeldPage::default();
        for held in entries.into_iter().rev() {
            let manages = self.school.core.control().trust.manages(person, held.space);
            let is_own = held.stamp.person == person.to_string();
            if !manages && !is_own {
                page.others += 1;
                continue;
            }
            let would = held.would.iter().map(|(document, would)| self.would(*document, would));
            let would = would.collect::<Result<_>>()?;
            let control = self.school.core.control();
            page.lines.push(HeldLine {
                entry: held.id.to_string(),
                space: control.space_name(held.space),
                by: control.person_name(&held.stamp.person),
                is_own,
                device: control.device_name(&held.stamp.device),
                at: Some(self.school.clock.local_ms(held.stamp.at_ms)),
                changes: u64::try_from(held.changes).unwrap_or(u64::MAX),
                why: held.why,
                may_attest: manages && held.builds_on.is_empty(),
                builds_on: !held.builds_on.is_empty(),
                would,
            });
        }
        let control = self.school.core.control();
        let acts = control.held_acts().into_iter();
        page.acts = acts.map(|(reason, count)| (reason.to_string(), count)).collect();
        Ok(page)
    }

    /// What a held change would do, in words.
    fn would(&mut self, document: DocumentId, would: &Would) -> Result<WouldLine> {
        let changed = || would.steps.iter().flat_map(|step| &step.changed);
        for id in changed().flat_map(mentioned) {
            self.learn_name(id)?;
        }
        let found = match self.school.get(record_id(document)) {
            Ok(found) => Some(found),
            Err(SchoolError::NotFound { .. }) => None,
            Err(error) => return Err(error),
        };
        let kind = spec(would.kind).title;
        let lines = Lines { school: &self.school, names: &self.names };
        let values = changed().map(|one| {
            let (title, field) = lines.field_at(would.kind, &one.path);
            (title, lines.words_of(field, one.after.as_ref()))
        });
        let title = match &found {
            Some(found) => format!("{kind}: {}", found.title),
            None if would.begins => format!("New {}", kind.to_lowercase()),
            None => format!("{kind} that is held too"),
        };
        let record = found.map(|found| found.record.id);
        Ok(WouldLine { title, record, values: values.collect() })
    }
}
