//! The review queue: what is due, what of it waits for a second signature, what was decided to be
//! kept, and what has no day.

use jiff::civil::Date;
use sheaf_charter::EntryId;
use sheaf_records::{RetentionRule, Undue};
use sheaf_store::RecordHead;

use super::sight::{Sight, is_lacking};
use crate::error::Result;

/// A record that is due.
pub(super) struct Item<'a> {
    pub head: RecordHead,
    /// Since when.
    pub since: Date,
    /// By which rule.
    pub rule: &'a RetentionRule,
    /// The erasure that waits for a second signature.
    pub erasure: Option<EntryId>,
}

/// The review queue.
#[derive(Default)]
pub(super) struct Queue<'a> {
    /// For a person to look at, by rule and then the longest due first.
    pub due: Vec<Item<'a>>,
    /// The same of what waits for a second signature.
    pub waiting: Vec<Item<'a>>,
    /// How many would be due and are kept by a decision.
    pub kept: u64,
    /// What has no day though it should have one.
    pub undated: Vec<(Undue, RecordHead)>,
}

impl<'a> Sight<'a> {
    /// The queue as it is today.
    pub(super) fn queue(&self) -> Result<Queue<'a>> {
        let mut queue = Queue::default();
        self.candidates(|head| {
            let judged = self.judge(&head)?;
            self.sort_in(&mut queue, head, judged);
            Ok(())
        })?;
        let place =
            |rule: &RetentionRule| self.rules.all().iter().position(|one| one.id == rule.id);
        for items in [&mut queue.due, &mut queue.waiting] {
            items.sort_by_cached_key(|item| (place(item.rule), item.since, item.head.record));
        }
        queue.undated.sort_by_key(|(why, head)| (*why, head.sort_at, head.record));
        Ok(queue)
    }

    fn sort_in(
        &self,
        queue: &mut Queue<'a>,
        head: RecordHead,
        judged: Option<Result<sheaf_records::Due<'a>, Undue>>,
    ) {
        match judged {
            Some(Ok(due)) if due.date <= self.today => {
                let erasure = self.proposal(head.record);
                let decision = self.decision(&head);
                let item = Item { head, since: due.date, rule: due.rule, erasure };
                if erasure.is_some() {
                    queue.waiting.push(item);
                } else if decision.is_some_and(|decision| self.today <= decision.until) {
                    queue.kept += 1;
                } else {
                    queue.due.push(item);
                }
            }
            Some(Err(why)) if is_lacking(why) => queue.undated.push((why, head)),
            Some(_) | None => {}
        }
    }
}
