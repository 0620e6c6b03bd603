//! The files of one table: one a school year.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use arrow::array::{ArrayRef, Date32Array, RecordBatch, StringArray};
use sheaf_analytics::{
    Budget, CalendarPart, Column, ColumnSpec, ColumnType, Expr, Frame, Plan, Rights, Step,
    TableSpec, Values, col,
};

use crate::error::{LakeError, Result};
use crate::format::{SPELLS, kept_columns, schema, spells_schema, withheld};
use crate::manifest::{FileEntry, TableEntry, Withheld};
use crate::write::column::{Change, Plain, date_of, day_of};
use crate::write::file::{self, BATCH_ROWS};
use crate::write::{Job, create};

/// Writes the rows of a table that metrics read.
pub fn events(
    job: &Job<'_>,
    spec: &'static TableSpec,
    left_out: &mut Vec<Withheld>,
) -> Result<TableEntry> {
    let (scope, budget) = (job.source.scope, Budget::default());
    let all = Plan::scan(spec.name).with_rights(Rights::Held).run_here(scope, &budget)?;
    let rights = Rights::Spaces(job.source.spaces.clone());
    let frame = Plan::scan(spec.name).with_rights(rights).run_here(scope, &budget)?;
    let elsewhere = (all.len() - frame.len()) as u64;
    if elsewhere > 0 {
        left_out.push(Withheld {
            what: format!("rows of {}", spec.name),
            count: Some(elsewhere),
            why: "they belong to a space with fewer members than the school".to_owned(),
        });
    }
    let frame = on_coarse_days(job, &frame, &budget)?;
    let change = change(job);
    let mut columns: Vec<(&'static ColumnSpec, Plain)> = Vec::new();
    for column in kept_columns(spec) {
        let (plain, lost) = change.column(&frame.column(column.name)?, column);
        let plain = if column.name == "school" { own_school(job, &frame)? } else { plain };
        if lost > 0 {
            left_out.push(Withheld {
                what: format!("{}.{}", spec.name, column.name),
                count: Some(lost),
                why: "the school has added these codes itself".to_owned(),
            });
        }
        columns.push((column, plain));
    }
    let (records, count) = records(job, &frame);
    let mut table = TableEntry {
        name: spec.name.to_owned(),
        columns: columns.iter().map(|(one, _)| (one.name.to_owned(), one.ty)).collect(),
        rows: frame.len() as u64,
        records: count,
        files: Vec::new(),
    };
    create(&job.folder.join(spec.name))?;
    let mut before = 0u64;
    for (year, rows) in years(&frame)? {
        let entry = part(job, spec, &columns, &records, year, &rows, before)?;
        before += entry.rows;
        table.files.push(entry);
    }
    Ok(table)
}

fn change<'a>(job: &'a Job<'_>) -> Change<'a> {
    Change { key: job.key, dates: job.dates, calendar: job.source.scope.calendar() }
}

/// The frame with its dates as they are written, and what the calendar says of those.
fn on_coarse_days(job: &Job<'_>, frame: &Frame, budget: &Budget) -> Result<Frame> {
    if job.dates.has_time() || frame.column("date").is_err() || !has_calendar(frame) {
        return Ok(frame.clone());
    }
    let Values::Ints(days) = frame.column("date")?.values() else { return Ok(frame.clone()) };
    let coarse = change(job).days(&days);
    let shift = days.iter().zip(&coarse).map(|(day, coarse)| Some(i64::from((*coarse)?) - (*day)?));
    let frame = frame.with_column("shift", Column::ints(shift))?;
    let date = col("date").arithmetic(sheaf_analytics::Arithmetic::Add, col("shift"));
    let parts = CalendarPart::ALL.map(|part| {
        let value = Expr::Calendar(part, Box::new(col("date")));
        Step::Derive(part.name().to_owned(), value)
    });
    let steps: Vec<Step> =
        [Step::Derive("date".to_owned(), date)].into_iter().chain(parts).collect();
    Ok(frame.apply(&steps, budget)?)
}

fn has_calendar(frame: &Frame) -> bool {
    frame.names().contains(&"year")
}

/// The school of each row that names a pupil.
fn own_school(job: &Job<'_>, frame: &Frame) -> Result<Plain> {
    let Values::Codes(pupils, _) = frame.column("pupil")?.values() else {
        return Ok(Plain::Texts(vec![None; frame.len()], Vec::new()));
    };
    let codes = pupils.iter().map(|pupil| pupil.map(|_| 0)).collect();
    Ok(Plain::Texts(codes, vec![job.school.clone()]))
}

/// The number of the record behind each row, and how many records there are.
fn records(job: &Job<'_>, frame: &Frame) -> (Vec<i64>, u64) {
    let ids = frame.record_ids();
    let Values::Codes(codes, texts) = ids.values() else { return (Vec::new(), 0) };
    let mut numbers: Vec<Option<i64>> = vec![None; texts.len()];
    let number = |code: Option<i32>| {
        let place = usize::try_from(code?).ok()?;
        let (slot, text) = (numbers.get_mut(place)?, texts.get(place)?);
        Some(*slot.get_or_insert_with(|| job.key.number(text)))
    };
    let numbers: Vec<i64> = codes.into_iter().map(number).map(Option::unwrap_or_default).collect();
    let distinct: HashSet<i64> = numbers.iter().copied().collect();
    (numbers, distinct.len() as u64)
}

/// The rows of each school year, those without one last. Rows of one record stay together, in the
/// year of the first, as counting them needs.
fn years(frame: &Frame) -> Result<Vec<(Option<String>, Vec<u32>)>> {
    let all = || (0..).take(frame.len()).collect::<Vec<u32>>();
    if !has_calendar(frame) {
        return Ok(if frame.is_empty() { Vec::new() } else { vec![(None, all())] });
    }
    let years = frame.column("year")?;
    let Values::Codes(codes, texts) = years.values() else { return Ok(vec![(None, all())]) };
    let ids = frame.record_ids();
    let Values::Codes(records, _) = ids.values() else { return Ok(vec![(None, all())]) };
    let mut of_record: HashMap<Option<i32>, Option<&str>> = HashMap::new();
    let mut found: BTreeMap<Option<&str>, Vec<u32>> = BTreeMap::new();
    for ((row, code), record) in (0u32..).zip(codes).zip(records) {
        let year = code.and_then(|code| texts.get(usize::try_from(code).ok()?)).copied();
        let year = *of_record.entry(record).or_insert(year);
        found.entry(year).or_default().push(row);
    }
    let without = found.remove(&None);
    let found = found.into_iter().map(|(year, rows)| (year.map(str::to_owned), rows));
    Ok(found.chain(without.map(|rows| (None, rows))).collect())
}

/// One file of a table.
fn part(
    job: &Job<'_>,
    spec: &'static TableSpec,
    columns: &[(&'static ColumnSpec, Plain)],
    records: &[i64],
    year: Option<String>,
    rows: &[u32],
    before: u64,
) -> Result<FileEntry> {
    let name = year.as_ref().map_or_else(|| "none".to_owned(), |year| year.replace('/', "-"));
    let path = format!("{}/year={name}.parquet", spec.name);
    let schema = schema(spec);
    let records = Plain::Longs(records.to_vec());
    let batch = |(at, chunk): (usize, &[u32])| {
        let first = before + (at * BATCH_ROWS) as u64;
        let numbers = (0..).take(chunk.len()).map(|row: u64| (first + row) as i64);
        let hidden: [ArrayRef; 3] = [
            Arc::new(StringArray::from(vec![job.school.as_str(); chunk.len()])),
            Arc::new(arrow::array::Int64Array::from_iter_values(numbers)),
            records.rows(chunk),
        ];
        let own = columns.iter().map(|(_, plain)| plain.rows(chunk));
        let arrays: Vec<ArrayRef> = hidden.into_iter().chain(own).collect();
        RecordBatch::try_new(Arc::clone(&schema), arrays)
            .map_err(|error| LakeError::wrong(&job.folder.join(&path), error.to_string()))
    };
    let batches = rows.chunks(BATCH_ROWS).enumerate().map(batch);
    file::write(job, path.clone(), year, &schema, batches)
}

/// Writes what is known of each pupil by day.
pub fn spells(job: &Job<'_>, left_out: &mut Vec<Withheld>) -> Result<TableEntry> {
    let change = change(job);
    let pupils = sheaf_analytics::table("pupils")?;
    let (mut texts, mut days) = (<[Vec<String>; 3]>::default(), <[Vec<Option<i32>>; 2]>::default());
    let mut lost = 0;
    let day = |day: i64| {
        let date = date_of(day)?;
        i32::try_from(day_of(job.dates.coarse(date, job.source.scope.calendar()))).ok()
    };
    for spell in job.source.scope.snapshot().spells() {
        let Ok(spec) = pupils.column(spell.what) else { continue };
        if withheld(spec).is_some() {
            continue;
        }
        let Some(value) = change.text(spell.value, spec) else {
            lost += 1;
            continue;
        };
        let row = [job.key.pseudonym("pupil", spell.pupil), spell.what.to_owned(), value];
        texts.iter_mut().zip(row).for_each(|(column, text)| column.push(text));
        days.iter_mut().zip([spell.from, spell.to]).for_each(|(column, at)| column.push(day(at)));
    }
    if lost > 0 {
        left_out.push(Withheld {
            what: "spells of pupils".to_owned(),
            count: Some(lost),
            why: "the school has added these codes itself".to_owned(),
        });
    }
    create(&job.folder.join(SPELLS))?;
    let schema = spells_schema();
    let rows = texts.first().map_or(0, Vec::len);
    let arrays = texts.into_iter().map(|texts| Arc::new(StringArray::from(texts)) as ArrayRef);
    let days = days.into_iter().map(|days| Arc::new(Date32Array::from(days)) as ArrayRef);
    let path = format!("{SPELLS}/all.parquet");
    let batch = RecordBatch::try_new(Arc::clone(&schema), arrays.chain(days).collect())
        .map_err(|error| LakeError::wrong(&job.folder.join(&path), error.to_string()));
    let entry = file::write(job, path, None, &schema, std::iter::once(batch))?;
    let ty = |name: &str| match name {
        "pupil" => ColumnType::Pupil,
        "from" | "to" => ColumnType::Date,
        _ => ColumnType::Text,
    };
    Ok(TableEntry {
        name: SPELLS.to_owned(),
        columns: schema.fields().iter().map(|one| (one.name().clone(), ty(one.name()))).collect(),
        rows: rows as u64,
        records: rows as u64,
        files: vec![entry],
    })
}
