//! This device when it was removed from the school itself.

use std::path::Path;

use sheaf_charter::DeviceId;
use sheaf_store::Home;

use crate::error::{Result, SchoolError};
use crate::records::time_text;
use crate::school::School;
use crate::shape::ToldOut;

/// Who said that this device was removed, and when.
const TOLD: &str = "removed/told";

/// Deletes a home: its keys first, without which the rest cannot be read.
pub fn wipe(home: &Path) -> Result<()> {
    Ok(Home::open(home)?.wipe()?)
}

impl School {
    /// Keeps what a colleague's device has said. It is said, not proved: whoever is removed gets
    /// nothing more, the removal included. So nothing is done by itself.
    pub(crate) fn note_removed_by(&self, device: DeviceId) -> Result<()> {
        let now_ms = self.clock.now_ms();
        let told = [device.as_bytes().as_slice(), &now_ms.to_be_bytes()].concat();
        self.core.store.write(|txn| Ok::<_, SchoolError>(txn.put_setting(TOLD, &told)?))?;
        self.core.note_save();
        Ok(())
    }

    /// A device replicates with this one: what it may have said before no longer holds.
    pub(crate) fn forget_removed_by(&self, device: DeviceId) -> Result<()> {
        let said = |kept: &[u8]| kept.starts_with(device.as_bytes());
        let kept = self.core.store.read(|snapshot| snapshot.setting(TOLD))?;
        if kept.as_deref().is_some_and(said) {
            self.core.store.write(|txn| Ok::<_, SchoolError>(txn.drop_setting(TOLD)?))?;
            self.core.note_save();
        }
        Ok(())
    }

    /// Who last said that this device was removed from the school, if their word counts here.
    pub fn told_out(&self) -> Result<Option<ToldOut>> {
        let kept = self.core.store.read(|snapshot| snapshot.setting(TOLD))?;
        let Some((device, at)) = kept.as_deref().and_then(<[u8]>::split_first_chunk::<32>) else {
            return Ok(None);
        };
        let Ok(at) = at.try_into().map(i64::from_be_bytes) else { return Ok(None) };
        let (control, device) = (self.core.control(), DeviceId::from_bytes(*device));
        if control.trust.is_removed(device) {
            return Ok(None);
        }
        let person = control.trust.owner(device);
        let person = person.map(|person| control.person_name(&person.to_string()));
        Ok(Some(ToldOut { by: person.unwrap_or_default(), at: time_text(&self.clock, at) }))
    }
}
