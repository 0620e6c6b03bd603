//! A member whose device sends another more than it can use, or what nobody can.

use std::sync::Arc;

use sheaf_charter::{DeviceId, Entry, EntryId, Lane};

use super::device::Device;
use super::story::Story;
use super::toy::log_of;
use crate::frame::Frame;
use crate::limits::{MAX_FRAME_BYTES, MAX_OFFERED, MAX_REFUSED, MAX_WAITING_ENTRIES};

/// How long a session has before it is flooded: some have not compared by then, most have.
const HEAD_START_MS: u64 = 400;
/// And how long after that the connection stands.
const AFTERMATH_MS: u64 = 200;
/// So many frames of offers and wants: more than waits at the other side.
const ID_FRAMES: usize = 6;
/// So many entries in a frame of a flood.
const ENTRIES: usize = 100;

/// What a flood is made of.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Flood {
    /// Entries whose predecessors nobody has: a few, or more than anybody keeps.
    Orphans,
    ManyOrphans,
    /// Entries of a device that is not of the school.
    Strangers,
    /// What the other has already, again and again.
    Repeats,
    /// Ids of entries that there are not, offered and wanted.
    Offers,
    Wants,
    /// Credit for more than there is to send.
    Credit,
    /// Bytes that are no frame, and more of them than a frame may have.
    Noise,
    Huge,
}

const FLOODS: [Flood; 9] = [
    Flood::Orphans,
    Flood::ManyOrphans,
    Flood::Strangers,
    Flood::Repeats,
    Flood::Offers,
    Flood::Wants,
    Flood::Credit,
    Flood::Noise,
    Flood::Huge,
];

impl Story {
    /// A device floods another on a connection of their own.
    pub(super) fn flood(&mut self, device: usize) {
        let to = self.some_device();
        let Some(space) = self.some_space(device).filter(|_| self.can_meet(device, to)) else {
            return;
        };
        let flood = FLOODS[self.chosen(FLOODS.len())];
        let link = self.network.connect(device, to);
        self.network.mark_hostile(link);
        let head_start_ms = self.chance.below(HEAD_START_MS);
        self.network.run_until(self.network.now_ms + head_start_ms);
        self.network.count(&format!("floods of {flood:?}").to_lowercase());
        for frame in self.frames(flood, device, Lane::data(space)) {
            // The weather may break the connection first.
            if self.network.links.contains_key(&link) {
                self.network.throw(link, &frame);
            }
        }
        self.network.run_until(self.network.now_ms + AFTERMATH_MS);
        self.network.disconnect(link);
        let waiting = self.network.devices[to].intake.waiting();
        if waiting > MAX_WAITING_ENTRIES {
            let broken = format!("bounds: {waiting} entries wait outside on device {to}");
            self.network.violations.push(broken);
        }
    }

    fn frames(&mut self, flood: Flood, device: usize, lane: Lane) -> Vec<Vec<u8>> {
        let from = &self.network.devices[device];
        let ids = |salt: usize| (0..MAX_OFFERED).map(move |at| hash(&[salt, at])).collect();
        let frames: Vec<Frame> = match flood {
            Flood::Orphans => entries(lane, orphans(from, lane, ENTRIES)),
            Flood::ManyOrphans => entries(lane, orphans(from, lane, MAX_WAITING_ENTRIES + ENTRIES)),
            Flood::Strangers => entries(lane, strangers(from, lane)),
            Flood::Repeats => {
                let known: Vec<_> = from.disk.lane(lane).map(|(_, entry)| entry.clone()).collect();
                (0..ID_FRAMES).flat_map(|_| entries(lane, known.clone())).collect()
            }
            Flood::Offers => (0..ID_FRAMES).map(|n| Frame::Offer { lane, ids: ids(n) }).collect(),
            Flood::Wants => (0..ID_FRAMES).map(|n| Frame::Want { lane, ids: ids(n) }).collect(),
            Flood::Credit => (0..ID_FRAMES).map(|_| Frame::Credit { bytes: u32::MAX }).collect(),
            Flood::Noise => {
                let noise = (0..64).map(|_| (self.chance.next() & 0xff) as u8).collect();
                return vec![noise];
            }
            Flood::Huge => return vec![vec![4; MAX_FRAME_BYTES + 1]],
        };
        frames.iter().map(Frame::to_bytes).collect()
    }
}

fn entries(lane: Lane, entries: Vec<Arc<Entry>>) -> Vec<Frame> {
    let frame = |entries: &[Arc<Entry>]| Frame::Entries { lane, entries: entries.to_vec() };
    entries.chunks(ENTRIES).map(frame).collect()
}

/// Properly signed, after predecessors that there are not.
fn orphans(from: &Device, lane: Lane, count: usize) -> Vec<Arc<Entry>> {
    let orphan = |at: usize| from.sign_at(log_of(from.disk.me), lane, (at as u64 + 2, hash(&[at])));
    (0..count).map(|at| Arc::new(orphan(at))).collect()
}

fn strangers(from: &Device, lane: Lane) -> Vec<Arc<Entry>> {
    let stranger = |at: usize| {
        let log = log_of(DeviceId::from_bytes(hash(&[at]).to_bytes()));
        Arc::new(from.sign_at(log, lane, (0, EntryId::ZERO)))
    };
    (0..MAX_REFUSED + ENTRIES).map(stranger).collect()
}

fn hash(numbers: &[usize]) -> EntryId {
    // Not those of devices.
    let mut hasher = blake3::Hasher::new_derive_key("flood");
    for number in numbers {
        hasher.update(&(*number as u64).to_be_bytes());
    }
    EntryId::from_bytes(*hasher.finalize().as_bytes())
}
