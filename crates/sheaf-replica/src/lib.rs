//! Logs, vectors and sessions: a state machine without IO that knows no pupils.
//!
//! This crate reads no clock, draws no randomness, opens no file and no socket, and never looks
//! into a sealed section: time and seeds come in as parameters, and what is to be done comes out
//! as [`Effect`]s. What an entry may do is the [`Authority`]'s word.

#[cfg(test)]
use rand as _;
#[cfg(test)]
use rand_chacha as _;

mod content;
mod digest;
mod error;
mod frame;
mod host;
mod intake;
pub mod limits;
mod random;
mod session;
#[cfg(test)]
mod sim;
mod vector;

pub use content::{BUCKETS, ContentDigest, ContentSet, bucket_digest, bucket_of, element};
pub use digest::Digest;
pub use error::SessionError;
pub use frame::{Farewell, Mode, PROTOCOL_VERSION};
pub use host::{Happening, Host, perform};
pub use intake::{
    Authority, BROKEN_CHAIN, Intake, Joined, OTHER_SCHOOL, Reason, Refusal, Report, Shelf,
    Standing, TOO_MANY_BRANCHES, Verdict,
};
pub use session::{
    Batch, Closing, Config, Cursor, Difference, DifferenceKind, Effect, LaneSurvey, Load,
    LoadSections, Loaded, LoadedSections, Outcome, Section, SectionRef, Selection, Session,
    Statistics, Summary, Survey,
};
pub use vector::{Joint, LogTips, Span, Tip, Vector};
