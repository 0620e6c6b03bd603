//! Frames begun with what another engine has done.

use arrow::array::UInt32Array;

use crate::data::column::Column;
use crate::data::snapshot::Scope;
use crate::error::AnalyticsError;
use crate::frame::behind::Behind;
use crate::frame::{Base, Frame};
use crate::period::Period;
use crate::plan::budget::Budget;
use crate::plan::execute;
use crate::plan::execute::group::in_order_of_keys;
use crate::tables::table;

impl Frame {
    /// These rows of a table, in this order, with more columns of a value a row.
    ///
    /// # Errors
    /// There is no such table or row, a column does not fit, or the budget is used up.
    pub fn of_rows(
        scope: &Scope,
        name: &str,
        rows: Vec<u32>,
        columns: Vec<(String, Column)>,
        budget: &Budget,
    ) -> Result<Self, AnalyticsError> {
        let spec = table(name)?;
        let snapshot = scope.snapshot();
        budget.allow_rows(rows.len())?;
        let all = snapshot.rows(spec.name, scope.as_of())?;
        fits(name, rows.len(), &columns)?;
        if rows.iter().any(|row| *row as usize >= all) {
            return Err(AnalyticsError::Source(format!("{name}: a row that is not there")));
        }
        let rows = UInt32Array::from(rows);
        let records = snapshot.row_records(spec.name)?;
        let pupils = execute::row_pupils(scope, spec)?;
        Ok(Self {
            scope: scope.clone(),
            len: rows.len(),
            behind: Behind::rows(records, pupils, rows.clone()),
            base: Some(Base { spec, rows: Some(rows) }),
            columns,
            window: None,
        })
    }

    /// Groups that were counted elsewhere, put in order of their keys, which come first among the
    /// columns; `pupils` says how many distinct pupils stand behind each.
    ///
    /// # Errors
    /// A column does not fit, or a key is no key.
    pub fn of_groups(
        scope: &Scope,
        keys: usize,
        columns: Vec<(String, Column)>,
        pupils: Vec<u32>,
    ) -> Result<Self, AnalyticsError> {
        fits("a group", pupils.len(), &columns)?;
        let given = Self {
            scope: scope.clone(),
            len: pupils.len(),
            behind: Behind::counted(pupils),
            base: None,
            columns,
            window: None,
        };
        let keys: Vec<Column> =
            given.columns.iter().take(keys).map(|(_, column)| column.clone()).collect();
        given.take(&in_order_of_keys(&keys, given.len).into())
    }

    /// The same with the period to which a plan's `within` narrowed it.
    #[must_use]
    pub fn with_window(self, window: Option<Period>) -> Self {
        Self { window, ..self }
    }
}

fn fits(what: &str, rows: usize, columns: &[(String, Column)]) -> Result<(), AnalyticsError> {
    match columns.iter().find(|(_, column)| column.len() != rows) {
        None => Ok(()),
        Some((name, _)) => {
            let why = format!("{what}: column `{name}` has not as many values as there are rows");
            Err(AnalyticsError::Source(why))
        }
    }
}
