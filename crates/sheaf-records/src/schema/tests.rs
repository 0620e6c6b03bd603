//! Tests of the schema: it hangs together, and the names that others count on are there.

use std::collections::BTreeSet;

use super::*;

#[test]
fn the_names_that_other_programs_count_on_are_there() {
    let names = |kind| {
        let all = spec(kind).fields.iter().chain(virtual_fields(kind));
        all.map(|field| field.name).collect::<BTreeSet<_>>()
    };
    let pupil = names(Kind::Pupil);
    for name in "forename surname preferred_name upn date_of_birth sex year_group reg_group \
                 sen_status pupil_premium free_meals ethnicity"
        .split_whitespace()
    {
        assert!(pupil.contains(name), "pupil.{name}");
    }
    let incident = names(Kind::Incident);
    for name in "occurred_at period location category severity narrative status participants \
                 reporter action_taken follow_ups home_told"
        .split_whitespace()
    {
        assert!(incident.contains(name), "incident.{name}");
    }
    let rows = spec(Kind::Incident).rows("participants").expect("participants are rows");
    assert_eq!(rows.key, RowKey::Record(Kind::Pupil));
    assert!(rows.column("role").is_some() && rows.column("outcome").is_some());
}

#[test]
fn every_kind_hangs_together() {
    for kind in Kind::ALL {
        let schema = spec(kind);
        assert_eq!(schema.kind, kind);
        check_fields(kind.name(), schema.fields);
        check_fields(kind.name(), virtual_fields(kind));
        for field in virtual_fields(kind) {
            assert!(schema.field(field.name).is_none(), "{kind}.{} is stored too", field.name);
        }
        for rows in schema.fields.iter().filter_map(|field| schema.rows(field.name)) {
            check_fields(kind.name(), rows.columns);
            assert!(!rows.columns.iter().any(|c| matches!(c.ty, FieldType::Rows(_))));
        }
    }
}

#[track_caller]
fn check_fields(place: &str, fields: &[FieldSpec]) {
    let mut seen = BTreeSet::new();
    for field in fields {
        let name = field.name;
        assert!(seen.insert(name), "{place}.{name} twice");
        assert!(name.bytes().all(|b| b.is_ascii_lowercase() || b == b'_'), "{place}.{name}");
        assert!(!field.title.is_empty() && !field.help.is_empty(), "{place}.{name}");
        assert!(!field.help.ends_with('.'), "{place}.{name}: one sentence has no full stop");
    }
}

#[test]
fn each_fact_of_a_spell_is_a_virtual_field() {
    let facts: BTreeSet<_> = ListId::SpellKind.built_in().codes.iter().map(|c| c.code).collect();
    let fields: BTreeSet<_> = virtual_fields(Kind::Pupil).iter().map(|f| f.name).collect();
    assert_eq!(facts, fields);
}
