//! The columns of a school, kept up to date record by record.

use std::collections::{BTreeSet, HashMap};
use std::fmt;
use std::sync::Arc;

use sheaf_records::{Kind, Record, RecordId, SchoolCalendar};

use crate::data::column::ColumnType;
use crate::data::days::day_number;
use crate::data::facts::{AllFacts, FACTS, PupilFacts};
use crate::data::labels::Dictionary;
use crate::data::revision::{Revision, Shared};
use crate::data::rows::{Raw, Row, rows, tables_of};
use crate::data::snapshot::{Snapshot, TableView};
use crate::data::store::{Stored, TableStore};
use crate::error::AnalyticsError;
use crate::tables::{Source, TableSpec, tables};

/// Where a record comes from and what of it is in dispute.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Provenance {
    /// The space that holds it.
    pub space: String,
    /// The names of its fields that two people wrote at once; the columns hold the winner.
    pub conflicts: BTreeSet<String>,
}

impl Provenance {
    /// A record of a space, without conflicts.
    pub fn of_space(space: impl Into<String>) -> Self {
        Self { space: space.into(), conflicts: BTreeSet::new() }
    }
}

/// The columns of a school. Writing costs what the change costs; [`Dataset::snapshot`] gives a
/// view that stays as it is while records arrive.
///
/// ```
/// use jiff::civil::date;
/// use sheaf_analytics::{Aggregate, Budget, Dataset, Plan, Provenance, Scope};
/// use sheaf_records::{Kind, Record, RecordId};
///
/// let id = RecordId::from_bytes([1; 16]);
/// let mut incident = Record { id, kind: Kind::Incident, fields: Default::default() };
/// incident.set("occurred_at", date(2026, 11, 20).at(10, 15, 0, 0));
/// incident.set("category", "disruption");
///
/// let mut dataset = Dataset::default();
/// dataset.upsert(&incident, &Provenance::of_space("pastoral"))?;
/// let scope = Scope::new(dataset.snapshot(), date(2026, 11, 22));
/// let plan = Plan::scan("incidents").group(["category"], [("n", Aggregate::Count)]);
/// let frame = plan.run(&scope, &Budget::default())?;
/// assert_eq!(frame.column("n")?.numbers()?, [1.0]);
/// # Ok::<(), sheaf_analytics::AnalyticsError>(())
/// ```
pub struct Dataset {
    stores: Vec<TableStore>,
    /// One dictionary for the ids of all records, one for pupils, one for each text column's name.
    records: Dictionary,
    pupils: Dictionary,
    spaces: Dictionary,
    texts: HashMap<&'static str, Dictionary>,
    facts: Arc<Vec<Option<Arc<PupilFacts>>>>,
    fact_texts: [Dictionary; FACTS.len()],
    calendars: HashMap<RecordId, Record>,
    calendar: Arc<SchoolCalendar>,
    kinds: HashMap<i32, Kind>,
    shared: Shared,
    /// The snapshot that was given last, and whether it is of everything so far.
    last: Option<Arc<Snapshot>>,
    is_current: bool,
}

impl Default for Dataset {
    fn default() -> Self {
        Self {
            stores: tables().iter().map(TableStore::new).collect(),
            records: Dictionary::default(),
            pupils: Dictionary::default(),
            spaces: Dictionary::default(),
            texts: HashMap::new(),
            facts: Arc::default(),
            fact_texts: Default::default(),
            calendars: HashMap::new(),
            calendar: Arc::default(),
            kinds: HashMap::new(),
            shared: Shared::default(),
            last: None,
            is_current: false,
        }
    }
}

impl fmt::Debug for Dataset {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Dataset({} records)", self.kinds.len() + self.calendars.len())
    }
}

impl Dataset {
    /// Takes a record in, new or changed.
    ///
    /// # Errors
    /// A school year contradicts the others; nothing is changed then.
    pub fn upsert(
        &mut self,
        record: &Record,
        provenance: &Provenance,
    ) -> Result<(), AnalyticsError> {
        if record.kind == Kind::Calendar {
            return self.change_calendar(record.id, Some(record.clone()));
        }
        if tables_of(record.kind).is_empty() {
            return Ok(());
        }
        self.remove_rows(record.id);
        let code = self.records.intern(&hex(record.id));
        self.kinds.insert(code, record.kind);
        if record.kind == Kind::Pupil {
            let facts = PupilFacts::read(record, &mut self.fact_texts);
            self.set_facts(record.id, Some(Arc::new(facts)));
        }
        let space = self.spaces.intern(&provenance.space);
        let in_conflict = !provenance.conflicts.is_empty();
        let rows = rows(record);
        for (at, spec) in tables().iter().enumerate() {
            let own = rows.iter().filter(|row| row.table == spec.name);
            let cells: Vec<Vec<Stored>> =
                own.map(|row| self.stored(spec, in_conflict, row)).collect();
            if let Some(store) = self.stores.get_mut(at) {
                store.append(code, space, &cells);
            }
        }
        self.is_current = false;
        Ok(())
    }

    /// Takes a record out: withdrawn or erased. One that was never taken in is passed over.
    ///
    /// # Errors
    /// The school years that remain contradict each other.
    pub fn remove(&mut self, record: RecordId) -> Result<(), AnalyticsError> {
        if self.calendars.contains_key(&record) {
            return self.change_calendar(record, None);
        }
        self.remove_rows(record);
        Ok(())
    }

    fn remove_rows(&mut self, record: RecordId) {
        let Some(code) = self.records.code(&hex(record)) else { return };
        let Some(kind) = self.kinds.remove(&code) else { return };
        for (store, spec) in self.stores.iter_mut().zip(tables()) {
            if tables_of(kind).contains(&spec.name) {
                store.remove(code);
            }
        }
        if kind == Kind::Pupil {
            self.set_facts(record, None);
        }
        self.is_current = false;
    }

    fn set_facts(&mut self, pupil: RecordId, facts: Option<Arc<PupilFacts>>) {
        self.shared.facts = Revision::default();
        let code = self.pupils.intern(&hex(pupil));
        let all = Arc::make_mut(&mut self.facts);
        let place = usize::try_from(code).unwrap_or_default();
        if all.len() <= place {
            all.resize(place + 1, None);
        }
        if let Some(slot) = all.get_mut(place) {
            *slot = facts;
        }
    }

    fn change_calendar(
        &mut self,
        id: RecordId,
        record: Option<Record>,
    ) -> Result<(), AnalyticsError> {
        let others = self.calendars.values().filter(|known| known.id != id);
        let calendar = SchoolCalendar::new(others.chain(&record))?;
        self.calendar = Arc::new(calendar);
        self.shared.calendar = Revision::default();
        match record {
            Some(record) => self.calendars.insert(id, record),
            None => self.calendars.remove(&id),
        };
        self.is_current = false;
        Ok(())
    }

    fn stored(&mut self, spec: &TableSpec, in_conflict: bool, row: &Row<'_>) -> Vec<Stored> {
        spec.columns
            .iter()
            .filter(|column| column.source == Source::Stored)
            .map(|column| match (column.name, column.ty, row.cell(column.name)) {
                ("in_conflict", ..) => Some(i64::from(in_conflict)),
                (_, ColumnType::Pupil, Raw::Id(id)) => {
                    Some(i64::from(self.pupils.intern(&hex(id))))
                }
                (_, ColumnType::Record, Raw::Id(id)) => {
                    Some(i64::from(self.records.intern(&hex(id))))
                }
                (name, ColumnType::Text, Raw::Text(text)) => {
                    Some(i64::from(self.texts.entry(name).or_default().intern(text)))
                }
                (_, ColumnType::Int, Raw::Int(number)) => Some(number),
                (_, ColumnType::Date, Raw::Date(date)) => Some(day_number(date)),
                (_, ColumnType::Bool, Raw::Bool(answer)) => Some(i64::from(answer)),
                _ => None,
            })
            .collect()
    }

    /// A view of everything so far that later writes do not change. Cheap: sealed chunks and
    /// dictionary blocks are shared, and so are the columns of tables in which nothing is new; with
    /// nothing new at all it is the same snapshot again.
    pub fn snapshot(&mut self) -> Arc<Snapshot> {
        if let Some(last) = self.last.as_ref().filter(|_| self.is_current) {
            return Arc::clone(last);
        }
        let views = self
            .stores
            .iter_mut()
            .zip(tables())
            .map(|(store, spec)| TableView::new(spec, store.freeze(), store.revision().clone()))
            .collect();
        let facts = AllFacts {
            pupils: Arc::clone(&self.facts),
            labels: self.fact_texts.each_mut().map(Dictionary::shared),
            closed: Vec::new(),
        };
        let texts = self.texts.iter_mut().map(|(name, texts)| (*name, texts.shared())).collect();
        let mut snapshot = Snapshot::new(
            views,
            self.records.shared(),
            self.pupils.shared(),
            self.spaces.shared(),
            texts,
            facts,
            Arc::clone(&self.calendar),
        );
        snapshot.shared = self.shared.clone();
        if let Some(last) = &self.last {
            snapshot.take_over(last);
        }
        let snapshot = Arc::new(snapshot);
        (self.last, self.is_current) = (Some(Arc::clone(&snapshot)), true);
        snapshot
    }

    /// The school calendar as it is now.
    pub fn calendar(&self) -> &Arc<SchoolCalendar> {
        &self.calendar
    }
}

/// An id as its `Display` writes it, without the cost of formatting: it runs for each cell.
fn hex(id: RecordId) -> String {
    let digit = |nibble: u8| char::from_digit(u32::from(nibble), 16).unwrap_or_default();
    id.to_bytes().into_iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect()
}

#[cfg(test)]
mod tests;
