//! Whether a record may be saved, and what about it is odd.

mod attendance;
mod concern;
mod conduct;
mod days;
mod enrolled;
mod plans;
mod retention;
mod support;
mod suspension;

use std::collections::BTreeMap;

use jiff::civil::Date;

use crate::codes::{CodeLists, ListId};
use crate::describe::occurred;
use crate::field_type::{FieldType, check_code_form, parse_date};
use crate::id::RecordId;
use crate::json::{shown_name, unknown_column, unknown_field};
use crate::kind::Kind;
use crate::problem::{FieldError, Oddity, Problem, Warning};
use crate::record::{Edit, Field, FieldPath, Record, Rows};
use crate::schema::{
    FieldSpec, KindSpec, MAX_ROWS, Need, RowKey, RowSpec, common_field, spec, virtual_fields,
};
use crate::spells::PupilView;
use crate::upn::{UpnKind, check_upn};
use crate::value::Value;

pub use days::check_days;
pub use enrolled::check_enrolled;

/// Whether a record may be saved: every field known, of its type, within its bounds; every
/// required one there; every code in its list and counting on the record's day.
///
/// # Errors
/// Every problem, each with its field and what to do.
pub fn validate(record: &Record, lists: &CodeLists) -> Result<Vec<Warning>, Vec<Problem>> {
    let mut check = Check::new(record, lists);
    check.record();
    if check.problems.is_empty() { Ok(check.warnings) } else { Err(check.problems) }
}

/// Whether one value may be changed so: the field is known, the value of its type, a code in its
/// list. Rows that need several edits are looked at as a whole by [`validate_edits`].
///
/// # Errors
/// The problems of this value.
pub fn validate_edit(
    record: &Record,
    edit: &Edit,
    lists: &CodeLists,
) -> Result<Vec<Warning>, Vec<Problem>> {
    let mut check = Check::new(record, lists);
    check.edit(edit);
    if check.problems.is_empty() { Ok(check.warnings) } else { Err(check.problems) }
}

/// Whether a record may be changed so: what the edits touch is right, and the record as a whole
/// has no problem afterwards that it did not have before.
///
/// # Errors
/// The problems that the edits bring.
pub fn validate_edits(
    record: &Record,
    edits: &[Edit],
    lists: &CodeLists,
) -> Result<Vec<Warning>, Vec<Problem>> {
    let mut touched = Check::new(record, lists);
    edits.iter().for_each(|edit| touched.edit(edit));
    if !touched.problems.is_empty() {
        return Err(touched.problems);
    }
    let before = validate(record, lists).err().unwrap_or_default();
    let mut after = record.clone();
    edits.iter().for_each(|edit| after.apply(edit));
    match validate(&after, lists) {
        Ok(warnings) => Ok(warnings),
        Err(mut problems) => {
            problems.retain(|problem| !before.contains(problem));
            if problems.is_empty() { Ok(touched.warnings) } else { Err(problems) }
        }
    }
}

/// Whether a text can be the key of a row.
///
/// # Errors
/// It cannot; the text is not repeated.
pub(crate) fn check_key(key: RowKey, text: &str) -> Result<(), FieldError> {
    let malformed = |expected| FieldError::MalformedKey { expected };
    match key {
        RowKey::Ulid if is_ulid(text) => Ok(()),
        RowKey::Ulid => Err(malformed("a ULID of 26 characters")),
        RowKey::Record(_) if text.parse().is_ok_and(|id: RecordId| id.to_string() == text) => {
            Ok(())
        }
        RowKey::Record(_) => Err(malformed("a record id of 32 hexadecimal digits, in lower case")),
        RowKey::Date => parse_date(text).map(drop).map_err(|_| malformed("a date as 2026-11-22")),
        RowKey::Code(_) | RowKey::Text => check_code_form(text)
            .map_err(|_| malformed("a short code of letters, digits, `-` and `_`")),
    }
}

/// The 26 characters of a ULID in capitals; the first is at most 7, or it would not fit 128 bits.
fn is_ulid(text: &str) -> bool {
    text.len() == 26
        && text.starts_with(|c| matches!(c, '0'..='7'))
        && text.bytes().all(|byte| b"0123456789ABCDEFGHJKMNPQRSTVWXYZ".contains(&byte))
}

/// Two dates or times of one record or row, of which the first should not be the later.
struct Pair(Kind, Option<&'static str>, &'static str, &'static str);

const PAIRS: &[Pair] = &[
    Pair(Kind::Pupil, Some("spells"), "from", "to"),
    Pair(Kind::RoomStay, None, "arrived_at", "left_at"),
    Pair(Kind::Detention, None, "set_at", "starts_at"),
    Pair(Kind::CallOut, None, "raised_at", "acknowledged_at"),
    Pair(Kind::CallOut, None, "raised_at", "arrived_at"),
    Pair(Kind::CallOut, None, "raised_at", "cleared_at"),
    Pair(Kind::CallOut, None, "acknowledged_at", "arrived_at"),
    Pair(Kind::CallOut, None, "acknowledged_at", "cleared_at"),
    Pair(Kind::CallOut, None, "arrived_at", "cleared_at"),
    Pair(Kind::Plan, None, "start", "end"),
    Pair(Kind::Plan, None, "start", "next_review"),
    Pair(Kind::Caseload, Some("pupils"), "opened", "closed"),
    Pair(Kind::Intervention, None, "start", "end"),
    Pair(Kind::Intervention, Some("enrolments"), "decided", "start"),
    Pair(Kind::Intervention, Some("enrolments"), "start", "end"),
    Pair(Kind::Intervention, Some("enrolments"), "decided", "end"),
    Pair(Kind::Suspension, None, "start", "end"),
    Pair(Kind::Concern, None, "seen_at", "written_at"),
    Pair(Kind::Calendar, None, "from", "to"),
    Pair(Kind::Calendar, Some("terms"), "from", "to"),
    Pair(Kind::Calendar, Some("periods"), "starts", "ends"),
    Pair(Kind::CodeList, Some("codes"), "valid_from", "valid_to"),
    Pair(Kind::RetentionRule, None, "valid_from", "valid_to"),
];

struct Check<'a> {
    record: &'a Record,
    lists: &'a CodeLists,
    /// The day on which the codes of an event must count.
    day: Option<Date>,
    problems: Vec<Problem>,
    warnings: Vec<Warning>,
}

impl<'a> Check<'a> {
    fn new(record: &'a Record, lists: &'a CodeLists) -> Self {
        let day = occurred(record).map(|time| time.date());
        Self { record, lists, day, problems: Vec::new(), warnings: Vec::new() }
    }

    fn refuse(&mut self, path: String, error: FieldError) {
        self.problems.push(Problem { kind: self.record.kind, path, error });
    }

    fn warn(&mut self, path: String, oddity: Oddity) {
        self.warnings.push(Warning { kind: self.record.kind, path, oddity });
    }

    fn record(&mut self) {
        let record = self.record;
        let schema = spec(record.kind);
        for (name, field) in record.fields.iter().filter(|(name, _)| schema.field(name).is_none()) {
            match (common_field(name), field) {
                (Some(common), Field::One(value)) => self.value(name, common, value, self.day),
                _ => self.refuse(shown_name(name), self.unknown(name)),
            }
        }
        for field in schema.fields {
            match (record.fields.get(field.name), field.ty) {
                (None, _) if field.required == Need::Required => {
                    self.refuse(field.name.into(), missing(field));
                }
                (None, _) => {}
                (Some(Field::Many(rows)), FieldType::Rows(row_spec)) => {
                    self.rows(field.name, row_spec, rows);
                }
                (Some(Field::Many(_)), _) => {
                    self.refuse(field.name.into(), FieldError::RowsNotExpected);
                }
                (Some(Field::One(value)), _) => {
                    self.value(field.name, field, value, self.day);
                }
            }
        }
        self.pairs();
        match record.kind {
            Kind::Incident => self.incident(),
            Kind::Pupil => self.pupil(),
            Kind::Calendar => self.calendar(),
            Kind::Intervention => self.intervention(),
            Kind::InterventionSession => self.intervention_session(),
            Kind::Suspension => self.suspension(),
            Kind::RetentionRule => self.retention_rule(),
            Kind::ConcernDecision => self.concern_decision(),
            Kind::Detention => self.detention(),
            Kind::CallOut => self.call_out(),
            Kind::Attendance => self.attendance(),
            Kind::Score => self.score(),
            Kind::Plan => self.plan(),
            Kind::PositiveEvent => self.names_somebody(),
            _ => {}
        }
    }

    fn unknown(&self, name: &str) -> FieldError {
        let kind = self.record.kind;
        match virtual_fields(kind).iter().any(|field| field.name == name) {
            true => FieldError::Virtual,
            false => unknown_field(kind, name),
        }
    }

    fn rows(&mut self, name: &str, row_spec: &RowSpec, rows: &Rows) {
        if rows.len() > MAX_ROWS {
            let error = FieldError::TooManyRows { count: rows.len(), max: MAX_ROWS };
            return self.refuse(name.into(), error);
        }
        for (key, row) in rows {
            if self.key(name, row_spec.key, key) {
                self.row(name, row_spec, key, row);
            }
        }
    }

    /// Whether the key of a row is right; a malformed one is not repeated, as it may be a name.
    fn key(&mut self, name: &str, key: RowKey, text: &str) -> bool {
        let coded = match (check_key(key, text), key) {
            (Ok(()), RowKey::Code(list)) => self.lists.get(list, text).map(drop),
            (checked, _) => checked,
        };
        match coded {
            Ok(()) => true,
            Err(error) => {
                self.refuse(name.into(), error);
                false
            }
        }
    }

    fn row(&mut self, name: &str, row_spec: &RowSpec, key: &str, row: &BTreeMap<String, Value>) {
        let path = |column: &str| format!("{name}.{key}.{column}");
        let day = self.day_of(row_spec, key);
        for column in row.keys().filter(|column| row_spec.column(column).is_none()) {
            let error = unknown_column(self.record.kind, row_spec, column);
            self.refuse(path(&shown_name(column)), error);
        }
        for column in row_spec.columns {
            match row.get(column.name) {
                Some(value) => self.value(&path(column.name), column, value, day),
                None if column.required == Need::Required => {
                    self.refuse(path(column.name), missing(column));
                }
                None => {}
            }
        }
    }

    /// The day on which the codes of a row must count: its own where it has one.
    fn day_of(&self, row_spec: &RowSpec, key: &str) -> Option<Date> {
        match row_spec.key {
            RowKey::Date => parse_date(key).ok(),
            _ => self.day,
        }
    }

    fn value(&mut self, path: &str, field: &FieldSpec, value: &Value, day: Option<Date>) {
        if let Err(error) = field.ty.check(value) {
            return self.refuse(path.into(), error);
        }
        match (field.ty, value) {
            (FieldType::Code(list), Value::Text(code)) => self.code(path, list, code, day),
            (FieldType::Text { .. }, Value::Text(text)) if text.trim().is_empty() => {
                self.refuse(path.into(), FieldError::Empty { expected: field.ty.expected() });
            }
            (FieldType::Narrative, Value::Text(text))
                if field.required == Need::Required && text.trim().is_empty() =>
            {
                self.refuse(path.into(), FieldError::Empty { expected: field.ty.expected() });
            }
            (FieldType::Upn, Value::Text(upn)) if check_upn(upn) == Ok(UpnKind::Temporary) => {
                self.warn(path.into(), Oddity::TemporaryUpn);
            }
            _ => {}
        }
    }

    fn code(&mut self, path: &str, list: ListId, code: &str, day: Option<Date>) {
        let found = match day {
            Some(day) => self.lists.find(list, code, day),
            None => self.lists.get(list, code),
        };
        match found {
            Ok(entry) if entry.retired => {
                self.warn(path.into(), Oddity::RetiredCode(entry.code.clone()));
            }
            Ok(_) => {}
            Err(error) => self.refuse(path.into(), error),
        }
    }

    fn pairs(&mut self) {
        let record = self.record;
        for Pair(_, field, earlier, later) in PAIRS.iter().filter(|pair| pair.0 == record.kind) {
            match field {
                None if is_before(record.one(later), record.one(earlier)) => {
                    self.refuse((*later).into(), FieldError::Order { earlier });
                }
                None => {}
                Some(field) => {
                    for (key, row) in record.rows(field) {
                        if is_before(row.get(*later), row.get(*earlier)) {
                            let path = format!("{field}.{key}.{later}");
                            self.refuse(path, FieldError::Order { earlier });
                        }
                    }
                }
            }
        }
    }

    fn names_somebody(&mut self) {
        if self.record.rows("pupils").next().is_none() {
            self.warn("pupils".into(), Oddity::NobodyNamed);
        }
    }

    fn incident(&mut self) {
        let record = self.record;
        if record.rows("participants").next().is_none() {
            self.warn("participants".into(), Oddity::NobodyNamed);
        }
        if is_before(record.one("home_told_at"), record.one("occurred_at")) {
            self.warn("home_told_at".into(), Oddity::BeforeIncident);
        }
        for (key, row) in record.rows("follow_ups") {
            let due = row.get("due").and_then(Value::as_date);
            if due.zip(self.day).is_some_and(|(due, day)| due < day) {
                self.warn(format!("follow_ups.{key}.due"), Oddity::DueBeforeIncident);
            }
        }
    }

    /// The value of each spell is of the type of its fact; two of one fact do not share a day.
    fn pupil(&mut self) {
        let view = PupilView::new(self.record);
        for spell in view.spells() {
            let fact = virtual_fields(Kind::Pupil).iter().find(|field| field.name == spell.what);
            if let Some(field) = fact {
                let path = format!("spells.{}.value", spell.key);
                self.value(&path, field, &Value::from(spell.value), Some(spell.from));
            }
        }
        for (one, next) in view.spells().iter().zip(view.spells().iter().skip(1)) {
            if one.what == next.what && one.holds_on(next.from) {
                let path = format!("spells.{}.from", next.key);
                self.warn(path, Oddity::SpellsOverlap(next.what.to_owned()));
            }
        }
    }

    /// Half-terms follow one another.
    fn calendar(&mut self) {
        let day = |row: &BTreeMap<String, Value>, name: &str| row.get(name)?.as_date();
        let mut terms: Vec<_> = self
            .record
            .rows("terms")
            .filter_map(|(key, row)| Some((day(row, "from")?, day(row, "to")?, key)))
            .collect();
        terms.sort();
        for ((_, to, other), (from, _, key)) in terms.iter().zip(terms.iter().skip(1)) {
            if from <= to {
                let error = FieldError::Overlap { other: (*other).to_owned() };
                self.refuse(format!("terms.{key}.from"), error);
            }
        }
    }

    fn edit(&mut self, edit: &Edit) {
        let schema = spec(self.record.kind);
        match &edit.path {
            FieldPath::One(name) => match (field_or_common(schema, name), &edit.value) {
                (None, _) => self.refuse(shown_name(name), self.unknown(name)),
                (Some(field), None) if field.required == Need::Required => {
                    self.refuse(name.clone(), missing(field));
                }
                (Some(_), None) => {}
                (Some(field), Some(value)) => self.value(name, field, value, self.day),
            },
            FieldPath::Row { field, key, column } => self.row_edit(field, key, column, edit),
        }
    }

    fn row_edit(&mut self, field: &str, key: &str, column: &str, edit: &Edit) {
        let Some(known) = spec(self.record.kind).field(field) else {
            return self.refuse(shown_name(field), self.unknown(field));
        };
        let FieldType::Rows(row_spec) = known.ty else {
            return self.refuse(field.into(), FieldError::RowsNotExpected);
        };
        if !self.key(field, row_spec.key, key) {
            return;
        }
        match (row_spec.column(column), &edit.value) {
            (None, _) => {
                let error = unknown_column(self.record.kind, row_spec, column);
                self.refuse(format!("{field}.{key}.{}", shown_name(column)), error);
            }
            (Some(_), None) => {}
            (Some(spec), Some(value)) => {
                let day = self.day_of(row_spec, key);
                self.value(&format!("{field}.{key}.{column}"), spec, value, day);
            }
        }
    }
}

fn field_or_common(schema: &'static KindSpec, name: &str) -> Option<&'static FieldSpec> {
    schema.field(name).or_else(|| common_field(name))
}

fn missing(field: &FieldSpec) -> FieldError {
    FieldError::Missing { expected: field.ty.expected() }
}

/// Whether one date or time comes before another; times of day are compared as text.
fn is_before(one: Option<&Value>, other: Option<&Value>) -> bool {
    match (one, other) {
        (Some(Value::DateTime(one)), Some(Value::DateTime(other))) => one < other,
        (Some(Value::Text(one)), Some(Value::Text(other))) => one < other,
        (Some(one), Some(other)) => {
            one.as_date().zip(other.as_date()).is_some_and(|(one, other)| one < other)
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests;
