//! Frames: rows that were worked out, hidden where few pupils are behind them.

use std::sync::{Arc, OnceLock};

use rhai::{Array, Dynamic, INT};
use sheaf_analytics::{
    AnalyticsError, Cell, Frame, Sensitivity, Shown, Table, protect_one_way, protect_two_way,
};
use sheaf_charts::{IdSet, Scale, day_number};
use sheaf_records::CodeLists;

use super::smallness::of_counts;
use crate::column::{About, Backing, Column, Marks, Values, codes_of};
use crate::fault::{fault, unknown};
use crate::limits::MAX_ROWS;
use crate::missing::Missing;
use crate::registry::{Answer, Group, Registry};
use crate::run::raised;

/// Which table rows came from, and by what they were picked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin {
    /// The table.
    pub table: String,
    /// How the rows were picked.
    pub split: Sensitivity,
    /// The columns by which they were grouped last.
    pub keys: Vec<String>,
}

impl Origin {
    /// All rows of a table.
    pub fn of(table: &str) -> Self {
        Self { table: table.to_owned(), split: Sensitivity::Plain, keys: Vec::new() }
    }

    /// Notes that rows are split by a column.
    pub fn split_by(&mut self, column: &str) {
        if sheaf_analytics::sensitivity(column) == Sensitivity::Listed {
            self.split = Sensitivity::Listed;
        }
    }

    /// What the rows are called: `referrals` of `room_referrals`.
    pub fn noun(&self) -> &str {
        self.table.rsplit('_').next().unwrap_or(&self.table)
    }
}

/// A frame as scripts hold it.
#[derive(Clone)]
pub struct FrameValue {
    /// The rows.
    pub frame: Frame,
    /// Where they came from.
    pub origin: Origin,
    hidden: Arc<OnceLock<Vec<Option<Missing>>>>,
}

/// One of several parts: a key, its label, and its rows.
#[derive(Clone)]
pub struct Part {
    /// The value as it is stored.
    pub key: String,
    /// The value as it is shown.
    pub label: String,
    /// Its rows: a frame or gaps.
    pub frame: Dynamic,
}

impl FrameValue {
    /// Rows that came from somewhere.
    pub fn new(frame: Frame, origin: Origin) -> Self {
        Self { frame, origin, hidden: Arc::default() }
    }

    /// Why the values of a row are hidden, if they are.
    pub fn hidden(&self, row: usize) -> Option<Missing> {
        let rows = self.hidden.get_or_init(|| {
            let own = |pupils| of_counts(pupils, pupils, self.origin.split);
            let mut rows: Vec<Option<Missing>> =
                self.frame.pupils_behind().into_iter().map(own).collect();
            protect(self, &mut rows);
            rows
        });
        rows.get(row).cloned().flatten()
    }

    /// Whether a cell is a value that small groups hide: a count or what is worked out, not a key.
    pub fn is_value(&self, column: &str) -> bool {
        !self.is_key(column)
    }

    fn is_key(&self, column: &str) -> bool {
        sheaf_analytics::table(&self.origin.table).is_ok_and(|table| table.column(column).is_ok())
    }

    /// A cell as scripts read it.
    fn cell(&self, row: usize, column: &str) -> Answer<Dynamic> {
        let cell = self.frame.cell(row, column).map_err(raised)?;
        if self.is_value(column)
            && let Some(missing) = self.hidden(row)
        {
            return Ok(Dynamic::from(missing));
        }
        Ok(match cell {
            Cell::Null => Dynamic::UNIT,
            Cell::Int(number) => number.into(),
            Cell::Float(number) => number.into(),
            Cell::Bool(flag) => flag.into(),
            // A script may count pupils; it never learns which.
            Cell::Id(_) => return Err(fault("the id of a pupil or a record cannot be read")),
            other => other.to_string().into(),
        })
    }

    /// The cells of a row as a table shows them; none where hidden.
    pub fn cells(&self, row: usize, columns: &[String]) -> Answer<Vec<Option<serde_json::Value>>> {
        let hidden = self.hidden(row).is_some();
        let cell = |name: &String| {
            if hidden && self.is_value(name) {
                return Ok(None);
            }
            let cell = self.frame.cell(row, name).map_err(raised)?;
            Ok(Some(match cell {
                Cell::Null => serde_json::Value::Null,
                Cell::Int(number) => number.into(),
                Cell::Float(value) => crate::column::number(value),
                Cell::Bool(flag) => flag.into(),
                Cell::Id(_) => return Err(fault("a table does not show ids; use `report.list`")),
                other => label(&self.origin.table, name, &other).into(),
            }))
        };
        columns.iter().map(cell).collect()
    }

    fn rows(&self) -> Answer<Array> {
        if self.frame.len() > MAX_ROWS {
            return Err(fault(format!(
                "{} rows are more than the {MAX_ROWS} that a script may walk; group them first",
                self.frame.len()
            )));
        }
        Ok((0..self.frame.len())
            .map(|row| Dynamic::from(Row { frame: self.clone(), row }))
            .collect())
    }

    /// A column of the frame for statistics and charts.
    pub fn column(&self, name: &str) -> Answer<Column> {
        let column = self.frame.column(name).map_err(raised)?;
        let rows = 0..column.len();
        let hidden: Vec<bool> = match self.is_value(name) {
            true => rows.map(|row| self.hidden(row).is_some()).collect(),
            false => Vec::new(),
        };
        let shown = |row: usize| !hidden.get(row).copied().unwrap_or_default();
        let cells: Vec<Cell> = column.cells().collect();
        let as_number = |cell: &Cell| match cell {
            Cell::Int(number) => Some(*number as f64),
            Cell::Float(number) => Some(*number),
            Cell::Bool(flag) => Some(f64::from(*flag)),
            Cell::Date(date) => Some(f64::from(day_number(*date))),
            _ => None,
        };
        let is_text = cells.iter().any(|cell| matches!(cell, Cell::Text(_) | Cell::Id(_)));
        let values = if is_text {
            let labels = cells.iter().map(|cell| label(&self.origin.table, name, cell));
            super::columns::of_texts(labels).values
        } else {
            let numbers = cells.iter().enumerate().map(|(row, cell)| match as_number(cell) {
                Some(number) if shown(row) => number,
                _ => f64::NAN,
            });
            Values::Numbers(numbers.collect())
        };
        let is_date = cells.iter().any(|cell| matches!(cell, Cell::Date(_)));
        let scale = match is_date {
            true => Scale::Date { starts: Vec::new() },
            false => Scale::Number,
        };
        let column = Column::of(values).about(About::new(title(name), scale));
        let frame = self.clone();
        let marks: Marks =
            Arc::new(move || (0..frame.frame.len()).map(|row| frame.backing(row)).collect());
        Ok(Column { marks: self.is_value(name).then_some(marks), ..column })
    }

    fn backing(&self, row: usize) -> Backing {
        let ids: IdSet = self.frame.ids(row).iter().collect();
        Backing { n: ids.len() as u32, is_hidden: self.hidden(row).is_some(), ids }
    }

    fn parts(&self, column: &str) -> Answer<Array> {
        let groups = self.frame.by(column).map_err(raised)?;
        let mut origin = self.origin.clone();
        origin.split_by(column);
        let part = |group: sheaf_analytics::Group| {
            let frame = Self::new(group.frame, origin.clone());
            Dynamic::from(Part {
                label: label(&self.origin.table, column, &group.key),
                key: group.label,
                frame: Dynamic::from(frame),
            })
        };
        Ok(groups.into_iter().map(part).collect())
    }
}

/// Hides more rows where a hidden one could be worked out from those beside it: in tables with one
/// key and with two. Tables with more keys print no totals.
fn protect(frame: &FrameValue, rows: &mut [Option<Missing>]) {
    if !rows.iter().any(Option::is_some) {
        return;
    }
    let counts: Vec<u64> = (0..rows.len()).map(|row| frame.frame.ids(row).len() as u64).collect();
    let hidden: Vec<bool> =
        rows.iter().zip(&counts).map(|(row, count)| row.is_some() && *count > 0).collect();
    let safe = match frame.origin.keys.as_slice() {
        [_] => protect_one_way(&counts, &hidden)
            .map(|list| list.cells.iter().map(Shown::is_suppressed).collect()),
        [one, other] => protect_cells(frame, (one, other), &counts, &hidden),
        _ => return,
    };
    let Ok(safe): Result<Vec<bool>, AnalyticsError> = safe else { return };
    for (row, _) in rows.iter_mut().zip(safe).filter(|(row, hide)| *hide && row.is_none()) {
        *row = Some(Missing::hidden("a hidden value beside it could be worked out"));
    }
}

/// The same for the cells of a table by two keys, row by row of the frame.
fn protect_cells(
    frame: &FrameValue,
    keys: (&str, &str),
    counts: &[u64],
    hidden: &[bool],
) -> Result<Vec<bool>, AnalyticsError> {
    let places = |key: &str| -> Result<Vec<usize>, AnalyticsError> {
        let codes = codes_of(frame.frame.column(key)?.group_codes().into_iter());
        Ok(codes.into_iter().map(|code| code as usize).collect())
    };
    let (lines, columns) = (places(keys.0)?, places(keys.1)?);
    let size = |places: &[usize]| places.iter().max().map_or(0, |most| most + 1);
    let (height, width) = (size(&lines), size(&columns));
    let mut table =
        Table { counts: vec![vec![0; width]; height], hidden: vec![vec![false; width]; height] };
    let at: Vec<(usize, usize)> = lines.into_iter().zip(columns).collect();
    for (&(line, column), (count, hide)) in at.iter().zip(counts.iter().zip(hidden)) {
        if let Some(cell) = table.counts.get_mut(line).and_then(|line| line.get_mut(column)) {
            *cell = *count;
        }
        if let Some(cell) = table.hidden.get_mut(line).and_then(|line| line.get_mut(column)) {
            *cell = *hide;
        }
    }
    let safe = protect_two_way(&table)?;
    let cell = |(line, column): (usize, usize)| safe.cells.get(line)?.get(column);
    Ok(at.into_iter().map(|place| cell(place).is_some_and(Shown::is_suppressed)).collect())
}

/// `year_group` as `Year group`.
pub fn title(name: &str) -> String {
    let words = name.replace('_', " ");
    let mut letters = words.chars();
    let first = letters.next().map(|letter| letter.to_ascii_uppercase());
    first.into_iter().chain(letters).collect()
}

/// A value as it is shown: codes by their title, year groups as such.
pub fn label(table: &str, column: &str, cell: &Cell) -> String {
    let text = cell.to_string();
    if text.is_empty() {
        return "Not recorded".to_owned();
    }
    let spec = sheaf_analytics::table(table).ok().and_then(|table| table.column(column).ok());
    match spec.and_then(|spec| spec.codes) {
        Some(list) => CodeLists::new([]).title(list, &text).to_owned(),
        None => text,
    }
}

/// One row as scripts read it.
#[derive(Clone)]
pub struct Row {
    frame: FrameValue,
    row: usize,
}

/// Registers frames.
pub fn register(registry: &mut Registry) {
    registry.name_type::<FrameValue>("frame");
    registry.name_type::<Row>("row");
    registry.name_type::<Part>("part");
    registry.overload("to_string", |frame: &mut FrameValue| {
        format!("frame of {} rows", frame.frame.len())
    });
    registry.overload("to_debug", |frame: &mut FrameValue| {
        format!("frame of {} rows", frame.frame.len())
    });
    registry.fields(|row: &mut Row, name: &str| row.frame.cell(row.row, name));
    registry.property(
        Group::Frame.item(
            "len",
            "frame.len -> integer",
            "How many rows.",
            "cx.room_referrals.collect().len",
            "13",
        ),
        |frame: &mut FrameValue| frame.frame.len() as INT,
    );
    registry.function(
        Group::Frame.item(
            "rows",
            "frame.rows() -> array of rows",
            "The rows, for a loop over groups: `row.x` is the value of a column.",
            "cx.room_referrals.agg(#{ n: count() }).collect().rows()[0].n",
            "13",
        ),
        |frame: &mut FrameValue| frame.rows(),
    );
    registry.function(
        Group::Frame.item(
            "column",
            "frame.column(name) -> column",
            "A column for statistics and charts.",
            "cx.room_referrals.collect().column(\"date\").len",
            "13",
        ),
        |frame: &mut FrameValue, name: &str| frame.column(name),
    );
    registry.function(
        Group::Frame.item(
            "by",
            "frame.by(name) -> array of parts",
            "The rows by the values of a column: each part has `key`, `label` and `frame`.",
            "cx.room_referrals.collect().by(\"year_group\").len()",
            "2",
        ),
        |frame: &mut FrameValue, name: &str| frame.parts(name),
    );
    registry.fields(|part: &mut Part, name: &str| part_field(part, name));
}

fn part_field(part: &Part, name: &str) -> Answer<Dynamic> {
    match name {
        "key" => Ok(part.key.clone().into()),
        "label" => Ok(part.label.clone().into()),
        "frame" => Ok(part.frame.clone()),
        _ => Err(unknown("a part has no", name, ["key", "label", "frame"])),
    }
}

#[cfg(test)]
mod tests;
