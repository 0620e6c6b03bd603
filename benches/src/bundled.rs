//! Every bundled metric over columns that are there: another option until the report with its
//! charts, and one new incident until the same.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

use anyhow::{Context, Result, ensure};
use clap::Args;
use jiff::civil::Date;
use sheaf_analytics::{Budget, Dataset, Provenance, Scope};
use sheaf_metrics::{Host, Kept, Manifest, OptionKind, Options, Package, Report, RunContext};
use sheaf_records::{Kind, Record, RecordId};

use crate::row::{Aim, Row, Unit};

/// Pupils of the invented school for so many incidents in two years.
const INCIDENTS_A_PUPIL: usize = 22;
const LEAST_PUPILS: usize = 60;
const YEARS: u32 = 2;
const RUNS: usize = 11;
/// How long it may take from another option to the charts, and from a new incident, in seconds.
const OPTION_AIM: f64 = 0.1;
const INCIDENT_AIM: f64 = 0.02;

/// What `--bundled` asks for.
#[derive(Args)]
pub struct BundledArgs {
    /// Run every bundled metric over so many incidents instead
    #[arg(long, value_name = "INCIDENTS", num_args = 0..=1, default_missing_value = "100000")]
    pub bundled: Option<usize>,
    /// This bundled metric alone
    #[arg(long, value_name = "METRIC", requires = "bundled")]
    pub metric: Option<String>,
}

/// An invented school as columns.
struct Columns {
    dataset: Dataset,
    today: Date,
    pupils: Vec<RecordId>,
    incidents: usize,
    /// Incidents that came after those.
    new: u64,
}

/// Runs them all; each has a row for another option and one for a new incident.
pub fn bundled(incidents: usize, only: Option<&str>, tell: &dyn Fn(&str)) -> Result<Vec<Row>> {
    tell(&format!("Inventing a school of {incidents} incidents…"));
    let mut columns = Columns::invent(incidents)?;
    let mut rows = Vec::new();
    let (mut options, mut fresh) = (Vec::new(), Vec::new());
    for package in packages(only)? {
        tell(&format!("Running {}…", package.manifest.id));
        options.push(columns.another_option(&package)?);
        fresh.push(columns.new_incident(&package)?);
    }
    rows.extend(options);
    rows.extend(fresh);
    Ok(rows)
}

/// The folders of bundled metrics, in order of their names.
fn packages(only: Option<&str>) -> Result<Vec<Package>> {
    let plugins = Path::new(env!("CARGO_MANIFEST_DIR")).join("../plugins");
    let folders = std::fs::read_dir(&plugins).with_context(|| plugins.display().to_string())?;
    let mut folders: Vec<PathBuf> =
        folders.map(|folder| Ok(folder?.path())).collect::<Result<_>>()?;
    folders.retain(|folder| only.is_none_or(|only| folder.ends_with(only)));
    folders.sort();
    ensure!(!folders.is_empty(), "there is no such bundled metric");
    folders.iter().map(|folder| Ok(Package::load(folder)?)).collect()
}

impl Columns {
    fn invent(incidents: usize) -> Result<Self> {
        let pupils = (incidents / INCIDENTS_A_PUPIL).max(LEAST_PUPILS);
        let pupils = u32::try_from(pupils)?.min(sheaf_demo::MAX_PUPILS);
        let options = sheaf_demo::Options { pupils, years: YEARS, ..Default::default() };
        let school = sheaf_demo::generate(&options)?;
        let mut dataset = Dataset::default();
        for record in school.records() {
            dataset.upsert(record, &Provenance::of_space("pastoral"))?;
        }
        Ok(Self {
            dataset,
            today: school.today,
            pupils: school.pupils.iter().map(|pupil| pupil.id).collect(),
            incidents: school.incidents.len(),
            new: 0,
        })
    }

    fn scope(&mut self) -> Scope {
        Scope::new(self.dataset.snapshot(), self.today)
    }

    /// On one snapshot: by turns the usual options and one of them changed.
    fn another_option(&mut self, package: &Package) -> Result<Row> {
        let scope = self.scope();
        let [usual, other] = choices(&package.manifest)?;
        run(package, &usual, &scope, &Arc::default())?;
        let mut figures = Vec::new();
        for number in 0..RUNS {
            let options = if number % 2 == 0 { &other } else { &usual };
            // An option that nobody has asked for yet: no report of it is kept.
            let kept = Arc::default();
            let started = Instant::now();
            run(package, options, &scope, &kept)?;
            figures.push(started.elapsed().as_secs_f64());
        }
        Ok(self.row(package, "another option until its charts", figures, OPTION_AIM))
    }

    /// The columns take the incident in, then the report is asked for again.
    fn new_incident(&mut self, package: &Package) -> Result<Row> {
        let [usual, _] = choices(&package.manifest)?;
        let (scope, kept) = (self.scope(), Arc::default());
        run(package, &usual, &scope, &kept)?;
        let mut figures = Vec::new();
        for _ in 0..RUNS {
            let incident = self.incident()?;
            let started = Instant::now();
            self.dataset.upsert(&incident, &Provenance::of_space("pastoral"))?;
            let scope = self.scope();
            run(package, &usual, &scope, &kept)?;
            figures.push(started.elapsed().as_secs_f64());
        }
        Ok(self.row(package, "one new incident until its charts", figures, INCIDENT_AIM))
    }

    fn row(&self, package: &Package, what: &str, figures: Vec<f64>, aim: f64) -> Row {
        Row {
            what: format!("{}, {} incidents: {what}", package.manifest.id, self.incidents),
            unit: Unit::Seconds,
            figures,
            aim: Some(Aim::Under(aim)),
        }
    }

    /// One more incident of today.
    fn incident(&mut self) -> Result<Record> {
        self.new += 1;
        let mut bytes = [0xB5; 16];
        bytes[8..].copy_from_slice(&self.new.to_be_bytes());
        let id = RecordId::from_bytes(bytes);
        let mut incident = Record { id, kind: Kind::Incident, fields: Default::default() };
        incident.set("occurred_at", self.today.at(10, 15, 0, 0));
        incident.set("category", "disruption");
        incident.set("severity", 2_i64);
        let place = usize::try_from(self.new)? % self.pupils.len().max(1);
        let pupil = self.pupils.get(place).context("no pupils")?;
        incident.set_row("participants", &pupil.to_string(), "role", "aggressor");
        Ok(incident)
    }
}

fn run(package: &Package, options: &Options, scope: &Scope, kept: &Arc<Kept>) -> Result<Report> {
    let context = RunContext::new(scope.clone(), Budget::default()).keeping(Arc::clone(kept));
    let report = Host::new().run(package, options, &context)?;
    ensure!(!report.charts.is_empty(), "{} gave no chart", package.manifest.id);
    Ok(report)
}

/// The usual options, and the same with one changed by as little as may be.
fn choices(manifest: &Manifest) -> Result<[Options; 2]> {
    let changed = manifest.options.iter().find_map(|option| match option.kind {
        OptionKind::Integer { default, max, .. } if default < max => {
            Some((option.name.clone(), (default + 1).to_string()))
        }
        _ => None,
    });
    let usual = Options::resolve(manifest, &[])?;
    let window = ("window".to_owned(), "last_180_school_days".to_owned());
    Ok([usual, Options::resolve(manifest, &[changed.unwrap_or(window)])?])
}
