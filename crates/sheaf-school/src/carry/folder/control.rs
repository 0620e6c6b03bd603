//! The control file of a space: rewritten whole, sealed to each member device.

use std::collections::BTreeSet;
use std::path::PathBuf;

use sheaf_charter::{Certificate, Lane, ParcelHead, ParcelId, SpaceId};
use sheaf_replica::{Manifest, Use, Vector};

use super::SharedFolder;
use super::report::Pass;
use crate::carry::pack::{Going, Load, Packer};
use crate::entropy;
use crate::error::{Result, SchoolError};
use crate::journal;

impl SharedFolder {
    /// Writes the control file of a space anew if who is in has changed since, and drops the old.
    pub(super) fn write_control(&mut self, space: SpaceId, pass: &mut Pass) -> Result<()> {
        let (core, lane) = (&self.school.core, Lane::control(space));
        let members = core.control().trust.member_devices(space);
        let here = core.store.read(|snapshot| journal::vector(snapshot, lane))?;
        let is_current = |manifest: &Manifest| {
            let devices = members.iter().map(|known| &known.device);
            let reach = manifest.stretches.first().map(|stretch| &stretch.reach);
            reach == Some(&here) && manifest.recipients.iter().eq(devices)
        };
        let own: Vec<(ParcelId, bool)> = self
            .own_parcels()
            .filter(|one| one.is(Use::Control, lane))
            .map(|one| (one.id, is_current(&one.manifest)))
            .collect();
        let current = own.iter().find(|(_, current)| *current).map(|(id, _)| *id);
        let stays = match current {
            Some(id) => id,
            None => self.put_control(lane, &members, pass)?,
        };
        let old: BTreeSet<ParcelId> =
            own.into_iter().map(|(id, _)| id).filter(|id| *id != stays).collect();
        self.remove(&old)
    }

    fn put_control(
        &mut self,
        lane: Lane,
        members: &[Certificate],
        pass: &mut Pass,
    ) -> Result<ParcelId> {
        let core = self.school.core.clone();
        let id = ParcelId::generate(&mut entropy::rng());
        let place = PathBuf::from(self.folder.place());
        let (bytes, manifest) = core.store.read(|snapshot| {
            let load = Load::after(snapshot, lane, &Vector::new())?;
            let manifest = Manifest {
                purpose: Use::Control,
                school: core.school_id(),
                writer: core.device(),
                written_ms: self.school.clock.now_ms(),
                stretches: vec![load.stretch.clone()],
                recipients: members.iter().map(|known| known.device).collect(),
                parts: Vec::new(),
                documents: Vec::new(),
            };
            let mut rng = entropy::rng();
            let (head, pieces) = ParcelHead::for_devices(id, core.school_id(), members, &mut rng)?;
            let mut bytes = Vec::new();
            let sealed = (&head, pieces);
            let mut packer = Packer::begin(&place, &mut bytes, sealed, &manifest, &core.identity)?;
            load.each(snapshot, |entry| packer.add(&entry).map(|()| Going::On))?;
            packer.finish()?;
            Ok::<_, SchoolError>((bytes, manifest))
        })?;
        pass.bytes_out += bytes.len() as u64;
        self.put(manifest, id, &bytes)?;
        Ok(id)
    }
}
