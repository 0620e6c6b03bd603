//! The pair of channels between a face and the school service.

use std::fmt;
use std::sync::Arc;
use std::sync::mpsc::Receiver;

use sheaf_school::desk::{Notice, Request, RequestId};

/// Wakes the window, from any thread: call it after each notice that was sent.
pub type Wake = Arc<dyn Fn() + Send + Sync>;

/// The service has no room for a request just now; it will be offered again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Busy;

/// How a face reaches the school: requests out, notices in, both bounded and never waited for.
pub struct Link {
    /// Hands a request over, or says at once that there is no room.
    pub send: Box<dyn FnMut(RequestId, Request) -> Result<(), Busy>>,
    /// What the service says.
    pub receive: Receiver<Notice>,
}

impl fmt::Debug for Link {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Link")
    }
}
