//! Data files: written whole, of a bounded length, never changed.

use std::collections::BTreeSet;
use std::path::PathBuf;

use sheaf_charter::{DocumentId, Entry, EpochKey, Lane, LogId, ParcelHead, ParcelId};
use sheaf_replica::limits::MAX_PARCEL_DOCUMENTS;
use sheaf_replica::{Growing, Manifest, Stretch, Use, Vector};

use super::SharedFolder;
use super::report::Pass;
use crate::carry::pack::{Going, Load, Packer};
use crate::entropy;
use crate::error::{Result, SchoolError};

/// A file of data is closed once it is so long: short enough to be copied again in a moment, long
/// enough that a school of ten years has a few dozen.
pub(super) const SEGMENT_BYTES: usize = 4 * 1024 * 1024;

/// A file of data on its way.
struct Filling {
    /// Of all files of this load so far.
    growing: Growing,
    /// The same before this file.
    before: Vector,
    logs: BTreeSet<LogId>,
    documents: BTreeSet<DocumentId>,
    entries: Vec<Entry>,
    bytes: usize,
}

impl Filling {
    fn after(base: &Vector) -> Self {
        Self {
            growing: Growing::after(base),
            before: base.clone(),
            logs: BTreeSet::new(),
            documents: BTreeSet::new(),
            entries: Vec::new(),
            bytes: 0,
        }
    }

    fn add(&mut self, entry: Entry) {
        let header = entry.header();
        self.growing.add(header, entry.id());
        self.logs.insert(header.log);
        let here = header.table.iter().zip(entry.sections()).filter(|(_, one)| one.is_some());
        self.documents.extend(here.map(|(row, _)| row.document));
        self.bytes += length(&entry);
        self.entries.push(entry);
    }

    /// Whether the entry would make the file too long.
    fn is_full_for(&self, entry: &Entry) -> bool {
        let documents = self.documents.len() + entry.header().table.len();
        !self.entries.is_empty()
            && (self.bytes + length(entry) > SEGMENT_BYTES || documents > MAX_PARCEL_DOCUMENTS)
    }

    /// What the file holds, and begins the next.
    fn close(&mut self, lane: Lane) -> (Stretch, Vec<DocumentId>, Vec<Entry>) {
        let (reach, logs) = (self.growing.reach(), std::mem::take(&mut self.logs));
        let (base, own) = (self.before.of_logs(logs.clone()), reach.of_logs(logs));
        self.before = reach;
        self.bytes = 0;
        let documents = std::mem::take(&mut self.documents).into_iter().collect();
        (Stretch { lane, base, reach: own }, documents, std::mem::take(&mut self.entries))
    }
}

impl SharedFolder {
    /// Writes as many files as a load needs.
    pub(super) fn put_load(&mut self, load: &Load, pass: &mut Pass) -> Result<()> {
        let lane = load.stretch.lane;
        let core = self.school.core.clone();
        let mut filling = Filling::after(&load.stretch.base);
        core.store.read(|snapshot| {
            load.each(snapshot, |entry| {
                if filling.is_full_for(&entry) {
                    self.put_filled(&mut filling, lane, pass)?;
                }
                filling.add(entry);
                Ok(Going::On)
            })
        })?;
        if filling.entries.is_empty() {
            return Ok(());
        }
        self.put_filled(&mut filling, lane, pass)
    }

    fn put_filled(&mut self, filling: &mut Filling, lane: Lane, pass: &mut Pass) -> Result<()> {
        let core = self.school.core.clone();
        let key = self.writing_key(lane)?;
        let (stretch, documents, entries) = filling.close(lane);
        let manifest = Manifest {
            purpose: Use::Data,
            school: core.school_id(),
            writer: core.device(),
            written_ms: self.school.clock.now_ms(),
            stretches: vec![stretch],
            recipients: Vec::new(),
            parts: Vec::new(),
            documents,
        };
        let id = ParcelId::generate(&mut entropy::rng());
        let sealed = ParcelHead::under_epoch(id, core.school_id(), lane.space, &key);
        let (mut bytes, place) = (Vec::new(), PathBuf::from(self.folder.place()));
        let sealed = (&sealed.0, sealed.1);
        let mut packer = Packer::begin(&place, &mut bytes, sealed, &manifest, &core.identity)?;
        entries.iter().try_for_each(|entry| packer.add(entry))?;
        packer.finish()?;
        pass.sent += entries.len() as u64;
        pass.bytes_out += bytes.len() as u64;
        self.put(manifest, id, &bytes)
    }

    /// The key under which data of a space is sealed now: all who have it are in.
    fn writing_key(&self, lane: Lane) -> Result<EpochKey> {
        let control = self.school.core.control();
        let found = control.keys.writing_epoch(lane.space, &control.trust);
        found.map(|(_, key)| key.clone()).ok_or_else(|| {
            let name = control.space_name(lane.space);
            let words = format!("this device has no key of {name} yet; it comes from a colleague");
            SchoolError::Refused(words)
        })
    }
}

/// About how long an entry is in a file.
fn length(entry: &Entry) -> usize {
    let sections = entry.sections().iter().flatten().map(Vec::len).sum::<usize>();
    entry.header_bytes().len() + sections
}
