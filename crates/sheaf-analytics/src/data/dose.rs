//! What each pupil has had of an intervention, from the sessions that name both.

use std::collections::HashMap;

use arrow::array::{Array, Int32Array, Int64Array};
use jiff::civil::Date;

use crate::data::column::{Column, ColumnType, Data, get};
use crate::data::snapshot::Snapshot;
use crate::error::AnalyticsError;
use crate::tables::{SessionPart, table};

/// A pupil in an intervention, in one space: who may not read a session does not see it counted.
type Place = (Option<i32>, Option<i32>, Option<i32>);

/// What was attended.
#[derive(Clone, Copy, Default)]
struct Dose {
    sessions: i64,
    /// The minutes of those whose length was written down …
    minutes: i64,
    /// … and how many are taken to have lasted as long as planned.
    unmeasured: i64,
}

/// The column of one part for the rows of `interventions`.
pub fn column(
    snapshot: &Snapshot,
    part: SessionPart,
    as_of: Date,
) -> Result<Column, AnalyticsError> {
    let doses = doses(snapshot, as_of)?;
    let places = places(snapshot, "interventions", as_of)?;
    let planned = whole(snapshot, "interventions", "session_minutes", as_of)?;
    let value = |(row, place): (usize, &Place)| {
        let Some(dose) = doses.get(place) else { return Some(0) };
        match part {
            SessionPart::Attended => Some(dose.sessions),
            SessionPart::Minutes if dose.unmeasured == 0 => Some(dose.minutes),
            SessionPart::Minutes => Some(dose.minutes + dose.unmeasured * get(&planned, row)?),
        }
    };
    let values: Int64Array = places.iter().enumerate().map(value).collect();
    Ok(Column::whole(ColumnType::Int, values))
}

fn doses(snapshot: &Snapshot, as_of: Date) -> Result<HashMap<Place, Dose>, AnalyticsError> {
    const TABLE: &str = "intervention_sessions";
    let minutes = whole(snapshot, TABLE, "minutes", as_of)?;
    let attended = snapshot.column(table(TABLE)?, "attended", as_of)?;
    let Data::Bools(attended) = attended.data() else {
        return Err(AnalyticsError::mistyped("attended", "yes or no", attended.ty()));
    };
    let mut doses: HashMap<Place, Dose> = HashMap::new();
    for (row, place) in places(snapshot, TABLE, as_of)?.into_iter().enumerate() {
        if row >= attended.len() || !attended.is_valid(row) || !attended.value(row) {
            continue;
        }
        let dose = doses.entry(place).or_default();
        dose.sessions += 1;
        match get(&minutes, row) {
            Some(lasted) => dose.minutes += lasted,
            None => dose.unmeasured += 1,
        }
    }
    Ok(doses)
}

fn places(snapshot: &Snapshot, name: &str, as_of: Date) -> Result<Vec<Place>, AnalyticsError> {
    let spaces = snapshot.row_spaces(name, as_of)?;
    let interventions = codes(snapshot, name, "intervention_id", as_of)?;
    let pupils = codes(snapshot, name, "pupil", as_of)?;
    let place = |row| (get(&spaces, row), get(&interventions, row), get(&pupils, row));
    Ok((0..pupils.len()).map(place).collect())
}

fn codes(
    snapshot: &Snapshot,
    name: &str,
    column: &str,
    as_of: Date,
) -> Result<Int32Array, AnalyticsError> {
    let column = snapshot.column(table(name)?, column, as_of)?;
    match column.data() {
        Data::Codes(codes, _) => Ok(codes.clone()),
        _ => Err(AnalyticsError::mistyped(name, "ids", column.ty())),
    }
}

fn whole(
    snapshot: &Snapshot,
    name: &str,
    column: &str,
    as_of: Date,
) -> Result<Int64Array, AnalyticsError> {
    let column = snapshot.column(table(name)?, column, as_of)?;
    match column.data() {
        Data::Ints(values) => Ok(values.clone()),
        _ => Err(AnalyticsError::mistyped(name, "whole numbers", column.ty())),
    }
}
