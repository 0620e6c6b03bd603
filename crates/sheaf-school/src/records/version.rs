//! A record as it once was.

use std::collections::BTreeMap;

use sheaf_documents::{ChangeHash, Document, View};

use super::view::shape_of;
use crate::error::{Result, SchoolError};
use crate::index_row::{Origins, index_view};
use crate::indexed::{Found, document_id};
use crate::project::Projector;
use crate::school::School;
use crate::shape::RecordShape;
use crate::stamp::Stamp;

/// So much of the name of a version says which one is meant.
const LEAST_CHARACTERS: usize = 4;

impl School {
    /// The record as the author of one of its versions left it: with all that they had heard of
    /// then, and nothing since. A version is named by the `entry` of its step in
    /// [`School::history`], or by how that begins.
    pub fn show_at(&self, id: &str, version: &str) -> Result<RecordShape> {
        self.core.refresh()?;
        let found = self.find(id)?;
        let document = document_id(found.record.id);
        let (control, lists) = (self.core.control(), self.core.lists());
        let projector = Projector::new(&control, &lists.codes);
        let (view, origins) = self.core.store.read(|snapshot| {
            let missing = || SchoolError::Index("a document is missing".to_owned());
            let state = snapshot.document(document)?.ok_or_else(missing)?;
            let origins = projector.origins(snapshot, document, None)?;
            view_at(&projector.load(snapshot, &state)?, origins, version)
        })?;
        let indexed = index_view(&view, &origins);
        let then = Found { record: view.record, indexed, ..found };
        Ok(shape_of(&then, &control, &self.clock))
    }
}

/// What a document said at a version, and where that came from.
fn view_at(document: &Document, mut origins: Origins, version: &str) -> Result<(View, Origins)> {
    let unknown = || SchoolError::NotFound {
        what: "version",
        name: version.to_owned(),
        hint: ": `sheaf record history` names those of this record".to_owned(),
    };
    // As a history for people shortens it.
    let name = version.trim_end_matches('…').to_ascii_lowercase();
    if name.len() < LEAST_CHARACTERS {
        return Err(unknown());
    }
    let named = origins.by_change.values().filter(|stamp| stamp.entry.starts_with(&name));
    let named: BTreeMap<&str, &Stamp> = named.map(|stamp| (stamp.entry.as_str(), stamp)).collect();
    if named.len() > 1 {
        let candidates = named.into_keys().map(str::to_owned).collect();
        return Err(SchoolError::Ambiguous { name: version.to_owned(), candidates });
    }
    let stamp = named.into_values().next().cloned().ok_or_else(unknown)?;
    let of_version = origins.by_change.iter().filter(|(_, one)| one.entry == stamp.entry);
    let heads: Vec<ChangeHash> = of_version.map(|(change, _)| *change).collect();
    let view = document.view_at(&heads)?;
    origins.changed = stamp;
    Ok((view, origins))
}

#[cfg(test)]
mod tests {
    use crate::error::SchoolError;
    use crate::records::test_school::TestSchool;

    #[test]
    fn a_record_is_shown_as_each_step_of_its_history_left_it() {
        let school = TestSchool::plain();
        let incident = school.incident();
        let first = school.school.show(&incident).unwrap();
        for severity in ["4", "2"] {
            let set = [("severity".to_owned(), Some(severity.to_owned()))];
            school.school.edit(&incident, &set).unwrap();
        }
        let history = school.school.history(&incident).unwrap();
        let [made, four, two] = history.as_slice() else { panic!("{history:?}") };

        let at = |version: &str| school.school.show_at(&incident, version).unwrap();
        assert_eq!(at(&made.entry).fields, first.fields);
        assert_eq!(at(&four.entry).fields["severity"], 4);
        assert_eq!(at(&four.entry).changed, four.stamp);
        assert_eq!(at(&four.entry).created, first.created);
        assert_eq!(at(&two.entry).fields, school.school.show(&incident).unwrap().fields);
        // How it begins is enough, in capitals or shortened.
        let begins = &four.entry[..12];
        for version in [begins.to_ascii_uppercase(), format!("{begins}…")] {
            assert_eq!(at(&version), at(&four.entry));
        }
    }

    #[test]
    fn a_version_of_another_record_or_of_none_is_not_found() {
        let school = TestSchool::plain();
        let [one, other] = [school.incident(), school.incident()];
        let entry = school.school.history(&other).unwrap()[0].entry.clone();
        for version in ["", "abc", "not a version", &entry] {
            let found = school.school.show_at(&one, version).unwrap_err();
            assert!(matches!(found, SchoolError::NotFound { what: "version", .. }), "{found}");
        }
    }
}
