//! The table of what suspensions set running.

use sheaf_records::ListId;

use super::super::TableSpec;
use super::{
    CONFLICT, ETHNICITY, FREE_MEALS, PUPIL, PUPIL_PREMIUM, REG_GROUP, SEN_STATUS, SEX, YEAR_GROUP,
    coded, plain, unit,
};
use crate::data::column::ColumnType::{Bool, Date, Text};

pub(super) const CLOCKS: TableSpec = TableSpec {
    name: "clocks",
    row: "one clock of one pupil on the day taken as today: a limit of suspensions with what is \
          used of it, or something that is due; of this school year and whatever is still to come. \
          Count pupils with `n_unique`, as `count()` counts suspensions",
    columns: &[
        PUPIL,
        coded("rule", ListId::SuspensionClock, "What the law counts or asks for"),
        unit(
            "used",
            "session",
            "Half-days of suspension in the term or the year, those to come included; empty where \
             nothing is counted",
        ),
        unit("limit", "session", "What is allowed, or up to which nothing follows"),
        plain("ends", Date, "The last day of the term or the year in which it is counted"),
        plain("due", Date, "The day by which it is to be done; empty where nothing is due"),
        plain("done", Bool, "Whether it is written down as done; empty where records do not say"),
        plain("why", Text, "The reckoning in words"),
        CONFLICT,
        YEAR_GROUP,
        REG_GROUP,
        SEN_STATUS,
        PUPIL_PREMIUM,
        FREE_MEALS,
        SEX,
        ETHNICITY,
    ],
};
