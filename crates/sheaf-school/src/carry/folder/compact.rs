//! Writing the data of a space: what is missing, what is to be without something erased, and many
//! small files as one.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsStr;
use std::sync::Arc;

use sheaf_charter::{Lane, ParcelId};
use sheaf_replica::{Stretch, Use, Vector};

use super::report::Pass;
use super::segment::SEGMENT_BYTES;
use super::{Carried, SharedFolder};
use crate::carry::pack::Load;
use crate::error::Result;

/// So many files of one size class become one.
const TIER: usize = 8;
/// The size classes: a file of at least the last is never merged.
const CLASSES: [u64; 3] = [64 * 1024, 512 * 1024, SEGMENT_BYTES as u64 / 2];

impl SharedFolder {
    /// Writes what the folder lacks of a space, and replaces the files of this device that hold
    /// what was erased, or of which there are too many. The new ones are there, durably, before an
    /// old one goes.
    pub(super) fn write_data(&mut self, lane: Lane, pass: &mut Pass) -> Result<()> {
        if !self.has_key(lane)? {
            let name = self.school.core.control().space_name(lane.space);
            let words = "nothing goes in yet: the key comes from a colleague who is in it";
            self.tell_once(pass, OsStr::new(&name), words);
            return Ok(());
        }
        let own: Vec<Arc<Carried>> =
            self.own_parcels().filter(|one| one.is(Use::Data, lane)).cloned().collect();
        let dirty: Vec<_> = own.iter().filter(|one| self.holds_erased(lane, one)).collect();
        let mut old: BTreeSet<ParcelId> = dirty.iter().map(|one| one.id).collect();
        let clean: Vec<_> = own.iter().filter(|one| !old.contains(&one.id)).collect();
        let crowded = crowded(&clean);
        for file in dirty {
            self.rewrite(lane, &[&**file], pass)?;
        }
        if !crowded.is_empty() {
            let files: Vec<&Carried> = crowded.iter().map(|one| &***one).collect();
            self.rewrite(lane, &files, pass)?;
            old.extend(files.iter().map(|one| one.id));
        }
        let stay: BTreeSet<ParcelId> = self
            .own_parcels()
            .filter(|one| one.is(Use::Data, lane) && !old.contains(&one.id))
            .map(|one| one.id)
            .collect();
        let missing = self.missing(lane, &stay, pass)?;
        self.put_load(&missing, pass)?;
        self.remove(&old)
    }

    /// Whether there is a key to seal data of a space under; one that this device owes it makes.
    fn has_key(&self, lane: Lane) -> Result<bool> {
        let (core, clock) = (&self.school.core, &self.school.clock);
        let has_key = || {
            let control = core.control();
            control.keys.writing_epoch(lane.space, &control.trust).is_some()
        };
        if !has_key() {
            core.settle_down(clock)?;
        }
        Ok(has_key())
    }

    /// Whether a file holds a section of a document that is erased.
    pub(super) fn holds_erased(&self, lane: Lane, file: &Carried) -> bool {
        let control = self.school.core.control();
        file.manifest.documents.iter().any(|document| control.is_erased(lane.space, *document))
    }

    /// Writes anew what these files of this device hold, from what is here of it now.
    fn rewrite(&mut self, lane: Lane, files: &[&Carried], pass: &mut Pass) -> Result<()> {
        let stretches: Vec<&Stretch> =
            files.iter().flat_map(|file| &file.manifest.stretches).collect();
        let load = self
            .school
            .core
            .store
            .read(|snapshot| Load::between(snapshot, &hull(lane, &stretches)))?;
        self.put_load(&load, pass)
    }
}

/// The stretch from where the first of these begins to where the last ends.
fn hull(lane: Lane, stretches: &[&Stretch]) -> Stretch {
    let mut reach = Vector::new();
    stretches.iter().for_each(|stretch| reach.advance(&stretch.reach));
    let logs: Vec<_> = reach.iter().map(|(log, _)| log).collect();
    let mut base = Vector::new();
    for log in logs {
        let of_log: Vec<Vector> = stretches
            .iter()
            .filter(|stretch| stretch.reach.get(log).is_some())
            .map(|stretch| stretch.base.of_logs([log]))
            .collect();
        base.advance(&Vector::least(&of_log));
    }
    Stretch { lane, base, reach }
}

/// The files of the first size class that has too many.
fn crowded<'a>(files: &[&'a Arc<Carried>]) -> Vec<&'a Arc<Carried>> {
    let mut classes: BTreeMap<usize, Vec<&Arc<Carried>>> = BTreeMap::new();
    for file in files {
        let class = CLASSES.iter().position(|most| file.bytes < *most);
        if let Some(class) = class {
            classes.entry(class).or_default().push(file);
        }
    }
    classes.into_values().find(|files| files.len() >= TIER).unwrap_or_default()
}
