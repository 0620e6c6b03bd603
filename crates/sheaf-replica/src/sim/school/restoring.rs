//! Homes that are put back to an earlier state, and go on from there in a log of their own.

use std::convert::Infallible;
use std::sync::Arc;

use sheaf_charter::{Entry, Lane};

use super::disk::Disk;
use super::home::Home;
use super::story::Story;

impl Story {
    /// Backs a device up, or puts it back to what was backed up.
    pub(super) fn back_up_or_restore(&mut self, device: usize) {
        let backup = self.network.devices[device].disk.backed_up();
        if let Some(earlier) = self.backups.insert(device, backup) {
            self.restore(device, earlier);
        }
    }

    /// What this device alone has would be gone with its disk, and nobody could help. Whoever is
    /// believed to be removed may have forgotten what shows that they are not.
    fn restore(&mut self, device: usize, earlier: Disk) {
        let id = self.network.ids[device];
        let home = &self.network.devices[device];
        let others = || {
            let all = self.network.devices.iter();
            all.filter(|other| other.is_honest && other.disk.device() != id)
        };
        let kept = |entry: &Arc<Entry>| others().any(|other| keeps(other, entry));
        let gone =
            || home.disk.entries.values().filter(|one| !earlier.entries.contains_key(&one.id()));
        if others().any(|other| other.disk.trust.is_removed(id)) || !gone().all(kept) {
            return;
        }
        let saved = |id: &_| self.truth.saved.get(id).is_some_and(|saved| saved.device == device);
        let put_back: Vec<_> = gone().map(|entry| entry.id()).filter(saved).collect();
        let written =
            |log| Ok::<_, Infallible>(earlier.tips.values().any(|logs| logs.contains_key(&log)));
        let Ok(Some(turn)) = earlier.me.next_turn(&mut self.rng, written) else { return };
        earlier.me.turn_to(turn);
        self.tell(format!("{device} is put back to an earlier state"));
        self.network.disconnect_device(device);
        self.network.devices[device].disk = earlier;
        self.network.devices[device].restart();
        self.truth.put_back.extend(put_back);
        *self.borne.entry("restored".to_owned()).or_default() += 1;
    }
}

/// Whether a device has an entry and passes it on.
fn keeps(home: &Home, entry: &Entry) -> bool {
    let (disk, lane) = (&home.disk, entry.header().lane);
    let is_in = lane == Lane::CHARTER || disk.trust.is_member(disk.device(), lane.space);
    is_in && disk.entries.contains_key(&entry.id())
}

impl Disk {
    /// The same with keys of its own, which go on turning by themselves.
    fn backed_up(&self) -> Self {
        let mut copy = self.clone();
        copy.me = Arc::new(self.me.for_person(self.me.person()));
        copy
    }
}
