//! What a face may ask for.

use std::ops::Range;
use std::sync::Arc;

use jiff::civil::{Date, DateTime};
use sheaf_charts::ChartSpec;
use sheaf_records::{FieldPath, RecordId, Value};

use super::carry::CarryRequest;
use super::concerns::ConcernRequest;
use super::day::DayRequest;
use super::incident_table::{IncidentQuery, IncidentTable};
use super::metrics::MetricRequest;
use super::people::InviteForm;
use super::pupil_list::ListForm;
use super::safe::SafeRequest;
use super::trust::TrustRequest;

/// The number that a reply carries back, so that stale ones can be dropped.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct RequestId(pub u64);

/// One incident as the quick log holds it. What is `None` is filled in by the service: the time
/// is now, the period follows from the time, the reporter is whoever uses this device.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct IncidentForm {
    /// The pupils and the code of each one's role.
    pub pupils: Vec<(RecordId, String)>,
    /// The category's code.
    pub category: String,
    /// The location's code.
    pub location: Option<String>,
    /// From 1, minor, to 5.
    pub severity: Option<u8>,
    /// When it happened, in the school's time.
    pub occurred_at: Option<DateTime>,
    /// What happened.
    pub narrative: String,
    /// The code of the action taken.
    pub action: Option<String>,
    /// The code of whether home knows.
    pub home_told: Option<String>,
    /// The code of how home was told.
    pub home_told_how: Option<String>,
    /// What is still to be done.
    pub follow_up: Option<FollowUp>,
    /// Into the safeguarding space instead of the pastoral one.
    pub safeguarding: bool,
}

/// What is still to be done about an incident. Without an owner it is whoever writes it down.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FollowUp {
    /// What is to be done.
    pub what: String,
    /// Who does it.
    pub owner: Option<RecordId>,
    /// By which day.
    pub due: Option<Date>,
}

/// What a run is compared with.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Against {
    /// Nothing.
    #[default]
    Nothing,
    /// The same metric with the same options over the period before, of equal kind.
    PeriodBefore,
}

/// A request; every one is answered by at least one [`crate::desk::Reply`] with its id.
#[derive(Clone, Debug)]
pub enum Request {
    /// The pupils, codes and periods that typeahead needs.
    Roster,
    /// Save a new incident.
    Log(Box<IncidentForm>),
    /// Everything about one pupil, newest first.
    Timeline(RecordId),
    /// One record in full.
    Open(RecordId),
    /// Choose one of the values of a field in conflict; answered by the record as it then stands.
    Settle {
        /// The record.
        record: RecordId,
        /// The field in conflict.
        path: FieldPath,
        /// The value that shall hold; `None` for "no value".
        value: Option<Value>,
    },
    /// Change values of a record; answered by the record as it then stands.
    Edit {
        /// The record.
        record: RecordId,
        /// Each field as on the command line, `name` or `name.key.column`, with its new value as
        /// text; `None` clears it.
        changes: Vec<(String, Option<String>)>,
        /// Why, for the history.
        reason: Option<String>,
    },
    /// How to ask for one value of a record that is to be changed.
    EditForm {
        /// The record.
        record: RecordId,
        /// Where the value stands.
        path: FieldPath,
    },
    /// Withdraw a record: it stays in its history, and leaves lists, tables and counts. Answered
    /// by the record as it then stands.
    Withdraw {
        /// The record.
        record: RecordId,
        /// Why.
        reason: String,
    },
    /// Make a withdrawn record count again; answered by the record as it then stands.
    Restore {
        /// The record.
        record: RecordId,
        /// Why, for the history.
        reason: Option<String>,
    },
    /// Who changed what in a record, when and why.
    History(RecordId),
    /// The newest records of the school, for the start view.
    Recent {
        /// At most so many.
        limit: usize,
    },
    /// The records behind a mark or a row.
    Behind(Vec<RecordId>),
    /// Words to look for.
    Search(String),
    /// The metrics that can be run here.
    Metrics,
    /// Run a metric with these options; the last run is cancelled.
    Run {
        /// Its id.
        metric: String,
        /// Option name and text, as on the command line.
        options: Vec<(String, String)>,
        /// What it is compared with.
        against: Against,
    },
    /// Stop the metric that runs.
    CancelRun,
    /// Write a chart into a file; the ending chooses SVG, PNG or CSV.
    ExportChart {
        /// The chart, as it was shown.
        chart: Arc<ChartSpec>,
        /// Where to.
        path: std::path::PathBuf,
    },
    /// Whether a file can be written here; nothing is.
    LookAt(std::path::PathBuf),
    /// The incidents, filtered and sorted.
    Incidents(IncidentQuery),
    /// Rows of such a table as CSV.
    IncidentCsv {
        /// The table.
        table: Arc<IncidentTable>,
        /// Which rows as they are shown, from 0.
        rows: Range<usize>,
    },
    /// Look at a pupil list, or take it in.
    List(ListForm),
    /// The facts, the weeks and the support of one pupil.
    PupilCard(RecordId),
    /// The pupils of whoever uses this device.
    Caseload,
    /// Put a pupil on it from today on; answered by the caseload as it then is.
    AddToCaseload(RecordId),
    /// Take a pupil off: the work ended today; answered by the caseload as it then is.
    TakeOffCaseload {
        /// The record of the caseload.
        caseload: RecordId,
        /// The pupil.
        pupil: RecordId,
    },
    /// What belongs to a mentor's day.
    Day(DayRequest),
    /// Devices, spaces and what is held.
    Status,
    /// Every field in conflict.
    Conflicts,
    /// Who is in, with which devices, and whom one may invite.
    People,
    /// Open an invitation; an earlier one ends. How it ends comes by itself.
    Invite(InviteForm),
    /// End the open invitation.
    EndInvite,
    /// Who is in and what is gone: removing, roles, spaces, what is held, erasures.
    Trust(TrustRequest),
    /// Carriers that a person chooses: a shared folder, a bundle, a typed address.
    Carry(CarryRequest),
    /// What opens this device and the school: passphrase, backup, recovery key.
    Safe(SafeRequest),
    /// Safeguarding concerns: writing, receiving, deciding.
    Concern(ConcernRequest),
    /// Metrics that are shared: which wait, a review, a decision.
    Metric(MetricRequest),
    /// Where the data of this device lies.
    Home,
    /// Keep how the window looks: text that only the face reads.
    Keep(String),
}
