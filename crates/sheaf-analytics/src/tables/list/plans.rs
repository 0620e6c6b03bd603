//! The tables of scores and of plans.

use sheaf_records::ListId;

use super::super::TableSpec;
use super::{PUPIL, coded, event_columns, plain, unit};
use crate::data::column::ColumnType::{Date, Int, Record, Text};

pub(super) const SCORES: TableSpec = TableSpec {
    name: "scores",
    row: "one scale of one measure of a pupil on a day",
    columns: event_columns![
        plain("score_id", Record, "The measure as it was taken"),
        PUPIL,
        plain("date", Date, "The day on which it was filled in"),
        coded("measure", ListId::Measure, "Which measure"),
        coded("informant", ListId::Informant, "Who answered"),
        coded("scale", ListId::ScoreScale, "Which scale of it"),
        plain("score", Int, "What the scale came to, as the measure's key adds it up"),
        plain("better", Text, "Whether higher or lower is better; empty where nobody has said"),
        coded("occasion", ListId::ScoreOccasion, "Before, during or after support"),
        plain("intervention_id", Record, "The intervention that it goes with"),
    ],
};

pub(super) const PLANS: TableSpec = TableSpec {
    name: "plans",
    row: "one plan of one pupil",
    columns: event_columns![
        plain("plan_id", Record, "The plan"),
        PUPIL,
        plain("date", Date, "Its first day"),
        coded("type", ListId::PlanType, "What kind of plan"),
        plain("end", Date, "Its last day; empty while it goes on"),
        plain("next_review", Date, "When it is to be looked at again"),
        plain("lead", Record, "The member of staff who looks after it"),
        plain("takes_place_of", Record, "The plan before it"),
        unit("targets", "target", "How many targets it has"),
        unit("targets_met", "target", "How many of them were reached"),
        unit("reviews", "review", "How often it was reviewed"),
        plain("last_review", Date, "The day of the last review"),
        plain("pupil_agreed", Date, "The day on which the pupil agreed to it"),
        plain("home_agreed", Date, "The day on which home agreed to it"),
        coded("outcome", ListId::PlanOutcome, "What it came to"),
    ],
};
