//! What a Sheaf that was built without lakes says of them.

use std::path::{Path, PathBuf};

use anyhow::{Result, bail};
use sheaf_school::MetricReport;

use crate::args::LakeDates;
use crate::session::Session;

const WITHOUT: &str = "this sheaf was built without lakes; build one with: cargo build --package \
                       sheaf-cli --features lake";

/// `sheaf export lake`.
pub fn export(_: &Session, _: &Path, _: LakeDates) -> Result<()> {
    bail!(WITHOUT)
}

/// `sheaf metric run … --lake`.
pub fn run(
    _: &Session,
    _: &str,
    _: &[(String, String)],
    _: &[PathBuf],
    _: Option<&str>,
) -> Result<MetricReport> {
    bail!(WITHOUT)
}
