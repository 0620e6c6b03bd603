//! What a view asks for; applied once, at the end of the frame.

use std::ops::Range;

use sheaf_records::{FieldPath, RecordId, Value};
use sheaf_school::desk::{CarryRequest, FaceId};

use crate::command::CommandId;
use crate::house::{carry, concern, conflicts, people, preferences, safe, trust};
use crate::{
    caseload, export, gallery, incidents, metric, palette, pupil, pupil_list, quick_log, record,
    today,
};

/// What the user wants, as a view reports it.
#[derive(Clone, Debug)]
pub enum Action {
    /// One of the table of commands.
    Command(CommandId),
    /// Open a pupil's timeline.
    OpenPupil(RecordId),
    /// Open a record in the side panel.
    OpenRecord(RecordId),
    /// Choose a metric.
    OpenMetric(String),
    /// List the records behind a mark or a line.
    Behind {
        /// What they are behind of.
        title: String,
        /// The records.
        records: Vec<RecordId>,
    },
    /// Choose one of the values of a field in conflict.
    Settle {
        /// The record.
        record: RecordId,
        /// The field.
        path: FieldPath,
        /// The value that shall hold.
        value: Option<Value>,
    },
    /// A change in the side panel.
    Record(record::Edit),
    /// One step back in the side panel.
    PanelBack,
    /// Ask how a chart of the metric that is chosen is to be exported; which one, from 0.
    OpenExport(usize),
    /// A change in what is exported.
    Export(export::Edit),
    /// Break the metric out by these columns and run it again; by none if it is empty.
    BreakOut(String),
    /// Save the incident in the quick log.
    Save(quick_log::After),
    /// Put text on the clipboard, and say of what.
    Copy {
        /// The text.
        text: String,
        /// What it is, as a message begins with it.
        what: &'static str,
    },
    /// Send the invitation off.
    Invite,
    /// End the invitation that waits.
    EndInvite,
    /// Throw away what was typed into the quick log.
    DiscardForm,
    /// Go on with a draft that was left behind.
    TakeDraft(FaceId),
    /// Let go of it.
    DropDraft(FaceId),
    /// Tick a follow-up off.
    Tick {
        /// The incident.
        record: RecordId,
        /// The follow-up's row.
        row: String,
    },
    /// These records were read.
    Read(Vec<RecordId>),
    /// Undo what a message offers to undo.
    Undo(u64),
    /// Take a message away.
    DismissToast(u64),
    /// Copy rows of the table of incidents, as they are shown, as CSV.
    CopyIncidents(Range<usize>),
    /// Put a pupil on the caseload.
    AddToCaseload(RecordId),
    /// Take a pupil off a caseload.
    TakeOffCaseload {
        /// The record of the caseload.
        caseload: RecordId,
        /// The pupil.
        pupil: RecordId,
    },
    /// A concern that is written, received or decided on.
    Concern(concern::Edit),
    /// A change in the caseload.
    Caseload(caseload::Edit),
    /// A change in the table of incidents.
    Incidents(incidents::Edit),
    /// A change in the start view.
    Today(today::Edit),
    /// A change in a pupil's view.
    Pupil(RecordId, pupil::Edit),
    /// A change in the import of a pupil list.
    PupilList(pupil_list::Edit),
    /// A change in the metric view.
    Metric(metric::Edit),
    /// A metric that is written.
    Draft(metric::draft::Edit),
    /// A metric that is shared, reviewed or decided on.
    Sharing(metric::SharingEdit),
    /// A change in the gallery.
    Gallery(gallery::Edit),
    /// A change in the quick log.
    QuickLog(quick_log::Edit),
    /// A change in the conflicts to settle.
    Conflicts(conflicts::Edit),
    /// A change in the invitation.
    People(people::Edit),
    /// A change in who is in and what is gone.
    Trust(trust::Edit),
    /// A change in what opens this device and the school.
    Safe(safe::Edit),
    /// A carrier is to be used or left.
    Carry(CarryRequest),
    /// A change in a dialog about carriers.
    EditCarry(carry::Edit),
    /// A change in the settings.
    Preferences(preferences::Edit),
    /// A change in the palette.
    Palette(palette::Edit),
}

/// Actions gathered in one frame.
pub type Actions = Vec<Action>;
