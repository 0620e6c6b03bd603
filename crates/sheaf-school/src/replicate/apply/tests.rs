//! Tests of going on with what was interrupted.

use jiff::civil::date;
use sheaf_charter::{Lane, Role, SpaceKind};
use sheaf_records::{Kind, Record, RecordId};
use sheaf_store::Pending;

use super::*;
use crate::{Clock, Founding, Protection, School};

const PUPILS: u8 = 5;

/// A school with one entry of some sections, none of which is applied yet: so a process leaves
/// the home that ends just after they have arrived.
fn interrupted(dir: &tempfile::TempDir) -> (School, EntryId) {
    let founding = Founding {
        home: dir.path().join("home"),
        school: "Bramble Vale Academy (invented)".to_owned(),
        person: "Anna Head".to_owned(),
        device: "Anna's laptop".to_owned(),
        role: Role::Head,
        protection: Protection::Demo,
    };
    let school = School::found(&founding, Clock::as_of(date(2026, 11, 20))).unwrap().0;
    school.add_all((1..=PUPILS).map(pupil).collect(), None).unwrap();
    let lane = Lane::data(school.space_of_kind(SpaceKind::Pastoral).unwrap());
    let entry = school.core.store.read(|snapshot| snapshot.entry_ids(lane)).unwrap()[0];
    leave(&school, entry);
    (school, entry)
}

fn pupil(id: u8) -> Record {
    let id = RecordId::from_bytes([id; 16]);
    let mut record = Record { id, kind: Kind::Pupil, fields: Default::default() };
    record.set("forename", "Invented");
    record.set("surname", "Pupil");
    record
}

/// Marks an entry as one at which a process has ended, with every section still to do.
fn leave(school: &School, id: EntryId) {
    let core = &school.core;
    let written: Result<()> = core.store.write(|txn| {
        txn.mark_applying(id)?;
        let table = txn.header(id)?.unwrap().table;
        for (index, row) in (0..).zip(&table) {
            txn.put_pending(&Pending {
                section: SectionRef { entry: id, index },
                document: row.document,
                needs: id.as_bytes().to_vec(),
                reason: ARRIVED.to_owned(),
            })?;
        }
        Ok(())
    });
    written.unwrap();
}

fn held(school: &School) -> u64 {
    school.status().unwrap().held.values().sum()
}

fn left(school: &School) -> Left {
    school.core.store.read(Left::read).unwrap()
}

#[test]
fn what_was_interrupted_is_finished() {
    let dir = tempfile::TempDir::new().unwrap();
    let (school, _) = interrupted(&dir);
    finish_interrupted(&school.core).unwrap();
    assert!(left(&school).is_empty());
    assert_eq!(held(&school), 0);
}

#[test]
fn many_small_entries_are_applied_in_one_transaction() {
    let dir = tempfile::TempDir::new().unwrap();
    let (school, _) = interrupted(&dir);
    for id in 100..140 {
        school.add_all(vec![pupil(id)], None).unwrap();
    }
    let lane = Lane::data(school.space_of_kind(SpaceKind::Pastoral).unwrap());
    let entries = school.core.store.read(|snapshot| snapshot.entry_ids(lane)).unwrap();
    assert_eq!(entries.len(), 41);
    let before = school.core.store.revision().unwrap();
    apply(&school.core, &entries).unwrap();
    // To mark the entries, to apply all of them, to unmark them.
    assert_eq!(school.core.store.revision().unwrap() - before, 3);
    assert!(left(&school).is_empty());
}

#[test]
fn what_a_living_process_works_on_is_left_to_it() {
    let dir = tempfile::TempDir::new().unwrap();
    let (school, entry) = interrupted(&dir);
    let at_work = school.core.home.applying_lock().unwrap();
    for _ in 0..2 * MAX_TRIES {
        finish_interrupted(&school.core).unwrap();
    }
    assert_eq!(left(&school).arrived[&entry].len(), usize::from(PUPILS));
    drop(at_work);
    finish_interrupted(&school.core).unwrap();
    assert!(left(&school).is_empty());
    assert_eq!(held(&school), 0);
}

#[test]
fn the_section_that_ends_every_process_is_held_and_no_other() {
    let dir = tempfile::TempDir::new().unwrap();
    let (school, entry) = interrupted(&dir);
    let sections = usize::from(PUPILS);
    // Two processes have ended at the first section; this is the third.
    assert!(!count_try(&school.core, entry, sections).unwrap());
    assert!(!count_try(&school.core, entry, sections).unwrap());
    finish_interrupted(&school.core).unwrap();
    assert!(left(&school).is_empty());
    assert_eq!(held(&school), 1);
}

#[test]
fn progress_begins_the_count_anew() {
    let dir = tempfile::TempDir::new().unwrap();
    let (school, entry) = interrupted(&dir);
    for sections in [5, 5, 4, 4, 3] {
        assert!(!count_try(&school.core, entry, sections).unwrap());
    }
    finish_interrupted(&school.core).unwrap();
    assert_eq!(held(&school), 0);
}
