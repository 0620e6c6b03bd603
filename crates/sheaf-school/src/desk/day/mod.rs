//! A mentor's day: what the quick log ranks by, what needs somebody now, what was begun.

mod agenda;
mod draft;
mod drafts;
mod lately;
mod model;
#[cfg(test)]
mod tests;
mod unread;

pub use draft::{Draft, DraftLine, DraftPupil, FaceId, FollowUpForm};
pub(super) use drafts::Drafts;
pub use model::{
    Agenda, DayCount, DayReply, DayRequest, FollowUpLine, Lately, PastIncident, PeriodLine,
    ReviewLine, StaffLine,
};

use super::answer::Answerer;
use super::reply::Reply;
use crate::error::Result;

impl Answerer {
    pub(super) fn day(&mut self, request: DayRequest) -> Result<Reply> {
        Ok(Reply::Day(match request {
            DayRequest::Lately => DayReply::Lately(self.lately()?.into()),
            DayRequest::Agenda => DayReply::Agenda(self.agenda()?.into()),
            DayRequest::Tick { record, row, done } => {
                self.tick(record, &row, done)?;
                DayReply::Ticked { record, row, done }
            }
            DayRequest::Read(records) => {
                self.mark_read(&records)?;
                DayReply::Agenda(self.agenda()?.into())
            }
            DayRequest::Drafts => DayReply::Drafts(self.left_drafts()?.into()),
            DayRequest::KeepDraft(draft) => {
                self.keep_draft(draft.as_deref())?;
                DayReply::Kept
            }
            DayRequest::TakeDraft(face) => DayReply::Draft(self.take_draft(face)?.into()),
            DayRequest::DropDraft(face) => {
                self.drop_draft(face)?;
                DayReply::Drafts(self.left_drafts()?.into())
            }
        }))
    }
}
