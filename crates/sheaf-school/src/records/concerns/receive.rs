//! Receiving a concern, deciding on it, closing it. What its writer is told goes back through the
//! space that it came by; why it was decided so stays in safeguarding.

use std::collections::BTreeMap;

use sheaf_charter::SpaceId;
use sheaf_records::{
    Edit, FieldPath, Kind, ListId, Record, RecordId, Value, validate, validate_edits,
};

use super::{CLOSED, DEALING, RECEIPTS, RECEIVED};
use crate::entropy;
use crate::error::{Result, SchoolError};
use crate::indexed::Found;
use crate::save::Write;
use crate::school::School;
use crate::shape::{ConcernShape, ConcernStage};

/// What was decided on a concern.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Deciding {
    /// A code, its title, or the beginning of one.
    pub decision: String,
    /// Why, and where nothing was referred, why not.
    pub rationale: String,
    /// Which service it was referred to: a code, its title, or the beginning of one.
    pub referred_to: Option<String>,
    /// Whom there.
    pub referred_whom: Option<String>,
    /// What came of it.
    pub outcome: Option<String>,
    /// What becomes of the concern.
    pub then: Then,
}

/// What becomes of a concern after a decision.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Then {
    /// It is being dealt with.
    #[default]
    GoesOn,
    /// Nothing more is to be done.
    Closes,
}

impl School {
    /// Says to whoever wrote a concern that this person has read it and answers for it.
    pub fn receive_concern(&self, id: &str) -> Result<ConcernShape> {
        let (found, shape) = self.received_here(id)?;
        if shape.stage >= ConcernStage::Received {
            return Err(SchoolError::Refused(format!("concern {id} is {} already", shape.says)));
        }
        let edits = self.receipts(&[RECEIVED]);
        self.save_concern(&found, edits, None)?;
        self.concern(id)
    }

    /// Keeps what was decided in safeguarding, and tells the writer that it is being dealt with.
    pub fn decide_concern(&self, id: &str, deciding: &Deciding) -> Result<ConcernShape> {
        let (found, shape) = self.received_here(id)?;
        let decision = self.decision_of(&found.record, deciding)?;
        validate(&decision, &self.core.lists().codes).map_err(SchoolError::Invalid)?;
        let first = (shape.stage < ConcernStage::Received).then_some(RECEIVED);
        let then = if deciding.then == Then::Closes { CLOSED } else { DEALING };
        let states: Vec<&str> = first.into_iter().chain([then]).collect();
        self.save_concern(&found, self.receipts(&states), Some(Write::Create(decision)))?;
        self.concern(id)
    }

    /// Says that nothing more is to be done; what came of it goes to the last decision.
    pub fn close_concern(&self, id: &str, outcome: Option<&str>) -> Result<ConcernShape> {
        let (found, shape) = self.received_here(id)?;
        if shape.stage == ConcernStage::Closed {
            return Err(SchoolError::Refused(format!("concern {id} is {} already", shape.says)));
        }
        let last = shape.decisions.last().ok_or_else(|| {
            SchoolError::Refused(format!(
                "nothing was decided on concern {id} yet: say what, and why, with \
                 `sheaf concern decide`"
            ))
        })?;
        let written = outcome.map(|words| {
            let path = FieldPath::One("outcome".to_owned());
            let edit = Edit { path, value: Some(Value::from(words.trim())) };
            let decision = self.find(&last.id)?;
            self.check_edits(&decision, std::slice::from_ref(&edit))?;
            Ok::<_, SchoolError>(Write::Edit(decision.record.id, vec![edit], None))
        });
        self.save_concern(&found, self.receipts(&[CLOSED]), written.transpose()?)?;
        self.concern(id)
    }

    /// A concern, for whoever receives them.
    fn received_here(&self, id: &str) -> Result<(Found, ConcernShape)> {
        let shape = self.concern(id)?;
        if !self.core.control().trust.receives(self.person()) {
            return Err(SchoolError::NotAllowed(
                "concerns are received by the head, the safeguarding lead and the deputies who \
                 are in `safeguarding`"
                    .to_owned(),
            ));
        }
        Ok((self.find(id)?, shape))
    }

    fn decision_of(&self, concern: &Record, deciding: &Deciding) -> Result<Record> {
        let now = self.clock.now();
        let mut record = self.new_record(Kind::ConcernDecision, Default::default());
        record.set("concern", concern.id);
        if let Some(pupil) = concern.one("pupil").and_then(Value::as_record) {
            record.set("pupil", pupil);
        }
        record.set("decided_at", now);
        let decision = self.code_meant(ListId::ConcernDecision, &deciding.decision, now)?;
        record.set("decision", decision);
        record.set("rationale", deciding.rationale.trim());
        if let Some(service) = &deciding.referred_to {
            record.set("referred_to", self.code_meant(ListId::ReferredTo, service, now)?);
        }
        for (name, text) in
            [("referred_whom", &deciding.referred_whom), ("outcome", &deciding.outcome)]
        {
            if let Some(text) = text.as_deref().map(str::trim).filter(|text| !text.is_empty()) {
                record.set(name, text);
            }
        }
        Ok(record)
    }

    /// New receipts, each a row of its own: two people who receive at once do not disagree.
    fn receipts(&self, states: &[&str]) -> Vec<Edit> {
        let now = self.clock.now();
        let row = |state: &str| {
            let key = entropy::ulid(self.clock.now_ms());
            [("state", Value::from(state)), ("at", Value::from(now))].map(|(column, value)| Edit {
                path: FieldPath::Row {
                    field: RECEIPTS.to_owned(),
                    key: key.clone(),
                    column: column.to_owned(),
                },
                value: Some(value),
            })
        };
        states.iter().flat_map(|state| row(state)).collect()
    }

    fn check_edits(&self, found: &Found, edits: &[Edit]) -> Result<()> {
        let checked = validate_edits(&found.record, edits, &self.core.lists().codes);
        checked.map(drop).map_err(SchoolError::Invalid)
    }

    /// Saves receipts where the concern is and the decision in safeguarding, in one transaction.
    fn save_concern(
        &self,
        concern: &Found,
        receipts: Vec<Edit>,
        decision: Option<Write>,
    ) -> Result<()> {
        self.check_edits(concern, &receipts)?;
        let id: RecordId = concern.record.id;
        let mut writes: BTreeMap<SpaceId, Vec<Write>> = BTreeMap::new();
        writes.entry(concern.space).or_default().push(Write::Edit(id, receipts, None));
        if let Some(decision) = decision {
            let space = self.space_of_concerns(Kind::ConcernDecision, None)?;
            writes.entry(space).or_default().push(decision);
        }
        self.core.save_planned(&self.clock, |_| Ok((writes, ())), &|_| ())
    }
}
