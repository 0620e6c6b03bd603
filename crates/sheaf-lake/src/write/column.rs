//! The values of a column as they go into a file: ids as pseudonyms, dates coarse, codes that only
//! this school has left out.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use arrow::array::{ArrayRef, BooleanArray, Date32Array, Int32Array, Int64Array, StringArray};
use jiff::civil::Date;
use sheaf_analytics::{Column, ColumnSpec, ColumnType, Values};
use sheaf_records::{CodeLists, SchoolCalendar};

use crate::coarse::Dates;
use crate::pseudonym::LakeKey;

/// A column ready to be written, of which rows are chosen file by file.
pub enum Plain {
    /// Codes and their texts.
    Texts(Vec<Option<i32>>, Vec<String>),
    /// Whole numbers.
    Ints(Vec<Option<i32>>),
    /// Numbers that need 64 bits.
    Longs(Vec<i64>),
    /// Days since 1970-01-01.
    Days(Vec<Option<i32>>),
    /// Yes or no.
    Bools(Vec<Option<bool>>),
}

/// How columns of one school are changed.
pub struct Change<'a> {
    /// The key of the pseudonyms.
    pub key: &'a LakeKey,
    /// How exact dates are.
    pub dates: Dates,
    /// The calendar of the school.
    pub calendar: &'a SchoolCalendar,
}

impl Plain {
    /// The rows at these places as an array.
    pub fn rows(&self, rows: &[u32]) -> ArrayRef {
        fn pick<T: Copy>(values: &[Option<T>], rows: &[u32]) -> impl Iterator<Item = Option<T>> {
            rows.iter().map(|row| values.get(*row as usize).copied().flatten())
        }
        match self {
            Self::Texts(codes, texts) => {
                let text = |code: Option<i32>| {
                    code.and_then(|code| texts.get(usize::try_from(code).ok()?)).map(String::as_str)
                };
                Arc::new(pick(codes, rows).map(text).collect::<StringArray>())
            }
            Self::Ints(values) => Arc::new(pick(values, rows).collect::<Int32Array>()),
            Self::Days(values) => Arc::new(pick(values, rows).collect::<Date32Array>()),
            Self::Bools(values) => Arc::new(pick(values, rows).collect::<BooleanArray>()),
            Self::Longs(values) => {
                let value = |row: &u32| values.get(*row as usize).copied().unwrap_or_default();
                Arc::new(rows.iter().map(value).collect::<Int64Array>())
            }
        }
    }
}

impl Change<'_> {
    /// A column as it is written, and how many of its values were left out.
    pub fn column(&self, column: &Column, spec: &ColumnSpec) -> (Plain, u64) {
        match column.values() {
            Values::Codes(codes, texts) => self.texts(codes, &texts, spec),
            Values::Ints(values) if column.ty() == ColumnType::Date => {
                (Plain::Days(self.days(&values)), 0)
            }
            Values::Ints(values) if spec.name == "minute" && !self.dates.has_time() => {
                (Plain::Ints(vec![None; values.len()]), 0)
            }
            Values::Ints(values) => {
                let kept: Vec<Option<i32>> = values
                    .iter()
                    .map(|value| value.and_then(|value| i32::try_from(value).ok()))
                    .collect();
                let lost = values.iter().flatten().count() - kept.iter().flatten().count();
                (Plain::Ints(kept), lost as u64)
            }
            Values::Bools(values) => (Plain::Bools(values), 0),
            // No stored column holds numbers with a fraction.
            Values::Floats(values) => (Plain::Ints(vec![None; values.len()]), 0),
        }
    }

    /// Days as they are written.
    pub fn days(&self, days: &[Option<i64>]) -> Vec<Option<i32>> {
        let mut known: HashMap<i64, Option<i32>> = HashMap::new();
        let mut coarse = |day: i64| {
            *known.entry(day).or_insert_with(|| {
                let date = date_of(day)?;
                i32::try_from(day_of(self.dates.coarse(date, self.calendar))).ok()
            })
        };
        days.iter().map(|day| day.and_then(&mut coarse)).collect()
    }

    fn texts(&self, codes: Vec<Option<i32>>, texts: &[&str], spec: &ColumnSpec) -> (Plain, u64) {
        let used: HashSet<i32> = codes.iter().flatten().copied().collect();
        let mut written = vec![String::new(); texts.len()];
        let mut left_out = HashSet::new();
        for code in used {
            let place = usize::try_from(code).unwrap_or(usize::MAX);
            let (Some(text), Some(slot)) = (texts.get(place), written.get_mut(place)) else {
                continue;
            };
            match self.text(text, spec) {
                Some(text) => *slot = text,
                None => {
                    left_out.insert(code);
                }
            }
        }
        if left_out.is_empty() {
            return (Plain::Texts(codes, written), 0);
        }
        let is_out = |code: &i32| left_out.contains(code);
        let count = codes.iter().flatten().filter(|code| is_out(code)).count();
        let kept = codes.into_iter().map(|code| code.filter(|code| !is_out(code))).collect();
        (Plain::Texts(kept, written), count as u64)
    }

    /// A text as it is written; none where it is left out.
    pub fn text(&self, text: &str, spec: &ColumnSpec) -> Option<String> {
        match (spec.ty, spec.codes) {
            (ColumnType::Pupil, _) => Some(self.key.pseudonym("pupil", text)),
            (ColumnType::Record, _) => Some(self.key.pseudonym("record", text)),
            (_, Some(list)) => {
                let built_in = CodeLists::built_in();
                built_in.get(list, text).is_ok().then(|| text.to_owned())
            }
            (_, None) if spec.name == "period" => {
                let known = self.calendar.periods().iter().any(|period| period.code == text);
                known.then(|| text.to_owned())
            }
            (_, None) => Some(text.to_owned()),
        }
    }
}

/// The date of a day number.
pub fn date_of(day: i64) -> Option<Date> {
    let days = jiff::Span::new().try_days(day).ok()?;
    jiff::civil::date(1970, 1, 1).checked_add(days).ok()
}

/// The day number of a date.
pub fn day_of(date: Date) -> i64 {
    let since = jiff::civil::date(1970, 1, 1).until(date).map(|span| span.get_days());
    i64::from(since.unwrap_or_default())
}
