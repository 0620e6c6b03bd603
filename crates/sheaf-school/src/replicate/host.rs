//! What this home answers to the session with one peer.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use sheaf_charter::{DeviceId, EntryId, Lane, Part, SpaceId, SpaceKind};
use sheaf_replica::{
    Batch, Cursor, Host, Intake, LaneSurvey, Load, LoadSections, Loaded, LoadedSections, Reason,
    Report, Section, SectionRef, Selection, Survey,
};
use sheaf_store::Snapshot;

use super::apply::apply;
use super::restand::restand;
use super::shelf::{OwnLog, TxnShelf};
use crate::buckets;
use crate::clock::Clock;
use crate::core::Core;
use crate::error::{Result, SchoolError};
use crate::journal;

/// The host of a session with one device.
pub(crate) struct PeerHost {
    /// The home.
    pub core: Arc<Core>,
    /// The clock.
    pub clock: Clock,
    /// The device at the other end, which has proved that it holds its key.
    pub peer: DeviceId,
    /// Entries that cannot join their log yet, from all sessions together.
    pub intake: Arc<Mutex<Intake>>,
    /// How many acts about who is in were known at the last survey.
    pub acts: u64,
    /// When the home was last looked at as a whole: what was saved before was seen.
    pub surveyed_ms: i64,
}

impl Host for PeerHost {
    type Error = SchoolError;

    fn survey(&mut self) -> Result<Survey> {
        self.surveyed_ms = self.clock.now_ms();
        self.core.refresh()?;
        buckets::freshen(&self.core)?;
        self.acts = self.core.control().acts_known();
        let lanes = self.lanes();
        self.core.store.read(|snapshot| {
            let lanes = lanes.iter().map(|lane| self.survey_lane(snapshot, *lane));
            Ok(Survey { lanes: lanes.collect::<Result<_>>()? })
        })
    }

    fn load(&mut self, load: &Load) -> Result<Loaded> {
        if !self.lanes().contains(&load.lane) {
            return Ok(Loaded::default());
        }
        let after = load.cursor.map(|cursor| cursor.0);
        let page = self.core.store.read(|snapshot| match &load.selection {
            Selection::After(known) => {
                let here = journal::vector(snapshot, load.lane)?;
                let spans = here.missing_from(known, |id| snapshot.holds(id))?;
                let from: Vec<_> = spans.into_iter().map(|span| (span.log, span.from)).collect();
                Ok(snapshot.entries_after(load.lane, &from, after, load.max_bytes)?)
            }
            Selection::Entries(ids) => {
                Ok::<_, SchoolError>(snapshot.entries_among(ids, after, load.max_bytes)?)
            }
        })?;
        let entries = page.entries.into_iter().filter(|entry| entry.header().lane == load.lane);
        Ok(Loaded { entries: entries.map(Arc::new).collect(), next: page.next.map(Cursor) })
    }

    fn load_sections(&mut self, load: &LoadSections) -> Result<LoadedSections> {
        let shared = self.lanes();
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

    fn ingest(&mut self, batch: Batch) -> Result<Report> {
        match batch {
            Batch::Entries(entries) => self.take_entries(entries),
            Batch::Sections(sections) => self.take_sections(sections),
        }
    }
}

impl PeerHost {
    /// Whether something was heard about who is in since the last survey, by whatever way.
    pub(crate) fn has_heard(&self) -> bool {
        self.core.control().acts_known() != self.acts
    }

    fn take_entries(&self, entries: Vec<sheaf_charter::Entry>) -> Result<Report> {
        let mut intake = self.intake.lock().unwrap_or_else(PoisonError::into_inner);
        let taken = self.core.store.write(|txn| {
            self.core.refresh_from(txn)?;
            let now_ms = self.clock.now_ms();
            let (standing, log) = (Vec::new(), OwnLog::Alone);
            let mut shelf = TxnShelf { core: &self.core, txn, now_ms, standing, log };
            let report = intake.take_in(entries, &mut shelf)?;
            Ok::<_, SchoolError>((report, shelf.standing))
        });
        drop(intake);
        // What was not kept is not known either.
        let (report, standing) = taken.or_else(|error| {
            self.core.forget_control();
            self.core.refresh()?;
            Err(error)
        })?;
        let keys_may_be_new = report.joined.iter().any(|one| one.lane.part == Part::Control);
        apply(&self.core, &standing)?;
        if keys_may_be_new {
            self.retry_pending()?;
            self.core.settle_down(&self.clock)?;
        } else if self.core.control().trust.cuts_anything() {
            restand(&self.core)?;
        }
        Ok(report)
    }

    /// Sections whose key may have arrived with a control entry.
    fn retry_pending(&self) -> Result<()> {
        let entries = self.core.store.read(|snapshot| {
            let mut entries = std::collections::BTreeSet::new();
            for space in snapshot.spaces()? {
                for one in snapshot.pending(space)? {
                    entries.insert(one.section.entry);
                }
            }
            Ok::<_, SchoolError>(entries)
        })?;
        apply(&self.core, &entries.into_iter().collect::<Vec<_>>())
    }

    fn take_sections(&self, sections: Vec<Section>) -> Result<Report> {
        let mut filled = Vec::new();
        self.core.store.write(|txn| {
            for section in &sections {
                let header = txn.header(section.at.entry)?;
                let row = header
                    .as_ref()
                    .and_then(|header| header.table.get(usize::from(section.at.index)));
                let fits = row.is_some_and(|row| {
                    let erased = self.core.control().is_erased(section.at.lane.space, row.document);
                    row.matches(&section.sealed) && !erased
                });
                if fits && txn.section(store_ref(&section.at))?.is_none() {
                    txn.put_section(store_ref(&section.at), &section.sealed)?;
                    filled.push(section.at.entry);
                }
            }
            Ok::<_, SchoolError>(())
        })?;
        filled.dedup();
        apply(&self.core, &filled)?;
        Ok(Report { sections: filled.len(), ..Report::default() })
    }

    /// The lanes shared with the peer, in the order in which they are to be sent.
    fn lanes(&self) -> Vec<Lane> {
        let control = self.core.control();
        let mut spaces = control.trust.shared_spaces(self.core.device(), self.peer);
        // First who is in, then the two spaces that every school has, then the rest: whoever makes
        // many spaces delays nothing but those.
        let rank = |space: &SpaceId| match control.trust.space_kind(*space) {
            None => 0,
            Some(SpaceKind::Safeguarding) => 1,
            Some(SpaceKind::Pastoral) => 2,
            Some(SpaceKind::Other) => 3,
        };
        spaces.sort_by_key(rank);
        let (given, made): (Vec<_>, Vec<_>) = spaces.into_iter().partition(|space| rank(space) < 3);
        let lanes = |spaces: Vec<SpaceId>| {
            let data = spaces.iter().filter(|space| **space != SpaceId::CHARTER);
            let data: Vec<Lane> = data.map(|space| Lane::data(*space)).collect();
            let control: Vec<Lane> = spaces.iter().map(|space| Lane::control(*space)).collect();
            control.into_iter().chain(data)
        };
        lanes(given).chain(lanes(made)).collect()
    }

    fn survey_lane(&self, snapshot: &Snapshot<'_>, lane: Lane) -> Result<LaneSurvey> {
        let vector = Arc::new(journal::vector(snapshot, lane)?);
        if lane.part == Part::Control {
            let (content, held, wants) = (None, BTreeMap::new(), Vec::new());
            return Ok(LaneSurvey { lane, vector, content, held, wants });
        }
        let held = snapshot.held_counts(lane.space)?.into_iter();
        let held = held.map(|(reason, count)| (Reason::from(reason), count)).collect();
        let control = self.core.control();
        let absent = snapshot.absent_sections(lane)?.into_iter();
        let wants = absent
            .filter(|(_, document)| !control.is_erased(lane.space, *document))
            .map(|(at, _)| SectionRef { lane, entry: at.entry, index: at.index })
            .collect();
        let content = Some(buckets::content(snapshot, lane.space)?);
        Ok(LaneSurvey { lane, vector, content, held, wants })
    }
}

const fn store_ref(section: &SectionRef) -> sheaf_store::SectionRef {
    sheaf_store::SectionRef { entry: section.entry, index: section.index }
}
