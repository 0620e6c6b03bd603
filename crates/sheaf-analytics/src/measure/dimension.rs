//! One column by which events, and pupil-days where they have it, are split.

use std::collections::BTreeMap;

use crate::data::column::{Cell, Column, Data};
use crate::error::AnalyticsError;
use crate::exposure::Amounts;
use crate::frame::Frame;
use crate::narrowing::{is_of_day, is_of_period, is_of_pupil};
use crate::plan::budget::Budget;
use crate::plan::execute::group::groups;
use crate::stays::{OpenDays, Stays};

/// A column of a split, with the place of the value of each row.
pub struct Dimension {
    /// The values in order, those without events included.
    pub values: Vec<Cell>,
    /// The place of the value of each event.
    pub of_row: Vec<u32>,
    /// The place of the value of each stay, where the column says something of the pupil.
    pub of_stay: Vec<u32>,
    /// The place of the value of each school day, where the column says something of the day.
    pub of_day: Vec<u32>,
    /// The place of the value of each period of the day, where the column says which it is and the
    /// exposure is had in periods.
    pub of_period: Vec<u32>,
    /// Whether the exposure has the column.
    pub is_shared: bool,
}

/// What events are counted over, as rows that columns may split.
pub struct Exposed<'a> {
    /// Pupils on the roll.
    pub stays: &'a Stays,
    /// School days.
    pub open: &'a OpenDays,
    /// What a day adds up to.
    pub amounts: &'a Amounts,
}

impl Exposed<'_> {
    /// The periods of the day, where the exposure is had in them.
    pub fn periods(&self) -> Option<Column> {
        match self.amounts {
            Amounts::Everybody(timetable) if timetable.has_periods() => Some(timetable.column()),
            _ => None,
        }
    }
}

impl Dimension {
    /// The values of a column of events and, where it says something of the pupil, the day or the
    /// period, of stays, school days or periods.
    pub fn new(
        frame: &Frame,
        over: &Exposed<'_>,
        name: &str,
        budget: &Budget,
    ) -> Result<Self, AnalyticsError> {
        let found = groups(frame, &[name.to_owned()], budget)?;
        let of_group: Vec<SortCell> = found.keys().iter().flat_map(keys).collect();
        let cells = found.keys().iter().flat_map(Column::cells);
        let mut values: BTreeMap<SortCell, Cell> = of_group.iter().cloned().zip(cells).collect();
        let stay = if is_of_pupil(name) { over.stays.fact(name) } else { None };
        let day = is_of_day(name).then(|| over.open.part(frame.scope(), name)).transpose()?;
        let period = if is_of_period(name) { over.periods() } else { None };
        let mut exposed = |column: Option<&Column>| -> Vec<SortCell> {
            let keys = column.map(keys).unwrap_or_default();
            for (row, key) in keys.iter().enumerate() {
                if let (false, Some(column)) = (values.contains_key(key), column) {
                    values.insert(key.clone(), column.cell(row));
                }
            }
            keys
        };
        let (of_stay, of_day) = (exposed(stay.as_ref()), exposed(day.as_ref()));
        let of_period = exposed(period.as_ref());
        let order: Vec<&SortCell> = values.keys().collect();
        let place = |key: &SortCell| order.binary_search(&key).map_or(0, |at| at as u32);
        let of_group: Vec<u32> = of_group.iter().map(place).collect();
        let of_row = found.of_rows();
        let of_row = of_row.map(|group| of_group.get(group as usize).copied().unwrap_or(0));
        Ok(Self {
            of_row: of_row.collect(),
            is_shared: is_of_pupil(name) || is_of_day(name) || period.is_some(),
            of_stay: of_stay.iter().map(place).collect(),
            of_day: of_day.iter().map(place).collect(),
            of_period: of_period.iter().map(place).collect(),
            values: values.into_values().collect(),
        })
    }
}

/// The key of each row; of a column of codes, each code is looked at once.
fn keys(column: &Column) -> Vec<SortCell> {
    let Data::Codes(codes, labels) = column.data() else {
        return (0..column.len()).map(|row| SortCell::of(column, row)).collect();
    };
    let known: Vec<SortCell> = labels
        .iter()
        .map(|text| match text.parse() {
            Ok(number) => SortCell::Number(number, text.into()),
            Err(_) => SortCell::Text(text.into()),
        })
        .collect();
    let key = |code: Option<i32>| {
        let code = code.and_then(|code| usize::try_from(code).ok());
        code.and_then(|code| known.get(code).cloned()).unwrap_or(SortCell::Null)
    };
    codes.iter().map(key).collect()
}

/// A value by which groups are put in order: numbers, also those written as text, then texts, then
/// nothing.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum SortCell {
    /// A number, a day, no before yes; with the text in which it was written.
    Number(i64, std::sync::Arc<str>),
    /// A text that is no number.
    Text(std::sync::Arc<str>),
    /// Nothing.
    Null,
}

impl SortCell {
    /// The value of a row. Numbers with fractions are never keys of groups.
    fn of(column: &Column, row: usize) -> Self {
        let number = |number| Self::Number(number, "".into());
        match column.cell(row) {
            Cell::Null | Cell::Float(_) => Self::Null,
            Cell::Int(value) => number(value),
            Cell::Bool(answer) => number(i64::from(answer)),
            Cell::Date(date) => number(crate::data::days::day_number(date)),
            Cell::Id(id) => Self::Text(id.to_string().into()),
            Cell::Text(text) => match text.parse() {
                Ok(number) => Self::Number(number, text),
                Err(_) => Self::Text(text),
            },
        }
    }
}
