//! Tests of going on with what was interrupted.

use jiff::civil::date;
use sheaf_charter::{Lane, Role, SpaceKind};
use sheaf_records::RecordId;
use sheaf_store::{DocumentState, SectionRef, Snapshot, StoreError};

use super::*;
use crate::index_row::IndexRow;
use crate::records::test_school::{TestSchool, pupil};
use crate::replicate::restand;
use crate::{Clock, Founding, Protection, School, Verify};

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

/// Notes every section of an entry as still to do.
fn leave(school: &School, id: EntryId) {
    let at = |index| SectionRef { entry: id, index };
    let core = &school.core;
    core.store.write(|txn| txn.note_arrived(at(0), at(u16::from(PUPILS) - 1))).unwrap();
}

fn held(school: &School) -> u64 {
    school.status().unwrap().held.values().sum()
}

fn left(school: &School) -> Vec<ArrivedSpan> {
    school.core.store.read(|snapshot| snapshot.arrived()).unwrap()
}

fn sections_left(school: &School) -> usize {
    let sections = |span| school.core.store.read(|snapshot| snapshot.arrived_sections(span, 99));
    left(school).into_iter().map(|span| sections(span).unwrap().len()).sum()
}

/// The log of an entry is judged again the next time.
fn forget_standing(school: &School, id: EntryId) {
    let header = school.core.store.read(|snapshot| snapshot.header(id)).unwrap().unwrap();
    let standing = format!("standing/{}/{}", header.lane.space, header.log);
    school.core.store.write(|txn| txn.put_setting(&standing, &[0; 32])).unwrap();
}

/// A process begins with what is left.
fn begin(school: &School) -> ArrivedSpan {
    let span = left(school)[0];
    school.core.store.write(|txn| txn.count_try(span)).unwrap()
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
    let at = |entry: &EntryId| SectionRef { entry: *entry, index: 0 };
    let (first, last) = (at(&entries[0]), at(entries.last().unwrap()));
    let span = school.core.store.write(|txn| txn.note_arrived(first, last)).unwrap();
    let before = school.core.store.revision().unwrap();
    apply_spans(&school.core, vec![span], AtHand::default(), Pace::For(Duration::from_secs(3600)))
        .unwrap();
    assert_eq!(school.core.store.revision().unwrap() - before, 1);
    assert!(left(&school).is_empty());
}

/// What is kept of each document, and of each record.
fn kept(school: &School) -> Vec<(DocumentState, IndexRow)> {
    let space = school.space_of_kind(SpaceKind::Pastoral).unwrap();
    let one = |snapshot: &Snapshot<'_>, id| {
        // Its bytes depend on the order in which changes came.
        let document = DocumentState { stored: None, ..snapshot.document(id)?.unwrap() };
        let row = snapshot.record(id)?.unwrap();
        let (links, conflicts) = (snapshot.links(id)?, Vec::new());
        Ok::<_, StoreError>((document, IndexRow { row, links, conflicts }))
    };
    let all = |snapshot: &Snapshot<'_>| {
        let ids = snapshot.document_ids(space)?;
        ids.into_iter().map(|id| one(snapshot, id)).collect::<Result<_, _>>()
    };
    school.core.store.read(all).unwrap()
}

#[test]
fn what_is_read_beforehand_is_kept_as_what_is_read_in_its_turn() {
    let dir = tempfile::TempDir::new().unwrap();
    let (school, _) = interrupted(&dir);
    for id in 100..180 {
        school.add_all(vec![pupil(id)], None).unwrap();
    }
    let edited = RecordId::from_bytes([120; 16]).to_string();
    school.edit(&edited, &[("forename".to_owned(), Some("Other".to_owned()))]).unwrap();
    let before = kept(&school);
    let lane = Lane::data(school.space_of_kind(SpaceKind::Pastoral).unwrap());
    let all = |snapshot: &Snapshot<'_>| {
        let ids = snapshot.entry_ids(lane)?.into_iter();
        ids.map(|id| Ok(snapshot.entry(id)?.unwrap())).collect::<Result<Vec<_>, StoreError>>()
    };
    let entries = school.core.store.read(all).unwrap();
    let firsts = read_firsts(&school.core, &entries);
    assert_eq!(firsts.len(), usize::from(PUPILS) + 80, "all but the edit");
    let at = |entry: &Entry| SectionRef { entry: entry.id(), index: 0 };
    let (first, last) = (at(&entries[0]), at(entries.last().unwrap()));
    let again = school.core.store.write(|txn| {
        txn.clear_index()?;
        txn.note_arrived(first, last)
    });
    let at_work = school.core.home.applying_lock().unwrap();
    apply(&school.core, &at_work, vec![again.unwrap()], &entries, &mut || {}).unwrap();
    assert!(left(&school).is_empty());
    assert!(kept(&school) == before);
}

#[test]
fn a_slice_that_is_over_leaves_the_rest_to_the_next() {
    let dir = tempfile::TempDir::new().unwrap();
    let (school, _) = interrupted(&dir);
    let before = school.core.store.revision().unwrap();
    apply_spans(&school.core, left(&school), AtHand::default(), Pace::Careful).unwrap();
    assert_eq!(school.core.store.revision().unwrap() - before, u64::from(PUPILS));
    assert!(left(&school).is_empty());
}

#[test]
fn what_a_living_process_works_on_is_left_to_it() {
    let dir = tempfile::TempDir::new().unwrap();
    let (school, _) = interrupted(&dir);
    let at_work = school.core.home.applying_lock().unwrap();
    for _ in 0..2 * MAX_TRIES {
        finish_interrupted(&school.core).unwrap();
    }
    assert_eq!(sections_left(&school), usize::from(PUPILS));
    drop(at_work);
    finish_interrupted(&school.core).unwrap();
    assert!(left(&school).is_empty());
    assert_eq!(held(&school), 0);
}

#[test]
fn the_section_that_ends_every_process_is_held_and_no_other() {
    let dir = tempfile::TempDir::new().unwrap();
    let (school, entry) = interrupted(&dir);
    // Two processes have ended at the first section; this is the third.
    begin(&school);
    begin(&school);
    finish_interrupted(&school.core).unwrap();
    assert!(left(&school).is_empty());
    assert_eq!(held(&school), 1);

    // Whatever is judged or made anew, it is not tried again.
    forget_standing(&school, entry);
    restand(&school.core).unwrap();
    assert_eq!(held(&school), 1, "its entry stands");
    let verified = school.verify(Verify::Rebuild, &|_| {}).unwrap();
    assert!(verified.ok, "{:#?}", verified.problems);
    assert_eq!(held(&school), 1, "the index is new");
}

#[test]
fn progress_begins_the_count_anew() {
    let dir = tempfile::TempDir::new().unwrap();
    let (school, entry) = interrupted(&dir);
    begin(&school);
    let tried = begin(&school);
    let first = SectionRef { entry, index: 0 };
    school.core.store.write(|txn| txn.advance_arrived(tried, first)).unwrap();
    // The third process, and the first that finds this section before it.
    finish_interrupted(&school.core).unwrap();
    assert_eq!(held(&school), 0);
    assert!(left(&school).is_empty());
}

#[test]
fn a_failure_that_the_process_outlives_is_no_try() {
    let school = TestSchool::plain();
    let core = &school.school.core;
    let lane = Lane::data(school.school.space_of_kind(SpaceKind::Pastoral).unwrap());
    let entries = core.store.read(|snapshot| snapshot.entry_ids(lane)).unwrap();
    let last = SectionRef { entry: *entries.last().unwrap(), index: 0 };
    core.store.write(|txn| txn.note_arrived(last, last)).unwrap();
    school.flip("entries", "header", &format!("id = x'{}'", last.entry));
    for _ in 0..2 * MAX_TRIES {
        finish_left(core).unwrap_err();
    }
    let left = left(&school.school);
    assert_eq!((left.len(), left[0].tries), (1, 0));
    assert_eq!(core.store.read(|snapshot| snapshot.held(lane.space)).unwrap(), []);
}

/// The process may end at it, and then it must be known at what.
#[test]
fn what_a_verdict_frees_is_noted_before_it_is_applied() {
    let school = TestSchool::plain();
    let core = &school.school.core;
    let lane = Lane::data(school.school.space_of_kind(SpaceKind::Pastoral).unwrap());
    let entries = core.store.read(|snapshot| snapshot.entry_ids(lane)).unwrap();
    let section = SectionRef { entry: *entries.last().unwrap(), index: 0 };
    let header = core.store.read(|snapshot| snapshot.header(section.entry)).unwrap().unwrap();
    let document = header.table[0].document;
    let (reason, cause) = ("the author's role does not allow it".to_owned(), Cause::Verdict);
    core.store.write(|txn| txn.put_held(&Held { section, document, reason, cause })).unwrap();
    forget_standing(&school.school, section.entry);
    school.flip("sections", "sealed", &format!("document = x'{document}'"));
    restand(core).unwrap_err();
    assert_eq!(sections_left(&school.school), 1);
    assert_eq!(core.store.read(|snapshot| snapshot.held(lane.space)).unwrap(), []);
}
