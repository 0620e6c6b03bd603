//! Tests of marking buckets and making their digests.

use std::collections::BTreeMap;

use sheaf_charter::SpaceKind;
use sheaf_records::Record;
use sheaf_replica::ContentSet;
use sheaf_store::{DocumentState, Store};

use super::*;
use crate::records::test_school::{TestSchool, pupil};
use crate::{School, Verify};

fn pupils(ids: std::ops::Range<u8>) -> Vec<Record> {
    ids.map(pupil).collect()
}

fn stale(school: &School, space: SpaceId) -> usize {
    let kept = school.core.store.read(|snapshot| snapshot.buckets(space)).unwrap();
    kept.iter().filter(|(_, kept)| matches!(Kept::read(Some(kept)), Some(Kept::Stale(_)))).count()
}

fn overall(school: &School, space: SpaceId) -> String {
    let content = school.core.store.read(|snapshot| content(snapshot, space)).unwrap();
    content.overall().to_string()
}

/// As [`freshen`] does it, for a space of which no log knows.
fn freshen_space(core: &Core, space: SpaceId) {
    let stale = core.store.read(|snapshot| stale_of(snapshot, space)).unwrap();
    freshen_these(core, &stale).unwrap();
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
    core.store.write(|txn| mark(txn, space, 2, PartSet::ALL)).unwrap();
    assert!(school.verify(Verify::Check, &|_| {}).unwrap().ok);
}

#[test]
fn a_state_that_cannot_have_been_kept_is_found_and_counts_as_stale() {
    let home = TestSchool::new();
    let school = &home.school;
    let space = school.space_of_kind(SpaceKind::Pastoral).unwrap();
    school.add_all(pupils(1..3), None).unwrap();
    let before = overall(school, space);
    school.core.store.write(|txn| txn.put_bucket(space, 2, b"short")).unwrap();
    assert!(!school.verify(Verify::Check, &|_| {}).unwrap().ok);
    assert_eq!(overall(school, space), before);
    freshen(&school.core).unwrap();
    assert!(school.verify(Verify::Check, &|_| {}).unwrap().ok);
}

#[test]
fn what_an_older_schema_kept_is_stale_as_a_whole() {
    let home = TestSchool::new();
    let school = &home.school;
    let space = school.space_of_kind(SpaceKind::Pastoral).unwrap();
    school.add_all(pupils(1..3), None).unwrap();
    let before = overall(school, space);
    school.core.store.write(|txn| txn.put_bucket(space, 2, b"")).unwrap();
    assert_eq!(overall(school, space), before);
    freshen(&school.core).unwrap();
    assert_eq!(stale(school, space), 0);
    assert_eq!(overall(school, space), before);
}

/// Numbers that depend on the seed alone (SplitMix64; Steele, Lea, Flood 2014).
struct Random(u64);

impl Random {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % limit
    }

    fn byte(&mut self, limit: u64) -> u8 {
        u8::try_from(self.below(limit)).unwrap()
    }

    /// One of few enough ids for buckets to have many documents and parts several.
    fn document(&mut self, buckets: u64) -> DocumentId {
        let mut id = [0; DocumentId::LENGTH];
        (id[0], id[1], id[15]) = (self.byte(buckets), self.byte(256), self.byte(4));
        DocumentId::from_bytes(id)
    }
}

/// A space's documents as they are stored, and beside them in memory, read from the start.
struct Model<'a> {
    store: &'a Store,
    space: SpaceId,
    heads: BTreeMap<DocumentId, [u8; 32]>,
}

impl Model<'_> {
    /// One transaction that gives these documents new heads, or drops them.
    fn change(&mut self, changes: &[(DocumentId, Option<[u8; 32]>)]) {
        let space = self.space;
        let write = |txn: &mut Txn<'_>| {
            let mut touched = Touched::default();
            for (document, heads) in changes {
                touched.note(space, *document);
                match heads {
                    Some(heads) => txn.put_document(&DocumentState {
                        document: *document,
                        space,
                        changes: 1,
                        heads: heads.to_vec(),
                        stored: None,
                    })?,
                    None => txn.erase(space, *document)?,
                }
            }
            touched.finish(txn)
        };
        self.store.write(write).unwrap();
        for (document, heads) in changes {
            match heads {
                Some(heads) => self.heads.insert(*document, *heads),
                None => self.heads.remove(document),
            };
        }
    }

    fn check(&self) {
        let mut expected = ContentSet::default();
        self.heads.iter().for_each(|(document, heads)| expected.set(*document, &[*heads]));
        let read = |snapshot: &Snapshot<'_>| {
            assert_eq!(&content(snapshot, self.space)?, expected.digest());
            for bucket in 0..=u8::MAX {
                assert!(fits(snapshot, self.space, bucket)?, "bucket {bucket}");
            }
            Ok::<_, SchoolError>(())
        };
        self.store.read(read).unwrap();
    }

    /// How many buckets keep the digests of their parts.
    fn kept(&self) -> usize {
        let parts = |bucket| self.store.read(|snapshot| snapshot.parts(self.space, bucket));
        (0..=u8::MAX).filter(|bucket| parts(*bucket).unwrap().is_some()).count()
    }
}

/// Saves, erasures and arriving pages, in any order and with digests made now and then, give the
/// digests that the documents give from the start.
#[test]
fn what_is_kept_is_what_is_made_from_the_start() {
    for seed in 0..3 {
        let home = TestSchool::new();
        let core = &home.school.core;
        let space = SpaceId::from_bytes([9; SpaceId::LENGTH]);
        let mut random = Random(seed);
        let mut model = Model { store: &core.store, space, heads: BTreeMap::new() };
        let page: Vec<_> =
            (0..4_000).map(|_| (random.document(9), Some([random.byte(256); 32]))).collect();
        model.change(&page);
        model.check();
        for step in 0..40 {
            let (buckets, documents, erased) = match random.below(6) {
                0 => (9, 300, 20),
                1 => (40, 60, 5),
                2 => (9, 1, 100),
                3 => (3, 40, 90),
                _ => (9, 1, 5),
            };
            let one = |random: &mut Random| {
                let heads = [random.byte(256); 32];
                (random.document(buckets), (random.below(100) >= erased).then_some(heads))
            };
            let changes: Vec<_> = (0..documents).map(|_| one(&mut random)).collect();
            model.change(&changes);
            if random.below(4) == 0 {
                freshen_space(core, space);
            }
            if step % 5 == 0 {
                model.check();
            }
        }
        model.check();
        assert!((1..=9).contains(&model.kept()), "{}", model.kept());
    }
}

#[test]
fn a_save_in_a_bucket_of_many_reads_its_part_alone() {
    let home = TestSchool::new();
    let core = &home.school.core;
    let space = SpaceId::from_bytes([9; SpaceId::LENGTH]);
    let mut random = Random(1);
    let mut model = Model { store: &core.store, space, heads: BTreeMap::new() };
    let page: Vec<_> = (0..600).map(|_| (random.document(1), Some([1; 32]))).collect();
    model.change(&page);
    model.check();
    assert_eq!(model.kept(), 1);
    // What is wrong in another part, on purpose, stays wrong: nobody has read that part.
    let (saved, other) = (DocumentId::from_bytes([0; 16]), page[0].0);
    assert_ne!(part_of(other), part_of(saved));
    let wrong = |txn: &mut Txn<'_>| {
        let mut parts = BucketParts::from_bytes(&txn.parts(space, 0)?.unwrap()).unwrap();
        parts.set(part_of(other), &[]);
        Ok::<_, SchoolError>(txn.put_parts(space, 0, &parts.to_bytes())?)
    };
    core.store.write(wrong).unwrap();
    model.change(&[(saved, Some([2; 32]))]);
    let parts = core.store.read(|snapshot| snapshot.parts(space, 0)).unwrap().unwrap();
    let parts = BucketParts::from_bytes(&parts).unwrap();
    assert_eq!(parts.get(part_of(other)), Digest::default());
    assert_ne!(parts.get(part_of(saved)), Digest::default());
    assert!(!core.store.read(|snapshot| fits(snapshot, space, 0)).unwrap());
}

#[test]
fn a_bucket_of_few_keeps_no_parts() {
    let home = TestSchool::new();
    let space = SpaceId::from_bytes([9; SpaceId::LENGTH]);
    let mut random = Random(1);
    let mut model = Model { store: &home.school.core.store, space, heads: BTreeMap::new() };
    let page: Vec<_> = (0..8_000).map(|_| (random.document(256), Some([1; 32]))).collect();
    model.change(&page);
    freshen_space(&home.school.core, space);
    model.check();
    assert_eq!(model.kept(), 0);
}
