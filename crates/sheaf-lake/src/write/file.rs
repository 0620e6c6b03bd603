//! One Parquet file, and its hash.

use std::fs::File;
use std::io::Write;
use std::path::Path;

use arrow::array::RecordBatch;
use arrow::datatypes::SchemaRef;
use parquet::arrow::ArrowWriter;
use parquet::basic::{Compression, ZstdLevel};
use parquet::file::properties::WriterProperties;

use crate::error::{LakeError, Result};
use crate::format::{RECORD, ROW};
use crate::manifest::FileEntry;
use crate::write::Job;

/// Rows of one batch and of one row group: what an executor reads at a time.
pub const BATCH_ROWS: usize = 1 << 16;

/// Writes batches into a file of a school's folder.
pub fn write(
    job: &Job<'_>,
    path: String,
    year: Option<String>,
    schema: &SchemaRef,
    batches: impl Iterator<Item = Result<RecordBatch>>,
) -> Result<FileEntry> {
    let place = job.folder.join(&path);
    let failed = |error: parquet::errors::ParquetError| LakeError::wrong(&place, error.to_string());
    let file = File::create(&place).map_err(|source| LakeError::file(&place, source))?;
    let mut writer =
        ArrowWriter::try_new(file, SchemaRef::clone(schema), Some(properties())).map_err(failed)?;
    let mut rows = 0;
    for batch in batches {
        let batch = batch?;
        rows += batch.num_rows() as u64;
        writer.write(&batch).map_err(failed)?;
    }
    let file = writer.into_inner().map_err(failed)?;
    file.sync_all().map_err(|source| LakeError::file(&place, source))?;
    let (bytes, blake3) = hash(&place)?;
    Ok(FileEntry { path, year, rows, bytes, blake3 })
}

fn properties() -> WriterProperties {
    WriterProperties::builder()
        .set_compression(Compression::ZSTD(ZstdLevel::default()))
        .set_max_row_group_row_count(Some(1 << 20))
        .set_column_dictionary_enabled(ROW.into(), false)
        .set_column_dictionary_enabled(RECORD.into(), false)
        .build()
}

/// The length and the BLAKE3 of a file.
pub fn hash(path: &Path) -> Result<(u64, String)> {
    let failed = |source| LakeError::file(path, source);
    let file = File::open(path).map_err(failed)?;
    let mut hasher = blake3::Hasher::new();
    let mut reader = std::io::BufReader::with_capacity(1 << 16, file);
    let bytes = std::io::copy(&mut reader, &mut hasher).map_err(failed)?;
    Ok((bytes, hasher.finalize().to_hex().to_string()))
}

/// Writes a small file and waits until it is on the disk.
pub fn write_whole(path: &Path, bytes: &[u8]) -> Result<()> {
    let failed = |source| LakeError::file(path, source);
    let mut file = File::create(path).map_err(failed)?;
    file.write_all(bytes).map_err(failed)?;
    file.sync_all().map_err(failed)
}
