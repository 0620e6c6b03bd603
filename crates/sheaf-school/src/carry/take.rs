//! Taking in what a parcel held, and counting it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError};

use sheaf_charter::{Entry, EntryId, Lane, Part, SpaceId};
use sheaf_replica::{Intake, SectionRef};

use crate::error::Result;
use crate::replicate::{self, Taking};
use crate::school::School;

const NOT_IN: &str = "this device is not in their space";

/// What became of everything that was carried here.
#[derive(Default)]
pub(super) struct Tally {
    /// Entries read.
    pub entries: u64,
    /// Those that were not here yet.
    pub new: u64,
    /// Those that were.
    pub already_here: u64,
    /// New ones that do not stand, by reason.
    pub held: BTreeMap<String, u64>,
    /// Those that were refused, by reason.
    pub refused: BTreeMap<String, u64>,
    /// What joined.
    pub joined: Vec<(Lane, EntryId)>,
    /// By space: read, and new.
    pub spaces: BTreeMap<SpaceId, (u64, u64)>,
    /// Missing sections that were filled in.
    pub sections: u64,
}

/// Takes entries in for as long as something is read.
pub(super) struct Taker {
    school: School,
    taking: Taking,
    /// What became of it all.
    pub tally: Tally,
}

impl Taker {
    pub(super) fn new(school: &School) -> Self {
        let intake = Arc::new(Mutex::new(Intake::new(school.core.school_id())));
        Self::with(school, intake)
    }

    /// With entries that wait from before.
    pub(super) fn with(school: &School, intake: Arc<Mutex<Intake>>) -> Self {
        let taking = Taking { core: Arc::clone(&school.core), clock: school.clock.clone(), intake };
        Self { school: school.clone(), taking, tally: Tally::default() }
    }

    /// Takes in entries of one lane. Data of a space that this device is not in is refused; what
    /// it hears of who is in it takes in from anybody.
    pub(super) fn take(&mut self, entries: Vec<Entry>) -> Result<()> {
        let Some(lane) = entries.first().map(|entry| entry.header().lane) else { return Ok(()) };
        let count = entries.len() as u64;
        self.tally.entries += count;
        self.tally.spaces.entry(lane.space).or_default().0 += count;
        let core = &self.school.core;
        if lane.part == Part::Data && !core.control().trust.is_member(core.device(), lane.space) {
            *self.tally.refused.entry(NOT_IN.to_owned()).or_default() += count;
            return Ok(());
        }
        let report = self.taking.entries(entries, &mut || {})?;
        let tally = &mut self.tally;
        let new = report.joined.len() as u64;
        tally.new += new;
        tally.spaces.entry(lane.space).or_default().1 += new;
        tally.already_here += report.duplicates as u64;
        tally.sections += report.sections as u64;
        for (reason, held) in report.held() {
            *tally.held.entry(reason.to_string()).or_default() += held;
        }
        for refusal in &report.refused {
            *tally.refused.entry(refusal.reason.to_string()).or_default() += 1;
        }
        tally.joined.extend(report.joined.iter().map(|one| (one.lane, one.id)));
        Ok(())
    }

    /// How many entries wait outside for others.
    pub(super) fn waiting(&self) -> u64 {
        let intake = self.taking.intake.lock().unwrap_or_else(PoisonError::into_inner);
        intake.waiting() as u64
    }

    /// Tells all who look that something is new.
    pub(super) fn done(&self) {
        if self.tally.new + self.tally.sections > 0 {
            self.school.core.note_save();
        }
    }
}

/// The sections of a lane that are missing here without a tombstone.
pub(super) fn wanted(school: &School, lane: Lane) -> Result<BTreeSet<SectionRef>> {
    let core = &school.core;
    core.store.read(|snapshot| replicate::wanted(snapshot, &core.control(), lane))
}
