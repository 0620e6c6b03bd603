//! A simulated device: a disk that survives, and an intake that does not.

use std::convert::Infallible;
use std::sync::Arc;

use sheaf_charter::{
    DeviceId, DocumentId, Entry, EntryId, EpochId, Header, Lane, LogId, SchoolId, SpaceId,
    TableRow, section_hash,
};

use super::disk::Disk;
use super::network::Machine;
use super::power::{Failing, PowerCut};
use super::toy::{Deed, log_of, sign};
use crate::{
    Batch, Cursor, Host, Intake, Load, LoadSections, Loaded, LoadedSections, Mode, Report, Section,
    Selection, Survey,
};

/// One device.
pub(crate) struct Device {
    pub disk: Disk,
    pub intake: Intake,
    pub school: SchoolId,
    pub mode: Mode,
    /// How far its clock is ahead of the network's.
    pub clock_ms: u64,
    /// After so many more writes the power goes.
    pub power: Option<u64>,
    outage: Option<&'static str>,
}

/// What one save writes.
pub(crate) enum Write {
    Deeds(Vec<Deed>),
    Documents(Vec<(DocumentId, Vec<u8>)>),
}

/// The host of one session of a device.
pub(crate) struct View<'a> {
    pub device: &'a mut Device,
    pub peer: DeviceId,
}

impl Device {
    /// A device that has just been admitted, and was given the charter up to then.
    pub(crate) fn new(me: DeviceId, school: SchoolId, charter: &[Arc<Entry>]) -> Self {
        let (disk, intake) = (Disk::new(me), Intake::new(school));
        let mode = Mode::Replica;
        let mut device =
            Self { disk, intake, school, mode, clock_ms: 0, power: None, outage: None };
        device.ingest(charter.iter().map(|entry| Entry::clone(entry)).collect());
        device
    }

    /// The first entry of a school.
    pub(crate) fn found(founder: DeviceId, devices: &[DeviceId]) -> Entry {
        let mut acts = vec![Deed::Found];
        acts.extend(devices.iter().map(|device| Deed::AdmitDevice(*device)));
        let header = Header {
            school: SchoolId::ZERO,
            lane: Lane::CHARTER,
            log: log_of(founder),
            seq: 0,
            previous: EntryId::ZERO,
            charter_heads: Vec::new(),
            control_heads: Vec::new(),
            epoch: EpochId::ZERO,
            claimed_ms: 0,
            acts: acts.into_iter().map(Deed::to_act).collect(),
            table: Vec::new(),
        };
        let bytes = header.to_bytes();
        Entry::from_parts(bytes.clone(), sign(founder, &bytes), Vec::new()).unwrap()
    }

    /// Writes an entry of its own, durably.
    pub(crate) fn write(&mut self, lane: Lane, write: Write) -> Arc<Entry> {
        let entry = self.draft(lane, write);
        let report = self.ingest(vec![entry.clone()]);
        assert_eq!(report.joined.first().map(|joined| joined.id), Some(entry.id()));
        Arc::new(entry)
    }

    /// The same, unless the power goes before it is durable.
    pub(crate) fn save(&mut self, lane: Lane, write: Write) -> Option<Arc<Entry>> {
        let entry = self.draft(lane, write);
        let id = entry.id();
        self.ingest(vec![entry]);
        self.disk.entries.get(&id).cloned()
    }

    /// An entry without content, after whatever it says.
    pub(crate) fn sign_at(&self, log: LogId, lane: Lane, at: (u64, EntryId)) -> Entry {
        let header = Header {
            school: self.school,
            lane,
            log,
            seq: at.0,
            previous: at.1,
            charter_heads: self.disk.heads(Lane::CHARTER),
            control_heads: self.disk.heads(Lane::control(lane.space)),
            epoch: EpochId::ZERO,
            claimed_ms: 0,
            acts: Vec::new(),
            table: Vec::new(),
        };
        let bytes = header.to_bytes();
        Entry::from_parts(bytes.clone(), sign(self.disk.me, &bytes), Vec::new()).unwrap()
    }

    /// An entry that continues its own log and names all that it knows.
    pub(crate) fn draft(&self, lane: Lane, write: Write) -> Entry {
        let me = self.disk.me;
        let log = log_of(me);
        let tip = self.disk.tips_of(lane, log).and_then(|tips| tips.tips().last());
        let (deeds, documents) = match write {
            Write::Deeds(deeds) => (deeds, Vec::new()),
            Write::Documents(documents) => (Vec::new(), documents),
        };
        let row = |(document, sealed): &(DocumentId, Vec<u8>)| TableRow {
            document: *document,
            length: u32::try_from(sealed.len()).unwrap(),
            hash: section_hash(sealed),
        };
        let header = Header {
            school: self.school,
            lane,
            log,
            seq: tip.map_or(0, |tip| tip.next),
            previous: tip.map_or(EntryId::ZERO, |tip| tip.last),
            charter_heads: self.disk.heads(Lane::CHARTER),
            control_heads: match lane {
                Lane::CHARTER => Vec::new(),
                _ => self.disk.heads(Lane::control(lane.space)),
            },
            epoch: EpochId::ZERO,
            claimed_ms: self.clock_ms as i64,
            acts: deeds.into_iter().map(Deed::to_act).collect(),
            table: documents.iter().map(row).collect(),
        };
        let bytes = header.to_bytes();
        let sections = documents.into_iter().map(|(_, sealed)| Some(sealed)).collect();
        Entry::from_parts(bytes.clone(), sign(me, &bytes), sections).unwrap()
    }

    pub(crate) fn ingest(&mut self, entries: Vec<Entry>) -> Report {
        let Some(writes_left) = self.power.take() else {
            let Ok(report) = self.intake.take_in(entries, &mut self.disk);
            return report;
        };
        let before = self.disk.clone();
        let mut failing = Failing { disk: &mut self.disk, writes_left };
        let taken = self.intake.take_in(entries, &mut failing);
        let writes_left = failing.writes_left;
        self.end_transaction(before, writes_left, taken)
    }

    fn fill_in(&mut self, sections: Vec<Section>) -> Report {
        let before = self.power.is_some().then(|| self.disk.clone());
        let mut writes_left = self.power.take().unwrap_or(u64::MAX);
        let mut report = Report::default();
        for section in sections {
            let wanted = self.disk.wants(section.at.lane).contains(&section.at);
            if wanted && self.disk.set_section(section.at, Some(section.sealed)) {
                report.sections += 1;
            }
        }
        let Some(before) = before else { return report };
        let writes = writes_left.checked_sub(report.sections as u64).ok_or(PowerCut);
        writes_left = *writes.as_ref().unwrap_or(&0);
        self.end_transaction(before, writes_left, writes.map(|_| report))
    }

    /// What is left of a transaction in which the power may have gone: all of it or nothing.
    fn end_transaction(
        &mut self,
        before: Disk,
        writes_left: u64,
        report: Result<Report, PowerCut>,
    ) -> Report {
        if report.is_ok() && writes_left > 0 {
            self.power = Some(writes_left);
        } else if report.is_ok() {
            self.outage = Some("power cuts after a transaction");
            self.restart();
        } else {
            self.outage = Some("power cuts in a transaction");
            self.disk = before;
            self.restart();
        }
        report.unwrap_or_default()
    }

    /// The power goes: what was not on the disk is gone.
    pub(crate) fn restart(&mut self) {
        self.intake = Intake::new(self.school);
    }
}

impl Machine for Device {
    fn id(&self) -> DeviceId {
        self.disk.me
    }

    fn school(&self) -> SchoolId {
        self.school
    }

    /// Simulated schools have few spaces, and are to say both all and each of them.
    fn whole_lanes(&self) -> usize {
        3
    }

    fn mode(&self) -> Mode {
        self.mode
    }

    fn host(&mut self, peer: DeviceId) -> impl Host<Error = Infallible> {
        View { device: self, peer }
    }

    fn shares(&self, space: SpaceId, peer: DeviceId) -> bool {
        self.disk.shares(space, peer)
    }

    fn clock_ms(&self) -> u64 {
        self.clock_ms
    }

    fn outage(&mut self) -> Option<&'static str> {
        self.outage.take()
    }

    fn is_honest(&self) -> bool {
        true
    }

    fn turns_out(&self, _: DeviceId) -> bool {
        false
    }

    fn appeal(&mut self, _: DeviceId) -> Vec<Vec<u8>> {
        Vec::new()
    }
}

impl View<'_> {
    fn shares(&self, lane: Lane) -> bool {
        self.device.disk.shares(lane.space, self.peer)
    }

    fn selected(&mut self, lane: Lane, selection: &Selection) -> Vec<(u64, Arc<Entry>)> {
        let disk = &self.device.disk;
        let all = disk.lane(lane).map(|(arrival, entry)| (arrival, Arc::clone(entry)));
        match selection {
            Selection::Entries(ids) => all.filter(|(_, entry)| ids.contains(&entry.id())).collect(),
            Selection::After(peer) => {
                let mine = disk.vector(lane);
                let holds = |id| Ok::<_, Infallible>(disk.entries.contains_key(&id));
                let Ok(spans) = mine.missing_from(peer, holds);
                let lacked = |entry: &Entry| {
                    let header = entry.header();
                    spans.iter().any(|span| span.log == header.log && header.seq >= span.from)
                };
                all.filter(|(_, entry)| lacked(entry)).collect()
            }
        }
    }
}

/// A page of what was selected: three entries, so that there are some pages.
pub(crate) fn page(load: &Load, selected: Vec<(u64, Arc<Entry>)>) -> Loaded {
    let mut loaded = Loaded::default();
    let mut bytes = 0;
    let mut last = load.cursor;
    for (arrival, entry) in selected {
        let cursor = Cursor(arrival);
        if load.cursor.is_some_and(|after| cursor <= after) {
            continue;
        }
        bytes += entry.to_bytes().len();
        let is_full = bytes > load.max_bytes && !loaded.entries.is_empty();
        if is_full || loaded.entries.len() == 3 {
            loaded.next = last;
            break;
        }
        loaded.entries.push(entry);
        last = Some(cursor);
    }
    loaded
}

impl Host for View<'_> {
    type Error = Infallible;

    fn survey(&mut self) -> Result<Survey, Infallible> {
        let spaces = self.device.disk.shared_spaces(self.peer);
        let control = spaces.iter().map(|space| Lane::control(*space));
        let data = spaces.iter().skip(1).map(|space| Lane::data(*space));
        let lanes = control
            .chain(data)
            .map(|lane| self.device.disk.survey(lane, self.device.mode))
            .collect();
        Ok(Survey { lanes })
    }

    fn load(&mut self, load: &Load) -> Result<Loaded, Infallible> {
        if !self.shares(load.lane) {
            return Ok(Loaded::default());
        }
        Ok(page(load, self.selected(load.lane, &load.selection)))
    }

    fn load_sections(&mut self, load: &LoadSections) -> Result<LoadedSections, Infallible> {
        let shared = load.wants.iter().filter(|want| self.shares(want.lane));
        let sections = shared.filter_map(|want| self.device.disk.section(*want)).collect();
        Ok(LoadedSections { sections, rest: Vec::new() })
    }

    fn lacking(&mut self, _: Lane, mut ids: Vec<EntryId>) -> Result<Vec<EntryId>, Infallible> {
        ids.retain(|id| !self.device.disk.entries.contains_key(id));
        Ok(ids)
    }

    fn ingest(&mut self, batch: Batch, kept: &mut dyn FnMut()) -> Result<Report, Infallible> {
        let report = match batch {
            Batch::Entries(entries) => self.device.ingest(entries),
            Batch::Sections(sections) => self.device.fill_in(sections),
        };
        kept();
        Ok(report)
    }
}
