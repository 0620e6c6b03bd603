//! What a face is told.

use std::path::PathBuf;
use std::sync::Arc;

use sheaf_records::RecordId;

use super::carry::CarryReply;
use super::caseload::Caseload;
use super::concerns::ConcernReply;
use super::day::DayReply;
use super::edit_form::EditForm;
use super::incident_table::IncidentTable;
use super::metrics::MetricReply;
use super::model::{
    Detail, HistoryLine, Hit, MetricCard, MetricResult, Roster, StatusLine, TimelineItem,
};
use super::people::{InviteLine, InviteNews, PeoplePage};
use super::place::Place;
use super::pupil_card::PupilCard;
use super::pupil_list::{ColumnQuestion, ListSheet};
use super::request::RequestId;
use super::safe::SafeReply;
use super::settle::{Conflicts, HomeLine};
use super::trust::TrustReply;

/// An answer, with the number of its request.
#[derive(Clone, Debug)]
pub enum Reply {
    /// Pupils, codes and periods.
    Roster(Arc<Roster>),
    /// An incident is durable on this device.
    Saved {
        /// The new record.
        record: RecordId,
        /// A line for the message that confirms it.
        headline: String,
    },
    /// A pupil's timeline, newest first.
    Timeline {
        /// The pupil.
        pupil: RecordId,
        /// What is known, newest first.
        items: Arc<[TimelineItem]>,
    },
    /// One record in full.
    Detail(Arc<Detail>),
    /// How to ask for one value of a record.
    EditForm(Arc<EditForm>),
    /// Who changed what in a record, when and why: the first step first.
    History {
        /// The record.
        record: RecordId,
        /// Its steps.
        lines: Arc<[HistoryLine]>,
    },
    /// The newest records.
    Recent(Arc<[TimelineItem]>),
    /// The records behind a mark.
    Behind(Arc<[TimelineItem]>),
    /// What was found.
    Hits(Arc<[Hit]>),
    /// The metrics that can be run here.
    Metrics(Arc<[MetricCard]>),
    /// A metric has run.
    Result(Arc<MetricResult>),
    /// A chart was written.
    Exported(PathBuf),
    /// What is found at a path.
    Place(Place),
    /// Incidents, filtered and sorted.
    Incidents(Arc<IncidentTable>),
    /// Rows of a table as CSV with a heading line.
    Csv {
        /// The text.
        text: String,
        /// How many rows it has below its heading.
        rows: usize,
    },
    /// A pupil list, row by row.
    List(Arc<ListSheet>),
    /// A pupil list cannot be read before something is said about a column.
    ListAsks(Arc<ColumnQuestion>),
    /// The facts, the weeks and the support of one pupil.
    PupilCard(Arc<PupilCard>),
    /// The pupils of whoever uses this device.
    Caseload(Arc<Caseload>),
    /// Devices, spaces, what is held.
    Status(Arc<StatusLine>),
    /// What is to be settled.
    Conflicts(Arc<Conflicts>),
    /// Who is in.
    People(Arc<PeoplePage>),
    /// An invitation waits.
    Invited(Arc<InviteLine>),
    /// Where the data lies.
    Home(Arc<HomeLine>),
    /// What was asked for is done, and there is nothing to say of it.
    Done,
    /// Who is in and what is gone.
    Trust(TrustReply),
    /// Carriers that a person chooses.
    Carry(Box<CarryReply>),
    /// What opens this device and the school.
    Safe(SafeReply),
    /// Safeguarding concerns.
    Concern(ConcernReply),
    /// Metrics that are shared.
    Metric(MetricReply),
    /// What belongs to a mentor's day.
    Day(DayReply),
    /// The run was stopped on request.
    Cancelled,
    /// The request was refused or failed: one line that says what and what to do.
    Refused(String),
}

/// What comes by itself.
#[derive(Clone, Debug)]
pub enum Notice {
    /// The reply to a request.
    Reply(RequestId, Reply),
    /// Records changed, here or on another device; `from_elsewhere` counts those that arrived.
    Changed {
        /// Which records.
        records: Arc<[RecordId]>,
        /// How many of them arrived from another device.
        from_elsewhere: usize,
    },
    /// A bundle is being written or read: how far it has come, in words.
    Carrying(String),
    /// A pupil list is being written: so many pupils so far.
    Listed(usize),
    /// The open invitation has ended.
    Invite(InviteNews),
    /// Devices came, went or caught up.
    Status(Arc<StatusLine>),
}
