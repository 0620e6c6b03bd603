//! Document states and digest buckets.

use super::*;
use crate::DocumentState;

fn state(id: DocumentId, heads: &[u8]) -> DocumentState {
    DocumentState { document: id, space: PASTORAL, changes: 1, heads: heads.to_vec(), stored: None }
}

#[test]
fn the_last_state_of_a_document_is_kept() {
    let (_folder, _home, store) = encrypted();
    let first = state(document(1), b"a");
    let second =
        DocumentState { changes: 2, stored: Some(b"saved".to_vec()), ..state(document(1), b"b") };
    store.write(|txn| txn.put_document(&first)).unwrap();
    assert_eq!(store.read(|snapshot| snapshot.document(document(1))).unwrap().unwrap(), first);
    store.write(|txn| txn.put_document(&second)).unwrap();
    assert_eq!(store.read(|snapshot| snapshot.document(document(1))).unwrap().unwrap(), second);
    assert_eq!(store.read(|snapshot| snapshot.document_count(PASTORAL)).unwrap(), 1);
    assert!(store.write(|txn| txn.drop_document(document(1))).unwrap());
    assert!(!store.write(|txn| txn.drop_document(document(1))).unwrap());
    assert_eq!(store.read(|snapshot| snapshot.document(document(1))).unwrap(), None);
}

#[test]
fn a_bucket_lists_its_documents_by_id() {
    let (_folder, _home, store) = encrypted();
    let id = |bucket: u8, rest: u8| {
        let mut bytes = [rest; 16];
        bytes[0] = bucket;
        DocumentId::from_bytes(bytes)
    };
    let elsewhere = DocumentState { space: SAFEGUARDING, ..state(id(9, 4), b"d") };
    let states = [
        state(id(9, 255), b"c"),
        state(id(9, 0), b"a"),
        state(id(8, 255), b"b"),
        state(id(10, 0), b"e"),
        elsewhere,
    ];
    store.write(|txn| states.iter().try_for_each(|state| txn.put_document(state))).unwrap();
    store
        .read(|snapshot| -> Result<(), StoreError> {
            let expected = [(id(9, 0), b"a".to_vec()), (id(9, 255), b"c".to_vec())];
            assert_eq!(snapshot.documents_in_bucket(PASTORAL, 9)?, expected);
            assert_eq!(snapshot.documents_in_part(PASTORAL, 9, 0)?, expected[..1]);
            assert_eq!(snapshot.documents_in_part(PASTORAL, 9, 255)?, expected[1..]);
            assert_eq!(snapshot.documents_in_part(PASTORAL, 9, 4)?, []);
            let ids = [id(8, 255), id(9, 0), id(9, 255), id(10, 0)];
            assert_eq!(snapshot.document_ids(PASTORAL)?, ids);
            Ok(())
        })
        .unwrap();
}

#[test]
fn bucket_states_are_kept_by_space() {
    let (_folder, _home, store) = encrypted();
    store
        .write(|txn| -> Result<(), StoreError> {
            txn.put_bucket(PASTORAL, 255, b"last")?;
            txn.put_bucket(PASTORAL, 0, b"old")?;
            txn.put_bucket(PASTORAL, 0, b"new")
        })
        .unwrap();
    store
        .read(|snapshot| -> Result<(), StoreError> {
            assert_eq!(snapshot.bucket(PASTORAL, 0)?.unwrap(), b"new");
            assert_eq!(snapshot.bucket(SAFEGUARDING, 0)?, None);
            let all = [(0, b"new".to_vec()), (255, b"last".to_vec())];
            assert_eq!(snapshot.buckets(PASTORAL)?, all);
            Ok(())
        })
        .unwrap();
}

#[test]
fn the_parts_of_a_bucket_are_kept_until_the_index_goes() {
    let (_folder, _home, store) = encrypted();
    store.write(|txn| txn.put_parts(PASTORAL, 255, b"old")).unwrap();
    store.write(|txn| txn.put_parts(PASTORAL, 255, b"new")).unwrap();
    let parts = |space, bucket| store.read(|snapshot| snapshot.parts(space, bucket)).unwrap();
    assert_eq!(parts(PASTORAL, 255).unwrap(), b"new");
    assert_eq!(parts(PASTORAL, 0), None);
    assert_eq!(parts(SAFEGUARDING, 255), None);
    store.write(|txn| txn.clear_index()).unwrap();
    assert_eq!(parts(PASTORAL, 255), None);
}
