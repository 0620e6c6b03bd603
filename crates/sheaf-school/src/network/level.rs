//! How much of what this person hands over other devices are known to have.

use std::collections::BTreeMap;
use std::sync::Arc;

use sheaf_charter::{DeviceId, Lane};
use sheaf_replica::Vector;

use crate::carry::{Known, Noted, note_known};
use crate::core::Core;
use crate::error::Result;

impl Core {
    /// Notes how much of what this person hands over a device has, which was found to be level in
    /// these lanes, and tells whoever looks.
    pub(crate) fn note_handed_over(
        &self,
        device: DeviceId,
        level: &BTreeMap<Lane, Arc<Vector>>,
    ) -> Result<()> {
        let space = self.control().trust.hand_off_of(self.person());
        let handed_over = space.and_then(|space| level.get_key_value(&Lane::data(space)));
        let lanes = handed_over.map(|(lane, vector)| (*lane, &**vector));
        if note_known(self, device, Known::Level, lanes)? == Noted::New {
            self.note_save();
        }
        Ok(())
    }
}
