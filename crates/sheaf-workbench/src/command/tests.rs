//! The table is complete and no key gives two commands.

use std::collections::BTreeSet;

use eframe::egui::Context;

use super::{COMMANDS, CommandId, Group, Situation, find};

#[test]
fn every_command_is_listed_once_and_no_key_twice() {
    let mut ids = BTreeSet::new();
    let mut keys = BTreeSet::new();
    let mut names = BTreeSet::new();
    let ctx = Context::default();
    for command in COMMANDS {
        assert!(ids.insert(command.id), "{:?} is listed twice", command.id);
        assert!(names.insert(command.name), "{} names two commands", command.name);
        for key in command.keys {
            assert!(keys.insert(key.words(&ctx)), "{} gives two commands", key.words(&ctx));
        }
    }
    assert_eq!(find(CommandId::Theme).map(|command| command.name), Some("Light or dark"));
}

#[test]
fn words_follow_the_house_style() {
    for command in COMMANDS {
        for text in [command.name, command.help] {
            assert!(!text.is_empty() && !text.ends_with(['.', ':']), "{text:?}");
            assert!(text.starts_with(|first: char| first.is_uppercase() || first.is_numeric()));
        }
    }
    for group in Group::ALL {
        assert!(COMMANDS.iter().any(|command| command.group == group), "{group:?} is empty");
    }
}

#[test]
fn a_disabled_command_says_why() {
    let nothing = Situation::default();
    let log = find(CommandId::QuickLog).unwrap();
    assert_eq!((log.enabled)(&nothing), Err("The list of pupils is still on its way"));
    let ready = Situation { can_log: true, ..nothing };
    assert_eq!((log.enabled)(&ready), Ok(()));
}
