//! Tests of the code lists, built in and the school's own.

use std::collections::BTreeSet;

use jiff::civil::date;

use super::*;
use crate::field_type::check_code;
use crate::id::RecordId;
use crate::kind::Kind;
use crate::record::Record;

const TODAY: Date = date(2026, 11, 20);

#[test]
fn every_built_in_list_hangs_together() {
    let mut names = BTreeSet::new();
    for list in ListId::ALL {
        assert!(names.insert(list.name()));
        assert_eq!(ListId::named(list.name()), Ok(list));
        let built_in = list.built_in();
        assert_eq!(built_in.id, list);
        assert!(!built_in.source.is_empty() && !built_in.codes.is_empty(), "{list}");
        let codes: BTreeSet<_> = built_in.codes.iter().map(|code| code.code).collect();
        assert_eq!(codes.len(), built_in.codes.len(), "{list} has a code twice");
        for code in built_in.codes {
            assert!(check_code(list, code.code).is_ok(), "{list}: {}", code.code);
            assert!(code.parent.is_none_or(|parent| codes.contains(parent)), "{list}");
        }
    }
}

#[test]
fn a_misspelt_code_is_told_the_nearest() {
    let lists = CodeLists::default();
    let error = lists.find(ListId::IncidentCategory, "disruptoin", TODAY).unwrap_err();
    assert_eq!(
        error.to_string(),
        "`disruptoin` is not in the list `incident_category` (did you mean \
         `disruption`?); `sheaf codes incident_category` shows it"
    );
}

#[test]
fn a_name_given_for_a_code_is_not_repeated() {
    let lists = CodeLists::default();
    let error = lists.get(ListId::Location, "Aisha Khan did it").unwrap_err().to_string();
    assert!(!error.contains("Aisha"), "{error}");
}

#[test]
fn a_code_counts_only_between_its_days() {
    let lists = CodeLists::default();
    let find = |day| lists.find(ListId::SenStatus, "A", day).map(drop);
    assert_eq!(find(date(2015, 8, 31)), Ok(()));
    let error = find(date(2015, 9, 1)).unwrap_err().to_string();
    assert_eq!(
        error,
        "`A` of the list `sen_status` did not count on 2015-09-01; it counts until 2015-08-31"
    );
    assert!(lists.get(ListId::SenStatus, "A").is_ok());
    assert!(lists.offered(ListId::SenStatus, TODAY).all(|entry| entry.code != "A"));
}

fn own() -> Record {
    let mut own = Record {
        id: RecordId::from_bytes([1; 16]),
        kind: Kind::CodeList,
        fields: Default::default(),
    };
    own.set("list", "location");
    own.set_row("codes", "orchard", "title", "Orchard");
    own.set_row("codes", "orchard", "valid_from", date(2025, 9, 1));
    own.set_row("codes", "shed", "title", "Bike shed");
    own.set_row("codes", "shed", "sort", 5_i64);
    own.set_row("codes", "field", "title", "Lower field");
    own.set_row("codes", "gym", "retired", true);
    own
}

#[test]
fn a_school_adds_renames_and_retires_codes() {
    let own = own();
    let lists = CodeLists::new([&own]);
    assert!(lists.find(ListId::Location, "orchard", TODAY).is_ok());
    assert!(lists.find(ListId::Location, "orchard", date(2025, 8, 31)).is_err());
    assert_eq!(lists.title(ListId::Location, "field"), "Lower field");
    let offered: Vec<_> =
        lists.offered(ListId::Location, TODAY).map(|entry| entry.code.as_str()).collect();
    assert_eq!(offered.first(), Some(&"shed"), "its own order comes first");
    assert_eq!(offered.last(), Some(&"orchard"), "without an order it comes last");
    assert!(!offered.contains(&"gym") && lists.get(ListId::Location, "gym").is_ok());
    assert_eq!(lists.title(ListId::Location, "lost"), "lost");
}

#[test]
fn what_a_person_means_is_found() {
    let lists = CodeLists::default();
    let meant = |text| {
        let found = lists.meant(ListId::IncidentCategory, text, TODAY);
        found.map(|entry| entry.code.as_str()).map_err(|error| error.to_string())
    };
    assert_eq!(meant("disruption"), Ok("disruption"));
    assert_eq!(meant("Verbal Abuse"), Ok("verbal_abuse"));
    assert_eq!(meant("verbal-abuse"), Ok("verbal_abuse"));
    assert_eq!(meant("fight"), Ok("fighting"));
    assert_eq!(meant("assault on a pupil"), Ok("assault_pupil"));
    assert!(meant("assault").unwrap_err().contains("did you mean"), "two begin so");
    assert!(meant("late").is_err() && meant("").is_err());
}

#[test]
fn an_unknown_list_is_told_the_nearest() {
    let error = "locations".parse::<ListId>().unwrap_err().to_string();
    assert!(error.contains("did you mean `location`?"), "{error}");
}
