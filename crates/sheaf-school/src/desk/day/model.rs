//! The plain values of a mentor's day.

use std::sync::Arc;

use jiff::civil::{Date, DateTime, Time};
use sheaf_records::RecordId;

use super::super::model::{Choice, TimelineItem};
use super::draft::{Draft, DraftLine, FaceId};

/// What a face asks for in the course of a day.
#[derive(Clone, Debug)]
pub enum DayRequest {
    /// What the quick log ranks and compares by; answered by [`DayReply::Lately`].
    Lately,
    /// What needs whoever uses this device; answered by [`DayReply::Agenda`].
    Agenda,
    /// Tick a follow-up off, or take the tick back.
    Tick {
        /// The incident.
        record: RecordId,
        /// The follow-up's row.
        row: String,
        /// Whether it is done.
        done: bool,
    },
    /// These records have been read by whoever uses this device; answered by the agenda.
    Read(Vec<RecordId>),
    /// The drafts that faces have left behind; answered by [`DayReply::Drafts`].
    Drafts,
    /// Keep the draft of this face; `None` lets it go.
    KeepDraft(Option<Box<Draft>>),
    /// Go on with a draft that another face has left behind: from now on it is this face's.
    TakeDraft(FaceId),
    /// Let go of a draft that another face has left behind; answered by those that remain.
    DropDraft(FaceId),
}

/// What a face is told in the course of a day.
#[derive(Clone, Debug)]
pub enum DayReply {
    /// What the quick log ranks and compares by.
    Lately(Arc<Lately>),
    /// What needs whoever uses this device.
    Agenda(Arc<Agenda>),
    /// A follow-up was ticked off, or the tick taken back.
    Ticked {
        /// The incident.
        record: RecordId,
        /// The follow-up's row.
        row: String,
        /// Whether it is done.
        done: bool,
    },
    /// The drafts that can be continued.
    Drafts(Arc<[DraftLine]>),
    /// The draft is durable on this device.
    Kept,
    /// The draft to go on with.
    Draft(Arc<Draft>),
}

/// What the quick log ranks and compares by: the clock, the people, and what happened of late.
#[derive(Clone, Debug, PartialEq)]
pub struct Lately {
    /// Now, in the school's time, to the minute.
    pub now: DateTime,
    /// The code of the period that it is now; empty outside the school day.
    pub period: String,
    /// The periods of today, in order.
    pub periods: Vec<PeriodLine>,
    /// The staff record of whoever uses this device.
    pub me: Option<RecordId>,
    /// Who works here, by name.
    pub staff: Vec<StaffLine>,
    /// The pupils of the own caseload.
    pub own_pupils: Vec<RecordId>,
    /// Whether home knows, and the like: the codes to choose from.
    pub home_told: Vec<Choice>,
    /// By what means home was told.
    pub contact_methods: Vec<Choice>,
    /// The latest incidents, the newest first.
    pub incidents: Vec<PastIncident>,
}

/// A period of the day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PeriodLine {
    /// Its code.
    pub code: String,
    /// What the school calls it.
    pub title: String,
    /// When it starts.
    pub starts: Time,
}

/// A member of staff.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StaffLine {
    /// The record.
    pub id: RecordId,
    /// The name.
    pub name: String,
}

/// An incident as the quick log compares it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PastIncident {
    /// The record.
    pub record: RecordId,
    /// When it happened.
    pub at: DateTime,
    /// The code of the period; empty for none.
    pub period: String,
    /// The category's code.
    pub category: String,
    /// The location's code; empty for none.
    pub location: String,
    /// Who was in it.
    pub pupils: Vec<RecordId>,
    /// Whether whoever uses this device reported it.
    pub mine: bool,
    /// One line: `Defiance, corridor, period 4`.
    pub headline: String,
    /// Who wrote it down.
    pub by: String,
}

/// What needs whoever uses this device.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Agenda {
    /// Follow-ups that they own and that are not done: by due date, those without one last.
    pub follow_ups: Vec<FollowUpLine>,
    /// Pupils of their caseloads whose review is due within a week, by due date.
    pub reviews: Vec<ReviewLine>,
    /// Records with values in conflict, at most [`Agenda::MOST_LINES`].
    pub conflicts: Vec<TimelineItem>,
    /// Records of the pupils of their caseloads, written by others and not read: newest first.
    pub unread: Vec<TimelineItem>,
    /// Monday to Friday of this week.
    pub week: Vec<DayCount>,
}

impl Agenda {
    /// A list of more than this helps nobody through a day.
    pub const MOST_LINES: usize = 200;
}

/// A follow-up that is not done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FollowUpLine {
    /// The incident.
    pub record: RecordId,
    /// The follow-up's row.
    pub row: String,
    /// What is to be done.
    pub what: String,
    /// By which day.
    pub due: Option<Date>,
    /// The names of the pupils.
    pub pupils: Vec<String>,
    /// The incident in one line.
    pub headline: String,
}

/// A pupil whose support is to be looked at again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReviewLine {
    /// The caseload.
    pub caseload: RecordId,
    /// The pupil.
    pub pupil: RecordId,
    /// The pupil's name.
    pub name: String,
    /// How much support, as its title; empty if not said.
    pub tier: String,
    /// By which day.
    pub due: Date,
    /// What colleagues should know.
    pub note: String,
}

/// The incidents of one weekday in this week and the one before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DayCount {
    /// The day in this week.
    pub date: Date,
    /// How many incidents it has; none if it is no school day or still to come.
    pub count: Option<u64>,
    /// How many the same weekday of the week before had; none if that was no school day.
    pub before: Option<u64>,
}
