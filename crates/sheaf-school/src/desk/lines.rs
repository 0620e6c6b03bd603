//! Records as lines and rows of words.

use std::collections::BTreeMap;

use serde_json::Value as Json;
use sheaf_records::{
    Field, FieldPath, FieldSpec, FieldType, Kind, ListId, Record, RecordId, RowKey, RowSpec, Value,
    WITHDRAWN, common_field, occurred, spec,
};

use super::model::{ContenderLine, DetailRow, TimelineItem};
use super::runner::NameTable;
use crate::indexed::{Found, IndexedContender, value_of};
use crate::school::School;
use crate::stamp::Stamp;

/// The fields whose text a line of a timeline shows: the first that there is.
const TEXTS: [&str; 10] = [
    "narrative",
    "reflection",
    "circumstances",
    "reason",
    "aim",
    "focus",
    "next_step",
    "note",
    "tried",
    "trigger",
];

/// The fields that name who saw or decided what a record tells.
const REPORTERS: [&str; 9] = [
    "reporter",
    "referred_by",
    "staff",
    "decided_by",
    "led_by",
    "lead",
    "set_by",
    "requester",
    "scored_by",
];

/// The field that holds a period of the day.
const PERIOD: &str = "period";

/// What is needed to put a record into words.
pub(super) struct Lines<'a> {
    /// Code lists, clock and people.
    pub school: &'a School,
    /// Names of pupils and staff.
    pub names: &'a NameTable,
}

impl Lines<'_> {
    /// The records that a record names.
    pub(super) fn mentioned(record: &Record) -> Vec<RecordId> {
        let mut ids = sheaf_records::referenced_pupils(record);
        for field in record.fields.values() {
            match field {
                Field::One(value) => ids.extend(value.as_record()),
                Field::Many(rows) => {
                    ids.extend(
                        rows.values()
                            .flat_map(|row| row.values())
                            .filter_map(|value| value.as_record()),
                    );
                }
            }
        }
        ids
    }

    /// One line of a timeline.
    pub(super) fn item(&self, found: &Found) -> TimelineItem {
        let record = &found.record;
        let control = self.school.core.control();
        let text = TEXTS
            .iter()
            .find_map(|field| {
                let coded = spec(record.kind).field(field)?.ty.list().is_some();
                record.text(field).filter(|_| !coded)
            })
            .unwrap_or_default();
        TimelineItem {
            record: record.id,
            kind: record.kind,
            space: control.space_name(found.space),
            at: occurred(record),
            headline: found.title.clone(),
            text: text.to_owned(),
            pupils: self.pupils(record),
            severity: record
                .one("severity")
                .and_then(Value::as_int)
                .and_then(|number| u8::try_from(number).ok()),
            by: self.reporter(found),
            conflicts: found.indexed.conflicts.len(),
            labels: self.labels(record),
        }
    }

    fn reporter(&self, found: &Found) -> String {
        let reporter = REPORTERS.iter().find_map(|field| found.record.one(field));
        let named = reporter.and_then(Value::as_record).and_then(|id| self.names.get(&id));
        let signed = || self.school.core.control().person_name(&found.indexed.created.person);
        named.cloned().filter(|name| !name.is_empty()).unwrap_or_else(signed)
    }

    fn pupils(&self, record: &Record) -> Vec<(RecordId, String, String)> {
        let role = |id: &RecordId| {
            let key = id.to_string();
            let row = record.rows("participants").find(|(row, _)| *row == key)?.1;
            Some(self.title(ListId::IncidentRole, row.get("role")?.as_text()?))
        };
        sheaf_records::referenced_pupils(record)
            .into_iter()
            .map(|id| (id, self.name(id), role(&id).unwrap_or_default()))
            .collect()
    }

    fn labels(&self, record: &Record) -> Vec<String> {
        let mut labels = Vec::new();
        if record.withdrawn().is_some() {
            labels.push("Withdrawn".to_owned());
        }
        let open = record
            .rows("follow_ups")
            .filter(|(_, row)| row.get("done").and_then(Value::as_bool) != Some(true))
            .count();
        match open {
            0 => {}
            1 => labels.push("1 follow-up open".to_owned()),
            many => labels.push(format!("{many} follow-ups open")),
        }
        if record.kind == Kind::RoomStay
            && let Some(readiness) = record.text("readiness")
        {
            labels.push(self.title(ListId::Readiness, readiness));
        }
        labels
    }

    fn name(&self, id: RecordId) -> String {
        self.names.get(&id).cloned().unwrap_or_default()
    }

    fn title(&self, list: ListId, code: &str) -> String {
        self.school.core.lists().codes.title(list, code).to_owned()
    }

    /// A period of the day as the school calls it; its code where the calendar has none.
    fn period(&self, code: &str) -> String {
        let lists = self.school.core.lists();
        let periods = lists.calendar.iter().flat_map(|calendar| calendar.periods());
        let found = periods.filter(|period| period.code == code).map(|period| &period.title).next();
        found.filter(|title| !title.is_empty()).map_or_else(|| code.to_owned(), Clone::clone)
    }

    /// Every value of a record with its author, in the order of the schema.
    pub(super) fn rows(&self, found: &Found) -> Vec<DetailRow> {
        let spec = spec(found.record.kind);
        let mut rows: Vec<DetailRow> = self.withdrawal(found).into_iter().collect();
        // The files of a metric are no line of a page: a review shows them.
        let lines = spec.fields.iter().filter(|field| !matches!(field.ty, FieldType::Package));
        for field in lines {
            match found.record.fields.get(field.name) {
                Some(Field::One(value)) => {
                    let path = FieldPath::One(field.name.to_owned());
                    rows.push(self.row(found, path, field, field.title.to_owned(), Some(value)));
                }
                Some(Field::Many(many)) => {
                    for (key, row) in many {
                        rows.extend(self.row_rows(found, field, key, row));
                    }
                }
                None => rows.extend(self.cleared(found, field)),
            }
        }
        rows
    }

    /// Why the record no longer counts, where it does not or people disagree.
    fn withdrawal(&self, found: &Found) -> Option<DetailRow> {
        let field = common_field(WITHDRAWN)?;
        match found.record.one(WITHDRAWN) {
            Some(reason) => {
                let path = FieldPath::One(field.name.to_owned());
                Some(self.row(found, path, field, field.title.to_owned(), Some(reason)))
            }
            None => self.cleared(found, field),
        }
    }

    /// A field without a value that is in conflict all the same: one of the two cleared it.
    fn cleared(&self, found: &Found, field: &FieldSpec) -> Option<DetailRow> {
        let path = FieldPath::One(field.name.to_owned());
        found
            .indexed
            .conflicts
            .contains_key(&path.to_string())
            .then(|| self.row(found, path, field, field.title.to_owned(), None))
    }

    fn row_rows(
        &self,
        found: &Found,
        field: &FieldSpec,
        key: &str,
        row: &BTreeMap<String, Value>,
    ) -> Vec<DetailRow> {
        let FieldType::Rows(rows) = field.ty else { return Vec::new() };
        let line = |column: &FieldSpec| {
            let value = row.get(column.name)?;
            let path = FieldPath::Row {
                field: field.name.to_owned(),
                key: key.to_owned(),
                column: column.name.to_owned(),
            };
            Some(self.row(found, path, column, self.row_title(field, key, column), Some(value)))
        };
        rows.columns.iter().filter_map(line).collect()
    }

    /// What a value of a row is called: by the pupil, the day or the code of the row.
    fn row_title(&self, field: &FieldSpec, key: &str, column: &FieldSpec) -> String {
        let whose = key.parse::<RecordId>().map(|id| self.name(id)).unwrap_or_default();
        match (whose.as_str(), key.len()) {
            ("", 26 | 32) => format!("{}: {}", field.title, column.title),
            ("", _) => format!("{}: {}", self.key_title(field, key), column.title),
            (name, _) => format!("{name}: {}", column.title),
        }
    }

    /// The key of a row as a reader knows it: a code by its title.
    fn key_title(&self, field: &FieldSpec, key: &str) -> String {
        match field.ty {
            FieldType::Rows(RowSpec { key: RowKey::Code(list), .. }) => self.title(*list, key),
            _ => key.to_owned(),
        }
    }

    /// The title of the value at a place, and what it holds; its plain name where that is not
    /// known here.
    pub(super) fn field_at(
        &self,
        kind: Kind,
        path: &FieldPath,
    ) -> (String, Option<&'static FieldSpec>) {
        let spec = spec(kind);
        match path {
            FieldPath::One(name) => {
                let field = spec.field(name).or_else(|| common_field(name));
                (field.map_or(name.as_str(), |field| field.title).to_owned(), field)
            }
            FieldPath::Row { field, key, column } => {
                let known =
                    spec.field(field).zip(spec.rows(field).and_then(|rows| rows.column(column)));
                match known {
                    Some((field, column)) => (self.row_title(field, key, column), Some(column)),
                    None => (path.to_string(), None),
                }
            }
        }
    }

    fn row(
        &self,
        found: &Found,
        path: FieldPath,
        field: &FieldSpec,
        title: String,
        value: Option<&Value>,
    ) -> DetailRow {
        let key = path.to_string();
        let indexed = &found.indexed;
        let stamp = indexed.authors.get(&key).unwrap_or(&indexed.created);
        let contenders = indexed.conflicts.get(&key).map(Vec::as_slice).unwrap_or_default();
        DetailRow {
            path,
            title,
            value: self.words(field, value),
            by: self.by(stamp),
            at: Some(self.school.clock.local_ms(stamp.at_ms)),
            contenders: contenders.iter().map(|one| self.contender(field, one)).collect(),
        }
    }

    fn contender(&self, field: &FieldSpec, one: &IndexedContender) -> ContenderLine {
        let value = match &one.value {
            Json::Null => None,
            json => value_of(Some(field), json),
        };
        ContenderLine {
            words: self.words(field, value.as_ref()),
            value,
            by: self.by(&one.stamp),
            at: Some(self.school.clock.local_ms(one.stamp.at_ms)),
        }
    }

    /// Who a stamp is of.
    pub(super) fn by(&self, stamp: &Stamp) -> String {
        self.school.core.control().person_name(&stamp.person)
    }

    /// A value in words: a code by its title, a reference by its name, a day as people write it.
    fn words(&self, field: &FieldSpec, value: Option<&Value>) -> String {
        self.words_of(Some(field), value)
    }

    /// The same of a field that may not be known here.
    pub(super) fn words_of(&self, field: Option<&FieldSpec>, value: Option<&Value>) -> String {
        match (value, field.and_then(|field| field.ty.list())) {
            (None, _) => "no value".to_owned(),
            (Some(Value::Text(code)), Some(list)) => self.title(list, code),
            (Some(Value::Text(code)), None) if field.is_some_and(|one| one.name == PERIOD) => {
                self.period(code)
            }
            (Some(Value::Record(id)), _) => self.name(*id),
            (Some(Value::Bool(answer)), _) => if *answer { "yes" } else { "no" }.to_owned(),
            (Some(Value::Date(date)), _) => date.strftime("%-d %B %Y").to_string(),
            (Some(Value::DateTime(at)), _) => at.strftime("%-d %B %Y, %H:%M").to_string(),
            (Some(value), _) => value.to_string(),
        }
    }
}

#[cfg(test)]
mod tests;
