//! Columns in a script.

use rhai::{Array, Dynamic, FnPtr, INT};

use crate::column::{Column, Values};
use crate::fault::fault;
use crate::registry::{Answer, Group, Registry};

/// Registers what a column can be asked. Its single values cannot be read: statistics take it
/// whole.
pub fn register(registry: &mut Registry) {
    registry.name_type::<Column>("column");
    registry.overload("to_string", |column: &mut Column| column.to_string());
    registry.overload("to_debug", |column: &mut Column| column.to_string());
    registry.property(
        Group::Column.item(
            "len",
            "column.len -> integer",
            "How many values it has.",
            "stats::adjust([0.01, 0.04], \"bh\").len",
            "2",
        ),
        // How many rows few pupils have is what is hidden.
        |column: &mut Column| match column.hidden() {
            Some(missing) => Dynamic::from(missing),
            None => Dynamic::from(column.len() as INT),
        },
    );
    registry.function(
        Group::Column.item(
            "column",
            "column([values]) -> column",
            "A column of numbers, of true and false, or of texts.",
            "column([1, 2, 3]).len",
            "3",
        ),
        |values: Array| from_array(&values),
    );
    // The engine's own sort with a function swallows its errors.
    registry.overload("sort", |_: &mut Array, _: FnPtr| -> Answer<()> {
        Err(fault("an array is sorted without a function; order a table with `.sort(\"-n\")`"))
    });
    for operator in ["==", "!=", "<", "<=", ">", ">="] {
        registry.overload(operator, |_: Column, _: Dynamic| no_comparison());
        registry.overload(operator, |_: Dynamic, _: Column| no_comparison());
    }
}

fn no_comparison() -> Answer<Dynamic> {
    Err(fault("a whole column is not compared; filter the table with `col(\"name\")` instead"))
}

/// A column from the items of an array.
pub fn from_array(values: &Array) -> Answer<Column> {
    if !values.is_empty() && values.iter().all(Dynamic::is_bool) {
        let flags: Vec<bool> = values.iter().filter_map(|value| value.as_bool().ok()).collect();
        return Ok(Column::of(Values::Flags(flags.into())));
    }
    if !values.is_empty() && values.iter().all(Dynamic::is_string) {
        return Ok(of_texts(values.iter().map(Dynamic::to_string)));
    }
    let numbers = values.iter().map(|value| crate::column::single("column", value));
    Ok(Column::numbers(numbers.collect::<Answer<Vec<f64>>>()?))
}

/// A column of texts as codes.
pub fn of_texts(texts: impl Iterator<Item = String>) -> Column {
    let mut names: Vec<String> = Vec::new();
    let mut seen = std::collections::HashMap::new();
    let codes: Vec<u32> = texts
        .map(|text| {
            *seen.entry(text).or_insert_with_key(|text| {
                names.push(text.clone());
                (names.len() - 1) as u32
            })
        })
        .collect();
    Column::of(Values::Codes(codes.into(), names.into()))
}
