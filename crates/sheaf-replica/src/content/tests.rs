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
