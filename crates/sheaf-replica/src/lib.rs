//! Logs, vectors and sessions: a state machine without IO that knows no pupils.
//!
//! This crate reads no clock, draws no randomness, opens no file and no socket, and never looks
//! into a sealed section: time and seeds come in as parameters, and what is to be done comes out
//! as [`Effect`]s. Whether an entry stands is the [`Shelf`]'s word.
//! A [`Session`] is driven like this; the host answers from its store ([`Host`]), the caller
//! moves frames. Besides frames it is told of time ([`Session::tick`]) and of what is new on this
//! device ([`Session::local_entries`], [`Session::arrived`], [`Session::changed`]).
//!
//! ```
//! use std::sync::mpsc::{Receiver, Sender};
//! use sheaf_replica::{Closing, Happening, Host, Session, perform};
//!
//! fn converse<H: Host>(
//!     session: &mut Session, host: &mut H, out: &Sender<Vec<u8>>, inbox: &Receiver<Vec<u8>>,
//! ) -> Result<Option<Closing>, H::Error> {
//!     session.start();
//!     loop {
//!         let (mut level, mut over) = (false, None);
//!         perform(session, host, |happening| match happening {
//!             Happening::Send(frame) => out.send(frame).unwrap_or_default(),
//!             Happening::TakenIn(_) => { /* tell the other sessions: arrived() */ }
//!             Happening::Finished(_) => level = true,
//!             Happening::Closed(closing) => over = Some(closing),
//!         })?;
//!         if over.is_some() { return Ok(over) }
//!         if level { session.close(); continue } // or stay, and be live
//!         let Ok(frame) = inbox.recv() else { return Ok(None) }; // broken: meet again, it resumes
//!         session.receive(&frame);
//!     }
//! }
//! ```

mod appeal;
mod content;
mod digest;
mod error;
mod frame;
mod host;
mod intake;
pub mod limits;
mod parcel;
mod random;
mod session;
#[cfg(test)]
mod sim;
mod standing;
mod vector;

pub use appeal::{Appeals, Hearing};
pub use content::{BUCKETS, BucketParts, ContentDigest, ContentSet, bucket_of, element, part_of};
pub use digest::Digest;
pub use error::SessionError;
pub use frame::{Farewell, Mode, PROTOCOL_VERSION, Received};
pub use host::{Happening, Host, perform};
pub use intake::*;
pub use parcel::*;
pub use session::*;
pub use standing::{Chains, verdict, verdict_again, verdict_built_on, verdict_here};
pub use vector::{Joint, LogTips, Reached, Span, Tip, Vector};
