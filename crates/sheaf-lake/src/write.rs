//! Writing a school's folder: whole or not at all.

mod column;
mod file;
mod table;

pub(crate) use column::{date_of, day_of};
pub(crate) use file::hash;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use serde::Serialize;
use sheaf_analytics::Scope;

use crate::coarse::Dates;
use crate::error::{LakeError, Result};
use crate::format::{FORMAT, MANIFEST, SCHOOL_FOLDER, lake_tables};
use crate::manifest::{Manifest, Withheld, YearEntry};
use crate::pseudonym::LakeKey;

/// A school as it is to be written.
pub struct Source<'a> {
    /// Its columns, and the day on which they end.
    pub scope: &'a Scope,
    /// Its id, of which the lake holds the pseudonym alone.
    pub id: &'a str,
    /// The spaces whose records are written; those of others are withheld.
    pub spaces: &'a BTreeSet<String>,
    /// Whether it is an invented school.
    pub invented: bool,
}

/// What was written, and what was withheld and why.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Written {
    /// The pseudonym of the school.
    pub school: String,
    /// Its folder.
    pub folder: PathBuf,
    /// How exact dates are.
    pub dates: Dates,
    /// Which key the pseudonyms were made with.
    pub key_id: String,
    /// The tables with their rows.
    pub tables: Vec<WrittenTable>,
    /// How many bytes in all.
    pub bytes: u64,
    /// What was left out, and why.
    pub withheld: Vec<Withheld>,
}

/// A table that was written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct WrittenTable {
    /// Its name.
    pub name: String,
    /// How many rows.
    pub rows: u64,
    /// How many files.
    pub files: usize,
}

/// What all tables of a school share while they are written.
struct Job<'a> {
    source: &'a Source<'a>,
    key: &'a LakeKey,
    dates: Dates,
    school: String,
    folder: PathBuf,
}

/// Writes a school into a lake, in place of what an earlier export of it has written.
///
/// # Errors
/// The folder cannot be written; what was there stays then.
pub fn write(dir: &Path, source: &Source<'_>, key: &LakeKey, dates: Dates) -> Result<Written> {
    let school = key.pseudonym("school", source.id);
    let name = format!("{SCHOOL_FOLDER}{school}");
    let (folder, last) = (dir.join(format!(".{name}.part")), dir.join(&name));
    remove(&folder)?;
    create(&folder)?;
    let job = Job { source, key, dates, school: school.clone(), folder: folder.clone() };
    let mut withheld = always_withheld(dates);
    let mut tables = vec![table::spells(&job, &mut withheld)?];
    for spec in lake_tables() {
        tables.push(table::events(&job, spec, &mut withheld)?);
    }
    let manifest = Manifest {
        format: FORMAT,
        school,
        key_id: key.id(),
        dates,
        as_of: source.scope.as_of(),
        invented: source.invented,
        tables,
        calendars: YearEntry::all(source.scope.calendar()),
        withheld,
    };
    let path = folder.join(MANIFEST);
    let text = serde_json::to_vec_pretty(&manifest)
        .map_err(|error| LakeError::wrong(&path, error.to_string()))?;
    file::write_whole(&path, &text)?;
    replace(&folder, &last)?;
    Ok(written(&manifest, last))
}

fn written(manifest: &Manifest, folder: PathBuf) -> Written {
    let tables = manifest.tables.iter();
    let files = manifest.tables.iter().flat_map(|table| &table.files);
    Written {
        school: manifest.school.clone(),
        folder,
        dates: manifest.dates,
        key_id: manifest.key_id.clone(),
        tables: tables
            .map(|table| WrittenTable {
                name: table.name.clone(),
                rows: table.rows,
                files: table.files.len(),
            })
            .collect(),
        bytes: files.map(|file| file.bytes).sum(),
        withheld: manifest.withheld.clone(),
    }
}

/// What no lake holds, whatever the school.
fn always_withheld(dates: Dates) -> Vec<Withheld> {
    let all = |what: &str, why: &str| Withheld { what: what.into(), count: None, why: why.into() };
    let mut list = vec![
        all("names, UPNs, dates of birth and contacts", "they say who a pupil is"),
        all("notes, narratives and every other free text", "they may name people"),
        all("titles of terms, periods and closures", "they are the school's own words"),
        all("clocks of suspensions", "they are worked out within one school, for one day"),
    ];
    for spec in lake_tables() {
        let columns = spec.columns.iter();
        list.extend(columns.filter_map(|column| {
            let why = crate::format::withheld(column)?;
            Some(all(&format!("{}.{}", spec.name, column.name), why))
        }));
    }
    if !dates.has_time() {
        list.push(all("times of day", "dates were asked to be coarse"));
    }
    list
}

fn create(folder: &Path) -> Result<()> {
    std::fs::create_dir_all(folder).map_err(|source| LakeError::file(folder, source))
}

fn remove(folder: &Path) -> Result<()> {
    match std::fs::remove_dir_all(folder) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(LakeError::file(folder, error))
        }
        _ => Ok(()),
    }
}

/// Puts the new folder in the place of the old one, which is removed once it is out of the way.
fn replace(new: &Path, last: &Path) -> Result<()> {
    let old = new.with_extension("old");
    remove(&old)?;
    let rename = |from: &Path, to: &Path| {
        std::fs::rename(from, to).map_err(|source| LakeError::file(from, source))
    };
    if last.exists() {
        rename(last, &old)?;
    }
    rename(new, last)?;
    remove(&old)
}
