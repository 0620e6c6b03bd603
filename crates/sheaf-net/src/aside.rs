//! What two devices tell each other beside the frames of their conversation: one message a stream,
//! so that a long transfer does not hold it up, and a side that knows of none misses nothing.

use iroh::endpoint::{Connection, ReadToEndError};

use crate::error::NetError;
use crate::link::closed;

/// The longest message.
pub const MAX_ASIDE_BYTES: usize = 64 * 1024;

/// The messages beside the frames of one connection.
#[derive(Clone, Debug)]
pub struct Asides {
    connection: Connection,
}

impl Asides {
    pub(crate) const fn of(connection: Connection) -> Self {
        Self { connection }
    }

    /// Sends one message.
    pub async fn send(&self, message: &[u8]) -> Result<(), NetError> {
        if message.len() > MAX_ASIDE_BYTES {
            let (length, limit) = (message.len(), MAX_ASIDE_BYTES);
            return Err(NetError::FrameTooLong { length, limit });
        }
        let mut stream = self.connection.open_uni().await.map_err(|error| closed(&error))?;
        let broken = |error: std::io::Error| NetError::Broken(error);
        stream.write_all(message).await.map_err(|error| broken(error.into()))?;
        stream.finish().map_err(|error| broken(error.into()))
    }

    /// The next message, whole; each is waited for, so that one who sends them without end is held
    /// up and nothing piles up here.
    pub async fn receive(&self) -> Result<Vec<u8>, NetError> {
        let mut stream = self.connection.accept_uni().await.map_err(|error| closed(&error))?;
        stream.read_to_end(MAX_ASIDE_BYTES).await.map_err(|error| match error {
            ReadToEndError::TooLong => {
                NetError::FrameTooLong { length: MAX_ASIDE_BYTES + 1, limit: MAX_ASIDE_BYTES }
            }
            ReadToEndError::Read(error) => NetError::Broken(error.into()),
        })
    }
}
