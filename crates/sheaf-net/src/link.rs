//! One connection, as a pair of ordered streams of frames.

use std::net::SocketAddr;
use std::time::Duration;

use iroh::endpoint::{
    Connection, ConnectionError, ReadExactError, RecvStream, SendStream, WriteError,
};

use crate::aside::Asides;
use crate::error::NetError;

/// The longest frame, the same as the replica's own limit and a little for its envelope.
pub const MAX_FRAME_BYTES: usize = 1024 * 1024;
/// The label under which both sides derive the value that binds a proof to this connection.
const EXPORTER_LABEL: &[u8] = b"sheaf/1/exporter";
/// Whoever takes nothing for so long is given up, as a device that was switched off is. However
/// slow a connection is, something of ten megabytes on their way gets through in that time.
const PATIENCE: Duration = Duration::from_secs(20);
/// So many times that long the last of what was sent may take: there may be all ten of them.
const LAST_PATIENCE: u32 = 3;

/// The code with which a connection is closed for an ordinary reason.
pub(crate) const CLOSED: u8 = 1;
/// The code that tells a device that it was removed from the school.
const REMOVED: u8 = 2;
/// The code that tells a device that another connection between the two stays.
const ALREADY: u8 = 3;

/// What two devices speak on a connection.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Protocol {
    /// Replication between members.
    Replicate,
    /// Joining by a ticket.
    Join,
    /// A device that was removed hands the charter over as it knows it.
    Appeal,
    /// Joining by a spoken code.
    JoinByCode,
    /// Nothing: whoever dials wants to know whether this device is here.
    Who,
}

impl Protocol {
    /// All of them.
    pub const ALL: [Self; 5] =
        [Self::Replicate, Self::Join, Self::JoinByCode, Self::Appeal, Self::Who];

    /// The name in the handshake.
    pub const fn alpn(self) -> &'static [u8] {
        match self {
            Self::Replicate => b"sheaf/1/replicate",
            Self::Join => b"sheaf/1/join",
            Self::Appeal => b"sheaf/1/appeal",
            Self::JoinByCode => b"sheaf/1/join-by-code",
            Self::Who => b"sheaf/1/who",
        }
    }

    /// The protocol of a name in a handshake.
    pub fn from_alpn(alpn: &[u8]) -> Option<Self> {
        Self::ALL.into_iter().find(|protocol| protocol.alpn() == alpn)
    }
}

/// An open connection to one device.
#[derive(Debug)]
pub struct Link {
    connection: Connection,
    protocol: Protocol,
    sender: FrameSender,
    receiver: FrameReceiver,
}

impl Link {
    pub(crate) async fn open(connection: Connection, protocol: Protocol) -> Result<Self, NetError> {
        let streams = connection.open_bi().await.map_err(|error| closed(&error))?;
        Ok(Self::new(connection, protocol, streams))
    }

    pub(crate) async fn take(connection: Connection, protocol: Protocol) -> Result<Self, NetError> {
        let streams = connection.accept_bi().await.map_err(|error| closed(&error))?;
        Ok(Self::new(connection, protocol, streams))
    }

    fn new(
        connection: Connection,
        protocol: Protocol,
        (send, receive): (SendStream, RecvStream),
    ) -> Self {
        let sender = FrameSender { stream: send, patience: PATIENCE };
        let receiver = FrameReceiver { stream: receive, connection: connection.clone() };
        Self { connection, protocol, sender, receiver }
    }

    /// The key that the other device has proved to hold.
    pub fn key(&self) -> [u8; 32] {
        *self.connection.remote_id().as_bytes()
    }

    /// What is spoken here.
    pub const fn protocol(&self) -> Protocol {
        self.protocol
    }

    /// A secret that only the two ends of this very connection can derive.
    pub fn exporter(&self) -> Result<[u8; 32], NetError> {
        let mut value = [0; 32];
        self.connection
            .export_keying_material(&mut value, EXPORTER_LABEL, b"")
            .map_err(|_| NetError::Closed("no shared secret".to_owned()))?;
        Ok(value)
    }

    /// The address that the other device is reached at now.
    pub fn address(&self) -> Option<SocketAddr> {
        let paths = self.connection.paths();
        let in_use = paths.iter().find(|path| path.is_selected()).or_else(|| paths.iter().next());
        match in_use?.remote_addr() {
            iroh::TransportAddr::Ip(address) => Some(*address),
            _ => None,
        }
    }

    /// Whether a relay passes on what goes over it now.
    pub fn is_relayed(&self) -> bool {
        self.address().is_none() && self.connection.paths().iter().any(|path| path.is_relay())
    }

    /// The two directions, for two tasks, and the handle that closes both.
    pub fn split(self) -> (FrameSender, FrameReceiver, Closer) {
        (self.sender, self.receiver, Closer { connection: self.connection })
    }

    /// Sends one frame.
    pub async fn send(&mut self, frame: &[u8]) -> Result<(), NetError> {
        self.sender.send(frame).await
    }

    /// The next frame; `None` once the other side has finished.
    pub async fn receive(&mut self) -> Result<Option<Vec<u8>>, NetError> {
        self.receiver.receive().await
    }

    /// Says that nothing more comes, waits until the other side has all of it, though not for
    /// ever, and closes.
    pub async fn finish(mut self) {
        self.sender.finish().await;
        self.connection.close(0u8.into(), b"done");
    }
}

/// The sending half of a link.
#[derive(Debug)]
pub struct FrameSender {
    stream: SendStream,
    /// How long the other side may take nothing.
    pub(crate) patience: Duration,
}

impl FrameSender {
    /// Sends one frame: its length in four bytes, then the bytes. Fails where the other side takes
    /// nothing for too long.
    pub async fn send(&mut self, frame: &[u8]) -> Result<(), NetError> {
        let length = u32::try_from(frame.len())
            .ok()
            .filter(|_| frame.len() <= MAX_FRAME_BYTES)
            .ok_or(NetError::FrameTooLong { length: frame.len(), limit: MAX_FRAME_BYTES })?;
        self.write_all(&length.to_be_bytes()).await?;
        self.write_all(frame).await
    }

    async fn write_all(&mut self, mut bytes: &[u8]) -> Result<(), NetError> {
        let patience = self.patience;
        while !bytes.is_empty() {
            let writing = tokio::time::timeout(patience, self.stream.write(bytes));
            let stuck = |_| NetError::TakesNothing { seconds: patience.as_secs() };
            let written = writing.await.map_err(stuck)?.map_err(unsent)?;
            bytes = bytes.get(written..).unwrap_or_default();
        }
        Ok(())
    }

    /// Says that nothing more comes and waits until the other side has all of it; not for ever,
    /// since whoever reads nothing would keep it all here.
    pub async fn finish(&mut self) {
        // Either call fails only if the connection is already gone; then there is nobody to tell.
        if self.stream.finish().is_ok() {
            let taken = self.stream.stopped();
            tokio::time::timeout(self.patience * LAST_PATIENCE, taken).await.ok();
        }
    }
}

/// The receiving half of a link.
#[derive(Debug)]
pub struct FrameReceiver {
    stream: RecvStream,
    connection: Connection,
}

impl FrameReceiver {
    /// The next frame; `None` once the other side has finished. Not safe to cancel: a frame of
    /// which a part was read is lost with it.
    pub async fn receive(&mut self) -> Result<Option<Vec<u8>>, NetError> {
        let mut length = [0; 4];
        match self.stream.read_exact(&mut length).await {
            Ok(()) => {}
            Err(ReadExactError::FinishedEarly(0)) => return Ok(None),
            Err(error) => return Err(self.broken(error)),
        }
        let length = usize::try_from(u32::from_be_bytes(length)).unwrap_or(usize::MAX);
        if length > MAX_FRAME_BYTES {
            return Err(NetError::FrameTooLong { length, limit: MAX_FRAME_BYTES });
        }
        let mut frame = vec![0; length];
        self.stream.read_exact(&mut frame).await.map_err(|error| self.broken(error))?;
        Ok(Some(frame))
    }

    fn broken(&self, error: ReadExactError) -> NetError {
        match self.connection.close_reason() {
            Some(reason) => closed(&reason),
            None => NetError::Broken(std::io::Error::other(error)),
        }
    }
}

/// Closes a link whose halves are in use elsewhere.
#[derive(Clone, Debug)]
pub struct Closer {
    connection: Connection,
}

impl Closer {
    /// What the two devices tell each other beside the frames.
    pub fn asides(&self) -> Asides {
        Asides::of(self.connection.clone())
    }

    /// Closes at once, with a reason that the other side can read.
    pub fn close(&self, reason: &str) {
        self.connection.close(CLOSED.into(), reason.as_bytes());
    }

    /// Closes at once and tells the other device that it was removed from the school.
    pub fn turn_out(&self) {
        self.connection.close(REMOVED.into(), b"removed");
    }

    /// Closes at once and tells the other device that another connection between the two stays.
    pub fn give_way(&self) {
        self.connection.close(ALREADY.into(), b"connected already");
    }

    /// Waits until either side has closed the connection.
    pub async fn closed(&self) {
        self.connection.closed().await;
    }
}

pub(crate) fn closed(error: &ConnectionError) -> NetError {
    match error {
        ConnectionError::ApplicationClosed(close) if close.error_code == REMOVED.into() => {
            NetError::Removed
        }
        ConnectionError::ApplicationClosed(close) if close.error_code == ALREADY.into() => {
            NetError::AlreadyConnected
        }
        ConnectionError::ApplicationClosed(close) => {
            NetError::Closed(String::from_utf8_lossy(&close.reason).into_owned())
        }
        other => NetError::Closed(other.to_string()),
    }
}

fn unsent(error: WriteError) -> NetError {
    match error {
        WriteError::ConnectionLost(error) => closed(&error),
        other => NetError::Broken(other.into()),
    }
}
