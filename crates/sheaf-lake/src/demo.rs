//! Invented schools straight into a lake, one at a time.

use std::collections::BTreeSet;
use std::path::Path;

use serde::Serialize;
use sheaf_analytics::{Dataset, Provenance, Scope};
use sheaf_demo::{Detail, Options, generate};

use crate::coarse::Dates;
use crate::error::Result;
use crate::pseudonym::LakeKey;
use crate::write::{Source, write};

/// The space of invented records.
const SPACE: &str = "pastoral";

/// What kind of lake is wanted.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct DemoLake {
    /// How many schools.
    pub schools: u32,
    /// How many pupils each has, past and present together.
    pub pupils: u32,
    /// How many years back from its today each reaches.
    pub years: u32,
    /// From which every random draw follows.
    pub seed: u64,
}

/// What was written.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct DemoWritten {
    /// How many schools.
    pub schools: u32,
    /// Rows of incidents, one an incident and pupil.
    pub incident_rows: u64,
    /// Incidents.
    pub incidents: u64,
    /// Attendance marks.
    pub attendance_marks: u64,
    /// Bytes in all.
    pub bytes: u64,
}

/// Writes invented schools into a lake; `tell` hears of each. The key of an invented school is no
/// secret.
///
/// # Errors
/// The options make no sense, or the folder cannot be written.
pub fn write_demo(
    dir: &Path,
    wanted: &DemoLake,
    tell: &mut dyn FnMut(&DemoWritten),
) -> Result<DemoWritten> {
    let mut written = DemoWritten::default();
    for number in 0..wanted.schools {
        let seed = wanted.seed.wrapping_add(u64::from(number));
        let options = Options {
            pupils: wanted.pupils,
            years: wanted.years,
            seed,
            detail: Detail::Full,
            ..Options::default()
        };
        let school = generate(&options)?;
        let mut dataset = Dataset::default();
        let provenance = Provenance::of_space(SPACE);
        let today = school.today;
        for record in school.into_records() {
            dataset.upsert(&record, &provenance)?;
        }
        let scope = Scope::new(dataset.snapshot(), today);
        let spaces = BTreeSet::from([SPACE.to_owned()]);
        let id = format!("invented {seed}");
        let source = Source { scope: &scope, id: &id, spaces: &spaces, invented: true };
        let key = LakeKey::from_bytes(*blake3::hash(id.as_bytes()).as_bytes());
        let one = write(dir, &source, &key, Dates::Day)?;
        let rows = |name: &str| {
            let table = one.tables.iter().find(|table| table.name == name);
            table.map_or(0, |table| table.rows)
        };
        written.schools += 1;
        written.incident_rows += rows("incidents");
        written.incidents += records(&one.folder, "incidents")?;
        written.attendance_marks += rows("attendance");
        written.bytes += one.bytes;
        tell(&written);
    }
    Ok(written)
}

fn records(folder: &Path, table: &str) -> Result<u64> {
    let manifest = crate::manifest::Manifest::read(folder)?;
    Ok(manifest.table(table).map_or(0, |table| table.records))
}
