//! What `metric new` refuses.

use super::*;

#[test]
fn an_impossible_id_and_a_folder_that_is_there_are_refused() {
    let parent = tempfile::tempdir().unwrap();
    for id in ["", "Late", "late to", "../late", "-late", "a/b"] {
        assert!(scaffold(parent.path(), id).is_err(), "{id}");
    }
    scaffold(parent.path(), "late").unwrap();
    assert!(scaffold(parent.path(), "late").is_err());
}
