//! Packages on disk: what is read, what is refused, and that the hash sees every file.

mod travel;

use std::fs;

use expect_test::{Expect, expect};

use super::*;
use crate::scaffold;

fn folder() -> (tempfile::TempDir, std::path::PathBuf) {
    let parent = tempfile::tempdir().unwrap();
    let folder = scaffold(parent.path(), "late-to-lessons").unwrap();
    (parent, folder)
}

#[track_caller]
fn check(change: impl FnOnce(&Path), expected: Expect) {
    let (parent, folder) = folder();
    change(&folder);
    let error = Package::load(&folder).unwrap_err().to_string();
    let error = error.replace(&parent.path().display().to_string(), "PARENT");
    expected.assert_eq(&crate::fixture::folded(&error));
}

#[test]
fn a_folder_that_is_no_package_is_refused() {
    check(
        |folder| fs::remove_file(folder.join(MANIFEST)).unwrap(),
        expect![[r#"
        `plugin.toml` of the metric: missing in `PARENT/late-to-lessons`; `sheaf
        metric new` makes one"#]],
    );
    check(
        |folder| fs::remove_file(folder.join(SCRIPT)).unwrap(),
        expect![[r#"
        `metric.rhai` of the metric: missing in `PARENT/late-to-lessons`; `sheaf
        metric new` makes one"#]],
    );
    check(
        |folder| fs::write(folder.join(SCRIPT), [0xff, 0xfe]).unwrap(),
        expect![[r#"
        `metric.rhai` of the metric: byte 0 is not UTF-8 text; save the file as
        UTF-8"#]],
    );
    check(
        |folder| fs::write(folder.join(SCRIPT), vec![b' '; 400_000]).unwrap(),
        expect!["`metric.rhai` of the metric: 400000 bytes are more than 262144"],
    );
    check(
        |folder| {
            let text = fs::read_to_string(folder.join(MANIFEST)).unwrap();
            fs::write(folder.join(MANIFEST), text.replace("late-to-lessons", "other")).unwrap();
        },
        expect![[r#"
            `plugin.toml` of the metric: its id is `other`, but its folder is
            `late-to-lessons`"#]],
    );
    check(
        |folder| {
            for number in 0..60 {
                fs::write(folder.join(EXAMPLES).join(format!("{number}.json")), "{}").unwrap();
            }
        },
        expect!["`examples` of the metric: more than 50 examples; keep those that differ"],
    );
}

#[cfg(unix)]
#[test]
fn a_link_is_not_followed() {
    check(
        |folder| {
            fs::remove_file(folder.join(SCRIPT)).unwrap();
            std::os::unix::fs::symlink("/etc/hostname", folder.join(SCRIPT)).unwrap();
        },
        expect![[r#"
            `metric.rhai` of the metric: not a plain file; links and folders are not
            followed"#]],
    );
}

#[test]
fn the_hash_changes_with_every_file() {
    let (_parent, folder) = folder();
    let mut hashes = vec![Package::load(&folder).unwrap().hash().to_owned()];
    for file in [MANIFEST, SCRIPT, README, "examples/small-groups.json"] {
        let text = fs::read_to_string(folder.join(file)).unwrap();
        fs::write(folder.join(file), format!("{text}\n")).unwrap();
        hashes.push(Package::load(&folder).unwrap().hash().to_owned());
    }
    let distinct: std::collections::BTreeSet<&String> = hashes.iter().collect();
    assert_eq!(distinct.len(), hashes.len());
}
