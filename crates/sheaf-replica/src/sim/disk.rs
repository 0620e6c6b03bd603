//! What a simulated device keeps, and what follows from it.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::convert::Infallible;
use std::sync::Arc;

use sheaf_charter::{DeviceId, DocumentId, Entry, EntryId, Header, Lane, LogId, Part, SpaceId};

use super::toy::{Deed, log_of, sign};
use crate::{
    ContentDigest, ContentSet, LaneSurvey, LogTips, Mode, Reason, Section, SectionRef, Sharing,
    Shelf, Standing, Vector, Verdict,
};

const PAST_CUT: Reason = Reason::new("it was written after its author was removed");
const STRANGER: Reason = Reason::new("its author may not write here");

/// Every section by its document and entry: an entry may change a document twice.
pub(super) type Shown = BTreeMap<(DocumentId, EntryId), Vec<Vec<u8>>>;

/// Everything durable of one device.
#[derive(Clone)]
pub(crate) struct Disk {
    pub me: DeviceId,
    pub entries: BTreeMap<EntryId, Arc<Entry>>,
    /// Every lane in the order in which its entries came.
    pub arrivals: BTreeMap<Lane, Vec<(u64, EntryId)>>,
    pub tips: BTreeMap<Lane, BTreeMap<LogId, LogTips>>,
    pub devices: BTreeSet<DeviceId>,
    /// Whose each log is: asked of every entry, and costly to derive.
    authors: BTreeMap<LogId, DeviceId>,
    pub spaces: BTreeMap<SpaceId, Space>,
    /// What was surveyed since a space last changed: it is asked again and again.
    surveyed: RefCell<BTreeMap<Lane, LaneSurvey>>,
}

/// What the control part of a space says.
#[derive(Clone, Default)]
pub(crate) struct Space {
    pub admitted: BTreeSet<DeviceId>,
    pub removed: BTreeMap<DeviceId, u64>,
    pub erased: BTreeSet<DocumentId>,
}

impl Space {
    pub(crate) fn has(&self, device: DeviceId) -> bool {
        self.admitted.contains(&device) && !self.removed.contains_key(&device)
    }
}

impl Disk {
    pub(crate) fn new(me: DeviceId) -> Self {
        Self {
            me,
            entries: BTreeMap::new(),
            arrivals: BTreeMap::new(),
            tips: BTreeMap::new(),
            devices: BTreeSet::new(),
            authors: BTreeMap::new(),
            spaces: BTreeMap::new(),
            surveyed: RefCell::default(),
        }
    }

    pub(crate) fn my_spaces(&self) -> Vec<SpaceId> {
        let spaces = self.spaces.iter().filter(|(_, space)| space.has(self.me));
        spaces.map(|(id, _)| *id).collect()
    }

    pub(crate) fn heads(&self, lane: Lane) -> Vec<EntryId> {
        let logs = self.tips.get(&lane).into_iter().flat_map(BTreeMap::values);
        let heads: BTreeSet<_> = logs.flat_map(LogTips::tips).map(|tip| tip.last).collect();
        heads.into_iter().collect()
    }

    pub(crate) fn tips_of(&self, lane: Lane, log: LogId) -> Option<&LogTips> {
        self.tips.get(&lane)?.get(&log)
    }

    pub(crate) fn vector(&self, lane: Lane) -> Vector {
        let mut vector = Vector::new();
        for (log, tips) in self.tips.get(&lane).into_iter().flatten() {
            vector.set(*log, tips);
        }
        vector
    }

    /// The entries of a lane in the order of their arrival.
    pub(crate) fn lane(&self, lane: Lane) -> impl Iterator<Item = (u64, &Arc<Entry>)> {
        let arrivals = self.arrivals.get(&lane).into_iter().flatten();
        arrivals.map(|(arrival, id)| (*arrival, &self.entries[id]))
    }

    /// What this device says of a lane in a session.
    pub(crate) fn survey(&self, lane: Lane, mode: Mode) -> LaneSurvey {
        if let Some(known) = self.surveyed.borrow().get(&lane) {
            return known.clone();
        }
        let data = lane.part == Part::Data && mode == Mode::Replica;
        let survey = LaneSurvey {
            lane,
            vector: Arc::new(self.vector(lane)),
            content: data.then(|| self.content(lane.space)),
            held: self.held(lane),
            wants: self.wants(lane),
            sharing: Sharing::Whole,
        };
        self.surveyed.borrow_mut().insert(lane, survey.clone());
        survey
    }

    fn changed(&mut self, space: SpaceId) {
        self.surveyed.get_mut().retain(|lane, _| lane.space != space);
    }

    pub(crate) fn author(&self, log: LogId) -> Option<DeviceId> {
        self.authors.get(&log).copied()
    }

    fn is_held(&self, entry: &Entry) -> bool {
        let header = entry.header();
        let Some(space) = self.spaces.get(&header.lane.space) else { return false };
        let cut = self.author(header.log).and_then(|author| space.removed.get(&author));
        header.lane.part == Part::Data && cut.is_some_and(|cut| header.seq >= *cut)
    }

    pub(crate) fn held(&self, lane: Lane) -> BTreeMap<Reason, u64> {
        let count = self.lane(lane).filter(|(_, entry)| self.is_held(entry)).count();
        (count > 0).then_some((PAST_CUT, count as u64)).into_iter().collect()
    }

    /// The heads of a document are here the ids of all standing entries that changed it.
    pub(crate) fn content(&self, space: SpaceId) -> ContentDigest {
        let erased = &self.spaces[&space].erased;
        let mut heads: BTreeMap<DocumentId, Vec<[u8; 32]>> = BTreeMap::new();
        for (_, entry) in self.lane(Lane::data(space)) {
            for (row, section) in entry.header().table.iter().zip(entry.sections()) {
                if section.is_some() && !self.is_held(entry) && !erased.contains(&row.document) {
                    heads.entry(row.document).or_default().push(entry.id().to_bytes());
                }
            }
        }
        let mut content = ContentSet::default();
        heads.iter().for_each(|(document, heads)| content.set(*document, heads));
        content.digest().clone()
    }

    /// What this device shows of a space: each section of what stands, by document and entry.
    pub(super) fn shown(&self, space: SpaceId) -> Shown {
        let erased = &self.spaces[&space].erased;
        let mut shown = Shown::new();
        for (_, entry) in self.lane(Lane::data(space)).filter(|(_, entry)| !self.is_held(entry)) {
            for (row, section) in entry.header().table.iter().zip(entry.sections()) {
                if let Some(sealed) = section.clone().filter(|_| !erased.contains(&row.document)) {
                    shown.entry((row.document, entry.id())).or_default().push(sealed);
                }
            }
        }
        shown
    }

    /// Sections that are missing without a tombstone.
    pub(crate) fn wants(&self, lane: Lane) -> Vec<SectionRef> {
        let mut wants = Vec::new();
        for (_, entry) in self.lane(lane) {
            for (index, section) in (0..).zip(entry.sections()) {
                let document = entry.header().table[usize::from(index)].document;
                let space = self.spaces.get(&lane.space);
                if section.is_none() && !space.is_some_and(|s| s.erased.contains(&document)) {
                    wants.push(SectionRef { lane, entry: entry.id(), index });
                }
            }
        }
        wants
    }

    /// Puts a section in its place, or takes it out; says whether it fitted.
    pub(crate) fn set_section(&mut self, at: SectionRef, sealed: Option<Vec<u8>>) -> bool {
        let Some(entry) = self.entries.get(&at.entry) else { return false };
        let mut sections = entry.sections().to_vec();
        sections[usize::from(at.index)] = sealed;
        let header = entry.header_bytes().to_vec();
        let Ok(entry) = Entry::from_parts(header, *entry.signature(), sections) else {
            return false;
        };
        self.changed(entry.header().lane.space);
        self.entries.insert(at.entry, Arc::new(entry));
        true
    }

    pub(crate) fn section(&self, at: SectionRef) -> Option<Section> {
        let entry = self.entries.get(&at.entry).filter(|entry| entry.header().lane == at.lane)?;
        let sealed = entry.sections().get(usize::from(at.index))?.clone()?;
        Some(Section { at, sealed })
    }

    fn obey(&mut self, header: &Header) {
        let author = self.author(header.log);
        for deed in header.acts.iter().filter_map(Deed::from_act) {
            let space = self.spaces.entry(header.lane.space).or_default();
            match deed {
                Deed::Found => {}
                Deed::AdmitDevice(device) => {
                    self.devices.insert(device);
                    self.authors.insert(log_of(device), device);
                }
                Deed::Create => space.admitted.extend(author),
                Deed::Admit(device) => {
                    space.admitted.insert(device);
                }
                Deed::Remove { device, cut } => {
                    let known = space.removed.entry(device).or_insert(cut);
                    *known = cut.min(*known);
                }
                Deed::Erase(document) => {
                    space.erased.insert(document);
                    self.drop_sections(header.lane.space, document);
                }
            }
        }
    }

    fn drop_sections(&mut self, space: SpaceId, document: DocumentId) {
        let lane = Lane::data(space);
        let mut places = Vec::new();
        for (_, entry) in self.lane(lane) {
            for (index, row) in (0..).zip(&entry.header().table) {
                if row.document == document {
                    places.push(SectionRef { lane, entry: entry.id(), index });
                }
            }
        }
        places.into_iter().for_each(|at| {
            self.set_section(at, None);
        });
    }
}

impl Disk {
    pub(crate) fn judge(&self, entry: &Entry) -> Verdict {
        let header = entry.header();
        if header.acts.first().and_then(Deed::from_act) == Some(Deed::Found) {
            // Who signs here is known from it alone; in a real school its hash is the school's id.
            let is_first = header.lane == Lane::CHARTER && self.entries.is_empty();
            return if is_first { Verdict::Stands } else { Verdict::Refused(STRANGER) };
        }
        let Some(author) = self.author(header.log) else { return Verdict::Refused(STRANGER) };
        if sign(author, entry.header_bytes()) != *entry.signature() {
            return Verdict::Refused(STRANGER);
        }
        if header.lane == Lane::CHARTER {
            return Verdict::Stands;
        }
        let creates = header.acts.first().and_then(Deed::from_act) == Some(Deed::Create);
        let space = self.spaces.get(&header.lane.space);
        if !creates && !space.is_some_and(|space| space.admitted.contains(&author)) {
            return Verdict::Refused(STRANGER);
        }
        if self.is_held(entry) { Verdict::Held(PAST_CUT) } else { Verdict::Stands }
    }

    pub(crate) fn shared_spaces(&self, peer: DeviceId) -> Vec<SpaceId> {
        let charter = self.shares(SpaceId::CHARTER, peer).then_some(SpaceId::CHARTER);
        let spaces = self.spaces.keys().copied().filter(|space| *space != SpaceId::CHARTER);
        charter.into_iter().chain(spaces.filter(|space| self.shares(*space, peer))).collect()
    }

    pub(crate) fn shares(&self, space: SpaceId, peer: DeviceId) -> bool {
        if space == SpaceId::CHARTER {
            return self.devices.contains(&peer);
        }
        self.spaces.get(&space).is_some_and(|space| space.has(self.me) && space.has(peer))
    }
}

impl Shelf for Disk {
    type Error = Infallible;

    fn verdict(&mut self, entry: &Entry, _: Option<&Header>) -> Result<Verdict, Infallible> {
        Ok(self.judge(entry))
    }

    fn verdict_built_on(
        &mut self,
        entry: &Entry,
        _: Option<&Header>,
    ) -> Result<Verdict, Infallible> {
        Ok(self.judge(entry))
    }

    fn vouches(&mut self, _: &Entry) -> Result<bool, Infallible> {
        Ok(false)
    }

    fn holds(&mut self, id: EntryId) -> Result<bool, Infallible> {
        Ok(self.entries.contains_key(&id))
    }

    fn header(&mut self, id: EntryId) -> Result<Option<Header>, Infallible> {
        Ok(self.entries.get(&id).map(|entry| entry.header().clone()))
    }

    fn tips(&mut self, lane: Lane, log: LogId) -> Result<Option<LogTips>, Infallible> {
        Ok(self.tips_of(lane, log).cloned())
    }

    fn is_erased(&mut self, space: SpaceId, document: DocumentId) -> Result<bool, Infallible> {
        Ok(self.spaces.get(&space).is_some_and(|space| space.erased.contains(&document)))
    }

    fn fill(&mut self, entry: &Entry) -> Result<usize, Infallible> {
        let mut filled = 0;
        for (at, document, sealed) in sections_of(entry) {
            let Ok(is_erased) = self.is_erased(at.lane.space, document);
            let is_absent = self.section(at).is_none() && !is_erased;
            filled += usize::from(is_absent && self.set_section(at, Some(sealed)));
        }
        Ok(filled)
    }

    fn append(&mut self, entry: Entry, tips: &LogTips, _: Standing) -> Result<(), Infallible> {
        let header = entry.header().clone();
        self.tips.entry(header.lane).or_default().insert(header.log, tips.clone());
        let arrival = self.entries.len() as u64 + 1;
        self.arrivals.entry(header.lane).or_default().push((arrival, entry.id()));
        self.entries.insert(entry.id(), Arc::new(entry));
        self.changed(header.lane.space);
        self.obey(&header);
        let erased = self.spaces.get(&header.lane.space).map(|space| space.erased.clone());
        for document in erased.into_iter().flatten() {
            if header.table.iter().any(|row| row.document == document) {
                self.drop_sections(header.lane.space, document);
            }
        }
        Ok(())
    }
}

/// The sections that an entry brings, each with its place and its document.
pub(super) fn sections_of(entry: &Entry) -> Vec<(SectionRef, DocumentId, Vec<u8>)> {
    let (lane, id) = (entry.header().lane, entry.id());
    let rows = (0..).zip(&entry.header().table).zip(entry.sections());
    let brought = rows.filter_map(|((index, row), sealed)| {
        Some((SectionRef { lane, entry: id, index }, row.document, sealed.clone()?))
    });
    brought.collect()
}
