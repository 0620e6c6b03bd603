//! One file of a lake: checked before it is read, and read in batches.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use arrow::array::RecordBatch;
use arrow::datatypes::SchemaRef;
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;

use crate::error::{LakeError, Result};
use crate::format::{MAX_FOOTER_BYTES, SPELLS, schema, spells_schema};
use crate::manifest::{FileEntry, TableEntry};
use crate::write::hash;

/// Rows that are read at a time.
const BATCH_ROWS: usize = 1 << 14;

/// The bytes at the end of a file: the length of its footer, and the mark of the format.
const TAIL_BYTES: i64 = 8;

/// Checks that a file is the one that the manifest names, and that its columns are as they should
/// be.
pub fn check(folder: &Path, table: &TableEntry, entry: &FileEntry) -> Result<()> {
    let path = folder.join(&entry.path);
    let wrong = |why: String| Err(LakeError::wrong(&path, why));
    let kind = std::fs::symlink_metadata(&path).map_err(|source| LakeError::file(&path, source))?;
    if !kind.is_file() {
        return wrong("this is no plain file".to_owned());
    }
    if kind.len() != entry.bytes {
        return wrong(format!(
            "it has {} bytes where the manifest says {}; it was changed or copied in part",
            kind.len(),
            entry.bytes
        ));
    }
    let (_, blake3) = hash(&path)?;
    if blake3 != entry.blake3 {
        return wrong("its content is not what the manifest says; copy it again".to_owned());
    }
    let builder = open(&path)?;
    let rows: i64 = builder.metadata().row_groups().iter().map(|group| group.num_rows()).sum();
    if u64::try_from(rows) != Ok(entry.rows) {
        return wrong(format!("it has {rows} rows where the manifest says {}", entry.rows));
    }
    let wanted = wanted(&table.name)?;
    for field in wanted.fields() {
        match builder.schema().field_with_name(field.name()) {
            Err(_) => return wrong(format!("column `{}` is missing", field.name())),
            Ok(found) if found.data_type() != field.data_type() => {
                let (name, need, is) = (field.name(), field.data_type(), found.data_type());
                return wrong(format!("column `{name}` holds {is}, not {need}"));
            }
            Ok(_) => {}
        }
    }
    Ok(())
}

fn wanted(table: &str) -> Result<SchemaRef> {
    match table {
        SPELLS => Ok(spells_schema()),
        _ => Ok(schema(sheaf_analytics::table(table)?)),
    }
}

/// A file whose footer is of a bearable length.
fn open(path: &Path) -> Result<ParquetRecordBatchReaderBuilder<File>> {
    let failed = |source| LakeError::file(path, source);
    let mut file = File::open(path).map_err(failed)?;
    let mut tail = [0; TAIL_BYTES as usize];
    let place = file.seek(SeekFrom::End(-TAIL_BYTES));
    place.and_then(|_| file.read_exact(&mut tail)).map_err(failed)?;
    let [a, b, c, d, ..] = tail;
    let footer = u64::from(u32::from_le_bytes([a, b, c, d]));
    if footer > MAX_FOOTER_BYTES {
        let why = format!("its footer of {footer} bytes is longer than {MAX_FOOTER_BYTES}");
        return Err(LakeError::wrong(path, why));
    }
    ParquetRecordBatchReaderBuilder::try_new(file)
        .map_err(|error| LakeError::wrong(path, format!("this is no Parquet file: {error}")))
}

/// Gives the batches of some columns of a file, in the order of the file's columns.
pub fn batches(
    path: PathBuf,
    columns: &[&str],
    see: &mut dyn FnMut(&RecordBatch, &Path) -> Result<()>,
) -> Result<()> {
    let builder = open(&path)?;
    let mask = ProjectionMask::columns(builder.parquet_schema(), columns.iter().copied());
    let reader = builder
        .with_projection(mask)
        .with_batch_size(BATCH_ROWS)
        .build()
        .map_err(|error| LakeError::wrong(&path, error.to_string()))?;
    for batch in reader {
        let batch = batch.map_err(|error| LakeError::wrong(&path, error.to_string()))?;
        see(&batch, &path)?;
    }
    Ok(())
}
