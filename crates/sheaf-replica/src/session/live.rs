//! Live: own new entries are pushed at once, entries of others are offered after a moment.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

use sheaf_charter::{Entry, EntryId, Lane};

use super::outbox::MAX_LOAD_BYTES;
use super::{Effect, Session, Sharing};
use crate::frame::{Frame, encoded_len};
use crate::limits::{
    MAX_FRAME_BYTES, MAX_OFFER_DELAY_MS, MAX_OFFERED, MAX_OFFERS_WAITING, MAX_PUSH_BYTES,
    MIN_OFFER_DELAY_MS,
};
use crate::random::Spread;

/// What is to be pushed and offered, and what was offered. Bounded: what does not fit goes by a
/// round, which finds it in the vectors.
pub(super) struct Live {
    spread: Spread,
    now_ms: u64,
    pushes: VecDeque<Arc<Entry>>,
    push_bytes: usize,
    /// Entries of others, and when to offer them.
    offers: BTreeMap<EntryId, (u64, Lane)>,
    /// Ids that the other side has offered.
    offered: VecDeque<(Lane, Vec<EntryId>)>,
    offered_ids: usize,
    checking: Checking,
    catching_up: CatchingUp,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Checking {
    Idle,
    Asked,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum CatchingUp {
    NotNeeded,
    Needed,
}

impl Live {
    pub(super) fn new(seed: u64) -> Self {
        Self {
            spread: Spread::new(seed),
            now_ms: 0,
            pushes: VecDeque::new(),
            push_bytes: 0,
            offers: BTreeMap::new(),
            offered: VecDeque::new(),
            offered_ids: 0,
            checking: Checking::Idle,
            catching_up: CatchingUp::NotNeeded,
        }
    }

    pub(super) fn push(&mut self, entry: Arc<Entry>) {
        let bytes = encoded_len(&entry);
        if self.push_bytes + bytes > MAX_PUSH_BYTES {
            self.fall_behind();
        } else {
            self.push_bytes += bytes;
            self.pushes.push_back(entry);
        }
    }

    pub(super) fn offer(&mut self, lane: Lane, id: EntryId, now_ms: u64) {
        self.now_ms = self.now_ms.max(now_ms);
        if self.offers.len() >= MAX_OFFERS_WAITING {
            self.fall_behind();
            return;
        }
        let spread = self.spread.below(MAX_OFFER_DELAY_MS - MIN_OFFER_DELAY_MS);
        self.offers.insert(id, (now_ms + MIN_OFFER_DELAY_MS + spread, lane));
    }

    /// The other side has this entry: no need to offer it.
    pub(super) fn seen(&mut self, id: EntryId) {
        self.offers.remove(&id);
    }

    /// The other side offers entries.
    pub(super) fn offered(&mut self, lane: Lane, ids: Vec<EntryId>) {
        ids.iter().for_each(|id| self.seen(*id));
        if self.offered_ids + ids.len() > MAX_OFFERS_WAITING {
            self.fall_behind();
        } else if !ids.is_empty() {
            self.offered_ids += ids.len();
            self.offered.push_back((lane, ids));
        }
    }

    /// The host has said which of the offered entries are not here.
    pub(super) fn checked(&mut self) {
        self.checking = Checking::Idle;
    }

    pub(super) fn tick(&mut self, now_ms: u64) {
        self.now_ms = self.now_ms.max(now_ms);
    }

    /// A new round is needed.
    pub(super) fn fall_behind(&mut self) {
        self.catching_up = CatchingUp::Needed;
    }

    /// A round begins, which compares everything that is here.
    pub(super) fn clear(&mut self) {
        self.catching_up = CatchingUp::NotNeeded;
        self.offers.clear();
        self.offered.clear();
        self.offered_ids = 0;
        self.take_pushes();
    }

    pub(super) fn is_quiet(&self) -> bool {
        let nothing_to_say = self.pushes.is_empty() && self.offers.is_empty();
        let nothing_heard = self.offered.is_empty() && self.checking == Checking::Idle;
        nothing_to_say && nothing_heard && self.catching_up == CatchingUp::NotNeeded
    }

    pub(super) fn next_due_ms(&self) -> Option<u64> {
        self.offers.values().map(|(due, _)| *due).filter(|due| *due > self.now_ms).min()
    }

    fn take_pushes(&mut self) -> VecDeque<Arc<Entry>> {
        self.push_bytes = 0;
        std::mem::take(&mut self.pushes)
    }

    fn take_due(&mut self) -> BTreeMap<Lane, Vec<EntryId>> {
        let now_ms = self.now_ms;
        let mut due: BTreeMap<Lane, Vec<EntryId>> = BTreeMap::new();
        self.offers.retain(|id, (due_ms, lane)| {
            if *due_ms <= now_ms {
                due.entry(*lane).or_default().push(*id);
            }
            *due_ms > now_ms
        });
        due
    }

    fn next_offered(&mut self) -> Option<(Lane, Vec<EntryId>)> {
        if self.checking == Checking::Asked {
            return None;
        }
        let (lane, ids) = self.offered.pop_front()?;
        self.offered_ids -= ids.len();
        Some((lane, ids))
    }
}

impl Session {
    pub(super) fn step_live(&mut self) -> bool {
        if self.round.theirs.is_some() {
            self.begin_round();
            return true;
        }
        let Some(survey) = self.fresh_survey() else { return false };
        let behind = self.live.catching_up == CatchingUp::Needed && self.outbox.is_idle();
        if behind || self.shares_other_lanes(survey) {
            self.begin_round();
            return true;
        }
        self.push_own() || self.offer_due() || self.check_offered()
    }

    fn push_own(&mut self) -> bool {
        if self.live.pushes.is_empty() || !self.outbox.is_idle() {
            return false;
        }
        let mut pushes = self.live.take_pushes();
        pushes.retain(|entry| self.is_common(entry.header().lane));
        while let Some(lane) = pushes.front().map(|entry| entry.header().lane) {
            let run = pushes.iter().take_while(|entry| entry.header().lane == lane).count();
            let entries: Vec<_> = pushes.drain(..run).collect();
            if self.outbox.affords(MAX_FRAME_BYTES) {
                self.send_entries(lane, &entries);
            } else {
                self.live.fall_behind();
            }
        }
        true
    }

    fn offer_due(&mut self) -> bool {
        let due = self.live.take_due();
        for (lane, ids) in &due {
            if self.is_common(*lane) {
                for ids in ids.chunks(MAX_OFFERED) {
                    self.send(&Frame::Offer { lane: *lane, ids: ids.to_vec() });
                }
            }
        }
        !due.is_empty()
    }

    fn check_offered(&mut self) -> bool {
        let Some((lane, ids)) = self.live.next_offered() else { return false };
        if self.is_common(lane) {
            self.live.checking = Checking::Asked;
            self.effects.push_back(Effect::Check { lane, ids });
        }
        true
    }

    /// Whether all of a lane is shared now and both sides have said so.
    pub(super) fn is_common(&self, lane: Lane) -> bool {
        let shared = self.fresh_survey().and_then(|survey| survey.get(lane));
        shared.is_some_and(|survey| survey.sharing == Sharing::Whole)
            && self.round.comparison.common.contains(&lane)
    }

    /// Sends entries of one lane that the host read or wrote, as many as fit into a frame.
    pub(super) fn send_entries(&mut self, lane: Lane, entries: &[Arc<Entry>]) {
        let mut bytes = 0;
        let fits = entries.iter().take_while(|entry| {
            bytes += encoded_len(entry);
            bytes <= MAX_LOAD_BYTES
        });
        let fitting: Vec<_> = fits.cloned().collect();
        if fitting.len() < entries.len() {
            self.live.fall_behind();
        }
        if !fitting.is_empty() {
            self.statistics.entries_sent += fitting.len() as u64;
            self.send_counted(&Frame::Entries { lane, entries: fitting });
        }
    }
}
