//! Content digests depend on what is there and on nothing else.

use super::*;

fn document(first: u8, last: u8) -> DocumentId {
    let mut id = [first; 16];
    id[15] = last;
    DocumentId::from_bytes(id)
}

fn set(documents: &[(DocumentId, &[[u8; 32]])]) -> ContentSet {
    let mut set = ContentSet::default();
    documents.iter().for_each(|(document, heads)| set.set(*document, heads));
    set
}

#[test]
fn neither_the_order_of_documents_nor_of_heads_matters() {
    let (a, b) = ([1; 32], [2; 32]);
    let one = set(&[(document(5, 1), &[a, b]), (document(5, 2), &[a])]);
    let other = set(&[(document(5, 2), &[a]), (document(5, 1), &[b]), (document(5, 1), &[b, a])]);
    assert_eq!(one.digest(), other.digest());
    assert_eq!(one.digest().overall(), other.digest().overall());
}

#[test]
fn a_change_shows_in_its_bucket_alone() {
    let one = set(&[(document(5, 1), &[[1; 32]]), (document(9, 1), &[[1; 32]])]);
    let other = set(&[(document(5, 1), &[[2; 32]]), (document(9, 1), &[[1; 32]])]);
    assert_eq!(one.digest().differing(other.digest()), [5]);
    assert_ne!(one.digest().overall(), other.digest().overall());
}

#[test]
fn an_erased_document_leaves_nothing_behind() {
    let mut one = set(&[(document(5, 1), &[[1; 32]])]);
    one.set(document(5, 1), &[]);
    assert_eq!(one.digest(), &ContentDigest::new());
}

#[test]
fn the_same_heads_in_two_documents_do_not_cancel() {
    let one = set(&[(document(5, 1), &[[1; 32]]), (document(5, 2), &[[1; 32]])]);
    assert_ne!(one.digest(), &ContentDigest::new());
}

#[test]
fn a_bucket_from_its_rows_is_the_one_kept_in_memory() {
    let set = set(&[(document(5, 2), &[[2; 32]]), (document(5, 1), &[[1; 32]])]);
    let rows = [1, 2].map(|n| (document(5, n), element(document(5, n), &[[n; 32]])));
    assert_eq!(set.digest().buckets()[5], bucket_digest(rows));
}

#[test]
fn parts_made_one_by_one_are_those_made_at_once_and_are_kept_whole() {
    let element = |document| (document, element(document, &[[1; 32]]));
    let rows = [document(5, 1), document(5, 2), DocumentId::from_bytes([9; 16])].map(element);
    let mut parts = BucketParts::of([]);
    assert_eq!(parts.digest(), Digest::default());
    parts.set(5, &rows[..2]);
    parts.set(9, &rows[2..]);
    assert_eq!(parts, BucketParts::of(rows));
    assert_eq!(BucketParts::from_bytes(&parts.to_bytes()), Some(parts.clone()));
    assert_eq!(BucketParts::from_bytes(&parts.to_bytes()[1..]), None);
    parts.set(5, &[]);
    parts.set(9, &[]);
    assert_eq!(parts, BucketParts::of([]));
}

#[test]
fn the_same_elements_in_another_part_are_another_digest() {
    let one = element(document(5, 1), &[[1; 32]]);
    let (mut here, mut there) = (BucketParts::of([]), BucketParts::of([]));
    here.set(1, &[(document(5, 1), one)]);
    there.set(2, &[(document(5, 1), one)]);
    assert_eq!(here.get(1), there.get(2));
    assert_ne!(here.digest(), there.digest());
}
