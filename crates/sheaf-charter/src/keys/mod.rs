//! Keys that are not a device's own: of epochs, of the home, of recovery.

mod epoch;
mod keyring;
mod passphrase;
mod recovery;

pub use epoch::*;
pub use keyring::{KeyHolder, KeyRing};
pub use passphrase::*;
pub use recovery::RecoveryKey;
