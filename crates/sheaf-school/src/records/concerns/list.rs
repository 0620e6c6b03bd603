//! The concerns that this device knows of, and where each stands.

use std::collections::BTreeMap;

use jiff::civil::DateTime;
use serde_json::Value as Json;
use sheaf_charter::{EntryId, PersonId, Role, SpaceKind};
use sheaf_records::{Kind, Record, Value, pupil_name, to_json_on};
use sheaf_store::Query;

use super::waiting::Waiting;
use super::{CLOSED, DEALING, RECEIPTS, RECEIVED};
use crate::carry::is_known_to_have;
use crate::control::Control;
use crate::error::{Result, SchoolError};
use crate::indexed::Found;
use crate::records::time_text;
use crate::records::view::shape_of;
use crate::school::School;
use crate::shape::{
    ConcernCounts, ConcernShape, ConcernStage, Concerns, ReceiptShape, RecordShape, StampShape,
};

impl School {
    /// The concerns that this person has written or receives, of one pupil or of all.
    pub fn concerns(&self, pupil: Option<&str>) -> Result<Concerns> {
        self.core.refresh()?;
        self.core.hand_over_waiting(&self.clock)?;
        let pupil = pupil.map(|text| self.find_pupil(text)).transpose()?;
        let about = |record: &Record| {
            pupil.is_none() || record.one("pupil").and_then(Value::as_record) == pupil
        };
        let mut concerns = Vec::new();
        for one in self.waiting_concerns()?.into_iter().filter(|one| about(&one.record)) {
            concerns.push(self.waiting_shape(&one));
        }
        let mut decisions = self.decisions()?;
        let mut here = Vec::new();
        for found in self.all_of(Kind::Concern)?.into_iter().filter(|found| about(&found.record)) {
            if found.record.withdrawn().is_none() {
                let decided = decisions.remove(&found.record.id.to_string());
                here.push(self.concern_shape(&found, decided.unwrap_or_default())?);
            }
        }
        here.sort_by_key(|one| one.stage != ConcernStage::NotHandedOver);
        concerns.extend(here);
        let ConcernCounts { not_handed_over, new } = self.count(&concerns);
        Ok(Concerns { concerns, not_handed_over, new })
    }

    /// One concern.
    pub fn concern(&self, id: &str) -> Result<ConcernShape> {
        let concerns = self.concerns(None)?.concerns;
        concerns.into_iter().find(|one| one.record.id == id).ok_or_else(|| {
            let hint = ": `sheaf concern list` lists them".to_owned();
            SchoolError::NotFound { what: "concern", name: id.to_owned(), hint }
        })
    }

    /// How many concerns ask for something.
    pub fn concern_counts(&self) -> Result<ConcernCounts> {
        Ok(self.count(&self.concerns(None)?.concerns))
    }

    fn count(&self, concerns: &[ConcernShape]) -> ConcernCounts {
        let of = |stage| concerns.iter().filter(|one| one.stage == stage).count();
        let receives = self.core.control().trust.receives(self.person());
        ConcernCounts {
            not_handed_over: of(ConcernStage::NotHandedOver),
            new: if receives { of(ConcernStage::HandedOver) } else { 0 },
        }
    }

    fn all_of(&self, kind: Kind) -> Result<Vec<Found>> {
        let listing =
            self.core.store.read(|snapshot| snapshot.list(&Query::of_kind(kind.name())))?;
        listing.records.into_iter().map(Found::from_row).collect()
    }

    /// What was decided, by the concern, first to last.
    fn decisions(&self) -> Result<BTreeMap<String, Vec<RecordShape>>> {
        let mut decisions: BTreeMap<String, Vec<RecordShape>> = BTreeMap::new();
        for found in self.all_of(Kind::ConcernDecision)? {
            let concern = found.record.one("concern").and_then(Value::as_record);
            let Some(concern) = concern.filter(|_| found.record.withdrawn().is_none()) else {
                continue;
            };
            let shape = shape_of(&found, &self.core.control(), &self.clock);
            decisions.entry(concern.to_string()).or_default().push(shape);
        }
        for all in decisions.values_mut() {
            all.sort_by(|a, b| (&a.created.at, &a.id).cmp(&(&b.created.at, &b.id)));
        }
        Ok(decisions)
    }

    fn waiting_shape(&self, waiting: &Waiting) -> ConcernShape {
        let control = self.core.control();
        let written = StampShape {
            by: control.person_name(&self.person().to_string()),
            device: control.device_name(&self.core.device().to_string()),
            at: time_text(&self.clock, waiting.at_ms),
        };
        let record = RecordShape {
            id: waiting.record.id.to_string(),
            kind: Kind::Concern.to_string(),
            space: "this device".to_owned(),
            fields: to_json_on(&waiting.record, self.clock.today()),
            conflicts: BTreeMap::new(),
            created: written.clone(),
            changed: written,
            warnings: Vec::new(),
        };
        let says = "not yet handed over: it is kept on this device, and goes over by itself once \
                    the device of a head or safeguarding lead was met"
            .to_owned();
        let stage = ConcernStage::NotHandedOver;
        let pupil_name = self.pupil_name_of(&waiting.record);
        let (receipts, decisions) = (Vec::new(), Vec::new());
        ConcernShape { record, pupil_name, stage, says, receipts, decisions }
    }

    fn concern_shape(&self, found: &Found, decisions: Vec<RecordShape>) -> Result<ConcernShape> {
        let handed_over = self.is_handed_over(found)?;
        let pupil_name = self.pupil_name_of(&found.record);
        let control = self.core.control();
        let receipts = receipts(found, &control);
        let last = receipts.iter().max_by_key(|one| (one.at.clone(), stage_of(&one.state)));
        let stage = match last {
            Some(last) => stage_of(&last.state),
            None if handed_over => ConcernStage::HandedOver,
            None => ConcernStage::NotHandedOver,
        };
        let says = match last {
            Some(last) => self.receipt_words(stage, last),
            None if handed_over => "handed over, not received yet".to_owned(),
            None => {
                let to = receivers_of(found, &control);
                format!("not yet handed over: it goes over by itself once a device of {to} was met")
            }
        };
        let record = shape_of(found, &control, &self.clock);
        Ok(ConcernShape { record, pupil_name, stage, says, receipts, decisions })
    }

    fn receipt_words(&self, stage: ConcernStage, receipt: &ReceiptShape) -> String {
        let what = match stage {
            ConcernStage::Closed => "closed by",
            ConcernStage::Dealing => "being dealt with by",
            _ => "received by",
        };
        let today = |at: &DateTime| at.date() == self.clock.today();
        let at: Option<DateTime> = receipt.at.parse().ok();
        let at = match at {
            Some(at) if today(&at) => at.strftime("%H:%M").to_string(),
            Some(at) => at.strftime("%-d %b %Y, %H:%M").to_string(),
            None => receipt.at.clone(),
        };
        format!("{what} {}, {at}", receipt.by)
    }

    fn pupil_name_of(&self, concern: &Record) -> String {
        let pupil = concern.one("pupil").and_then(Value::as_record);
        let found = pupil.and_then(|pupil| self.get(pupil).ok());
        found.map(|found| pupil_name(&found.record)).unwrap_or_default()
    }

    /// Whether a device of those who receive it is known to have it: this one, or one that has
    /// shown that it holds the entry that wrote it down. No clock is asked: it may have been wrong.
    fn is_handed_over(&self, found: &Found) -> Result<bool> {
        let devices = {
            let control = self.core.control();
            let trust = &control.trust;
            let Some(of) = trust.hand_off(found.space) else { return Ok(true) };
            if of != self.person() {
                return Ok(true);
            }
            let receivers = trust.receivers_in(found.space);
            let members = trust.members(found.space).into_iter();
            let theirs = members.filter(|member| receivers.contains(&member.person));
            theirs.flat_map(|member| member.devices).collect::<Vec<_>>()
        };
        let Ok(entry) = found.indexed.created.entry.parse::<EntryId>() else { return Ok(false) };
        self.core.store.read(|snapshot| {
            for known in devices {
                if is_known_to_have(snapshot, known.device, entry)? {
                    return Ok(true);
                }
            }
            Ok(false)
        })
    }
}

/// What those who receive concerns have signed on one. What its writer says of it themselves is no
/// receipt, unless they are in safeguarding.
fn receipts(found: &Found, control: &Control) -> Vec<ReceiptShape> {
    let trust = &control.trust;
    let writer = trust.hand_off(found.space);
    let mut receipts = Vec::new();
    for (key, row) in found.record.rows(RECEIPTS) {
        let path = format!("{RECEIPTS}.{key}.state");
        let stamp = found.indexed.authors.get(&path).unwrap_or(&found.indexed.created);
        let by: Option<PersonId> = stamp.person.parse().ok();
        let role = by.and_then(|by| trust.last_role(by));
        let may = role.is_some_and(|role: Role| role.may_manage(SpaceKind::Safeguarding));
        let (Some(state), Some(at)) = (row.get("state"), row.get("at")) else { continue };
        let known = state.as_text().filter(|state| [RECEIVED, DEALING, CLOSED].contains(state));
        if let Some(state) = known.filter(|_| may && by != writer) {
            let by = control.person_name(&stamp.person);
            let at = at.as_date_time().map(|at| at.to_string()).unwrap_or_default();
            receipts.push(ReceiptShape { state: state.to_owned(), by, at });
        }
    }
    receipts.sort_by_key(|one| (one.at.clone(), stage_of(&one.state)));
    receipts
}

fn stage_of(state: &str) -> ConcernStage {
    match state {
        CLOSED => ConcernStage::Closed,
        DEALING => ConcernStage::Dealing,
        _ => ConcernStage::Received,
    }
}

/// The names of those who receive a concern, as a list in words.
fn receivers_of(found: &Found, control: &Control) -> String {
    let receivers = control.trust.receivers_in(found.space).into_iter();
    let names: Vec<String> =
        receivers.map(|person| control.person_name(&person.to_string())).collect();
    match names.as_slice() {
        [] => "somebody who receives concerns".to_owned(),
        [one] => one.clone(),
        [most @ .., last] => format!("{} or {last}", most.join(", ")),
    }
}

impl ConcernShape {
    /// A field as text; empty where it says nothing.
    pub fn text(&self, field: &str) -> &str {
        self.record.fields.get(field).and_then(Json::as_str).unwrap_or_default()
    }

    /// Whether the child was said to be in danger.
    pub fn is_urgent(&self) -> bool {
        self.record.fields.get("danger").and_then(Json::as_bool) == Some(true)
    }
}
