//! The home at rest: its passphrase.

use anyhow::{Result, bail};
use sheaf_school::School;

use crate::passphrase;
use crate::session::Session;

/// `sheaf passphrase`.
pub fn change_passphrase(session: &Session) -> Result<()> {
    let home = session.home()?;
    if !School::is_protected(home)? {
        bail!("an invented school has no passphrase; there is nothing to change");
    }
    let (old, new) = (passphrase::to_open()?, passphrase::to_replace()?);
    School::change_passphrase(home, &old, &new)?;
    session.out.value(&serde_json::json!({ "changed": true }), |_| {
        "Changed. Windows that are open go on; from now on this device asks for the new one. A \
         backup made before keeps the passphrase that it was made with.\n"
            .to_owned()
    })
}
