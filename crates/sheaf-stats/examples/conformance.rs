//! Prints the statistics beside published results, from the table that the tests run.
#![allow(
    clippy::indexing_slicing,
    clippy::unwrap_used,
    clippy::panic,
    reason = "the table is that of the tests"
)]

use std::io::Write as _;

#[path = "../tests/conformance/table/mod.rs"]
mod table;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let folder = table::Folder::find().ok_or(
        "the published data is not present: name its folder in SHEAF_CONFORMANCE, or put it beside \
         the repository as shared/conformance",
    )?;
    let table = table::Table::of(&folder);
    write!(std::io::stdout().lock(), "{}", table.page())?;
    let failures = table.failures();
    match failures.is_empty() {
        true => Ok(()),
        false => Err(failures.join("\n").into()),
    }
}
