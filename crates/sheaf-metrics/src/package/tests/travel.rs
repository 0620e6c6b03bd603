//! Packages that travel: what is signed, as text and as zip, and what is refused of each.

use std::io::{Cursor, Write};

use expect_test::{Expect, expect};
use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::SeedableRng;
use sheaf_charter::Identity;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use super::*;
use crate::fixture::folded;

fn identity(seed: u64) -> Identity {
    Identity::generate(&mut ChaCha20Rng::seed_from_u64(seed))
}

/// A metric as `metric new` makes it, signed.
fn signed() -> Package {
    let (_parent, folder) = folder();
    let package = Package::load(&folder).unwrap();
    let (by, school) = ("Mary Wells", "Ashdown");
    let signature = Signature::make(&identity(1), by, school, package.files()).unwrap();
    package.with_signature(&signature).unwrap()
}

#[track_caller]
fn refused(read: Result<Package, MetricError>, expected: Expect) {
    expected.assert_eq(&folded(&read.unwrap_err().to_string()));
}

/// The same package with some files changed.
fn changed(change: impl FnOnce(&mut BTreeMap<String, String>)) -> Result<Package, MetricError> {
    let mut files = signed().all_files();
    change(&mut files);
    Package::from_files(files)
}

#[test]
fn a_package_is_the_same_wherever_it_has_been() {
    let package = signed();
    assert_eq!(Package::from_text(&package.to_text().unwrap()).unwrap(), package);
    let zip = package.to_zip().unwrap();
    assert_eq!(Package::from_zip(&zip).unwrap(), package);
    assert_eq!(package.to_zip().unwrap(), zip, "the same bytes each time");
    let parent = tempfile::tempdir().unwrap();
    let folder = package.write_folder(parent.path()).unwrap();
    assert_eq!(Package::load(&folder).unwrap(), package);
    assert!(package.write_folder(parent.path()).is_err(), "nothing is written over");
    let signature = package.signature().unwrap();
    assert_eq!((signature.by.as_str(), signature.school.as_str()), ("Mary Wells", "Ashdown"));
    assert_eq!(signature.key, identity(1).device());
    assert!(signature.key.to_string().starts_with(&signature.fingerprint().replace(' ', "")));
}

#[test]
fn a_changed_file_is_named() {
    refused(
        changed(|files| files.get_mut(SCRIPT).unwrap().push(' ')),
        expect![[r#"
            `metric.rhai` of the metric: was changed after it was signed; sign the
            metric again with `sheaf metric sign`, or fetch it from its author again"#]],
    );
    refused(
        changed(|files| drop(files.insert("examples/more.json".to_owned(), "{}".to_owned()))),
        expect!["`examples/more.json` of the metric: was added after the metric was signed"],
    );
    refused(
        changed(|files| drop(files.remove(README))),
        expect![[r#"
            `README.md` of the metric: is missing, but was there when the metric was
            signed"#]],
    );
}

#[test]
fn a_signature_of_another_does_not_fit() {
    let of = |from: &str, to: &str| {
        changed(|files| {
            let text = files.get_mut(SIGNATURE).unwrap();
            let other = text.replace(from, to);
            assert_ne!(*text, other);
            *text = other;
        })
    };
    let foreign = identity(2).device().to_string();
    for (from, to) in [
        ("Mary Wells", "Mary Well"),
        ("Ashdown", "Ashdow"),
        (identity(1).device().to_string().as_str(), foreign.as_str()),
    ] {
        refused(
            of(from, to),
            expect![[r#"
                `signature.json` of the metric: the signature is not that of the key it
                names; sign the metric again"#]],
        );
    }
    refused(
        of("\"format\": 1", "\"format\": 2"),
        expect!["`signature.json` of the metric: format 2 is not known here, only 1"],
    );
    let own = identity(1).device().to_string();
    for (from, to) in [(own.as_str(), own.to_uppercase().as_str()), ("\"by\": ", "\"by\":  ")] {
        refused(
            of(from, to),
            expect![[r#"
                `signature.json` of the metric: it is not written as `sheaf metric sign`
                writes it; sign the metric again"#]],
        );
    }
    refused(
        of("\"by\"", "\"of\""),
        expect![[r#"
            `signature.json` of the metric: unknown field `of`, expected one of
            `format`, `by`, `school`, `key`, `files`, `signature` at line 3 column 6"#]],
    );
    refused(
        of("Mary Wells", &"x".repeat(200)),
        expect!["`signature.json` of the metric: `by` is no name of at most 120 characters"],
    );
}

#[test]
fn no_other_form_of_the_text_is_read() {
    let text = signed().to_text().unwrap();
    let twice = text.replacen("\"files\":{", "\"files\":{\"README.md\":\"\",", 1);
    for other in [format!(" {text}"), text.replacen(':', ": ", 1), twice] {
        refused(
            Package::from_text(&other),
            expect!["`package` of the metric: it is not in the form in which a metric is written"],
        );
    }
    refused(
        Package::from_text(&text.replacen("README.md", "../README.md", 1)),
        expect![[r#"
        `../README.md` of the metric: is no file of a metric, which has plugin.toml,
        metric.rhai, README.md, examples/NAME.json and signature.json"#]],
    );
    refused(
        Package::from_text(&"x".repeat(500_000)),
        expect!["`package` of the metric: 500000 bytes are more than 393216"],
    );
    let mut large = signed().all_files();
    large.remove(SIGNATURE);
    large.insert(README.to_owned(), "x".repeat(400_000));
    let large = Package::from_files(large).unwrap().to_text().unwrap_err().to_string();
    assert!(large.contains("can be shared; shorten README.md"), "{large}");
}

/// A zip file with these entries.
fn zipped(entries: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
    for (name, bytes) in entries {
        writer.start_file(*name, options).unwrap();
        writer.write_all(bytes).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

#[test]
fn a_zip_file_that_is_no_package_is_refused() {
    let files = signed().all_files();
    let with = |name: &str, bytes: &[u8]| {
        let own = files.iter().map(|(name, text)| (name.as_str(), text.as_bytes()));
        let own = own.filter(|(own, _)| *own != name);
        zipped(&own.chain([(name, bytes)]).collect::<Vec<_>>())
    };
    refused(
        Package::from_zip(b"not a zip"),
        expect!["`zip file` of the metric: is no whole zip file; copy or export it again"],
    );
    assert!(Package::from_zip(b"PK\x05\x06").is_err());
    refused(Package::from_zip(&zipped(&[])), expect!["`plugin.toml` of the metric: missing"]);
    for name in ["../metric.rhai", "/etc/passwd", "examples/../../x.json", "a\\metric.rhai"] {
        let error = Package::from_zip(&with(name, b"x")).unwrap_err().to_string();
        assert!(error.ends_with("is no file of a metric; nothing was unpacked"), "{error}");
    }
    refused(
        Package::from_zip(&with("other/metric.rhai", b"x")),
        expect![[r#"
        `metric.rhai` of the metric: is in another folder than the rest of the
        metric"#]],
    );
    refused(
        Package::from_zip(&with(SCRIPT, &[0xff; 4])),
        expect![[r#"
        `metric.rhai` of the metric: byte 0 is not UTF-8 text; save the file as
        UTF-8"#]],
    );
    // A bomb: a kilobyte that unpacks to much more than any file may have.
    let bomb = with(README, &vec![b' '; 64 * 1024 * 1024]);
    assert!(bomb.len() < 100_000);
    refused(
        Package::from_zip(&bomb),
        expect!["`README.md` of the metric: unpacks to more than 1048576 bytes"],
    );
    let many: Vec<String> = (0..80).map(|number| format!("examples/{number}.json")).collect();
    let many: Vec<(&str, &[u8])> = many.iter().map(|name| (name.as_str(), &b"{}"[..])).collect();
    refused(
        Package::from_zip(&zipped(&many)),
        expect!["`zip file` of the metric: 80 entries are more than 58"],
    );
    refused(
        Package::from_zip(&vec![0; 3 * 1024 * 1024]),
        expect!["`zip file` of the metric: 3145728 bytes are more than 2097152"],
    );
    let whole = signed().to_zip().unwrap();
    for length in (0..whole.len()).step_by(37) {
        assert!(Package::from_zip(&whole[..length]).is_err(), "cut at {length}");
    }
    let twice = with("README.mm", b"x");
    let twice: Vec<u8> = replaced(&twice, b"README.mm", b"README.md");
    refused(
        Package::from_zip(&twice),
        expect!["`zip file` of the metric: names a file twice; export the metric again"],
    );
    let folder = replaced(&whole, b"late-to-lessons/", b"late-to-lessonz/");
    refused(
        Package::from_zip(&folder),
        expect![[r#"
        `zip file` of the metric: its folder is `late-to-lessonz`, but the metric is
        `late-to-lessons`"#]],
    );
}

fn replaced(bytes: &[u8], from: &[u8], to: &[u8]) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    let places: Vec<usize> = bytes
        .windows(from.len())
        .enumerate()
        .filter(|(_, w)| *w == from)
        .map(|(at, _)| at)
        .collect();
    assert!(!places.is_empty());
    for place in places {
        bytes[place..place + to.len()].copy_from_slice(to);
    }
    bytes
}
