//! How one value of a record is asked for when it is to be changed.

use sheaf_records::{FieldPath, FieldSpec, FieldType, RecordId, Value, common_field, spec};

use super::answer::Answerer;
use super::model::Choice;
use crate::error::{Result, SchoolError};

/// One value of a record, to be changed in place.
#[derive(Clone, PartialEq, Eq)]
pub struct EditForm {
    /// The record.
    pub record: RecordId,
    /// Where the value stands.
    pub path: FieldPath,
    /// What it means.
    pub help: String,
    /// The value as it stands, in the form that a change takes; empty for none.
    pub now: String,
    /// How to ask for it.
    pub kind: EditKind,
}

/// Says nothing of the value.
impl std::fmt::Debug for EditForm {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("EditForm").field("record", &self.record).finish_non_exhaustive()
    }
}

/// How a value is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EditKind {
    /// One of several.
    Choice(Vec<Choice>),
    /// One line; what it looks like.
    Line {
        /// Such as `2026-07-14`.
        example: &'static str,
    },
    /// Several lines.
    Text,
}

impl Answerer {
    /// The form for one value; a value that names another record has none.
    pub(super) fn edit_form(&self, record: RecordId, path: FieldPath) -> Result<EditForm> {
        let found = self.school.get(record)?;
        let field = field_at(found.record.kind, &path).ok_or_else(|| SchoolError::NotFound {
            what: "field",
            name: path.to_string(),
            hint: String::new(),
        })?;
        let now = match &path {
            FieldPath::One(name) => found.record.one(name),
            FieldPath::Row { field, key, column } => {
                let mut rows = found.record.rows(field);
                rows.find(|(id, _)| id == key).and_then(|(_, row)| row.get(column))
            }
        };
        let now = now.map(Value::to_string).unwrap_or_default();
        Ok(EditForm { record, help: field.help.to_owned(), now, kind: self.kind(field)?, path })
    }

    fn kind(&self, field: &FieldSpec) -> Result<EditKind> {
        let line = |example| EditKind::Line { example };
        let choice =
            |(code, title): (&str, &str)| Choice { code: code.to_owned(), title: title.to_owned() };
        Ok(match field.ty {
            FieldType::Code(list) => {
                let today = self.school.clock.today();
                let lists = self.school.core.lists();
                let offered = lists.codes.offered(list, today);
                EditKind::Choice(offered.map(|one| choice((&one.code, &one.title))).collect())
            }
            FieldType::Bool => {
                EditKind::Choice([("true", "Yes"), ("false", "No")].map(choice).into())
            }
            FieldType::Int { min, max } if max - min < 10 => {
                let numbers = (min..=max).map(|number| number.to_string());
                EditKind::Choice(numbers.map(|number| choice((&number, &number))).collect())
            }
            FieldType::Narrative => EditKind::Text,
            FieldType::Date => line("2026-07-14"),
            FieldType::DateTime => line("2026-07-14T10:15"),
            FieldType::Time => line("10:15"),
            FieldType::SchoolYear => line("2026/27"),
            FieldType::Record(_) | FieldType::AnyRecord | FieldType::Rows(_) => {
                return Err(SchoolError::Refused(
                    "this names another record; `sheaf record edit` changes it by id".to_owned(),
                ));
            }
            _ => line(""),
        })
    }
}

fn field_at(kind: sheaf_records::Kind, path: &FieldPath) -> Option<&'static FieldSpec> {
    match path {
        FieldPath::One(name) => spec(kind).field(name).or_else(|| common_field(name)),
        FieldPath::Row { field, column, .. } => {
            spec(kind).rows(field).and_then(|rows| rows.column(column))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::records::test_school::TestSchool;

    fn form(test: &TestSchool, record: &str, path: &str) -> Result<EditForm> {
        let answerer = Answerer::new(test.school.clone(), Default::default(), Default::default());
        answerer.edit_form(record.parse().unwrap(), path.parse().unwrap())
    }

    #[test]
    fn a_value_is_asked_for_as_what_it_is() {
        let test = TestSchool::new();
        let incident = test.incident();
        let severity = form(&test, &incident, "severity").unwrap();
        assert_eq!(severity.now, "2");
        let EditKind::Choice(levels) = severity.kind else { panic!("{:?}", severity.kind) };
        assert_eq!(levels.len(), 5);
        let category = form(&test, &incident, "category").unwrap();
        assert_eq!(category.now, "disruption");
        assert!(matches!(category.kind, EditKind::Choice(_)));
        let at = form(&test, &incident, "occurred_at").unwrap();
        assert_eq!(at.now, "2026-11-19T10:15");
        assert_eq!(at.kind, EditKind::Line { example: "2026-07-14T10:15" });
        let role = format!("participants.{}.role", test.pupil);
        assert_eq!(form(&test, &incident, &role).unwrap().now, "aggressor");
        assert_eq!(form(&test, &incident, "narrative").unwrap().kind, EditKind::Text);
    }

    #[test]
    fn what_names_a_record_or_is_no_field_has_no_form() {
        let test = TestSchool::new();
        let incident = test.incident();
        let why = |path: &str| form(&test, &incident, path).unwrap_err().to_string();
        assert!(why("reporter").contains("names another record"), "{}", why("reporter"));
        assert!(why("sevirity").contains("sevirity"));
    }
}
