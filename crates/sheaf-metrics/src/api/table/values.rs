//! What one column of a table holds: all of it for statistics, and which values there are.

use rhai::{Array, Dynamic};
use sheaf_analytics::Step;

use super::Table;
use crate::api::frame::FrameValue;
use crate::column::Column;
use crate::fault::fault;
use crate::registry::{Answer, Group, Registry};

/// Registers them.
pub(super) fn register(registry: &mut Registry) {
    registry.overload("column", |table: &mut Table, name: &str| -> Answer<Column> {
        FrameValue::of_table(table)?.column(name)
    });
    registry.field(
        Group::Table
            .item(
                "column",
                "table.column(name) -> column",
                "A column of its rows for statistics and charts, as `.collect().column(name)`.",
                "cx.room_referrals.column(\"date\").len",
                "13",
            )
            .added(),
    );
    registry.function(
        Group::Table
            .item(
                "values",
                "table.values(name) -> array",
                "Which values a column has, each once and in order, to go through them in a loop. \
                 Those that are nothing are left out; ids are never told.",
                "cx.room_referrals.values(\"year_group\")",
                "[\"9\", \"10\"]",
            )
            .added(),
        |table: &mut Table, name: &str| values(table, name),
    );
}

/// The keys of the groups by this column: what those may not tell is not told here.
fn values(table: &Table, name: &str) -> Answer<Array> {
    let keys = vec![name.to_owned()];
    let groups = table.step(Step::Group { keys, aggregates: Vec::new() })?;
    if !groups.origin.is_key(name) {
        return Err(fault(format!(
            "`{name}` was worked out of rows; its values are read by `.collect().rows()`, where \
             those of few pupils are hidden"
        )));
    }
    let frame = FrameValue::of_table(&groups)?;
    let values = frame.rows()?.len();
    let cells = (0..values).map(|row| frame.cell(row, name));
    cells.filter(|value| !value.as_ref().is_ok_and(Dynamic::is_unit)).collect()
}
