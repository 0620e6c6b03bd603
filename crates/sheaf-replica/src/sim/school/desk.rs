//! What a device with our build writes.

use std::sync::Arc;

use rand_chacha::ChaCha20Rng;
use sheaf_charter::{
    CharterError, DocumentId, Draft, DraftSection, Entry, EntryId, Heard, Lane, LogId, SpaceId,
    Tip, tend_keys,
};

use super::disk::Disk;
use super::home::Home;
use super::paper::{NONCE, change};
use crate::Standing;

/// What is written in a data entry: documents, and when its author's clock says it is.
pub(super) struct Writing {
    pub documents: Vec<(DocumentId, Vec<u8>)>,
    pub claimed_ms: i64,
}

impl Disk {
    /// The last data entry of a log that is here.
    pub(super) fn last_data(&self, space: SpaceId, log: LogId) -> Option<Tip> {
        let tips = self.tips_of(Lane::data(space), log)?.tips();
        let tip = tips.iter().max_by_key(|tip| tip.next)?;
        Some(Tip { seq: tip.next.checked_sub(1)?, entry: tip.last })
    }

    /// The next data entry of a log of this device; none where no key is fit to seal under.
    pub(super) fn draft(&self, space: SpaceId, log: LogId, writing: &Writing) -> Option<Draft> {
        let (epoch, _) = self.keys.writing_epoch(space, &self.trust)?;
        let lane = Lane::data(space);
        let last = self.last_data(space, log);
        let before = last.and_then(|tip| self.entries.get(&tip.entry));
        let before = before.map(|entry| entry.header().clone());
        let (charter, control) =
            before.map(|header| (header.charter_heads, header.control_heads)).unwrap_or_default();
        let section = |(document, text): &(DocumentId, Vec<u8>)| DraftSection {
            document: *document,
            nonce: NONCE,
            changes: change(*document, log, text),
        };
        Some(Draft {
            school: self.trust.school()?,
            lane,
            log,
            seq: last.map_or(0, |tip| tip.seq + 1),
            previous: last.map_or(EntryId::ZERO, |tip| tip.entry),
            charter_heads: self.trust.heads_covering(SpaceId::CHARTER, &charter),
            control_heads: self.trust.heads_covering(space, &control),
            epoch,
            claimed_ms: writing.claimed_ms,
            acts: Vec::new(),
            sections: writing.documents.iter().map(section).collect(),
        })
    }
}

impl Home {
    /// Saves a data entry, which stands here; none where this device may not.
    pub(super) fn save(
        &mut self,
        space: SpaceId,
        writing: &Writing,
        rng: &mut ChaCha20Rng,
    ) -> Option<Arc<Entry>> {
        let disk = &self.disk;
        let (device, log) = (disk.device(), disk.me.log());
        if !disk.trust.may_write(device, space) {
            return None;
        }
        let draft = disk.draft(space, log, writing)?;
        let key = disk.keys.key(space, draft.epoch).cloned();
        let entry = draft.seal(&*disk.me, key.as_ref(), rng).unwrap();
        let report = self.take_in(vec![entry.clone()]);
        let stands = report.joined.iter().any(|joined| joined.standing == Standing::Stands);
        assert!(stands, "a save does not stand where it was made: {report:?}");
        Some(Arc::new(entry))
    }

    /// Writes control entries; nothing where the charter does not allow it.
    pub(super) fn govern(
        &mut self,
        write: impl FnOnce(&Disk) -> Result<Vec<Entry>, CharterError>,
    ) -> Vec<Arc<Entry>> {
        let Ok(entries) = write(&self.disk) else { return Vec::new() };
        let report = self.take_in(entries.clone());
        let joined = |entry: &Entry| report.joined.iter().any(|joined| joined.id == entry.id());
        assert!(entries.iter().all(joined), "own control entries: {report:?}");
        entries.into_iter().map(Arc::new).collect()
    }

    /// Writes what this device owes its spaces.
    pub(super) fn tend(&mut self, now_ms: i64, rng: &mut ChaCha20Rng) -> Vec<Arc<Entry>> {
        self.govern(|disk| {
            let last = |space: SpaceId, log: LogId| disk.last_data(space, log);
            let heard = Heard { last: &last, arrived_ms: &|_| None };
            tend_keys(&disk.me, &disk.trust, &disk.keys, heard, now_ms, rng)
        })
    }
}
