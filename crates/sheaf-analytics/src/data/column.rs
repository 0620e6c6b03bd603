//! A column of a table or a frame: Arrow arrays with the meaning of their values.

use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};

use arrow::array::{
    Array, ArrayRef, BooleanArray, DictionaryArray, Float64Array, Int32Array, Int64Array,
    StringArray, UInt32Array,
};
use arrow::compute;
use arrow::datatypes::Int32Type;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use sheaf_records::RecordId;

use crate::data::days::date_of;
use crate::data::labels::Labels;
use crate::data::looked_up::LookedUp;
use crate::error::AnalyticsError;

/// What the values of a column are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum ColumnType {
    /// A code of a code list, or a short text.
    Text,
    /// The id of a pupil.
    Pupil,
    /// The id of another record.
    Record,
    /// A whole number.
    Int,
    /// A day.
    Date,
    /// Yes or no.
    Bool,
    /// A number with a fraction: only results have it.
    Float,
}

impl ColumnType {
    /// The name that `sheaf tables` and messages use.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Pupil => "pupil",
            Self::Record => "record",
            Self::Int => "integer",
            Self::Date => "date",
            Self::Bool => "boolean",
            Self::Float => "number",
        }
    }

    /// What a value of it is, in a sentence.
    pub const fn noun(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Pupil => "a pupil",
            Self::Record => "a record",
            Self::Int => "a whole number",
            Self::Date => "a date",
            Self::Bool => "true or false",
            Self::Float => "a number",
        }
    }

    /// Whether values are codes of a dictionary.
    pub const fn is_coded(self) -> bool {
        matches!(self, Self::Text | Self::Pupil | Self::Record)
    }

    /// Whether values are counted in whole numbers, days included.
    pub const fn is_whole(self) -> bool {
        matches!(self, Self::Int | Self::Date)
    }
}

impl fmt::Display for ColumnType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// One value of a column.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Cell {
    /// Nothing was recorded.
    Null,
    /// A code or short text.
    Text(Arc<str>),
    /// The id of a pupil or another record.
    Id(RecordId),
    /// A whole number.
    Int(i64),
    /// A day.
    Date(Date),
    /// Yes or no.
    Bool(bool),
    /// A number with a fraction.
    Float(f64),
}

impl fmt::Display for Cell {
    /// The plain form: dates ISO 8601, ids hexadecimal, nothing for null.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Null => Ok(()),
            Self::Text(text) => f.write_str(text),
            Self::Id(id) => write!(f, "{id}"),
            Self::Int(number) => write!(f, "{number}"),
            Self::Date(date) => write!(f, "{date}"),
            Self::Bool(answer) => write!(f, "{answer}"),
            Self::Float(number) => write!(f, "{number}"),
        }
    }
}

/// The values of a column in plain form; `None` is null.
pub enum Values<'a> {
    /// Codes, and the texts of the codes.
    Codes(Vec<Option<i32>>, Vec<&'a str>),
    /// Whole numbers, or days since 1970-01-01.
    Ints(Vec<Option<i64>>),
    /// Yes or no.
    Bools(Vec<Option<bool>>),
    /// Numbers with a fraction.
    Floats(Vec<Option<f64>>),
}

/// The values of a column.
#[derive(Clone, Debug)]
pub(crate) enum Data {
    /// Codes of a dictionary.
    Codes(Int32Array, Arc<Labels>),
    /// Whole numbers, or days since 1970-01-01.
    Ints(Int64Array),
    /// Yes or no.
    Bools(BooleanArray),
    /// Numbers with a fraction.
    Floats(Float64Array),
}

/// A column: cheap to clone, never changed.
#[derive(Clone)]
pub struct Column {
    ty: ColumnType,
    held: Arc<Held>,
}

/// The values of a column, and what was worked out of them once somebody asked.
struct Held {
    source: Source,
    /// The least and the greatest whole number.
    range: OnceLock<Option<(i64, i64)>>,
    /// Whether digits were asked for before.
    is_counted: AtomicBool,
    digits: OnceLock<Arc<[u16]>>,
}

/// Where the values of a column are.
enum Source {
    /// Here.
    Here(Data),
    /// Behind the codes of another column; here as soon as somebody asks.
    LookedUp(LookedUp, OnceLock<Data>),
}

impl fmt::Debug for Column {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Values are about children: a log line shows type and length alone.
        write!(f, "Column({}, {} values)", self.ty, self.len())
    }
}

impl Column {
    fn new(ty: ColumnType, data: Data) -> Self {
        Self::of(ty, Source::Here(data))
    }

    fn of(ty: ColumnType, source: Source) -> Self {
        let (range, is_counted, digits) = Default::default();
        Self { ty, held: Arc::new(Held { source, range, is_counted, digits }) }
    }

    pub(crate) fn looked_up(of: LookedUp) -> Self {
        Self::of(of.values().ty(), Source::LookedUp(of, OnceLock::new()))
    }

    pub(crate) fn codes(ty: ColumnType, codes: Int32Array, labels: Arc<Labels>) -> Self {
        Self::new(ty, Data::Codes(codes, labels))
    }

    pub(crate) fn whole(ty: ColumnType, values: Int64Array) -> Self {
        Self::new(ty, Data::Ints(values))
    }

    pub(crate) fn from_bools(values: BooleanArray) -> Self {
        Self::new(ColumnType::Bool, Data::Bools(values))
    }

    pub(crate) fn from_floats(values: Float64Array) -> Self {
        Self::new(ColumnType::Float, Data::Floats(values))
    }

    /// The least and the greatest whole number; none where there is none.
    pub(crate) fn range(&self) -> Option<(i64, i64)> {
        *self.held.range.get_or_init(|| match self.data() {
            Data::Ints(values) => compute::min(values).zip(compute::max(values)),
            _ => None,
        })
    }

    /// The values as digits of two bytes, which `work` writes down: from the second time on that
    /// they are asked for. Most columns that a plan makes are counted by once.
    pub(crate) fn digits(&self, work: impl FnOnce() -> Arc<[u16]>) -> Option<Arc<[u16]>> {
        if !self.held.is_counted.swap(true, Ordering::Relaxed) {
            return None;
        }
        Some(Arc::clone(self.held.digits.get_or_init(work)))
    }

    /// A column of whole numbers; `None` is null.
    pub fn ints(values: impl IntoIterator<Item = Option<i64>>) -> Self {
        Self::whole(ColumnType::Int, values.into_iter().collect())
    }

    /// A column of days; `None` is null.
    pub fn dates(values: impl IntoIterator<Item = Option<Date>>) -> Self {
        let days = values.into_iter().map(|date| date.map(crate::data::days::day_number));
        Self::whole(ColumnType::Date, days.collect())
    }

    /// A column of yes or no; `None` is null.
    pub fn bools(values: impl IntoIterator<Item = Option<bool>>) -> Self {
        Self::from_bools(values.into_iter().collect())
    }

    /// A column of numbers; `None` is null.
    pub fn floats(values: impl IntoIterator<Item = Option<f64>>) -> Self {
        Self::from_floats(values.into_iter().collect())
    }

    /// A column of short texts; `None` is null.
    pub fn texts<T: AsRef<str>>(values: impl IntoIterator<Item = Option<T>>) -> Self {
        let mut dictionary = crate::data::labels::Dictionary::default();
        let codes =
            values.into_iter().map(|text| text.map(|text| dictionary.intern(text.as_ref())));
        let codes: Int32Array = codes.collect();
        Self::codes(ColumnType::Text, codes, Arc::new(dictionary.labels()))
    }

    /// A column of days since 1970-01-01; `None` is null.
    pub fn day_numbers(values: impl IntoIterator<Item = Option<i64>>) -> Self {
        Self::whole(ColumnType::Date, values.into_iter().collect())
    }

    /// A column of the ids of pupils; `None` is null.
    pub fn pupils(values: impl IntoIterator<Item = Option<RecordId>>) -> Self {
        let texts = Self::texts(values.into_iter().map(|id| id.map(|id| id.to_string())));
        Self { ty: ColumnType::Pupil, ..texts }
    }

    /// A column of codes of these texts, which are the values of a text or the ids of pupils or
    /// records; `None` is null. None where a code has no text.
    pub fn coded<T: AsRef<str>>(
        ty: ColumnType,
        codes: Vec<Option<i32>>,
        texts: impl IntoIterator<Item = T>,
    ) -> Option<Self> {
        let labels: Labels = texts.into_iter().collect();
        let known = |code: &i32| usize::try_from(*code).is_ok_and(|code| code < labels.len());
        let fits = ty.is_coded() && codes.iter().flatten().all(known);
        fits.then(|| Self::codes(ty, codes.into(), Arc::new(labels)))
    }

    /// The same codes under other labels; none where one of its texts is not among them.
    pub(crate) fn recoded(&self, labels: &Arc<Labels>) -> Option<Self> {
        let Data::Codes(codes, own) = self.data() else { return None };
        let known: std::collections::HashMap<&str, i32> = labels.iter().zip(0..).collect();
        let place: Vec<Option<i32>> = own.iter().map(|text| known.get(text).copied()).collect();
        let code = |code: i32| place.get(usize::try_from(code).ok()?).copied().flatten();
        let recoded: Option<Vec<Option<i32>>> = codes
            .iter()
            .map(|one| match one {
                None => Some(None),
                Some(one) => code(one).map(Some),
            })
            .collect();
        Some(Self::codes(self.ty, recoded?.into(), Arc::clone(labels)))
    }

    /// The values in plain form, for those who write them down.
    pub fn values(&self) -> Values<'_> {
        match self.data() {
            Data::Codes(codes, labels) => {
                Values::Codes(codes.iter().collect(), labels.iter().collect())
            }
            Data::Ints(values) => Values::Ints(values.iter().collect()),
            Data::Bools(values) => Values::Bools(values.iter().collect()),
            Data::Floats(values) => Values::Floats(values.iter().collect()),
        }
    }

    /// What its values are.
    pub const fn ty(&self) -> ColumnType {
        self.ty
    }

    pub(crate) fn data(&self) -> &Data {
        match &self.held.source {
            Source::Here(data) => data,
            Source::LookedUp(of, data) => data.get_or_init(|| of.of_rows()),
        }
    }

    /// Behind what its values are; none where they are here.
    pub(crate) fn behind(&self) -> Option<&LookedUp> {
        match &self.held.source {
            Source::Here(_) => None,
            Source::LookedUp(of, _) => Some(of),
        }
    }

    /// How many values it has.
    pub fn len(&self) -> usize {
        if let Some(of) = self.behind() {
            return of.by().len();
        }
        match self.data() {
            Data::Codes(codes, _) => codes.len(),
            Data::Ints(values) => values.len(),
            Data::Bools(values) => values.len(),
            Data::Floats(values) => values.len(),
        }
    }

    /// Whether it has no value.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The Arrow array: dictionary-encoded text for codes and ids, days as 64-bit integers.
    pub fn to_arrow(&self) -> ArrayRef {
        match self.data() {
            Data::Codes(codes, labels) => {
                let texts: StringArray = labels.iter().map(Some).collect();
                match DictionaryArray::<Int32Type>::try_new(codes.clone(), Arc::new(texts)) {
                    Ok(array) => Arc::new(array),
                    // Codes always lie inside their labels; were they not, text would be lost
                    // but not memory.
                    Err(_) => Arc::new(codes.clone()),
                }
            }
            Data::Ints(values) => Arc::new(values.clone()),
            Data::Bools(values) => Arc::new(values.clone()),
            Data::Floats(values) => Arc::new(values.clone()),
        }
    }

    /// One value; null beyond the end.
    pub fn cell(&self, row: usize) -> Cell {
        match self.data() {
            Data::Codes(codes, labels) => match get(codes, row).and_then(|code| labels.get(code)) {
                None => Cell::Null,
                Some(text) if self.ty == ColumnType::Text => Cell::Text(text.into()),
                Some(text) => text.parse().map_or(Cell::Text(text.into()), Cell::Id),
            },
            Data::Ints(values) => match get(values, row) {
                None => Cell::Null,
                Some(day) if self.ty == ColumnType::Date => {
                    date_of(day).map_or(Cell::Null, Cell::Date)
                }
                Some(number) => Cell::Int(number),
            },
            Data::Bools(values) if row < values.len() && values.is_valid(row) => {
                Cell::Bool(values.value(row))
            }
            Data::Bools(_) => Cell::Null,
            Data::Floats(values) => get(values, row).map_or(Cell::Null, Cell::Float),
        }
    }

    /// Every value in order.
    pub fn cells(&self) -> impl Iterator<Item = Cell> {
        (0..self.len()).map(|row| self.cell(row))
    }

    /// The values as numbers for a statistic, days as day numbers.
    ///
    /// # Errors
    /// Refuses text, and nulls, which no statistic takes silently.
    pub fn numbers(&self) -> Result<Vec<f64>, AnalyticsError> {
        let numbers: Option<Vec<f64>> = match self.data() {
            Data::Ints(values) => {
                values.iter().map(|value| value.map(|value| value as f64)).collect()
            }
            Data::Floats(values) => values.iter().collect(),
            Data::Bools(values) => {
                values.iter().map(|value| value.map(|answer| f64::from(u8::from(answer)))).collect()
            }
            Data::Codes(..) => {
                return Err(AnalyticsError::mistyped("a statistic", "numbers", self.ty));
            }
        };
        numbers.ok_or_else(|| AnalyticsError::mistyped("a statistic", "no empty values", self.ty))
    }

    /// The values as codes for a statistic that groups or clusters: equal values, equal codes.
    /// A null is a group of its own.
    pub fn group_codes(&self) -> Vec<u32> {
        match self.data() {
            Data::Codes(codes, _) => {
                codes.iter().map(|code| code.map_or(0, |code| code.unsigned_abs() + 1)).collect()
            }
            _ => {
                let mut seen = std::collections::HashMap::new();
                let code = |cell: Cell| {
                    let next = u32::try_from(seen.len()).unwrap_or(u32::MAX);
                    *seen.entry(cell.to_string()).or_insert(next)
                };
                self.cells().map(code).collect()
            }
        }
    }

    /// The rows at these places, in that order.
    pub(crate) fn take(&self, rows: &UInt32Array) -> Result<Self, AnalyticsError> {
        self.map(|array| compute::take(array, rows, None))
    }

    fn map(
        &self,
        kernel: impl Fn(&dyn Array) -> Result<ArrayRef, arrow::error::ArrowError>,
    ) -> Result<Self, AnalyticsError> {
        // Kernels fail only on types and lengths that this crate fixes itself.
        let failed = |_| AnalyticsError::Overflow("a column");
        let data = match self.data() {
            Data::Codes(codes, labels) => {
                Data::Codes(typed(&kernel(codes).map_err(failed)?)?, Arc::clone(labels))
            }
            Data::Ints(values) => Data::Ints(typed(&kernel(values).map_err(failed)?)?),
            Data::Bools(values) => Data::Bools(typed(&kernel(values).map_err(failed)?)?),
            Data::Floats(values) => Data::Floats(typed(&kernel(values).map_err(failed)?)?),
        };
        Ok(Self::new(self.ty, data))
    }
}

/// The concrete array behind a kernel's answer.
pub(crate) fn typed<A: Array + Clone + 'static>(array: &ArrayRef) -> Result<A, AnalyticsError> {
    array.as_any().downcast_ref::<A>().cloned().ok_or(AnalyticsError::Overflow("a column"))
}

/// A value of a primitive array, none where it is null or beyond the end.
pub(crate) fn get<T: arrow::datatypes::ArrowPrimitiveType>(
    array: &arrow::array::PrimitiveArray<T>,
    row: usize,
) -> Option<T::Native> {
    (row < array.len() && array.is_valid(row)).then(|| array.value(row))
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn cells_come_back_as_they_went_in() {
        let id = RecordId::from_bytes([7; 16]);
        let column = Column::pupils([Some(id), None]);
        assert_eq!(
            (column.cell(0), column.cell(1), column.cell(2)),
            (Cell::Id(id), Cell::Null, Cell::Null)
        );
        let day = date(2026, 11, 22);
        assert_eq!(Column::dates([Some(day)]).cell(0), Cell::Date(day));
        assert_eq!(Column::texts([Some("a"), None, Some("a")]).group_codes(), [1, 0, 1]);
        assert_eq!(Column::bools([Some(true), Some(false)]).numbers().unwrap(), [1.0, 0.0]);
    }

    #[test]
    fn a_statistic_gets_no_text_and_no_nulls() {
        assert!(Column::texts([Some("a")]).numbers().is_err());
        assert!(Column::ints([Some(1), None]).numbers().is_err());
    }

    #[test]
    fn debug_shows_no_value() {
        let shown = format!("{:?}", Column::texts([Some("Amira")]));
        assert_eq!(shown, "Column(text, 1 values)");
        assert_eq!(Column::texts([Some("x")]).to_arrow().len(), 1);
    }
}
