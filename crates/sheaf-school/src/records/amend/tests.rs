//! Tests of amending, withdrawing and restoring, and of the history that tells it.

use jiff::civil::date;
use sheaf_analytics::{Budget, Plan, Scope};
use sheaf_records::Kind;
use sheaf_store::Withdrawn;

use crate::ListQuery;
use crate::records::test_school::TestSchool;
use crate::shape::Act;

fn query(withdrawn: Withdrawn) -> ListQuery {
    ListQuery {
        kind: Kind::Incident,
        pupil: None,
        from: None,
        to: None,
        filter: None,
        withdrawn,
        limit: 50,
    }
}

/// How many incidents a list, a search, a timeline and a table show.
fn shown(here: &TestSchool) -> [usize; 4] {
    let school = &here.school;
    let listed = school.list(&query(Withdrawn::Hidden)).unwrap().records.len();
    let found = school.search("disruption", 50).unwrap().len();
    let mut of_pupil = query(Withdrawn::Hidden);
    of_pupil.pupil = Some(here.pupil.clone());
    let timeline = school.list(&of_pupil).unwrap().records.len();
    let snapshot = school.core.columns.snapshot(&school.core).unwrap();
    let scope = Scope::new(snapshot, date(2026, 11, 20));
    let rows = Plan::scan("incidents").run(&scope, &Budget::default()).unwrap().len();
    [listed, found, timeline, rows]
}

#[test]
fn a_withdrawn_record_leaves_lists_and_counts_and_comes_back() {
    let here = TestSchool::new();
    let (kept, twice) = (here.incident(), here.incident());
    assert_eq!(shown(&here), [2; 4]);

    let withdrawn = here.school.withdraw(&twice, " Written down twice ").unwrap();
    assert_eq!(withdrawn.fields["withdrawn"], "Written down twice");
    assert_eq!(shown(&here), [1; 4]);
    let all = here.school.list(&query(Withdrawn::Shown)).unwrap();
    assert_eq!(all.records.len(), 2);
    assert_eq!(here.school.show(&twice).unwrap(), withdrawn, "it can be opened by its id");
    assert!(!here.school.show(&kept).unwrap().fields.contains_key("withdrawn"));

    let restored = here.school.restore(&twice, Some("It was another pupil")).unwrap();
    assert!(!restored.fields.contains_key("withdrawn"));
    assert_eq!(shown(&here), [2; 4]);
}

#[test]
fn columns_that_are_built_anew_leave_withdrawn_records_out() {
    let here = TestSchool::new();
    let (one, _) = (here.incident(), here.incident());
    here.school.withdraw(&one, "Written down twice").unwrap();
    // Nothing has asked for columns yet: they are built at once, not brought up to date.
    assert_eq!(shown(&here), [1; 4]);
}

#[test]
fn the_history_tells_each_step_with_its_reason() {
    let here = TestSchool::new();
    let id = here.incident();
    let set = |value: &str| vec![("severity".to_owned(), Some(value.to_owned()))];
    here.school.amend(&id, &set("3"), Some("Heard from a witness")).unwrap();
    here.school.amend(&id, &set("4"), Some("Heard from a witness")).unwrap();
    here.school.edit(&id, &set("3")).unwrap();
    here.school.withdraw(&id, "Written down twice").unwrap();
    here.school.restore(&id, None).unwrap();

    let history = here.school.history(&id).unwrap();
    let told: Vec<_> = history.iter().map(|step| (step.act, step.reason.as_deref())).collect();
    let witness = Some("Heard from a witness");
    assert_eq!(
        told,
        [
            (Act::Created, None),
            (Act::Changed, witness),
            (Act::Changed, witness),
            (Act::Changed, None),
            (Act::Withdrawn, Some("Written down twice")),
            (Act::Restored, None),
        ]
    );
    let changed: Vec<_> = history[2].changed.iter().map(|one| one.field.as_str()).collect();
    assert_eq!(changed, ["severity"], "a reason is no field");
    let one = &history[2].changed[0];
    assert_eq!((&one.before, &one.after), (&3.into(), &4.into()));
    assert!(history.iter().all(|step| step.stamp.by == "Anna Head"));
    assert!(history.iter().all(|step| step.stamp.device == "Anna's laptop"));
}

#[test]
fn what_makes_no_sense_is_refused_and_changes_nothing() {
    let here = TestSchool::new();
    let id = here.incident();
    let before = here.school.history(&id).unwrap();
    let set = |field: &str| vec![(field.to_owned(), Some("3".to_owned()))];
    let school = &here.school;
    let cases = [
        (school.withdraw(&id, "  "), "the reason is empty; say why in a few words"),
        (
            school.withdraw(&id, &"x".repeat(481)),
            "the reason is too long, at 481 characters; shorten it to 480",
        ),
        (
            school.withdraw(&id, "one\nand another"),
            "the reason holds a control character; remove it",
        ),
        (school.restore(&id, None), "record ID is not withdrawn"),
        (
            school.amend(&id, &set("severity"), Some("")),
            "the reason is empty; say why in a few words",
        ),
        (
            school.edit(&id, &set("withdrawn")),
            "a record is withdrawn as a whole, with a reason: `sheaf record withdraw`",
        ),
    ];
    for (result, expected) in cases {
        let said = result.unwrap_err().to_string().replace(&id, "ID");
        assert_eq!(said, expected);
    }
    assert_eq!(school.history(&id).unwrap(), before);

    school.withdraw(&id, "Written down twice").unwrap();
    let twice = school.withdraw(&id, "Again").unwrap_err().to_string().replace(&id, "ID");
    assert_eq!(twice, "record ID is withdrawn already");
    let edited = school.edit(&id, &set("severity")).unwrap_err().to_string().replace(&id, "ID");
    assert_eq!(edited, "record ID is withdrawn; restore it before it is changed");
}

#[test]
fn a_form_does_not_say_that_a_record_is_withdrawn() {
    let here = TestSchool::new();
    let fields = serde_json::json!({
        "occurred_at": "2026-11-19T10:15", "category": "disruption", "withdrawn": "no",
    });
    let said = here.school.add(Kind::Incident, None, &fields).unwrap_err().to_string();
    assert!(said.starts_with("incident.withdrawn: there is no such field"), "{said}");
}
