//! Until when other devices are known to have what is here.

use sheaf_charter::DeviceId;

use crate::core::Core;
use crate::error::{Result, SchoolError};

fn name(device: DeviceId) -> String {
    format!("level/{device}")
}

impl Core {
    /// Notes that a device has all that was saved here before this time: of those that receive
    /// what this person hands over.
    pub(crate) fn note_level(&self, device: DeviceId, at_ms: i64) -> Result<()> {
        let receives = {
            let control = self.control();
            let trust = &control.trust;
            let of = trust.certificate(device).map(|known| known.person);
            let space = trust.hand_off_of(self.person());
            space.zip(of).is_some_and(|(space, of)| trust.receivers_in(space).contains(&of))
        };
        if !receives || self.level_ms(device)?.is_some_and(|known_ms| known_ms >= at_ms) {
            return Ok(());
        }
        let at = at_ms.to_be_bytes();
        self.store.write(|txn| Ok::<_, SchoolError>(txn.put_setting(&name(device), &at)?))?;
        self.note_save();
        Ok(())
    }

    /// The time before which a device is known to have all that was saved here.
    pub(crate) fn level_ms(&self, device: DeviceId) -> Result<Option<i64>> {
        let kept = self.store.read(|snapshot| snapshot.setting(&name(device)))?;
        Ok(kept.and_then(|bytes| bytes.try_into().ok()).map(i64::from_be_bytes))
    }
}
