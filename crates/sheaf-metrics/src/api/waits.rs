//! Waits: how long something took, where some of it has not come yet.

use std::sync::Arc;

use rhai::{Array, Dynamic, INT, Map};
use sheaf_analytics::{WaitOptions, Waits};
use sheaf_charts::Scale;

use super::columns::of_texts;
use super::frame::{FrameValue, Part, label};
use super::origin::Origin;
use super::smallness::{of_counts, of_parts};
use super::table::Table;
use crate::column::{About, Behind, Column, Values};
use crate::fault::{fault, unknown};
use crate::given::Given;
use crate::missing::Missing;
use crate::registry::{Answer, Group, Registry};
use crate::run::raised;

/// Waits as scripts hold them.
#[derive(Clone)]
pub struct WaitsValue {
    waits: Arc<Waits>,
    origin: Origin,
    behind: Arc<Behind>,
    /// Why all of it is hidden, if it is.
    guard: Option<Missing>,
}

const FIELDS: [&str; 6] = ["time", "came", "unit", "len", "waiting", "unknown"];

/// Registers waits.
pub fn register(registry: &mut Registry) {
    registry.name_type::<WaitsValue>("waits");
    registry.overload("to_string", |_: &mut WaitsValue| "waits".to_owned());
    registry.function(
        Group::Waits.item(
            "waits",
            "table.waits(#{came, seen}) -> waits",
            "How long each record waited, once however many pupils it names: `came` is the column \
             of minutes until it came, `seen` those up to which it is known not to have come. \
             Suppression counts pupils, and a record without a pupil as one of its own.",
            "cx.call_outs.waits(#{ came: \"to_arrive\", seen: [\"to_clear\"] }).len",
            "12",
        ),
        |table: &mut Table, options: Map| waits(table, &options),
    );
    registry.fields(|waits: &mut WaitsValue, name: &str| waits.field(name));
    parts(registry);
    for (name, signature, doc, example, gives) in [
        ("time", "waits.time -> column", "How long, came or not.", "time.len", "12"),
        ("came", "waits.came -> column", "Whether it came.", "came.len", "12"),
        (
            "unit",
            "waits.unit -> column",
            "The pupil of each, for `cluster`; it cannot be read.",
            "unit.len",
            "12",
        ),
        ("len", "waits.len -> integer", "How many there are.", "len", "12"),
        ("waiting", "waits.waiting -> integer", "How many have not come.", "waiting", "0"),
        (
            "unknown",
            "waits.unknown -> integer",
            "How many records say nothing of how long it took; they are in no column.",
            "unknown",
            "0",
        ),
    ] {
        let example: &'static str = match example {
            "time.len" => EXAMPLE_TIME,
            "came.len" => EXAMPLE_CAME,
            "unit.len" => EXAMPLE_UNIT,
            "waiting" => EXAMPLE_WAITING,
            "unknown" => EXAMPLE_UNKNOWN,
            _ => EXAMPLE_LEN,
        };
        registry.field(Group::Waits.item(name, signature, doc, example, gives));
    }
}

fn parts(registry: &mut Registry) {
    registry.function(
        Group::Waits.item(
            "by",
            "waits.by(name) -> array of parts",
            "The same for each value of a column, each with `key`, `label` and `frame`.",
            "cx.call_outs.waits(#{ came: \"to_arrive\" }).by(\"year_group\").map(|one| \
             one.frame.len)[0]",
            "7",
        ),
        |waits: &mut WaitsValue, name: &str| waits.parts(name),
    );
    registry.function(
        Group::Waits.item(
            "column",
            "waits.column(name) -> column",
            "A column of the records, a value for each wait: groups for `stats::logrank`.",
            "cx.call_outs.waits(#{ came: \"to_arrive\" }).column(\"year_group\").len",
            "12",
        ),
        |waits: &mut WaitsValue, name: &str| waits.named(name),
    );
}

const EXAMPLE_TIME: &str = "cx.call_outs.waits(#{ came: \"to_arrive\" }).time.len";
const EXAMPLE_CAME: &str = "cx.call_outs.waits(#{ came: \"to_arrive\" }).came.len";
const EXAMPLE_UNIT: &str = "cx.call_outs.waits(#{ came: \"to_arrive\" }).unit.len";
const EXAMPLE_LEN: &str = "cx.call_outs.waits(#{ came: \"to_arrive\" }).len";
const EXAMPLE_WAITING: &str = "cx.call_outs.waits(#{ came: \"to_arrive\" }).waiting";
const EXAMPLE_UNKNOWN: &str = "cx.call_outs.waits(#{ came: \"to_arrive\" }).unknown";

fn waits(table: &Table, options: &Map) -> Answer<WaitsValue> {
    let given = Given::new("waits", options, &["came", "seen"])?;
    let came = given.text("came", "")?;
    if came.is_empty() {
        return Err(fault("`waits` needs `came`, the column of minutes until it came"));
    }
    let rows = FrameValue::of_table(table)?;
    table.run.note_conflicts(rows.frame.rows_in_conflict());
    let options = WaitOptions { came, seen: given.texts("seen")? };
    let waits = rows.frame.waits(&options).map_err(raised)?;
    Ok(WaitsValue { guard: rows.guard(), ..WaitsValue::new(waits, table.origin.clone()) })
}

impl WaitsValue {
    fn new(waits: Waits, origin: Origin) -> Self {
        let waits = Arc::new(waits);
        let rows = Arc::clone(&waits);
        let behind = Arc::new(Behind {
            pupils: waits.units().to_vec(),
            records: Arc::new(move |row| rows.ids(row).iter().collect()),
            on_roll: Vec::new(),
            split: origin.split,
            audience: origin.audience,
        });
        Self { waits, origin, behind, guard: None }
    }

    /// A count of rows, hidden where few pupils are behind it.
    fn count(&self, holds: impl Fn(usize) -> bool) -> Dynamic {
        let all = self.behind.pupils_where(|_| true);
        let with = self.behind.pupils_where(&holds);
        let rows = (0..self.waits.time().len()).filter(|row| holds(*row)).count();
        match self.guard.clone().or_else(|| self.few(all, with)) {
            Some(missing) => Dynamic::from(missing),
            None => Dynamic::from(rows as INT),
        }
    }

    fn few(&self, pupils: usize, with: usize) -> Option<Missing> {
        of_counts(pupils, with, self.origin.split, self.origin.audience)
    }

    fn field(&self, name: &str) -> Answer<Dynamic> {
        let waits = &self.waits;
        let column = |values: Values, title: &str| {
            let about = About::new(title, Scale::Count);
            let column = Column::of(values).about(about).behind(Arc::clone(&self.behind));
            Dynamic::from(Column { guard: self.guard.clone(), ..column })
        };
        let has_not_come = |row: usize| waits.came().get(row) == Some(&false);
        Ok(match name {
            "time" => column(Values::Numbers(waits.time().into()), "Minutes since the call"),
            "came" => column(Values::Flags(waits.came().into()), ""),
            "unit" => column(Values::Codes(waits.units().into(), Vec::new().into()), ""),
            "len" => self.count(|_| true),
            "waiting" => self.count(has_not_come),
            // Of these no more is known than that they are there: each may be a pupil of its own.
            "unknown" => match self.few(waits.unknown(), waits.unknown()) {
                Some(missing) => Dynamic::from(missing),
                None => Dynamic::from(waits.unknown() as INT),
            },
            _ => return Err(unknown("waits have no", name, FIELDS)),
        })
    }

    fn named(&self, name: &str) -> Answer<Column> {
        let column = self.waits.column(name).map_err(raised)?;
        let labels = column.cells().map(|cell| label(&self.origin.table, name, &cell));
        Ok(of_texts(labels).behind(Arc::clone(&self.behind)))
    }

    fn parts(&self, column: &str) -> Answer<Array> {
        let mut origin = self.origin.clone();
        origin.part_by(column)?;
        let (mut keys, mut parts) = (Vec::new(), Vec::new());
        for group in self.waits.by(column).map_err(raised)? {
            keys.push((label(&self.origin.table, column, &group.key), group.label));
            parts.push(Self::new(group.waits, origin.clone()));
        }
        let counts: Vec<u64> = parts.iter().map(|one| one.waits.time().len() as u64).collect();
        let pupils: Vec<usize> =
            parts.iter().map(|one| one.behind.pupils_where(|_| true)).collect();
        let hidden = of_parts(&counts, &pupils, origin.split, origin.audience);
        let part = |(((label, key), waits), hidden): (_, Option<Missing>)| {
            let guard = self.guard.clone().or(hidden);
            Dynamic::from(Part { label, key, frame: Dynamic::from(Self { guard, ..waits }) })
        };
        Ok(keys.into_iter().zip(parts).zip(hidden).map(part).collect())
    }
}

#[cfg(test)]
mod tests;
