//! The desk: what a face sees of a school. Plain requests go in, plain replies come out, over two
//! bounded channels; a face never waits and never sees a store, a socket or a script engine.

mod answer;
mod carry;
mod caseload;
mod concerns;
mod day;
mod edit_form;
mod history;
mod incident_table;
mod incidents;
mod invites;
mod lines;
mod log;
mod metrics;
mod model;
mod people;
mod place;
mod pupil_card;
mod pupil_list;
mod reply;
mod request;
mod runner;
mod safe;
mod school_weeks;
mod settle;
mod trust;
mod watch;

pub use crate::network::PeerState;
pub use crate::records::{ConcernLine, Danger, Deciding, Then};
pub use crate::shape::{Act, LostDevice, RemovalPreview, Signed};
pub use crate::shape::{ConcernCounts, ConcernShape, ConcernStage, Concerns, ReceiptShape};
pub use crate::shape::{RecordShape, StampShape};
pub use carry::{CarryReply, CarryRequest, FolderLine};
pub use caseload::{Caseload, CaseloadLine};
pub use concerns::{ConcernReply, ConcernRequest, ConcernsPage};
pub use day::{
    Agenda, DayCount, DayReply, DayRequest, Draft, DraftLine, DraftPupil, FaceId, FollowUpForm,
    FollowUpLine, Lately, PastIncident, PeriodLine, ReviewLine, StaffLine,
};
pub use edit_form::{EditForm, EditKind};
pub use incident_table::{
    IncidentChoices, IncidentColumn, IncidentOrder, IncidentQuery, IncidentRow, IncidentTable,
    Sense,
};
pub use metrics::{
    MetricDraft, MetricDraftPage, MetricReply, MetricRequest, SharedMetric, SharedMetrics,
};
pub use model::{
    BeforeLine, CaseLine, ChangeLine, Choice, Compared, ContenderLine, Detail, DetailRow,
    FilterColumn, FindingLine, FormField, FormKind, HistoryLine, Hit, ListedPupil, MetricCard,
    MetricResult, PeerLine, PupilLine, ResultTable, Roster, SchoolCard, Sketch, SpaceLine,
    StatusLine, TimelineItem,
};
pub use people::{
    DeviceLine, DeviceStanding, InviteForm, InviteLine, InviteNews, PeoplePage, PersonLine,
    role_words,
};
pub use place::Place;
pub use pupil_card::{
    Fact, NamedPeriod, PupilCard, SupportLine, SupportState, Suspended, WeekMarks,
};
pub use pupil_list::{ColumnQuestion, ListForm, ListRow, ListSheet, RowState};
pub use reply::{Notice, Reply};
pub use request::{Against, FollowUp, IncidentForm, Request, RequestId};
pub use runner::{Desk, DeskBusy, Sender, Wake};
pub use safe::{PrintedKey, SafeReply, SafeRequest};
pub use settle::{ConflictLine, Conflicts, HomeLine};
pub use trust::{
    Certainty, DueGroup, DueLine, DuePage, ErasureLine, ErasureStage, ErasuresPage, HeldLine,
    HeldPage, KeepingRule, RecordKeeping, RemovalLine, RemovalsPage, Rights, ToldLine, TrustAct,
    TrustReply, TrustRequest, Undated, WaitingDevice, WaitingRecord, WouldLine, erasure_reasons,
};
