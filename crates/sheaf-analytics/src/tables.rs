//! The tables that a metric can read: what each column holds, and where it comes from.

mod list;

use std::fmt;

use serde::Serialize;
use sheaf_records::ListId;

use crate::data::column::ColumnType;
use crate::error::AnalyticsError;
use crate::plan::expr::CalendarPart;

/// Where the values of a column come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Source {
    /// Kept with the rows.
    Stored,
    /// The pupil's spell or field of this name, on the row's date; on today for `pupils`.
    Pupil(&'static str),
    /// What the school calendar says of the row's date.
    Calendar(CalendarPart),
    /// Worked out from the pupil's sessions of the intervention.
    Sessions(SessionPart),
}

/// What a pupil has had of an intervention.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SessionPart {
    /// How many sessions they attended.
    Attended,
    /// How many minutes these lasted.
    Minutes,
}

impl SessionPart {
    /// The name of its column.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Attended => "sessions_attended",
            Self::Minutes => "minutes",
        }
    }
}

/// Whether a column is a characteristic by which small groups could be recognised.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Sensitivity {
    /// Suppression looks at denominators alone.
    Plain,
    /// SEN, disadvantage, ethnicity, sex: suppression looks at numerators as well.
    Listed,
}

/// One column of a table.
#[derive(Clone, Copy, Debug)]
pub struct ColumnSpec {
    /// The name that scripts use.
    pub name: &'static str,
    /// What its values are.
    pub ty: ColumnType,
    /// The unit of a number.
    pub unit: Option<&'static str>,
    /// The code list of a text.
    pub codes: Option<ListId>,
    /// What it means, in one sentence.
    pub meaning: &'static str,
    /// Where it comes from.
    pub source: Source,
    /// Whether splits by it need the stricter suppression.
    pub sensitivity: Sensitivity,
}

/// One table.
#[derive(Clone, Copy)]
pub struct TableSpec {
    /// The name that scripts use.
    pub name: &'static str,
    /// What one row is.
    pub row: &'static str,
    /// Its columns.
    pub columns: &'static [ColumnSpec],
}

impl fmt::Debug for TableSpec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "TableSpec({})", self.name)
    }
}

impl TableSpec {
    /// The column of this name.
    ///
    /// # Errors
    /// There is none; the nearest name is given.
    pub fn column(&self, name: &str) -> Result<&'static ColumnSpec, AnalyticsError> {
        self.columns.iter().find(|column| column.name == name).ok_or_else(|| {
            let known = self.columns.iter().map(|column| column.name);
            AnalyticsError::unknown_column(&format!("table `{}`", self.name), name, known)
        })
    }

    /// The place of a stored column among the stored columns.
    pub(crate) fn stored(&self) -> impl Iterator<Item = &'static ColumnSpec> + use<> {
        self.columns.iter().filter(|column| column.source == Source::Stored)
    }
}

/// Every table, in the order in which `sheaf tables` shows them.
pub fn tables() -> &'static [TableSpec] {
    list::TABLES
}

/// The table of this name.
///
/// # Errors
/// There is none; the nearest name is given.
pub fn table(name: &str) -> Result<&'static TableSpec, AnalyticsError> {
    tables().iter().find(|table| table.name == name).ok_or_else(|| {
        let nearest = crate::nearest::nearest(name, tables().iter().map(|table| table.name));
        AnalyticsError::UnknownTable { name: name.to_owned(), nearest }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_unique_and_every_column_says_what_it_means() {
        let mut names = std::collections::BTreeSet::new();
        for table in tables() {
            assert!(names.insert(table.name));
            let mut columns = std::collections::BTreeSet::new();
            for column in table.columns {
                assert!(columns.insert(column.name), "{}.{}", table.name, column.name);
                assert!(column.meaning.len() > 5, "{}.{}", table.name, column.name);
                assert!(!column.meaning.ends_with('.'), "{}.{}", table.name, column.name);
            }
        }
    }

    #[test]
    fn what_depends_on_the_day_has_a_day() {
        for table in tables().iter().filter(|table| table.name != "calendar") {
            let dated =
                table.columns.iter().any(|c| c.name == "date" && c.source == Source::Stored);
            let calendar = |c: &ColumnSpec| matches!(c.source, Source::Calendar(_));
            assert!(dated || !table.columns.iter().any(calendar), "{}", table.name);
        }
    }

    #[test]
    fn a_misspelt_name_finds_the_nearest() {
        let error = table("incident").unwrap_err().to_string();
        assert_eq!(
            error,
            "there is no table `incident`; did you mean `incidents`?; `sheaf tables` lists them"
        );
        let error = table("incidents").unwrap().column("catagory").unwrap_err().to_string();
        assert_eq!(error, "table `incidents` has no column `catagory`; did you mean `category`?");
    }
}
