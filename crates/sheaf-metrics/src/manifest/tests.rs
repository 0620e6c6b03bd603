//! Manifests that are refused, each at its place.

use expect_test::{Expect, expect};

use super::*;
use crate::fixture::TEST_MANIFEST;

#[track_caller]
fn check(from: &str, to: &str, expected: Expect) {
    let text = TEST_MANIFEST.replace(from, to);
    assert_ne!(text, TEST_MANIFEST);
    let found = Manifest::parse(&text).unwrap_err().to_string();
    expected.assert_eq(&crate::fixture::folded(&found));
}

#[test]
fn the_bundled_manifest_is_read_in_its_order() {
    let manifest = Manifest::parse(TEST_MANIFEST).unwrap();
    let names: Vec<&str> = manifest.options.iter().map(|spec| spec.name.as_str()).collect();
    assert_eq!(names, ["window", "horizon", "only", "split"]);
    assert!(manifest.reads_table("pupils") && !manifest.reads_table("staff"));
}

#[test]
fn a_manifest_is_refused_at_its_place() {
    check(
        "api = 1",
        "api = 2",
        expect![[r#"
        plugin.toml, line 5, column 7: the metric is written for version 2 of the
        language; this program speaks 1"#]],
    );
    check(
        "api = 1",
        "api = 1\nextra = 3",
        expect![[r#"
        plugin.toml, line 6, column 1: unknown field `extra`, expected one of `id`,
        `name`, `version`, `api`, `question`, `reads`, `identify`, `options`"#]],
    );
    check(
        "api = 1",
        "api = ",
        expect![[r#"
        plugin.toml, line 5, column 7: string values must be quoted, expected
        literal string"#]],
    );
    check(
        "id = \"test\"",
        "id = \"Test Metric\"",
        expect![[r#"
        plugin.toml, line 2, column 6: an id has small letters, digits and hyphens,
        at most 64, as in `repeat-referrals`"#]],
    );
    check(
        "\"1.0.0\"",
        "\"one\"",
        expect!["plugin.toml, line 4, column 11: a version has three numbers, as in `1.0.0`"],
    );
    check(
        "\"roll\"",
        "\"rol\"",
        expect![[r#"
        plugin.toml, line 7, column 28: there is no table `rol`; did you mean
        `roll`?; `sheaf tables` lists them"#]],
    );
    check(
        "pupils.year_group",
        "pupils.year_gruop",
        expect![[r#"
        plugin.toml, line 7, column 48: table `pupils` has no column `year_gruop`;
        did you mean `year_group`?"#]],
    );
}

/// What can be run all the same, for whoever wrote it.
#[test]
fn what_should_be_mended_is_told_at_its_place() {
    let text = TEST_MANIFEST
        .replace("name = \"Test\"", "name = \" \"")
        .replace("Does it work?", "Does it\\u0000 work?")
        .replace("\"filter\", table = \"room_referrals\"", "\"filter\", table = \"suspensions\"");
    Manifest::parse(&text).unwrap();
    let found: Vec<String> = doubts(&text).iter().map(ToString::to_string).collect();
    let expected = [
        "plugin.toml, line 3, column 8: `name` is empty; it is what people read",
        "plugin.toml, line 6, column 12: `question` holds the control character `\\u{0}`; leave it out",
        "plugin.toml, line 14, column 1: `only` is over `suspensions`, which `reads` does not list",
    ];
    assert_eq!(found, expected);
    assert!(doubts(TEST_MANIFEST).is_empty());
}

#[test]
fn an_option_is_refused_at_its_place() {
    check(
        "if_allowed",
        "always",
        expect![[r#"
        plugin.toml, line 9, column 12: unknown variant `always`, expected `never`
        or `if_allowed`"#]],
    );
    check(
        "\"integer\"",
        "\"intger\"",
        expect![[r#"
        plugin.toml, line 13, column 20: unknown variant `intger`, expected one of
        `period`, `integer`, `number`, `integers`, `choice`, `text`, `boolean`,
        `value_of`, `filter`, `dimensions`"#]],
    );
    check(
        "default = 20",
        "default = 90",
        expect![[r#"
        plugin.toml, line 13, column 1: the default of `horizon`: `90` is not a
        whole number from 5 to 60 (school day)"#]],
    );
    check(
        "min = 5",
        "min = 500",
        expect!["plugin.toml, line 13, column 1: `min` is 500, above `max`, which is 60"],
    );
    check(
        "max = 60,",
        "max = 60, step = 5,",
        expect![[r#"
        plugin.toml, line 13, column 11: unknown field `step`, expected one of
        `default`, `min`, `max`, `unit`"#]],
    );
    check(
        "\"this_year\"",
        "\"this_decade\"",
        expect![[r#"
        plugin.toml, line 12, column 1: the default of `window`: `this_decade` is no
        period; write this_year, last_half_term, last_20_school_days or
        2026-09-01..2026-12-18"#]],
    );
    check(
        "table = \"room_referrals\" }",
        "table = \"rooms\" }",
        expect![[r#"
        plugin.toml, line 14, column 1: there is no table `rooms`; `sheaf tables`
        lists them"#]],
    );
    check(
        "horizon =",
        "Horizon =",
        expect![[r#"
        plugin.toml, line 13, column 1: `Horizon` cannot name an option: small
        letters, digits and `_` can"#]],
    );
}
