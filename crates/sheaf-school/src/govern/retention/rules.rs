//! The rules that count in this school, and setting one of its own.

use jiff::civil::Date;
use sheaf_charter::SpaceKind;
use sheaf_records::{
    Basis, Edit, FieldPath, Fields, Kind, Mark, Record, RecordId, RetentionPeriod, RetentionRule,
    RetentionRules, Setting, Standing, Value, spec, validate, validate_edits,
};
use sheaf_store::Snapshot;

use super::right::by_reviewers;
use crate::control::Control;
use crate::entropy;
use crate::error::{Result, SchoolError};
use crate::indexed::Found;
use crate::save::Write;
use crate::school::School;
use crate::shape::{RetentionRuleShape, RetentionRuleShapes, RetentionSet};

/// A period that the school sets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewRetentionRule {
    /// For these kinds.
    pub kinds: Vec<Kind>,
    /// Where the records lie.
    pub setting: Setting,
    /// How long.
    pub period: RetentionPeriod,
    /// The first day on which it counts; `None`: today.
    pub valid_from: Option<Date>,
    /// The last day on which it counts.
    pub valid_to: Option<Date>,
    /// Where it comes from.
    pub source: String,
}

/// The school's own rules: those that count, and those that somebody wrote who may not.
pub(super) struct OwnRules {
    /// Written by those who review retention, in the space of everybody.
    pub good: Vec<Found>,
    /// Any others.
    pub void: Vec<Found>,
}

/// The school's own rules as they are here.
pub(super) fn own_rules(snapshot: &Snapshot<'_>, control: &Control) -> Result<OwnRules> {
    let (mut own, mut all) = (OwnRules { good: Vec::new(), void: Vec::new() }, Vec::new());
    snapshot.for_each_of_kinds([Kind::RetentionRule.name()], |row| {
        all.push(Found::from_row(row)?);
        Ok::<_, SchoolError>(())
    })?;
    for found in all.into_iter().filter(|found| found.record.withdrawn().is_none()) {
        let in_pastoral = control.trust.space_kind(found.space) == Some(SpaceKind::Pastoral);
        let is_good = in_pastoral && by_reviewers(snapshot, control, &found.indexed)?;
        if is_good { own.good.push(found) } else { own.void.push(found) }
    }
    Ok(own)
}

impl OwnRules {
    /// The built-in rules, with those that count in their place.
    pub fn with_built_in(&self) -> RetentionRules {
        RetentionRules::new(self.good.iter().map(|found| &found.record))
    }
}

impl School {
    /// Every rule, in force or not, with source and mark.
    pub fn retention_rules(&self) -> Result<RetentionRuleShapes> {
        self.core.refresh()?;
        let control = self.core.control();
        let own = self.core.store.read(|snapshot| own_rules(snapshot, &control))?;
        let (rules, today) = (own.with_built_in(), self.clock.today());
        let mut shapes: Vec<_> =
            rules.all().iter().map(|rule| shape(rule, &rules, today)).collect();
        for found in &own.void {
            let Some(rule) = RetentionRule::of_school(&found.record) else { continue };
            let mut shape = shape(&rule, &rules, today);
            let by = control.person_name(&found.indexed.changed.person);
            shape.why_not = Some(format!("{by} is not one of those who review retention"));
            shapes.push(shape);
        }
        Ok(RetentionRuleShapes { as_of: today.to_string(), rules: shapes })
    }

    /// Sets the school's own period for kinds of record. A rule that begins on the same day is
    /// changed, and its history tells; otherwise the rules before it stay as they were until then.
    pub fn set_retention(&self, new: &NewRetentionRule) -> Result<RetentionSet> {
        self.core.refresh()?;
        self.check_reviewer()?;
        let space = self.space_for(Kind::RetentionRule, None)?;
        let from = new.valid_from.unwrap_or_else(|| self.clock.today());
        let own = {
            let control = self.core.control();
            self.core.store.read(|snapshot| own_rules(snapshot, &control))?.good
        };
        let (mut writes, mut ids) = (Vec::new(), Vec::new());
        for kind in &new.kinds {
            let fields = fields_of(*kind, new, from);
            let same = own.iter().find(|found| {
                let old = RetentionRule::of_school(&found.record);
                old.is_some_and(|old| {
                    old.covers(*kind, new.setting) && old.valid_from == Some(from)
                })
            });
            let (id, write) = match same {
                Some(old) => (old.record.id, self.changed(old, &fields)?),
                None => self.begun(fields)?,
            };
            ids.push(id.to_string());
            writes.push(write);
        }
        if writes.is_empty() {
            return Err(SchoolError::Refused("name at least one kind of record".to_owned()));
        }
        self.core.save(&self.clock, space, &writes)?;
        Ok(RetentionSet { rules: ids, effect: effect(new, from) })
    }

    fn begun(&self, fields: Fields) -> Result<(RecordId, Write)> {
        let id = RecordId::from_bytes(entropy::bytes());
        let record = Record { id, kind: Kind::RetentionRule, fields };
        validate(&record, &self.core.lists().codes).map_err(SchoolError::Invalid)?;
        Ok((id, Write::Create(record)))
    }

    fn changed(&self, old: &Found, fields: &Fields) -> Result<Write> {
        let edits: Vec<Edit> = spec(Kind::RetentionRule)
            .fields
            .iter()
            .map(|field| Edit {
                path: FieldPath::One(field.name.to_owned()),
                value: fields.get(field.name).and_then(|field| match field {
                    sheaf_records::Field::One(value) => Some(value.clone()),
                    sheaf_records::Field::Many(_) => None,
                }),
            })
            .filter(|edit| edit.value.as_ref() != old.record.one(edit.path.field()))
            .collect();
        validate_edits(&old.record, &edits, &self.core.lists().codes)
            .map_err(SchoolError::Invalid)?;
        Ok(Write::Edit(old.record.id, edits, None))
    }
}

fn fields_of(kind: Kind, new: &NewRetentionRule, from: Date) -> Fields {
    let id = RecordId::from_bytes([0; 16]);
    let mut record = Record { id, kind: Kind::RetentionRule, fields: Fields::new() };
    record.set("applies_to", kind.name());
    if new.setting == Setting::Safeguarding {
        record.set("safeguarding", true);
    }
    record.set("period", period_code(new.period));
    if let RetentionPeriod::Years { years, from } = new.period {
        record.set("years", i64::from(years));
        record.set("runs_from", from.code());
    }
    record.set("valid_from", from);
    if let Some(to) = new.valid_to {
        record.set("valid_to", to);
    }
    record.set("source", Value::from(new.source.trim()));
    record.fields
}

const fn period_code(period: RetentionPeriod) -> &'static str {
    match period {
        RetentionPeriod::Years { .. } => "years",
        RetentionPeriod::Transfer => "transfer",
        RetentionPeriod::None => "none",
    }
}

fn effect(new: &NewRetentionRule, from: Date) -> String {
    let kinds: Vec<&str> = new.kinds.iter().map(|kind| kind.name()).collect();
    let place = match new.setting {
        Setting::Safeguarding => " in safeguarding",
        Setting::General => "",
    };
    format!("{}{place}: {}; counts from {from}", kinds.join(", "), new.period)
}

/// What a reader is told of a rule.
fn shape(rule: &RetentionRule, rules: &RetentionRules, today: Date) -> RetentionRuleShape {
    let counts = |kind: &&Kind| {
        let counting = rules.in_force(**kind, rule.setting, today);
        counting.is_some_and(|counting| counting.id == rule.id)
    };
    let in_force_for: Vec<String> =
        rule.kinds.iter().filter(counts).map(ToString::to_string).collect();
    let why_not = in_force_for.is_empty().then(|| why_not(rule, today).to_owned());
    let years = match rule.period {
        RetentionPeriod::Years { years, from } => Some((years, from)),
        RetentionPeriod::Transfer | RetentionPeriod::None => None,
    };
    RetentionRuleShape {
        id: rule.id.clone(),
        title: rule.title.clone(),
        kinds: rule.kinds.iter().map(ToString::to_string).collect(),
        in_force_for,
        why_not,
        safeguarding: rule.setting == Setting::Safeguarding,
        period: period_code(rule.period).to_owned(),
        years: years.map(|(years, _)| years),
        runs_from: years.map(|(_, from): (u8, Basis)| from.code().to_owned()),
        says: rule.period.to_string(),
        source: rule.source.clone(),
        note: rule.note.clone(),
        certainty: rule.mark.name().to_owned(),
        valid_from: rule.valid_from.map(|day| day.to_string()),
        valid_to: rule.valid_to.map(|day| day.to_string()),
    }
}

fn why_not(rule: &RetentionRule, today: Date) -> &'static str {
    match rule.standing {
        Standing::Offered => "counts only where the school sets it",
        Standing::InForce if rule.valid_from.is_some_and(|from| today < from) => "not yet",
        Standing::InForce if rule.valid_to.is_some_and(|to| to < today) => "over",
        Standing::InForce if rule.mark == Mark::School => "a later rule takes its place",
        Standing::InForce => "the school's own rules take its place",
    }
}
