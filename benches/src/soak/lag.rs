//! How long a record takes from the device on which it was written to all others.

use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use sheaf_school::School;

/// At most one record is watched at a time that began within so long: to look costs something too.
const APART: Duration = Duration::from_secs(2);
/// All are looked at so often, should an event come before the record can be read.
pub const LOOK_AGAIN: Duration = Duration::from_millis(50);
/// What has not arrived by then counts as this much.
pub const GIVE_UP: Duration = Duration::from_secs(120);

/// A device has taken something in.
#[derive(Clone, Copy, Debug)]
pub struct Heard {
    /// Which.
    pub device: usize,
}

/// One record on its way.
struct Way {
    hour: f64,
    id: String,
    since: Instant,
    waiting: Vec<usize>,
    lags_s: Vec<f64>,
}

/// How long one record took to every other device.
#[derive(Clone, Debug, PartialEq)]
pub struct Lag {
    /// When it was written, in school hours.
    pub hour: f64,
    /// By device, in seconds, the shortest first.
    pub lags_s: Vec<f64>,
    /// Devices on which it could not be read in time.
    pub missing: usize,
}

/// Watches records until they can be read everywhere.
pub struct Watcher {
    tell: Sender<Way>,
    devices: usize,
    last: std::cell::Cell<Option<Instant>>,
    thread: JoinHandle<Vec<Lag>>,
}

impl Watcher {
    /// Begins to watch these devices.
    pub fn start(schools: Vec<School>, heard: Receiver<Heard>) -> Self {
        let devices = schools.len();
        let (tell, ways) = channel();
        let thread = std::thread::spawn(move || watch(&schools, &ways, &heard));
        Self { tell, devices, last: std::cell::Cell::default(), thread }
    }

    /// A record was written on a device just now.
    pub fn written(&self, device: usize, id: &str, hour: f64) {
        let since = Instant::now();
        if self.last.get().is_some_and(|last| since.duration_since(last) < APART) {
            return;
        }
        self.last.set(Some(since));
        let waiting = (0..self.devices).filter(|other| *other != device).collect();
        let way = Way { hour, id: id.to_owned(), since, waiting, lags_s: Vec::new() };
        // The thread ends after this does.
        self.tell.send(way).unwrap_or_default();
    }

    /// Waits for what is still on its way; gives all lags in the order in which they ended.
    pub fn end(self) -> Vec<Lag> {
        drop(self.tell);
        self.thread.join().unwrap_or_default()
    }
}

fn watch(schools: &[School], ways: &Receiver<Way>, heard: &Receiver<Heard>) -> Vec<Lag> {
    let (mut open, mut done): (Vec<Way>, Vec<Lag>) = (Vec::new(), Vec::new());
    loop {
        let is_over = loop {
            match ways.try_recv() {
                Ok(way) => open.push(way),
                Err(error) => break error == std::sync::mpsc::TryRecvError::Disconnected,
            }
        };
        if is_over && open.is_empty() {
            return done;
        }
        match heard.recv_timeout(LOOK_AGAIN) {
            Ok(Heard { device }) => {
                open.iter_mut().for_each(|way| way.look(schools, Some(device)));
            }
            Err(RecvTimeoutError::Timeout) => {
                open.iter_mut().for_each(|way| way.look(schools, None));
            }
            Err(RecvTimeoutError::Disconnected) => return done,
        }
        let (over, still) = open.into_iter().partition(Way::is_over);
        open = still;
        done.extend(over.into_iter().map(Way::end));
    }
}

impl Way {
    /// Looks whether the record can be read: on that device, or on all.
    fn look(&mut self, schools: &[School], only: Option<usize>) {
        let (id, since, lags_s) = (&self.id, self.since, &mut self.lags_s);
        self.waiting.retain(|number| {
            let is_asked = only.is_none_or(|only| only == *number);
            let is_here = is_asked && schools.get(*number).is_some_and(|one| one.show(id).is_ok());
            if is_here {
                lags_s.push(since.elapsed().as_secs_f64());
            }
            !is_here
        });
    }

    fn is_over(&self) -> bool {
        self.waiting.is_empty() || self.since.elapsed() > GIVE_UP
    }

    fn end(mut self) -> Lag {
        let missing = self.waiting.len();
        self.lags_s.extend(self.waiting.iter().map(|_| GIVE_UP.as_secs_f64()));
        self.lags_s.sort_by(f64::total_cmp);
        Lag { hour: self.hour, lags_s: self.lags_s, missing }
    }
}
