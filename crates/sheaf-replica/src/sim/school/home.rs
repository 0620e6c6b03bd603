//! A device of the school in the network, ours or with a build of its own.

use std::collections::{BTreeMap, BTreeSet};
use std::convert::Infallible;
use std::sync::Arc;

use sheaf_charter::{DeviceId, Entry, EntryId, Lane, Part, SchoolId, SpaceId};

use super::disk::Disk;
use crate::limits::MAX_WHOLE_LANES;
use crate::sim::device::page;
use crate::sim::network::Machine;
use crate::{
    Appeals, Batch, Host, Intake, LaneSurvey, Load, LoadSections, Loaded, LoadedSections, Mode,
    Reason, Report, Selection, Sharing, Survey,
};

/// One device.
pub(super) struct Home {
    pub disk: Disk,
    pub intake: Intake,
    appeals: Appeals,
    pub is_honest: bool,
    pub whole_lanes: usize,
}

impl Home {
    pub(super) fn new(disk: Disk) -> Self {
        let intake = Intake::new(disk.trust.school().unwrap());
        let appeals = Appeals::default();
        Self { disk, intake, appeals, is_honest: true, whole_lanes: MAX_WHOLE_LANES }
    }

    pub(super) fn take_in(&mut self, entries: Vec<Entry>) -> Report {
        let Ok(report) = self.intake.take_in(entries, &mut self.disk);
        report
    }

    /// The power goes: what was not on the disk is gone.
    pub(super) fn restart(&mut self) {
        self.intake = Intake::new(self.school());
        self.appeals = Appeals::default();
    }
}

impl Machine for Home {
    fn id(&self) -> DeviceId {
        self.disk.device()
    }

    fn school(&self) -> SchoolId {
        self.disk.trust.school().unwrap()
    }

    fn mode(&self) -> Mode {
        Mode::Replica
    }

    fn whole_lanes(&self) -> usize {
        self.whole_lanes
    }

    fn host(&mut self, peer: DeviceId) -> impl Host<Error = Infallible> {
        View { home: self, peer }
    }

    fn shares(&self, space: SpaceId, peer: DeviceId) -> bool {
        self.disk.shared_spaces(peer).contains(&space)
    }

    fn is_honest(&self) -> bool {
        self.is_honest
    }

    fn turns_out(&self, peer: DeviceId) -> bool {
        self.disk.trust.is_removed(peer)
    }

    fn appeal(&mut self, peer: DeviceId) -> Vec<Vec<u8>> {
        let trust = &self.disk.trust;
        // Whom it holds for removed it does not dial.
        let dials = trust.certificate(peer).is_some();
        if !dials || !self.appeals.is_new(peer, trust.heads(Lane::CHARTER)) {
            return Vec::new();
        }
        self.disk.lane(Lane::CHARTER).map(|(_, entry)| entry.to_bytes()).collect()
    }
}

/// The host of one session.
struct View<'a> {
    home: &'a mut Home,
    peer: DeviceId,
}

impl View<'_> {
    /// What is shared with the peer; a hostile member shares all that they have with everybody.
    fn spaces(&self) -> Vec<SpaceId> {
        if self.home.is_honest {
            return self.home.disk.shared_spaces(self.peer);
        }
        let mut spaces: BTreeSet<_> = self.home.disk.trust.spaces().into_iter().collect();
        spaces.insert(SpaceId::CHARTER);
        spaces.into_iter().collect()
    }

    fn survey_lane(&mut self, lane: Lane) -> LaneSurvey {
        let disk = &mut self.home.disk;
        let vector = Arc::new(disk.vector(lane));
        if lane.part == Part::Control {
            let (content, held, wants) = (None, BTreeMap::new(), Vec::new());
            return LaneSurvey { lane, vector, content, held, wants, sharing: Sharing::Whole };
        }
        let shown = disk.shown(lane.space);
        let mut held: BTreeMap<Reason, u64> = BTreeMap::new();
        for reason in shown.sections.values().flatten() {
            *held.entry(reason.clone()).or_default() += 1;
        }
        let content = Some(shown.content.clone());
        let (wants, sharing) = (disk.wants(lane), Sharing::Whole);
        LaneSurvey { lane, vector, content, held, wants, sharing }
    }

    fn selected(&self, lane: Lane, selection: &Selection) -> Vec<(u64, Arc<Entry>)> {
        let disk = &self.home.disk;
        let all = disk.lane(lane).map(|(arrival, entry)| (arrival, Arc::clone(entry)));
        match selection {
            Selection::Entries(ids) => all.filter(|(_, entry)| ids.contains(&entry.id())).collect(),
            Selection::After(peer) => {
                let holds = |id| Ok::<_, Infallible>(disk.entries.contains_key(&id));
                let Ok(spans) = disk.vector(lane).missing_from(peer, holds);
                let lacked = |entry: &Entry| {
                    let header = entry.header();
                    spans.iter().any(|span| span.log == header.log && header.seq >= span.from)
                };
                all.filter(|(_, entry)| lacked(entry)).collect()
            }
        }
    }
}

impl Host for View<'_> {
    type Error = Infallible;

    fn survey(&mut self) -> Result<Survey, Infallible> {
        let spaces = self.spaces();
        let control = spaces.iter().map(|space| Lane::control(*space));
        let data = spaces.iter().filter(|space| **space != SpaceId::CHARTER);
        let lanes: Vec<_> = control.chain(data.map(|space| Lane::data(*space))).collect();
        Ok(Survey { lanes: lanes.into_iter().map(|lane| self.survey_lane(lane)).collect() })
    }

    fn load(&mut self, load: &Load) -> Result<Loaded, Infallible> {
        if !self.spaces().contains(&load.lane.space) {
            return Ok(Loaded::default());
        }
        Ok(page(load, self.selected(load.lane, &load.selection)))
    }

    fn load_sections(&mut self, load: &LoadSections) -> Result<LoadedSections, Infallible> {
        let spaces = self.spaces();
        let shared = load.wants.iter().filter(|want| spaces.contains(&want.lane.space));
        let sections = shared.filter_map(|want| self.home.disk.section(*want)).collect();
        Ok(LoadedSections { sections, rest: Vec::new() })
    }

    fn lacking(&mut self, lane: Lane, mut ids: Vec<EntryId>) -> Result<Vec<EntryId>, Infallible> {
        let entries = &self.home.disk.entries;
        ids.retain(|id| entries.get(id).is_none_or(|entry| entry.header().lane != lane));
        Ok(ids)
    }

    fn ingest(&mut self, batch: Batch, kept: &mut dyn FnMut()) -> Result<Report, Infallible> {
        let report = match batch {
            Batch::Entries(entries) => self.home.take_in(entries),
            Batch::Sections(sections) => {
                let mut report = Report::default();
                for section in sections {
                    let disk = &mut self.home.disk;
                    let wanted = disk.wants(section.at.lane).contains(&section.at);
                    if wanted && disk.set_section(section.at, Some(section.sealed)) {
                        report.sections += 1;
                    }
                }
                report
            }
        };
        kept();
        Ok(report)
    }
}
