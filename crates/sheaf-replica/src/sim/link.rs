//! A connection between two simulated devices, and what is under way on it.

use std::collections::VecDeque;

use sheaf_charter::{EntryId, Lane};

use crate::{Effect, Loaded, LoadedSections, Session, Summary, Survey};

/// A connection: reliable and in order, until it breaks.
pub(crate) struct Link {
    pub ends: [End; 2],
    /// Whether one end is made to send what our build does not.
    pub is_hostile: bool,
}

/// One end of a connection.
pub(crate) struct End {
    /// Which device.
    pub device: usize,
    pub session: Session,
    /// What the host has not done yet.
    pub work: VecDeque<Effect>,
    pub busy: Busy,
    /// When the last frame sent from here arrives: none overtakes another.
    pub arrival_ms: u64,
    pub tick_ms: Option<u64>,
    pub last: Option<Summary>,
}

/// Whether the host is at work for this end.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Busy {
    Idle,
    Working,
}

/// What a host has found out and not said yet.
pub(crate) enum Answer {
    Surveyed(Survey),
    Loaded(Loaded),
    Sections(LoadedSections),
    Checked(Lane, Vec<EntryId>),
}

impl Answer {
    pub(crate) fn give(self, session: &mut Session) {
        match self {
            Self::Surveyed(survey) => session.surveyed(survey),
            Self::Loaded(loaded) => session.loaded(loaded),
            Self::Sections(loaded) => session.sections_loaded(loaded),
            Self::Checked(lane, lacking) => session.checked(lane, lacking),
        }
    }
}

impl Link {
    pub(crate) fn new(ends: [(usize, Session); 2]) -> Self {
        Self {
            is_hostile: false,
            ends: ends.map(|(device, session)| End {
                device,
                session,
                work: VecDeque::new(),
                busy: Busy::Idle,
                arrival_ms: 0,
                tick_ms: None,
                last: None,
            }),
        }
    }

    /// Whether both ends have closed it.
    pub(crate) fn is_over(&self) -> bool {
        self.ends.iter().all(|end| end.session.is_closed())
    }

    pub(crate) fn joins(&self, a: usize, b: usize) -> bool {
        let ends = [self.ends[0].device, self.ends[1].device];
        ends == [a, b] || ends == [b, a]
    }
}
