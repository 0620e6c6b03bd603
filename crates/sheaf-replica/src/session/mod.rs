//! A session: one conversation between two devices over one connection, as a state machine.
//!
//! Both sides do the same, in rounds:
//!
//! 1. *State.* Each says the digests of the lanes that both are in by its own knowledge (the first
//!    time in a hello, and there of many lanes one digest, with each of them to follow only where
//!    that differs). If all agree that is all: one round trip.
//! 2. *Vectors* of the lanes that both mentioned and whose digests differ, a long one in several
//!    frames, of which each goes on where the one before ends. A control part that one side alone
//!    mentioned it sends whole, unasked: the other may not know yet that it has been let
//!    in, and what it hears tells it so. If it counts the first one out, or was never in, it takes
//!    that in as it would anybody's and says nothing, so nobody learns from it of a space.
//! 3. *Control entries*, the charter first.
//! 4. *Wants and data*, once the other side's control entries are taken in and the host was asked
//!    again what is shared. A space that became shared is done in the next round.
//! 5. The next round, until states agree, or say the same twice. That is the outcome.
//!
//! So an entry leaves a device only after the control entries that it names, unless those reached
//! that device in the middle of a round; then it waits at the receiver for the next round.
//!
//! Then the session is live: own entries are pushed, entries of others offered. A new round begins
//! whenever a push had to be left out or had to wait, and whenever what is shared has changed. What
//! is shared is asked again after every control entry, and nothing of any lane is read or sent
//! before the answer.
//!
//! Of a space that one of the two has left the host shares a part ([`Sharing::Parting`]): what the
//! leaver wrote there and knew then. It goes by rounds alone, one of which begins when that part is
//! not as it was said last.

mod compare;
mod effect;
mod inbox;
mod live;
mod outbox;
mod outcome;
mod receive;
mod round;

use std::collections::VecDeque;
use std::sync::Arc;

use sheaf_charter::{Entry, EntryId, Lane, Part, SchoolId};

use crate::error::SessionError;
use crate::frame::{Farewell, Frame, Mode, Received};
use crate::intake::{Refusal, Report};
use crate::limits::{MAX_LANES, MAX_REFUSED, MAX_WHOLE_LANES};
use inbox::Inbox;
use live::Live;
use outbox::{Outbox, Step};
use round::Round;

pub use effect::{
    Batch, Cursor, Effect, LaneSurvey, Load, LoadSections, Loaded, LoadedSections, Section,
    SectionRef, Selection, Sharing, Survey,
};
pub use outcome::{Closing, Difference, DifferenceKind, Outcome, Statistics, Summary};

/// What a session needs to know from the start.
#[derive(Clone, Copy, Debug)]
pub struct Config {
    /// The school of this device.
    pub school: SchoolId,
    /// Whether this device is a locker.
    pub mode: Mode,
    /// Decides the jitter of offers.
    pub seed: u64,
    /// How many lanes a hello says each of; the same on all devices of a school.
    pub whole_lanes: usize,
}

impl Config {
    /// What a device of a school needs.
    pub const fn new(school: SchoolId, mode: Mode, seed: u64) -> Self {
        Self { school, mode, seed, whole_lanes: MAX_WHOLE_LANES }
    }
}

/// One conversation with one peer, whose identity the host has verified before it began.
///
/// Both sides do the same. The host passes in what happens and does what [`Session::poll`] asks
/// for until it asks for nothing more; the crate's head has an example.
pub struct Session {
    config: Config,
    phase: Phase,
    effects: VecDeque<Effect>,
    survey: Option<Survey>,
    surveying: Surveying,
    peer: Option<Mode>,
    round: Round,
    outbox: Outbox,
    inbox: Inbox,
    live: Live,
    refused: Vec<Refusal>,
    statistics: Statistics,
}

/// Where a session is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Phase {
    /// Not started.
    New,
    /// Both sides say how far they have got.
    Comparing,
    /// Both sides send what the other lacks.
    Transferring,
    /// The entries agree and the contents do not: both sides say in which buckets.
    Narrowing,
    /// Compared; new entries are pushed and offered.
    Live,
    /// Over.
    Closed,
}

/// Whether what the host last said of what is shared can be relied on.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Surveying {
    /// Nothing has changed since.
    Fresh,
    /// The host has to be asked.
    Stale,
    /// It has been asked.
    Asked,
    /// It has been asked, and something has changed since.
    AskedStale,
}

impl Session {
    /// A session that has not started.
    pub fn new(config: Config) -> Self {
        Self {
            config,
            phase: Phase::New,
            effects: VecDeque::new(),
            survey: None,
            surveying: Surveying::Stale,
            peer: None,
            round: Round::default(),
            outbox: Outbox::new(),
            inbox: Inbox::new(),
            live: Live::new(config.seed),
            refused: Vec::new(),
            statistics: Statistics::default(),
        }
    }

    /// The next thing for the host to do.
    pub fn poll(&mut self) -> Option<Effect> {
        self.effects.pop_front()
    }

    /// The connection is there: say hello.
    pub fn start(&mut self) {
        if self.phase == Phase::New {
            self.phase = Phase::Comparing;
            self.advance();
        }
    }

    /// A frame has arrived.
    pub fn receive(&mut self, received: impl Into<Received>) {
        if matches!(self.phase, Phase::New | Phase::Closed) {
            return;
        }
        let Received { frame, bytes } = received.into();
        self.statistics.bytes_in += bytes as u64;
        match frame.and_then(|frame| self.take(frame, bytes)) {
            Ok(()) => self.advance(),
            Err(error) => self.fault(error),
        }
    }

    /// The answer to [`Effect::Survey`].
    pub fn surveyed(&mut self, mut survey: Survey) {
        if self.phase == Phase::Closed {
            return;
        }
        self.surveying = match self.surveying {
            Surveying::AskedStale => Surveying::Stale,
            _ => Surveying::Fresh,
        };
        if survey.lanes.is_empty() {
            self.end(Farewell::NothingShared, Closing::NothingShared);
            return;
        }
        // Something has changed since the two were found to differ, and it may have been settled;
        // or of a lane of which nothing is pushed.
        let changed = self.round.different || self.parts_otherwise(&survey);
        if self.phase == Phase::Live && changed {
            self.live.fall_behind();
        }
        survey.lanes.truncate(MAX_LANES);
        self.survey = Some(survey);
        self.advance();
    }

    /// The answer to [`Effect::Load`].
    pub fn loaded(&mut self, loaded: Loaded) {
        if self.phase == Phase::Closed {
            return;
        }
        if self.fresh_survey().is_none() {
            // Who is in may have changed since the host read: read again once that is known.
            self.outbox.ask_again();
        } else if let Some(lane) = self.outbox.entries_loaded(loaded.next) {
            self.send_entries(lane, &loaded.entries);
        }
        self.advance();
    }

    /// The answer to [`Effect::LoadSections`].
    pub fn sections_loaded(&mut self, loaded: LoadedSections) {
        if self.phase == Phase::Closed {
            return;
        }
        if self.fresh_survey().is_none() {
            self.outbox.ask_again();
            self.advance();
            return;
        }
        self.outbox.sections_loaded(loaded.rest);
        if !loaded.sections.is_empty() {
            self.send_counted(&Frame::Sections(loaded.sections));
        }
        self.advance();
    }

    /// The answer to [`Effect::Check`].
    pub fn checked(&mut self, lane: Lane, lacking: Vec<EntryId>) {
        if self.phase == Phase::Closed {
            return;
        }
        self.live.checked();
        if !lacking.is_empty() && self.fresh_survey().is_none() {
            // Whether the lane is still shared is not known now, and nobody offers them again.
            self.live.fall_behind();
        } else if !lacking.is_empty() && self.is_common(lane) {
            self.send(&Frame::Want { lane, ids: lacking });
        }
        self.advance();
    }

    /// What the host is taking in is durable, and more may arrive while it works on what follows
    /// from it. Gives a frame to send at once, if it is time.
    pub fn kept(&mut self) -> Option<Vec<u8>> {
        let bytes = self.inbox.kept().filter(|_| self.phase != Phase::Closed)?;
        let frame = Frame::Credit { bytes }.to_bytes();
        self.statistics.bytes_out += frame.len() as u64;
        Some(frame)
    }

    /// The answer to [`Effect::Ingest`].
    pub fn ingested(&mut self, report: &Report) {
        if self.phase == Phase::Closed {
            return;
        }
        if let Some(bytes) = self.inbox.taken_in() {
            self.send(&Frame::Credit { bytes });
        }
        if report.joined.iter().any(|joined| joined.lane.part == Part::Control) {
            self.stale();
        }
        if report.sections > 0 {
            // What was filled in counts in the content and is missing no more.
            self.stale();
        }
        if report.waiting > 0 || report.lacking > 0 {
            self.live.fall_behind();
        }
        let room = MAX_REFUSED.saturating_sub(self.refused.len());
        self.refused.extend(report.refused.iter().take(room).cloned());
        if self.refused.len() >= MAX_REFUSED {
            self.fault(SessionError::TooManyRefused { limit: MAX_REFUSED });
        }
        self.advance();
    }

    /// Who is in may have changed since the last survey: nothing more is sent before another, which
    /// the host is asked for.
    pub fn unsure(&mut self) {
        if self.phase != Phase::Closed {
            self.stale();
        }
    }

    /// Entries that this device has just written, in their order, whatever their lane: those that
    /// the peer may have are pushed at once.
    pub fn local_entries(&mut self, entries: &[Arc<Entry>]) {
        if self.phase == Phase::Closed {
            return;
        }
        for entry in entries {
            if entry.header().lane.part == Part::Control {
                self.stale();
            }
            self.live.push(Arc::clone(entry));
        }
        self.advance();
    }

    /// Entries of others that have just joined by another session or carrier, whatever their
    /// lane: those that the peer may have are offered after a moment.
    pub fn arrived(&mut self, entries: &[(Lane, EntryId)], now_ms: u64) {
        if self.phase == Phase::Closed {
            return;
        }
        for (lane, id) in entries {
            if lane.part == Part::Control {
                self.stale();
            }
            self.live.offer(*lane, *id, now_ms);
        }
        self.advance();
    }

    /// Something that a survey tells has changed in another way: a rebuild, an erasure, missing
    /// sections that another session filled in, or more entries than this session was told of.
    pub fn changed(&mut self) {
        if self.phase == Phase::Closed {
            return;
        }
        self.stale();
        self.live.fall_behind();
        self.advance();
    }

    /// Time has passed.
    pub fn tick(&mut self, now_ms: u64) {
        if self.phase == Phase::Closed {
            return;
        }
        self.live.tick(now_ms);
        self.advance();
    }

    /// When to call [`Session::tick`] next, if nothing happens before.
    pub fn next_tick_ms(&self) -> Option<u64> {
        if self.phase == Phase::Closed { None } else { self.live.next_due_ms() }
    }

    /// The host wants no more: say farewell.
    pub fn close(&mut self) {
        self.end(Farewell::Done, Closing::Done);
    }

    /// The host could not do what it was asked for.
    pub fn fail(&mut self) {
        self.fault(SessionError::HostFailed);
    }

    /// What the other side said it is, once its hello is here.
    pub const fn peer_mode(&self) -> Option<Mode> {
        self.peer
    }

    /// Whether it is over.
    pub fn is_closed(&self) -> bool {
        self.phase == Phase::Closed
    }

    /// Whether a comparison has ended and nothing is under way.
    pub fn is_quiet(&self) -> bool {
        let at_rest = self.phase == Phase::Live && self.surveying == Surveying::Fresh;
        at_rest && self.outbox.is_idle() && self.inbox.is_idle() && self.live.is_quiet()
    }

    /// How many entries are still to come in the round that goes on, as far as the other side has
    /// said: for a person who waits.
    pub fn to_come(&self) -> u64 {
        if self.phase == Phase::Transferring { self.round.transfer.to_come } else { 0 }
    }

    /// What went over the wire so far.
    pub const fn statistics(&self) -> Statistics {
        self.statistics
    }

    fn advance(&mut self) {
        while self.step() {}
    }

    /// Does one thing that can be done now; says whether there was one.
    fn step(&mut self) -> bool {
        if matches!(self.phase, Phase::New | Phase::Closed) {
            return false;
        }
        if self.surveying == Surveying::Stale {
            self.surveying = Surveying::Asked;
            self.effects.push_back(Effect::Survey);
        }
        self.step_outbox()
            || match self.phase {
                Phase::Comparing => self.step_comparing(),
                Phase::Transferring => self.step_transferring(),
                Phase::Narrowing => self.step_narrowing(),
                Phase::Live => self.step_live(),
                Phase::New | Phase::Closed => false,
            }
    }

    fn step_outbox(&mut self) -> bool {
        let Some(survey) = self.survey.as_ref().filter(|_| self.surveying == Surveying::Fresh)
        else {
            return false;
        };
        match self.outbox.step(|lane| survey.get(lane).is_some()) {
            None => return false,
            Some(Step::Say(frame)) => self.send(&frame),
            Some(Step::Load(load)) => self.effects.push_back(Effect::Load(load)),
            Some(Step::LoadSections(load)) => self.effects.push_back(Effect::LoadSections(load)),
        }
        true
    }

    /// What was surveyed can no longer be relied on.
    fn stale(&mut self) {
        self.surveying = match self.surveying {
            Surveying::Fresh | Surveying::Stale => Surveying::Stale,
            Surveying::Asked | Surveying::AskedStale => Surveying::AskedStale,
        };
    }

    /// What is shared, if that can be relied on now.
    fn fresh_survey(&self) -> Option<&Survey> {
        self.survey.as_ref().filter(|_| self.surveying == Surveying::Fresh)
    }

    fn send(&mut self, frame: &Frame) {
        let bytes = frame.to_bytes();
        self.statistics.bytes_out += bytes.len() as u64;
        self.effects.push_back(Effect::Send(bytes));
    }

    /// Sends a frame that takes credit.
    fn send_counted(&mut self, frame: &Frame) {
        let bytes = frame.to_bytes();
        self.outbox.spend(bytes.len());
        self.statistics.bytes_out += bytes.len() as u64;
        self.effects.push_back(Effect::Send(bytes));
    }

    fn fault(&mut self, error: SessionError) {
        self.end(error.farewell(), Closing::Fault(error));
    }

    fn end(&mut self, farewell: Farewell, closing: Closing) {
        if self.phase != Phase::Closed {
            self.send(&Frame::Farewell(farewell));
            self.over(closing);
        }
    }

    fn over(&mut self, closing: Closing) {
        self.phase = Phase::Closed;
        self.effects.push_back(Effect::Close(closing));
    }
}

#[cfg(test)]
mod tests;
