//! How a lake is laid out: names, limits, and the columns of each table.

use std::sync::Arc;

use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use sheaf_analytics::{ColumnSpec, ColumnType, TableSpec, tables};

/// The version of the layout.
pub const FORMAT: u32 = 1;

/// The file that says what a school's folder holds.
pub const MANIFEST: &str = "manifest.json";

/// What the name of a school's folder begins with.
pub const SCHOOL_FOLDER: &str = "school=";

/// The table of what is known of each pupil by day.
pub const SPELLS: &str = "spells";

/// The pseudonym of the school of a row, also where the row names no pupil.
pub const SCHOOL: &str = "_school";

/// The place of a row in its table at its school.
pub const ROW: &str = "_row";

/// The record behind a row, as a number.
pub const RECORD: &str = "_record";

/// The largest manifest: a school of thirty years has one of some hundred kilobytes.
pub const MAX_MANIFEST_BYTES: u64 = 8 << 20;

/// The most schools of one lake: every secondary school of a region.
pub const MAX_SCHOOLS: usize = 2_000;

/// The most files of one school: each table of each year has one.
pub const MAX_FILES: usize = 2_000;

/// The largest file: ten times the attendance of a large school in a year.
pub const MAX_FILE_BYTES: u64 = 1 << 30;

/// The most rows of one file, and so of one table in one year at one school.
pub const MAX_FILE_ROWS: u64 = 20_000_000;

/// The largest footer of a file; it is read whole before anything else.
pub const MAX_FOOTER_BYTES: u64 = 16 << 20;

/// The longest text of a cell: a code, or a pseudonym of 32 letters.
pub const MAX_TEXT_BYTES: usize = 128;

/// Tables that are worked out: from the calendar, which the manifest holds, and from suspensions
/// for one day at one school.
const MADE: [&str; 3] = ["calendar", "clocks", "periods"];

/// Texts without a code list that say nothing about a person.
const PLAIN_TEXTS: [&str; 6] = ["half_term", "term", "year", "period", "better", "school"];

/// The tables that a lake holds, besides the spells.
pub fn lake_tables() -> impl Iterator<Item = &'static TableSpec> {
    tables().iter().filter(|table| is_kept(table.name))
}

/// Whether a lake holds the rows of a table.
pub fn is_kept(table: &str) -> bool {
    !MADE.contains(&table)
}

/// Why a column is in no lake, if it is in none.
pub fn withheld(column: &ColumnSpec) -> Option<&'static str> {
    let is_text = column.ty == ColumnType::Text && column.codes.is_none();
    (is_text && !PLAIN_TEXTS.contains(&column.name))
        .then_some("it holds the school's own words, which may name people")
}

/// The columns of a table that a lake holds.
pub fn kept_columns(table: &'static TableSpec) -> impl Iterator<Item = &'static ColumnSpec> {
    table.columns.iter().filter(|column| withheld(column).is_none())
}

/// The columns of the files of a table.
pub fn schema(table: &'static TableSpec) -> SchemaRef {
    let own = kept_columns(table).map(|one| Field::new(one.name, data_type(one.ty), true));
    let hidden = [
        Field::new(SCHOOL, DataType::Utf8, false),
        Field::new(ROW, DataType::Int64, false),
        Field::new(RECORD, DataType::Int64, false),
    ];
    Arc::new(Schema::new(hidden.into_iter().chain(own).collect::<Vec<_>>()))
}

/// The columns of the spells.
pub fn spells_schema() -> SchemaRef {
    let text = |name| Field::new(name, DataType::Utf8, false);
    let day = |name| Field::new(name, DataType::Date32, true);
    Arc::new(Schema::new(vec![text("pupil"), text("what"), text("value"), day("from"), day("to")]))
}

/// How the values of a column are kept: whole numbers in 32 bits, so that no sum of them grows past
/// 64.
pub const fn data_type(ty: ColumnType) -> DataType {
    match ty {
        ColumnType::Int => DataType::Int32,
        ColumnType::Date => DataType::Date32,
        ColumnType::Bool => DataType::Boolean,
        ColumnType::Float => DataType::Float64,
        _ => DataType::Utf8,
    }
}
