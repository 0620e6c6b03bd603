//! Several schools in one snapshot: their rows stand one school after the other, and come from
//! where they are kept only when they are asked for.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use jiff::civil::Date;
use sheaf_records::{HalfTerm, Kind, Record, RecordId, SchoolCalendar};

use crate::data::column::Column;
use crate::data::days::day_number;
use crate::data::facts::{AllFacts, FACTS, PupilFacts};
use crate::data::labels::{Dictionary, Labels};
use crate::data::revision::Revision;
use crate::data::snapshot::{Snapshot, TableView};
use crate::error::AnalyticsError;
use crate::tables::tables;

/// The fields of a school year that say which days are closed.
const CLOSED: [&str; 2] = ["inset", "closures"];

/// Where the rows of several schools are kept. Rows stand in the order of the schools.
pub trait TableSource: Send + Sync {
    /// How many rows a table has.
    fn rows(&self, table: &str) -> usize;

    /// How many records stand behind the rows of a table.
    fn records(&self, table: &str) -> usize;

    /// The number of the record behind each row, below [`TableSource::records`].
    ///
    /// # Errors
    /// It cannot be read.
    fn row_records(&self, table: &str) -> Result<Vec<i32>, AnalyticsError>;

    /// A column of a table, a value a row.
    ///
    /// # Errors
    /// It cannot be read.
    fn column(&self, table: &str, column: &str) -> Result<Column, AnalyticsError>;
}

/// What is known of one school of several besides the rows of its tables.
#[derive(Clone, Debug)]
pub struct OneSchool {
    /// What it is called in the column `school`.
    pub name: String,
    /// Its school years.
    pub calendars: Vec<Record>,
    /// Its pupils with their spells.
    pub pupils: Vec<Record>,
}

impl Snapshot {
    /// A snapshot of several schools.
    ///
    /// A day counts as a school day where it is one at any of them; what is counted per school day
    /// leaves each pupil out on the days on which their own school was closed.
    ///
    /// # Errors
    /// Half-terms of one name begin or end on different days, or a calendar contradicts itself.
    pub fn of_schools(
        schools: &[OneSchool],
        source: Arc<dyn TableSource>,
    ) -> Result<Arc<Self>, AnalyticsError> {
        let own: Vec<SchoolCalendar> = schools
            .iter()
            .map(|school| SchoolCalendar::new(&school.calendars))
            .collect::<Result<_, _>>()?;
        same_half_terms(schools, &own)?;
        let calendar = SchoolCalendar::new(&together(schools, &own))?;
        let mut pupils = Dictionary::default();
        let mut texts: [Dictionary; FACTS.len()] = Default::default();
        let mut facts = Vec::new();
        let mut closed = Vec::new();
        for (school, own) in schools.iter().zip(&own) {
            let shut: Arc<[i64]> = shut(&calendar, own).into();
            for pupil in &school.pupils {
                let code = pupils.intern(&pupil.id.to_string());
                if usize::try_from(code).is_ok_and(|code| code < facts.len()) {
                    let why = format!("school {}: two pupils share an id", school.name);
                    return Err(AnalyticsError::Source(why));
                }
                let mut pupil = pupil.clone();
                pupil.set("school", school.name.as_str());
                facts.push(Some(Arc::new(PupilFacts::read(&pupil, &mut texts))));
                closed.push(Arc::clone(&shut));
            }
        }
        let labels = |dictionary: &Dictionary| Arc::new(dictionary.labels());
        let facts =
            AllFacts { pupils: Arc::new(facts), labels: texts.each_ref().map(labels), closed };
        let records = tables().iter().map(|table| source.records(table.name)).max();
        let records = Arc::new(Labels::unnamed(records.unwrap_or_default()));
        let views = tables()
            .iter()
            .map(|table| TableView::new(table, Vec::new(), Revision::default()))
            .collect();
        let snapshot = Self::new(
            views,
            records,
            labels(&pupils),
            Arc::default(),
            Default::default(),
            facts,
            Arc::new(calendar),
        );
        Ok(Arc::new(snapshot.fed_by(source)))
    }
}

/// Refuses schools whose half-terms of one name differ: their weeks could not share a bin.
fn same_half_terms(schools: &[OneSchool], own: &[SchoolCalendar]) -> Result<(), AnalyticsError> {
    let mut known: BTreeMap<(&str, &str), (&HalfTerm, &str)> = BTreeMap::new();
    for (school, calendar) in schools.iter().zip(own) {
        for term in calendar.half_terms() {
            let (first, name) = known
                .entry((term.year.as_str(), term.code.as_str()))
                .or_insert((term, school.name.as_str()));
            if (first.from, first.to) != (term.from, term.to) {
                let why = format!(
                    "{} {} runs from {} to {} at school {name} but from {} to {} at school {}; \
                     run schools with the same half-terms together",
                    term.year, term.code, first.from, first.to, term.from, term.to, school.name
                );
                return Err(AnalyticsError::Source(why));
            }
        }
    }
    Ok(())
}

/// One record for each school year, closed on the days on which every school that has the year is.
fn together(schools: &[OneSchool], own: &[SchoolCalendar]) -> Vec<Record> {
    let open: BTreeSet<Date> = own.iter().flat_map(|one| one.days()).copied().collect();
    let mut years: BTreeMap<&str, Record> = BTreeMap::new();
    for record in schools.iter().flat_map(|school| &school.calendars) {
        let year = record.text("year").unwrap_or_default();
        let known = years.entry(year).or_insert_with(|| Record {
            id: RecordId::from_bytes([0; 16]),
            kind: Kind::Calendar,
            fields: record.fields.clone(),
        });
        // Half-terms that only some schools have entered are everybody's.
        for (code, row) in record.rows("terms") {
            for (column, value) in row {
                known.set_row("terms", code, column, value.clone());
            }
        }
    }
    let mut records: Vec<Record> = years.into_values().collect();
    for record in &mut records {
        let closed: Vec<Date> = CLOSED
            .iter()
            .flat_map(|field| record.rows(field))
            .filter_map(|(day, _)| day.parse().ok())
            .filter(|day| !open.contains(day))
            .collect();
        CLOSED.iter().for_each(|field| {
            record.fields.remove(*field);
        });
        for day in closed {
            record.set_row("closures", &day.to_string(), "title", "closed");
        }
    }
    records
}

/// The days on which some school is open and this one is not.
fn shut(all: &SchoolCalendar, own: &SchoolCalendar) -> Vec<i64> {
    let days = all.days().iter().filter(|day| !own.is_open(**day));
    days.map(|day| day_number(*day)).collect()
}

#[cfg(test)]
mod tests;
