//! Entries and their sections.

use super::*;
use crate::{Cause, Held, Pending, SectionRef};

fn held(section: SectionRef) -> Held {
    Held { section, document: document(1), reason: "past a cut".into(), cause: Cause::Verdict }
}

#[test]
fn an_entry_comes_back_byte_for_byte() {
    let (_folder, _home, store) = encrypted();
    let mut rng = rng(1);
    let sections: Vec<_> =
        (0..500).map(|n| (document(n), bytes::<300>(&mut rng).to_vec())).collect();
    let large = entry(Lane::data(PASTORAL), log(1), 0, EntryId::ZERO, &sections);
    append(&store, std::slice::from_ref(&large));
    let found = store.read(|snapshot| snapshot.entry(large.id())).unwrap().unwrap();
    assert_eq!(found, large);
    store
        .read(|snapshot| -> Result<(), StoreError> {
            assert_eq!(snapshot.header(large.id())?.as_ref(), Some(large.header()));
            assert!(snapshot.holds(large.id())?);
            assert!(!snapshot.holds(EntryId::ZERO)?);
            assert_eq!(snapshot.entry(EntryId::ZERO)?, None);
            assert_eq!(snapshot.header(EntryId::ZERO)?, None);
            assert_eq!(snapshot.arrived_ms(large.id())?, Some(0));
            Ok(())
        })
        .unwrap();
}

#[test]
fn an_entry_is_stored_once() {
    let (_folder, _home, store) = encrypted();
    let entries = chain(Lane::data(PASTORAL), log(1), 2);
    append(&store, &entries);
    let again = store.write(|txn| txn.append(&entries[1], b"tips", 0));
    assert!(matches!(err(again), StoreError::AlreadyHere));
    let count = store.read(|snapshot| snapshot.entry_count(Lane::data(PASTORAL))).unwrap();
    assert_eq!(count, 2);
}

#[test]
fn each_lane_has_logs_of_its_own() {
    let (_folder, _home, store) = encrypted();
    let pastoral = chain(Lane::data(PASTORAL), log(1), 3);
    let safeguarding = chain(Lane::data(SAFEGUARDING), log(1), 2);
    let control = chain(Lane::control(PASTORAL), log(1), 4);
    append(&store, &pastoral);
    append(&store, &safeguarding);
    append(&store, &control);
    store.write(|txn| txn.append(&chain(Lane::data(PASTORAL), log(2), 1)[0], b"other", 5)).unwrap();
    store
        .read(|snapshot| -> Result<(), StoreError> {
            let lane = Lane::data(PASTORAL);
            assert_eq!(snapshot.entry_count(lane)?, 4);
            assert_eq!(
                snapshot.vector(lane)?,
                [(log(1), b"tips".to_vec()), (log(2), b"other".to_vec())]
            );
            assert_eq!(snapshot.tips(lane, log(2))?.unwrap(), b"other");
            assert_eq!(snapshot.tips(Lane::control(SAFEGUARDING), log(1))?, None);
            assert_eq!(snapshot.entries_at(lane, log(1), 2)?, [pastoral[2].id()]);
            assert_eq!(snapshot.entries_at(lane, log(1), 3)?, []);
            assert_eq!(snapshot.entries_at(lane, log(1), u64::MAX)?, []);
            let ids: Vec<_> = safeguarding.iter().map(Entry::id).collect();
            assert_eq!(snapshot.entry_ids(Lane::data(SAFEGUARDING))?, ids);
            assert_eq!(snapshot.control_entries(PASTORAL)?, control);
            assert_eq!(snapshot.spaces()?, [PASTORAL, SAFEGUARDING]);
            Ok(())
        })
        .unwrap();
}

#[test]
fn the_sections_of_a_document_come_in_the_order_of_arrival() {
    let (_folder, _home, store) = encrypted();
    let lane = Lane::data(PASTORAL);
    let shared = document(1);
    let second = entry(lane, log(2), 0, EntryId::ZERO, &[(shared, b"later".to_vec())]);
    let sections = [(document(2), b"other".to_vec()), (shared, b"earlier".to_vec())];
    let first = entry(lane, log(1), 0, EntryId::ZERO, &sections);
    append(&store, &[first.clone(), second.clone()]);
    let found = store.read(|snapshot| snapshot.sections_of(shared)).unwrap();
    let found: Vec<_> = found.into_iter().map(|found| (found.section, found.sealed)).collect();
    let expected = [
        (SectionRef { entry: first.id(), index: 1 }, b"earlier".to_vec()),
        (SectionRef { entry: second.id(), index: 0 }, b"later".to_vec()),
    ];
    assert_eq!(found, expected);
}

#[test]
fn a_dropped_section_is_absent_and_can_be_filled_in_again() {
    let (_folder, _home, store) = encrypted();
    let lane = Lane::data(PASTORAL);
    let sections = [(document(1), b"one".to_vec()), (document(2), b"two".to_vec())];
    let whole = entry(lane, log(1), 0, EntryId::ZERO, &sections);
    append(&store, std::slice::from_ref(&whole));
    assert_eq!(store.write(|txn| txn.drop_sections(PASTORAL, document(2))).unwrap(), 1);
    let section = SectionRef { entry: whole.id(), index: 1 };
    store
        .read(|snapshot| -> Result<(), StoreError> {
            let found = snapshot.entry(whole.id())?.unwrap();
            assert_eq!(found.sections(), [Some(b"one".to_vec()), None]);
            assert_eq!(snapshot.absent_sections(lane)?, [(section, document(2))]);
            assert_eq!(snapshot.absent_sections(Lane::data(SAFEGUARDING))?, []);
            assert_eq!(snapshot.section(section)?, None);
            Ok(())
        })
        .unwrap();
    let wrong = store.write(|txn| txn.put_section(section, b"else"));
    assert!(matches!(err(wrong), StoreError::WrongSection));
    let nowhere = SectionRef { index: 2, ..section };
    let wrong = store.write(|txn| txn.put_section(nowhere, b"two"));
    assert!(matches!(err(wrong), StoreError::WrongSection));
    store.write(|txn| txn.put_section(section, b"two")).unwrap();
    let found = store.read(|snapshot| snapshot.entry(whole.id())).unwrap().unwrap();
    assert_eq!(found, whole);
    assert_eq!(store.read(|snapshot| snapshot.absent_sections(lane)).unwrap(), []);
}

#[test]
fn an_entry_may_come_without_a_section() {
    let (_folder, _home, store) = encrypted();
    let lane = Lane::data(PASTORAL);
    let sections = [(document(1), b"one".to_vec()), (document(2), b"two".to_vec())];
    let whole = entry(lane, log(1), 0, EntryId::ZERO, &sections);
    let kept = vec![None, Some(b"two".to_vec())];
    let partial =
        Entry::from_parts(whole.header_bytes().to_vec(), *whole.signature(), kept).unwrap();
    append(&store, std::slice::from_ref(&partial));
    store
        .read(|snapshot| -> Result<(), StoreError> {
            assert_eq!(snapshot.entry(whole.id())?.unwrap(), partial);
            let section = SectionRef { entry: whole.id(), index: 0 };
            assert_eq!(snapshot.absent_sections(lane)?, [(section, document(1))]);
            assert_eq!(snapshot.absent_in(whole.id())?, [section]);
            assert_eq!(snapshot.absent_in(EntryId::ZERO)?, []);
            Ok(())
        })
        .unwrap();
}

#[test]
fn what_was_being_applied_is_known_after_reopening() {
    let (_folder, home, store) = encrypted();
    let entries = chain(Lane::data(PASTORAL), log(1), 4);
    append(&store, &entries);
    let at = |number: usize| SectionRef { entry: entries[number].id(), index: 0 };
    let whole = store.write(|txn| txn.note_arrived(at(1), at(3))).unwrap();
    drop(store);
    let store = Store::open(&home, Some(&KEY)).unwrap();
    let spans = || store.read(|snapshot| snapshot.arrived()).unwrap();
    let left = |number| store.read(|snapshot| snapshot.has_arrived(at(number))).unwrap();
    assert_eq!(spans(), [whole]);
    assert_eq!([left(0), left(1), left(3)], [false, true, true]);

    let tried = store.write(|txn| txn.count_try(whole)).unwrap();
    assert_eq!(spans(), [tried]);
    assert_eq!(tried.tries, 1);
    let rest = store.write(|txn| txn.advance_arrived(tried, at(1))).unwrap().unwrap();
    assert_eq!([left(1), left(2)], [false, true]);
    assert_eq!(rest.tries, 0);
    assert!(!store.read(|snapshot| snapshot.is_left(whole)).unwrap());
    assert!(store.read(|snapshot| snapshot.is_left(rest)).unwrap());
    assert_eq!(store.write(|txn| txn.advance_arrived(rest, at(3))).unwrap(), None);
    assert_eq!(spans(), []);
}

#[test]
fn of_what_has_arrived_nothing_held_is_to_be_applied() {
    let (_folder, _home, store) = encrypted();
    let control = chain(Lane::control(PASTORAL), log(2), 1);
    let entries = chain(Lane::data(PASTORAL), log(1), 3);
    append(&store, &entries[..1]);
    append(&store, &control);
    append(&store, &entries[1..]);
    let at = |number: usize| SectionRef { entry: entries[number].id(), index: 0 };
    let held = held(at(1));
    let span = store
        .write(|txn| {
            txn.put_held(&held)?;
            txn.note_arrived(at(0), at(2))
        })
        .unwrap();
    let sections = |limit| store.read(|snapshot| snapshot.arrived_sections(span, limit)).unwrap();
    assert_eq!(sections(9), [at(0), at(2)]);
    assert_eq!(sections(1), [at(0)]);
}

#[test]
fn pending_and_held_sections_are_found_by_need_and_reason() {
    let (_folder, _home, store) = encrypted();
    let entries = chain(Lane::data(PASTORAL), log(1), 3);
    append(&store, &entries);
    let section = |at: usize| SectionRef { entry: entries[at].id(), index: 0 };
    let pending = |at: usize, needs: &[u8]| Pending {
        section: section(at),
        document: document(1),
        needs: needs.to_vec(),
        reason: "no key".to_owned(),
    };
    let held = held(section(2));
    store
        .write(|txn| -> Result<(), StoreError> {
            txn.put_pending(&pending(1, b"epoch"))?;
            txn.put_pending(&pending(0, b"epoch"))?;
            txn.put_pending(&pending(2, b"change"))?;
            txn.put_held(&held)
        })
        .unwrap();
    store
        .read(|snapshot| -> Result<(), StoreError> {
            let expected = [pending(0, b"epoch"), pending(1, b"epoch")];
            assert_eq!(snapshot.pending_on(b"epoch")?, expected);
            assert_eq!(snapshot.pending(PASTORAL)?.len(), 3);
            assert_eq!(snapshot.pending(SAFEGUARDING)?, []);
            assert_eq!(snapshot.held(PASTORAL)?, std::slice::from_ref(&held));
            assert_eq!(snapshot.held_counts(PASTORAL)?, [("past a cut".to_owned(), 1)]);
            assert_eq!(snapshot.held_reason(section(2))?.as_deref(), Some("past a cut"));
            assert_eq!(snapshot.held_reason(section(1))?, None);
            Ok(())
        })
        .unwrap();
    store
        .write(|txn| -> Result<(), StoreError> {
            txn.clear_pending(section(0))?;
            txn.clear_held(section(2))
        })
        .unwrap();
    assert_eq!(store.read(|snapshot| snapshot.pending(PASTORAL)).unwrap().len(), 2);
    assert_eq!(store.read(|snapshot| snapshot.held(PASTORAL)).unwrap(), []);
}

#[test]
fn what_is_held_is_found_by_its_cause() {
    let (_folder, _home, store) = encrypted();
    let entries = chain(Lane::data(PASTORAL), log(1), 3);
    append(&store, &entries);
    let causes = [Cause::Verdict, Cause::Content, Cause::EndsProcesses];
    let held_for = |(entry, cause): (&Entry, Cause)| {
        let section = SectionRef { entry: entry.id(), index: 0 };
        Held { cause, ..held(section) }
    };
    let all: Vec<Held> = entries.iter().zip(causes).map(held_for).collect();
    store.write(|txn| all.iter().try_for_each(|one| txn.put_held(one))).unwrap();
    for one in &all {
        let found = store.read(|snapshot| snapshot.held_for(one.cause)).unwrap();
        assert_eq!(found, std::slice::from_ref(one));
        let found = store.read(|snapshot| snapshot.held_at(one.section)).unwrap();
        assert_eq!(found.as_ref(), Some(one));
    }
}
