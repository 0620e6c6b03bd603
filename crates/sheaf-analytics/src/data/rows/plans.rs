//! The rows of scores and of plans.

use sheaf_records::{Record, Value, score_range};

use super::{Raw, Row, field};

/// A row for each scale of a score.
pub(super) fn score(record: &Record) -> Vec<Row<'_>> {
    let measure = record.text("measure").unwrap_or_default();
    record
        .rows("totals")
        .map(|(scale, row)| {
            let range = score_range(measure, scale).ok().flatten();
            let better = range.map_or(Raw::Null, |range| Raw::Text(range.better.name()));
            Row::new(
                "scores",
                [
                    ("score_id", Raw::Id(record.id)),
                    ("pupil", field(record, "pupil")),
                    ("date", field(record, "date")),
                    ("measure", field(record, "measure")),
                    ("informant", field(record, "informant")),
                    ("scale", Raw::Text(scale)),
                    ("score", Raw::of(row.get("score"))),
                    ("better", better),
                    ("occasion", field(record, "occasion")),
                    ("intervention_id", field(record, "intervention")),
                ],
            )
        })
        .collect()
}

/// The row of a plan.
pub(super) fn plan(record: &Record) -> Row<'_> {
    let targets = || record.rows("targets").map(|(_, row)| row.get("met").and_then(Value::as_text));
    let met = targets().filter(|met| *met == Some("met")).count();
    let agreed = |party: &str| {
        let view = record.rows("views").find(|(key, _)| *key == party);
        Raw::of(view.and_then(|(_, row)| row.get("agreed")))
    };
    // Days sort as their keys do.
    let last_review = record.rows("reviews").last().and_then(|(day, _)| day.parse().ok());
    Row::new(
        "plans",
        [
            ("plan_id", Raw::Id(record.id)),
            ("pupil", field(record, "pupil")),
            ("date", field(record, "start")),
            ("type", field(record, "type")),
            ("end", field(record, "end")),
            ("next_review", field(record, "next_review")),
            ("lead", field(record, "lead")),
            ("takes_place_of", field(record, "takes_place_of")),
            ("targets", Raw::Int(targets().count() as i64)),
            ("targets_met", Raw::Int(met as i64)),
            ("reviews", Raw::Int(record.rows("reviews").count() as i64)),
            ("last_review", last_review.map_or(Raw::Null, Raw::Date)),
            ("pupil_agreed", agreed("pupil")),
            ("home_agreed", agreed("home")),
            ("outcome", field(record, "outcome")),
        ],
    )
}
