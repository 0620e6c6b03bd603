//! Keys that are not a device's own: of epochs, of the home, of its backups, of recovery.

mod backup;
mod choice;
mod epoch;
mod home_key;
mod keyring;
mod passphrase;
mod presence;
mod recovery;

pub use backup::*;
pub use choice::choose_cost;
pub use epoch::*;
pub use home_key::SealedHomeKey;
pub use keyring::{KeyHolder, KeyRing};
pub use passphrase::*;
pub use presence::{PresenceKey, PresenceName};
pub use recovery::RecoveryKey;
