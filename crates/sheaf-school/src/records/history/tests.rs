//! Tests of what a history says of signatures, and of changes that do not stand.

use sheaf_charter::EntryId;
use sheaf_store::{Cause, Held, Pending, SectionRef};

use crate::index_row::Origins;
use crate::indexed::document_id;
use crate::project::Projector;
use crate::records::test_school::TestSchool;
use crate::shape::{Act, HistoryShape, Signed};

/// A school with an incident that was changed once.
fn changed() -> (TestSchool, String) {
    let school = TestSchool::plain();
    let incident = school.incident();
    school.school.edit(&incident, &[("severity".to_owned(), Some("4".to_owned()))]).unwrap();
    (school, incident)
}

fn history(school: &TestSchool, id: &str) -> Vec<HistoryShape> {
    school.school.history(id).unwrap()
}

fn last_section(history: &[HistoryShape]) -> SectionRef {
    let entry: EntryId = history.last().unwrap().entry.parse().unwrap();
    SectionRef { entry, index: 0 }
}

/// Takes the last change of a record out of its document, as if it had never stood.
fn set_aside(school: &TestSchool, id: &str, aside: impl Fn(&mut sheaf_store::Txn<'_>, SectionRef)) {
    let section = last_section(&history(school, id));
    let core = &school.school.core;
    let document = document_id(id.parse().unwrap());
    let written: crate::error::Result<()> = core.store.write(|txn| {
        aside(txn, section);
        let (control, lists) = (core.control(), core.lists());
        let mut projector = Projector::new(&control, &lists.codes);
        let space = txn.document(document)?.unwrap().space;
        let rebuilt = projector.replayed(txn, document)?;
        let origins: Origins = projector.origins(txn, document, None)?;
        projector.put(txn, space, &rebuilt, &origins)?;
        projector.finish(txn)
    });
    written.unwrap();
}

#[test]
fn every_step_names_its_author_their_device_and_the_state_of_its_signature() {
    let (school, incident) = changed();
    let steps = history(&school, &incident);
    assert_eq!(steps.len(), 2);
    for step in &steps {
        assert_eq!(step.signature, Signed::Valid);
        assert_eq!(step.person_id, school.school.person().to_string());
        assert_eq!(step.device_id, school.school.core.device().to_string());
        assert_eq!(
            (step.stamp.by.as_str(), step.stamp.device.as_str()),
            ("Anna Head", "Anna's laptop")
        );
    }
}

/// Rule 6. The state of a signature is checked from what is stored each time, not remembered.
#[test]
fn a_signature_that_was_changed_in_the_file_is_named() {
    let (school, incident) = changed();
    let last = last_section(&history(&school, &incident)).entry;
    school.damage(&format!("UPDATE entries SET signature = zeroblob(64) WHERE id = x'{last}'"));
    let steps = history(&school, &incident);
    assert_eq!(steps[0].signature, Signed::Valid);
    assert_eq!(steps[1].signature.to_string(), "not valid: its signature does not fit");
}

/// Rule 6. Nobody is made the author of a change whose entry does not hold.
#[test]
fn a_change_that_no_entry_carries_any_more_has_no_author() {
    let (school, incident) = changed();
    let last = last_section(&history(&school, &incident)).entry;
    school.flip("entries", "header", &format!("id = x'{last}'"));
    let steps = history(&school, &incident);
    assert_eq!(
        (steps[0].signature.clone(), steps[0].stamp.by.as_str()),
        (Signed::Valid, "Anna Head")
    );
    assert_eq!(steps[1].signature.to_string(), "not valid: no entry here carries it");
    assert_eq!((steps[1].stamp.by.as_str(), steps[1].entry.as_str()), ("", ""));
    assert_eq!(steps[1].changed[0].after, 4);
}

/// What does not stand is shown, at the end, with what it would do and why it does not.
#[test]
fn a_held_change_is_told_with_its_reason() {
    let (school, incident) = changed();
    let document = document_id(incident.parse().unwrap());
    set_aside(&school, &incident, |txn, section| {
        let reason = "the author's role does not allow it".to_owned();
        txn.put_held(&Held { section, document, reason, cause: Cause::Verdict }).unwrap();
    });
    let steps = history(&school, &incident);
    assert_eq!(steps.len(), 2);
    let held = &steps[1];
    assert_eq!(held.signature.to_string(), "held: the author's role does not allow it");
    assert_eq!((held.act, held.changed[0].after.as_i64()), (Act::Changed, Some(4)));
    assert_eq!(school.school.show(&incident).unwrap().fields["severity"], 2);
}

/// A change that waits for another is no part of its document: not of what it says, and not of who
/// changed it last.
#[test]
fn a_change_that_waits_for_another_is_told_apart() {
    let (school, incident) = changed();
    let document = document_id(incident.parse().unwrap());
    let before = school.school.show(&incident).unwrap();
    set_aside(&school, &incident, |txn, section| {
        let reason = "an earlier change has not arrived".to_owned();
        txn.put_pending(&Pending { section, document, needs: vec![1; 32], reason }).unwrap();
    });
    let steps = history(&school, &incident);
    assert_eq!(steps[1].signature.to_string(), "held: an earlier change has not arrived");
    let after = school.school.show(&incident).unwrap();
    assert_eq!(
        (before.fields["severity"].as_i64(), after.fields["severity"].as_i64()),
        (Some(4), Some(2))
    );
}

#[test]
fn a_change_whose_content_is_gone_is_still_named_with_its_author() {
    let (school, incident) = changed();
    let last = last_section(&history(&school, &incident));
    let document = document_id(incident.parse().unwrap());
    set_aside(&school, &incident, |txn, section| {
        let reason = String::new();
        txn.put_held(&Held { section, document, reason, cause: Cause::Verdict }).unwrap();
    });
    let place = format!("(SELECT arrival * 512 FROM entries WHERE id = x'{}')", last.entry);
    school.damage(&format!("DELETE FROM held WHERE place = {place}"));
    school.damage(&format!(
        "INSERT INTO absent SELECT place, document FROM sections WHERE place = {place}"
    ));
    school.damage(&format!("DELETE FROM sections WHERE place = {place}"));
    let steps = history(&school, &incident);
    assert_eq!(steps[1].act, Act::Unread);
    assert!(steps[1].signature.to_string().starts_with("not here:"), "{}", steps[1].signature);
    assert_eq!(steps[1].stamp.by, "Anna Head");
}
