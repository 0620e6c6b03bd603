//! What must be so once nothing is on its way any more.

use std::collections::{BTreeMap, BTreeSet};

use sheaf_charter::{DeviceId, Lane, SpaceId};

use super::Network;
use super::toy::{Deed, log_of};
use crate::Outcome;

/// Of each space those who can tell each other what they know.
type Groups = BTreeMap<SpaceId, Vec<Vec<DeviceId>>>;

impl Network {
    /// The first promise that is broken, if one is.
    pub(crate) fn check(&self) -> Result<(), String> {
        if let Some(violation) = self.violations.first() {
            return Err(violation.clone());
        }
        self.check_convergence(Lane::CHARTER, &self.joined())?;
        let mut groups = BTreeMap::from([(SpaceId::CHARTER, vec![self.joined()])]);
        for space in &self.spaces {
            groups.insert(*space, self.groups(*space, &self.members(*space))?);
        }
        for space in &self.spaces {
            for members in &groups[space] {
                self.check_convergence(Lane::control(*space), members)?;
                self.check_convergence(Lane::data(*space), members)?;
                self.check_content(*space, members)?;
                self.check_values(*space, members)?;
            }
        }
        self.check_durability(&groups)?;
        self.check_no_leak()?;
        self.check_outcomes()
    }

    /// Those who are in a space, by everything that anybody knows.
    pub(super) fn members(&self, space: SpaceId) -> Vec<DeviceId> {
        let known = || self.devices.iter().filter_map(|device| device.disk.spaces.get(&space));
        let removed: BTreeSet<_> = known().flat_map(|space| space.removed.keys()).collect();
        let admitted = self.ever_admitted(space);
        admitted.into_iter().filter(|id| !removed.contains(id)).collect()
    }

    pub(super) fn ever_admitted(&self, space: SpaceId) -> BTreeSet<DeviceId> {
        let known = self.devices.iter().filter_map(|device| device.disk.spaces.get(&space));
        known.flat_map(|space| space.admitted.iter().copied()).collect()
    }

    /// Those who are in the school.
    fn joined(&self) -> Vec<DeviceId> {
        let disks = self.devices.iter().map(|device| &device.disk);
        disks.filter(|disk| disk.devices.contains(&disk.me)).map(|disk| disk.me).collect()
    }

    pub(super) fn index(&self, id: DeviceId) -> usize {
        self.ids.iter().position(|known| *known == id).unwrap()
    }

    fn check_convergence(&self, lane: Lane, members: &[DeviceId]) -> Result<(), String> {
        let tips = |id: &DeviceId| self.devices[self.index(*id)].disk.tips.get(&lane);
        let Some(first) = members.first() else { return Ok(()) };
        for other in members {
            if tips(first) != tips(other) {
                let (a, b) = (self.index(*first), self.index(*other));
                return Err(format!(
                    "convergence: devices {a} and {b} have different entries of {lane:?}"
                ));
            }
        }
        Ok(())
    }

    fn check_content(&self, space: SpaceId, members: &[DeviceId]) -> Result<(), String> {
        let disks = members.iter().map(|id| &self.devices[self.index(*id)].disk);
        let mut contents = disks.map(|disk| (disk.content(space), disk.wants(Lane::data(space))));
        let Some((first, _)) = contents.next() else { return Ok(()) };
        if contents.any(|(content, wants)| content != first || !wants.is_empty()) {
            return Err(format!("convergence: members of {space} show different content"));
        }
        Ok(())
    }

    /// Every acknowledged entry is with every member of its space, if its author is one.
    fn check_durability(&self, groups: &Groups) -> Result<(), String> {
        for (id, (lane, author)) in &self.acknowledged {
            let mut groups = groups.get(&lane.space).into_iter().flatten();
            let of_author = groups.find(|group| group.contains(&self.ids[*author]));
            for member in of_author.into_iter().flatten() {
                let member = self.index(*member);
                if !self.devices[member].disk.entries.contains_key(id) {
                    return Err(format!(
                        "durability: device {member} lacks {id} that {author} acknowledged"
                    ));
                }
            }
        }
        Ok(())
    }

    /// Nobody has an entry of a space into which nobody ever let them, not even somebody whose disk
    /// has forgotten it since.
    fn check_no_leak(&self) -> Result<(), String> {
        let mut let_in = BTreeSet::new();
        for entry in self.written.values() {
            let header = entry.header();
            for deed in header.acts.iter().filter_map(Deed::from_act) {
                match deed {
                    Deed::Admit(device) => let_in.insert((header.lane.space, log_of(device))),
                    Deed::Create => let_in.insert((header.lane.space, header.log)),
                    _ => false,
                };
            }
        }
        for (index, device) in self.devices.iter().enumerate() {
            for entry in device.disk.entries.values() {
                let lane = entry.header().lane;
                let was_in = let_in.contains(&(lane.space, log_of(device.disk.me)));
                if lane != Lane::CHARTER && !was_in {
                    return Err(format!("need to know: device {index} has one of {}", lane.space));
                }
            }
        }
        Ok(())
    }

    /// What the sessions that are still open said last agrees with that.
    fn check_outcomes(&self) -> Result<(), String> {
        for (link, ends) in &self.links {
            for end in &ends.ends {
                let Some(last) = &end.last else {
                    return Err(format!(
                        "outcomes: session {link} of {} never finished",
                        end.device
                    ));
                };
                if matches!(last.outcome, Outcome::Different(_)) || !last.refused.is_empty() {
                    return Err(format!(
                        "outcomes: session {link} of {} ended {last:?}",
                        end.device
                    ));
                }
                if !end.session.is_quiet() {
                    return Err(format!("outcomes: session {link} of {} is not quiet", end.device));
                }
            }
        }
        Ok(())
    }

    /// A space id of the network, by number.
    pub(crate) fn space(number: u64) -> SpaceId {
        let hash = blake3::hash(&[b"space".as_slice(), &number.to_be_bytes()].concat());
        let mut id = [0; SpaceId::LENGTH];
        id.copy_from_slice(&hash.as_bytes()[..SpaceId::LENGTH]);
        SpaceId::from_bytes(id)
    }
}
