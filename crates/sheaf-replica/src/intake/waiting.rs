//! Entries that cannot join yet: bounded, the oldest dropped first.

use std::collections::{BTreeMap, BTreeSet};

use sheaf_charter::{Entry, EntryId, Lane};

use super::decides_membership;
use crate::frame::encoded_len;
use crate::limits::{MAX_WAITING_BYTES, MAX_WAITING_ENTRIES};

/// Entries outside their logs, by what they wait for.
#[derive(Default)]
pub(super) struct Waiting {
    /// In the order of their arrival.
    entries: BTreeMap<u64, Waiter>,
    by_id: BTreeMap<EntryId, u64>,
    /// Who waits for an entry.
    on: BTreeMap<EntryId, BTreeSet<u64>>,
    /// Who waits for any control entry.
    on_control: BTreeSet<u64>,
    next: u64,
    bytes: usize,
}

struct Waiter {
    entry: Entry,
    missing: Vec<EntryId>,
    bytes: usize,
    /// Whether what it builds on may be taken in on its word.
    vouches: bool,
}

impl Waiting {
    pub(super) fn len(&self) -> usize {
        self.entries.len()
    }

    pub(super) fn contains(&self, id: EntryId) -> bool {
        self.by_id.contains_key(&id)
    }

    /// Keeps an entry; says how many older ones were dropped for it.
    pub(super) fn insert(&mut self, entry: Entry, missing: Vec<EntryId>, vouches: bool) -> usize {
        let ticket = self.next;
        self.next += 1;
        let bytes = encoded_len(&entry);
        self.bytes += bytes;
        self.by_id.insert(entry.id(), ticket);
        if missing.is_empty() {
            self.on_control.insert(ticket);
        }
        for id in &missing {
            self.on.entry(*id).or_default().insert(ticket);
        }
        self.entries.insert(ticket, Waiter { entry, missing, bytes, vouches });
        self.shrink()
    }

    /// Takes an entry out, if it waits.
    pub(super) fn take(&mut self, id: EntryId) -> Option<Entry> {
        let ticket = *self.by_id.get(&id)?;
        self.remove(ticket)
    }

    /// Takes out what waited for this entry, in the order of arrival. It may have to wait again
    /// for something else.
    pub(super) fn free(&mut self, id: EntryId, lane: Lane) -> Vec<Entry> {
        let mut tickets = self.on.get(&id).cloned().unwrap_or_default();
        if decides_membership(lane) {
            tickets.extend(&self.on_control);
        }
        tickets.into_iter().filter_map(|ticket| self.remove(ticket)).collect()
    }

    /// Whether an entry is vouched for: by one that waits for it, or for one that does, and so on.
    pub(super) fn is_vouched_for(&self, id: EntryId) -> bool {
        let mut seen = BTreeSet::new();
        let mut next = vec![id];
        while let Some(id) = next.pop() {
            for ticket in self.on.get(&id).into_iter().flatten() {
                let Some(waiter) = self.entries.get(ticket) else { continue };
                if waiter.vouches {
                    return true;
                }
                if seen.insert(*ticket) {
                    next.push(waiter.entry.id());
                }
            }
        }
        false
    }

    /// Takes out those that wait for any control entry, among what an entry waits for, what that
    /// waits for, and so on.
    pub(super) fn take_below(&mut self, id: EntryId) -> Vec<Entry> {
        let (mut seen, mut roots) = (BTreeSet::new(), Vec::new());
        let mut next = vec![id];
        while let Some(id) = next.pop() {
            let Some(ticket) = self.by_id.get(&id).filter(|ticket| seen.insert(**ticket)) else {
                continue;
            };
            let missing = self.entries.get(ticket).map(|waiter| waiter.missing.as_slice());
            next.extend(missing.unwrap_or_default());
            if self.on_control.contains(ticket) {
                roots.push(*ticket);
            }
        }
        roots.into_iter().filter_map(|ticket| self.remove(ticket)).collect()
    }

    fn shrink(&mut self) -> usize {
        let mut dropped = 0;
        while self.entries.len() > MAX_WAITING_ENTRIES || self.bytes > MAX_WAITING_BYTES {
            let Some(oldest) = self.entries.keys().next().copied() else { break };
            self.remove(oldest);
            dropped += 1;
        }
        dropped
    }

    fn remove(&mut self, ticket: u64) -> Option<Entry> {
        let waiter = self.entries.remove(&ticket)?;
        self.bytes -= waiter.bytes;
        self.by_id.remove(&waiter.entry.id());
        self.on_control.remove(&ticket);
        for id in &waiter.missing {
            if let Some(tickets) = self.on.get_mut(id) {
                tickets.remove(&ticket);
                if tickets.is_empty() {
                    self.on.remove(id);
                }
            }
        }
        Some(waiter.entry)
    }
}
