//! The table of incidents, kept in memory beside the index and brought up to date from it.

mod catalogue;
mod csv;
mod order;
mod sentence;
#[cfg(test)]
mod tests;

use std::collections::HashSet;
use std::ops::Range;
use std::sync::{Arc, Mutex, PoisonError};

use sheaf_analytics::{
    AnalyticsError, Budget, FilterExpr, Period, PeriodSpec, Plan, Scope, col, table, tables,
};
use sheaf_records::{RecordId, SchoolCalendar};

use super::incident_table::{IncidentChoices, IncidentQuery, IncidentRow, IncidentTable};
use super::model::Choice;
use crate::error::{Result, SchoolError};
use crate::school::School;
use catalogue::Catalogue;

/// The table that filters read.
const TABLE: &str = "incidents";

/// Every incident of one home in words; read when first asked for.
#[derive(Clone, Default)]
pub(super) struct Incidents(Arc<Mutex<Option<Catalogue>>>);

impl Incidents {
    /// The incidents that a query asks for, in its order.
    pub(super) fn table(&self, school: &School, query: IncidentQuery) -> Result<IncidentTable> {
        school.core.refresh()?;
        let period = query.period.as_deref().map(|text| period(school, text)).transpose()?;
        let matching = matching(school, &query)?;
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        // What fails half-way is not kept.
        let catalogue = match kept.take() {
            Some(catalogue) => catalogue.updated(school)?,
            None => Catalogue::build(school)?,
        };
        let catalogue = kept.insert(catalogue);
        let rows = catalogue.rows();
        let choices = Arc::new(choices(catalogue.choices(school)));
        drop(kept);
        let keeps = |row: &IncidentRow| keeps(row, &query, period, matching.as_ref());
        let order = order::order(&rows, &query.order, keeps);
        let sentence = sentence::sentence(&query, &choices, period);
        let spaces = spaces(school);
        Ok(IncidentTable { query, rows, order: order.into(), sentence, choices, spaces })
    }
}

/// Rows of a table as CSV with a heading line.
pub(super) fn csv(table: &IncidentTable, rows: Range<usize>) -> String {
    csv::csv(table, rows)
}

fn spaces(school: &School) -> Vec<String> {
    let control = school.core.control();
    let spaces = control.chosen_spaces(school.person());
    let named = spaces.into_iter().filter(|space| *space != sheaf_charter::SpaceId::CHARTER);
    let mut names: Vec<String> = named.map(|space| control.space_name(space)).collect();
    names.sort();
    names
}

fn choices(mut known: IncidentChoices) -> IncidentChoices {
    let columns = tables().iter().find(|one| one.name == TABLE).map(|one| one.columns);
    known.columns = columns
        .unwrap_or_default()
        .iter()
        .map(|one| Choice { code: one.name.to_owned(), title: one.meaning.to_owned() })
        .collect();
    known
}

fn refused(error: AnalyticsError) -> SchoolError {
    SchoolError::Refused(error.to_string())
}

fn period(school: &School, text: &str) -> Result<Period> {
    let spec: PeriodSpec = text.parse().map_err(refused)?;
    let lists = school.core.lists();
    let none = SchoolCalendar::default();
    spec.resolve(lists.calendar.as_ref().unwrap_or(&none), school.clock.today()).map_err(refused)
}

/// The incidents for which the written filter and the year group hold, on one and the same row of
/// an incident and a pupil; none where neither asks for anything.
fn matching(school: &School, query: &IncidentQuery) -> Result<Option<HashSet<RecordId>>> {
    let filter = FilterExpr::parse(&query.filter).map_err(refused)?;
    filter.check(table(TABLE).map_err(refused)?).map_err(refused)?;
    if filter.is_empty() && query.year_group.is_none() {
        return Ok(None);
    }
    let mut plan = Plan::scan(TABLE);
    if let Some(condition) = filter.expr() {
        plan = plan.filter(condition.clone());
    }
    if let Some(year) = &query.year_group {
        plan = plan.filter(col("year_group").equals(year.as_str()));
    }
    let snapshot = school.core.columns.snapshot(&school.core)?;
    let scope = Scope::new(snapshot, school.clock.today());
    let frame = plan.run(&scope, &Budget::default()).map_err(refused)?;
    Ok(Some(frame.all_ids().iter().collect()))
}

fn keeps(
    row: &IncidentRow,
    query: &IncidentQuery,
    period: Option<Period>,
    matching: Option<&HashSet<RecordId>>,
) -> bool {
    let is = |wanted: &Option<String>, found: &Option<Arc<Choice>>| {
        wanted.as_ref().is_none_or(|code| found.as_ref().is_some_and(|one| one.code == *code))
    };
    is(&query.category, &row.category)
        && is(&query.place, &row.place)
        && period.is_none_or(|period| row.at.is_some_and(|at| period.contains(at.date())))
        && matching.is_none_or(|matching| matching.contains(&row.record))
}
