//! Who may do what, by what they know.

use super::*;
use crate::act::Capsule;

impl Naive<'_> {
    pub(super) fn may(
        &self,
        known: &Places,
        space: SpaceId,
        writer: &Writer,
        act: &Act,
        id: EntryId,
    ) -> bool {
        let Writer { person, device, role, recovery } = *writer;
        let people = self.people(known);
        let heads = people.values().filter(|role| **role == Role::Head).count();
        if recovery && !may_recovery(act) {
            return false;
        }
        match act {
            Act::Found { .. } => self.past[&id].is_empty(),
            Act::AdmitPerson { role: new, certificate } => {
                role.may_act_on(*new)
                    && (*new != Role::Locker || role >= Role::DeputyDsl)
                    && certificate.is_first_device()
                    && !self.last_roles(known).contains_key(&certificate.person)
                    && self.is_fresh(known, certificate)
            }
            Act::AdmitDevice { certificate } => {
                people.get(&certificate.person).is_some_and(|theirs| {
                    let knows_all = *theirs != Role::Locker || role >= Role::DeputyDsl;
                    (role.may_act_on(*theirs) && knows_all)
                        || (certificate.person == person && role >= Role::Lead)
                }) && self.is_fresh(known, certificate)
                    && !self.is_out(known, certificate.device)
            }
            Act::SetRole { person: who, role: new, cuts } => people.get(who).is_some_and(|old| {
                role.may_act_on(*old)
                    && role.may_act_on(*new)
                    && (old == new || (*old != Role::Locker && *new != Role::Locker))
                    && (*old != Role::Head || *new == Role::Head || heads > 1)
                    && (cuts.is_empty() || new < old)
                    && self.cuts_fit(cuts, id, |device| self.owner(known, device) == Some(*who))
            }),
            Act::RemovePerson { person: who, cuts } => people.get(who).is_some_and(|old| {
                role.may_act_on(*old)
                    && (*old != Role::Head || heads > 1 || recovery)
                    && self.cuts_fit(cuts, id, |device| self.owner(known, device) == Some(*who))
            }),
            Act::RemoveDevice { device: who, cuts } => {
                role >= Role::Lead
                    && self.owner(known, *who).is_some()
                    && !self.is_out(known, *who)
                    && self.cuts_fit(cuts, id, |device| device == *who)
                    && self.owner(known, *who).is_some_and(|owner| {
                        people.get(&owner).is_none_or(|theirs| role.may_act_on(*theirs))
                            || recovery
                            || self.cuts_nothing_known(cuts, id)
                    })
            }
            Act::ReplaceRecovery { .. } => recovery,
            Act::CreateSpace { kind, .. } => {
                let founder = known.iter().find_map(|place| match self.act(*place) {
                    Act::Found { certificate, .. } => Some(certificate.device),
                    _ => None,
                });
                role >= Role::Lead
                    && self.kind(known, space).is_none()
                    && (*kind == SpaceKind::Other || founder == Some(device))
            }
            _ => self.may_inside(known, space, writer, act, id),
        }
    }

    fn outranks_all(&self, known: &Places, role: Role, cuts: &[LogCut]) -> bool {
        let last_roles = self.last_roles(known);
        cuts.iter().all(|cut| {
            let owner = self.device_of(cut.log).and_then(|device| self.owner(known, device));
            owner.is_some_and(|owner| role.may_act_on(last_roles[&owner]))
        })
    }

    /// Whether the cuts leave everything standing that their author knew.
    fn cuts_nothing_known(&self, cuts: &[LogCut], id: EntryId) -> bool {
        let space = self.entries[&id].header().lane.space;
        cuts.iter().all(|cut| {
            let known = self.past[&id].iter().map(|id| self.entries[id].header());
            let known = known.filter(|header| (header.log, header.lane.space) == (cut.log, space));
            let last = known.map(|header| header.seq).max();
            match cut.control {
                Reach::All => true,
                Reach::UpTo(tip) => last.is_none_or(|last| tip.seq >= last),
                Reach::Nothing => last.is_none(),
            }
        })
    }

    fn cuts_fit(&self, cuts: &[LogCut], id: EntryId, fits: impl Fn(DeviceId) -> bool) -> bool {
        cuts.iter().all(|cut| {
            let known = match cut.control {
                Reach::UpTo(tip) => {
                    self.past[&id].contains(&tip.entry) && {
                        let header = self.entries[&tip.entry].header();
                        let space = self.entries[&id].header().lane.space;
                        (header.log, header.seq, header.lane.space) == (cut.log, tip.seq, space)
                    }
                }
                Reach::All | Reach::Nothing => true,
            };
            known && self.device_of(cut.log).is_some_and(&fits)
        })
    }

    fn is_fresh(&self, known: &Places, new: &Certificate) -> bool {
        !known.iter().any(|place| match self.act(*place) {
            Act::Found { certificate, .. }
            | Act::AdmitPerson { certificate, .. }
            | Act::AdmitDevice { certificate } => {
                certificate.device == new.device && certificate != new
            }
            _ => false,
        })
    }

    fn may_inside(
        &self,
        known: &Places,
        space: SpaceId,
        writer: &Writer,
        act: &Act,
        id: EntryId,
    ) -> bool {
        let Writer { person, role, recovery, .. } = *writer;
        let people = self.people(known);
        let members = self.members(known, space);
        let kind = self.kind(known, space);
        let ranks = |who: &PersonId| kind.is_some_and(|kind| people[who].may_manage(kind));
        let highest = members.iter().map(|who| people[who]).max();
        let manages = |who: &PersonId| {
            kind.is_some()
                && members.contains(who)
                && (ranks(who) || (!members.iter().any(ranks) && Some(people[who]) == highest))
        };
        let manager = recovery || manages(&person);
        let epochs = self.epochs(known, space);
        let devices = self.devices(known);
        let all_in = |capsules: &[Capsule]| {
            capsules.iter().all(|capsule| {
                let owner = devices.iter().find(|known| known.device == capsule.device);
                owner.is_some_and(|owner| members.contains(&owner.person))
            })
        };
        if !recovery && !members.contains(&person) {
            return false;
        }
        match act {
            Act::AdmitToSpace { person: who } => {
                manager && people.get(who).is_some_and(|role| role.may_read())
            }
            Act::LeaveSpace { person: who, cuts } => {
                let others = members.iter().any(|other| other != who && manages(other));
                let stays_managed = others || !manages(who);
                let by_another = manager
                    && members.contains(who)
                    && (recovery || role.may_act_on(people[who]))
                    && self.cuts_fit(cuts, id, |device| self.owner(known, device) == Some(*who));
                stays_managed && if *who == person { cuts.is_empty() } else { by_another }
            }
            Act::Cut { cuts } => {
                let may_cut = |device| {
                    self.owner(known, device).is_some_and(|owner| {
                        self.is_out(known, device)
                            || !members.contains(&owner)
                            || recovery
                            || role.may_act_on(people[&owner])
                    })
                };
                let low = recovery || self.outranks_all(known, role, cuts);
                manager
                    && self.cuts_fit(cuts, id, may_cut)
                    && (low || self.cuts_nothing_known(cuts, id))
            }
            Act::Rotate { epoch, generation, capsules, parents, .. } => {
                let known = parents.iter().filter_map(|parent| epochs.get(&parent.epoch));
                let known: Vec<_> = known.map(|(generation, _)| *generation).collect();
                role.may_write()
                    && all_in(capsules)
                    && !epochs.contains_key(epoch)
                    && known.len() == parents.len()
                    && parents.is_empty() == epochs.is_empty()
                    && *generation == known.into_iter().max().unwrap_or(0) + 1
            }
            Act::Capsules { capsules, .. } => all_in(capsules),
            Act::Describe => role.may_write(),
            _ => self.may_vouch_or_erase(known, space, writer, act, id),
        }
    }

    fn may_vouch_or_erase(
        &self,
        known: &Places,
        space: SpaceId,
        writer: &Writer,
        act: &Act,
        id: EntryId,
    ) -> bool {
        let Writer { person, role, .. } = *writer;
        match act {
            Act::Endorse { entry } => {
                let acts = |id: EntryId| 0..self.entries[&id].header().acts.len();
                role >= Role::Lead
                    && self.past[&id].contains(entry)
                    && self.space((*entry, 0)) == space
                    && acts(*entry).any(|act| {
                        self.at_heads.contains(&(*entry, act)) && self.is_removal((*entry, act))
                    })
            }
            Act::Erase { documents, .. } => {
                role.may_erase()
                    && !documents.is_empty()
                    && !documents.iter().any(|one| self.is_on_hold(known, space, *one))
            }
            Act::SecondErasure { entry } => {
                let mut signers = known.iter().filter(|place| match self.act(**place) {
                    Act::Erase { .. } => place.0 == *entry,
                    Act::SecondErasure { entry: other } => other == entry,
                    _ => false,
                });
                role.may_erase()
                    && signers.clone().any(|place| place.0 == *entry)
                    && signers.all(|place| self.writers[&place.0].person != person)
                    && (!self.is_taken_back(known, *entry) || self.is_signed(known, (*entry, 0)))
            }
            Act::WithdrawErasure { entry } => {
                let proposal = known.iter().find(|place| {
                    place.0 == *entry && matches!(self.act(**place), Act::Erase { .. })
                });
                role.may_erase()
                    && self.writers.get(entry).is_some_and(|by| by.person == person)
                    && proposal.is_some_and(|one| !self.is_signed(known, *one))
                    && !self.is_taken_back(known, *entry)
            }
            Act::Hold { documents } => {
                let gone = self.signed_away(known, space);
                role.may_erase()
                    && !documents.is_empty()
                    && documents.iter().all(|document| {
                        !gone.contains(document) || self.is_on_hold(known, space, *document)
                    })
            }
            Act::ReleaseHold { documents } => role.may_erase() && !documents.is_empty(),
            _ => false,
        }
    }
}

fn may_recovery(act: &Act) -> bool {
    match act {
        Act::AdmitPerson { role, .. } | Act::SetRole { role, .. } => *role == Role::Head,
        Act::CreateSpace { .. }
        | Act::HandOffSpace { .. }
        | Act::Erase { .. }
        | Act::SecondErasure { .. }
        | Act::ConfirmErasure { .. }
        | Act::WithdrawErasure { .. }
        | Act::Attest { .. }
        | Act::Hold { .. }
        | Act::ReleaseHold { .. } => false,
        _ => true,
    }
}
