//! The pupils of a school, made of what is known of them by day.

use std::collections::BTreeMap;
use std::path::Path;

use arrow::array::{Array, AsArray, RecordBatch};
use arrow::datatypes::Date32Type;
use jiff::civil::Date;
use sheaf_records::{Kind, Record, RecordId};

use crate::error::{LakeError, Result};
use crate::format::{MAX_TEXT_BYTES, SPELLS};
use crate::read::SchoolFolder;
use crate::read::column::one;
use crate::read::file::batches;
use crate::write::date_of;

/// The columns, in the order of the file.
const COLUMNS: [&str; 5] = ["pupil", "what", "value", "from", "to"];

/// The pupils of a school with their spells, in the order of their pseudonyms.
pub fn pupils(school: &SchoolFolder) -> Result<Vec<Record>> {
    let mut pupils: BTreeMap<RecordId, Record> = BTreeMap::new();
    let mut rows = 0u64;
    let entry = school.manifest.table(SPELLS);
    for file in entry.into_iter().flat_map(|entry| &entry.files) {
        batches(school.path.join(&file.path), &COLUMNS, &mut |batch, path| {
            take(batch, path, rows, &mut pupils)?;
            rows += batch.num_rows() as u64;
            Ok(())
        })?;
    }
    Ok(pupils.into_values().collect())
}

fn take(
    batch: &RecordBatch,
    path: &Path,
    before: u64,
    pupils: &mut BTreeMap<RecordId, Record>,
) -> Result<()> {
    let wrong = |name: &str| LakeError::wrong(path, format!("column `{name}` cannot be read"));
    let text = |name: &str| {
        let array = one(batch, name, path)?.as_string_opt::<i32>();
        array.cloned().ok_or_else(|| wrong(name))
    };
    let day = |name: &str| {
        let array = one(batch, name, path)?.as_primitive_opt::<Date32Type>();
        array.cloned().ok_or_else(|| wrong(name))
    };
    let (ids, whats, values) = (text("pupil")?, text("what")?, text("value")?);
    let (from, to) = (day("from")?, day("to")?);
    for row in 0..batch.num_rows() {
        let id: RecordId = ids.value(row).parse().map_err(|_| wrong("pupil"))?;
        let (what, value) = (whats.value(row), values.value(row));
        if what == "spells" || what.len() > MAX_TEXT_BYTES || value.len() > MAX_TEXT_BYTES {
            return Err(wrong("what"));
        }
        let date = |days: &arrow::array::Date32Array| -> Option<Date> {
            days.is_valid(row).then(|| date_of(i64::from(days.value(row)))).flatten()
        };
        let pupil = pupils.entry(id).or_insert_with(|| Record {
            id,
            kind: Kind::Pupil,
            fields: Default::default(),
        });
        let Some(first) = date(&from) else {
            pupil.set(what, value);
            continue;
        };
        let key = format!("{:026}", before + row as u64);
        pupil.set_row("spells", &key, "what", what);
        pupil.set_row("spells", &key, "value", value);
        pupil.set_row("spells", &key, "from", first);
        if let Some(last) = date(&to) {
            pupil.set_row("spells", &key, "to", last);
        }
    }
    Ok(())
}
