//! Scores: what teachers answer before and after an intervention, as totals alone.

use jiff::civil::Date;
use sheaf_records::{Kind, Record, RecordId, Value};

use crate::draw::Draw;
use crate::incident::School;
use crate::truth::TrueEffect;

/// The share of those who start an intervention for whom it is filled in.
const ASKED: f64 = 0.7;

/// The scales of difficulties of the SDQ with what pupils who are chosen for help come to.
const SCALES: [(&str, f64); 4] =
    [("emotional", 3.2), ("conduct", 4.6), ("hyperactivity", 6.2), ("peer", 3.4)];

/// Draws the scores that go with interventions, those of one intervention after the other.
pub(crate) fn draw_scores(
    draw: &mut Draw,
    school: &School<'_>,
    interventions: &[Record],
    effects: &[TrueEffect],
) -> Vec<Record> {
    let mut scores = Vec::new();
    for run in interventions {
        let ty = run.text("type").unwrap_or_default();
        let effect = effects.iter().find(|one| one.ty == ty).map_or(1.0, |one| one.rate_ratio);
        let end = run.one("end").and_then(Value::as_date);
        for (pupil, row) in run.rows("enrolments") {
            let start = row.get("start").and_then(Value::as_date);
            let pupil = pupil.parse::<RecordId>().ok();
            let Some((pupil, start)) = pupil.zip(start).filter(|_| draw.chance(ASKED)) else {
                continue;
            };
            let scales = SCALES.map(|(scale, mean)| (scale, mark(draw, mean)));
            if start <= school.today {
                scores.push(record(draw, run, pupil, (start, "before"), &scales));
            }
            let own_end = row.get("end").and_then(Value::as_date).or(end);
            if let Some(end) = own_end.filter(|end| *end <= school.today && *end > start) {
                // What was at its worst comes down a little by itself.
                let after = scales.map(|(scale, before)| {
                    (scale, mark(draw, before as f64 * (0.55 + 0.4 * effect)))
                });
                scores.push(record(draw, run, pupil, (end, "after"), &after));
            }
        }
    }
    scores
}

/// A scale of five items scored 0 to 2, about a mean.
fn mark(draw: &mut Draw, mean: f64) -> i64 {
    let share = (mean / 10.0).clamp(0.02, 0.98);
    (0..10).filter(|_| draw.chance(share)).count() as i64
}

fn record(
    draw: &mut Draw,
    run: &Record,
    pupil: RecordId,
    (day, occasion): (Date, &str),
    scales: &[(&str, i64)],
) -> Record {
    let mut record = Record { id: draw.id(), kind: Kind::Score, fields: Default::default() };
    record.set("pupil", pupil);
    record.set("date", day);
    record.set("measure", "sdq");
    record.set("informant", "teacher");
    record.set("occasion", occasion);
    record.set("intervention", run.id);
    for (scale, score) in scales {
        record.set_row("totals", scale, "score", *score);
    }
    let total: i64 = scales.iter().map(|(_, score)| score).sum();
    record.set_row("totals", "total", "score", total);
    record.set_row("totals", "prosocial", "score", mark(draw, 5.8));
    if let Some(lead) = run.one("lead") {
        record.set("scored_by", lead.clone());
    }
    record
}
