//! Every incident in words, kept up to date record by record.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use sheaf_analytics::PeriodSpec;
use sheaf_charter::{DocumentId, SpaceKind};
use sheaf_records::{
    CodeLists, Kind, ListId, PupilView, Record, RecordId, Value, full_name, occurred, pupil_name,
    referenced_pupils,
};
use sheaf_store::{Changes, RecordRow, RecordState, Snapshot};

use crate::desk::incident_table::{IncidentChoices, IncidentRow};
use crate::desk::model::Choice;
use crate::error::{Result, SchoolError};
use crate::indexed::{Found, record_id};
use crate::school::School;

/// The rows and the revision of the store that they show.
pub(super) struct Catalogue {
    revision: u64,
    rows: Vec<Arc<IncidentRow>>,
    places: HashMap<RecordId, usize>,
    names: HashMap<RecordId, Arc<str>>,
    people: HashMap<String, Arc<str>>,
    choices: HashMap<(ListId, String), Arc<Choice>>,
    year_groups: BTreeSet<String>,
    /// The rows as they were given out last; none since one has changed.
    shown: Option<Arc<[Arc<IncidentRow>]>>,
}

impl Catalogue {
    /// Reads every incident.
    pub(super) fn build(school: &School) -> Result<Self> {
        let mut this = Self {
            revision: 0,
            rows: Vec::new(),
            places: HashMap::new(),
            names: HashMap::new(),
            people: HashMap::new(),
            choices: HashMap::new(),
            year_groups: BTreeSet::new(),
            shown: None,
        };
        let core = &school.core;
        this.revision = core.store.read(|snapshot| {
            let named = [Kind::Pupil, Kind::Staff].map(Kind::name);
            snapshot.for_each_of_kinds(named, |row| this.name(school, row))?;
            let incidents = [Kind::Incident.name()];
            snapshot.for_each_of_kinds(incidents, |row| this.take(school, row))?;
            Ok::<_, SchoolError>(snapshot.revision()?)
        })?;
        Ok(this)
    }

    /// The same with what has changed since; anew where names or codes may have changed.
    pub(super) fn updated(mut self, school: &School) -> Result<Self> {
        let core = &school.core;
        if core.store.revision()? == self.revision {
            return Ok(self);
        }
        let is_up_to_date = core.store.read(|snapshot| {
            let Changes::Records(changed) = snapshot.changed_since(self.revision)? else {
                return Ok(false);
            };
            for id in changed {
                if !self.follow(school, snapshot, id)? {
                    return Ok(false);
                }
            }
            self.revision = snapshot.revision()?;
            Ok::<_, SchoolError>(true)
        })?;
        if is_up_to_date { Ok(self) } else { Self::build(school) }
    }

    /// The rows; the same ones again until one has changed.
    pub(super) fn rows(&mut self) -> Arc<[Arc<IncidentRow>]> {
        let rows = &self.rows;
        Arc::clone(self.shown.get_or_insert_with(|| rows.as_slice().into()))
    }

    /// What the quick filters offer: what occurs, in the order of the lists.
    pub(super) fn choices(&self, school: &School) -> IncidentChoices {
        let lists = school.core.lists();
        let of = |list: ListId, occurs: &dyn Fn(&str) -> bool| {
            let codes = lists.codes.titles(list).filter(|(code, _)| occurs(code));
            codes.map(|(code, title)| choice(code, title)).collect()
        };
        let used = |list: ListId| move |code: &str| self.choices.contains_key(&(list, code.into()));
        IncidentChoices {
            year_groups: of(ListId::YearGroup, &|code| self.year_groups.contains(code)),
            categories: of(ListId::IncidentCategory, &used(ListId::IncidentCategory)),
            places: of(ListId::Location, &used(ListId::Location)),
            periods: PeriodSpec::NAMES.map(|name| choice(name, &period_title(name))).to_vec(),
            columns: Vec::new(),
        }
    }

    /// Takes in one changed record; false where everything is to be read again.
    fn follow(&mut self, school: &School, snapshot: &Snapshot<'_>, id: DocumentId) -> Result<bool> {
        let Some(row) = snapshot.record(id)? else {
            self.remove(record_id(id));
            return Ok(!self.names.contains_key(&record_id(id)));
        };
        match row.kind.parse() {
            Ok(Kind::Incident) => self.take(school, row).map(|()| true),
            Ok(Kind::Pupil | Kind::Staff) => {
                let before = self.names.get(&record_id(id)).cloned();
                let is_new = before.is_none();
                self.name(school, row)?;
                Ok(is_new || before == self.names.get(&record_id(id)).cloned())
            }
            Ok(Kind::CodeList) => Ok(false),
            _ => Ok(true),
        }
    }

    fn name(&mut self, school: &School, row: RecordRow) -> Result<()> {
        let record = Found::from_row(row)?.record;
        let name = if record.kind == Kind::Pupil {
            let today = PupilView::new(&record).on(school.clock.today());
            self.year_groups.extend(today.get("year_group").map(str::to_owned));
            pupil_name(&record)
        } else {
            full_name(&record)
        };
        self.names.insert(record.id, name.into());
        Ok(())
    }

    fn take(&mut self, school: &School, row: RecordRow) -> Result<()> {
        if row.state == RecordState::Withdrawn {
            self.remove(record_id(row.record));
            return Ok(());
        }
        let kind = school.core.control().trust.space_kind(row.space);
        let guarded = kind == Some(SpaceKind::Safeguarding);
        let conflicts = row.conflicts;
        let found = Found::from_row(row)?;
        let by = self.writer(school, &found);
        let record = &found.record;
        let lists = school.core.lists();
        let made = Arc::new(IncidentRow {
            record: record.id,
            at: occurred(record),
            pupils: self.pupils(record),
            category: self.choice(&lists.codes, record, ListId::IncidentCategory, "category"),
            place: self.choice(&lists.codes, record, ListId::Location, "location"),
            severity: level(record),
            action: self.choice(&lists.codes, record, ListId::ActionTaken, "action_taken"),
            by,
            conflicts,
            guarded,
            open_follow_ups: open_follow_ups(record),
        });
        self.put(made);
        Ok(())
    }

    fn put(&mut self, row: Arc<IncidentRow>) {
        self.shown = None;
        if let Some(known) = self.places.get(&row.record).and_then(|at| self.rows.get_mut(*at)) {
            *known = row;
            return;
        }
        self.places.insert(row.record, self.rows.len());
        self.rows.push(row);
    }

    fn remove(&mut self, record: RecordId) {
        let Some(place) = self.places.remove(&record) else { return };
        self.shown = None;
        self.rows.swap_remove(place);
        if let Some(moved) = self.rows.get(place) {
            self.places.insert(moved.record, place);
        }
    }

    fn pupils(&self, record: &Record) -> String {
        let names = referenced_pupils(record).into_iter().filter_map(|id| self.names.get(&id));
        names.map(|name| &**name).collect::<Vec<&str>>().join(", ")
    }

    /// The reporter, or else whoever signed the record.
    fn writer(&mut self, school: &School, found: &Found) -> Arc<str> {
        let reporter = found.record.one("reporter").and_then(Value::as_record);
        let named = reporter.and_then(|id| self.names.get(&id)).filter(|name| !name.is_empty());
        if let Some(name) = named {
            return Arc::clone(name);
        }
        let person = &found.indexed.created.person;
        if let Some(known) = self.people.get(person) {
            return Arc::clone(known);
        }
        let name: Arc<str> = school.core.control().person_name(person).into();
        self.people.insert(person.clone(), Arc::clone(&name));
        name
    }

    fn choice(
        &mut self,
        lists: &CodeLists,
        record: &Record,
        list: ListId,
        field: &str,
    ) -> Option<Arc<Choice>> {
        let code = record.text(field)?;
        let made = || Arc::new(choice(code, lists.title(list, code)));
        Some(Arc::clone(self.choices.entry((list, code.to_owned())).or_insert_with(made)))
    }
}

fn choice(code: &str, title: &str) -> Choice {
    Choice { code: code.to_owned(), title: title.to_owned() }
}

/// `This half-term` of `this_half_term`.
fn period_title(name: &str) -> String {
    let words = name.replace('_', " ").replace("half term", "half-term");
    let mut letters = words.chars();
    letters.next().into_iter().flat_map(char::to_uppercase).chain(letters).collect()
}

fn level(record: &Record) -> Option<u8> {
    u8::try_from(record.one("severity").and_then(Value::as_int)?).ok()
}

fn open_follow_ups(record: &Record) -> u32 {
    let is_open = |row: &std::collections::BTreeMap<String, Value>| {
        row.get("done").and_then(Value::as_bool) != Some(true)
    };
    let open = record.rows("follow_ups").filter(|(_, row)| is_open(row)).count();
    u32::try_from(open).unwrap_or(u32::MAX)
}
