//! Records in the index: lists, timelines, conflicts, the feed and making it anew.

use super::*;
use crate::{Changes, Conflict, Link, Listing, Order, Query, RecordHead, Withdrawn};

fn link(number: u32, role: &str) -> Link {
    Link { related: document(number), role: role.to_owned() }
}

fn ids(listing: &Listing) -> Vec<DocumentId> {
    listing.records.iter().map(|record| record.record).collect()
}

fn list(store: &Store, query: &Query) -> Listing {
    store.read(|snapshot| snapshot.list(query)).unwrap()
}

fn since(store: &Store, revision: u64) -> Changes {
    store.read(|snapshot| snapshot.changed_since(revision)).unwrap()
}

#[test]
fn a_record_comes_back_as_it_was_put() {
    let (_folder, _home, store) = encrypted();
    let mut row = record(1, "incident", "Corridor, period 3");
    let links = [link(10, "aggressor"), link(10, "witness"), link(11, "victim")];
    let conflicts = ["severity".to_owned(), "place".to_owned()];
    store.write(|txn| txn.put_record(&row, &links, &conflicts)).unwrap();
    row.conflicts = 2;
    store
        .read(|snapshot| -> Result<(), StoreError> {
            assert_eq!(snapshot.record(document(1))?.unwrap(), row);
            assert_eq!(snapshot.record(document(2))?, None);
            assert_eq!(snapshot.links(document(1))?, links);
            let found = snapshot.conflicts(10)?;
            let paths: Vec<_> = found.iter().map(|conflict| conflict.path.as_str()).collect();
            assert_eq!(paths, ["place", "severity"]);
            assert_eq!(
                found[0],
                Conflict { record: document(1), kind: "incident".into(), path: "place".into() }
            );
            assert_eq!(snapshot.conflict_count()?, 2);
            Ok(())
        })
        .unwrap();
    store.write(|txn| txn.put_record(&row, &links[..1], &[])).unwrap();
    assert_eq!(store.read(|snapshot| snapshot.links(document(1))).unwrap(), links[..1]);
    assert_eq!(store.read(|snapshot| snapshot.conflict_count()).unwrap(), 0);
    assert_eq!(store.read(|snapshot| snapshot.record(document(1))).unwrap().unwrap().conflicts, 0);
    assert!(store.write(|txn| txn.drop_record(document(1))).unwrap());
    assert!(!store.write(|txn| txn.drop_record(document(1))).unwrap());
    assert_eq!(store.read(|snapshot| snapshot.links(document(1))).unwrap(), []);
}

#[test]
fn heads_are_found_by_what_they_concern_and_by_time() {
    let (_folder, _home, store) = encrypted();
    let put = |number: u32, at: i64, links: &[Link], state| {
        let row = RecordRow { sort_at: at, state, ..record(number, "incident", "title") };
        store.write(|txn| txn.put_record(&row, links, &[])).unwrap();
    };
    put(1, 100, &[link(10, "aggressor"), link(10, "witness")], RecordState::Live);
    put(2, 200, &[link(10, "victim"), link(11, "follow-up")], RecordState::Withdrawn);
    put(3, 300, &[link(11, "follow-up")], RecordState::Live);
    let pupil = record(10, "pupil", "name");
    store.write(|txn| txn.put_record(&pupil, &[], &[])).unwrap();
    let numbers = |heads: Vec<RecordHead>| {
        let mut found: Vec<_> = heads.into_iter().map(|head| head.record).collect();
        found.sort();
        found
    };
    store
        .read(|snapshot| -> Result<(), StoreError> {
            assert_eq!(numbers(snapshot.heads_about(document(10))?), [document(1), document(2)]);
            assert_eq!(
                numbers(snapshot.heads_before("incident", 300)?),
                [document(1), document(2)]
            );
            assert_eq!(numbers(snapshot.heads_before("pupil", i64::MAX)?), [document(10)]);
            let nothing = snapshot.heads_about_nothing("incident", "follow-up")?;
            assert_eq!(numbers(nothing), [document(3)]);
            assert_eq!(snapshot.related_not_here("follow-up")?, []);
            assert_eq!(snapshot.related_not_here("")?, [document(11)]);
            let head = snapshot.head(document(2))?.unwrap();
            assert_eq!((head.kind.as_str(), head.sort_at), ("incident", 200));
            Ok(())
        })
        .unwrap();
}

#[test]
fn lists_are_filtered_ordered_and_paged() {
    let (_folder, _home, store) = encrypted();
    let mut records: Vec<_> =
        (1..=10).map(|n| record(n, "incident", &format!("n{n:02}"))).collect();
    records[2].state = RecordState::Withdrawn;
    records[3].space = SAFEGUARDING;
    records[4].kind = "stay".to_owned();
    store
        .write(|txn| {
            records.iter().enumerate().try_for_each(|(at, record)| {
                let pupil = link(if at < 5 { 100 } else { 101 }, "pupil");
                txn.put_record(record, &[pupil], &[])
            })
        })
        .unwrap();
    let incidents = Query::of_kind("incident");
    let all = list(&store, &incidents);
    assert_eq!(all.total, 8);
    let newest_first: Vec<_> = [10, 9, 8, 7, 6, 4, 2, 1].map(document).into();
    assert_eq!(ids(&all), newest_first);
    let page = list(&store, &Query { limit: Some(3), offset: 2, ..incidents.clone() });
    assert_eq!((page.total, ids(&page)), (8, newest_first[2..5].to_vec()));
    let window =
        Query { from: Some(2), before: Some(8), order: Order::OldestFirst, ..incidents.clone() };
    assert_eq!(ids(&list(&store, &window)), [2, 4, 6, 7].map(document));
    let shown = Query { withdrawn: Withdrawn::Shown, ..incidents.clone() };
    assert_eq!(list(&store, &shown).total, 9);
    let open = Query { spaces: Some(vec![PASTORAL]), ..incidents.clone() };
    assert_eq!(list(&store, &open).total, 7);
    assert_eq!(list(&store, &Query { spaces: Some(Vec::new()), ..incidents.clone() }).total, 0);
    let timeline = list(&store, &Query::timeline(document(100)));
    assert_eq!(ids(&timeline), [5, 4, 2, 1].map(document));
    let by_title = Query { order: Order::Title, limit: Some(2), ..incidents };
    assert_eq!(ids(&list(&store, &by_title)), [1, 2].map(document));
    assert_eq!(list(&store, &Query::of_kind("nothing")).total, 0);
}

#[test]
fn kinds_are_counted_and_walked_through() {
    let (_folder, _home, store) = encrypted();
    let mut withdrawn = record(4, "stay", "d");
    withdrawn.state = RecordState::Withdrawn;
    let records =
        [record(1, "stay", "a"), record(2, "incident", "b"), record(3, "stay", "c"), withdrawn];
    put(&store, &records);
    let counts = store.read(|snapshot| snapshot.count_by_kind()).unwrap();
    assert_eq!(counts, [("incident".to_owned(), 1), ("stay".to_owned(), 2)]);
    let mut titles = Vec::new();
    store
        .read(|snapshot| {
            snapshot.for_each_of_kinds(["stay"], |record| -> Result<(), StoreError> {
                titles.push(record.title);
                Ok(())
            })
        })
        .unwrap();
    assert_eq!(titles, ["a", "c", "d"]);
}

#[test]
fn the_feed_names_what_has_changed_once() {
    let (_folder, home, store) = encrypted();
    let start = store.revision().unwrap();
    assert_eq!(since(&store, start), Changes::Records(Vec::new()));
    put(&store, &[record(1, "incident", "a"), record(2, "incident", "b")]);
    let middle = store.revision().unwrap();
    assert!(middle > start);
    // Another process sees the same and can write too.
    let other = Store::open(&home, Some(&KEY)).unwrap();
    assert_eq!(other.revision().unwrap(), middle);
    put(&other, &[record(1, "incident", "changed")]);
    other.write(|txn| txn.drop_record(document(2))).unwrap();
    let both = Changes::Records(vec![document(1), document(2)]);
    assert_eq!(since(&store, start), both);
    assert_eq!(since(&store, middle), both);
    assert_eq!(since(&store, middle + 1), Changes::Records(vec![document(2)]));
    assert_eq!(since(&store, middle + 2), Changes::Records(Vec::new()));
    store.write(|txn| txn.put_setting("name", b"value")).unwrap();
    assert_eq!(store.revision().unwrap(), middle + 3);
    assert_eq!(since(&store, middle + 2), Changes::Records(Vec::new()));
    put(&store, &[record(2, "incident", "back again")]);
    assert_eq!(since(&store, middle + 1), Changes::Records(vec![document(2)]));
    assert_eq!(since(&store, middle + 3), Changes::Records(vec![document(2)]));
}

#[test]
fn an_index_made_anew_starts_empty_and_says_so() {
    let (_folder, _home, store) = encrypted();
    let entries = chain(Lane::data(PASTORAL), log(1), 3);
    append(&store, &entries);
    put(&store, &[record(1, "incident", "corridor"), record(2, "incident", "yard")]);
    let before = store.revision().unwrap();
    store
        .write(|txn| -> Result<(), StoreError> {
            txn.clear_index()?;
            assert_eq!(txn.list(&Query::default())?.total, 0);
            txn.put_record(&record(2, "incident", "yard"), &[link(9, "pupil")], &[])
        })
        .unwrap();
    assert_eq!(since(&store, before), Changes::Everything);
    let now = store.revision().unwrap();
    assert_eq!(since(&store, now), Changes::Records(Vec::new()));
    store
        .read(|snapshot| -> Result<(), StoreError> {
            assert_eq!(snapshot.entry(entries[2].id())?.as_ref(), Some(&entries[2]));
            assert_eq!(snapshot.list(&Query::default())?.total, 1);
            assert_eq!(snapshot.search("corridor", &[PASTORAL], 5)?, []);
            assert_eq!(snapshot.search("yard", &[PASTORAL], 5)?.len(), 1);
            Ok(())
        })
        .unwrap();
    assert!(store.integrity().unwrap().is_sound());
}

#[test]
fn a_rebuild_that_fails_leaves_the_index_as_it_was() {
    let (_folder, _home, store) = encrypted();
    put(&store, &[record(1, "incident", "corridor")]);
    let failed = store.write(|txn| -> Result<(), StoreError> {
        txn.clear_index()?;
        Err(StoreError::Unknown("reason"))
    });
    assert!(failed.is_err());
    let hits = store.read(|snapshot| snapshot.search("corridor", &[PASTORAL], 5)).unwrap();
    assert_eq!(hits.len(), 1);
}
