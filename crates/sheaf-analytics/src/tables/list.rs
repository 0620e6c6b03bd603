//! The list of tables and columns.

mod attendance;
mod clocks;
mod conduct;
mod plans;
mod room;
mod support;

use sheaf_records::ListId;

use super::{ColumnSpec, Sensitivity, SessionPart, Source, TableSpec};
use crate::data::column::ColumnType::{self, Bool, Date, Int, Pupil, Record, Text};
use crate::plan::expr::CalendarPart;

pub(super) const TABLES: &[TableSpec] = &[
    INCIDENTS,
    room::ROOM_REFERRALS,
    room::ROOM_PERIODS,
    conduct::SUSPENSIONS,
    clocks::CLOCKS,
    conduct::POSITIVE_EVENTS,
    conduct::DETENTIONS,
    conduct::CALL_OUTS,
    attendance::ATTENDANCE,
    plans::SCORES,
    plans::PLANS,
    support::INTERVENTIONS,
    support::INTERVENTION_SESSIONS,
    ROLL,
    PUPILS,
    STAFF,
    CASELOADS,
    CALENDAR,
    PERIODS,
];

const fn plain(name: &'static str, ty: ColumnType, meaning: &'static str) -> ColumnSpec {
    ColumnSpec {
        name,
        ty,
        unit: None,
        codes: None,
        meaning,
        source: Source::Stored,
        sensitivity: Sensitivity::Plain,
    }
}

const fn coded(name: &'static str, codes: ListId, meaning: &'static str) -> ColumnSpec {
    ColumnSpec { codes: Some(codes), ..plain(name, Text, meaning) }
}

const fn unit(name: &'static str, unit: &'static str, meaning: &'static str) -> ColumnSpec {
    ColumnSpec { unit: Some(unit), ..plain(name, Int, meaning) }
}

const fn of_pupil(
    name: &'static str,
    codes: Option<ListId>,
    sensitivity: Sensitivity,
    meaning: &'static str,
) -> ColumnSpec {
    let source = Source::Pupil(name);
    ColumnSpec { codes, source, sensitivity, ..plain(name, Text, meaning) }
}

const fn of_sessions(part: SessionPart, unit: &'static str, meaning: &'static str) -> ColumnSpec {
    let source = Source::Sessions(part);
    ColumnSpec { unit: Some(unit), source, ..plain(part.name(), Int, meaning) }
}

const fn of_day(part: CalendarPart, ty: ColumnType, meaning: &'static str) -> ColumnSpec {
    ColumnSpec { source: Source::Calendar(part), ..plain(part.name(), ty, meaning) }
}

const YEAR_GROUP: ColumnSpec = of_pupil(
    "year_group",
    Some(ListId::YearGroup),
    Sensitivity::Plain,
    "The pupil's national curriculum year on that day",
);
const REG_GROUP: ColumnSpec =
    of_pupil("reg_group", None, Sensitivity::Plain, "The pupil's registration group on that day");
const SEN_STATUS: ColumnSpec = of_pupil(
    "sen_status",
    Some(ListId::SenStatus),
    Sensitivity::Listed,
    "The pupil's SEN provision on that day",
);
const PUPIL_PREMIUM: ColumnSpec = of_pupil(
    "pupil_premium",
    Some(ListId::PupilPremium),
    Sensitivity::Listed,
    "Why the pupil attracted the pupil premium on that day",
);
const FREE_MEALS: ColumnSpec = of_pupil(
    "free_meals",
    Some(ListId::FreeMeals),
    Sensitivity::Listed,
    "Why the pupil might have free meals on that day",
);
const SEX: ColumnSpec = of_pupil(
    "sex",
    Some(ListId::Sex),
    Sensitivity::Listed,
    "The pupil's sex, as in the school census",
);
const ETHNICITY: ColumnSpec = of_pupil(
    "ethnicity",
    Some(ListId::Ethnicity),
    Sensitivity::Listed,
    "The pupil's ethnicity, as the family said",
);
const SCHOOL: ColumnSpec = of_pupil(
    "school",
    None,
    Sensitivity::Plain,
    "The pupil's school where several stand together, by its pseudonym; empty within one",
);
const DAY_INDEX: ColumnSpec =
    of_day(CalendarPart::DayIndex, Int, "The number of the school day over all years");
const WEEK: ColumnSpec =
    of_day(CalendarPart::Week, Int, "The number of the school week over all years");
const HALF_TERM: ColumnSpec = of_day(CalendarPart::HalfTerm, Text, "The half-term with its year");
const TERM: ColumnSpec = of_day(CalendarPart::Term, Text, "The term with its year");
const YEAR: ColumnSpec = of_day(CalendarPart::Year, Text, "The school year");
const WEEKDAY: ColumnSpec = of_day(CalendarPart::Weekday, Int, "1 for Monday to 7 for Sunday");
const IS_OPEN: ColumnSpec = of_day(CalendarPart::IsOpen, Bool, "Whether it is a school day");
const CONFLICT: ColumnSpec =
    plain("in_conflict", Bool, "Whether two people wrote a field of this row at once");
const PUPIL: ColumnSpec = plain("pupil", Pupil, "The pupil");

/// The columns of an event of a pupil: its own, then what every event has besides.
macro_rules! event_columns {
    ($($own:expr),+ $(,)?) => {
        &[
            $($own),+,
            $crate::tables::list::CONFLICT,
            $crate::tables::list::YEAR_GROUP,
            $crate::tables::list::REG_GROUP,
            $crate::tables::list::SEN_STATUS,
            $crate::tables::list::PUPIL_PREMIUM,
            $crate::tables::list::FREE_MEALS,
            $crate::tables::list::SEX,
            $crate::tables::list::ETHNICITY,
            $crate::tables::list::SCHOOL,
            $crate::tables::list::DAY_INDEX,
            $crate::tables::list::WEEK,
            $crate::tables::list::HALF_TERM,
            $crate::tables::list::TERM,
            $crate::tables::list::YEAR,
            $crate::tables::list::WEEKDAY,
            $crate::tables::list::IS_OPEN,
        ]
    };
}
use event_columns;

const INCIDENTS: TableSpec = TableSpec {
    name: "incidents",
    row: "one incident and pupil; an incident without pupils has one row with an empty pupil",
    columns: event_columns![
        plain("incident_id", Record, "The incident"),
        PUPIL,
        coded("role", ListId::IncidentRole, "What part the pupil had"),
        coded("outcome", ListId::IncidentOutcome, "What followed for the pupil"),
        plain("date", Date, "The day on which it happened"),
        ColumnSpec {
            unit: Some("minute"),
            ..plain("minute", Int, "The time of day, in minutes after midnight")
        },
        plain("period", Text, "The period of the day, by its code"),
        coded("location", ListId::Location, "Where it happened"),
        coded("category", ListId::IncidentCategory, "What it was"),
        plain("severity", Int, "From 1, slight, to 5, grave"),
        coded("status", ListId::IncidentStatus, "Where it stands"),
        coded("action_taken", ListId::ActionTaken, "What was done at once"),
        coded("home_told", ListId::HomeTold, "Whether home knows"),
        plain("reporter", Record, "The member of staff who reported it"),
    ],
};

const ROLL: TableSpec = TableSpec {
    name: "roll",
    row: "one spell of a pupil on the roll",
    columns: &[
        PUPIL,
        coded("status", ListId::RollStatus, "How the pupil was on the roll"),
        plain("from", Date, "The first day"),
        plain("to", Date, "The last day; empty while it lasts"),
        CONFLICT,
    ],
};

const PUPILS: TableSpec = TableSpec {
    name: "pupils",
    row: "one pupil, as of today",
    columns: &[
        PUPIL,
        CONFLICT,
        YEAR_GROUP,
        REG_GROUP,
        SEN_STATUS,
        PUPIL_PREMIUM,
        FREE_MEALS,
        SEX,
        ETHNICITY,
        SCHOOL,
        of_pupil(
            "roll",
            Some(ListId::RollStatus),
            Sensitivity::Plain,
            "How the pupil is on the roll; empty where they are not",
        ),
    ],
};

const STAFF: TableSpec = TableSpec {
    name: "staff",
    row: "one member of staff",
    columns: &[
        plain("staff_id", Record, "The member of staff"),
        coded("role", ListId::StaffRole, "What kind of work they do"),
        plain("active", Bool, "Whether they still work here"),
        CONFLICT,
    ],
};

const CASELOADS: TableSpec = TableSpec {
    name: "caseloads",
    row: "one pupil on a caseload",
    columns: &[
        plain("caseload_id", Record, "The caseload"),
        PUPIL,
        plain("key_worker", Record, "The member of staff who looks after the pupil"),
        coded("tier", ListId::CaseloadTier, "How much support"),
        plain("date", Date, "The day on which the work began"),
        plain("closed", Date, "The day on which the work ended; empty while it lasts"),
        plain("next_review", Date, "When it is looked at again"),
        CONFLICT,
        YEAR_GROUP,
        REG_GROUP,
        SEN_STATUS,
        PUPIL_PREMIUM,
        FREE_MEALS,
        SEX,
        ETHNICITY,
        SCHOOL,
        HALF_TERM,
        TERM,
        YEAR,
    ],
};

const CALENDAR: TableSpec = TableSpec {
    name: "calendar",
    row: "one day of the school years, weekends and holidays included",
    columns: &[
        plain("date", Date, "The day"),
        DAY_INDEX,
        WEEK,
        HALF_TERM,
        TERM,
        YEAR,
        WEEKDAY,
        IS_OPEN,
    ],
};

const PERIODS: TableSpec = TableSpec {
    name: "periods",
    row: "one period of the day, in the latest school year",
    columns: &[
        plain("code", Text, "Its code, as incidents name it"),
        plain("title", Text, "What the school calls it"),
        plain("order", Int, "Its place in the day"),
        coded("kind", ListId::PeriodKind, "What pupils do in it"),
        plain("follows", Text, "The code of the period before it"),
        unit("minutes", "minute", "How long it lasts"),
    ],
};
