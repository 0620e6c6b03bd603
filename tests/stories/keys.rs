//! The keys of devices of an invented school.

use std::path::Path;

use sheaf_charter::{Argon2Cost, Identity, identity_key, passphrase_key};
use sheaf_store::Home;

/// The keys of a device of an invented school, which everyone can open.
pub fn identity(home: &Path) -> Identity {
    let home = Home::open(home).unwrap();
    let cost = &home.file().passphrase;
    let (memory_kib, passes, lanes) = (cost.memory_kib, cost.passes, cost.lanes);
    let cost_of = Argon2Cost { memory_kib, passes, lanes };
    let key = passphrase_key("invented", &cost.salt, cost_of).unwrap();
    let key = home.file().sealed_key().unwrap().open(&key).unwrap();
    let sealed = home.read_identity().unwrap().unwrap();
    Identity::from_sealed(&identity_key(&key), &sealed).unwrap()
}
