//! Reports that were worked out before, as long as nothing that they were made of has changed.

use std::fmt;
use std::sync::{Mutex, PoisonError};

use jiff::civil::Date;
use sheaf_analytics::Revisions;

use crate::manifest::API_VERSION;
use crate::options::Options;
use crate::package::Package;
use crate::report::Report;
use crate::run::{Audience, RunContext};

/// The most reports that are kept: as many charts as somebody has open at once. One with a hundred
/// thousand records behind it takes a few megabytes.
const MAX_REPORTS: usize = 16;

/// The reports of one person's view of one school: never shared between those who may see
/// different things. Those of which something has changed are dropped at the next run.
#[derive(Default)]
pub struct Kept(Mutex<Vec<(Key, Report)>>);

impl fmt::Debug for Kept {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Kept")
    }
}

/// All that a report depends on: rule 1 of the language is that there is nothing else.
#[derive(PartialEq)]
pub struct Key {
    script_hash: String,
    api: u32,
    options: Vec<(String, String)>,
    as_of: Date,
    audience: Audience,
    results_for: sheaf_analytics::Audience,
    data: Revisions,
}

impl Key {
    /// The key of a run; none where its data are kept elsewhere and may change unnoticed.
    pub fn new(package: &Package, options: &Options, context: &RunContext) -> Option<Self> {
        let scope = &context.scope;
        let reads = package.manifest.reads.iter().filter_map(|read| read.split('.').next());
        // Pupils are in every report: rates are over the roll, and lists name them.
        let data = scope.revisions(reads.chain(["pupils"]))?;
        let option = |(name, value): (&str, &crate::options::OptionValue)| {
            (name.to_owned(), value.to_json().to_string())
        };
        Some(Self {
            script_hash: package.hash().to_owned(),
            api: API_VERSION,
            options: options.iter().map(option).collect(),
            as_of: scope.as_of(),
            audience: context.audience,
            results_for: scope.audience(),
            data,
        })
    }
}

impl Kept {
    /// The report of a key, if it is still known. Those that no longer hold are dropped.
    pub fn find(&self, key: &Key, context: &RunContext) -> Option<Report> {
        let mut reports = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        reports.retain(|(known, _)| known.data.hold_in(&context.scope));
        let at = reports.iter().position(|(known, _)| known == key)?;
        // Those that were asked for last stand last.
        let found = reports.remove(at);
        let report = found.1.clone();
        reports.push(found);
        Some(report)
    }

    /// Forgets every report: something was erased, and may stand in any of them.
    pub fn forget(&self) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }

    /// How many reports are kept.
    pub fn len(&self) -> usize {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).len()
    }

    /// Whether none is.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Keeps a report, in the place of the one that was asked for longest ago.
    pub fn keep(&self, key: Key, report: &Report) {
        let mut reports = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        reports.retain(|(known, _)| *known != key);
        if reports.len() >= MAX_REPORTS {
            reports.remove(0);
        }
        reports.push((key, report.clone()));
    }
}
