//! The rows of `clocks`: worked out from the suspensions of a snapshot, for one day.

use std::collections::BTreeMap;
use std::sync::Arc;

use arrow::array::Int32Array;
use jiff::civil::Date;
use sheaf_records::{Clock, ClockRule, Suspended};

use crate::data::column::{Cell, Column, ColumnType, Data, get};
use crate::data::days::day_number;
use crate::data::snapshot::Snapshot;
use crate::error::AnalyticsError;
use crate::frame::behind::Behind;
use crate::tables::table;

/// The table whose rows they come from, and what the columns of clocks need of it.
const FROM: &str = "suspensions";

/// The clocks of all pupils on one day.
pub struct Clocks {
    columns: Vec<(&'static str, Column)>,
    len: usize,
    spaces: Int32Array,
    behind: Behind,
}

/// One suspension as a row.
struct Origin {
    record: i32,
    space: Option<i32>,
    in_conflict: bool,
    facts: Suspended,
}

impl Clocks {
    /// Works them out.
    pub fn new(snapshot: &Snapshot, as_of: Date) -> Result<Self, AnalyticsError> {
        let mut rows = Rows::default();
        for (pupil, origins) in origins(snapshot, as_of)? {
            let facts: Vec<Suspended> = origins.iter().map(|one| one.facts).collect();
            let is_here = snapshot.facts().of(pupil).is_none_or(|facts| {
                let today = day_number(as_of);
                facts.on_roll.iter().any(|(from, to)| (*from..=*to).contains(&today))
            });
            for clock in sheaf_records::clocks(&facts, snapshot.calendar(), as_of) {
                if is_here || outlives_the_roll(&clock, as_of) {
                    rows.push(pupil, clock, &origins);
                }
            }
        }
        Ok(rows.finish(snapshot))
    }

    /// How many rows.
    pub const fn len(&self) -> usize {
        self.len
    }

    /// A stored column.
    pub fn column(&self, name: &str) -> Option<Column> {
        self.columns.iter().find(|(known, _)| *known == name).map(|(_, column)| column.clone())
    }

    /// The space of each row; none where its suspensions are in several.
    pub const fn spaces(&self) -> &Int32Array {
        &self.spaces
    }

    /// The suspensions behind each row.
    pub const fn behind(&self) -> &Behind {
        &self.behind
    }
}

/// Whether it still concerns the school when the pupil has left: a meeting of governors to come.
fn outlives_the_roll(clock: &Clock, as_of: Date) -> bool {
    use ClockRule::{Permanent, TermOver5, TermOver15};
    let is_governors = matches!(clock.rule, Permanent | TermOver5 | TermOver15);
    is_governors && clock.due.is_some_and(|due| due >= as_of)
}

/// The suspensions of each pupil, by code, in order of day and record.
fn origins(snapshot: &Snapshot, as_of: Date) -> Result<BTreeMap<i32, Vec<Origin>>, AnalyticsError> {
    let spec = table(FROM)?;
    let column = |name: &'static str| snapshot.column(spec, name, as_of);
    let (pupils, spaces) = (column("pupil")?, snapshot.row_spaces(FROM, as_of)?);
    let records = snapshot.row_records(FROM)?;
    let [types, starts, ends] = [column("type")?, column("date")?, column("end")?];
    let [sessions, told, work] = [column("sessions")?, column("home_told")?, column("work_set")?];
    let [governors, provision, meeting, conflicts] = [
        column("governors_told")?,
        column("provision_from")?,
        column("reintegration")?,
        column("in_conflict")?,
    ];
    let mut found: BTreeMap<i32, Vec<Origin>> = BTreeMap::new();
    for row in 0..snapshot.rows(FROM, as_of)? {
        let record = records.as_ref().and_then(|records| get(&records.codes, row));
        let (Some(pupil), Some(start), Some(record)) =
            (code(&pupils, row), day(&starts, row), record)
        else {
            continue;
        };
        let is = |code: &str| matches!(types.cell(row), Cell::Text(ty) if *ty == *code);
        let facts = Suspended {
            is_permanent: is("PERM"),
            is_lunchtimes: is("LNCH"),
            start,
            end: day(&ends, row),
            sessions: whole(&sessions, row).unwrap_or_default(),
            home_told: day(&told, row),
            governors_told: day(&governors, row),
            work_set: answer(&work, row),
            provision_from: day(&provision, row),
            reintegration: day(&meeting, row),
        };
        let in_conflict = answer(&conflicts, row) == Some(true);
        let origin = Origin { record, space: get(&spaces, row), in_conflict, facts };
        found.entry(pupil).or_default().push(origin);
    }
    let labels = snapshot.record_labels();
    for origins in found.values_mut() {
        origins.sort_by_key(|one| (one.facts.start, labels.get(one.record).map(str::to_owned)));
    }
    Ok(found)
}

fn code(column: &Column, row: usize) -> Option<i32> {
    match column.data() {
        Data::Codes(codes, _) => get(codes, row),
        _ => None,
    }
}

fn day(column: &Column, row: usize) -> Option<Date> {
    match column.cell(row) {
        Cell::Date(day) => Some(day),
        _ => None,
    }
}

fn whole(column: &Column, row: usize) -> Option<i64> {
    match column.cell(row) {
        Cell::Int(number) => Some(number),
        _ => None,
    }
}

fn answer(column: &Column, row: usize) -> Option<bool> {
    match column.cell(row) {
        Cell::Bool(answer) => Some(answer),
        _ => None,
    }
}

/// Rows that are put together.
#[derive(Default)]
struct Rows {
    pupils: Vec<i32>,
    clocks: Vec<Clock>,
    conflicts: Vec<bool>,
    spaces: Vec<Option<i32>>,
    /// The suspensions of all rows one after the other, and where those of each row begin.
    records: Vec<i32>,
    pupils_of: Vec<i32>,
    starts: Vec<u32>,
}

impl Rows {
    fn push(&mut self, pupil: i32, clock: Clock, origins: &[Origin]) {
        let of: Vec<&Origin> = clock.of.iter().filter_map(|at| origins.get(*at)).collect();
        let space = of.first().and_then(|one| one.space);
        self.spaces.push(space.filter(|_| of.iter().all(|one| one.space == space)));
        self.conflicts.push(of.iter().any(|one| one.in_conflict));
        self.starts.push(self.records.len() as u32);
        self.records.extend(of.iter().map(|one| one.record));
        self.pupils_of.extend(of.iter().map(|_| pupil));
        self.pupils.push(pupil);
        self.clocks.push(clock);
    }

    fn finish(mut self, snapshot: &Snapshot) -> Clocks {
        self.starts.push(self.records.len() as u32);
        let labels = Arc::clone(snapshot.pupil_labels());
        let clocks = self.clocks.iter();
        let pupils = Column::codes(ColumnType::Pupil, self.pupils.into(), labels);
        let columns = vec![
            ("pupil", pupils),
            ("rule", Column::texts(clocks.clone().map(|one| Some(one.rule.code())))),
            ("used", Column::ints(clocks.clone().map(|one| one.used))),
            ("limit", Column::ints(clocks.clone().map(|one| one.limit))),
            ("ends", Column::dates(clocks.clone().map(|one| one.ends))),
            ("due", Column::dates(clocks.clone().map(|one| one.due))),
            ("done", Column::bools(clocks.clone().map(|one| one.is_done))),
            ("why", Column::texts(clocks.clone().map(|one| Some(one.why.as_str())))),
            ("in_conflict", Column::bools(self.conflicts.into_iter().map(Some))),
        ];
        Clocks {
            columns,
            len: self.clocks.len(),
            spaces: self.spaces.into(),
            behind: Behind::listed(self.records.into(), self.pupils_of.into(), self.starts),
        }
    }
}

#[cfg(test)]
mod tests;
