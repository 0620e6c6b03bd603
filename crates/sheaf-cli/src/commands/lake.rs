//! Lakes of many schools: writing this one's part, and running metrics over all of them.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context, Result};
use sheaf_analytics::{Audience, Scope};
use sheaf_lake::{Cluster, Dates, Lake, LakeEngine, LakeKey, Source, Withheld, Written};
use sheaf_school::{MetricReport, metric_without_home, run_over_schools};

use crate::args::LakeDates;
use crate::output;
use crate::session::Session;

/// The stack of a thread that plans: plans over many files nest deeper than the usual one allows.
const STACK_BYTES: usize = 32 << 20;

/// `sheaf export lake`.
pub fn export(session: &Session, dir: &Path, dates: LakeDates) -> Result<()> {
    let school = session.open()?.lake_source()?;
    let source = Source {
        scope: &school.scope,
        id: &school.id,
        spaces: &school.spaces,
        invented: school.is_invented,
    };
    let dates = match dates {
        LakeDates::Day => Dates::Day,
        LakeDates::Week => Dates::Week,
        LakeDates::Month => Dates::Month,
    };
    let written = sheaf_lake::write(dir, &source, &LakeKey::from_bytes(*school.key), dates)?;
    session.out.value(&written, text)?;
    output::note(
        "note: no pupil is named, but who knows one may still recognise them: keep a lake as \
         confidential as the records",
    );
    Ok(())
}

fn text(written: &Written) -> String {
    let rows: u64 = written.tables.iter().map(|table| table.rows).sum();
    let mut text = format!(
        "Wrote {}: {} of {}, {} kB\n\nWithheld:\n",
        written.folder.display(),
        output::counted(rows, "row", "rows"),
        output::counted(written.tables.len() as u64, "table", "tables"),
        written.bytes / 1_000
    );
    for Withheld { what, count, why } in &written.withheld {
        let count = count.map(|count| format!(" ({count})")).unwrap_or_default();
        text.push_str(&format!("  {what}{count}: {why}\n"));
    }
    text
}

/// `sheaf metric run … --lake`.
pub fn run(
    session: &Session,
    name: &str,
    options: &[(String, String)],
    lakes: &[PathBuf],
    ballista: Option<&str>,
) -> Result<MetricReport> {
    let package = metric_without_home(name)?;
    output::progress("Checking the lake…");
    let lake = Arc::new(Lake::open(lakes)?);
    output::progress_done();
    let as_of = session.as_of().or(lake.as_of()).context("the lake has no day on which it ends")?;
    let mut builder = tokio::runtime::Builder::new_multi_thread();
    let runtime = builder.enable_all().thread_stack_size(STACK_BYTES).build()?;
    let cluster = ballista.map_or(Cluster::Embedded, |one| Cluster::Ballista(one.to_owned()));
    let engine = LakeEngine::new(Arc::clone(&lake), &cluster, runtime.handle().clone())?;
    let scope = Scope::new(lake.snapshot()?, as_of)
        .for_audience(Audience::Outside)
        .run_by(Arc::new(engine));
    let mut report = run_over_schools(&package, options, scope, lake.is_invented())?;
    report.caveats.push(match lake.schools().len() {
        1 => {
            "Of one school, for outside it: nothing about fewer than 10 pupils is shown".to_owned()
        }
        many => {
            format!("Of {many} schools, for outside: nothing about fewer than 10 pupils is shown")
        }
    });
    Ok(report)
}
