//! What a device does in its first replication, each part of it alone and on one core: how far the
//! whole is from their sum.

use std::fmt;
use std::path::Path;
use std::time::Instant;

use anyhow::{Context, Result};
use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::SeedableRng;
use sheaf_charter::{
    ActorId, DocumentId, Draft, DraftSection, Entry, EntryId, EpochKey, Founded, FoundingNames,
    FrequentAuthors, Lane, SectionPlace, found, open_section,
};
use sheaf_documents::{View, first_change, view_of_single_change};
use sheaf_records::{CodeLists, Record, headline, search_text, spec, to_json};
use sheaf_store::{
    DocumentState, Home, HomeFile, PassphraseCost, Purpose, RecordRow, RecordState, Store,
};

use crate::row::Unit;

const NONCE: [u8; 16] = [7; 16];
const KEY: [u8; 32] = [9; 32];
const NOW_MS: i64 = 1_788_220_800_000;
/// Some as many as one frame of a session has.
const BATCH: usize = 1_400;
/// The key is given: how it would be made from a passphrase is of no consequence.
const COST: PassphraseCost =
    PassphraseCost { memory_kib: 262_144, passes: 3, lanes: 1, salt: [0; 16] };

/// What each part takes, in seconds.
#[derive(Clone, Copy, Debug, Default)]
pub struct Floors {
    /// Whether each entry is by its author.
    pub signatures: f64,
    /// Opening each sealed section.
    pub sealing: f64,
    /// Reading each change as a record.
    pub automerge: f64,
    /// Keeping entries, documents, records and their words in an encrypted file.
    pub sqlite: f64,
}

impl Floors {
    /// All of them.
    pub fn sum(&self) -> f64 {
        self.signatures + self.sealing + self.automerge + self.sqlite
    }
}

/// Their line under the table of the comparison, beside what the whole took.
pub struct Beside(pub Floors, pub f64);

impl fmt::Display for Beside {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(floors, whole) = self;
        let show = |seconds| Unit::Seconds.show(seconds);
        writeln!(
            f,
            "Sheaf's first replication beside its parts, each of them alone on one core: \
             signatures {}, sealing {}, automerge {}, SQLite {}; together {}, and the whole took \
             {:.1} times that.",
            show(floors.signatures),
            show(floors.sealing),
            show(floors.automerge),
            show(floors.sqlite),
            show(floors.sum()),
            whole / floors.sum(),
        )
    }
}

/// Measures each part on these records, an entry each.
pub fn floors(dir: &Path, records: &[Record]) -> Result<Floors> {
    let mut rng = ChaCha20Rng::seed_from_u64(1);
    let names = FoundingNames { school: "Ashdown", person: "The head", device: "A laptop" };
    let school = found(names, NOW_MS, &mut rng)?;
    let (epoch, key) = school
        .keys
        .writing_epoch(school.pastoral, &school.trust)
        .context("no key to write with")?;
    let entries = entries(&school, (epoch, key), records, &mut rng)?;
    let mut floors = Floors::default();

    let begun = Instant::now();
    school.trust.look_ahead(&entries, &FrequentAuthors::default());
    floors.signatures = begun.elapsed().as_secs_f64();

    let begun = Instant::now();
    let opened = entries.iter().map(|entry| open(entry, key)).collect::<Result<Vec<_>>>()?;
    floors.sealing = begun.elapsed().as_secs_f64();

    let begun = Instant::now();
    let views = records.iter().zip(&opened);
    let views = views.map(|(record, change)| Ok(view_of_single_change(record.id, change)?));
    let views = views.collect::<Result<Vec<View>>>()?;
    floors.automerge = begun.elapsed().as_secs_f64();

    let rows = views.iter().zip(&entries).map(|(view, entry)| row(&school, view, entry));
    floors.sqlite = keep(dir, &entries, &rows.collect::<Vec<_>>())?;
    Ok(floors)
}

fn entries(
    school: &Founded,
    (epoch, key): (sheaf_charter::EpochId, &EpochKey),
    records: &[Record],
    rng: &mut ChaCha20Rng,
) -> Result<Vec<Entry>> {
    let (lane, log) = (Lane::data(school.pastoral), school.identity.log());
    let actor = ActorId::derive(log, NONCE).to_bytes();
    let mut entries: Vec<Entry> = Vec::with_capacity(records.len());
    for record in records {
        let change = first_change(record, spec(record.kind).version, actor, NOW_MS)?;
        let draft = Draft {
            school: school.trust.school().context("no school was founded")?,
            lane,
            log,
            seq: entries.len() as u64,
            previous: entries.last().map_or(EntryId::ZERO, Entry::id),
            charter_heads: school.trust.heads(Lane::CHARTER),
            control_heads: school.trust.heads(Lane::control(school.pastoral)),
            epoch,
            claimed_ms: NOW_MS,
            acts: Vec::new(),
            sections: vec![DraftSection {
                document: DocumentId::from_bytes(record.id.to_bytes()),
                nonce: NONCE,
                changes: change.bytes,
            }],
        };
        entries.push(draft.seal(&school.identity, Some(key), rng)?);
    }
    // As they come over the wire: nothing is remembered of how they were made.
    entries.iter().map(|entry| Ok(Entry::from_bytes(&entry.to_bytes())?)).collect()
}

fn open(entry: &Entry, key: &EpochKey) -> Result<Vec<u8>> {
    let header = entry.header();
    let row = header.table.first().context("an entry has no section")?;
    let sealed = entry.sections().first().and_then(Option::as_deref).context("it is not here")?;
    let header_prefix = &header.prefix_bytes();
    let place = SectionPlace { header_prefix, index: 0, document: row.document };
    Ok(open_section(key, &place, sealed)?.changes)
}

fn row(school: &Founded, view: &View, entry: &Entry) -> RecordRow {
    let record = &view.record;
    RecordRow {
        record: DocumentId::from_bytes(record.id.to_bytes()),
        space: school.pastoral,
        kind: record.kind.name().to_owned(),
        state: RecordState::Live,
        sort_at: NOW_MS / 60_000,
        conflicts: 0,
        created_by: school.identity.person(),
        created_ms: NOW_MS,
        entry: entry.id(),
        title: headline(record, &CodeLists::default()),
        body: search_text(record),
        json: serde_json::Value::from(to_json(record)).to_string(),
    }
}

/// Seconds that the store takes for entries, documents and records, batch after batch.
fn keep(dir: &Path, entries: &[Entry], rows: &[RecordRow]) -> Result<f64> {
    let home = Home::create(dir.join("floor"), HomeFile::new(Purpose::Test, COST))?;
    let store = Store::create(&home, Some(&KEY))?;
    let begun = Instant::now();
    for (entries, rows) in entries.chunks(BATCH).zip(rows.chunks(BATCH)) {
        store.write(|txn| entries.iter().try_for_each(|entry| txn.append(entry, &[], NOW_MS)))?;
        store.write_derived(|txn| {
            rows.iter().zip(entries).try_for_each(|(row, entry)| {
                txn.put_document(&DocumentState {
                    document: row.record,
                    space: row.space,
                    changes: 1,
                    heads: entry.id().as_bytes().to_vec(),
                    stored: None,
                })?;
                txn.put_record(row, &[], &[])
            })
        })?;
    }
    Ok(begun.elapsed().as_secs_f64())
}
