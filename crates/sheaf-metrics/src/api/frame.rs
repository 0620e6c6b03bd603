//! Frames: rows that were worked out, hidden where few pupils are behind them.

mod verbs;

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, OnceLock};

use rhai::{Array, Dynamic, INT};
use sheaf_analytics::{AnalyticsError, Cell, Frame, Shown, Table as Cells, protect_two_way};
use sheaf_charts::{Scale, day_number};
use sheaf_records::CodeLists;

use super::origin::{Origin, is_id};
use super::smallness::{BESIDE, few, few_left_out, is_told, of_counts, of_parts, with_beside};
use super::table::Table;
use crate::column::{About, Backing, Column, Marks, Values, codes_of};
use crate::fault::{fault, unknown};
use crate::limits::MAX_ROWS;
use crate::missing::Missing;
use crate::registry::{Answer, Group, Registry};
use crate::run::raised;
use crate::words::capitalised;

/// A frame as scripts hold it.
#[derive(Clone)]
pub struct FrameValue {
    /// The rows.
    pub frame: Frame,
    /// Where they came from.
    pub origin: Origin,
    /// The rows that conditions on listed characteristics have left out.
    left_out: Option<Frame>,
    /// The same groups of those rows alone that an aggregate under a condition counts.
    counted: Arc<[Frame]>,
    /// The groups before some of them were picked.
    whole: Option<Arc<Self>>,
    /// The columns that tables and prints show, in their order; all without.
    chosen: Option<Arc<[String]>>,
    /// Why all of it is hidden, as a part of a whole.
    as_part: Option<Missing>,
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
        let (left_out, whole, chosen, as_part, hidden) = Default::default();
        let counted = Arc::default();
        Self { frame, origin, left_out, counted, whole, chosen, as_part, hidden }
    }

    /// The rows of a table, beside those that its conditions on listed characteristics leave out,
    /// and the groups from which some were picked.
    pub fn of_table(table: &Table) -> Answer<Self> {
        let own = Self::new(table.collect()?, table.origin.clone());
        let left_out = table.left_out().map(|rest| rest.collect()).transpose()?;
        let whole = table.before_picking().map(|whole| Self::of_table(&whole)).transpose()?;
        let counted = table.counted_under_conditions();
        let counted: Vec<Frame> = counted.iter().map(Table::collect).collect::<Answer<_>>()?;
        let counted = counted.into();
        Ok(Self { left_out, counted, whole: whole.map(Arc::new), ..own })
    }

    /// Why the values of a row are hidden, if they are.
    pub fn hidden(&self, row: usize) -> Option<Missing> {
        let rows = self.hidden.get_or_init(|| {
            let (split, audience) = (self.origin.split, self.origin.audience);
            let own = |pupils| of_counts(pupils, pupils, split, audience);
            let mut rows: Vec<Option<Missing>> =
                self.frame.pupils_behind().into_iter().map(own).collect();
            // Counted by an aggregate are some of a group, which is told by itself.
            let counted = |pupils| of_counts(usize::MAX, pupils, split, audience);
            let left_out = |pupils| few_left_out(pupils, audience);
            let left_out = self.few_among(self.left_out.as_slice(), left_out);
            for few in [left_out, self.few_among(&self.counted, counted)] {
                rows.iter_mut().zip(few).for_each(|(row, few)| *row = row.take().or(few));
            }
            protect(self, &mut rows);
            for (row, hidden) in rows.iter_mut().zip(self.hidden_before_picking()) {
                *row = row.take().or(hidden);
            }
            if self.origin.is_carried && rows.iter().any(Option::is_some) {
                rows.fill(Some(Missing::hidden(BESIDE)));
            }
            rows
        });
        rows.get(row).cloned().flatten()
    }

    /// Why nothing over all rows together may be shown, if few pupils are behind them.
    pub fn guard(&self) -> Option<Missing> {
        if !self.origin.has_pupils() || self.as_part.is_some() {
            return self.as_part.clone();
        }
        if let Some(missing) = self.few_left_out_in_all() {
            return Some(missing);
        }
        let (split, audience) = (self.origin.split, self.origin.audience);
        match self.frame.pupils_in_all() {
            // That no group has a hidden value would tell the value as well.
            0 if self.origin.is_picked => Some(Missing::hidden(few(audience))),
            0 => None,
            pupils => of_counts(pupils, pupils, split, audience),
        }
    }

    /// Why nothing over all rows may be shown beside the same of all pupils: conditions on listed
    /// characteristics left few out.
    pub fn few_left_out_in_all(&self) -> Option<Missing> {
        let (rest, audience) = (self.left_out.as_ref()?, self.origin.audience);
        few_left_out(rest.pupils_in_all(), audience)
    }

    /// The values of the keys of a row of this frame or of one with the same keys; none where a key
    /// was not chosen, and its group cannot be found again.
    fn key(&self, frame: &Frame, row: usize) -> Option<Vec<String>> {
        let keys = self.origin.keys.iter();
        keys.map(|key| Some(frame.cell(row, key).ok()?.to_string())).collect()
    }

    /// Of each row, why it is hidden because few pupils of the same group are in other frames.
    fn few_among(
        &self,
        frames: &[Frame],
        why: impl Fn(usize) -> Option<Missing>,
    ) -> Vec<Option<Missing>> {
        let mut few = BTreeMap::new();
        for frame in frames {
            for (row, pupils) in frame.pupils_behind().into_iter().enumerate() {
                if let Some(missing) = why(pupils) {
                    few.insert(self.key(frame, row), missing);
                }
            }
        }
        let of = |row| match self.key(&self.frame, row) {
            Some(key) => few.get(&Some(key)).cloned(),
            // Of which group the row is cannot be told.
            None => few.values().next().cloned(),
        };
        (0..self.frame.len()).map(of).collect()
    }

    /// Of each row, why it was hidden while all groups were there.
    fn hidden_before_picking(&self) -> Vec<Option<Missing>> {
        let Some(whole) = &self.whole else { return Vec::new() };
        let hidden: BTreeMap<Option<Vec<String>>, Missing> = (0..whole.frame.len())
            .filter_map(|row| Some((self.key(&whole.frame, row), whole.hidden(row)?)))
            .collect();
        // A hidden group that has none of these keys may be part of any of them.
        let anywhere = hidden.get(&None);
        let of = |row| match self.key(&self.frame, row) {
            Some(key) => anywhere.or_else(|| hidden.get(&Some(key))).cloned(),
            None => hidden.values().next().cloned(),
        };
        (0..self.frame.len()).map(of).collect()
    }

    /// Refuses to go through single records, and through rows that are few enough to hide.
    pub fn allow_rows(&self) -> Answer<()> {
        if self.origin.has_pupils() && !self.origin.is_grouped {
            return Err(fault(
                "single records are never read; group them first, as in \
                 `.group(\"year_group\").agg(#{ n: count() })`",
            ));
        }
        let ids = self.origin.keys.iter().find(|key| is_id(key));
        if let Some(id) = ids.filter(|_| self.origin.has_pupils()) {
            return Err(fault(format!(
                "groups by the id `{id}` are single pupils or records, which are never read; group \
                 by a column that many share"
            )));
        }
        match self.guard().filter(|_| self.origin.is_picked) {
            Some(missing) => Err(missing.into_error()),
            None => Ok(()),
        }
    }

    /// Why not even the number of groups may be told: rows of few pupils that fall into more groups
    /// than that are told one by one, as by their dates.
    pub fn hides_its_groups(&self) -> Option<Missing> {
        let is_many = !self.frame.is_empty() && !is_told(self.frame.len(), self.origin.audience);
        self.guard().filter(|_| !self.origin.keys.is_empty() && is_many)
    }

    /// Whether a cell is a value that small groups hide: a count or what is worked out, not a key.
    pub fn is_value(&self, column: &str) -> bool {
        !self.origin.is_key(column)
    }

    /// A cell as scripts read it.
    pub fn cell(&self, row: usize, column: &str) -> Answer<Dynamic> {
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

    /// The names of the columns that are shown, in order.
    pub fn shown(&self) -> Vec<String> {
        match &self.chosen {
            Some(chosen) => chosen.to_vec(),
            None => self.frame.names().into_iter().map(str::to_owned).collect(),
        }
    }

    /// The rows, one by one, where a script may walk them.
    pub fn rows(&self) -> Answer<Array> {
        self.allow_rows()?;
        if let Some(missing) = self.hides_its_groups() {
            return Err(missing.into_error());
        }
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
        Ok(Column { marks: self.is_value(name).then_some(marks), guard: self.guard(), ..column })
    }

    fn backing(&self, row: usize) -> Backing {
        let ids = crate::ids::shown(self.frame.ids(row));
        Backing { n: ids.len() as u32, is_hidden: self.hidden(row).is_some(), ids }
    }

    fn parts(&self, column: &str) -> Answer<Array> {
        let mut origin = self.origin.clone();
        origin.part_by(column)?;
        let groups = self.frame.by(column).map_err(raised)?;
        let counts: Vec<u64> = groups.iter().map(|group| group.frame.len() as u64).collect();
        let pupils: Vec<usize> = groups.iter().map(|one| one.frame.pupils_in_all()).collect();
        let hidden = match origin.has_pupils() {
            true => of_parts(&counts, &pupils, origin.split, origin.audience),
            false => vec![None; groups.len()],
        };
        let part = |(group, as_part): (sheaf_analytics::Group, Option<Missing>)| {
            let frame = Self { as_part, ..Self::new(group.frame, origin.clone()) };
            Dynamic::from(Part {
                label: label(&self.origin.table, column, &group.key),
                key: group.label,
                frame: Dynamic::from(frame),
            })
        };
        Ok(groups.into_iter().zip(hidden).map(part).collect())
    }
}

impl fmt::Display for FrameValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.guard() {
            Some(_) => write!(f, "frame of a few rows of {}", self.origin.table),
            None => write!(f, "frame of {} rows", self.frame.len()),
        }
    }
}

/// Hides more rows where a hidden one could be worked out from those beside it: in tables with one
/// key and with two. Tables with more keys print no totals.
fn protect(frame: &FrameValue, rows: &mut [Option<Missing>]) {
    if !rows.iter().any(Option::is_some) {
        return;
    }
    let counts = frame.frame.sizes();
    let hidden: Vec<bool> =
        rows.iter().zip(&counts).map(|(row, count)| row.is_some() && *count > 0).collect();
    let safe = match frame.origin.keys.as_slice() {
        [_] => with_beside(&counts, &hidden),
        // Too large a table to protect shows nothing.
        [one, other] => protect_cells(frame, (one, other), &counts, &hidden)
            .unwrap_or_else(|_| vec![true; rows.len()]),
        _ => return,
    };
    for (row, _) in rows.iter_mut().zip(safe).filter(|(row, hide)| *hide && row.is_none()) {
        *row = Some(Missing::hidden(BESIDE));
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
        Cells { counts: vec![vec![0; width]; height], hidden: vec![vec![false; width]; height] };
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

/// The name of a table or a column as people say it in the middle of a sentence.
pub fn words(name: &str) -> String {
    match name {
        "call_outs" => "call-outs".to_owned(),
        // What is counted is the suspensions whose days they show.
        "clocks" => "suspensions".to_owned(),
        "sen_status" => "SEN status".to_owned(),
        name => name.replace('_', " "),
    }
}

/// `year_group` as `Year group`.
pub fn title(name: &str) -> String {
    capitalised(&words(name))
}

/// A value as it is shown: codes by their title, year groups as such.
pub fn label(table: &str, column: &str, cell: &Cell) -> String {
    let text = cell.to_string();
    if text.is_empty() {
        return "Not recorded".to_owned();
    }
    let spec = sheaf_analytics::table(table).ok().and_then(|table| table.column(column).ok());
    match spec.and_then(|spec| spec.codes) {
        Some(list) => CodeLists::built_in().title(list, &text).to_owned(),
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
    registry.overload("to_string", |frame: &mut FrameValue| frame.to_string());
    registry.overload("to_debug", |frame: &mut FrameValue| frame.to_string());
    registry.fields(|row: &mut Row, name: &str| row.frame.cell(row.row, name));
    registry.property(
        Group::Frame.item(
            "len",
            "frame.len -> integer",
            "How many rows; hidden where few pupils are behind them.",
            "cx.room_referrals.collect().len",
            "13",
        ),
        |frame: &mut FrameValue| match frame.guard() {
            Some(missing) => Dynamic::from(missing),
            None => (frame.frame.len() as INT).into(),
        },
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
    registry.function(
        Group::Frame
            .item(
                "named",
                "named(column) -> text",
                "The name of a column as people say it in the middle of a sentence.",
                "named(\"year_group\")",
                "year group",
            )
            .added(),
        words,
    );
    registry.fields(|part: &mut Part, name: &str| part_field(part, name));
    verbs::register(registry);
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
