//! What happens in a school of which some members seal and send bombs.

use sheaf_charter::{Draft, SpaceId};

use super::bomb::{BOMBS, Keys, MISSILES};
use super::disk::UNREADABLE;
use super::story::Story;
use crate::Closing;

/// How long both ends of a connection have to close it.
const CLOSING_MS: u64 = 100;

impl Story {
    /// Seals a bomb in a space, or throws something at a colleague's session.
    pub(super) fn bomb(&mut self, device: usize) {
        let Some(space) = self.some_space(device) else { return };
        let Some(draft) = self.bombed_draft(device, space) else { return };
        if self.chosen(2) == 0 {
            self.throw(device, &draft);
        } else {
            self.seal_bomb(device, draft);
        }
    }

    fn bombed_draft(&mut self, device: usize, space: SpaceId) -> Option<Draft> {
        let writing = self.writing(space, device);
        let disk = &self.network.devices[device].disk;
        disk.draft(space, disk.me.log(), &writing).filter(|draft| !draft.sections.is_empty())
    }

    fn seal_bomb(&mut self, device: usize, draft: Draft) {
        let bomb = BOMBS[self.chosen(BOMBS.len())];
        let disk = &self.network.devices[device].disk;
        let Some(epoch) = disk.keys.key(draft.lane.space, draft.epoch).cloned() else { return };
        let me = disk.me.clone();
        let keys = Keys { me: &me, secret: &self.cast.secrets[device], epoch: &epoch };
        let space = draft.lane.space;
        let Some(entry) = bomb.entry(draft, keys, &mut self.rng) else { return };
        self.tell(format!("{device} seals {bomb:?} in {space}: {}", entry.id()));
        self.note_signed(device, &entry);
        self.truth.unreadable.insert(entry.id(), format!("{bomb:?}"));
        self.spread(device, vec![entry]);
    }

    /// A session that is thrown what it cannot take says so, ends on both sides, and has taken
    /// nothing.
    fn throw(&mut self, device: usize, draft: &Draft) {
        let to = self.somebody();
        if to == device || !self.network.devices[to].is_honest {
            return;
        }
        let missile = MISSILES[self.chosen(MISSILES.len())];
        let (frame, expected) = missile.frame(draft);
        self.tell(format!("{device} throws {missile:?} at {to}"));
        let link = self.network.connect_anew(device, to);
        let here = self.network.devices[to].disk.entries.len();
        let closing = self.network.throw(link, &frame);
        if closing.is_none() && !self.network.links.contains_key(&link) {
            // The weather was first: the connection broke under the session's farewell.
            return;
        }
        let closed = closing == Some(Closing::Fault(expected));
        let untouched = self.network.devices[to].disk.entries.len() == here;
        self.network.run_until(self.network.now_ms + CLOSING_MS);
        if closed && untouched && self.network.is_over(link) {
            *self.borne.entry(format!("{missile:?}")).or_default() += 1;
        } else {
            self.network.violations.push(format!("{to} did not refuse {missile:?}: {closing:?}"));
        }
    }

    /// How many devices with our build hold a bomb of each kind as unreadable.
    pub(super) fn count_bombs(&mut self) {
        for index in 0..self.network.devices.len() {
            let home = &mut self.network.devices[index];
            for space in home.disk.trust.spaces().into_iter().filter(|_| home.is_honest) {
                let shown = home.disk.shown(space);
                let held = shown.sections.iter().filter(|(_, held)| **held == Some(UNREADABLE));
                for ((entry, _), _) in held {
                    let kind = self.truth.unreadable.get(entry).cloned().unwrap_or_default();
                    *self.borne.entry(kind).or_default() += 1;
                }
            }
        }
    }
}
