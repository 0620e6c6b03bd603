//! The iroh endpoint of a device, the framed connections that carry replication and joining, and
//! the files that carry entries where there is no connection.
//!
//! It moves bytes and proves who is at the other end; what the bytes mean is decided above.
//! Nothing leaves the building: no public DNS, no port mapping, and no relay but a locker's.
//!
//! ```no_run
//! # async fn example(secret: [u8; 32], peer: [u8; 32]) -> Result<(), sheaf_net::NetError> {
//! use sheaf_net::{Listen, Node, Protocol};
//!
//! let node = Node::bind(&secret, Listen::Everywhere { port: 4455 }).await?;
//! let address = "10.4.7.22:4455".parse().expect("an address");
//! let mut link = node.connect(&peer, &[address], Protocol::Replicate).await?;
//! link.send(b"a frame").await?;
//! # Ok(())
//! # }
//! ```

mod aside;
mod carrier;
mod discovery;
pub mod doctor;
mod error;
mod lan;
mod link;
mod node;
mod relay;
mod scout;
mod slot;
#[cfg(test)]
mod tests;

pub use aside::{Asides, MAX_ASIDE_BYTES};
pub use carrier::*;
pub use discovery::{Discovery, Hearing, Sighting};
pub use error::NetError;
pub use lan::is_inside;
pub use link::{Closer, FrameReceiver, FrameSender, Link, MAX_FRAME_BYTES, Protocol};
pub use node::{Arriving, Knocking, Listen, Node, PORT, Reach};
pub use relay::{Relay, RelayUse};
pub use slot::{MAX_SLOT_CLAIMS, SLOT_PORT, SlotBeacon, SlotClaim, SlotSearch};
