//! Whether an act was its author's to do, by what its author knew; and what it changes.

mod charter;
mod erasing;
mod keys;
mod space;

use std::sync::Arc;

use super::effect::{Change, Stamp};
use super::graph::Graph;
use super::verdict::HeldReason;
use super::world::World;
use crate::act::Act;
use crate::ids::{DeviceId, LogId, PersonId, SchoolId, SpaceId};
use crate::role::Role;

pub(super) use charter::weighs_on_removals;

type Judged = Result<Vec<Change>, HeldReason>;

/// Who acts, knowing what.
pub(super) struct Scene<'a> {
    pub(super) school: SchoolId,
    pub(super) world: &'a World,
    pub(super) author: &'a Stamp,
    /// The lane's entries.
    pub(super) graph: &'a Graph,
    /// Whose a log is, admitted or not.
    pub(super) device_of: &'a dyn Fn(LogId) -> Option<DeviceId>,
    /// Whether the author knew of an admission of a device, whatever became of it.
    pub(super) admitted: &'a dyn Fn(DeviceId) -> bool,
}

/// What the founding act changes.
pub(super) fn founding_changes(act: &Act) -> Option<(DeviceId, PersonId, Vec<Change>)> {
    let Act::Found { certificate, recovery_signing, recovery_hpke, .. } = act else {
        return None;
    };
    let changes = vec![
        Change::Founded { device: certificate.device },
        Change::Recovery { signing: *recovery_signing, hpke: *recovery_hpke },
        Change::Role { person: certificate.person, role: Role::Head },
        Change::Device { certificate: Arc::new(*certificate) },
    ];
    certificate.is_first_device().then_some((certificate.device, certificate.person, changes))
}

impl Scene<'_> {
    /// Judges one act by what its author knew.
    pub(super) fn judge(&self, act: &Act) -> Judged {
        if self.author.recovery {
            allowed(is_for_recovery(act))?;
        }
        match act {
            Act::AdmitPerson { role, certificate } => self.admit_person(*role, certificate),
            Act::AdmitDevice { certificate } => self.admit_device(certificate),
            Act::SetRole { person, role, cuts } => self.set_role(*person, *role, cuts),
            Act::RemovePerson { person, cuts } => self.remove_person(*person, cuts),
            Act::RemoveDevice { device, cuts } => self.remove_device(*device, cuts),
            Act::Endorse { entry } => self.endorse(*entry),
            Act::ReplaceRecovery { signing, hpke } => self.replace_recovery(signing, hpke),
            Act::CreateSpace { nonce, kind } => {
                let derived = SpaceId::derive(self.school, self.author.device, *kind, nonce);
                self.create_space(derived, *kind)
            }
            Act::AdmitToSpace { person } => self.admit_to_space(*person),
            Act::LeaveSpace { person, cuts } => self.leave_space(*person, cuts),
            Act::HandOffSpace { person } => self.hand_off(*person),
            Act::Cut { cuts } => self.cut(cuts),
            Act::Rotate { epoch, generation, capsules, parents, .. } => {
                self.rotate(*epoch, *generation, capsules, parents)
            }
            Act::Capsules { epoch, capsules } => self.more_capsules(*epoch, capsules),
            Act::Describe => self.writer().map(|()| Vec::new()),
            Act::Erase { documents, reason } => self.erase(documents, *reason),
            Act::SecondErasure { entry } => self.second(*entry),
            Act::ConfirmErasure { entry } => self.confirm(*entry),
            Act::WithdrawErasure { entry } => self.withdraw(*entry),
            Act::Attest { header, signature, sections } => self.attest(header, signature, sections),
            Act::Hold { documents } => self.hold(documents),
            Act::ReleaseHold { documents } => self.lift(documents),
            Act::Found { .. } => Err(HeldReason::Contradicts),
            Act::Unknown { .. } => Err(HeldReason::NeedsNewerVersion),
        }
    }

    fn member(&self) -> Result<(), HeldReason> {
        let inside = self.author.recovery || self.world.is_member(self.author.author);
        if inside { Ok(()) } else { Err(HeldReason::NotAMember) }
    }

    fn writer(&self) -> Result<(), HeldReason> {
        self.member()?;
        allowed(self.author.role.may_write())
    }

    fn manager(&self) -> Result<(), HeldReason> {
        self.member()?;
        allowed(self.author.recovery || self.world.manages(self.author.author))
    }

    /// Whether the author may take something away from a person of that role.
    fn outranks(&self, role: Role) -> Result<(), HeldReason> {
        allowed(self.author.recovery || self.author.role.may_act_on(role))
    }
}

/// The recovery key may admit a head, remove, rotate, and replace itself; and in a space what
/// goes with it.
fn is_for_recovery(act: &Act) -> bool {
    match act {
        Act::AdmitPerson { role, .. } | Act::SetRole { role, .. } => *role == Role::Head,
        Act::AdmitDevice { .. }
        | Act::RemovePerson { .. }
        | Act::RemoveDevice { .. }
        | Act::Endorse { .. }
        | Act::ReplaceRecovery { .. }
        | Act::AdmitToSpace { .. }
        | Act::LeaveSpace { .. }
        | Act::Cut { .. }
        | Act::Rotate { .. }
        | Act::Capsules { .. }
        | Act::Describe => true,
        _ => false,
    }
}

fn allowed(condition: bool) -> Result<(), HeldReason> {
    if condition { Ok(()) } else { Err(HeldReason::NotAllowed) }
}

fn consistent(condition: bool) -> Result<(), HeldReason> {
    if condition { Ok(()) } else { Err(HeldReason::Contradicts) }
}
