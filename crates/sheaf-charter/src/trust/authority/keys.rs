//! Acts that make epoch keys and give them to devices.

use std::collections::BTreeSet;

use super::{Judged, Scene, allowed, consistent};
use crate::act::{Capsule, SealedParent};
use crate::ids::{DeviceId, EpochId};
use crate::trust::effect::Change;
use crate::trust::verdict::HeldReason;

impl Scene<'_> {
    fn recipients(&self, capsules: &[Capsule]) -> Result<BTreeSet<DeviceId>, HeldReason> {
        let recipients: BTreeSet<_> = capsules.iter().map(|capsule| capsule.device).collect();
        allowed(recipients.iter().all(|device| self.world.is_member_device(*device)))?;
        Ok(recipients)
    }

    pub(super) fn rotate(
        &self,
        epoch: EpochId,
        generation: u32,
        capsules: &[Capsule],
        parents: &[SealedParent],
    ) -> Judged {
        self.writer()?;
        let recipients = self.recipients(capsules)?;
        let epochs = &self.world.space.epochs;
        consistent(!epochs.contains_key(&epoch))?;
        consistent(parents.is_empty() == epochs.is_empty())?;
        let mut highest = 0;
        for parent in parents {
            let parent = epochs.get(&parent.epoch).ok_or(HeldReason::Contradicts)?;
            highest = highest.max(parent.generation);
        }
        consistent(highest.checked_add(1) == Some(generation))?;
        Ok(vec![Change::Epoch { epoch, generation, recipients }])
    }

    /// Also of an epoch whose rotation does not stand: honest people sealed under it while they
    /// believed it.
    pub(super) fn more_capsules(&self, epoch: EpochId, capsules: &[Capsule]) -> Judged {
        self.member()?;
        let recipients = self.recipients(capsules)?;
        Ok(vec![Change::Recipients { epoch, recipients }])
    }
}
