//! Removing people and devices, setting roles, standing behind a removal.

use sheaf_charter::{
    EntryId, PersonId, RemovalView, Role, SpaceId, Taking, Target, endorse, remove, set_role,
};

use super::governed;
use crate::entropy;
use crate::error::{Result, SchoolError};
use crate::records::time_text;
use crate::school::School;
use crate::shape::{Governed, LostDevice, RemovalPreview, RemovalShape};

impl School {
    /// Removes a person or a device for ever. Whoever meets a removed device refuses it.
    pub fn remove_member(&self, whom: &str, reason: &str) -> Result<Governed> {
        self.core.refresh()?;
        let target = self.core.control().target_named(whom)?;
        let name = self.core.control().called(target);
        self.refuse_self(target)?;
        let entries = self.core.govern(&self.clock, |desk| {
            let taking = Taking { reason, last: desk.heard.last };
            let (identity, mut rng) = (&desk.core.identity, entropy::rng());
            Ok(remove(identity, desk.trust, desk.keys, target, taking, desk.now_ms, &mut rng)?)
        })?;
        governed(&entries, format!("{name} is removed"))
    }

    fn refuse_self(&self, target: Target) -> Result<()> {
        if target != Target::Device(self.core.device()) && target != Target::Person(self.person()) {
            return Ok(());
        }
        let words = "this device cannot remove itself or its own person: ask another manager";
        Err(SchoolError::Refused(words.to_owned()))
    }

    /// Refuses what removing would refuse; nothing is written.
    pub fn check_removal(&self, whom: &str, reason: &str) -> Result<()> {
        self.core.refresh()?;
        let control = self.core.control();
        let target = control.target_named(whom)?;
        self.refuse_self(target)?;
        let taking = Taking { reason, last: &|_, _| None };
        let (identity, mut rng) = (&self.core.identity, entropy::rng());
        let (trust, keys, now_ms) = (&control.trust, &control.keys, self.clock.now_ms());
        remove(identity, trust, keys, target, taking, now_ms, &mut rng)?;
        Ok(())
    }

    /// What is lost with a person's devices or a device, for whoever is about to remove it.
    pub fn preview_removal(&self, whom: &str) -> Result<RemovalPreview> {
        self.core.refresh()?;
        let peers = self.peers()?;
        let control = self.core.control();
        let target = control.target_named(whom)?;
        let devices = control.trust.people().into_iter().flat_map(|member| member.devices);
        let devices: Vec<_> = devices
            .filter(|known| match target {
                Target::Device(device) => known.device == device,
                Target::Person(person) => known.person == person,
            })
            .collect();
        let person = match target {
            Target::Person(person) => Some(person),
            Target::Device(device) => control.trust.owner(device),
        };
        let spaces = person.map(|person| control.space_names(person)).unwrap_or_default();
        let lost = devices.iter().map(|known| {
            let met = peers.get(&known.device).and_then(|peer| peer.last_met_ms);
            LostDevice {
                device_id: known.device.to_string(),
                name: control.device_name(&known.device.to_string()),
                last_met: met.map(|ms| time_text(&self.clock, ms)),
            }
        });
        Ok(RemovalPreview {
            name: control.called(target),
            is_person: matches!(target, Target::Person(_)),
            devices: lost.collect(),
            spaces: spaces.into_iter().filter(|name| !name.is_empty()).collect(),
            says: "What it holds of these spaces stays on it, encrypted under its passphrase; \
                   nothing written from now on can be read there, and nothing it writes is taken in"
                .to_owned(),
        })
    }

    /// Sets a person's role.
    pub fn set_role(&self, whom: &str, role: Role, reason: &str) -> Result<Governed> {
        self.core.refresh()?;
        let person = self.core.control().person_named(whom)?;
        let name = self.core.control().person_name(&person.to_string());
        self.refuse_role(person, role)?;
        let entries = self.core.govern(&self.clock, |desk| {
            let taking = Taking { reason, last: desk.heard.last };
            let (identity, mut rng) = (&desk.core.identity, entropy::rng());
            let whom = (person, role);
            Ok(set_role(identity, desk.trust, desk.keys, whom, taking, desk.now_ms, &mut rng)?)
        })?;
        governed(&entries, format!("{name} is {role} now"))
    }

    /// Refuses a role that nobody could give, in words that say why.
    fn refuse_role(&self, person: PersonId, role: Role) -> Result<()> {
        let people = self.core.control().trust.people();
        let from = people.iter().find(|member| member.person == person).map(|member| member.role);
        let heads = people.iter().filter(|member| member.role == Role::Head).count();
        let words = match (from, role) {
            (Some(Role::Head), Role::Head) => return Ok(()),
            (Some(Role::Head), _) if heads == 1 => {
                "the school would be left without a head: make somebody else head first"
            }
            (Some(from), _) if from != role && (from == Role::Locker || role == Role::Locker) => {
                "a locker is a machine: nobody becomes one or stops being one; invite or remove it"
            }
            _ => return Ok(()),
        };
        Err(SchoolError::Refused(words.to_owned()))
    }

    /// Stands behind a removal that a colleague has written, so that it holds against another.
    pub fn endorse_removal(&self, entry: &str) -> Result<Governed> {
        self.core.refresh()?;
        let id = self.removal(entry)?.entry;
        let entries = self.core.govern(&self.clock, |desk| {
            let (identity, mut rng) = (&desk.core.identity, entropy::rng());
            Ok(endorse(identity, desk.trust, desk.keys, id, desk.now_ms, &mut rng)?)
        })?;
        governed(&entries, "you stand behind the removal".to_owned())
    }

    fn removal(&self, entry: &str) -> Result<RemovalView> {
        let id: Option<EntryId> = entry.parse().ok();
        let removals = self.core.control().trust.removals();
        removals.into_iter().find(|removal| Some(removal.entry) == id).ok_or_else(|| {
            let hint = ": `sheaf member removals` lists them".to_owned();
            SchoolError::NotFound { what: "removal", name: entry.to_owned(), hint }
        })
    }

    /// The removals that were written, with whoever stands behind each and whether it holds.
    pub fn removals(&self) -> Result<Vec<RemovalShape>> {
        self.core.refresh()?;
        let control = self.core.control();
        let reasons = control.trust.reasons(&control.keys);
        let uncut = |target: Target| {
            let spaces = control.trust.spaces_of_person(self.person()).into_iter();
            let spaces = spaces.filter(|space| *space != SpaceId::CHARTER);
            let open = spaces.filter(|space| {
                control.trust.uncut(*space).into_iter().any(|device| {
                    target == Target::Device(device)
                        || control.trust.owner(device).map(Target::Person) == Some(target)
                })
            });
            open.map(|space| control.space_name(space)).collect()
        };
        let shape = |removal: RemovalView| RemovalShape {
            entry: removal.entry.to_string(),
            who: control.called(removal.target),
            by: removal.by.map_or_else(
                || "the recovery key".to_owned(),
                |person| control.person_name(&person.to_string()),
            ),
            endorsed_by: removal
                .endorsed_by
                .iter()
                .map(|person| control.person_name(&person.to_string()))
                .collect(),
            reason: reasons.get(&removal.entry).cloned().unwrap_or_default(),
            in_effect: removal.without_effect.is_none(),
            why_not: removal.without_effect.map(|reason| reason.to_string()),
            uncut_in: uncut(removal.target),
        };
        Ok(control.trust.removals().into_iter().map(shape).collect())
    }
}
