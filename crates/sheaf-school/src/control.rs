//! Who is in, by which keys, under which names: the control parts in memory.

use std::collections::{BTreeMap, BTreeSet};

use sheaf_charter::{
    DeviceId, DocumentId, Entry, EntryId, Header, HeldReason, Identity, KeyHolder, KeyRing, Lane,
    Names, PersonId, Role, SchoolId, SpaceId, Trust,
};
use sheaf_store::Snapshot;

use crate::error::{Result, SchoolError};
use crate::stamp::Stamp;

/// The control parts that the store holds, read again whenever it has more of them.
#[derive(Clone)]
pub(crate) struct Control {
    /// The state that follows from them.
    pub trust: Trust,
    /// The keys that they give to this device.
    pub keys: KeyRing,
    /// What everything is called, as far as those keys open it.
    pub names: Names,
    /// Whether this device is a locker: it keeps what is sealed, and opens none of it.
    pub is_locker: bool,
    erased: BTreeMap<SpaceId, BTreeSet<DocumentId>>,
    known: BTreeSet<EntryId>,
}

impl Control {
    /// Nothing yet, of a school that is known by its id.
    pub(crate) fn new(school: SchoolId) -> Self {
        Self {
            trust: Trust::expecting(school),
            keys: KeyRing::new(),
            names: Names::default(),
            is_locker: false,
            erased: BTreeMap::new(),
            known: BTreeSet::new(),
        }
    }

    /// The control entries that the store has beyond those known here.
    pub(crate) fn missing(&self, snapshot: &Snapshot<'_>) -> Result<Vec<Entry>> {
        let mut fresh = Vec::new();
        for space in snapshot.spaces()? {
            for id in snapshot.entry_ids(Lane::control(space))? {
                if !self.known.contains(&id) {
                    let gone = || SchoolError::Index("a control entry is missing".to_owned());
                    fresh.push(snapshot.entry(id)?.ok_or_else(gone)?);
                }
            }
        }
        Ok(fresh)
    }

    /// Takes in control entries that are durable: in any order, as their predecessors allow.
    pub(crate) fn take(&mut self, entries: &[Entry], school: SchoolId, identity: &Identity) {
        let mut waiting: Vec<&Entry> = entries.iter().collect();
        loop {
            let before = waiting.len();
            waiting.retain(|entry| {
                let stays =
                    matches!(self.trust.insert(entry), Ok(sheaf_charter::Inserted::Waits { .. }));
                if !stays {
                    self.known.insert(entry.id());
                }
                stays
            });
            if waiting.len() == before || waiting.is_empty() {
                break;
            }
        }
        if !entries.is_empty() {
            self.keys.learn(school, entries, KeyHolder::Device(identity));
            self.names = self.trust.names(&self.keys);
            self.is_locker = self.trust.last_role(identity.person()) == Some(Role::Locker);
            let spaces = self.trust.spaces().into_iter();
            self.erased = spaces.map(|space| (space, self.trust.erased(space))).collect();
        }
    }

    /// How many control entries are known here.
    pub(crate) fn acts_known(&self) -> u64 {
        u64::try_from(self.known.len()).unwrap_or(u64::MAX)
    }

    /// Whether a document is erased from a space.
    pub(crate) fn is_erased(&self, space: SpaceId, document: DocumentId) -> bool {
        self.erased.get(&space).is_some_and(|erased| erased.contains(&document))
    }

    /// Who wrote an entry, when, on which device.
    pub(crate) fn stamp(&self, entry: &Entry) -> Stamp {
        self.stamp_of(entry.id(), entry.header())
    }

    /// The same of an entry of which only the header was read.
    pub(crate) fn stamp_of(&self, entry: EntryId, header: &Header) -> Stamp {
        let text = |id: Option<String>| id.unwrap_or_default();
        Stamp {
            person: text(self.trust.person_of_log(header.log).map(|id| id.to_string())),
            device: text(self.trust.device_of_log(header.log).map(|id| id.to_string())),
            at_ms: header.claimed_ms,
            entry: entry.to_string(),
        }
    }

    /// Everything that is erased, each document with its space.
    pub(crate) fn erased(&self) -> impl Iterator<Item = (SpaceId, DocumentId)> {
        let spaces = self.erased.iter();
        spaces.flat_map(|(space, erased)| erased.iter().map(|document| (*space, *document)))
    }

    /// All heads of the charter, and of a lane's space.
    pub(crate) fn heads(&self, lane: Lane) -> (Vec<EntryId>, Vec<EntryId>) {
        let charter = self.trust.heads(Lane::CHARTER);
        let control = if lane.space == SpaceId::CHARTER {
            Vec::new()
        } else {
            self.trust.heads(Lane::control(lane.space))
        };
        (charter, control)
    }

    /// The heads that a new data entry of a space names, of the charter and of the space: all of
    /// them, or as many as it can name, those that the entry before it covers among them.
    pub(crate) fn heads_after(
        &self,
        space: SpaceId,
        before: Option<&Header>,
    ) -> (Vec<EntryId>, Vec<EntryId>) {
        let charter = before.map(|header| header.charter_heads.as_slice()).unwrap_or_default();
        let control = before.map(|header| header.control_heads.as_slice()).unwrap_or_default();
        (
            self.trust.heads_covering(SpaceId::CHARTER, charter),
            self.trust.heads_covering(space, control),
        )
    }

    /// The name of a space; its id where its name cannot be read.
    pub(crate) fn space_name(&self, space: SpaceId) -> String {
        let name = match self.trust.hand_off(space) {
            Some(person) => self.names.people.get(&person).map(|of| format!("hand-off of {of}")),
            None => self.names.spaces.get(&space).cloned(),
        };
        name.unwrap_or_else(|| space.to_string())
    }

    /// The spaces that a person is in and that people choose from: hand-off spaces look after
    /// themselves.
    pub(crate) fn chosen_spaces(&self, person: PersonId) -> Vec<SpaceId> {
        let mut spaces = self.trust.spaces_of_person(person);
        spaces.retain(|space| self.trust.hand_off(*space).is_none());
        spaces
    }

    /// The names of the spaces that a person is in, in alphabetical order.
    pub(crate) fn space_names(&self, person: PersonId) -> Vec<String> {
        let spaces = self.chosen_spaces(person);
        let mut names: Vec<String> = spaces.iter().map(|one| self.space_name(*one)).collect();
        names.sort();
        names
    }

    /// The space of that name among those that this person is in.
    pub(crate) fn space_named(&self, person: PersonId, name: &str) -> Result<SpaceId> {
        let spaces = self.chosen_spaces(person);
        let found = spaces.iter().find(|space| self.space_name(**space) == name);
        found.copied().ok_or_else(|| {
            let hint = format!(": you are in {}", self.space_names(person).join(", "));
            SchoolError::NotFound { what: "space", name: name.to_owned(), hint }
        })
    }

    /// A person's name; empty where it cannot be read.
    pub(crate) fn person_name(&self, person: &str) -> String {
        let id: Option<PersonId> = person.parse().ok();
        id.and_then(|id| self.names.people.get(&id)).cloned().unwrap_or_default()
    }

    /// A device's name; empty where it cannot be read.
    pub(crate) fn device_name(&self, device: &str) -> String {
        let id: Option<DeviceId> = device.parse().ok();
        id.and_then(|id| self.names.devices.get(&id)).cloned().unwrap_or_default()
    }

    /// How many acts of control entries have no effect, by reason.
    pub(crate) fn held_acts(&self) -> BTreeMap<HeldReason, u64> {
        let mut counts = BTreeMap::new();
        for act in self.trust.held() {
            *counts.entry(act.reason).or_default() += 1;
        }
        counts
    }
}
