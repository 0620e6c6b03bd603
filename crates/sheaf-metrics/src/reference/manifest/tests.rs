//! What the reference says of `plugin.toml` is what its reader takes.

use std::collections::BTreeMap;

use sheaf_analytics::{Budget, MAX_FILTER_BYTES, PeriodSpec};
use toml::{Table, Value};

use super::*;
use crate::fixture::{TEST_MANIFEST, scope};
use crate::host::Host;
use crate::manifest::Manifest;
use crate::options::{MAX_ITEMS, MAX_TEXT, Options};
use crate::package::{MANIFEST, Package, SCRIPT};
use crate::run::RunContext;

/// The words that an error of the reader lists as those that there are.
fn expected_words(error: &str) -> Vec<String> {
    let listed = error.split("expected").nth(1).unwrap();
    listed.split('`').skip(1).step_by(2).map(str::to_owned).collect()
}

/// The manifest of the tests with this option alone.
fn with_option(name: &str, option: Table) -> String {
    let mut whole: Table = toml::from_str(TEST_MANIFEST).unwrap();
    let options = Table::from_iter([(name.to_owned(), Value::Table(option))]);
    whole.insert(OPTIONS.to_owned(), Value::Table(options));
    toml::to_string(&whole).unwrap()
}

/// The types of options, each with its keys and the name and the keys of its example.
fn types() -> Vec<(&'static Item, Vec<&'static str>, String, Table)> {
    let one = |item: &'static Item| {
        let keys = item.signature.split_once("\", ").unwrap().1.trim_end_matches(" }");
        let example: Table = toml::from_str(item.example).unwrap();
        let (name, option) = example.into_iter().next().unwrap();
        let Value::Table(option) = option else { panic!("{}", item.example) };
        (item, keys.split(", ").collect(), name, option)
    };
    ITEMS.iter().filter(|item| item.signature.starts_with(OPTION)).map(one).collect()
}

#[test]
fn every_key_of_the_file_has_an_entry() {
    let wrong = Manifest::parse(&format!("zz = 1\n{TEST_MANIFEST}")).unwrap_err().to_string();
    let keys = ITEMS.iter().filter(|item| !item.signature.starts_with(OPTION));
    let named: Vec<&str> = keys.clone().map(|item| item.name).collect();
    assert_eq!(expected_words(&wrong), named);
    for item in keys {
        let mut whole: Table = toml::from_str(TEST_MANIFEST).unwrap();
        whole.remove(item.name);
        let is_optional = Manifest::parse(&toml::to_string(&whole).unwrap()).is_ok();
        assert_eq!(is_optional, item.signature.contains('?'), "{}", item.signature);
        let example: Table = toml::from_str(item.example).unwrap();
        whole.extend(example);
        Manifest::parse(&toml::to_string(&whole).unwrap()).unwrap();
    }
}

#[test]
fn every_type_of_option_has_an_entry() {
    let unknown = Table::from_iter([("type".to_owned(), Value::String("zz".to_owned()))]);
    let wrong = Manifest::parse(&with_option("a", unknown)).unwrap_err().to_string();
    let named: Vec<&str> = types().iter().map(|(item, ..)| item.name).collect();
    assert_eq!(expected_words(&wrong), named);
}

#[test]
fn every_key_of_an_option_is_named_and_told_whether_it_is_needed() {
    for (item, keys, name, option) in types() {
        let mut odd = option.clone();
        odd.insert("zz".to_owned(), Value::Integer(1));
        let wrong = Manifest::parse(&with_option(&name, odd)).unwrap_err().to_string();
        let plain: Vec<&str> = keys.iter().map(|key| key.trim_end_matches('?')).collect();
        let mut known = expected_words(&wrong);
        // In the reference the default comes where it reads best.
        known.sort_unstable();
        let mut sorted = plain.clone();
        sorted.sort_unstable();
        assert_eq!(known, sorted, "{}", item.signature);
        for (key, plain) in keys.iter().zip(plain) {
            let mut without = option.clone();
            without.remove(plain);
            let is_optional = Manifest::parse(&with_option(&name, without)).is_ok();
            assert_eq!(is_optional, key.ends_with('?'), "{plain} of {}", item.signature);
        }
    }
}

#[test]
fn the_script_has_of_each_option_what_its_example_gives() {
    for (item, _, name, option) in types() {
        let script = format!(
            "fn run(cx, p) {{ report(\"t\").finding(#{{ text: `|${{p.{name}}}|` }}).done() }}"
        );
        let files = [(MANIFEST, with_option(&name, option)), (SCRIPT, script)];
        let files: BTreeMap<String, String> =
            files.into_iter().map(|(name, text)| (name.to_owned(), text)).collect();
        let package = Package::from_files(files).unwrap();
        let options = Options::resolve(&package.manifest, &[]).unwrap();
        let context = RunContext::new(scope(), Budget::default());
        let report = Host::new().run(&package, &options, &context).unwrap();
        assert_eq!(report.findings[0].text.trim_matches('|'), item.gives, "{}", item.example);
    }
}

#[test]
fn the_words_and_limits_of_options_are_those_of_their_readers() {
    let doc = |name: &str| ITEMS.iter().find(|item| item.name == name).unwrap().doc;
    for name in PeriodSpec::NAMES {
        assert!(doc("period").contains(&format!("`{name}`")), "{name}");
    }
    for (period, is_one) in [
        ("last_1_school_days", true),
        ("last_2000_school_days", true),
        ("last_2001_school_days", false),
        ("2026-09-01..2026-12-18", true),
    ] {
        assert_eq!(period.parse::<PeriodSpec>().is_ok(), is_one, "{period}");
    }
    assert!(doc("text").contains(&format!("{MAX_TEXT} bytes")));
    assert!(doc("filter").contains(&format!("{MAX_FILTER_BYTES} bytes")));
    for name in ["integers", "dimensions"] {
        assert!(doc(name).contains(&format!("At most {MAX_ITEMS} ")), "{name}");
    }
}
