//! Published data that may not be committed, read where it is present, and the page that is written
//! from it.
//!
//! Looked for in the folder that `SHEAF_CONFORMANCE` names, then in `shared/conformance` beside the
//! repository. Where it is absent each test says by name that it was not run.
#![allow(
    clippy::indexing_slicing,
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test may stop at the first surprise"
)]

use std::io::Write as _;

mod table;

use table::{Folder, Table};

/// The table, or `None` after saying that this was not run.
fn table(test: &str) -> Option<Table> {
    let folder = Folder::find();
    if folder.is_none() {
        // Past the capture of the test harness, so that the run always shows it.
        let line = format!("not run here: conformance {test}, the published data is not present");
        let _ = writeln!(std::io::stderr(), "{line}");
    }
    folder.map(|folder| Table::of(&folder))
}

#[test]
fn every_published_case_is_met_in_its_tolerance() {
    let Some(table) = table("cases") else { return };
    let failures = table.failures();
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

#[test]
fn the_committed_page_is_what_comes_out_today() {
    let Some(table) = table("page") else { return };
    let committed = include_str!("../../../../docs/conformance.md");
    for (line, (one, other)) in (1..).zip(committed.lines().zip(table.page().lines())) {
        assert_eq!(one, other, "docs/conformance.md, line {line}: run scripts/conformance");
    }
    let lines = |page: &str| page.lines().count();
    assert_eq!(
        lines(committed),
        lines(&table.page()),
        "docs/conformance.md: run scripts/conformance"
    );
}
