//! An invented school, realistic and seeded, as plain record values.
//!
//! Nobody and nothing in it is real: names are drawn at random from common ones, the number of the
//! local authority is one that was never given out, and the name of the school says that it is
//! invented. The same options give the same records, ids included. This crate does no IO and reads
//! no clock.
//!
//! ```
//! use sheaf_demo::{Options, generate};
//!
//! let school = generate(&Options { pupils: 60, years: 1, ..Options::default() })?;
//! assert_eq!(school.pupils.len(), 60);
//! assert!(school.name.contains("invented"));
//! # Ok::<(), sheaf_demo::OptionsError>(())
//! ```

mod behaviour;
mod calendar;
mod caseload;
mod cohort;
mod draw;
mod incident;
mod names;
mod narrative;
mod options;
mod room;
mod school;
mod staff;

pub use options::{MAX_PUPILS, MAX_YEARS, Options, OptionsError};
pub use school::{DemoSchool, generate};
