//! Who of a space can still tell each other anything. Where members remove each other at once, two
//! may be left of whom neither ever hears that the other was admitted: all who knew are out.

use std::collections::BTreeSet;

use sheaf_charter::{DeviceId, SpaceId};

use super::Network;
use super::disk::{Disk, Space};

impl Network {
    /// The members of a space in groups: of one are those who know of each other, and those to whom
    /// others of the group lead.
    pub(super) fn groups(
        &self,
        space: SpaceId,
        members: &[DeviceId],
    ) -> Result<Vec<Vec<DeviceId>>, String> {
        let shares = |a: DeviceId, b: DeviceId| self.disk(a).shares(space, b);
        let groups = together(members, |a, b| shares(a, b) && shares(b, a));
        if groups.len() > 1 {
            self.check_parted_by_removals(space, &groups)?;
        }
        Ok(groups)
    }

    /// With all who were ever in, the groups are one.
    fn check_parted_by_removals(
        &self,
        space: SpaceId,
        groups: &[Vec<DeviceId>],
    ) -> Result<(), String> {
        let everybody: Vec<DeviceId> = self.ever_admitted(space).into_iter().collect();
        let admitted = |of: &Space, who| of.admitted.contains(&who);
        let knew = |a: DeviceId, b: DeviceId| {
            self.disk(a).spaces.get(&space).is_some_and(|space| admitted(space, b))
        };
        let once = together(&everybody, |a, b| knew(a, b) && knew(b, a));
        let of = |group: &Vec<DeviceId>| once.iter().position(|one| one.contains(&group[0]));
        let places: BTreeSet<Option<usize>> = groups.iter().map(of).collect();
        if places.len() > 1 {
            return Err(format!("convergence: members of {space} have never heard of each other"));
        }
        Ok(())
    }

    fn disk(&self, id: DeviceId) -> &Disk {
        &self.devices[self.index(id)].disk
    }
}

/// Those between whom there is a way.
fn together(all: &[DeviceId], speak: impl Fn(DeviceId, DeviceId) -> bool) -> Vec<Vec<DeviceId>> {
    let mut groups: Vec<Vec<DeviceId>> = Vec::new();
    for one in all {
        let is_near = |group: &mut Vec<DeviceId>| group.iter().any(|other| speak(*one, *other));
        let near: Vec<Vec<DeviceId>> = groups.extract_if(.., is_near).collect();
        groups.push(near.into_iter().flatten().chain([*one]).collect());
    }
    groups
}
