//! A frame that was read from its bytes: what takes longest about it, and needs no session.

use std::sync::Arc;

use sheaf_charter::Entry;

use super::Frame;
use crate::error::SessionError;

/// A frame from the other side, for [`crate::Session::receive`]. Whoever has a thread to spare
/// makes it there, while the session is at work on the one before.
pub struct Received {
    pub(crate) frame: Result<Frame, SessionError>,
    pub(crate) bytes: usize,
}

impl Received {
    /// Reads a frame. What is none is told to the session.
    pub fn new(bytes: &[u8]) -> Self {
        Self { frame: Frame::from_bytes(bytes), bytes: bytes.len() }
    }

    /// The entries that it brings, if it does.
    pub fn entries(&self) -> &[Arc<Entry>] {
        match &self.frame {
            Ok(Frame::Entries { entries, .. }) => entries,
            _ => &[],
        }
    }
}

impl<B: AsRef<[u8]> + ?Sized> From<&B> for Received {
    fn from(bytes: &B) -> Self {
        Self::new(bytes.as_ref())
    }
}
