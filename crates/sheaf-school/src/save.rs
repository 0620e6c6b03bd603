//! A save: one transaction that makes changes, signs and seals them as one entry, and indexes
//! what they say. It returns when all of it is durable on this device, and waits for nobody.

use std::collections::BTreeMap;

use sheaf_charter::{
    ActorId, Draft, DraftSection, Entry, EntryId, Lane, MAX_BODY_BYTES, MAX_SECTIONS, SpaceId,
};
use sheaf_documents::{Change, Document, first_change};
use sheaf_records::{Edit, Record, RecordId, spec};
use sheaf_store::{Snapshot, Txn};

use crate::clock::Clock;
use crate::control::Control;
use crate::core::{Core, Lists};
use crate::entropy;
use crate::error::{Result, SchoolError};
use crate::index_row::{index_new, put_index};
use crate::indexed::document_id;
use crate::journal;
use crate::project::Projector;

/// One change that a save makes.
#[derive(Clone, Debug)]
pub(crate) enum Write {
    /// A new record.
    Create(Record),
    /// Changes of values of a record that is here, and why they are made.
    Edit(RecordId, Vec<Edit>, Option<String>),
}

/// What a section may grow by when it is sealed: nonce, tag, preamble and padding.
const SEALING_BYTES: usize = 512;

impl Core {
    /// Saves changes in one space as one entry; all of them or none.
    pub(crate) fn save(&self, clock: &Clock, space: SpaceId, writes: &[Write]) -> Result<Entry> {
        let result = self.store.write(|txn| {
            self.refresh_from(txn)?;
            let (control, lists) = (self.control(), self.lists());
            Saving::new(self, &control, &lists, clock, space)?.run(txn, writes)
        });
        match &result {
            Ok(_) => self.note_save(),
            Err(_) => self.renew_nonce(),
        }
        result
    }

    /// Saves many changes in as few entries as the bounds allow, all in one transaction: all of
    /// them or none. `plan` says what to write in which space, having looked at the store as it is
    /// in that transaction; it names each record once. Tells how many are written so far.
    pub(crate) fn save_planned<T>(
        &self,
        clock: &Clock,
        plan: impl FnOnce(&Snapshot<'_>) -> Result<(BTreeMap<SpaceId, Vec<Write>>, T)>,
        tell: &dyn Fn(usize),
    ) -> Result<T> {
        let result = self.store.write(|txn| {
            self.refresh_from(txn)?;
            let (writes, value) = plan(txn)?;
            let (control, lists) = (self.control(), self.lists());
            let mut count = 0;
            for (space, writes) in writes {
                let saving = Saving::new(self, &control, &lists, clock, space)?;
                saving.run_all(txn, &writes, &mut |written| {
                    count += written;
                    tell(count);
                })?;
            }
            Ok(value)
        });
        match &result {
            Ok(_) => self.note_save(),
            Err(_) => self.renew_nonce(),
        }
        result
    }

    /// Saves in one space what `take` finds in the transaction; what it changes there holds only
    /// together with the save.
    pub(crate) fn save_taken(
        &self,
        clock: &Clock,
        space: SpaceId,
        take: impl FnOnce(&mut Txn<'_>) -> Result<Vec<Write>>,
    ) -> Result<()> {
        let result = self.store.write(|txn| {
            self.refresh_from(txn)?;
            let writes = take(txn)?;
            let (control, lists) = (self.control(), self.lists());
            Saving::new(self, &control, &lists, clock, space)?.run_all(txn, &writes, &mut |_| {})
        });
        match &result {
            Ok(()) => self.note_save(),
            Err(_) => self.renew_nonce(),
        }
        result
    }

    /// Saves many new records in one space, as few entries as the bounds allow, each in one
    /// transaction. Tells after each how many are durable.
    pub(crate) fn save_bulk(
        &self,
        clock: &Clock,
        space: SpaceId,
        records: Vec<Record>,
        done: &dyn Fn(usize),
    ) -> Result<()> {
        let mut count = 0;
        let mut records = records.into_iter().peekable();
        while records.peek().is_some() {
            let result = self.store.write(|txn| {
                self.refresh_from(txn)?;
                let (control, lists) = (self.control(), self.lists());
                Saving::new(self, &control, &lists, clock, space)?.run_bulk(txn, &mut records)
            });
            match result {
                Ok(saved) => count += saved,
                Err(error) => {
                    self.renew_nonce();
                    return Err(error);
                }
            }
            done(count);
            self.note_save();
        }
        Ok(())
    }
}

struct Saving<'a> {
    core: &'a Core,
    control: &'a Control,
    lists: &'a Lists,
    lane: Lane,
    now_ms: i64,
    nonce: [u8; 16],
    actor: [u8; 16],
}

impl<'a> Saving<'a> {
    fn new(
        core: &'a Core,
        control: &'a Control,
        lists: &'a Lists,
        clock: &Clock,
        space: SpaceId,
    ) -> Result<Self> {
        if !control.trust.may_write(core.device(), space) {
            let name = control.space_name(space);
            return Err(SchoolError::NotAllowed(format!("your role may not write in `{name}`")));
        }
        let nonce = core.nonce();
        let actor = ActorId::derive(core.identity.log(), nonce).to_bytes();
        let (lane, now_ms) = (Lane::data(space), clock.now_ms());
        Ok(Self { core, control, lists, lane, now_ms, nonce, actor })
    }

    fn run(&self, txn: &mut Txn<'_>, writes: &[Write]) -> Result<Entry> {
        let projector = self.projector();
        let mut made = Vec::new();
        for write in writes {
            if let Some(one) = self.change(txn, &projector, write)? {
                made.push(one);
            }
        }
        if made.is_empty() {
            return Err(SchoolError::Refused("nothing would change".to_owned()));
        }
        self.append_made(txn, &made)
    }

    /// Writes many changes, each of another record, as one entry after the other.
    fn run_all(
        &self,
        txn: &mut Txn<'_>,
        writes: &[Write],
        tell: &mut dyn FnMut(usize),
    ) -> Result<()> {
        let (mut made, mut bytes) = (Vec::new(), 0);
        for write in writes {
            let Some(one) = self.change(txn, &self.projector(), write)? else { continue };
            let size = one.change().bytes.len() + SEALING_BYTES;
            let full = made.len() == MAX_SECTIONS || bytes + size > MAX_BODY_BYTES;
            if full && !made.is_empty() {
                self.append_made(txn, &made)?;
                tell(made.len());
                made.clear();
                bytes = 0;
            }
            bytes += size;
            made.push(one);
        }
        if made.is_empty() {
            return Ok(());
        }
        self.append_made(txn, &made)?;
        tell(made.len());
        Ok(())
    }

    /// Writes what was made as one entry, and what follows from it.
    fn append_made(&self, txn: &mut Txn<'_>, made: &[Made]) -> Result<Entry> {
        let sections = made.iter().map(|one| self.section(one)).collect();
        let entry = self.append(txn, sections)?;
        let mut projector = self.projector();
        for one in made {
            self.index(txn, &mut projector, one, &entry)?;
        }
        projector.finish(txn)?;
        Ok(entry)
    }

    fn run_bulk(
        &self,
        txn: &mut Txn<'_>,
        records: &mut std::iter::Peekable<std::vec::IntoIter<Record>>,
    ) -> Result<usize> {
        let mut made = Vec::new();
        let mut bytes = 0;
        while let Some(record) = records.peek() {
            let one = self.create(record.clone())?;
            bytes += one.change().bytes.len() + SEALING_BYTES;
            if made.len() == MAX_SECTIONS || (bytes > MAX_BODY_BYTES && !made.is_empty()) {
                break;
            }
            made.push(one);
            records.next();
        }
        self.append_made(txn, &made)?;
        Ok(made.len())
    }

    fn projector(&self) -> Projector<'a> {
        Projector::new(self.control, &self.lists.codes)
    }

    fn change(
        &self,
        txn: &Txn<'_>,
        projector: &Projector<'_>,
        write: &Write,
    ) -> Result<Option<Made>> {
        match write {
            Write::Create(record) => {
                if txn.document(document_id(record.id))?.is_some() {
                    let id = record.id;
                    return Err(SchoolError::Refused(format!("record {id} is here already")));
                }
                self.create(record.clone()).map(Some)
            }
            Write::Edit(id, edits, because) => {
                let missing = || not_found(*id);
                let state = txn.document(document_id(*id))?.ok_or_else(missing)?;
                if state.space != self.lane.space {
                    return Err(missing());
                }
                let mut document = projector.load(txn, &state)?;
                let because = because.as_deref();
                let change = document.edit_because(edits, because, self.actor, self.now_ms)?;
                Ok(change.map(|change| Made::Changed { document: Box::new(document), change }))
            }
        }
    }

    fn create(&self, record: Record) -> Result<Made> {
        let schema = spec(record.kind).version;
        let change = first_change(&record, schema, self.actor, self.now_ms)?;
        Ok(Made::New { record, change })
    }

    fn section(&self, made: &Made) -> DraftSection {
        let document = document_id(made.id());
        DraftSection { document, nonce: self.nonce, changes: made.change().bytes.clone() }
    }

    fn append(&self, txn: &mut Txn<'_>, sections: Vec<DraftSection>) -> Result<Entry> {
        let space = self.lane.space;
        let (epoch, key) = self
            .control
            .keys
            .writing_epoch(space, &self.control.trust)
            .ok_or(sheaf_charter::CharterError::NoEpochKey)?;
        let identity = &self.core.identity;
        let tip = journal::tip(txn, self.lane, identity.log())?;
        let before = tip.map(|tip| txn.header(tip.last)).transpose()?.flatten();
        let (charter_heads, control_heads) = self.control.heads_after(space, before.as_ref());
        let draft = Draft {
            school: self.core.school_id(),
            lane: self.lane,
            log: identity.log(),
            seq: tip.map_or(0, |tip| tip.next),
            previous: tip.map_or(EntryId::ZERO, |tip| tip.last),
            charter_heads,
            control_heads,
            epoch,
            claimed_ms: self.now_ms,
            acts: Vec::new(),
            sections,
        };
        let entry = draft.seal(identity, Some(key), &mut entropy::rng())?;
        journal::append(txn, &entry, self.now_ms)?;
        Ok(entry)
    }

    fn index(
        &self,
        txn: &mut Txn<'_>,
        projector: &mut Projector<'_>,
        made: &Made,
        entry: &Entry,
    ) -> Result<()> {
        let space = self.lane.space;
        match made {
            Made::New { record, change } => {
                projector.put_state(txn, space, record.id, &[change.hash], 1, None)?;
                let indexed = index_new(record, self.control.stamp(entry));
                put_index(txn, space, record, &indexed, &self.lists.codes)
            }
            Made::Changed { document, .. } => {
                let origins = projector.origins(txn, document_id(document.id()), Some(entry))?;
                projector.put(txn, space, document, &origins)
            }
        }
    }
}

/// What a write has made.
enum Made {
    /// A record by its first change; its document need not be built.
    New { record: Record, change: Change },
    /// A document with the change that was just made to it.
    Changed { document: Box<Document>, change: Change },
}

impl Made {
    fn id(&self) -> RecordId {
        match self {
            Self::New { record, .. } => record.id,
            Self::Changed { document, .. } => document.id(),
        }
    }

    const fn change(&self) -> &Change {
        match self {
            Self::New { change, .. } | Self::Changed { change, .. } => change,
        }
    }
}

/// There is no such record here.
pub(crate) fn not_found(id: RecordId) -> SchoolError {
    SchoolError::NotFound { what: "record", name: id.to_string(), hint: String::new() }
}
