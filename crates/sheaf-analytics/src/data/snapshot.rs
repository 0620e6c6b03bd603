//! A school's columns at one moment.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, OnceLock};

use arrow::array::{ArrayRef, Int32Array, Int64Array};
use jiff::civil::Date;
use sheaf_records::{Period as LessonPeriod, SchoolCalendar};

use crate::data::calendar::Days;
use crate::data::clocks::Clocks;
use crate::data::column::{Column, ColumnType, Data, typed};
use crate::data::days::day_number;
use crate::data::facts::{AllFacts, FACTS};
use crate::data::labels::Labels;
use crate::data::many::TableSource;
use crate::data::records::RowRecords;
use crate::data::revision::{Revision, Revisions, Shared, made_of};
use crate::data::store::{Chunk, Mask, column, gather};
use crate::error::AnalyticsError;
use crate::events::RollDays;
use crate::narrowing::Narrowing;
use crate::plan::engine::Engine;
use crate::plan::execute::window::Partitions;
use crate::suppress::Audience;
use crate::tables::{ColumnSpec, Source, TableSpec, table};

/// The most rolls that are kept: as many filters as somebody has open at once. One of a large
/// school takes some hundred kilobytes.
const MAX_ROLLS: usize = 8;

/// The rows of one table in a snapshot.
pub struct TableView {
    spec: &'static TableSpec,
    chunks: Vec<(Arc<Chunk>, Mask)>,
    revision: Revision,
    /// Columns that were asked for, with the day for which they hold where that matters.
    known: Mutex<HashMap<(&'static str, Option<i64>), Column>>,
    records: OnceLock<RowRecords>,
    spaces: OnceLock<Int32Array>,
    by_pupil: OnceLock<Arc<Partitions>>,
}

impl TableView {
    /// The view of a table's chunks.
    pub fn new(
        spec: &'static TableSpec,
        chunks: Vec<(Arc<Chunk>, Mask)>,
        revision: Revision,
    ) -> Self {
        let (known, records, spaces, by_pupil) = Default::default();
        Self { spec, chunks, revision, known, records, spaces, by_pupil }
    }

    /// Takes over what was put together before, from a view of the same rows; of columns those
    /// whose texts are still all there are.
    fn take_over(&mut self, last: &Self, is_current: impl Fn(&Arc<Labels>) -> bool) {
        self.records.clone_from(&last.records);
        self.spaces.clone_from(&last.spaces);
        self.by_pupil.clone_from(&last.by_pupil);
        let is_kept = |name: &str, column: &Column| {
            let source = self.spec.column(name).map(|one| one.source);
            // Made of the rows of another table.
            let is_made = matches!(source, Ok(Source::Sessions(_)));
            let texts = match column.data() {
                Data::Codes(_, labels) => is_current(labels),
                _ => true,
            };
            !is_made && texts
        };
        // A panic elsewhere while the lock was held leaves whole columns in the map.
        let known = last.known.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        // What held for a day is left behind: days pass.
        let kept = known.iter().filter(|((_, day), _)| day.is_none());
        let kept = kept.filter(|((name, _), column)| is_kept(name, column));
        let kept = kept.map(|(key, column)| (*key, column.clone())).collect();
        self.known = Mutex::new(kept);
    }

    fn codes(&self, part: &dyn Fn(&Chunk) -> ArrayRef) -> Int32Array {
        let empty = || Int32Array::from(Vec::<i32>::new());
        gather(&self.chunks, part).and_then(|array| typed(&array).ok()).unwrap_or_else(empty)
    }
}

/// A school's columns at one moment. Columns are put together when they are first asked for, and
/// kept; nothing changes what they say.
pub struct Snapshot {
    views: Vec<TableView>,
    records: Arc<Labels>,
    pupils: Arc<Labels>,
    spaces: Arc<Labels>,
    texts: HashMap<&'static str, Arc<Labels>>,
    facts: AllFacts,
    calendar: Arc<SchoolCalendar>,
    days: OnceLock<Arc<Days>>,
    /// The state of what all tables share.
    pub(crate) shared: Shared,
    /// Who was on the roll when, by the conditions that were asked for last.
    rolls: Mutex<Vec<(Narrowing, Arc<RollDays>)>>,
    /// The clocks of the day that was asked for last.
    clocks: Mutex<Option<(Date, Arc<Clocks>)>>,
    /// Where rows come from that this process does not keep.
    source: Option<Arc<dyn TableSource>>,
}

impl fmt::Debug for Snapshot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Snapshot({} records)", self.records.len())
    }
}

impl Snapshot {
    pub(crate) fn new(
        views: Vec<TableView>,
        records: Arc<Labels>,
        pupils: Arc<Labels>,
        spaces: Arc<Labels>,
        texts: HashMap<&'static str, Arc<Labels>>,
        facts: AllFacts,
        calendar: Arc<SchoolCalendar>,
    ) -> Self {
        let (days, shared, rolls, clocks, source) = Default::default();
        Self {
            views,
            records,
            pupils,
            spaces,
            texts,
            facts,
            calendar,
            days,
            shared,
            rolls,
            clocks,
            source,
        }
    }

    /// Takes over what an earlier snapshot of the same school has put together, of the tables in
    /// which nothing is new.
    pub(crate) fn take_over(&mut self, last: &Self) {
        if self.shared.calendar == last.shared.calendar {
            self.days.clone_from(&last.days);
        }
        if self.shared != last.shared {
            return;
        }
        // A panic elsewhere while the lock was held leaves whole values in it.
        let rolls = last.rolls.lock().unwrap_or_else(std::sync::PoisonError::into_inner).clone();
        self.rolls = Mutex::new(rolls);
        let mut current: Vec<Arc<Labels>> = vec![Arc::clone(&self.records)];
        current.extend([&self.pupils, &self.spaces].map(Arc::clone));
        current.extend(self.texts.values().chain(&self.facts.labels).map(Arc::clone));
        current.extend(self.days.get().into_iter().flat_map(|days| days.labels()));
        let is_current = |labels: &Arc<Labels>| current.iter().any(|one| Arc::ptr_eq(one, labels));
        for (view, last) in self.views.iter_mut().zip(&last.views) {
            // Clocks are made for a day, of the rows of another table.
            if view.revision == last.revision && view.spec.name != "clocks" {
                view.take_over(last, is_current);
            }
        }
    }

    /// The state of some tables: whatever was worked out of them holds while it stays the same.
    /// None where the rows are kept elsewhere.
    pub fn revisions<'a>(&self, names: impl IntoIterator<Item = &'a str>) -> Option<Revisions> {
        if self.source.is_some() {
            return None;
        }
        let mut tables: Vec<(&'static str, Revision)> = Vec::new();
        for name in names.into_iter().flat_map(made_of) {
            let view = self.view(name).ok()?;
            tables.push((view.spec.name, view.revision.clone()));
        }
        tables.sort_unstable_by_key(|(name, _)| *name);
        tables.dedup_by_key(|(name, _)| *name);
        Some(Revisions { tables, shared: self.shared.clone() })
    }

    /// The same with the rows of its tables from elsewhere.
    pub(crate) fn fed_by(self, source: Arc<dyn TableSource>) -> Self {
        Self { source: Some(source), ..self }
    }

    /// Whether it is of several schools, whose rows come from elsewhere.
    pub(crate) const fn is_of_many(&self) -> bool {
        self.source.is_some()
    }

    /// The school calendar.
    pub fn calendar(&self) -> &Arc<SchoolCalendar> {
        &self.calendar
    }

    pub(crate) fn days(&self) -> &Days {
        self.days.get_or_init(|| Arc::new(Days::new(&self.calendar)))
    }

    pub(crate) const fn facts(&self) -> &AllFacts {
        &self.facts
    }

    pub(crate) const fn record_labels(&self) -> &Arc<Labels> {
        &self.records
    }

    pub(crate) const fn pupil_labels(&self) -> &Arc<Labels> {
        &self.pupils
    }

    pub(crate) const fn space_labels(&self) -> &Arc<Labels> {
        &self.spaces
    }

    /// Who was on the roll when, for some conditions; `read` works it out.
    pub(crate) fn roll(
        &self,
        narrowing: &Narrowing,
        read: impl FnOnce() -> Result<RollDays, AnalyticsError>,
    ) -> Result<Arc<RollDays>, AnalyticsError> {
        // A panic elsewhere while the lock was held leaves whole values in it.
        let lock = || self.rolls.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if let Some((_, known)) = lock().iter().find(|(one, _)| one == narrowing) {
            return Ok(Arc::clone(known));
        }
        let found = Arc::new(read()?);
        let mut rolls = lock();
        if rolls.len() >= MAX_ROLLS {
            rolls.remove(0);
        }
        rolls.push((narrowing.clone(), Arc::clone(&found)));
        Ok(found)
    }

    /// The clocks of suspensions on a day.
    pub(crate) fn clocks(&self, as_of: Date) -> Result<Arc<Clocks>, AnalyticsError> {
        // A panic elsewhere while the lock was held leaves a whole value in it.
        let lock = || self.clocks.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if let Some((day, clocks)) = &*lock()
            && *day == as_of
        {
            return Ok(Arc::clone(clocks));
        }
        let made = Arc::new(Clocks::new(self, as_of)?);
        *lock() = Some((as_of, Arc::clone(&made)));
        Ok(made)
    }

    /// How many rows a table has; `as_of` is today, for tables that are made for a day.
    ///
    /// # Errors
    /// There is no such table, or none of several schools together.
    pub fn rows(&self, name: &str, as_of: Date) -> Result<usize, AnalyticsError> {
        Ok(match table(name)?.name {
            "clocks" if self.source.is_some() => {
                // Their days are those of one school's terms.
                let why = "`clocks` are worked out within one school; run this metric there";
                return Err(AnalyticsError::Source(why.to_owned()));
            }
            "clocks" => self.clocks(as_of)?.len(),
            "calendar" => self.days().dates().len(),
            "periods" => self.calendar.periods().len(),
            name => match &self.source {
                Some(source) => source.rows(name),
                None => self.records_of(self.view(name)?).codes.len(),
            },
        })
    }

    fn view(&self, name: &str) -> Result<&TableView, AnalyticsError> {
        let found = self.views.iter().find(|view| view.spec.name == name);
        found.ok_or_else(|| AnalyticsError::UnknownTable { name: name.to_owned(), nearest: None })
    }

    fn records_of<'a>(&self, view: &'a TableView) -> &'a RowRecords {
        view.records.get_or_init(|| view.codes(&|chunk| Arc::new(chunk.records.clone())).into())
    }

    /// The code of the record of each row; none for tables that are made from the calendar.
    pub(crate) fn row_records(&self, name: &str) -> Result<Option<RowRecords>, AnalyticsError> {
        let view = self.view(name)?;
        match &self.source {
            _ if is_made(name) => Ok(None),
            None => Ok(Some(self.records_of(view).clone())),
            Some(source) => {
                if let Some(known) = view.records.get() {
                    return Ok(Some(known.clone()));
                }
                let codes = source.row_records(name)?;
                let (rows, records) = (source.rows(name), source.records(name));
                let known = |code: &i32| usize::try_from(*code).is_ok_and(|code| code < records);
                if codes.len() != rows || !codes.iter().all(known) {
                    let why = format!("{name}: its rows do not fit its records");
                    return Err(AnalyticsError::Source(why));
                }
                Ok(Some(view.records.get_or_init(|| Int32Array::from(codes).into()).clone()))
            }
        }
    }

    /// The code of the space of each row.
    pub(crate) fn row_spaces(&self, name: &str, as_of: Date) -> Result<Int32Array, AnalyticsError> {
        if name == "clocks" {
            return Ok(self.clocks(as_of)?.spaces().clone());
        }
        let view = self.view(name)?;
        let spaces = || view.codes(&|chunk| Arc::new(chunk.spaces.clone()));
        Ok(view.spaces.get_or_init(spaces).clone())
    }

    /// The rows of each pupil in order of their days, once somebody asked: windows over them are
    /// the commonest. `sort` works them out.
    pub(crate) fn by_pupil(
        &self,
        name: &str,
        sort: impl FnOnce() -> Result<Partitions, AnalyticsError>,
    ) -> Result<Arc<Partitions>, AnalyticsError> {
        let view = self.view(name)?;
        if let Some(known) = view.by_pupil.get() {
            return Ok(Arc::clone(known));
        }
        let sorted = Arc::new(sort()?);
        Ok(Arc::clone(view.by_pupil.get_or_init(|| sorted)))
    }

    /// A column of a table; `as_of` is today, for the facts of the pupils table.
    pub(crate) fn column(
        &self,
        spec: &'static TableSpec,
        name: &str,
        as_of: Date,
    ) -> Result<Column, AnalyticsError> {
        let column = spec.column(name)?;
        let view = self.view(spec.name)?;
        let dated = match spec.name {
            "pupils" => matches!(column.source, Source::Pupil(_)),
            name => name == "clocks",
        };
        let key = (column.name, dated.then(|| day_number(as_of)));
        // A panic elsewhere while the lock was held leaves whole columns in the map.
        let lock = || view.known.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if let Some(known) = lock().get(&key) {
            return Ok(known.clone());
        }
        let made = self.make(view, column, as_of)?;
        lock().insert(key, made.clone());
        Ok(made)
    }

    fn make(
        &self,
        view: &TableView,
        column: &'static ColumnSpec,
        as_of: Date,
    ) -> Result<Column, AnalyticsError> {
        match (view.spec.name, column.source) {
            (name, _) if self.source.is_some() && !is_made(name) => self.given(view.spec, column),
            ("calendar", Source::Stored) => {
                Ok(Column::whole(ColumnType::Date, self.days().dates()))
            }
            ("periods", _) => Ok(self.lesson_periods(column.name)),
            ("clocks", Source::Stored) => {
                let made = self.clocks(as_of)?.column(column.name);
                made.ok_or_else(|| AnalyticsError::unknown_column("`clocks`", column.name, []))
            }
            (_, Source::Stored) => Ok(self.stored(view, column)),
            (_, Source::Calendar(part)) => {
                let dates = self.dates(view, as_of)?;
                Ok(self.days().part(part, &dates))
            }
            (_, Source::Pupil(fact)) => self.fact(view, fact, as_of),
            (_, Source::Sessions(part)) => crate::data::dose::column(self, part, as_of),
        }
    }

    /// A column of a table whose rows are kept elsewhere.
    fn given(&self, spec: &TableSpec, column: &ColumnSpec) -> Result<Column, AnalyticsError> {
        let Some(source) = &self.source else { return Ok(Column::texts([None::<&str>; 0])) };
        let given = source.column(spec.name, column.name)?;
        let place = || format!("{}.{}", spec.name, column.name);
        if given.ty() != column.ty || given.len() != source.rows(spec.name) {
            let why = format!("{}: its values do not fit the table", place());
            return Err(AnalyticsError::Source(why));
        }
        if column.ty != ColumnType::Pupil {
            return Ok(given);
        }
        given.recoded(&self.pupils).ok_or_else(|| {
            AnalyticsError::Source(format!("{}: names a pupil who is not in `spells`", place()))
        })
    }

    fn fact(&self, view: &TableView, fact: &str, as_of: Date) -> Result<Column, AnalyticsError> {
        let pupils = self.column(view.spec, "pupil", as_of)?;
        let dates = self.dates(view, as_of)?;
        let at = FACTS.iter().position(|name| *name == fact).unwrap_or_default();
        let Data::Codes(pupils, _) = pupils.data() else {
            return Err(AnalyticsError::mistyped(fact, "a pupil", pupils.ty()));
        };
        let codes = self.facts.column(at, pupils, &dates);
        let labels = self.facts.labels.get(at).cloned().unwrap_or_default();
        Ok(Column::codes(ColumnType::Text, codes, labels))
    }

    /// The day of each row: its date, or today where rows have none.
    fn dates(&self, view: &TableView, as_of: Date) -> Result<Int64Array, AnalyticsError> {
        if view.spec.column("date").is_err() {
            let rows = self.rows(view.spec.name, as_of)?;
            return Ok(Int64Array::from_value(day_number(as_of), rows));
        }
        match self.column(view.spec, "date", as_of)?.data() {
            Data::Ints(days) => Ok(days.clone()),
            _ => Err(AnalyticsError::mistyped("date", "a date", ColumnType::Text)),
        }
    }

    fn stored(&self, view: &TableView, spec: &'static ColumnSpec) -> Column {
        let at = view.spec.stored().position(|one| one.name == spec.name).unwrap_or_default();
        let array = gather(&view.chunks, &|chunk| column(chunk, at));
        match spec.ty {
            ty if ty.is_coded() => {
                let codes = array.and_then(|array| typed(&array).ok());
                let codes = codes.unwrap_or_else(|| Int32Array::from(Vec::<i32>::new()));
                Column::codes(ty, codes, self.labels(spec))
            }
            ColumnType::Bool => {
                let answers = array.and_then(|array| typed(&array).ok());
                answers.map_or_else(|| Column::bools([]), Column::from_bools)
            }
            ty => {
                let values = array.and_then(|array| typed(&array).ok());
                Column::whole(ty, values.unwrap_or_else(|| Int64Array::from(Vec::<i64>::new())))
            }
        }
    }

    fn labels(&self, spec: &ColumnSpec) -> Arc<Labels> {
        match spec.ty {
            ColumnType::Pupil => Arc::clone(&self.pupils),
            ColumnType::Record => Arc::clone(&self.records),
            _ => self.texts.get(spec.name).cloned().unwrap_or_default(),
        }
    }

    fn lesson_periods(&self, name: &str) -> Column {
        let periods = self.calendar.periods();
        let text =
            |value: fn(&LessonPeriod) -> Option<&str>| Column::texts(periods.iter().map(value));
        match name {
            "code" => text(|period| Some(&period.code)),
            "title" => text(|period| Some(&period.title)),
            "kind" => text(|period| Some(&period.kind)),
            "follows" => text(|period| period.follows.as_deref()),
            "order" => Column::ints(periods.iter().map(|period| Some(period.order))),
            _ => Column::ints(periods.iter().map(|period| {
                let minutes = (period.ends - period.starts).total(jiff::Unit::Minute).ok()?;
                Some(minutes as i64)
            })),
        }
    }

    /// What is known of each pupil by day, fact after fact, for those who write it down.
    pub fn spells(&self) -> Vec<SpellRow<'_>> {
        let mut found = Vec::new();
        for (pupil, facts) in self.pupils.iter().zip(self.facts.pupils.iter()) {
            let Some(facts) = facts else { continue };
            for ((what, labels), spells) in FACTS.iter().zip(&self.facts.labels).zip(facts.all()) {
                found.extend(spells.iter().filter_map(|spell| {
                    let value = labels.get(spell.code)?;
                    Some(SpellRow { pupil, what, value, from: spell.from, to: spell.to })
                }));
            }
        }
        found
    }
}

/// What held of a pupil from one day to another. Days are day numbers, both included; what always
/// held begins and ends at the bounds of the number.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct SpellRow<'a> {
    /// The id of the pupil.
    pub pupil: &'a str,
    /// Which fact.
    pub what: &'static str,
    /// What it was.
    pub value: &'a str,
    /// The first day.
    pub from: i64,
    /// The last day.
    pub to: i64,
}

/// Whether the rows of a table are made from the school calendar.
fn is_made(table: &str) -> bool {
    matches!(table, "calendar" | "periods")
}

/// What a run looks at: a snapshot, which day is today, and for whom it is.
#[derive(Clone)]
pub struct Scope {
    snapshot: Arc<Snapshot>,
    as_of: Date,
    audience: Audience,
    engine: Option<Arc<dyn Engine>>,
}

impl fmt::Debug for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Scope({:?} on {} for {:?})", self.snapshot, self.as_of, self.audience)
    }
}

impl Scope {
    /// A snapshot looked at on a day.
    pub const fn new(snapshot: Arc<Snapshot>, as_of: Date) -> Self {
        Self { snapshot, as_of, audience: Audience::Inside, engine: None }
    }

    /// The same for other people than the school's own staff.
    #[must_use]
    pub fn for_audience(self, audience: Audience) -> Self {
        Self { audience, ..self }
    }

    /// The same with plans run by another engine than this process's own.
    #[must_use]
    pub fn run_by(self, engine: Arc<dyn Engine>) -> Self {
        Self { engine: Some(engine), ..self }
    }

    /// For whom results are.
    pub const fn audience(&self) -> Audience {
        self.audience
    }

    pub(crate) const fn engine(&self) -> Option<&Arc<dyn Engine>> {
        self.engine.as_ref()
    }

    /// The state of some tables, as [`Snapshot::revisions`]; none where plans are run elsewhere.
    pub fn revisions<'a>(&self, names: impl IntoIterator<Item = &'a str>) -> Option<Revisions> {
        self.snapshot.revisions(names).filter(|_| self.engine.is_none())
    }

    /// The snapshot.
    pub const fn snapshot(&self) -> &Arc<Snapshot> {
        &self.snapshot
    }

    /// Today.
    pub const fn as_of(&self) -> Date {
        self.as_of
    }

    /// The school calendar.
    pub fn calendar(&self) -> &SchoolCalendar {
        &self.snapshot.calendar
    }
}
