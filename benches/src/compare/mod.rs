//! Sheaf beside other systems that keep and replicate records, on the same records in one run.
//!
//! Each system is two processes that take the same orders, and all their traffic goes through the
//! loopback device of a network namespace of its own, whose counters say how much it was.

mod delay;
mod floors;
mod measure;
mod ours;
mod side;
mod system;
mod table;
#[cfg(test)]
mod tests;
mod wire;

use std::io::Write as _;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use sheaf_records::{Record, to_json};

use crate::machine::Machine;
use crate::material::{Material, Wanted};
use measure::measure;
use system::System;
use table::Comparison;

pub use ours::serve_orders;
pub use wire::{Traffic, bring_up};

/// Records that replicate at first.
const RECORDS: usize = 20_000;

/// What is compared.
pub struct Comparing<'a> {
    /// An empty folder for everybody's records.
    pub dir: &'a Path,
    /// The full number of records is divided by this.
    pub divisor: usize,
    /// Where the other systems are installed.
    pub peers: &'a Path,
    /// Only the systems whose name contains one of these; all if empty.
    pub only: &'a [String],
}

/// Measures one system after the other and gives the table as Markdown.
pub fn compare(comparing: &Comparing<'_>, tell: &dyn Fn(&str)) -> Result<String> {
    wire::bring_up()?;
    let records = RECORDS / comparing.divisor.max(1);
    let material = Material::invent(&Wanted::incidents(records))?;
    let file = write_records(comparing.dir, &material.incidents)?;
    let mut columns = Vec::new();
    for system in System::all(comparing.peers)? {
        if !comparing.only.is_empty() && !comparing.only.iter().any(|name| system.is(name)) {
            continue;
        }
        tell(&format!("{}…", system.key));
        let dir = comparing.dir.join(system.key);
        std::fs::create_dir(&dir)?;
        let column = measure(&system, &dir, (&file, records), tell);
        if let Some(failed) = &column.failed {
            // Of others it is told in the table; what we measure against has to hold.
            ensure!(!system.is_ours(), "{failed}");
            tell(&format!("  {failed}"));
        }
        // A run takes long: what it has found so far is kept if it is ended.
        tell(&table::line(&column, columns.first()));
        columns.push(column);
    }
    ensure!(!columns.is_empty(), "no system is called like that");
    tell("the parts of Sheaf's, alone…");
    let floors = floors::floors(comparing.dir, &material.incidents)?;
    let machine = Machine::of_this(comparing.dir);
    Ok(Comparison { machine, records, columns, floors }.to_string())
}

/// The incidents, a line of JSON each, with their ids.
fn write_records(dir: &Path, incidents: &[Record]) -> Result<PathBuf> {
    let path = dir.join("records.jsonl");
    let mut file = std::io::BufWriter::new(std::fs::File::create(&path)?);
    for record in incidents {
        let mut fields = to_json(record);
        fields.insert("id".to_owned(), record.id.to_string().into());
        writeln!(file, "{}", serde_json::to_string(&fields)?)?;
    }
    file.flush().context("the records could not be written")?;
    Ok(path)
}
