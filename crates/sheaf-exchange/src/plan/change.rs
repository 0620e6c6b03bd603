//! From what a row says to what would be written: a new record, or the fields that differ.

use std::collections::BTreeMap;

use sheaf_records::{
    Edit, Field, FieldPath, Fields, Kind, Problem, PupilView, Record, Value, expand_virtual,
    pupil_name, validate, validate_edits, virtual_edit,
};

use super::{Here, KnownPupil, NewIds, RowOutcome, told};
use crate::column::PupilField;
use crate::error::RowError;
use crate::header::Header;
use crate::names::differs_in_case_alone;
use crate::report::{FieldChange, Refusal};
use crate::row::Row;
use crate::words::Said;

/// The code of a premium of which a list says only that there is one.
const USUAL_PREMIUM: &str = "DPP";
/// The code of free meals of which a list says only that there are.
const USUAL_MEALS: &str = "TFSM";
/// How a pupil is on the roll whom a list names without a word about it.
const ON_ROLL: &str = "C";

pub(super) struct Changer<'a> {
    pub header: &'a Header,
    pub here: &'a Here<'a>,
    pub ids: &'a mut dyn NewIds,
    /// What is to be told once, with the number of rows that it is about.
    pub notes: BTreeMap<String, usize>,
}

/// What would change about a pupil who is here.
#[derive(Default)]
struct Changes {
    edits: Vec<Edit>,
    told: Vec<FieldChange>,
    refusals: Vec<Refusal>,
}

impl Changer<'_> {
    /// What a row does, beside the others or without them.
    pub(super) fn decide(&mut self, row: &Row, known: Option<&KnownPupil>) -> RowOutcome {
        if !row.refusals.is_empty() {
            return RowOutcome::Refuse(row.refusals.clone());
        }
        for note in &row.notes {
            self.note(note.clone());
        }
        match known {
            Some(known) => self.update(row, known),
            None => self.add(row),
        }
    }

    /// The notes, each with its number of rows.
    pub(super) fn told(&self) -> Vec<String> {
        let told = |(note, count): (&String, &usize)| match count {
            1 => format!("{note} (1 row)"),
            count => format!("{note} ({count} rows)"),
        };
        self.notes.iter().map(told).collect()
    }

    fn note(&mut self, note: String) {
        *self.notes.entry(note).or_default() += 1;
    }

    fn add(&mut self, row: &Row) -> RowOutcome {
        let needed = [PupilField::Forename, PupilField::Surname];
        let missing = needed.into_iter().filter(|field| row.text(*field).is_none());
        let missing: Vec<Refusal> =
            missing.map(|field| row.refusal(field, self.header, &RowError::Missing)).collect();
        if !missing.is_empty() {
            return RowOutcome::Refuse(missing);
        }
        let mut fields = Fields::new();
        for (field, said) in &row.said {
            if let Some(value) = self.value(*field, said) {
                fields.insert(field.name().to_owned(), Field::One(value));
            }
        }
        let Self { ids, here, .. } = self;
        expand_virtual(&mut fields, here.today, &mut || ids.ulid());
        let record = Record { id: self.ids.record(), kind: Kind::Pupil, fields };
        match validate(&record, self.here.lists) {
            Ok(_) => RowOutcome::Add(Box::new(record)),
            Err(problems) => RowOutcome::Refuse(self.refusals(row, &record, &[], problems)),
        }
    }

    /// The value of a new pupil's field; nothing where there is none.
    fn value(&mut self, field: PupilField, said: &Said) -> Option<Value> {
        match said {
            Said::Is(value) => Some(value.clone()),
            Said::No => None,
            Said::Yes => Some(Value::from(self.usual(field))),
        }
    }

    /// The code for a plain yes.
    fn usual(&mut self, field: PupilField) -> &'static str {
        let code = if field == PupilField::FreeMeals { USUAL_MEALS } else { USUAL_PREMIUM };
        self.note(format!(
            "`{}` says yes and not why: taken as `{code}`",
            self.header.column_of(field)
        ));
        code
    }

    fn update(&mut self, row: &Row, known: &KnownPupil) -> RowOutcome {
        let mut changes = Changes::default();
        for (field, said) in &row.said {
            if field.is_dated() {
                self.dated(row, known, (*field, said), &mut changes);
            } else if let Said::Is(value) = said {
                self.plain(row, known, (*field, value), &mut changes);
            }
        }
        self.return_to_roll(row, known, &mut changes);
        self.note_empty(row, known);
        let id = known.record.id;
        if changes.refusals.is_empty()
            && let Err(problems) = validate_edits(&known.record, &changes.edits, self.here.lists)
        {
            changes.refusals = self.refusals(row, &known.record, &changes.edits, problems);
        }
        match changes {
            Changes { refusals, .. } if !refusals.is_empty() => RowOutcome::Refuse(refusals),
            Changes { edits, .. } if edits.is_empty() => RowOutcome::Unchanged(id),
            Changes { edits, told, .. } => RowOutcome::Update { id, edits, changes: told },
        }
    }

    fn plain(
        &self,
        row: &Row,
        known: &KnownPupil,
        (field, value): (PupilField, &Value),
        changes: &mut Changes,
    ) {
        let current = known.record.one(field.name());
        if current == Some(value) || self.says_no_more(field, value, known) {
            return;
        }
        if known.in_conflict.contains(field.name()) {
            return changes.refusals.push(row.refusal(field, self.header, &RowError::InConflict));
        }
        changes.told.push(FieldChange {
            field: field.name(),
            before: current.map(ToString::to_string),
            after: Some(value.to_string()),
        });
        let path = FieldPath::One(field.name().to_owned());
        changes.edits.push(Edit { path, value: Some(value.clone()) });
    }

    /// A name in capitals alone, or what the pupil is called where the legal name belongs.
    fn says_no_more(&self, field: PupilField, value: &Value, known: &KnownPupil) -> bool {
        let (Some(listed), Some(here)) = (value.as_text(), known.record.text(field.name())) else {
            return false;
        };
        let is_name =
            matches!(field, PupilField::Forename | PupilField::Surname | PupilField::PreferredName);
        let called = field == PupilField::Forename
            && self.header.forename_may_be_preferred()
            && known.record.text(PupilField::PreferredName.name()) == Some(listed);
        called || (is_name && differs_in_case_alone(listed, here))
    }

    fn dated(
        &mut self,
        row: &Row,
        known: &KnownPupil,
        (field, said): (PupilField, &Said),
        changes: &mut Changes,
    ) {
        let view = PupilView::new(&known.record);
        let spell = view.spell_on(field.name(), self.here.today);
        let before = spell.map(|spell| spell.value.to_owned());
        let after = match said {
            Said::Yes if before.is_some() => before.clone(),
            Said::Yes => Some(self.usual(field).to_owned()),
            other => told(other),
        };
        if before == after {
            return;
        }
        let prefix = spell.map(|spell| format!("spells.{}.", spell.key));
        if prefix.is_some_and(|prefix| known.in_conflict.iter().any(|one| one.starts_with(&prefix)))
        {
            return changes.refusals.push(row.refusal(field, self.header, &RowError::InConflict));
        }
        let value = after.as_deref().map(Value::from);
        let Self { ids, here, .. } = self;
        let mut ulid = || ids.ulid();
        match virtual_edit(&known.record, field.name(), value, here.today, &mut ulid) {
            Ok(edits) => {
                changes.edits.extend(edits);
                changes.told.push(FieldChange { field: field.name(), before, after });
            }
            Err(error) => {
                changes.refusals.push(row.refusal(field, self.header, &error.into()));
            }
        }
    }

    /// A list that says nothing of the roll names pupils who are on it; guests stay guests.
    fn return_to_roll(&mut self, row: &Row, known: &KnownPupil, changes: &mut Changes) {
        let on = PupilView::new(&known.record).on(self.here.today);
        let silent = !self.header.fields.contains_key(&PupilField::Roll);
        if silent && !on.is_on_roll() && on.roll != Some("G") {
            let said = Said::Is(Value::from(ON_ROLL));
            self.dated(row, known, (PupilField::Roll, &said), changes);
        }
    }

    /// An empty cell says nothing, and whoever expects it to clear a value is told so.
    fn note_empty(&mut self, row: &Row, known: &KnownPupil) {
        let on = PupilView::new(&known.record).on(self.here.today);
        let kept: Vec<PupilField> =
            row.empty().filter(|field| on.get(field.name()).is_some()).collect();
        for field in kept {
            let ended = match field {
                PupilField::PupilPremium | PupilField::FreeMeals => "; `no` ends it",
                _ => "",
            };
            let column = self.header.column_of(field);
            self.note(format!(
                "`{column}` is empty for a pupil who has one here, which was kept{ended}"
            ));
        }
    }

    /// Problems that the schema finds, by the cell that brings each.
    fn refusals(
        &self,
        row: &Row,
        record: &Record,
        edits: &[Edit],
        problems: Vec<Problem>,
    ) -> Vec<Refusal> {
        let mut after = record.clone();
        edits.iter().for_each(|edit| after.apply(edit));
        let field_of = |path: &str| {
            let spell = path.strip_prefix("spells.").and_then(|rest| rest.split('.').next());
            let what = spell.and_then(|key| {
                let (_, spell) = after.rows("spells").find(|(other, _)| *other == key)?;
                spell.get("what")?.as_text()
            });
            let name = what.unwrap_or(path);
            PupilField::ALL.into_iter().find(|field| field.name() == name)
        };
        let refusal = |problem: Problem| match field_of(&problem.path) {
            Some(field) => row.refusal(field, self.header, &problem.error.into()),
            None => Refusal {
                row: row.line,
                column: problem.path,
                value: pupil_name(&after),
                why: problem.error.to_string(),
            },
        };
        problems.into_iter().map(refusal).collect()
    }
}
