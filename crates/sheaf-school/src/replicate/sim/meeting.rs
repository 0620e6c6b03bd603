//! Sessions between devices, several at once, each of which may break off at any frame, and a
//! device whose power may go while it takes something in.

use std::collections::VecDeque;
use std::sync::Arc;

use rand_chacha::ChaCha20Rng;
use sheaf_charter::{EntryId, Lane};
use sheaf_replica::{
    Batch, Config, Happening, Host, Load, LoadSections, Loaded, LoadedSections, Mode, Report,
    Session, Survey, perform,
};

use super::Counts;
use super::device::Device;
use super::story::{below, count, pick};
use crate::error::{Result, SchoolError};
use crate::replicate::PeerHost;

/// So often a session that waits for a time is told that it has come.
const TICKS: usize = 40;

/// What may go wrong while devices meet.
#[derive(Clone, Copy, Default)]
pub(super) struct Luck {
    /// One frame in so many breaks its connection off; none if 0.
    pub breaks: u64,
    /// One batch in so many is the last before a power cut; none if 0.
    pub power_cuts: u64,
}

struct Link {
    ends: [End; 2],
    is_over: bool,
}

struct End {
    device: usize,
    session: Session,
    host: PeerHost,
    /// Frames that are on their way to this end.
    frames: VecDeque<Vec<u8>>,
    /// Whether a time has come for which its session waits.
    is_due: bool,
    has_started: bool,
}

/// A host whose power goes after a batch: what it has written of it may not be on the disk.
struct Failing<'a> {
    host: &'a mut PeerHost,
    device: &'a Device,
    fails: bool,
    /// How long the log was before that batch, and after.
    cut: Option<(u64, u64)>,
}

impl Host for Failing<'_> {
    type Error = SchoolError;

    fn survey(&mut self) -> Result<Survey> {
        self.host.survey()
    }

    fn load(&mut self, load: &Load) -> Result<Loaded> {
        self.host.load(load)
    }

    fn load_sections(&mut self, load: &LoadSections) -> Result<LoadedSections> {
        self.host.load_sections(load)
    }

    fn lacking(&mut self, lane: Lane, ids: Vec<EntryId>) -> Result<Vec<EntryId>> {
        self.host.lacking(lane, ids)
    }

    fn ingest(&mut self, batch: Batch, kept: &mut dyn FnMut()) -> Result<Report> {
        let before = self.device.log_bytes();
        let report = self.host.ingest(batch, kept)?;
        if self.fails {
            self.cut = Some((before, self.device.log_bytes()));
            return Err(SchoolError::Refused("the power went".to_owned()));
        }
        Ok(report)
    }
}

/// Lets these pairs meet at the same time until nobody has anything to say. Returns how many
/// entries joined.
pub(super) fn meet(
    devices: &mut [Device],
    pairs: &[(usize, usize)],
    luck: Luck,
    rng: &mut ChaCha20Rng,
    counts: &mut Counts,
) -> usize {
    let mut links: Vec<Link> = pairs.iter().map(|pair| link(devices, *pair, rng)).collect();
    let mut joined = 0;
    let mut ticks = 0;
    loop {
        let ready = ready(&links);
        let Some((link, end)) = ready.get(pick(rng, ready.len())).copied() else {
            ticks += 1;
            if ticks > TICKS || !tick(&mut links, ticks as u64 * 1_000) {
                return joined;
            }
            continue;
        };
        if luck.breaks > 0 && below(rng, luck.breaks) == 0 {
            links[link].is_over = true;
            count(counts, "connections broken");
            continue;
        }
        let fails = luck.power_cuts > 0 && below(rng, luck.power_cuts) == 0;
        match step(devices, &mut links, (link, end), fails) {
            Step::Done(report) => joined += report,
            Step::PowerCut(log) => {
                let at = links[link].ends[end].device;
                for link in &mut links {
                    link.is_over |= link.ends.iter().any(|end| end.device == at);
                }
                devices[at].loses_power(log, rng);
                count(counts, "power cuts while taking in");
            }
        }
    }
}

enum Step {
    Done(usize),
    /// How long the log was before the last batch, and after.
    PowerCut((u64, u64)),
}

/// One end takes in what has arrived, and does what follows from that.
fn step(devices: &[Device], links: &mut [Link], at: (usize, usize), fails: bool) -> Step {
    let end = &mut links[at.0].ends[at.1];
    let device = &devices[end.device];
    if end.host.has_heard() {
        end.session.unsure();
    }
    if !end.has_started {
        end.has_started = true;
        end.session.start();
    }
    end.is_due = false;
    if let Some(frame) = end.frames.pop_front() {
        end.session.receive(&frame);
    }
    let mut host = Failing { host: &mut end.host, device, fails, cut: None };
    let mut told = Vec::new();
    let performed = perform(&mut end.session, &mut host, |happening| told.push(happening));
    let (cut, of) = (host.cut, end.device);
    let mut joined = 0;
    for happening in told {
        match happening {
            Happening::Send(frame) => links[at.0].ends[1 - at.1].frames.push_back(frame),
            Happening::TakenIn(report) => {
                joined += report.joined.len() + report.sections;
                let others = links.iter_mut().enumerate().filter(|(link, _)| *link != at.0);
                let others = others.flat_map(|(_, link)| &mut link.ends);
                others.filter(|end| end.device == of).for_each(|end| end.session.changed());
            }
            Happening::Finished(_) => {}
            Happening::Closed(_) => links[at.0].is_over = true,
        }
    }
    match (performed, cut) {
        (_, Some(log)) => Step::PowerCut(log),
        (performed, None) => {
            performed.unwrap();
            Step::Done(joined)
        }
    }
}

/// The ends that have something to do.
fn ready(links: &[Link]) -> Vec<(usize, usize)> {
    let open = links.iter().enumerate().filter(|(_, link)| !link.is_over);
    open.flat_map(|(at, link)| {
        let ends = link.ends.iter().enumerate();
        ends.filter(|(_, end)| !end.has_started || end.is_due || !end.frames.is_empty())
            .map(move |(which, _)| (at, which))
    })
    .collect()
}

/// Tells those who wait for a time that it has come; whether anybody waits.
fn tick(links: &mut [Link], now_ms: u64) -> bool {
    let ends = links.iter_mut().filter(|link| !link.is_over).flat_map(|link| &mut link.ends);
    let waiting = ends.filter(|end| end.session.next_tick_ms().is_some());
    let mut any = false;
    for end in waiting {
        end.session.tick(now_ms);
        end.is_due = true;
        any = true;
    }
    any
}

fn link(devices: &[Device], (one, other): (usize, usize), rng: &mut ChaCha20Rng) -> Link {
    let mut end = |device: usize, peer: usize| {
        let own = &devices[device];
        let config = Config::new(own.school.core.school_id(), Mode::Replica, below(rng, u64::MAX));
        let host = PeerHost::new(&own.school, devices[peer].id(), Arc::clone(&own.intake));
        let session = Session::new(config);
        let frames = VecDeque::new();
        End { device, session, host, frames, is_due: false, has_started: false }
    };
    Link { ends: [end(one, other), end(other, one)], is_over: false }
}
