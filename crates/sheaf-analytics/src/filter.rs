//! A filter in text form: what the `filter` option and `record list --where` take.

mod parser;
mod token;
mod words;

use std::fmt;
use std::str::FromStr;

use crate::data::column::ColumnType;
use crate::error::AnalyticsError;
use crate::plan::expr::Expr;
use crate::tables::TableSpec;

/// The longest filter, in bytes: a page of conditions.
pub const MAX_FILTER_BYTES: usize = 4096;

/// A condition over the columns of a table, read from text.
///
/// ```
/// use sheaf_analytics::{FilterExpr, table};
///
/// let filter = FilterExpr::parse(r#"category == "bullying" & severity >= 3"#)?;
/// filter.check(table("incidents")?)?;
/// let wrong = FilterExpr::parse("sevirity >= 3")?.check(table("incidents")?).unwrap_err();
/// assert_eq!(
///     wrong.to_string(),
///     "line 1, column 1: table `incidents` has no column `sevirity`; did you mean `severity`?"
/// );
/// # Ok::<(), sheaf_analytics::AnalyticsError>(())
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct FilterExpr {
    text: String,
    expr: Option<Expr>,
    columns: Vec<(String, Position)>,
}

/// A place in the text, both from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Position {
    line: usize,
    column: usize,
}

impl FilterExpr {
    /// Reads a filter. Empty text keeps every row.
    ///
    /// The language: columns by name; texts in `"` or `'`; whole numbers; `true` and `false`;
    /// `== != < <= > >=`, `in [..]`, `.is_null()`, `.between(a, b)`; `& | !` and brackets;
    /// `+ - * %`.
    ///
    /// # Errors
    /// Names the line and the column of what it cannot read, and what to write instead.
    pub fn parse(text: &str) -> Result<Self, AnalyticsError> {
        let (expr, columns) = parser::parse(text)?;
        Ok(Self { text: text.to_owned(), expr, columns })
    }

    /// The condition, none where every row is kept.
    pub const fn expr(&self) -> Option<&Expr> {
        self.expr.as_ref()
    }

    /// Whether every row is kept.
    pub const fn is_empty(&self) -> bool {
        self.expr.is_none()
    }

    /// Checks names and types against a table.
    ///
    /// # Errors
    /// Names the place of an unknown column, or of the first column of a condition that does not
    /// fit its type.
    pub fn check(&self, table: &TableSpec) -> Result<(), AnalyticsError> {
        for (name, at) in &self.columns {
            table.column(name).map_err(|error| at.error(error.to_string()))?;
        }
        let Some(expr) = &self.expr else { return Ok(()) };
        let place = |error: AnalyticsError| {
            let at = self.columns.first().map_or(Position { line: 1, column: 1 }, |(_, at)| *at);
            at.error(error.to_string())
        };
        match crate::plan::check::expr(expr, table).map_err(place)? {
            ColumnType::Bool => Ok(()),
            found => Err(place(AnalyticsError::mistyped("filter", "a condition", found))),
        }
    }
}

impl Position {
    fn error(self, message: String) -> AnalyticsError {
        AnalyticsError::Filter { line: self.line, column: self.column, message }
    }
}

impl fmt::Display for FilterExpr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl fmt::Debug for FilterExpr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // A filter may name a pupil.
        f.write_str("FilterExpr(..)")
    }
}

impl FromStr for FilterExpr {
    type Err = AnalyticsError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::parse(text)
    }
}

#[cfg(test)]
mod tests;
