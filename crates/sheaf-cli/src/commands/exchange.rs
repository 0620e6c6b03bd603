//! Bringing lists in, and writing tables out.

use anyhow::{Result, bail};
use sheaf_school::{ColumnMap, ExchangeError, ImportMode, ImportReport, RegisterMap, RowReport};

use crate::args::{ExportCommand, ImportArgs, ImportFormat};
use crate::output;
use crate::session::Session;

/// The columns of a report as a table.
const COLUMNS: [&str; 6] = ["row", "outcome", "pupil", "column", "was", "is"];

/// `sheaf import`.
pub fn import(session: &Session, args: &ImportArgs) -> Result<()> {
    let mode = match (args.dry_run, args.keep_good) {
        (true, _) => ImportMode::DryRun,
        (false, true) => ImportMode::KeepGood,
        (false, false) => ImportMode::AllOrNothing,
    };
    let school = session.open()?;
    let tell = |count: usize| {
        let pupils = output::counted(count as u64, "pupil", "pupils");
        output::progress(&format!("Writing {pupils}…"));
    };
    let report = match args.rows {
        ImportFormat::Pupils => {
            let maps = maps::<ColumnMap>(args)?;
            school.import_pupils(&args.file, &maps, mode, &tell)?
        }
        ImportFormat::Register => {
            let maps = maps::<RegisterMap>(args)?;
            school.import_register(&args.file, &maps, mode, &tell)?
        }
    };
    output::progress_done();
    let details = if args.dry_run { report.details.clone() } else { refused(&report) };
    session.out.report(&report, &COLUMNS, ImportReport::table, |report| report.text(&details))?;
    judge(args, &report)
}

/// Which columns say what, as the list has it.
fn maps<T: std::str::FromStr<Err = ExchangeError>>(args: &ImportArgs) -> Result<Vec<T>> {
    Ok(args.maps.iter().map(|map| map.parse()).collect::<Result<_, _>>()?)
}

/// What was written is told by counts; what was not, row by row.
fn refused(report: &ImportReport) -> Vec<RowReport> {
    report.details.iter().filter(|detail| detail.outcome == "refused").cloned().collect()
}

/// A list of which a row is refused is refused, unless its good rows are to be kept.
fn judge(args: &ImportArgs, report: &ImportReport) -> Result<()> {
    let count = report.refused_rows;
    if count == 0 || args.keep_good {
        return Ok(());
    }
    let rows = if count == 1 { "1 row is" } else { &format!("{count} rows are") };
    let nothing = if args.dry_run { "nothing would be imported" } else { "nothing was imported" };
    let file = args.file.display();
    bail!("{file}: {rows} refused, so {nothing}; correct the file, or take the rest: --keep-good")
}

/// `sheaf export …`.
pub fn export(session: &Session, command: &ExportCommand) -> Result<()> {
    let (name, file) = match command {
        ExportCommand::Table { name, file } => (name, file),
        ExportCommand::Lake { dir, dates } => return super::lake::export(session, dir, *dates),
    };
    let written = session.open()?.export_table(name, file)?;
    session.out.value(&written, |written| {
        let rows = output::counted(written.rows as u64, "row", "rows");
        let columns = output::counted(written.columns.len() as u64, "column", "columns");
        let spaces = written.spaces.join(", ");
        format!("Wrote {}: {rows} of {columns}, from {spaces}", written.file)
    })?;
    for note in &written.notes {
        output::note(&format!("note: {note}"));
    }
    Ok(())
}
