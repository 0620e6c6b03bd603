//! Opening a lake: nothing in it is believed before it was checked.

mod column;
mod file;
mod spells;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use jiff::civil::Date;
use sheaf_analytics::{AnalyticsError, Column, OneSchool, Snapshot, TableSource};

use crate::error::{LakeError, Result};
use crate::format::{MAX_SCHOOLS, SCHOOL_FOLDER, SPELLS};
use crate::manifest::{Manifest, TableEntry, YearEntry};

/// The folder of one school, checked.
#[derive(Clone, Debug)]
pub struct SchoolFolder {
    /// Where it is.
    pub path: PathBuf,
    /// What it holds.
    pub manifest: Manifest,
}

/// Many schools together.
#[derive(Clone, Debug)]
pub struct Lake {
    /// In the order of their pseudonyms, which is the order of their rows.
    schools: Vec<SchoolFolder>,
}

impl Lake {
    /// Opens folders, each of which holds the folders of one school or more, and checks every
    /// manifest and every file.
    ///
    /// # Errors
    /// Names the file and what is wrong with it.
    pub fn open(dirs: &[PathBuf]) -> Result<Self> {
        let mut schools = Vec::new();
        for dir in dirs {
            let folders = folders(dir)?;
            if folders.is_empty() {
                return Err(LakeError::Empty(dir.clone()));
            }
            if schools.len() + folders.len() > MAX_SCHOOLS {
                let why = format!("more than {MAX_SCHOOLS} schools; name fewer folders");
                return Err(LakeError::wrong(dir, why));
            }
            for folder in folders {
                schools.push(school(folder)?);
            }
        }
        schools.sort_by(|a, b| a.manifest.school.cmp(&b.manifest.school));
        let twice = schools.windows(2).find_map(|pair| match pair {
            [one, other] if one.manifest.school == other.manifest.school => Some(other),
            _ => None,
        });
        if let Some(other) = twice {
            let why = "the same school is in another folder too; name one of them";
            return Err(LakeError::wrong(&other.path, why));
        }
        Ok(Self { schools })
    }

    /// The schools, in the order of their rows.
    pub fn schools(&self) -> &[SchoolFolder] {
        &self.schools
    }

    /// The latest day on which the data of a school ends.
    pub fn as_of(&self) -> Option<Date> {
        self.schools.iter().map(|school| school.manifest.as_of).max()
    }

    /// Whether any of the schools is invented.
    pub fn is_invented(&self) -> bool {
        self.schools.iter().any(|school| school.manifest.invented)
    }

    /// The schools as a snapshot, whose rows are read when they are asked for.
    ///
    /// # Errors
    /// Spells cannot be read, or the calendars do not go together.
    pub fn snapshot(self: &Arc<Self>) -> Result<Arc<Snapshot>> {
        let one = |school: &SchoolFolder| {
            Ok(OneSchool {
                name: school.manifest.school.clone(),
                calendars: school.manifest.calendars.iter().map(YearEntry::record).collect(),
                pupils: spells::pupils(school)?,
            })
        };
        let schools: Vec<OneSchool> = self.schools.iter().map(one).collect::<Result<_>>()?;
        let source = Arc::clone(self) as Arc<dyn TableSource>;
        Ok(Snapshot::of_schools(&schools, source)?)
    }

    /// The table of each school that has rows of it, in the order of the rows.
    fn entries(&self, table: &str) -> impl Iterator<Item = (&SchoolFolder, &TableEntry)> {
        let entry = move |school| SchoolFolder::table(school, table).map(|entry| (school, entry));
        self.schools.iter().filter_map(entry)
    }

    /// Every file of a table, in the order of the rows.
    pub(crate) fn files(&self, table: &str) -> Vec<PathBuf> {
        let files = |(school, entry): (&SchoolFolder, &TableEntry)| {
            entry.files.iter().map(|file| school.path.join(&file.path)).collect::<Vec<_>>()
        };
        self.entries(table).flat_map(files).collect()
    }

    /// The pseudonym of each school with the number of the first of its rows of a table.
    pub(crate) fn first_rows(&self, table: &str) -> Vec<(&str, u64, u64)> {
        let mut before = 0;
        let mut found = Vec::new();
        for (school, entry) in self.entries(table) {
            found.push((school.manifest.school.as_str(), before, entry.rows));
            before += entry.rows;
        }
        found
    }
}

impl SchoolFolder {
    fn table(&self, name: &str) -> Option<&TableEntry> {
        self.manifest.table(name)
    }
}

/// The folders of schools in a folder; a folder of a school may be named itself.
fn folders(dir: &Path) -> Result<Vec<PathBuf>> {
    let failed = |source| LakeError::file(dir, source);
    let is_school = |path: &Path| {
        path.file_name().is_some_and(|name| name.to_string_lossy().starts_with(SCHOOL_FOLDER))
    };
    if is_school(dir) {
        return Ok(vec![dir.to_owned()]);
    }
    let mut found = Vec::new();
    for entry in std::fs::read_dir(dir).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        if is_school(&path) && path.is_dir() {
            found.push(path);
        }
        if found.len() > MAX_SCHOOLS {
            break;
        }
    }
    found.sort();
    Ok(found)
}

fn school(path: PathBuf) -> Result<SchoolFolder> {
    let manifest = Manifest::read(&path)?;
    if manifest.table(SPELLS).is_none() {
        return Err(LakeError::wrong(&path, "it holds no spells of pupils; export it again"));
    }
    for table in &manifest.tables {
        for entry in &table.files {
            file::check(&path, table, entry)?;
        }
    }
    Ok(SchoolFolder { path, manifest })
}

impl TableSource for Lake {
    fn rows(&self, table: &str) -> usize {
        self.entries(table).map(|(_, entry)| entry.rows as usize).sum()
    }

    fn records(&self, table: &str) -> usize {
        self.entries(table).map(|(_, entry)| entry.records as usize).sum()
    }

    fn row_records(&self, table: &str) -> std::result::Result<Vec<i32>, AnalyticsError> {
        column::records(self.entries(table), self.rows(table)).map_err(told)
    }

    fn column(&self, table: &str, name: &str) -> std::result::Result<Column, AnalyticsError> {
        let spec = sheaf_analytics::table(table)?.column(name)?;
        if let Some(why) = crate::format::withheld(spec) {
            let why = format!("`{table}.{name}` is in no lake: {why}");
            return Err(AnalyticsError::Source(why));
        }
        column::read(self.entries(table), spec, self.rows(table)).map_err(told)
    }
}

/// An error of a lake as one of the columns.
pub(crate) fn told(error: LakeError) -> AnalyticsError {
    match error {
        LakeError::Analytics(error) => error,
        other => AnalyticsError::Source(other.to_string()),
    }
}
