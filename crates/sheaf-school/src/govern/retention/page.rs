//! A page of the review queue, with everything that a person needs to decide.

use std::collections::{BTreeMap, HashMap};

use jiff::civil::Date;
use sheaf_charter::DocumentId;
use sheaf_records::{Kind, Undue, has_day, pupil_name};
use sheaf_store::RecordHead;

use super::queue::{Item, Queue};
use super::rules::own_rules;
use super::sight::{Known, Sight};
use crate::error::Result;
use crate::index_row::date_of_minute;
use crate::indexed::Found;
use crate::school::School;
use crate::shape::{DueByRule, DueShape, RetentionPage, UndatedCount};

/// The most records of one page.
const MAX_PAGE: u32 = 10_000;

/// So many records that lack a date are named; `RetentionShow::Undated` lists them all.
const MAX_UNDATED: usize = 100;

/// Which part of the queue to list.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum RetentionShow {
    /// What is due and nobody has decided about.
    #[default]
    Due,
    /// What waits for a second signature.
    Waiting,
    /// What has no day though it should have one.
    Undated,
}

/// What to list.
#[derive(Clone, Debug)]
pub struct RetentionQuery {
    /// Which part.
    pub show: RetentionShow,
    /// Only of this kind.
    pub kind: Option<Kind>,
    /// At most so many.
    pub limit: u32,
    /// Without so many at the start.
    pub offset: u32,
}

impl School {
    /// The records of this person's spaces that are past the time that they may be kept.
    pub fn retention(&self, query: &RetentionQuery) -> Result<RetentionPage> {
        self.with_queue(|sight, mut queue| {
            if let Some(kind) = query.kind {
                let is_of = |head: &RecordHead| head.kind == kind.name();
                queue.due.retain(|item| is_of(&item.head));
                queue.waiting.retain(|item| is_of(&item.head));
                queue.undated.retain(|(_, head)| is_of(head));
            }
            page(sight, &queue, query)
        })
    }

    /// Reads the queue of whoever uses this device, if they review retention.
    pub(super) fn with_queue<T>(
        &self,
        with: impl FnOnce(&Sight<'_>, Queue<'_>) -> Result<T>,
    ) -> Result<T> {
        self.core.refresh()?;
        self.check_reviewer()?;
        self.core.store.read(|snapshot| {
            let (rules, known) = {
                let control = self.core.control();
                let rules = own_rules(snapshot, &control)?.with_built_in();
                (rules, Known::of(snapshot, &control, self.person())?)
            };
            let sight = Sight::new(snapshot, &known, &rules, self.clock.today())?;
            let queue = sight.queue()?;
            with(&sight, queue)
        })
    }
}

fn page(sight: &Sight<'_>, queue: &Queue<'_>, query: &RetentionQuery) -> Result<RetentionPage> {
    let mut names = Names { sight, known: HashMap::new() };
    let (from, many) = (query.offset, query.limit.min(MAX_PAGE));
    let size = |number: u32| usize::try_from(number).unwrap_or(usize::MAX);
    let (skip, take) = (size(from), size(many));
    let (records, total) = match query.show {
        RetentionShow::Due | RetentionShow::Waiting => {
            let waits = query.show == RetentionShow::Waiting;
            let items = if waits { &queue.waiting } else { &queue.due };
            let shapes = items.iter().skip(skip).take(take).map(|item| names.item(item));
            (shapes.collect::<Result<Vec<_>>>()?, items.len())
        }
        RetentionShow::Undated => {
            let some = queue.undated.iter().skip(skip).take(take);
            let shapes = some.map(|(why, head)| names.undated(*why, head));
            (shapes.collect::<Result<Vec<_>>>()?, queue.undated.len())
        }
    };
    let on_hold = queue.due.iter().filter(|item| sight.is_held(item.head.record)).count();
    Ok(RetentionPage {
        as_of: sight.today.to_string(),
        records,
        total: count(total),
        by_rule: by_rule(&queue.due),
        due: count(queue.due.len()),
        on_hold: count(on_hold),
        waiting: count(queue.waiting.len()),
        kept: queue.kept,
        undated: undated(&queue.undated),
    })
}

/// The day of what a record tells.
fn day_of(head: &RecordHead) -> Option<Date> {
    let kind: Option<Kind> = head.kind.parse().ok();
    kind.filter(|kind| has_day(*kind)).and_then(|_| date_of_minute(head.sort_at))
}

fn count(length: usize) -> u64 {
    u64::try_from(length).unwrap_or(u64::MAX)
}

/// How many are due by each rule, in the order of the queue.
fn by_rule(due: &[Item<'_>]) -> Vec<DueByRule> {
    let runs = due.chunk_by(|one, next| one.rule.id == next.rule.id);
    let shape = |run: &[Item<'_>]| {
        let rule = run.first()?.rule;
        Some(DueByRule {
            rule: rule.id.clone(),
            title: rule.title.clone(),
            says: rule.period.to_string(),
            source: rule.source.clone(),
            note: rule.note.clone(),
            certainty: rule.mark.name().to_owned(),
            count: count(run.len()),
        })
    };
    runs.filter_map(shape).collect()
}

fn undated(records: &[(Undue, RecordHead)]) -> Vec<UndatedCount> {
    let mut by_reason: BTreeMap<Undue, Vec<&RecordHead>> = BTreeMap::new();
    for (why, head) in records {
        by_reason.entry(*why).or_default().push(head);
    }
    let shape = |(why, heads): (Undue, Vec<&RecordHead>)| UndatedCount {
        why: why.name().to_owned(),
        says: why.to_string(),
        records: heads.iter().take(MAX_UNDATED).map(|head| head.record.to_string()).collect(),
        count: count(heads.len()),
    };
    by_reason.into_iter().map(shape).collect()
}

/// Puts names to the records of a page.
struct Names<'a> {
    sight: &'a Sight<'a>,
    known: HashMap<DocumentId, Option<String>>,
}

impl Names<'_> {
    fn item(&mut self, item: &Item<'_>) -> Result<DueShape> {
        let mut shape = self.shape(&item.head)?;
        shape.due_since = Some(item.since.to_string());
        shape.rule = Some(item.rule.id.clone());
        shape.certainty = Some(item.rule.mark.name().to_owned());
        shape.erasure = item.erasure.map(|erasure| erasure.to_string());
        Ok(shape)
    }

    fn undated(&mut self, why: Undue, head: &RecordHead) -> Result<DueShape> {
        let shape = self.shape(head)?;
        Ok(DueShape { why_undated: Some(why.to_string()), ..shape })
    }

    fn shape(&mut self, head: &RecordHead) -> Result<DueShape> {
        let sight = self.sight;
        let decision = sight.decision(head);
        let row = sight.snapshot.record(head.record)?;
        let is_pupil = head.kind == Kind::Pupil.name();
        Ok(DueShape {
            id: head.record.to_string(),
            kind: head.kind.clone(),
            space: sight.space_name(head.space),
            title: row.map(|row| row.title).unwrap_or_default(),
            day: day_of(head).map(|day| day.to_string()),
            pupils: if is_pupil { Vec::new() } else { self.pupils(head)? },
            due_since: None,
            why_undated: None,
            rule: None,
            certainty: None,
            on_hold: sight.is_held(head.record),
            named_by: if is_pupil { count(sight.naming(head.record)?.len()) } else { 0 },
            kept_until: decision.map(|decision| decision.until.to_string()),
            kept_because: decision.map(|decision| decision.reason.clone()),
            kept_by: decision.map(|decision| decision.by.clone()),
            erasure: None,
        })
    }

    fn pupils(&mut self, head: &RecordHead) -> Result<Vec<String>> {
        let Ok(kind) = head.kind.parse() else { return Ok(Vec::new()) };
        let mut names = Vec::new();
        for pupil in self.sight.named(kind, head)? {
            if !self.known.contains_key(&pupil) {
                let row = self.sight.snapshot.record(pupil)?;
                let row = row.filter(|row| self.sight.is_in(row.space));
                let name = row.map(|row| Ok::<_, crate::SchoolError>(Found::from_row(row)?.record));
                let name = name.transpose()?.map(|pupil| pupil_name(&pupil));
                self.known.insert(pupil, name);
            }
            names.extend(self.known.get(&pupil).cloned().flatten());
        }
        names.sort();
        Ok(names)
    }
}

impl Sight<'_> {
    /// The other records here that name a pupil.
    pub(super) fn naming(&self, pupil: DocumentId) -> Result<Vec<RecordHead>> {
        let mut heads = self.snapshot.heads_about(pupil)?;
        heads.retain(|head| self.is_in(head.space));
        Ok(heads)
    }
}
