//! Answering requests about who is in and what is gone.

use std::sync::Arc;

use sheaf_charter::Role;

use super::request::{TrustAct, TrustReply, TrustRequest};
use super::{erasures, removals, retention};
use crate::desk::answer::Answerer;
use crate::desk::model::TimelineItem;
use crate::error::{Result, SchoolError};
use crate::govern::wipe;
use crate::indexed::Found;

/// A record so that somebody who seconds its erasure knows which it is: what, who, when.
fn title(item: &TimelineItem) -> String {
    let mut words = vec![item.headline.clone()];
    words.extend(item.pupils.iter().map(|(_, name, _)| name.clone()));
    words.extend(item.at.map(|at| at.strftime("%-d %B %Y").to_string()));
    words.join(", ")
}

impl Answerer {
    pub(in crate::desk) fn trust(&mut self, request: TrustRequest) -> Result<TrustReply> {
        Ok(match request {
            TrustRequest::Preview(whom) => {
                TrustReply::Preview(Arc::new(self.school.preview_removal(&whom)?))
            }
            TrustRequest::Removals => TrustReply::Removals(Arc::new(removals::page(&self.school)?)),
            TrustRequest::Held => TrustReply::Held(Arc::new(self.held()?)),
            TrustRequest::Erasures => {
                let school = self.school.clone();
                let mut title = |found: &Found| Ok(title(&self.item(found)?));
                TrustReply::Erasures(Arc::new(erasures::page(&school, &mut title)?))
            }
            TrustRequest::Retention => {
                TrustReply::Retention(Arc::new(retention::page(&self.school)?))
            }
            TrustRequest::Wipe => {
                wipe(self.school.core.dir())?;
                TrustReply::Wiped
            }
            TrustRequest::Act(act) => TrustReply::Done(self.act(act)?),
        })
    }

    fn act(&self, act: TrustAct) -> Result<String> {
        let school = &self.school;
        let mut words = match act {
            TrustAct::Remove { whom, reason } => school.remove_member(&whom, &reason)?.effect,
            TrustAct::Endorse(removal) => school.endorse_removal(&removal)?.effect,
            TrustAct::SetRole { person, role, reason } => {
                let why = |error| SchoolError::Refused(format!("`{role}` is {error}"));
                let role = role.parse::<Role>().map_err(why)?;
                school.set_role(&person, role, &reason)?.effect
            }
            TrustAct::LetInto { space, person } => school.admit_to_space(&space, &person)?.effect,
            TrustAct::TakeOut { space, person, reason } => {
                school.leave_space(&space, Some(&person), &reason)?.effect
            }
            TrustAct::NewSpace { name, people } => school.create_space(&name, &people)?.effect,
            TrustAct::Attest(entry) => school.attest(&entry)?.effect,
            TrustAct::Erase { records, reason } => school.erase(&records, &reason)?.effect,
            TrustAct::Second(erasure) => school.second_erasure(&erasure)?.effect,
            TrustAct::Withdraw(erasure) => school.withdraw_erasure(&erasure)?.effect,
            TrustAct::Hold(record) => school.hold(&[record])?.effect,
            TrustAct::Lift(record) => school.lift_hold(&[record])?.effect,
            TrustAct::Keep { records, until, reason } => {
                school.keep_records(&records, until, &reason)?.effect
            }
            TrustAct::EraseDue(records) => school.erase_due(&records)?.effect,
            TrustAct::SetRule(rule) => school.set_retention(&rule)?.effect,
        };
        if let Some(first) = words.get_mut(..1) {
            first.make_ascii_uppercase();
        }
        Ok(words)
    }
}
