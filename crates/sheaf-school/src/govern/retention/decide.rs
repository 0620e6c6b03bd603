//! What a person decides about records that are due: to keep them, or to propose their erasure.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use sheaf_charter::{DocumentId, ErasureReason, MAX_DOCUMENTS, Saying, SpaceId, say};
use sheaf_records::{Fields, Kind, MAX_YEARS, Record, RecordId, validate};

use super::decisions;
use super::queue::Queue;
use super::sight::Sight;
use crate::entropy;
use crate::error::{Result, SchoolError};
use crate::govern::erasures::counted;
use crate::govern::governed;
use crate::indexed::{document_id, record_id};
use crate::save::Write;
use crate::school::School;
use crate::shape::{RetentionKept, RetentionProposed};

impl School {
    /// Keeps records until a day, that day included. Each decision is a record of its own in the
    /// space of the record that it is about, so that all who may read the one read the other.
    pub fn keep_records(
        &self,
        records: &[String],
        until: Date,
        reason: &str,
    ) -> Result<RetentionKept> {
        self.core.refresh()?;
        self.check_reviewer()?;
        let today = self.clock.today();
        if until <= today {
            return Err(SchoolError::Refused(format!("{until} is not to come; say a later day")));
        }
        if until.year() > today.year().saturating_add(i16::from(MAX_YEARS)) {
            return Err(SchoolError::Refused(format!(
                "{until} is more than {MAX_YEARS} years away; say a day that somebody will see"
            )));
        }
        let mut writes: BTreeMap<SpaceId, Vec<Write>> = BTreeMap::new();
        let mut made = Vec::new();
        for id in ids(records)? {
            let about = self.get(id)?;
            let id = RecordId::from_bytes(entropy::bytes());
            let kind = Kind::RetentionDecision;
            let mut decision = Record { id, kind, fields: Fields::new() };
            decision.set("record", about.record.id);
            decision.set("keep_until", until);
            decision.set("reason", reason.trim());
            validate(&decision, &self.core.lists().codes).map_err(SchoolError::Invalid)?;
            self.check_right(&decision, about.space)?;
            made.push(id.to_string());
            writes.entry(about.space).or_default().push(Write::Create(decision));
        }
        self.core.save_planned(&self.clock, |_| Ok((writes, ())), &|_| ())?;
        let effect = format!("{} kept until {until}", are_counted(made.len()));
        Ok(RetentionKept { decisions: made, effect })
    }

    /// Proposes to erase records that are due, all of them or none. What was decided about each
    /// goes with it. Takes effect when a second person of lead rank or above seconds it.
    pub fn erase_due(&self, records: &[String]) -> Result<RetentionProposed> {
        let wanted: BTreeSet<DocumentId> = ids(records)?.into_iter().map(document_id).collect();
        let by_space = self.with_queue(|sight, queue| plan(sight, &queue, &wanted))?;
        let entries = self.core.govern(&self.clock, |desk| {
            let (identity, mut rng) = (&desk.core.identity, entropy::rng());
            let mut entries = Vec::new();
            for (space, documents) in &by_space {
                let sayings = documents
                    .chunks(MAX_DOCUMENTS)
                    .map(|some| Saying::Erase(some.to_vec(), ErasureReason::RetentionEnded));
                let (trust, keys) = (desk.trust, desk.keys);
                let sayings = sayings.collect();
                let said = say(identity, trust, keys, *space, sayings, desk.now_ms, &mut rng)?;
                entries.extend(said);
            }
            Ok(entries)
        })?;
        let what = counted(wanted.len());
        let signed =
            entries.iter().filter(|entry| self.is_signed(entry.header().lane.space, entry.id()));
        let effect = match signed.count() {
            0 => format!("the erasure of {what} waits for a second person of lead rank"),
            all if all == entries.len() => {
                format!("erased {what}: nobody else in the space could second it")
            }
            _ => format!(
                "of {what} those are erased that nobody else could second; the others wait for a \
                 second person of lead rank"
            ),
        };
        Ok(RetentionProposed::of(governed(&entries, effect)?))
    }
}

/// `1 record is`, `2 records are`.
fn are_counted(records: usize) -> String {
    format!("{} {}", counted(records), if records == 1 { "is" } else { "are" })
}

fn ids(records: &[String]) -> Result<Vec<RecordId>> {
    let id = |text: &String| {
        text.parse::<RecordId>().map_err(|_| {
            let hint = ": give the record's id, as `sheaf retention list` shows it".to_owned();
            SchoolError::NotFound { what: "record", name: text.clone(), hint }
        })
    };
    let ids: BTreeSet<RecordId> = records.iter().map(id).collect::<Result<_>>()?;
    if ids.is_empty() {
        return Err(SchoolError::Refused("name at least one record".to_owned()));
    }
    Ok(ids.into_iter().collect())
}

/// What is to be erased in each space, if all of it may be.
fn plan(
    sight: &Sight<'_>,
    queue: &Queue<'_>,
    wanted: &BTreeSet<DocumentId>,
) -> Result<BTreeMap<SpaceId, Vec<DocumentId>>> {
    let due: BTreeMap<DocumentId, _> =
        queue.due.iter().map(|item| (item.head.record, &item.head)).collect();
    let mut by_space: BTreeMap<SpaceId, Vec<DocumentId>> = BTreeMap::new();
    for document in wanted {
        let Some(head) = due.get(document) else { return Err(why_not(sight, *document)?) };
        if sight.is_held(*document) {
            return Err(refused(*document, "is under a legal hold; it cannot be erased"));
        }
        if head.kind == Kind::Pupil.name() {
            check_last(sight, wanted, *document)?;
        }
        by_space.entry(head.space).or_default().push(*document);
    }
    for (space, documents) in &mut by_space {
        let decided = decisions::about(sight.snapshot, *space, documents)?;
        documents.extend(decided);
    }
    Ok(by_space)
}

/// A pupil's record goes last: the days of everything that names the pupil are read from it.
fn check_last(sight: &Sight<'_>, wanted: &BTreeSet<DocumentId>, pupil: DocumentId) -> Result<()> {
    let goes = |id: &DocumentId| wanted.contains(id) || sight.proposal(*id).is_some();
    let left = sight.naming(pupil)?.into_iter().filter(|head| !goes(&head.record)).count();
    if left == 0 {
        return Ok(());
    }
    let (records, name) = (counted(left), if left == 1 { "names" } else { "name" });
    Err(refused(
        pupil,
        &format!(
            "is a pupil whom {records} here still {name}: erase those too, or take the pupil out \
             of them first"
        ),
    ))
}

/// Why a record is not to be worked on here.
fn why_not(sight: &Sight<'_>, document: DocumentId) -> Result<SchoolError> {
    let head = sight.snapshot.head(document)?.filter(|head| sight.is_in(head.space));
    let Some(head) = head else { return Ok(crate::save::not_found(record_id(document))) };
    if sight.proposal(document).is_some() {
        return Ok(refused(document, "waits for a second signature already"));
    }
    let decision = sight.decision(&head);
    let why = match (sight.judge(&head)?, decision) {
        (Some(Ok(due)), _) if sight.today < due.date => format!("is not due before {}", due.date),
        (Some(Ok(_)), Some(decision)) => {
            format!("is kept until {} by a decision of {}", decision.until, decision.by)
        }
        (Some(Err(why)), _) => format!("has no day on which it is due: {why}"),
        (Some(Ok(_)) | None, _) => "is not of a kind that is ever due".to_owned(),
    };
    Ok(refused(document, &why))
}

fn refused(document: DocumentId, why: &str) -> SchoolError {
    SchoolError::Refused(format!("record {document} {why}"))
}
