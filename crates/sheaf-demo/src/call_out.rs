//! Call-outs: what came of the incidents in which help was called.

use jiff::civil::DateTime;
use sheaf_records::{Kind, Record, Value, occurred};

use crate::draw::Draw;
use crate::incident::School;

/// Who answers a call, and how often.
const RESPONDERS: [(&str, f64); 3] =
    [("mentor", 0.5), ("pastoral_lead", 0.35), ("senior_leader", 0.15)];

/// Of this share nobody wrote down when it was over.
const NOT_CLEARED: f64 = 0.06;

const TRIED: [&str; 5] = [
    "Reminder and warning given, seat moved.",
    "Offered two minutes outside the door.",
    "Spoke quietly beside the desk, gave time to choose.",
    "Warning, then parking next door was refused.",
    "Breathing card offered and not taken.",
];

/// Draws the call-outs of incidents, in their order.
pub(crate) fn draw_call_outs(
    draw: &mut Draw,
    school: &School<'_>,
    incidents: &[Record],
) -> Vec<Record> {
    let called = incidents.iter().filter(|one| one.text("action_taken") == Some("on_call"));
    called.filter_map(|incident| call_out(draw, school, incident)).collect()
}

fn call_out(draw: &mut Draw, school: &School<'_>, incident: &Record) -> Option<Record> {
    let raised = occurred(incident)?;
    let mut record = Record { id: draw.id(), kind: Kind::CallOut, fields: Default::default() };
    record.set("raised_at", raised);
    record.set("reason", reason(draw, incident.text("category").unwrap_or_default()));
    for (field, of_incident) in
        [("period", "period"), ("location", "location"), ("requester", "reporter")]
    {
        if let Some(value) = incident.one(of_incident) {
            record.set(field, value.clone());
        }
    }
    record.set("incident", incident.id);
    if draw.chance(0.4) {
        record.set("tried", draw.pick(&TRIED));
    }
    let role = draw.weighted(&RESPONDERS);
    if let Some(responder) = school.some_staff(draw, role) {
        record.set("responder", responder);
    }
    set_times(draw, &mut record, raised);
    let active = incident.rows("participants").filter(|(_, row)| {
        matches!(row.get("role").and_then(Value::as_text), Some("aggressor" | "participant"))
    });
    for (pupil, row) in active {
        let outcome = outcome(draw, row.get("outcome").and_then(Value::as_text));
        record.set_row("pupils", pupil, "outcome", outcome);
    }
    Some(record)
}

/// Help comes within minutes, with a tail on a bad day.
fn set_times(draw: &mut Draw, record: &mut Record, raised: DateTime) {
    let after = |time: DateTime, minutes: i64| {
        time.checked_add(jiff::Span::new().minutes(minutes)).unwrap_or(time)
    };
    let acknowledged = after(raised, i64::from(draw.poisson(0.9)));
    let tail = if draw.chance(0.08) { draw.between(6, 18) } else { 0 };
    let arrived = after(acknowledged, 1 + i64::from(draw.poisson(3.2)) + tail);
    record.set("acknowledged_at", acknowledged);
    record.set("arrived_at", arrived);
    if !draw.chance(NOT_CLEARED) {
        record.set("cleared_at", after(arrived, 2 + i64::from(draw.poisson(9.0))));
    }
}

fn reason(draw: &mut Draw, category: &str) -> &'static str {
    match category {
        "defiance" | "mobile_phone" | "uniform" => "refusal",
        "fighting" | "assault_pupil" | "assault_adult" => "fighting",
        "truancy" | "out_of_lesson" => "walked_out",
        "verbal_abuse" | "insolence" | "swearing" | "racist" | "homophobic" => "verbal_abuse",
        "unsafe" | "damage" => "unsafe",
        _ => draw.weighted(&[("disruption", 0.75), ("dysregulated", 0.25)]),
    }
}

/// How it ended, in keeping with what followed for the pupil.
fn outcome(draw: &mut Draw, followed: Option<&str>) -> &'static str {
    match followed {
        Some("reflection_room") => "reflection_room",
        Some("suspension") => "removed",
        _ => draw.weighted(&[
            ("settled_in_class", 0.4),
            ("walked", 0.25),
            ("parked", 0.2),
            ("removed", 0.15),
        ]),
    }
}
