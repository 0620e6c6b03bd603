//! Keys that are not a device's own: of epochs, parcels, the home, its backups and recovery.

mod backup;
mod choice;
mod epoch;
mod home_key;
mod keyring;
mod parcel;
mod passphrase;
mod presence;
mod recovery;
mod single;
mod wrap;

pub use backup::*;
pub use choice::choose_cost;
pub use epoch::*;
pub use home_key::SealedHomeKey;
pub use keyring::{KeyHolder, KeyRing};
pub use parcel::*;
pub use passphrase::*;
pub use presence::{PresenceKey, PresenceName};
pub use recovery::RecoveryKey;
pub use single::single_document;
pub(crate) use wrap::{unwrap_key, wrap_key};
