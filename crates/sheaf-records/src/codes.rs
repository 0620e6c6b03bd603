//! Code lists: the built-in ones, each with its source and the days between which a code counts.

mod attendance;
mod call_outs;
mod concerns;
mod detentions;
mod ethnicity;
mod incidents;
mod lookup;
mod plans;
mod positive;
mod pupils;
mod retention;
mod room;
mod scores;
mod support;
mod suspensions;
mod working;

use std::fmt;
use std::str::FromStr;

use jiff::civil::Date;

pub use lookup::{CodeEntry, CodeLists};

use crate::nearest::nearest;
use crate::problem::FieldError;

/// Which code list.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
#[non_exhaustive]
pub enum ListId {
    /// Which fact about a pupil a spell is of.
    SpellKind,
    /// National curriculum years.
    YearGroup,
    /// Sex, as in the school census.
    Sex,
    /// SEN provision.
    SenStatus,
    /// Types of special educational need.
    SenNeed,
    /// Reasons for the pupil premium.
    PupilPremium,
    /// Reasons for free school meals.
    FreeMeals,
    /// Ethnicity, each code under its main group.
    Ethnicity,
    /// How a pupil is on the roll.
    RollStatus,
    /// What happened.
    IncidentCategory,
    /// What part a pupil had in it.
    IncidentRole,
    /// What followed for a pupil.
    IncidentOutcome,
    /// Where an incident stands.
    IncidentStatus,
    /// Places in the school.
    Location,
    /// What was done at once.
    ActionTaken,
    /// Whether home knows.
    HomeTold,
    /// By what means someone was told.
    ContactMethod,
    /// Why a pupil was referred to the reflection room.
    RoomReason,
    /// Where a stay in the reflection room stands.
    RoomStatus,
    /// Whether a pupil is ready to return to lessons.
    Readiness,
    /// What kind of support an intervention is.
    InterventionType,
    /// Whether pupils are supported one by one or together.
    InterventionDelivery,
    /// Whether a session took place.
    SessionStatus,
    /// Why a pupil's part in an intervention ended.
    ExitReason,
    /// What an intervention led to for a pupil.
    InterventionOutcome,
    /// Suspension, permanent exclusion or lunchtime exclusion.
    SuspensionType,
    /// Why a pupil was suspended.
    SuspensionReason,
    /// What the law counts or asks for when a pupil is suspended.
    SuspensionClock,
    /// What a pupil did well.
    PositiveType,
    /// At what time of the day a detention is.
    DetentionType,
    /// Whether a detention was served.
    DetentionStatus,
    /// Why a detention was missed.
    DetentionAbsence,
    /// What follows a missed detention.
    DetentionEscalation,
    /// Why help was asked for.
    CallOutReason,
    /// How a call-out ended for a pupil.
    CallOutOutcome,
    /// What stands in the register for a session.
    AttendanceCode,
    /// How a mark is counted.
    AttendanceClass,
    /// The halves of a school day.
    Session,
    /// Wellbeing measures and other scales.
    Measure,
    /// The scales of measures.
    ScoreScale,
    /// Who answered a measure.
    Informant,
    /// When a measure was taken.
    ScoreOccasion,
    /// What kind of plan.
    PlanType,
    /// Who has a part in a plan.
    PlanParty,
    /// What a review of a plan decided.
    PlanReview,
    /// What a plan came to.
    PlanOutcome,
    /// Whether a target was reached.
    TargetMet,
    /// What a safeguarding concern may be about.
    ConcernCategory,
    /// Where a concern stands, as its writer is told.
    ConcernState,
    /// What was decided on a concern.
    ConcernDecision,
    /// To whom a concern was referred.
    ReferredTo,
    /// How much support a pupil on a caseload has.
    CaseloadTier,
    /// What pupils do in a period.
    PeriodKind,
    /// The six half-terms.
    HalfTerm,
    /// What kind of work a member of staff does.
    StaffRole,
    /// How long records are kept.
    RetentionPeriod,
    /// From what day a number of years runs.
    RetentionBasis,
}

impl ListId {
    /// Every list, in the order in which faces show them.
    pub const ALL: [Self; 57] = [
        Self::SpellKind,
        Self::YearGroup,
        Self::Sex,
        Self::SenStatus,
        Self::SenNeed,
        Self::PupilPremium,
        Self::FreeMeals,
        Self::Ethnicity,
        Self::RollStatus,
        Self::IncidentCategory,
        Self::IncidentRole,
        Self::IncidentOutcome,
        Self::IncidentStatus,
        Self::Location,
        Self::ActionTaken,
        Self::HomeTold,
        Self::ContactMethod,
        Self::RoomReason,
        Self::RoomStatus,
        Self::Readiness,
        Self::InterventionType,
        Self::InterventionDelivery,
        Self::SessionStatus,
        Self::ExitReason,
        Self::InterventionOutcome,
        Self::SuspensionType,
        Self::SuspensionReason,
        Self::SuspensionClock,
        Self::PositiveType,
        Self::DetentionType,
        Self::DetentionStatus,
        Self::DetentionAbsence,
        Self::DetentionEscalation,
        Self::CallOutReason,
        Self::CallOutOutcome,
        Self::AttendanceCode,
        Self::AttendanceClass,
        Self::Session,
        Self::Measure,
        Self::ScoreScale,
        Self::Informant,
        Self::ScoreOccasion,
        Self::PlanType,
        Self::PlanParty,
        Self::PlanReview,
        Self::PlanOutcome,
        Self::TargetMet,
        Self::ConcernCategory,
        Self::ConcernState,
        Self::ConcernDecision,
        Self::ReferredTo,
        Self::CaseloadTier,
        Self::PeriodKind,
        Self::HalfTerm,
        Self::StaffRole,
        Self::RetentionPeriod,
        Self::RetentionBasis,
    ];

    /// The name that files and commands use.
    pub const fn name(self) -> &'static str {
        match self {
            Self::SpellKind => "spell_kind",
            Self::YearGroup => "year_group",
            Self::Sex => "sex",
            Self::SenStatus => "sen_status",
            Self::SenNeed => "sen_need",
            Self::PupilPremium => "pupil_premium",
            Self::FreeMeals => "free_meals",
            Self::Ethnicity => "ethnicity",
            Self::RollStatus => "roll_status",
            Self::IncidentCategory => "incident_category",
            Self::IncidentRole => "incident_role",
            Self::IncidentOutcome => "incident_outcome",
            Self::IncidentStatus => "incident_status",
            Self::Location => "location",
            Self::ActionTaken => "action_taken",
            Self::HomeTold => "home_told",
            Self::ContactMethod => "contact_method",
            Self::RoomReason => "room_reason",
            Self::RoomStatus => "room_status",
            Self::Readiness => "readiness",
            Self::InterventionType => "intervention_type",
            Self::InterventionDelivery => "intervention_delivery",
            Self::SessionStatus => "session_status",
            Self::ExitReason => "exit_reason",
            Self::InterventionOutcome => "intervention_outcome",
            Self::SuspensionType => "suspension_type",
            Self::SuspensionReason => "suspension_reason",
            Self::SuspensionClock => "suspension_clock",
            Self::PositiveType => "positive_type",
            Self::DetentionType => "detention_type",
            Self::DetentionStatus => "detention_status",
            Self::DetentionAbsence => "detention_absence",
            Self::DetentionEscalation => "detention_escalation",
            Self::CallOutReason => "call_out_reason",
            Self::CallOutOutcome => "call_out_outcome",
            Self::AttendanceCode => "attendance_code",
            Self::AttendanceClass => "attendance_class",
            Self::Session => "session",
            Self::Measure => "measure",
            Self::ScoreScale => "score_scale",
            Self::Informant => "informant",
            Self::ScoreOccasion => "score_occasion",
            Self::PlanType => "plan_type",
            Self::PlanParty => "plan_party",
            Self::PlanReview => "plan_review",
            Self::PlanOutcome => "plan_outcome",
            Self::TargetMet => "target_met",
            Self::ConcernCategory => "concern_category",
            Self::ConcernState => "concern_state",
            Self::ConcernDecision => "concern_decision",
            Self::ReferredTo => "referred_to",
            Self::CaseloadTier => "caseload_tier",
            Self::PeriodKind => "period_kind",
            Self::HalfTerm => "half_term",
            Self::StaffRole => "staff_role",
            Self::RetentionPeriod => "retention_period",
            Self::RetentionBasis => "retention_basis",
        }
    }

    /// The built-in list.
    pub const fn built_in(self) -> &'static CodeList {
        match self {
            Self::SpellKind => &pupils::SPELL_KIND,
            Self::YearGroup => &pupils::YEAR_GROUP,
            Self::Sex => &pupils::SEX,
            Self::SenStatus => &pupils::SEN_STATUS,
            Self::SenNeed => &pupils::SEN_NEED,
            Self::PupilPremium => &pupils::PUPIL_PREMIUM,
            Self::FreeMeals => &pupils::FREE_MEALS,
            Self::Ethnicity => &ethnicity::ETHNICITY,
            Self::RollStatus => &pupils::ROLL_STATUS,
            Self::IncidentCategory => &incidents::CATEGORY,
            Self::IncidentRole => &incidents::ROLE,
            Self::IncidentOutcome => &incidents::OUTCOME,
            Self::IncidentStatus => &incidents::STATUS,
            Self::Location => &incidents::LOCATION,
            Self::ActionTaken => &incidents::ACTION_TAKEN,
            Self::HomeTold => &incidents::HOME_TOLD,
            Self::ContactMethod => &incidents::CONTACT_METHOD,
            Self::RoomReason => &room::REASON,
            Self::RoomStatus => &room::STATUS,
            Self::Readiness => &room::READINESS,
            Self::InterventionType => &support::TYPE,
            Self::InterventionDelivery => &support::DELIVERY,
            Self::SessionStatus => &support::SESSION_STATUS,
            Self::ExitReason => &support::EXIT_REASON,
            Self::InterventionOutcome => &support::OUTCOME,
            Self::SuspensionType => &suspensions::TYPE,
            Self::SuspensionReason => &suspensions::REASON,
            Self::SuspensionClock => &suspensions::CLOCK,
            Self::PositiveType => &positive::TYPE,
            Self::DetentionType => &detentions::TYPE,
            Self::DetentionStatus => &detentions::STATUS,
            Self::DetentionAbsence => &detentions::ABSENCE,
            Self::DetentionEscalation => &detentions::ESCALATION,
            Self::CallOutReason => &call_outs::REASON,
            Self::CallOutOutcome => &call_outs::OUTCOME,
            Self::AttendanceCode => &attendance::CODE,
            Self::AttendanceClass => &attendance::CLASS,
            Self::Session => &attendance::SESSION,
            Self::Measure => &scores::MEASURE,
            Self::ScoreScale => &scores::SCALE,
            Self::Informant => &scores::INFORMANT,
            Self::ScoreOccasion => &scores::OCCASION,
            Self::PlanType => &plans::TYPE,
            Self::PlanParty => &plans::PARTY,
            Self::PlanReview => &plans::REVIEW,
            Self::PlanOutcome => &plans::OUTCOME,
            Self::TargetMet => &plans::MET,
            Self::ConcernCategory => &concerns::CATEGORY,
            Self::ConcernState => &concerns::STATE,
            Self::ConcernDecision => &concerns::DECISION,
            Self::ReferredTo => &concerns::REFERRED_TO,
            Self::CaseloadTier => &working::CASELOAD_TIER,
            Self::PeriodKind => &working::PERIOD_KIND,
            Self::HalfTerm => &working::HALF_TERM,
            Self::StaffRole => &working::STAFF_ROLE,
            Self::RetentionPeriod => &retention::PERIOD,
            Self::RetentionBasis => &retention::BASIS,
        }
    }

    /// The list of this name.
    ///
    /// # Errors
    /// There is none; the error carries the nearest name.
    pub fn named(name: &str) -> Result<Self, FieldError> {
        Self::ALL.into_iter().find(|list| list.name() == name).ok_or_else(|| {
            FieldError::UnknownList { nearest: nearest(name, Self::ALL.map(Self::name)) }
        })
    }
}

impl fmt::Display for ListId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for ListId {
    type Err = FieldError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::named(text)
    }
}

/// A built-in code list.
#[derive(Debug)]
pub struct CodeList {
    /// Which list.
    pub id: ListId,
    /// Its name for a reader.
    pub title: &'static str,
    /// Where the codes come from.
    pub source: &'static str,
    /// The codes, in the order in which faces show them.
    pub codes: &'static [Code],
}

/// One built-in code.
#[derive(Debug)]
pub struct Code {
    /// The code as it is stored.
    pub code: &'static str,
    /// What a reader sees.
    pub title: &'static str,
    /// The code of the same list under which this one is counted.
    pub parent: Option<&'static str>,
    /// The first day on which it counts; `None`: since ever.
    pub valid_from: Option<Date>,
    /// The last day on which it counts; `None`: still.
    pub valid_to: Option<Date>,
}

/// A code that always counts.
const fn code(code: &'static str, title: &'static str) -> Code {
    Code { code, title, parent: None, valid_from: None, valid_to: None }
}

/// A code that is counted under another.
const fn under(parent: &'static str, code: &'static str, title: &'static str) -> Code {
    Code { code, title, parent: Some(parent), valid_from: None, valid_to: None }
}

/// A code that counts from a day on.
const fn from(first: Date, code: &'static str, title: &'static str) -> Code {
    Code { code, title, parent: None, valid_from: Some(first), valid_to: None }
}

/// A code that counts no longer after a day.
const fn until(last: Date, code: &'static str, title: &'static str) -> Code {
    Code { code, title, parent: None, valid_from: None, valid_to: Some(last) }
}

/// The source of lists that a school is meant to make its own.
const HOUSE: &str = "Sheaf's own starting list; a school adds to it";

#[cfg(test)]
mod tests;
