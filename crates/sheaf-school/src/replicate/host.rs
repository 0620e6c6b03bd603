//! What this home answers to the session with one peer.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use sheaf_charter::{DeviceId, Entry, EntryId, Lane, Part, SpaceId, SpaceKind, Trust};
use sheaf_replica::{
    Batch, Cursor, Host, Intake, LaneSurvey, Load, LoadSections, Loaded, LoadedSections, Mode,
    Reason, Report, Section, SectionRef, Selection, Sharing, Survey,
};
use sheaf_store::Snapshot;

use super::shared::SharedLane;
use super::taking::Taking;
use crate::buckets;
use crate::clock::Clock;
use crate::control::Control;
use crate::core::Core;
use crate::error::{Result, SchoolError};
use crate::school::School;

/// The host of a session with one device.
pub(crate) struct PeerHost {
    /// The home.
    pub core: Arc<Core>,
    clock: Clock,
    /// The device at the other end, which has proved that it holds its key.
    pub peer: DeviceId,
    /// Entries that cannot join their log yet, from all sessions together.
    intake: Arc<Mutex<Intake>>,
    /// How many acts about who is in were known at the last survey.
    acts: u64,
}

impl Host for PeerHost {
    type Error = SchoolError;

    fn survey(&mut self) -> Result<Survey> {
        self.core.refresh()?;
        // What is counted must be seen.
        self.taking().finish_left()?;
        buckets::freshen(&self.core)?;
        let control = self.core.control();
        self.acts = control.acts_known();
        let shared = self.shared(&control);
        let lanes = self.core.read_settled(|snapshot| {
            let lanes = shared.iter().map(|one| self.survey_lane(snapshot, &control.trust, one));
            lanes.collect::<Result<Vec<_>>>()
        })?;
        Ok(Survey { lanes })
    }

    fn load(&mut self, load: &Load) -> Result<Loaded> {
        let control = self.core.control();
        let shared = self.shared(&control).into_iter().find(|one| one.lane == load.lane);
        let Some(shared) = shared else { return Ok(Loaded::default()) };
        let after = load.cursor.map(|cursor| cursor.0);
        let page = self.core.store.read(|snapshot| match &load.selection {
            Selection::After(known) => {
                let here = shared.vector(snapshot, &control.trust)?;
                let spans = here.missing_from(known, |id| snapshot.holds(id))?;
                let from: Vec<_> = spans.into_iter().map(|span| (span.log, span.from)).collect();
                Ok(snapshot.entries_after(load.lane, &from, after, load.max_bytes)?)
            }
            Selection::Entries(ids) => {
                Ok::<_, SchoolError>(snapshot.entries_among(ids, after, load.max_bytes)?)
            }
        })?;
        let entries = page.entries.into_iter().filter(|entry| {
            entry.header().lane == load.lane && shared.passes_on(entry, &control.trust)
        });
        Ok(Loaded { entries: entries.map(Arc::new).collect(), next: page.next.map(Cursor) })
    }

    fn load_sections(&mut self, load: &LoadSections) -> Result<LoadedSections> {
        let control = self.core.control();
        let shared = self.shared(&control).into_iter().filter(|one| one.parting.is_none());
        let shared: Vec<Lane> = shared.map(|one| one.lane).collect();
        self.core.store.read(|snapshot| {
            let mut answer = LoadedSections::default();
            let mut bytes = 0;
            for (count, want) in load.wants.iter().enumerate() {
                let at = store_ref(want);
                // Where the entry really is, not where the peer says.
                let lane = snapshot.header(want.entry)?.map(|header| header.lane);
                let shared = lane.is_some_and(|lane| lane == want.lane && shared.contains(&lane));
                let Some(sealed) = snapshot.section(at)?.filter(|_| shared) else { continue };
                bytes += sealed.len();
                if bytes > load.max_bytes && !answer.sections.is_empty() {
                    answer.rest = load.wants.iter().skip(count).copied().collect();
                    break;
                }
                answer.sections.push(Section { at: *want, sealed });
            }
            Ok(answer)
        })
    }

    fn lacking(&mut self, lane: Lane, ids: Vec<EntryId>) -> Result<Vec<EntryId>> {
        self.core.store.read(|snapshot| {
            let mut lacking = Vec::new();
            for id in ids {
                // What is here in another lane is none of the peer's business.
                if snapshot.header(id)?.is_none_or(|header| header.lane != lane) {
                    lacking.push(id);
                }
            }
            Ok(lacking)
        })
    }

    fn ingest(&mut self, batch: Batch, kept: &mut dyn FnMut()) -> Result<Report> {
        match batch {
            Batch::Entries(entries) => match self.still_own(entries) {
                entries if entries.is_empty() => Ok(Report::default()),
                entries => self.taking().entries(entries, kept),
            },
            Batch::Sections(sections) => self.taking().sections(&sections),
        }
    }
}

impl PeerHost {
    /// Answers for a school to one device.
    pub(crate) fn new(school: &School, peer: DeviceId, intake: Arc<Mutex<Intake>>) -> Self {
        let (core, clock) = (Arc::clone(&school.core), school.clock.clone());
        Self { core, clock, peer, intake, acts: 0 }
    }

    /// Whether something was heard about who is in since the last survey, by whatever way.
    pub(crate) fn has_heard(&self) -> bool {
        self.core.control().acts_known() != self.acts
    }

    fn taking(&self) -> Taking {
        let (core, intake) = (Arc::clone(&self.core), Arc::clone(&self.intake));
        Taking { core, clock: self.clock.clone(), intake }
    }

    /// How this device takes part in sessions.
    pub(crate) fn mode(&self) -> Mode {
        if self.core.is_locker() { Mode::Locker } else { Mode::Replica }
    }

    /// Without the data of others in a space that this person has left: a peer that has not heard
    /// of it yet may send some.
    fn still_own(&self, mut entries: Vec<Entry>) -> Vec<Entry> {
        let control = self.core.control();
        let (trust, own) = (&control.trust, self.core.device());
        entries.retain(|entry| {
            let header = entry.header();
            header.lane.part == Part::Control
                || trust.device_of_log(header.log) == Some(own)
                || !trust.has_left(self.core.person(), header.lane.space)
        });
        entries
    }

    /// The lanes shared with the peer, in the order in which they are to be sent; then what is to
    /// be passed on of spaces that one of the two has left.
    fn shared(&self, control: &Control) -> Vec<SharedLane> {
        let mut spaces = control.trust.shared_spaces(self.core.device(), self.peer);
        let rank = |space: &SpaceId| rank(&control.trust, *space);
        spaces.sort_by_key(rank);
        let (given, made): (Vec<_>, Vec<_>) = spaces.into_iter().partition(|space| rank(space) < 3);
        let lanes = |spaces: Vec<SpaceId>| {
            let data = spaces.iter().filter(|space| **space != SpaceId::CHARTER);
            let data: Vec<Lane> = data.map(|space| Lane::data(*space)).collect();
            let control: Vec<Lane> = spaces.iter().map(|space| Lane::control(*space)).collect();
            control.into_iter().chain(data)
        };
        let whole = lanes(given).chain(lanes(made)).map(SharedLane::whole);
        let partings = control.trust.partings(self.core.device(), self.peer).into_iter();
        whole.chain(partings.flat_map(SharedLane::of_parting)).collect()
    }

    fn survey_lane(
        &self,
        snapshot: &Snapshot<'_>,
        trust: &Trust,
        shared: &SharedLane,
    ) -> Result<LaneSurvey> {
        let (lane, sharing) = (shared.lane, shared.sharing());
        let vector = Arc::new(shared.vector(snapshot, trust)?);
        if lane.part == Part::Control || sharing == Sharing::Parting {
            let (content, held, wants) = (None, BTreeMap::new(), Vec::new());
            return Ok(LaneSurvey { lane, vector, content, held, wants, sharing });
        }
        let held = snapshot.held_counts(lane.space)?.into_iter();
        let held = held.map(|(reason, count)| (Reason::from(reason), count)).collect();
        let control = self.core.control();
        let wants = wanted(snapshot, &control, lane)?;
        // A locker has no content that could be compared.
        let content = match control.is_locker {
            true => None,
            false => Some(buckets::content(snapshot, lane.space)?),
        };
        Ok(LaneSurvey { lane, vector, content, held, wants, sharing })
    }
}

/// The sections of a lane that are missing here without a tombstone.
pub(crate) fn wanted<C: FromIterator<SectionRef>>(
    snapshot: &Snapshot<'_>,
    control: &Control,
    lane: Lane,
) -> Result<C> {
    let absent = snapshot.absent_sections(lane)?.into_iter();
    let wanted = absent.filter(|(_, document)| !control.is_erased(lane.space, *document));
    Ok(wanted.map(|(at, _)| SectionRef { lane, entry: at.entry, index: at.index }).collect())
}

/// The place of a space in the order of sending. First who is in, then the two spaces that every
/// school has, then the rest: whoever makes many spaces delays nothing but those.
pub(crate) fn rank(trust: &Trust, space: SpaceId) -> u8 {
    match trust.space_kind(space) {
        None => 0,
        Some(SpaceKind::Safeguarding) => 1,
        Some(SpaceKind::Pastoral) => 2,
        Some(SpaceKind::Other) => 3,
    }
}

pub(super) const fn store_ref(section: &SectionRef) -> sheaf_store::SectionRef {
    sheaf_store::SectionRef { entry: section.entry, index: section.index }
}
