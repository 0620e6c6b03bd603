//! Tests of marking buckets and making their digests.

use sheaf_charter::SpaceKind;
use sheaf_records::Record;

use super::*;
use crate::records::test_school::{TestSchool, pupil};
use crate::{School, Verify};

fn pupils(ids: std::ops::Range<u8>) -> Vec<Record> {
    ids.map(pupil).collect()
}

fn stale(school: &School, space: SpaceId) -> usize {
    let kept = school.core.store.read(|snapshot| snapshot.buckets(space)).unwrap();
    kept.iter().filter(|(_, kept)| kept == STALE).count()
}

fn overall(school: &School, space: SpaceId) -> String {
    let content = school.core.store.read(|snapshot| content(snapshot, space)).unwrap();
    content.overall().to_string()
}

#[test]
fn a_save_makes_its_digest_and_many_leave_theirs() {
    let home = TestSchool::new();
    let school = &home.school;
    let space = school.space_of_kind(SpaceKind::Pastoral).unwrap();
    school.add_all(pupils(1..2), None).unwrap();
    assert_eq!(stale(school, space), 0);
    school.add_all(pupils(2..60), None).unwrap();
    assert_eq!(stale(school, space), 58);
}

#[test]
fn the_digest_is_the_same_before_and_after_it_is_made() {
    let home = TestSchool::new();
    let school = &home.school;
    let space = school.space_of_kind(SpaceKind::Pastoral).unwrap();
    let empty = overall(school, space);
    school.add_all(pupils(1..60), None).unwrap();
    let before = overall(school, space);
    assert_ne!(before, empty);
    freshen(&school.core).unwrap();
    assert_eq!(stale(school, space), 0);
    assert_eq!(overall(school, space), before);
    school.verify(Verify::Rebuild, &|_| {}).unwrap();
    assert_eq!(stale(school, space), 0);
    assert_eq!(overall(school, space), before);
}

#[test]
fn a_wrong_digest_is_found() {
    let home = TestSchool::new();
    let school = &home.school;
    let space = school.space_of_kind(SpaceKind::Pastoral).unwrap();
    school.add_all(pupils(1..3), None).unwrap();
    assert!(school.verify(Verify::Check, &|_| {}).unwrap().ok);
    let core = &school.core;
    core.store.write(|txn| txn.put_bucket(space, 2, &[7; 32])).unwrap();
    let verified = school.verify(Verify::Check, &|_| {}).unwrap();
    let place = format!("bucket 2 of the digest of {space}: ");
    assert!(verified.problems[0].starts_with(&place), "{:?}", verified.problems);
    assert_eq!(verified.problems.len(), 1);
    core.store.write(|txn| txn.put_bucket(space, 2, STALE)).unwrap();
    assert!(school.verify(Verify::Check, &|_| {}).unwrap().ok);
}
