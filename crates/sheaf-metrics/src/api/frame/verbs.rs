//! What is done with a frame: empty groups, more columns, a choice of columns, a look at the rows.

use std::sync::{Arc, OnceLock};

use rhai::{Array, Dynamic, Map};
use sheaf_analytics::{Cell, Column as Cells, KeyValues};

use super::FrameValue;
use crate::api::expression::names;
use crate::api::table::new_column;
use crate::column::{Backing, Column, Values};
use crate::fault::{fault, unknown};
use crate::limits::MAX_ROWS;
use crate::registry::{Answer, Group, Registry};
use crate::run::raised;

/// The rows that `print` shows: enough to see what a frame is like.
const PRINTED_ROWS: usize = 20;

/// Registers them.
pub fn register(registry: &mut Registry) {
    registry.function(
        Group::Frame.item(
            "complete",
            "frame.complete(keys) -> frame",
            "A row for every value of each key with every value of the others: what is counted is 0 \
             where there was no row, anything else nothing. `keys` are names of columns by which \
             the frame was grouped; a map gives values that must be there too.",
            "cx.room_referrals.group([\"year_group\", \"weekday\"]).agg(#{ n: count() }).collect()\
             .complete(#{ year_group: [], weekday: [1, 2, 3, 4, 5] }).rows().len()",
            "10",
        ),
        |frame: &mut FrameValue, keys: Dynamic| frame.complete(&keys),
    );
    registry.overload("add", |frame: &mut FrameValue, columns: Map| frame.add(&columns));
    registry.field(Group::Frame.item(
        "add",
        "frame.add(#{name: expression or values}) -> frame",
        "More columns: worked out of those that are there, or an array, or a column of another frame \
         of groups, with a value for each row.",
        "cx.room_referrals.group(\"year_group\").agg(#{ n: count() }).collect().add(#{ twice: \
         col(\"n\") * 2 }).rows()[1].twice",
        "14",
    ));
    registry.overload("columns", |frame: &mut FrameValue, chosen: Dynamic| frame.choose(&chosen));
    registry.field(Group::Frame.item(
        "columns",
        "frame.columns([names]) -> frame",
        "The columns that `report.table` and `print` show, in this order.",
        "cx.room_referrals.group(\"year_group\").agg(#{ n: count(), pupils: \
         n_unique(col(\"pupil\")) }).collect().columns([\"n\", \"year_group\"]).len",
        "2",
    ));
    registry.overload("print", |frame: &mut FrameValue| frame.text());
    registry.field(Group::Frame.item(
        "print",
        "print(frame)",
        "Prints the first 20 rows as they may be shown, to look at while a metric is written.",
        "print(cx.room_referrals.group(\"year_group\").agg(#{ n: count() }).collect())",
        "",
    ));
}

impl FrameValue {
    fn complete(&self, keys: &Dynamic) -> Answer<Self> {
        if self.origin.keys.is_empty() || !self.origin.is_grouped {
            return Err(fault("`complete` needs groups, as in `.group(\"weekday\").agg(..)`"));
        }
        if self.origin.is_picked {
            return Err(fault(
                "`complete` comes before groups are picked or put in order: some that are left out \
                 would stand there as 0",
            ));
        }
        let mut wanted = match keys.read_lock::<Map>() {
            Some(map) => map.iter().map(|(name, list)| key(name, list)).collect::<Answer<_>>()?,
            None => (names("complete", keys)?.into_iter())
                .map(|column| KeyValues { column, values: Vec::new() })
                .collect::<Vec<_>>(),
        };
        let known = self.origin.keys.iter();
        for one in &wanted {
            if !known.clone().any(|key| *key == one.column) {
                let known = known.map(String::as_str);
                return Err(unknown("the frame is not grouped by", &one.column, known));
            }
        }
        // In the order of the groups; a key that is not named has the values that it has.
        let of_key = |key: &String| {
            let given = wanted.iter().position(|one| one.column == *key);
            let bare = || KeyValues { column: key.clone(), values: Vec::new() };
            given.map_or_else(bare, |at| wanted.swap_remove(at))
        };
        let keys: Vec<KeyValues> = self.origin.keys.iter().map(of_key).collect();
        let frame = self.frame.complete(&keys, &self.origin.counts, MAX_ROWS).map_err(raised)?;
        Ok(Self { frame, hidden: OnceLock::new().into(), ..self.clone() })
    }

    fn add(&self, columns: &Map) -> Answer<Self> {
        let mut more = self.clone();
        more.hidden = OnceLock::new().into();
        for (name, value) in columns {
            let is_many = value.is_array() || value.is::<Column>();
            if is_many {
                more.add_values(name, value)?;
                continue;
            }
            let step = new_column(name, value)?;
            more.origin.note(&step)?;
            more.frame = more.frame.apply(&[step], &Default::default()).map_err(raised)?;
        }
        Ok(more)
    }

    /// A column whose values were worked out elsewhere: those that few pupils hide stay hidden.
    fn add_values(&mut self, name: &str, value: &Dynamic) -> Answer<()> {
        if self.frame.names().contains(&name) {
            return Err(fault(format!("there is a column `{name}`; call the new one otherwise")));
        }
        let column = match value.read_lock::<Array>() {
            Some(items) => open(crate::api::columns::from_array(&items)?),
            None => value.clone().cast::<Column>(),
        };
        let rows = self.frame.len();
        if column.len() != rows {
            let found = column.len();
            return Err(fault(format!("`{name}` has {found} values for {rows} rows")));
        }
        let cells = cells(name, &column)?;
        self.frame = self.frame.with_column(name, cells).map_err(raised)?;
        Ok(())
    }

    fn choose(&self, chosen: &Dynamic) -> Answer<Self> {
        let chosen = names("columns", chosen)?;
        for name in &chosen {
            self.frame.column(name).map_err(raised)?;
        }
        Ok(Self { chosen: Some(chosen.into()), ..self.clone() })
    }

    /// The rows as lines of text.
    fn text(&self) -> Answer<String> {
        if self.allow_rows().is_err() || self.hides_its_groups().is_some() {
            return Ok(self.to_string());
        }
        let names = self.shown();
        let mut lines = vec![names.clone()];
        for row in 0..self.frame.len().min(PRINTED_ROWS) {
            let cell = |cell: Option<serde_json::Value>| match cell {
                None => "hidden".to_owned(),
                Some(serde_json::Value::Null) => String::new(),
                Some(serde_json::Value::String(text)) => text,
                Some(other) => other.to_string(),
            };
            lines.push(self.cells(row, &names)?.into_iter().map(cell).collect());
        }
        let more = self.frame.len().saturating_sub(PRINTED_ROWS);
        let mut text = aligned(&lines);
        if more > 0 {
            text.push_str(&format!("\n… and {more} more rows"));
        }
        Ok(text)
    }
}

/// A key and the values that it must have.
fn key(name: &str, values: &Dynamic) -> Answer<KeyValues> {
    let wrong = || fault(format!("`{name}` of complete needs an array of its values"));
    let items = values.read_lock::<Array>().ok_or_else(wrong)?;
    let cell = |item: &Dynamic| {
        if let Ok(number) = item.as_int() {
            return Ok(Cell::Int(number));
        }
        if let Ok(answer) = item.as_bool() {
            return Ok(Cell::Bool(answer));
        }
        item.clone().into_string().map(|text| Cell::Text(text.into())).map_err(|_| wrong())
    };
    let values = items.iter().map(cell).collect::<Answer<Vec<Cell>>>()?;
    Ok(KeyValues { column: name.to_owned(), values })
}

/// A column of values that a script has already read.
fn open(column: Column) -> Column {
    let rows = column.len();
    Column { marks: Some(Arc::new(move || vec![Backing::default(); rows])), ..column }
}

/// The values of a column that may stand in a table.
fn cells(name: &str, column: &Column) -> Answer<Cells> {
    if let Some(guard) = &column.guard {
        return Err(guard.clone().into_error());
    }
    // What each single record or pupil gives is for statistics alone.
    if column.behind.is_some() || column.of_counts.is_some() || column.marks.is_none() {
        return Err(fault(format!(
            "`{name}` may hold a value for each pupil; take an array, or a column of a frame of groups"
        )));
    }
    let marks = column.marks.as_ref().map(|marks| marks()).unwrap_or_default();
    let shown = |row: &usize| marks.get(*row).is_some_and(|mark| !mark.is_hidden);
    let rows = 0..column.len();
    Ok(match &column.values {
        Values::Numbers(values) => {
            let number = |row| values.get(row).copied().filter(|value: &f64| value.is_finite());
            Cells::floats(rows.map(|row| Some(row).filter(shown).and_then(number)))
        }
        Values::Flags(values) => Cells::bools(
            rows.map(|row| Some(row).filter(shown).and_then(|row| values.get(row).copied())),
        ),
        Values::Codes(..) => {
            let names = column.names();
            Cells::texts(rows.map(|row| Some(row).filter(shown).and_then(|row| names.get(row))))
        }
    })
}

/// Cells in columns as wide as the widest of each.
fn aligned(lines: &[Vec<String>]) -> String {
    let columns = lines.first().map_or(0, Vec::len);
    let width = |column: usize| {
        let cells = lines.iter().filter_map(|line| line.get(column));
        cells.map(|cell| cell.chars().count()).max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..columns).map(width).collect();
    let line = |line: &Vec<String>| {
        let cells = line.iter().zip(&widths).map(|(cell, width)| format!("{cell:<width$}"));
        cells.collect::<Vec<_>>().join("  ").trim_end().to_owned()
    };
    lines.iter().map(line).collect::<Vec<_>>().join("\n")
}
