//! Taking in what is new in the files.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::{OsStr, OsString};
use std::path::PathBuf;
use std::sync::Arc;

use sheaf_charter::{Entry, EntryId, Lane, LogId};
use sheaf_net::{NetError, ParcelFault, ParcelReader};
use sheaf_replica::{Manifest, Use};

use super::inspect::{MAX_FILE_BYTES, Seen, What, of_fault};
use super::report::Pass;
use super::{Carried, SharedFolder};
use crate::carry::take::{Taker, wanted};
use crate::carry::unpack::Parcel;
use crate::error::{Result, SchoolError};

/// What a file brings may let another be opened, or join: so often at most in one pass.
const MAX_ROUNDS: usize = 8;

/// What was known when a parcel was read of which not all could be taken in.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Tried {
    acts: u64,
    entries: u64,
}

impl SharedFolder {
    /// Reads every parcel of which not everything is here.
    pub(super) fn receive(&mut self, taker: &mut Taker, pass: &mut Pass) -> Result<()> {
        self.forget_done_where_something_is_missing()?;
        for _ in 0..MAX_ROUNDS {
            let before = taker.tally.new + taker.tally.sections;
            for (name, carried) in self.in_order() {
                self.receive_one(&name, &carried, taker, pass)?;
            }
            if taker.tally.new + taker.tally.sections == before {
                break;
            }
            // A key may have come.
            self.look(pass)?;
        }
        Ok(())
    }

    /// First who is in the school and in each space, then data, what was written first before.
    fn in_order(&self) -> Vec<(OsString, Arc<Carried>)> {
        let open = self.parcels().filter(|(_, carried)| !self.done.contains(&carried.id));
        let mut parcels: Vec<_> =
            open.map(|(name, carried)| (name.clone(), Arc::clone(carried))).collect();
        parcels.sort_by_key(|(_, carried)| {
            let is_data = carried.manifest.purpose == Use::Data;
            (is_data, carried.lane() != Some(Lane::CHARTER), carried.manifest.written_ms)
        });
        parcels
    }

    fn receive_one(
        &mut self,
        name: &OsStr,
        carried: &Arc<Carried>,
        taker: &mut Taker,
        pass: &mut Pass,
    ) -> Result<()> {
        if self.is_all_here(&carried.manifest)? {
            self.done.insert(carried.id);
            return Ok(());
        }
        let now = self.tried_now(&carried.manifest)?;
        if self.tried.insert(carried.id, now) == Some(now) {
            return Ok(());
        }
        let taken = self.read(name, carried, pass).and_then(|bytes| match bytes {
            Some(bytes) => self.walk(name, &bytes, &mut |entries| taker.take(entries)),
            None => Ok(()),
        });
        match taken {
            Ok(()) => {}
            Err(SchoolError::Net(error)) => self.is_faulty(name, error, pass),
            Err(error) => return Err(error),
        }
        if self.is_all_here(&carried.manifest)? {
            self.done.insert(carried.id);
        }
        Ok(())
    }

    /// Reads a file whole and checks all of it; none if it is gone or another now.
    pub(super) fn read(
        &mut self,
        name: &OsStr,
        carried: &Carried,
        pass: &mut Pass,
    ) -> Result<Option<Vec<u8>>> {
        let Some(bytes) = self.folder.read(name, MAX_FILE_BYTES)? else { return Ok(None) };
        pass.bytes_in += bytes.len() as u64;
        let mut checking = Checking::default();
        self.walk(name, &bytes, &mut |entries| {
            checking.add(&entries, |lane, document| {
                self.school.core.control().is_erased(lane.space, document)
            });
            Ok(())
        })?;
        if checking.holds(&carried.manifest) {
            self.verified.insert(carried.id);
        }
        Ok(Some(bytes))
    }

    /// Gives the entries of a file, piece by piece.
    fn walk(
        &self,
        name: &OsStr,
        bytes: &[u8],
        give: &mut dyn FnMut(Vec<Entry>) -> Result<()>,
    ) -> Result<()> {
        let mut reader = ParcelReader::new(&PathBuf::from(name), bytes);
        let Some(head) = reader.next_head()? else { return Ok(()) };
        let Some(pieces) = self.open(&head) else { return Ok(()) };
        let parcel = Parcel::open(&mut reader, &head, pieces, self.school.core.school_id())?;
        parcel.each(&mut reader, give)?;
        match reader.next_head()? {
            None => Ok(()),
            Some(_) => {
                let words = "something follows its end".to_owned();
                Err(reader.fault(ParcelFault::Contents(words)).into())
            }
        }
    }

    /// Notes what is wrong with a file; what is on its way is looked at again.
    pub(super) fn is_faulty(&mut self, name: &OsStr, error: NetError, pass: &mut Pass) {
        let what = of_fault(name, error);
        if let Some(says) = what.told() {
            self.tell_once(pass, name, says);
        }
        if let Some(Seen { what: before, .. }) = self.files.get_mut(name) {
            if let What::Parcel(carried) = before {
                self.tried.remove(&carried.id);
            }
            *before = what;
        }
    }

    fn tried_now(&self, manifest: &Manifest) -> Result<Tried> {
        let acts = self.school.core.control().acts_known();
        let entries = self.school.core.store.read(|snapshot| {
            let lanes = manifest.stretches.iter().map(|stretch| snapshot.entry_count(stretch.lane));
            lanes.sum::<sheaf_store::Result<u64>>()
        })?;
        Ok(Tried { acts, entries })
    }

    /// Whether every branch of what a parcel holds is here, and so all before it.
    fn is_all_here(&self, manifest: &Manifest) -> Result<bool> {
        self.school.core.store.read(|snapshot| {
            for stretch in &manifest.stretches {
                for (_, reached) in stretch.reach.iter() {
                    for tip in reached.tips() {
                        if !snapshot.holds(tip.last)? {
                            return Ok(false);
                        }
                    }
                }
            }
            Ok::<_, SchoolError>(true)
        })
    }

    /// A section that is missing here without a tombstone may be in any file.
    fn forget_done_where_something_is_missing(&mut self) -> Result<()> {
        for space in self.own_spaces() {
            let lane = Lane::data(space);
            if wanted(&self.school, lane)?.is_empty() {
                continue;
            }
            let of_lane = self.parcels().filter(|(_, one)| one.is(Use::Data, lane));
            let of_lane: BTreeSet<_> = of_lane.map(|(_, one)| one.id).collect();
            self.done.retain(|id| !of_lane.contains(id));
        }
        Ok(())
    }
}

/// What a parcel was seen to hold, beside what it says.
#[derive(Default)]
struct Checking {
    ids: BTreeSet<EntryId>,
    counts: BTreeMap<LogId, u64>,
    /// A section is missing that was not erased.
    lacks: bool,
}

impl Checking {
    fn add(
        &mut self,
        entries: &[Entry],
        is_erased: impl Fn(Lane, sheaf_charter::DocumentId) -> bool,
    ) {
        for entry in entries {
            let header = entry.header();
            self.ids.insert(entry.id());
            *self.counts.entry(header.log).or_default() += 1;
            let rows = header.table.iter().zip(entry.sections());
            self.lacks |= rows
                .filter(|(_, sealed)| sealed.is_none())
                .any(|(row, _)| !is_erased(header.lane, row.document));
        }
    }

    /// Whether that is all that the manifest says.
    fn holds(&self, manifest: &Manifest) -> bool {
        let held = manifest.stretches.iter().all(|stretch| {
            stretch.reach.iter().all(|(log, reach)| {
                let base = stretch.base.get(log).map_or(0, sheaf_replica::Reached::next);
                let straight = reach.forked_at().is_none();
                let count = self.counts.get(&log).copied().unwrap_or_default();
                let enough = !straight || count >= reach.next().saturating_sub(base);
                enough && reach.tips().iter().all(|tip| self.ids.contains(&tip.last))
            })
        });
        held && !self.lacks
    }
}
