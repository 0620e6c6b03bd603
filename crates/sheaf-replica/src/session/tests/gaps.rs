//! What is missing here is got, whatever happens in the moment in which that is noticed.

use super::*;

/// Something was heard about who is in just before the host said what it lacks of what was offered.
#[test]
fn what_was_offered_is_got_though_it_was_in_doubt_what_is_shared() {
    let mut pair = Pair::new();
    pair.start();
    let entry = pair.devices[0].write(Lane::data(SPACE), text(1, "by another way"));
    pair.sessions[0].arrived(&[(Lane::data(SPACE), entry.id())], 0);
    let due_ms = pair.sessions[0].next_tick_ms().expect("it is to be offered");
    pair.sessions[0].tick(due_ms);
    pair.settle(0);
    let offer = pair.wires[0].pop_front().expect("an offer");
    pair.sessions[1].receive(&offer);
    let Some(Effect::Check { lane, ids }) = pair.sessions[1].poll() else { panic!("no check") };
    pair.sessions[1].unsure();
    pair.sessions[1].checked(lane, ids);
    pair.run();
    pair.assert_same(SPACE);
}

/// The same entry without what it says, as a hostile colleague passes it on.
fn bare(entry: &Entry) -> Arc<Entry> {
    let sections = vec![None; entry.sections().len()];
    let header = entry.header_bytes().to_vec();
    Arc::new(Entry::from_parts(header, *entry.signature(), sections).unwrap())
}

#[test]
fn a_push_brings_the_content_that_the_same_entry_came_without_before() {
    let mut pair = Pair::new();
    pair.start();
    let entry = pair.devices[0].write(Lane::data(SPACE), text(1, "whole"));
    pair.devices[1].ingest(vec![Entry::clone(&bare(&entry))]);
    pair.sessions[0].local_entries(&[entry]);
    pair.run();
    pair.assert_same(SPACE);
}

#[test]
fn content_that_an_entry_joins_without_is_asked_for_at_once() {
    let mut pair = Pair::new();
    pair.start();
    let entry = pair.devices[0].write(Lane::data(SPACE), text(1, "whole"));
    pair.sessions[0].local_entries(&[bare(&entry)]);
    pair.run();
    pair.assert_same(SPACE);
    assert_eq!(pair.outcome(1), &Outcome::Equal);
    assert!(pair.sessions.iter().all(Session::is_quiet));
}
