//! The kinds of record.

use std::fmt;
use std::str::FromStr;

/// What kind of thing a record is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
#[non_exhaustive]
pub enum Kind {
    /// A child on, or once on, the school's roll.
    Pupil,
    /// An adult who works in the school.
    Staff,
    /// Something that happened, with the pupils who had a part in it.
    Incident,
    /// The pupils whom one key worker looks after.
    Caseload,
    /// A referral to the reflection room and the stay that followed.
    RoomStay,
    /// One run of a programme of support, with the pupils who are in it or wait for it.
    Intervention,
    /// One session of an intervention.
    InterventionSession,
    /// A suspension, a permanent exclusion or a lunchtime exclusion of one pupil.
    Suspension,
    /// Something that a pupil did well.
    PositiveEvent,
    /// A detention of one pupil.
    Detention,
    /// Help that was asked for at once, and who came.
    CallOut,
    /// A pupil's attendance in one half-term: a mark for each session.
    Attendance,
    /// What a wellbeing measure or another scale came to for one pupil on a day.
    Score,
    /// A plan for one pupil: targets, what everybody does, reviews.
    Plan,
    /// A safeguarding concern about one pupil, handed over to those who receive it.
    Concern,
    /// What was decided on a concern, and why.
    ConcernDecision,
    /// One school year: terms, INSET days, closures, weeks A and B, periods.
    Calendar,
    /// The school's own additions to a code list.
    CodeList,
    /// How long the school itself has decided to keep records of one kind.
    RetentionRule,
    /// That a record is kept beyond its period, and why.
    RetentionDecision,
    /// One version of a metric that somebody wrote and shared.
    Metric,
    /// That a lead approved or refused a metric, and why.
    MetricDecision,
}

impl Kind {
    /// Every kind, in the order in which faces list them.
    pub const ALL: [Self; 22] = [
        Self::Pupil,
        Self::Staff,
        Self::Incident,
        Self::Caseload,
        Self::RoomStay,
        Self::Intervention,
        Self::InterventionSession,
        Self::Suspension,
        Self::PositiveEvent,
        Self::Detention,
        Self::CallOut,
        Self::Attendance,
        Self::Score,
        Self::Plan,
        Self::Concern,
        Self::ConcernDecision,
        Self::Calendar,
        Self::CodeList,
        Self::RetentionRule,
        Self::RetentionDecision,
        Self::Metric,
        Self::MetricDecision,
    ];

    /// The name that files and commands use.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Pupil => "pupil",
            Self::Staff => "staff",
            Self::Incident => "incident",
            Self::Caseload => "caseload",
            Self::RoomStay => "room_stay",
            Self::Intervention => "intervention",
            Self::InterventionSession => "intervention_session",
            Self::Suspension => "suspension",
            Self::PositiveEvent => "positive_event",
            Self::Detention => "detention",
            Self::CallOut => "call_out",
            Self::Attendance => "attendance",
            Self::Score => "score",
            Self::Plan => "plan",
            Self::Concern => "concern",
            Self::ConcernDecision => "concern_decision",
            Self::Calendar => "calendar",
            Self::CodeList => "code_list",
            Self::RetentionRule => "retention_rule",
            Self::RetentionDecision => "retention_decision",
            Self::Metric => "metric",
            Self::MetricDecision => "metric_decision",
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// The text names no kind of record.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("there is no kind of record called `{0}`; `sheaf kinds` lists them")]
pub struct UnknownKind(pub String);

impl FromStr for Kind {
    type Err = UnknownKind;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .into_iter()
            .find(|kind| kind.name() == text)
            .ok_or_else(|| UnknownKind(text.to_owned()))
    }
}
