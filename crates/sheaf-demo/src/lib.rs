//! An invented school, realistic and seeded, as plain record values.
//!
//! Nobody and nothing in it is real: names are drawn at random from common ones, the number of the
//! local authority is one that was never given out, and the name of the school says that it is
//! invented. The same options give the same records, ids included. This crate does no IO and reads
//! no clock.
//!
//! ```
//! use sheaf_demo::{Detail, Options, generate};
//!
//! let school = generate(&Options { pupils: 60, years: 1, ..Options::default() })?;
//! assert_eq!(school.pupils.len(), 60);
//! assert!(school.name.contains("invented"));
//!
//! // Many small schools in a row, to see whether a metric finds what is true of them.
//! let (effect, detail) = (Some(0.7), Detail::Counts);
//! let trial = Options { pupils: 60, effect, detail, ..Options::default() };
//! assert_eq!(generate(&trial)?.truth.effects[0].rate_ratio, 0.7);
//! # Ok::<(), sheaf_demo::OptionsError>(())
//! ```

mod attendance;
mod away;
mod behaviour;
mod calendar;
mod call_out;
mod caseload;
mod cohort;
mod detention;
mod draw;
mod incident;
mod names;
mod narrative;
mod options;
mod plan;
mod positive;
mod room;
mod school;
mod score;
mod staff;
mod support;
mod suspension;
mod truth;

pub use options::{Detail, MAX_PUPILS, MAX_YEARS, Options, OptionsError};
pub use school::{DemoSchool, generate};
pub use truth::{RecordingBreak, TrueEffect, Truth};
