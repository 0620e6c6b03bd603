//! Whether an act was its author's to do, by what its author knew; and what it changes.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::effect::{Change, Membership, Stamp};
use super::verdict::{HeldReason, Refusal};
use super::world::World;
use crate::act::{Act, Capsule, SealedParent};
use crate::certificate::Certificate;
use crate::ids::{DeviceId, EpochId, PersonId, SchoolId, SpaceId};
use crate::role::{Role, SpaceKind};
use crate::sign::{check_ed25519, check_x25519};

type Judged = Result<Vec<Change>, HeldReason>;

/// Refuses acts in a lane where they mean nothing, and certificates and keys that are not valid:
/// no honest author writes them.
pub(super) fn check_form(act: &Act, space: SpaceId) -> Result<(), Refusal> {
    let in_charter = space == SpaceId::CHARTER;
    match act {
        Act::Found { .. }
        | Act::AdmitPerson { .. }
        | Act::AdmitDevice { .. }
        | Act::SetRole { .. }
            if !in_charter =>
        {
            Err(Refusal::Shape("an act of the charter in a space"))
        }
        Act::CreateSpace { .. } | Act::AdmitToSpace { .. } | Act::LeaveSpace { .. }
            if in_charter =>
        {
            Err(Refusal::Shape("an act of a space in the charter"))
        }
        Act::Found { certificate, recovery_signing, recovery_hpke, .. } => {
            check_ed25519(recovery_signing, "recovery key")
                .and_then(|()| check_x25519(recovery_hpke, "recovery key"))
                .map_err(|_| Refusal::Shape("a weak recovery key"))?;
            check_certificate(certificate)
        }
        Act::AdmitPerson { certificate, .. } | Act::AdmitDevice { certificate } => {
            check_certificate(certificate)
        }
        _ => Ok(()),
    }
}

fn check_certificate(certificate: &Certificate) -> Result<(), Refusal> {
    certificate.verify().map_err(|_| Refusal::BadCertificate)
}

/// What the founding act changes.
pub(super) fn founding_changes(act: &Act) -> Option<(DeviceId, PersonId, Vec<Change>)> {
    let Act::Found { certificate, recovery_signing, recovery_hpke, .. } = act else {
        return None;
    };
    let changes = vec![
        Change::Recovery { signing: *recovery_signing, hpke: *recovery_hpke },
        Change::Role { person: certificate.person, role: Role::Head },
        Change::Device { certificate: Arc::new(*certificate) },
    ];
    certificate.is_first_device().then_some((certificate.device, certificate.person, changes))
}

/// Judges one act by what its author knew.
pub(super) fn judge(act: &Act, school: SchoolId, world: &World, author: &Stamp) -> Judged {
    if !act.in_effect() {
        return Err(HeldReason::NeedsNewerVersion);
    }
    match act {
        Act::AdmitPerson { role, certificate } => admit_person(*role, certificate, world, author),
        Act::AdmitDevice { certificate } => admit_device(certificate, world, author),
        Act::SetRole { person, role, .. } => set_role(*person, *role, world, author),
        Act::CreateSpace { nonce, kind } => {
            create_space(SpaceId::derive(school, author.device, *kind, nonce), *kind, world, author)
        }
        Act::AdmitToSpace { person } => admit_to_space(*person, world, author),
        Act::LeaveSpace { person, .. } => leave_space(*person, world, author),
        Act::Rotate { epoch, generation, capsules, parents, .. } => {
            rotate(*epoch, *generation, capsules, parents, world, author)
        }
        Act::Capsules { epoch, capsules } => more_capsules(*epoch, capsules, world, author),
        Act::Describe => {
            writer(world, author)?;
            Ok(Vec::new())
        }
        _ => Err(HeldReason::Contradicts),
    }
}

fn allowed(condition: bool) -> Result<(), HeldReason> {
    if condition { Ok(()) } else { Err(HeldReason::NotAllowed) }
}

fn consistent(condition: bool) -> Result<(), HeldReason> {
    if condition { Ok(()) } else { Err(HeldReason::Contradicts) }
}

fn member(world: &World, author: &Stamp) -> Result<(), HeldReason> {
    if world.is_member(author.author) { Ok(()) } else { Err(HeldReason::NotAMember) }
}

fn writer(world: &World, author: &Stamp) -> Result<(), HeldReason> {
    member(world, author)?;
    allowed(author.role.may_write())
}

fn admit_person(role: Role, certificate: &Certificate, world: &World, author: &Stamp) -> Judged {
    allowed(author.role.may_invite(role))?;
    consistent(certificate.is_first_device())?;
    consistent(world.charter.role(certificate.person).is_none())?;
    consistent(!world.charter.uses_key_of(certificate))?;
    Ok(vec![
        Change::Role { person: certificate.person, role },
        Change::Device { certificate: Arc::new(*certificate) },
    ])
}

fn admit_device(certificate: &Certificate, world: &World, author: &Stamp) -> Judged {
    let role = world.charter.role(certificate.person).ok_or(HeldReason::Contradicts)?;
    // A manager may add a device of their own: it gains nothing that its person has not.
    let own = author.author == certificate.person && author.role >= Role::Lead;
    allowed(own || author.role.may_act_on(role))?;
    consistent(!world.charter.uses_key_of(certificate))?;
    Ok(vec![Change::Device { certificate: Arc::new(*certificate) }])
}

fn set_role(person: PersonId, role: Role, world: &World, author: &Stamp) -> Judged {
    let from = world.charter.role(person).ok_or(HeldReason::Contradicts)?;
    allowed(author.role.may_set_role(from, role))?;
    // A locker is a machine, not a person: nobody becomes one or stops being one.
    consistent(from == role || (from != Role::Locker && role != Role::Locker))?;
    let leaves_a_head = from != Role::Head || role == Role::Head;
    consistent(leaves_a_head || world.charter.heads_of_school() > 1)?;
    Ok(vec![Change::Role { person, role }])
}

fn create_space(derived: SpaceId, kind: SpaceKind, world: &World, author: &Stamp) -> Judged {
    allowed(author.role.may_create_spaces())?;
    consistent(derived == world.space_id && world.space.kind.is_none())?;
    // The two spaces that every school has are the founder's to create.
    allowed(kind == SpaceKind::Other || world.charter.founder == Some(author.device))?;
    Ok(vec![Change::Created { kind, creator: author.author }])
}

fn manager(world: &World, author: &Stamp) -> Result<(), HeldReason> {
    member(world, author)?;
    allowed(world.space.kind.is_some_and(|kind| author.role.may_manage(kind)))
}

fn admit_to_space(person: PersonId, world: &World, author: &Stamp) -> Judged {
    manager(world, author)?;
    consistent(world.charter.role(person).is_some_and(Role::may_read))?;
    Ok(vec![Change::Membership { person, membership: Membership::Joined }])
}

fn leave_space(person: PersonId, world: &World, author: &Stamp) -> Judged {
    member(world, author)?;
    if person != author.author {
        // Taking others out is a removal, with cuts and a rotation.
        return Err(HeldReason::NeedsNewerVersion);
    }
    let manages = |person: PersonId| {
        let role = world.charter.role(person);
        role.zip(world.space.kind).is_some_and(|(role, kind)| role.may_manage(kind))
    };
    let others = world.space.members().any(|other| other != person && manages(other));
    consistent(others || !manages(person))?;
    Ok(vec![Change::Membership { person, membership: Membership::Left }])
}

fn recipients(capsules: &[Capsule], world: &World) -> Result<BTreeSet<DeviceId>, HeldReason> {
    let recipients: BTreeSet<_> = capsules.iter().map(|capsule| capsule.device).collect();
    allowed(recipients.iter().all(|device| world.is_member_device(*device)))?;
    Ok(recipients)
}

fn rotate(
    epoch: EpochId,
    generation: u32,
    capsules: &[Capsule],
    parents: &[SealedParent],
    world: &World,
    author: &Stamp,
) -> Judged {
    writer(world, author)?;
    let recipients = recipients(capsules, world)?;
    let epochs = &world.space.epochs;
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

fn more_capsules(epoch: EpochId, capsules: &[Capsule], world: &World, author: &Stamp) -> Judged {
    member(world, author)?;
    let recipients = recipients(capsules, world)?;
    consistent(world.space.epochs.contains_key(&epoch))?;
    Ok(vec![Change::Recipients { epoch, recipients }])
}
