//! Which of two changes with one actor and number stands.

use std::collections::BTreeSet;

use super::support::*;
use crate::{Change, not_standing};

/// Gives changes, each by itself, the one that goes before the others first.
#[track_caller]
fn check(changes: &[&[u8]], out: &[usize]) {
    let groups: Vec<Vec<&[u8]>> = changes.iter().map(|change| vec![*change]).collect();
    assert_eq!(not_standing(&groups), out.iter().copied().collect::<BTreeSet<_>>());
}

fn bytes<const N: usize>(changes: [&Change; N]) -> [&[u8]; N] {
    changes.map(|change| change.bytes.as_slice())
}

#[test]
fn of_two_twins_the_one_that_goes_first_stands() {
    let (mut here, first) = create(&incident());
    let mut there = rebuild(&[&first]);
    let hall = edit(&mut here, ANNA, &[set(one("location"), "hall")]);
    let gym = edit(&mut there, ANNA, &[set(one("location"), "gym")]);
    check(&bytes([&first, &hall, &gym]), &[2]);
    check(&bytes([&hall, &gym, &first]), &[1]);
    check(&bytes([&gym, &first, &hall]), &[2]);
    check(&bytes([&first, &hall]), &[]);
    // The same change twice is no twin of itself.
    check(&bytes([&hall, &first, &hall]), &[]);
    // Without what they build on neither stands before the other.
    check(&bytes([&hall, &gym]), &[]);
}

/// Of two that begin a record, as of any others.
#[test]
fn of_two_first_changes_one_stands() {
    let mut other = incident();
    other.set("location", "gym");
    let (one, two) = (create(&incident()).1, create(&other).1);
    check(&bytes([&one, &two]), &[1]);
    check(&bytes([&two, &one]), &[1]);
}

#[test]
fn what_builds_on_a_twin_that_does_not_stand_waits_and_has_no_twin() {
    let (mut here, first) = create(&incident());
    let mut there = rebuild(&[&first]);
    let hall = edit(&mut here, ANNA, &[set(one("location"), "hall")]);
    let after_hall = edit(&mut here, ANNA, &[set(one("severity"), 4)]);
    let by_ben = edit(&mut here, BEN, &[set(one("severity"), 5)]);
    let gym = edit(&mut there, ANNA, &[set(one("location"), "gym")]);
    let after_gym = edit(&mut there, ANNA, &[set(one("severity"), 3)]);
    // The number of `after_gym` is free, though `after_hall` goes before it.
    check(&bytes([&after_hall, &by_ben, &gym, &hall, &first, &after_gym]), &[3]);
    check(&bytes([&after_gym, &hall, &gym, &first, &after_hall, &by_ben]), &[2]);
}

/// Its author cannot take back by it what others have written on top of the first.
#[test]
fn what_was_written_on_top_of_its_twin_does_not_oust_it() {
    let (mut here, first) = create(&incident());
    let hall = edit(&mut here, ANNA, &[set(one("location"), "hall")]);
    let by_ben = edit(&mut here, BEN, &[set(one("severity"), 5)]);
    let mut later = rebuild(&[&first, &hall, &by_ben]);
    let third = edit(&mut later, ANNA, &[set(one("location"), "gym")]);
    // As the third change of its actor, but with the number of the second.
    let twin = renumbered(&third, 3, 2, 0);
    check(&[&twin, &first.bytes, &hall.bytes, &by_ben.bytes], &[0]);
}

/// What is never applied must not void what could be.
#[test]
fn a_twin_that_does_not_fit_ousts_nobody() {
    let (mut here, first) = create(&incident());
    let hall = edit(&mut here, ANNA, &[set(one("location"), "hall")]);
    let mut there = rebuild(&[&first]);
    let gym = edit(&mut there, ANNA, &[set(one("location"), "gym")]);
    let misfit = renumbered(&gym, 2, 2, 5);
    check(&[&misfit, &first.bytes, &hall.bytes], &[0]);
    check(&[&misfit, &first.bytes, &hall.bytes, &gym.bytes], &[0, 3]);
}

/// A change with this number in place of its own, its operations numbered on from later.
fn renumbered(change: &Change, from: u8, to: u8, later: u8) -> Vec<u8> {
    let mut bytes = change.bytes.clone();
    // Frame of ten or eleven bytes, one dependency, the actor; then sequence and first operation.
    let frame = 9 + if bytes[9] & 0x80 == 0 { 1 } else { 2 };
    let deps = usize::from(bytes[frame]);
    let sequence = frame + 1 + 32 * deps + 1 + 16;
    assert_eq!(bytes[sequence], from);
    bytes[sequence] = to;
    bytes[sequence + 1] += later;
    with_checksum(bytes)
}
