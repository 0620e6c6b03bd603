//! What must hold in the end.

use std::collections::BTreeMap;

use serde_json::Value as Json;
use sheaf_charter::SpaceKind;
use sheaf_records::Kind;
use sheaf_store::Withdrawn;

use super::story::{DEVICES, Story, Written, has, lies_on};
use crate::{ListQuery, School, Verify};

/// Everybody holds the same of what they may; what was written is there, what was erased is
/// nowhere, what is confidential is nowhere else; and the index is what the log says.
pub(super) fn check(story: &Story) {
    let members = story.members();
    let first = &story.devices[members[0]].school;
    let expected = records(first, "pastoral");
    for at in &members {
        let device = &story.devices[*at];
        assert_eq!(device.intake.lock().unwrap().waiting(), 0, "device {at}: something waits");
        let own = records(&device.school, "pastoral");
        same(&expected, &own, *at);
        if sees_safeguarding(&device.school) && sees_safeguarding(first) {
            let theirs = records(&device.school, "safeguarding");
            same(&records(first, "safeguarding"), &theirs, *at);
        }
        verifies(&device.school, &own, *at);
    }
    nothing_is_missing(story, &members);
    nothing_is_left_of_what_was_erased(story, &members);
    nothing_lies_where_it_may_not(story);
}

fn nothing_is_missing(story: &Story, members: &[usize]) {
    for at in members {
        let school = &story.devices[*at].school;
        let may = |one: &&Written| !one.is_confidential || sees_safeguarding(school);
        for written in story.written.iter().filter(may) {
            assert!(has(school, written), "device {at} lacks {written:?}");
        }
    }
}

fn nothing_is_left_of_what_was_erased(story: &Story, members: &[usize]) {
    for at in members {
        for written in &story.erased {
            let found = lies_on(&story.devices[*at], &written.text);
            assert_eq!(found, None, "device {at}: {written:?} was erased");
        }
    }
}

fn nothing_lies_where_it_may_not(story: &Story) {
    for at in 0..DEVICES {
        let device = &story.devices[at];
        let sees = sees_safeguarding(&device.school);
        let is_out = !story.members().contains(&at);
        let may_not = |one: &&Written| {
            one.is_confidential && !sees || one.is_after_removal && is_out && one.by != at
        };
        for written in story.written.iter().chain(&story.erased).filter(may_not) {
            let found = lies_on(device, &written.text);
            assert_eq!(found, None, "device {at} may not have {written:?}");
        }
    }
}

fn sees_safeguarding(school: &School) -> bool {
    school.space_of_kind(SpaceKind::Safeguarding).is_some()
}

/// The log is whole, and the index can be made from it again.
fn verifies(school: &School, records_before: &BTreeMap<String, Json>, at: usize) {
    for how in [Verify::Check, Verify::Rebuild] {
        let verified = school.verify(how, &|_| {}).unwrap();
        assert!(verified.ok, "device {at}, {how:?}: {:#?}", verified.problems);
    }
    same(records_before, &records(school, "pastoral"), at);
}

/// All incidents of a space, with who wrote what of them.
fn records(school: &School, space: &str) -> BTreeMap<String, Json> {
    let query = ListQuery {
        kind: Kind::Incident,
        pupil: None,
        from: None,
        to: None,
        filter: None,
        withdrawn: Withdrawn::Shown,
        limit: u32::MAX,
    };
    let list = school.list(&query).unwrap().records;
    let list = list.into_iter().filter(|record| record.space == space);
    list.map(|record| (record.id.clone(), serde_json::to_value(record).unwrap())).collect()
}

#[track_caller]
fn same(one: &BTreeMap<String, Json>, other: &BTreeMap<String, Json>, at: usize) {
    let differs = |(id, record): (&String, &Json)| {
        (other.get(id) != Some(record)).then(|| format!("{record:#}\n{:#?}", other.get(id)))
    };
    let found: Vec<String> = one.iter().filter_map(differs).collect();
    assert!(found.is_empty(), "device {at}: {}", found.join("\n"));
    assert_eq!(one.len(), other.len(), "device {at} has more");
}
