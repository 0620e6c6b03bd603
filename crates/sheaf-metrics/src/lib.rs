//! The Rhai host: manifest, sandbox, API, results, examples.
//!
//! Loads the metrics that a school writes, checks their options, runs their scripts in an engine
//! with nothing of the outside in it, and puts what they say into the host's own forms: intervals,
//! words, charts, and nothing about fewer than five pupils. A script reads no clock, no file and no
//! network, and can always be stopped. Where the columns come from is not this crate's business.
//!
//! ```
//! use sheaf_analytics::Budget;
//! use sheaf_metrics::Host;
//!
//! let host = Host::new();
//! let value = host.eval("stats::wilson(48, 100).words", &[], &Budget::default())?;
//! assert_eq!(value, "48 % (95 % interval 38 to 58 %)");
//! # Ok::<(), sheaf_metrics::MetricError>(())
//! ```

mod api;
mod check;
mod column;
mod error;
mod estimate;
mod eval;
mod example;
mod fault;
#[cfg(test)]
mod fixture;
mod given;
mod host;
mod ids;
mod json;
mod kept;
mod limits;
mod manifest;
mod missing;
mod options;
mod outcome;
mod package;
pub mod reference;
mod registry;
mod report;
mod run;
mod sandbox;
mod scaffold;
mod settle;
mod vocabulary;
mod words;

pub use check::{CheckProblem, CheckReport, FailedExample};
pub use error::{MetricError, Problem};
pub use limits::{DEADLINE, MAX_CSV, MAX_ZIP};
pub use manifest::{API_VERSION, Identify, Manifest};
pub use options::{OptionKind, OptionSpec, OptionValue, Options};
pub use package::{MANIFEST, Package, SCRIPT, SIGNATURE, Signature, check_file};
pub use registry::{Group, Item};
pub use report::{Case, EstimateView, Finding, Level, List, Listed, Report, Table};
pub use run::{Audience, Names, RunContext};
pub use scaffold::scaffold;
pub use vocabulary::{Completion, Vocabulary};
pub use {host::Host, kept::Kept, sheaf_stats::digits};
