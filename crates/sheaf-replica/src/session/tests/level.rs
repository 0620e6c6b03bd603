//! In what the two are level: what was compared, and nothing else.

use super::*;

/// How far a lane was level, as a summary says it.
fn level(summary: &Summary, lane: Lane) -> Option<&Vector> {
    summary.level.iter().find(|(of, _)| *of == lane).map(|(_, vector)| &**vector)
}

/// While the answer of the other side is on its way something is written here, and what is here is
/// surveyed again.
#[test]
fn the_two_are_level_in_what_they_compared_and_not_in_what_has_come_since() {
    let mut pair = Pair::new();
    let lane = Lane::data(SPACE);
    pair.devices[0].write(lane, text(1, "compared"));
    pair.start();
    let compared = pair.devices[0].disk.vector(lane);
    pair.sessions = Pair::sessions(pair.devices[0].school);
    pair.finished = Default::default();
    pair.sessions.iter_mut().for_each(Session::start);
    (0..2).for_each(|side| pair.settle(side));
    let since = pair.devices[0].write(lane, text(2, "written since"));
    pair.sessions[0].local_entries(&[since]);
    pair.sessions[0].changed();
    pair.settle(0);
    pair.deliver(1);
    let first = pair.finished[0].first().expect("the two have compared");
    assert_eq!((&first.outcome, level(first, lane)), (&Outcome::Equal, Some(&compared)));
    pair.run();
    pair.assert_same(SPACE);
    let now = pair.devices[1].disk.vector(lane);
    assert_ne!(now, compared);
    assert_eq!(level(pair.finished[0].last().unwrap(), lane), Some(&now));
}

#[test]
fn the_two_are_level_in_no_lane_that_one_alone_mentions_or_in_which_they_differ() {
    let [here, _] = meet([survey_of(2, 2), survey_of(1, 2)], [Mode::Replica; 2]);
    let spaces: Vec<SpaceId> = here[0].level.iter().map(|(lane, _)| lane.space).collect();
    let shared = SpaceId::from_bytes([1; 16]);
    assert_eq!(spaces, [SpaceId::CHARTER, shared, shared]);
    let [here, _] = meet([survey_of(1, 2), survey_of(1, 3)], [Mode::Replica; 2]);
    assert!(here[0].level.is_empty());
}

#[test]
fn whoever_lacks_sections_is_level_in_nothing() {
    let mut lacking = survey_of(1, 2);
    let lane = lacking.lanes[2].lane;
    let entry = EntryId::from_bytes([1; 32]);
    lacking.lanes[2].wants.push(SectionRef { lane, entry, index: 0 });
    let [here, _] = meet([survey_of(1, 2), lacking], [Mode::Replica; 2]);
    assert_eq!(here[0].outcome, Outcome::Equal);
    assert!(here[0].level.is_empty());
}
