//! Adding and changing records, and choosing between values in conflict.

use std::collections::BTreeMap;

use serde_json::Value as Json;
use sheaf_records::{
    Edit, FieldPath, Fields, Kind, Problem, Record, RecordId, expand_virtual, parse_record, spec,
    validate, validate_edits, virtual_edit, virtual_fields,
};

use super::references::{references, references_of};
use super::view::shape_of;
use crate::entropy;
use crate::error::{Result, SchoolError};
use crate::indexed::Found;
use crate::register::HalfTermOf;
use crate::save::Write;
use crate::school::School;
use crate::shape::RecordShape;

/// The field in which dated facts about a pupil are kept.
const SPELLS: &str = "spells";

impl School {
    /// Adds a record from its fields as JSON.
    pub fn add(&self, kind: Kind, space: Option<&str>, fields: &Json) -> Result<RecordShape> {
        let fields = parse_record(kind, fields).map_err(SchoolError::Invalid)?;
        let record = self.new_record(kind, fields);
        self.save_new(record, space)
    }

    /// A record with a fresh id; what a pupil's fields say of today becomes dated spells.
    pub(crate) fn new_record(&self, kind: Kind, mut fields: Fields) -> Record {
        let now = self.clock.now_ms();
        if kind == Kind::Pupil {
            expand_virtual(&mut fields, self.clock.today(), &mut || entropy::ulid(now));
        }
        Record { id: RecordId::from_bytes(entropy::bytes()), kind, fields }
    }

    /// Checks and saves a new record.
    pub(crate) fn save_new(&self, mut record: Record, space: Option<&str>) -> Result<RecordShape> {
        let mut warnings = validate(&record, &self.core.lists().codes)
            .map_err(|problems| as_written(problems, &spells_in(&record)))?;
        warnings.extend(self.check_beside(&record)?);
        let space = self.space_for(record.kind, space)?;
        self.check_right(&record, space)?;
        self.check_named(&references(&record), space)?;
        if let Some(place) = HalfTermOf::of(&record).filter(|_| record.kind == Kind::Attendance) {
            record.id = self.free_place(space, &place)?;
        }
        let (id, kind) = (record.id, record.kind);
        self.core.save(&self.clock, space, &[Write::Create(record)])?;
        self.after_save(kind)?;
        let mut shape = self.record(id)?;
        shape.warnings = warnings.iter().map(ToString::to_string).collect();
        Ok(shape)
    }

    /// Refuses a record that names others which do not belong beside it in a space.
    pub(crate) fn check_references(
        &self,
        record: &Record,
        space: sheaf_charter::SpaceId,
    ) -> Result<()> {
        self.check_named(&references(record), space)
    }

    /// Changes fields of a record: `name`, or `name.key.column`, each with its new value as text;
    /// `None` clears it. A pupil's year group and the like change from today on.
    pub fn edit(&self, id: &str, sets: &[(String, Option<String>)]) -> Result<RecordShape> {
        self.amend(id, sets, None)
    }

    /// Chooses one of the values that a field has at once; `None` for "no value".
    pub fn resolve(&self, id: &str, path: &str, value: Option<&str>) -> Result<RecordShape> {
        let found = self.find(id)?;
        if !found.indexed.conflicts.contains_key(path) {
            return Err(SchoolError::NotFound {
                what: "conflict",
                name: path.to_owned(),
                hint: format!(" in record {id}"),
            });
        }
        let path = path.parse().map_err(|error| SchoolError::Refused(format!("{error}")))?;
        let value = typed(found.record.kind, &path, value)?;
        self.save_edits(&found, vec![Edit { path, value }])
    }

    /// Checks and saves changes of one record.
    pub(crate) fn save_edits(&self, found: &Found, edits: Vec<Edit>) -> Result<RecordShape> {
        self.save_because(found, edits, None)
    }

    /// The same, with the reason for the changes.
    pub(super) fn save_because(
        &self,
        found: &Found,
        edits: Vec<Edit>,
        because: Option<&str>,
    ) -> Result<RecordShape> {
        let mut warnings = validate_edits(&found.record, &edits, &self.core.lists().codes)
            .map_err(|problems| as_written(problems, &spells_of(&edits)))?;
        let mut after = found.record.clone();
        edits.iter().for_each(|edit| after.apply(edit));
        warnings.extend(self.check_beside(&after)?);
        self.check_right(&after, found.space)?;
        self.check_named(&references_of(&edits), found.space)?;
        let id = found.record.id;
        let write = Write::Edit(id, edits, because.map(str::to_owned));
        self.core.save(&self.clock, found.space, &[write])?;
        self.after_save(found.record.kind)?;
        let mut shape = self.record(id)?;
        shape.warnings = warnings.iter().map(ToString::to_string).collect();
        Ok(shape)
    }

    /// One record as it is now.
    pub(crate) fn record(&self, id: RecordId) -> Result<RecordShape> {
        let found = self.get(id)?;
        Ok(shape_of(&found, &self.core.control(), &self.clock))
    }

    pub(super) fn edit_of(
        &self,
        record: &Record,
        path: &str,
        text: Option<&str>,
    ) -> Result<Vec<Edit>> {
        let is_virtual = virtual_fields(record.kind).iter().any(|field| field.name == path);
        let parsed: FieldPath =
            path.parse().map_err(|error| SchoolError::Refused(format!("{error}")))?;
        let value = typed(record.kind, &parsed, text)?;
        if !is_virtual {
            return Ok(vec![Edit { path: parsed, value }]);
        }
        let now = self.clock.now_ms();
        let mut ulid = || entropy::ulid(now);
        virtual_edit(record, path, value, self.clock.today(), &mut ulid)
            .map_err(|error| invalid(record.kind, path, error))
    }

    /// The calendar and the code lists are kept in memory: a change of one is read again.
    pub(crate) fn after_save(&self, kind: Kind) -> Result<()> {
        match kind {
            Kind::Calendar | Kind::CodeList => self.core.reload_lists(),
            _ => Ok(()),
        }
    }
}

/// The facts that the spells of a record tell, by the key of each.
fn spells_in(record: &Record) -> BTreeMap<String, String> {
    let spells = record.rows(SPELLS);
    spells.filter_map(|(key, row)| Some((key.to_owned(), row.get("what")?.to_string()))).collect()
}

/// The same of spells that edits begin.
fn spells_of(edits: &[Edit]) -> BTreeMap<String, String> {
    let begun = edits.iter().filter_map(|edit| match (&edit.path, &edit.value) {
        (FieldPath::Row { field, key, column }, Some(what))
            if field == SPELLS && column == "what" =>
        {
            Some((key.clone(), what.to_string()))
        }
        _ => None,
    });
    begun.collect()
}

/// Problems by the names that were written: a fact that was turned into a dated spell is told by
/// its own name, not by the key of the spell.
fn as_written(mut problems: Vec<Problem>, facts: &BTreeMap<String, String>) -> SchoolError {
    for problem in &mut problems {
        let key = problem.path.strip_prefix("spells.").and_then(|rest| rest.split('.').next());
        if let Some(fact) = key.and_then(|key| facts.get(key)) {
            problem.path.clone_from(fact);
        }
    }
    SchoolError::Invalid(problems)
}

/// The value of a field from its text.
fn typed(kind: Kind, path: &FieldPath, text: Option<&str>) -> Result<Option<sheaf_records::Value>> {
    let Some(text) = text else { return Ok(None) };
    let spec = spec(kind);
    let field = match path {
        FieldPath::One(name) => spec
            .field(name)
            .or_else(|| virtual_fields(kind).iter().find(|field| field.name == name)),
        FieldPath::Row { field, column, .. } => {
            spec.rows(field).and_then(|rows| rows.column(column))
        }
    };
    match field {
        Some(field) => {
            field.ty.parse(text).map(Some).map_err(|error| invalid(kind, &path.to_string(), error))
        }
        // The validation names the unknown field and the nearest one that there is.
        None => Ok(Some(text.into())),
    }
}

fn invalid(kind: Kind, path: &str, error: sheaf_records::FieldError) -> SchoolError {
    SchoolError::Invalid(vec![Problem { kind, path: path.to_owned(), error }])
}
