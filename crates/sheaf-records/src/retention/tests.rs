//! Tests of periods: what is due when, by which rule, and why something never is.

use jiff::civil::{Date, date};

use super::*;
use crate::codes::CodeLists;
use crate::record::{Edit, FieldPath};
use crate::schema::WITHDRAWN;
use crate::validate::validate;

const TODAY: Date = date(2026, 11, 27);

fn built_in() -> RetentionRules {
    RetentionRules::new([])
}

fn born(day: Date) -> Option<PupilDates> {
    Some(PupilDates { birth: Some(day), roll: Roll::On })
}

fn incident(pupils: Vec<Option<PupilDates>>) -> RecordDates {
    let event = Some(date(2012, 3, 5));
    RecordDates { kind: Kind::Incident, setting: Setting::General, event, pupils }
}

/// A school's own rule: fields as name and value.
fn own(id: u8, fields: &[(&str, &str)], from: Date) -> Record {
    let id = RecordId::from_bytes([id; 16]);
    let mut record = Record { id, kind: Kind::RetentionRule, fields: Default::default() };
    record.set("applies_to", "incident");
    record.set("valid_from", from);
    record.set("source", "Governors, minute 7");
    for (name, value) in fields {
        match value.parse::<i64>() {
            Ok(number) => record.set(name, number),
            Err(_) => record.set(name, *value),
        }
    }
    record
}

const SIX_YEARS: [(&str, &str); 3] = [("period", "years"), ("years", "6"), ("runs_from", "event")];

#[track_caller]
fn date_of(record: &RecordDates, rules: &RetentionRules) -> Date {
    due(record, rules, TODAY).expect("there is a day").date
}

#[test]
fn no_built_in_rule_claims_more_than_is_known() {
    let rules = built_in();
    for rule in rules.all() {
        assert!(!rule.source.is_empty() && !rule.title.is_empty(), "{}", rule.id);
        let text = format!("{} {} {}", rule.title, rule.source, rule.note).to_lowercase();
        for claim in ["law", "statute", "regulation", "must"] {
            assert!(!text.contains(claim), "{}: {claim}", rule.id);
        }
        let from_memory = rule.source.contains("rom memory");
        assert_eq!(rule.mark == Mark::Uncertain, from_memory, "{}", rule.id);
    }
    for setting in [Setting::General, Setting::Safeguarding] {
        for kind in KEPT_KINDS {
            assert!(rules.in_force(kind, setting, TODAY).is_some(), "{kind}");
        }
        for kind in [Kind::Staff, Kind::Calendar, Kind::RetentionDecision] {
            assert_eq!(rules.in_force(kind, setting, TODAY), None, "{kind}");
        }
    }
}

#[test]
fn a_record_is_needed_as_long_as_for_any_of_its_pupils() {
    let (old, young) = (born(date(1999, 5, 2)), born(date(2001, 12, 1)));
    let rules = built_in();
    assert_eq!(date_of(&incident(vec![old]), &rules), date(2024, 5, 2));
    assert_eq!(date_of(&incident(vec![old, young]), &rules), date(2026, 12, 1));
    assert_eq!(date_of(&incident(vec![young, old]), &rules), date(2026, 12, 1));
}

#[test]
fn why_there_is_no_day_is_told() {
    let rules = built_in();
    let why = |record: &RecordDates| due(record, &rules, TODAY).map(|due| due.date).unwrap_err();
    let unborn = Some(PupilDates { birth: None, roll: Roll::On });
    assert_eq!(why(&incident(vec![])), Undue::NobodyNamed);
    assert_eq!(why(&incident(vec![born(date(1990, 1, 1)), unborn])), Undue::NoBirthDate);
    assert_eq!(why(&incident(vec![born(date(1990, 1, 1)), None])), Undue::PupilNotHere);
    let staff = RecordDates { kind: Kind::Staff, ..incident(vec![]) };
    assert_eq!(why(&staff), Undue::NoPeriod);
}

#[test]
fn a_half_term_of_attendance_is_kept_for_six_years_from_its_last_mark() {
    let attendance = RecordDates { kind: Kind::Attendance, ..incident(vec![]) };
    let rules = built_in();
    let found = due(&attendance, &rules, TODAY).expect("there is a day");
    assert_eq!((found.date, found.rule.id.as_str()), (date(2018, 3, 5), "attendance"));
    let guarded = RecordDates { setting: Setting::Safeguarding, ..attendance };
    assert_eq!(due(&guarded, &rules, TODAY).map(|due| due.date), Err(Undue::NobodyNamed));
}

#[test]
fn a_leap_day_is_due_on_the_first_of_march() {
    let rules = built_in();
    assert_eq!(date_of(&incident(vec![born(date(2000, 2, 29))]), &rules), date(2025, 3, 1));
    let own = own(1, &[("period", "years"), ("years", "4"), ("runs_from", "event")], TODAY);
    let rules = RetentionRules::new([&own]);
    let mut record = incident(vec![]);
    record.event = Some(date(2020, 2, 29));
    assert_eq!(date_of(&record, &rules), date(2024, 2, 29), "in a leap year it stays");
}

#[test]
fn a_school_s_rule_takes_the_place_of_the_built_in_one_from_its_day_on() {
    let own = own(1, &SIX_YEARS, date(2026, 9, 1));
    let rules = RetentionRules::new([&own]);
    let record = incident(vec![born(date(2011, 1, 1))]);
    let before = due(&record, &rules, date(2026, 8, 31)).expect("by the built-in rule");
    assert_eq!((before.date, before.rule.mark), (date(2036, 1, 1), Mark::Uncertain));
    let after = due(&record, &rules, date(2026, 9, 1)).expect("by the school's");
    assert_eq!((after.date, after.rule.mark), (date(2018, 3, 5), Mark::School));
    assert_eq!(after.rule.period.to_string(), "6 years from the day of what is recorded");
    let guarded = RecordDates { setting: Setting::Safeguarding, ..record.clone() };
    assert_eq!(date_of(&guarded, &rules), date(2036, 1, 1), "safeguarding has its own rules");
    let stay = RecordDates { kind: Kind::RoomStay, ..record };
    assert_eq!(date_of(&stay, &rules), date(2036, 1, 1), "no other kind is meant");
}

#[test]
fn the_rule_that_began_last_counts_until_its_end() {
    let first = own(1, &SIX_YEARS, date(2020, 9, 1));
    let mut second = own(2, &[("period", "none")], date(2025, 9, 1));
    second.set("valid_to", date(2026, 8, 31));
    let rules = RetentionRules::new([&first, &second]);
    let on = |day| rules.in_force(Kind::Incident, Setting::General, day).map(|rule| rule.record);
    assert_eq!(on(date(2020, 8, 31)), Some(None));
    assert_eq!(on(date(2025, 8, 31)), Some(Some(first.id)));
    assert_eq!(on(date(2025, 9, 1)), Some(Some(second.id)));
    assert_eq!(on(date(2026, 8, 31)), Some(Some(second.id)));
    assert_eq!(on(date(2026, 9, 1)), Some(Some(first.id)));
    let other = own(3, &SIX_YEARS, date(2020, 9, 1));
    for pair in [[&first, &other], [&other, &first]] {
        let rules = RetentionRules::new(pair);
        let counts = rules.in_force(Kind::Incident, Setting::General, TODAY);
        assert_eq!(counts.and_then(|rule| rule.record), Some(other.id), "in either order");
    }
}

#[test]
fn what_is_withdrawn_or_damaged_is_no_rule() {
    let mut withdrawn = own(1, &SIX_YEARS, date(2020, 9, 1));
    withdrawn.apply(&Edit {
        path: FieldPath::One(WITHDRAWN.to_owned()),
        value: Some("agreed otherwise".into()),
    });
    let damaged = [
        own(2, &[("period", "years"), ("years", "6")], TODAY),
        own(3, &[("period", "years"), ("years", "900"), ("runs_from", "birth")], TODAY),
        own(4, &[("period", "years"), ("years", "-3"), ("runs_from", "birth")], TODAY),
        own(5, &[("period", "for ever")], TODAY),
        own(6, &[("period", "none"), ("applies_to", "calendar")], TODAY),
        own(7, &[("period", "none"), ("valid_from", "soon")], TODAY),
    ];
    let rules = RetentionRules::new(damaged.iter().chain([&withdrawn]));
    assert_eq!(rules, built_in());
}

#[test]
fn with_transfer_a_record_is_due_when_every_pupil_has_left() {
    let own = own(1, &[("period", "transfer")], date(2020, 9, 1));
    let rules = RetentionRules::new([&own]);
    let left = |day| Some(PupilDates { birth: None, roll: Roll::Left(day) });
    let record = incident(vec![left(date(2025, 7, 22)), left(date(2026, 7, 21))]);
    assert_eq!(date_of(&record, &rules), date(2026, 7, 22));
    let record = incident(vec![left(date(2025, 7, 22)), born(date(2010, 1, 1))]);
    assert_eq!(due(&record, &rules, TODAY).map(|due| due.date), Err(Undue::OnRoll));
    let unknown = Some(PupilDates { birth: None, roll: Roll::Unknown });
    let record = incident(vec![unknown]);
    assert_eq!(due(&record, &rules, TODAY).map(|due| due.date), Err(Undue::NeverOnRoll));
}

/// A pupil with these spells on the roll: status, from, to.
fn pupil(spells: &[(&str, Date, Option<Date>)]) -> Record {
    let id = RecordId::from_bytes([9; 16]);
    let mut pupil = Record { id, kind: Kind::Pupil, fields: Default::default() };
    for (at, (status, from, to)) in spells.iter().enumerate() {
        let key = format!("01JD00000000000000000000{at:02}");
        pupil.set_row("spells", &key, "what", "roll");
        pupil.set_row("spells", &key, "value", *status);
        pupil.set_row("spells", &key, "from", *from);
        if let Some(to) = to {
            pupil.set_row("spells", &key, "to", *to);
        }
    }
    pupil
}

#[test]
fn a_pupil_has_left_when_the_last_spell_on_the_roll_has_ended() {
    let roll = |spells: &[_]| PupilDates::of(&pupil(spells)).roll;
    let (came, went, back) = (date(2015, 9, 1), date(2018, 7, 20), date(2019, 1, 7));
    assert_eq!(roll(&[]), Roll::Unknown);
    assert_eq!(roll(&[("G", came, Some(went))]), Roll::Unknown);
    assert_eq!(roll(&[("C", came, None)]), Roll::On);
    assert_eq!(roll(&[("C", came, Some(went))]), Roll::Left(went));
    assert_eq!(roll(&[("C", came, Some(went)), ("C", back, None)]), Roll::On);
    let again = date(2020, 7, 17);
    assert_eq!(roll(&[("C", came, Some(went)), ("M", back, Some(again))]), Roll::Left(again));
    assert_eq!(roll(&[("C", came, None), ("P", back, None)]), Roll::Left(date(2019, 1, 6)));
    assert_eq!(roll(&[("P", came, Some(went)), ("C", back, None)]), Roll::On);
}

#[test]
fn an_intervention_counts_from_its_end_and_a_suspension_too() {
    let record =
        |kind| Record { id: RecordId::from_bytes([1; 16]), kind, fields: Default::default() };
    let (start, end) = (date(2019, 9, 2), date(2020, 2, 7));
    for (kind, while_it_lasts) in [(Kind::Intervention, None), (Kind::Suspension, Some(start))] {
        let mut one = record(kind);
        one.set("start", start);
        assert_eq!(event_day(&one), while_it_lasts, "{kind}");
        one.set("end", end);
        assert_eq!(event_day(&one), Some(end), "{kind}");
    }
    assert_eq!(event_day(&record(Kind::Caseload)), None);
}

#[track_caller]
fn problems(record: &Record) -> Vec<String> {
    let problems = validate(record, &CodeLists::default()).err().unwrap_or_default();
    problems.iter().map(ToString::to_string).collect()
}

#[test]
fn a_rule_that_contradicts_itself_is_refused_with_its_field() {
    assert_eq!(problems(&own(1, &SIX_YEARS, TODAY)), [""; 0]);
    assert_eq!(problems(&own(1, &[("period", "transfer")], TODAY)), [""; 0]);
    let cases: [(&[(&str, &str)], &str); 5] = [
        (
            &[("period", "years"), ("runs_from", "birth")],
            "retention_rule.years: is missing; give how many",
        ),
        (
            &[("period", "none"), ("years", "6")],
            "retention_rule.years: is only for a period of years; clear it, or change the period",
        ),
        (
            &[("period", "years"), ("years", "121"), ("runs_from", "birth")],
            "retention_rule.years: 121 is out of range; give a number from 1 to 120",
        ),
        (
            &[("applies_to", "pupil"), SIX_YEARS[0], SIX_YEARS[1], SIX_YEARS[2]],
            "retention_rule.runs_from: a pupil has no day of its own; let the period run from \
             birth or leaving",
        ),
        (
            &[("applies_to", "incidents"), ("period", "none")],
            "retention_rule.applies_to: no period can be set for that (did you mean `incident`?); \
             give a kind of record that is about pupils: pupil, incident, caseload, room_stay, \
             intervention, intervention_session, suspension, positive_event, detention, \
             call_out, attendance, score, plan, concern, concern_decision",
        ),
    ];
    for (fields, expected) in cases {
        assert_eq!(problems(&own(1, fields, TODAY)), [expected]);
    }
    let mut ends = own(1, &SIX_YEARS, TODAY);
    ends.set("valid_to", date(2026, 11, 26));
    let before = "retention_rule.valid_to: is before `valid_from`; one of the two is wrong";
    assert_eq!(problems(&ends), [before]);
}
