//! Pages against a naive filter over everything that is there.

use std::collections::BTreeMap;

use super::*;
use crate::Page;

/// Entries of several logs, some of them forked, in a random order that respects the chains.
fn scatter(seed: u64, lane: Lane) -> Vec<Entry> {
    let mut rng = rng(seed);
    let mut arrived: Vec<Entry> = Vec::new();
    let mut ends: BTreeMap<LogId, Vec<(u64, EntryId)>> = BTreeMap::new();
    for number in 0..120 {
        let log = log(u8::try_from(1 + below(&mut rng, 5)).unwrap());
        let places = ends.entry(log).or_default();
        // Mostly at the end; now and then behind an earlier entry, which forks the log.
        let back = if below(&mut rng, 12) == 0 { below(&mut rng, 4) } else { 0 };
        let at = places.len().saturating_sub(1 + usize::try_from(back).unwrap());
        let (seq, previous) = places.get(at).map_or((0, EntryId::ZERO), |(seq, id)| (seq + 1, *id));
        let sealed = vec![0; usize::try_from(below(&mut rng, 900)).unwrap()];
        let next = entry(lane, log, seq, previous, &[(document(number), sealed)]);
        places.push((seq, next.id()));
        arrived.push(next);
    }
    arrived
}

fn read_all(mut read: impl FnMut(Option<u64>) -> Page) -> (Vec<EntryId>, usize) {
    let (mut ids, mut pages, mut after) = (Vec::new(), 0, None);
    loop {
        let page = read(after);
        ids.extend(page.entries.iter().map(Entry::id));
        pages += 1;
        after = page.next;
        if after.is_none() {
            return (ids, pages);
        }
    }
}

#[test]
fn pages_together_are_what_a_naive_filter_gives() {
    for seed in 0..20 {
        let (_folder, _home, store) = plain();
        let lane = Lane::data(PASTORAL);
        let arrived = scatter(seed, lane);
        append(&store, &arrived);
        append(&store, &chain(Lane::data(SAFEGUARDING), log(1), 5));
        let mut rng = rng(seed + 1000);
        for _ in 0..10 {
            let from: Vec<_> =
                (1..=6).map(|n| (log(n), below(&mut rng, 25))).filter(|(_, n)| *n < 22).collect();
            let max_bytes = usize::try_from(below(&mut rng, 8000)).unwrap();
            let (found, _) = read_all(|after| {
                store
                    .read(|snapshot| snapshot.entries_after(lane, &from, after, max_bytes))
                    .unwrap()
            });
            let wanted = |header: &Header| {
                from.iter().any(|(log, seq)| header.log == *log && header.seq >= *seq)
            };
            let expected: Vec<_> =
                arrived.iter().filter(|e| wanted(e.header())).map(Entry::id).collect();
            assert_eq!(found, expected, "seed {seed}");
        }
    }
}

#[test]
fn a_page_holds_as_much_as_fits_and_at_least_one_entry() {
    let (_folder, _home, store) = plain();
    let lane = Lane::data(PASTORAL);
    let entries = chain(lane, log(1), 10);
    append(&store, &entries);
    let length = entries[0].to_bytes().len();
    let pages = |max_bytes: usize| {
        read_all(|after| {
            store
                .read(|snapshot| snapshot.entries_after(lane, &[(log(1), 0)], after, max_bytes))
                .unwrap()
        })
    };
    assert_eq!(pages(0).1, 10);
    assert_eq!(pages(length - 1).1, 10);
    assert_eq!(pages(length).1, 10);
    assert_eq!(pages(5 * length).1, 2);
    assert_eq!(pages(usize::MAX).1, 1);
    assert_eq!(pages(0).0.len(), 10);
}

#[test]
fn an_up_to_date_peer_gets_nothing_and_an_unknown_log_is_nothing() {
    let (_folder, _home, store) = plain();
    let lane = Lane::data(PASTORAL);
    append(&store, &chain(lane, log(1), 3));
    for from in [(log(1), 3), (log(1), u64::MAX), (log(9), 0)] {
        let page = store.read(|snapshot| snapshot.entries_after(lane, &[from], None, 100));
        assert_eq!(page.unwrap(), Page::default());
    }
}

#[test]
fn named_entries_come_in_the_order_of_arrival() {
    let (_folder, _home, store) = plain();
    let lane = Lane::data(PASTORAL);
    let entries = chain(lane, log(1), 6);
    append(&store, &entries);
    let asked = [entries[4].id(), EntryId::ZERO, entries[1].id(), entries[4].id()];
    let (found, pages) =
        read_all(|after| store.read(|snapshot| snapshot.entries_among(&asked, after, 1)).unwrap());
    assert_eq!(found, [entries[1].id(), entries[4].id()]);
    assert_eq!(pages, 2);
}

#[test]
fn a_page_uses_the_indexes() {
    let (_folder, _home, store) = plain();
    store
        .read(|snapshot| -> Result<(), StoreError> {
            let plan: Vec<String> = snapshot.all(
                "EXPLAIN QUERY PLAN SELECT arrival FROM entries INDEXED BY entries_by_log
                 WHERE log = 1 AND arrival > 2 AND seq >= 3 ORDER BY arrival LIMIT 1",
                [],
                |row| row.get(3),
            )?;
            assert_eq!(plan, ["SEARCH entries USING INDEX entries_by_log (log=? AND rowid>?)"]);
            Ok(())
        })
        .unwrap();
}

#[test]
fn what_has_arrived_since_is_told_of_all_lanes_in_its_order() {
    let (_folder, _home, store) = encrypted();
    let arrivals = |after, limit| {
        let found = store.read(|snapshot| snapshot.arrivals_after(after, limit)).unwrap();
        found.into_iter().map(|one| (one.place, one.lane, one.log, one.entry)).collect::<Vec<_>>()
    };
    let last = || store.read(|snapshot| snapshot.last_arrival()).unwrap();
    assert_eq!((last(), arrivals(0, 10)), (0, Vec::new()));
    let (control, data) = (Lane::control(SAFEGUARDING), Lane::data(PASTORAL));
    let (first, then) = (chain(control, log(1), 1), chain(data, log(2), 2));
    append(&store, &first);
    let before = last();
    append(&store, &then);
    assert_eq!((before, last()), (1, 3));
    assert_eq!(arrivals(0, 1), [(1, control, log(1), first[0].id())]);
    let since = [(2, data, log(2), then[0].id()), (3, data, log(2), then[1].id())];
    assert_eq!(arrivals(before, 10), since);
}
