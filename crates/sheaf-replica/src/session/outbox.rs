//! What is still to be sent, in order, as far as the other side's credit goes.

use std::collections::VecDeque;
use std::sync::Arc;

use sheaf_charter::Lane;

use super::effect::{Cursor, Load, LoadSections, SectionRef, Selection};
use crate::error::SessionError;
use crate::frame::Frame;
use crate::limits::{MAX_FRAME_BYTES, MAX_SLICE_BYTES, WINDOW_BYTES};
use crate::vector::Vector;

/// Kept free in a frame for its kind, lane, count and the lengths of sections.
const FRAME_OVERHEAD_BYTES: usize = 64;
/// Entries of one frame may be together at most so long.
pub(super) const MAX_LOAD_BYTES: usize = MAX_FRAME_BYTES - FRAME_OVERHEAD_BYTES;
/// Sections of one frame; each has 39 bytes of reference and length.
const MAX_SECTION_BYTES: usize = MAX_FRAME_BYTES * 3 / 4;

/// Jobs in order; the first may be waiting for the host's answer or for credit.
pub(super) struct Outbox {
    jobs: VecDeque<Job>,
    credit: usize,
    asked: bool,
}

/// One thing to send.
pub(super) enum Job {
    /// Entries of a lane, frame by frame.
    Entries { lane: Lane, selection: Selection, cursor: Option<Cursor> },
    /// Sections, frame by frame.
    Sections(Vec<SectionRef>),
    /// A frame that comes after the jobs before it.
    Say(Frame),
}

/// What the first job needs now.
pub(super) enum Step {
    Say(Frame),
    Load(Load),
    LoadSections(LoadSections),
}

impl Job {
    /// All that a device with this vector lacks.
    pub(super) fn after(lane: Lane, vector: Arc<Vector>) -> Self {
        Self::Entries { lane, selection: Selection::After(vector), cursor: None }
    }

    /// Whether nothing is left of it that may be sent.
    fn is_void(&mut self, shared: impl Fn(Lane) -> bool) -> bool {
        match self {
            Self::Entries { lane, .. } => !shared(*lane),
            Self::Sections(wants) => {
                wants.retain(|want| shared(want.lane));
                wants.is_empty()
            }
            Self::Say(_) => false,
        }
    }
}

impl Outbox {
    pub(super) fn new() -> Self {
        Self { jobs: VecDeque::new(), credit: WINDOW_BYTES, asked: false }
    }

    pub(super) fn is_idle(&self) -> bool {
        self.jobs.is_empty()
    }

    pub(super) fn len(&self) -> usize {
        self.jobs.len()
    }

    pub(super) fn push(&mut self, job: Job) {
        self.jobs.push_back(job);
    }

    /// Whether so many bytes may be sent now.
    pub(super) const fn affords(&self, bytes: usize) -> bool {
        self.credit >= bytes
    }

    pub(super) const fn spend(&mut self, bytes: usize) {
        self.credit = self.credit.saturating_sub(bytes);
    }

    /// More credit from the other side, which never has more than the window to give.
    pub(super) fn earn(&mut self, bytes: u32) -> Result<(), SessionError> {
        let bytes = usize::try_from(bytes).unwrap_or(usize::MAX);
        self.credit = self.credit.saturating_add(bytes);
        if self.credit > WINDOW_BYTES {
            return Err(SessionError::TooMuch { what: "bytes of credit", limit: WINDOW_BYTES });
        }
        Ok(())
    }

    /// What to do next, if there is something and credit for it. Entries of a lane that is not
    /// shared any more are passed over, and so are sections.
    pub(super) fn step(&mut self, shared: impl Fn(Lane) -> bool) -> Option<Step> {
        if self.asked {
            return None;
        }
        while self.jobs.front_mut().is_some_and(|job| job.is_void(&shared)) {
            self.jobs.pop_front();
        }
        match self.jobs.front()? {
            Job::Say(_) => match self.jobs.pop_front() {
                Some(Job::Say(Frame::Wants(mut wants))) => {
                    wants.retain(|want| shared(want.lane));
                    Some(Step::Say(Frame::Wants(wants)))
                }
                Some(Job::Say(frame)) => Some(Step::Say(frame)),
                _ => None,
            },
            _ if !self.affords(MAX_FRAME_BYTES) => None,
            Job::Entries { lane, selection, cursor } => {
                self.asked = true;
                Some(Step::Load(Load {
                    lane: *lane,
                    selection: selection.clone(),
                    cursor: *cursor,
                    max_bytes: MAX_SLICE_BYTES,
                }))
            }
            Job::Sections(wants) => {
                self.asked = true;
                Some(Step::LoadSections(LoadSections {
                    wants: wants.clone(),
                    max_bytes: MAX_SECTION_BYTES,
                }))
            }
        }
    }

    /// The host's answer came too late to be used.
    pub(super) const fn ask_again(&mut self) {
        self.asked = false;
    }

    /// The host has answered the entries job at the front, whose lane this gives back; it is done
    /// unless there is a place to go on from.
    pub(super) fn entries_loaded(&mut self, next: Option<Cursor>) -> Option<Lane> {
        let Some(Job::Entries { lane, cursor, .. }) = self.jobs.front_mut() else { return None };
        let lane = *lane;
        self.asked = false;
        if next.is_some() {
            *cursor = next;
        } else {
            self.jobs.pop_front();
        }
        Some(lane)
    }

    /// The host has answered the sections job at the front. A rest that did not shrink is not
    /// asked for again.
    pub(super) fn sections_loaded(&mut self, rest: Vec<SectionRef>) {
        if let Some(Job::Sections(wants)) = self.jobs.front_mut() {
            self.asked = false;
            if rest.is_empty() || rest.len() >= wants.len() {
                self.jobs.pop_front();
            } else {
                *wants = rest;
            }
        }
    }
}
