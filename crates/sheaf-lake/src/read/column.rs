//! One column over all files of a table.

use std::collections::HashMap;
use std::path::Path;

use arrow::array::{ArrayRef, AsArray, RecordBatch};
use arrow::datatypes::{Date32Type, Int32Type, Int64Type};
use sheaf_analytics::{Column, ColumnSpec, ColumnType};

use crate::error::{LakeError, Result};
use crate::format::{MAX_TEXT_BYTES, RECORD};
use crate::manifest::TableEntry;
use crate::read::SchoolFolder;
use crate::read::file::batches;

/// Texts as codes, in order of arrival.
#[derive(Default)]
pub struct Texts {
    known: HashMap<String, i32>,
    texts: Vec<String>,
    codes: Vec<Option<i32>>,
}

impl Texts {
    fn push(&mut self, text: Option<&str>) -> Option<()> {
        let Some(text) = text else {
            self.codes.push(None);
            return Some(());
        };
        let code = match self.known.get(text) {
            Some(code) => *code,
            None if text.len() > MAX_TEXT_BYTES => return None,
            None => {
                let code = i32::try_from(self.texts.len()).ok()?;
                self.known.insert(text.to_owned(), code);
                self.texts.push(text.to_owned());
                code
            }
        };
        self.codes.push(Some(code));
        Some(())
    }
}

/// The values of a column so far.
enum Found {
    Texts(Texts),
    Ints(Vec<Option<i64>>),
    Bools(Vec<Option<bool>>),
}

/// Reads a column of a table.
pub fn read<'a>(
    entries: impl Iterator<Item = (&'a SchoolFolder, &'a TableEntry)>,
    spec: &ColumnSpec,
    rows: usize,
) -> Result<Column> {
    let mut found = match spec.ty {
        ColumnType::Int | ColumnType::Date => Found::Ints(Vec::with_capacity(rows)),
        ColumnType::Bool => Found::Bools(Vec::with_capacity(rows)),
        _ => Found::Texts(Texts::default()),
    };
    for (school, entry) in entries {
        for file in &entry.files {
            batches(school.path.join(&file.path), &[spec.name], &mut |batch, path| {
                let array = one(batch, spec.name, path)?;
                found.take(array).ok_or_else(|| {
                    let why = format!("column `{}` holds what no lake does", spec.name);
                    LakeError::wrong(path, why)
                })
            })?;
        }
    }
    found.column(spec.ty)
}

/// The array of a column of a batch.
pub fn one<'a>(batch: &'a RecordBatch, name: &str, path: &Path) -> Result<&'a ArrayRef> {
    let missing = || LakeError::wrong(path, format!("column `{name}` is missing"));
    batch.column_by_name(name).ok_or_else(missing)
}

impl Found {
    fn take(&mut self, array: &ArrayRef) -> Option<()> {
        match self {
            Self::Texts(texts) => {
                array.as_string_opt::<i32>()?.iter().try_for_each(|text| texts.push(text))
            }
            Self::Bools(values) => {
                values.extend(array.as_boolean_opt()?.iter());
                Some(())
            }
            Self::Ints(values) => {
                match array.as_primitive_opt::<Int32Type>() {
                    Some(array) => values.extend(array.iter().map(|one| one.map(i64::from))),
                    None => {
                        let days = array.as_primitive_opt::<Date32Type>()?;
                        values.extend(days.iter().map(|one| one.map(i64::from)));
                    }
                }
                Some(())
            }
        }
    }

    fn column(self, ty: ColumnType) -> Result<Column> {
        match self {
            Self::Ints(values) if ty == ColumnType::Date => Ok(Column::day_numbers(values)),
            Self::Ints(values) => Ok(Column::ints(values)),
            Self::Bools(values) => Ok(Column::bools(values)),
            Self::Texts(texts) => Column::coded(ty, texts.codes, texts.texts)
                .ok_or_else(|| LakeError::Refused("a code without a text".to_owned())),
        }
    }
}

/// The number of the record behind each row.
pub fn records<'a>(
    entries: impl Iterator<Item = (&'a SchoolFolder, &'a TableEntry)>,
    rows: usize,
) -> Result<Vec<i32>> {
    let mut found = Vec::with_capacity(rows);
    let mut before = 0i32;
    for (school, entry) in entries {
        let mut known: HashMap<i64, i32> = HashMap::new();
        for file in &entry.files {
            batches(school.path.join(&file.path), &[RECORD], &mut |batch, path| {
                let array = one(batch, RECORD, path)?;
                let wrong = || LakeError::wrong(path, format!("column `{RECORD}` is no number"));
                let numbers = array.as_primitive_opt::<Int64Type>().ok_or_else(wrong)?;
                for number in numbers.iter().map(Option::unwrap_or_default) {
                    let next = i32::try_from(known.len()).unwrap_or(i32::MAX);
                    found.push(before.saturating_add(*known.entry(number).or_insert(next)));
                }
                Ok(())
            })?;
        }
        if known.len() as u64 != entry.records {
            let why = format!("`{}` has not as many records as the manifest says", entry.name);
            return Err(LakeError::wrong(&school.path, why));
        }
        before = before.saturating_add(i32::try_from(known.len()).unwrap_or(i32::MAX));
    }
    Ok(found)
}
