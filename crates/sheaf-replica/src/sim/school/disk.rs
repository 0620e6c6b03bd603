//! What a device of the school keeps, and what follows from it.

use std::collections::{BTreeMap, BTreeSet};
use std::convert::Infallible;
use std::sync::Arc;

use sheaf_charter::{
    DeviceId, DocumentId, Entry, EntryId, Header, Identity, Inserted, KeyHolder, KeyRing, Lane,
    LogId, Part, SchoolId, SectionPlace, SpaceId, Trust, open_section,
};

use super::super::disk::sections_of;
use super::paper::text;
use crate::{
    Chains, ContentDigest, ContentSet, Intake, LogTips, Reason, Section, SectionRef, Shelf,
    Standing, Vector, Verdict, verdict, verdict_again, verdict_built_on,
};

/// Why a section is held that opens and cannot be read.
pub(super) const UNREADABLE: Reason = Reason::new("it cannot be read");

/// A section's place: its entry, and its number there.
pub(super) type Place = (EntryId, u16);

/// Everything durable of one device, and what it worked out of it.
#[derive(Clone)]
pub(super) struct Disk {
    pub me: Arc<Identity>,
    pub entries: BTreeMap<EntryId, Arc<Entry>>,
    pub arrivals: Vec<EntryId>,
    pub tips: BTreeMap<Lane, BTreeMap<LogId, LogTips>>,
    places: BTreeMap<(Lane, LogId, u64), Vec<EntryId>>,
    pub trust: Trust,
    pub keys: KeyRing,
    opened: BTreeMap<Place, Result<Vec<u8>, Reason>>,
    shown: BTreeMap<SpaceId, Arc<Shown>>,
}

/// What stands in a space, as one device sees it.
#[derive(PartialEq, Eq, Debug)]
pub(super) struct Shown {
    /// Why a section is held; none where it stands.
    pub sections: BTreeMap<Place, Option<Reason>>,
    /// What is to be read in those that stand and can be opened.
    pub values: BTreeMap<Place, Vec<u8>>,
    pub content: ContentDigest,
}

impl Disk {
    pub(super) fn new(me: Arc<Identity>) -> Self {
        Self {
            me,
            entries: BTreeMap::new(),
            arrivals: Vec::new(),
            tips: BTreeMap::new(),
            places: BTreeMap::new(),
            trust: Trust::new(),
            keys: KeyRing::new(),
            opened: BTreeMap::new(),
            shown: BTreeMap::new(),
        }
    }

    /// Takes in what a device is given when it joins.
    pub(super) fn join(&mut self, entries: &[Arc<Entry>]) {
        let founding = entries.first().map(|entry| SchoolId::from_founding(entry.id()));
        let school = self.trust.school().or(founding).unwrap();
        let mut intake = Intake::new(school);
        let entries: Vec<Entry> = entries.iter().map(|entry| Entry::clone(entry)).collect();
        let count = entries.len();
        let Ok(report) = intake.take_in(entries, self);
        assert_eq!(report.joined.len(), count);
    }

    pub(super) fn device(&self) -> DeviceId {
        self.me.device()
    }

    pub(super) fn tips_of(&self, lane: Lane, log: LogId) -> Option<&LogTips> {
        self.tips.get(&lane)?.get(&log)
    }

    pub(super) fn vector(&self, lane: Lane) -> Vector {
        let mut vector = Vector::new();
        for (log, tips) in self.tips.get(&lane).into_iter().flatten() {
            vector.set(*log, tips);
        }
        vector
    }

    /// The entries of a lane in the order of their arrival.
    pub(super) fn lane(&self, lane: Lane) -> impl Iterator<Item = (u64, &Arc<Entry>)> {
        let all = (1..).zip(&self.arrivals).map(|(arrival, id)| (arrival, &self.entries[id]));
        all.filter(move |(_, entry)| entry.header().lane == lane)
    }

    /// Sections that are missing without a tombstone.
    pub(super) fn wants(&self, lane: Lane) -> Vec<SectionRef> {
        let erased = self.trust.erased(lane.space);
        let mut wants = Vec::new();
        for (_, entry) in self.lane(lane) {
            let rows = entry.header().table.iter().zip(entry.sections());
            for (index, (row, section)) in (0..).zip(rows) {
                if section.is_none() && !erased.contains(&row.document) {
                    wants.push(SectionRef { lane, entry: entry.id(), index });
                }
            }
        }
        wants
    }

    pub(super) fn section(&self, at: SectionRef) -> Option<Section> {
        let entry = self.entries.get(&at.entry).filter(|entry| entry.header().lane == at.lane)?;
        let sealed = entry.sections().get(usize::from(at.index))?.clone()?;
        Some(Section { at, sealed })
    }

    /// Puts a section in its place, or takes it out; says whether it fitted.
    pub(super) fn set_section(&mut self, at: SectionRef, sealed: Option<Vec<u8>>) -> bool {
        let Some(entry) = self.entries.get(&at.entry) else { return false };
        let mut sections = entry.sections().to_vec();
        let Some(place) = sections.get_mut(usize::from(at.index)) else { return false };
        *place = sealed;
        let header = entry.header_bytes().to_vec();
        let Ok(entry) = Entry::from_parts(header, *entry.signature(), sections) else {
            return false;
        };
        self.opened.remove(&(at.entry, at.index));
        self.entries.insert(at.entry, Arc::new(entry));
        self.shown.clear();
        true
    }

    /// What stands in a space and what it says.
    pub(super) fn shown(&mut self, space: SpaceId) -> Arc<Shown> {
        if let Some(shown) = self.shown.get(&space) {
            return Arc::clone(shown);
        }
        let shown = Arc::new(self.show(space));
        self.shown.insert(space, Arc::clone(&shown));
        shown
    }

    fn show(&mut self, space: SpaceId) -> Shown {
        let (mut sections, mut values) = (BTreeMap::new(), BTreeMap::new());
        let mut heads: BTreeMap<DocumentId, Vec<[u8; 32]>> = BTreeMap::new();
        let entries: Vec<_> =
            self.lane(Lane::data(space)).map(|(_, entry)| Arc::clone(entry)).collect();
        let erased = self.trust.erased(space);
        for entry in entries {
            let Ok(verdict) = verdict_again(self, &self.trust, entry.header(), entry.id());
            let attested = self.trust.attested(space, entry.id());
            for (index, row) in (0..).zip(&entry.header().table) {
                let mut held = match &verdict {
                    Verdict::Held(reason) | Verdict::Refused(reason)
                        if !attested.contains(&index) =>
                    {
                        Some(reason.clone())
                    }
                    _ => None,
                };
                let place = (entry.id(), index);
                let reads = held.is_none() && !erased.contains(&row.document);
                match reads.then(|| self.open(&entry, index)).flatten() {
                    Some(Ok(text)) => {
                        values.insert(place, text);
                        heads.entry(row.document).or_default().push(entry.id().to_bytes());
                    }
                    Some(Err(reason)) => held = Some(reason),
                    None => {}
                }
                sections.insert(place, held);
            }
        }
        let mut content = ContentSet::default();
        heads.iter().for_each(|(document, heads)| content.set(*document, heads));
        Shown { sections, values, content: content.digest().clone() }
    }

    fn open(&mut self, entry: &Entry, index: u16) -> Option<Result<Vec<u8>, Reason>> {
        let place = (entry.id(), index);
        if let Some(text) = self.opened.get(&place) {
            return Some(text.clone());
        }
        let text = opened(&self.keys, entry, index)?;
        self.opened.insert(place, text.clone());
        Some(text)
    }

    /// Which spaces may be spoken of to a device.
    pub(super) fn shared_spaces(&self, peer: DeviceId) -> Vec<SpaceId> {
        self.trust.shared_spaces(self.device(), peer)
    }

    fn forget_erased(&mut self, space: SpaceId) {
        let erased = self.trust.erased(space);
        let mut places = Vec::new();
        for (_, entry) in self.lane(Lane::data(space)) {
            let rows = entry.header().table.iter().zip(entry.sections());
            for (index, (row, section)) in (0..).zip(rows) {
                if section.is_some() && erased.contains(&row.document) {
                    places.push(SectionRef { lane: Lane::data(space), entry: entry.id(), index });
                }
            }
        }
        for at in places {
            self.set_section(at, None);
        }
    }
}

/// What a section says to whoever has these keys; none where it is not here or the key is not.
pub(super) fn opened(keys: &KeyRing, entry: &Entry, index: u16) -> Option<Result<Vec<u8>, Reason>> {
    let header = entry.header();
    let key = keys.key(header.lane.space, header.epoch)?;
    let document = header.table.get(usize::from(index))?.document;
    let prefix = header.prefix_bytes();
    let place = SectionPlace { header_prefix: &prefix, index: index.into(), document };
    let sealed = entry.sections().get(usize::from(index))?.as_ref()?;
    let opened = open_section(key, &place, sealed).ok();
    Some(opened.and_then(|opened| text(document, header.log, &opened)).ok_or(UNREADABLE))
}

impl Chains for Disk {
    type Error = Infallible;

    fn holds(&self, id: EntryId) -> Result<bool, Infallible> {
        Ok(self.entries.contains_key(&id))
    }

    fn header(&self, id: EntryId) -> Result<Option<Header>, Infallible> {
        Ok(self.entries.get(&id).map(|entry| entry.header().clone()))
    }

    fn entries_at(&self, lane: Lane, log: LogId, seq: u64) -> Result<Vec<EntryId>, Infallible> {
        Ok(self.places.get(&(lane, log, seq)).cloned().unwrap_or_default())
    }
}

impl Shelf for Disk {
    type Error = Infallible;

    fn verdict(&mut self, entry: &Entry, previous: Option<&Header>) -> Result<Verdict, Infallible> {
        verdict(self, &self.trust, entry, previous)
    }

    fn verdict_built_on(
        &mut self,
        entry: &Entry,
        previous: Option<&Header>,
    ) -> Result<Verdict, Infallible> {
        verdict_built_on(self, &self.trust, entry, previous)
    }

    fn vouches(&mut self, entry: &Entry) -> Result<bool, Infallible> {
        Ok(self.trust.vouches(entry))
    }

    fn holds(&mut self, id: EntryId) -> Result<bool, Infallible> {
        Ok(self.entries.contains_key(&id))
    }

    fn header(&mut self, id: EntryId) -> Result<Option<Header>, Infallible> {
        Chains::header(self, id)
    }

    fn tips(&mut self, lane: Lane, log: LogId) -> Result<Option<LogTips>, Infallible> {
        Ok(self.tips_of(lane, log).cloned())
    }

    fn is_erased(&mut self, space: SpaceId, document: DocumentId) -> Result<bool, Infallible> {
        Ok(self.trust.erased(space).contains(&document))
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
        let header = entry.header();
        let (lane, place) = (header.lane, (header.lane, header.log, header.seq));
        self.tips.entry(lane).or_default().insert(header.log, tips.clone());
        self.places.entry(place).or_default().push(entry.id());
        self.arrivals.push(entry.id());
        let entry = Arc::new(entry);
        self.entries.insert(entry.id(), Arc::clone(&entry));
        if lane.part == Part::Control {
            let inserted = self.trust.insert(&entry);
            assert!(matches!(inserted, Ok(Inserted::New { .. })), "{inserted:?} once it joined");
            let school = self.trust.school().unwrap();
            self.keys.learn(school, [&*entry], KeyHolder::Device(&self.me));
            self.shown.clear();
        } else {
            self.shown.remove(&lane.space);
        }
        let spaces: BTreeSet<_> = self.trust.spaces().into_iter().collect();
        for space in
            spaces.into_iter().filter(|space| lane == Lane::CHARTER || *space == lane.space)
        {
            self.forget_erased(space);
        }
        Ok(())
    }
}
