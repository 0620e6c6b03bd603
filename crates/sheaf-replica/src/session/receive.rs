//! What a session does with each frame that arrives.

use std::sync::Arc;

use sheaf_charter::{Entry, EntryId, Lane, Part, SchoolId};

use super::outbox::Job;
use super::round::Stage;
use super::{Batch, Closing, Effect, Phase, Section, Selection, Session};
use crate::error::SessionError;
use crate::frame::{Frame, Mode, Said, State};
use crate::limits::MAX_VECTOR_BYTES;
use crate::vector::Vector;

/// At most this many jobs queued by a peer's wants; past it a round serves them all at once.
const MAX_JOBS: usize = 64;

impl Session {
    /// Takes a frame whose bytes are sound; refuses it where it has no place.
    pub(super) fn take(&mut self, frame: Frame, bytes: usize) -> Result<(), SessionError> {
        if self.peer.is_none() && !matches!(frame, Frame::Hello { .. } | Frame::Farewell(_)) {
            return Err(SessionError::OutOfTurn("a frame before its hello"));
        }
        match frame {
            Frame::Hello { school, mode, said } => self.take_hello(school, mode, said),
            Frame::State(state) => self.take_state(state),
            Frame::Vector { lane, vector } => self.take_vector(lane, vector),
            Frame::VectorsEnd => self.peer_ends(Stage::Vectors, Stage::Control),
            Frame::ControlEnd => self.peer_ends(Stage::Control, Stage::Wants),
            Frame::Wants(wants) => {
                self.peer_ends(Stage::Wants, Stage::Data)?;
                self.round.transfer.wants = wants;
                Ok(())
            }
            Frame::RoundEnd => self.peer_ends(Stage::Data, Stage::Ended),
            Frame::Entries { lane, entries } => self.take_entries(lane, entries, bytes),
            Frame::Sections(sections) => self.take_sections(sections, bytes),
            Frame::Buckets(lanes) => {
                if self.phase != Phase::Narrowing || self.round.buckets.is_some() {
                    return Err(SessionError::OutOfTurn("buckets"));
                }
                self.round.buckets = Some(lanes);
                Ok(())
            }
            Frame::Offer { lane, ids } => {
                self.live.offered(lane, ids);
                Ok(())
            }
            Frame::Want { lane, ids } => {
                self.take_want(lane, ids);
                Ok(())
            }
            Frame::Credit { bytes } => self.outbox.earn(bytes),
            Frame::Farewell(farewell) => {
                self.over(Closing::Peer(farewell));
                Ok(())
            }
        }
    }

    fn take_hello(&mut self, school: SchoolId, mode: Mode, said: Said) -> Result<(), SessionError> {
        let is_later = matches!(&said, Said::Whole(state) if state.round != 0);
        if self.peer.is_some() || is_later {
            return Err(SessionError::OutOfTurn("a second hello"));
        }
        if school != self.config.school {
            return Err(SessionError::WrongSchool);
        }
        self.peer = Some(mode);
        match said {
            Said::Whole(state) => self.keep_state(state),
            Said::Brief(digest) => self.round.brief = Some(digest),
        }
        Ok(())
    }

    fn take_state(&mut self, state: State) -> Result<(), SessionError> {
        let expected = match self.phase {
            Phase::Comparing => self.round.number,
            _ => self.round.number.wrapping_add(1),
        };
        if self.round.theirs.is_some() || state.round != expected {
            return Err(SessionError::OutOfTurn("a state"));
        }
        self.keep_state(state);
        Ok(())
    }

    /// Keeps what the other side says of each lane.
    pub(super) fn keep_state(&mut self, state: State) {
        let lanes = state.lanes.iter().map(|lane| lane.lane);
        self.round.introducible = lanes.filter(|lane| lane.part == Part::Control).collect();
        self.round.theirs = Some(state);
    }

    fn take_vector(&mut self, lane: Lane, vector: Arc<Vector>) -> Result<(), SessionError> {
        let here = self.survey.as_ref().and_then(|survey| survey.get(lane));
        let to_come = here.map_or(0, |here| vector.beyond(&here.vector));
        let bytes = vector.log_bytes();
        let transfer = &mut self.round.transfer;
        let expected = self.phase == Phase::Transferring && transfer.peer == Stage::Vectors;
        let mismatched = self.round.comparison.mismatched.contains(&lane);
        if !expected || !mismatched || !transfer.add_vector(lane, vector) {
            return Err(SessionError::OutOfTurn("a vector"));
        }
        transfer.to_come += to_come;
        transfer.vector_bytes += bytes;
        if transfer.vector_bytes > MAX_VECTOR_BYTES {
            let limit = MAX_VECTOR_BYTES;
            return Err(SessionError::TooMuch { what: "bytes of vectors", limit });
        }
        Ok(())
    }

    fn peer_ends(&mut self, stage: Stage, next: Stage) -> Result<(), SessionError> {
        let peer = &mut self.round.transfer.peer;
        if self.phase != Phase::Transferring || *peer != stage {
            return Err(SessionError::OutOfTurn("the end of a stage"));
        }
        *peer = next;
        Ok(())
    }

    fn take_entries(
        &mut self,
        lane: Lane,
        entries: Vec<Arc<Entry>>,
        bytes: usize,
    ) -> Result<(), SessionError> {
        let open = self.round.mentioned.contains(&lane) || self.round.introducible.contains(&lane);
        if !open || entries.iter().any(|entry| entry.header().lane != lane) {
            return Err(SessionError::NotShared);
        }
        self.inbox.arrived(bytes)?;
        self.statistics.entries_received += entries.len() as u64;
        let to_come = &mut self.round.transfer.to_come;
        *to_come = to_come.saturating_sub(entries.len() as u64);
        entries.iter().for_each(|entry| self.live.seen(entry.id()));
        let entries = entries.into_iter().map(Arc::unwrap_or_clone);
        match self.effects.back_mut() {
            Some(Effect::Ingest(Batch::Entries(before)))
                if before.first().is_some_and(|first| first.header().lane == lane)
                    && self.inbox.joins_last() =>
            {
                before.extend(entries);
            }
            _ => self.effects.push_back(Effect::Ingest(Batch::Entries(entries.collect()))),
        }
        Ok(())
    }

    fn take_sections(&mut self, sections: Vec<Section>, bytes: usize) -> Result<(), SessionError> {
        if !sections.iter().all(|section| self.round.transfer.wanted.remove(&section.at)) {
            return Err(SessionError::OutOfTurn("a section"));
        }
        self.inbox.arrived(bytes)?;
        self.stale();
        self.effects.push_back(Effect::Ingest(Batch::Sections(sections)));
        Ok(())
    }

    fn take_want(&mut self, lane: Lane, ids: Vec<EntryId>) {
        if !self.round.comparison.common.contains(&lane) {
            return;
        }
        if self.outbox.len() < MAX_JOBS {
            let selection = Selection::Entries(ids);
            self.outbox.push(Job::Entries { lane, selection, cursor: None });
        } else {
            self.live.fall_behind();
        }
    }
}
