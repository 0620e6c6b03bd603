//! Tests of what each type of field takes and refuses.

use jiff::civil::date;

use super::*;

#[track_caller]
fn takes(ty: FieldType, text: &str, stored: &str) {
    assert_eq!(ty.parse(text).map(|value| value.to_string()).as_deref(), Ok(stored), "{text}");
}

#[track_caller]
fn refuses(ty: FieldType, text: &str, word: &str) {
    let error = ty.parse(text).expect_err(text).to_string();
    assert!(error.contains(word), "{text}: {error}");
}

#[test]
fn what_is_stored_reads_back_the_same() {
    let id = "0123456789abcdef0123456789abcdef";
    for (ty, text) in [
        (FieldType::Text { max: 9 }, "Ñandú 9B"),
        (FieldType::Narrative, "one\ntwo"),
        (FieldType::Int { min: -5, max: 5 }, "-3"),
        (FieldType::Bool, "true"),
        (FieldType::Date, "2026-02-28"),
        (FieldType::DateTime, "2026-11-20T10:15"),
        (FieldType::Time, "08:40"),
        (FieldType::Upn, "P207000016049"),
        (FieldType::SchoolYear, "2026/27"),
        (FieldType::SchoolYear, "2099/00"),
        (FieldType::List, "location"),
        (FieldType::Code(ListId::Location), "canteen"),
        (FieldType::Record(Kind::Pupil), id),
    ] {
        takes(ty, text, text);
        let value = ty.parse(text).unwrap();
        assert_eq!(ty.parse(&value.to_string()), Ok(value), "{}", ty.name());
    }
}

#[test]
fn what_people_type_is_put_into_the_stored_form() {
    takes(FieldType::Bool, "Yes", "true");
    takes(FieldType::Bool, "0", "false");
    takes(FieldType::DateTime, "2026-11-20 10:15", "2026-11-20T10:15");
    takes(FieldType::DateTime, "2026-11-20T10:15:59", "2026-11-20T10:15");
    takes(FieldType::Upn, " p207000016049 ", "P207000016049");
    assert_eq!(FieldType::Date.parse("2026-11-20"), Ok(Value::Date(date(2026, 11, 20))));
}

#[test]
fn what_does_not_exist_is_refused() {
    for text in ["2026-02-29", "2026-13-01", "26-11-20", "2026-11-20T10:15", "1899-12-31", ""] {
        refuses(FieldType::Date, text, "a date that exists, as 2026-11-22");
    }
    for text in ["2026-11-20", "2026-11-20T24:00", "2026-02-30T10:15", "2026-11-20T9:5", "T"] {
        refuses(FieldType::DateTime, text, "as 2026-11-22T10:15");
    }
    for text in ["8:40", "24:00", "08:60", "08:4x", "+8:40"] {
        refuses(FieldType::Time, text, "a time as 08:40");
    }
    for text in ["2026", "2026/28", "26/27", "2026/7", "+026/27"] {
        refuses(FieldType::SchoolYear, text, "a school year as 2026/27");
    }
    refuses(FieldType::Bool, "perhaps", "true or false");
    refuses(FieldType::Record(Kind::Pupil), "xyz", "a record id");
    refuses(FieldType::Code(ListId::Location), "the canteen", "a code");
    refuses(FieldType::List, "locaton", "did you mean `location`?");
    refuses(FieldType::Upn, "Q207000016049", "check letter is Q");
}

#[test]
fn numbers_and_lengths_have_bounds() {
    let severity = FieldType::Int { min: 1, max: 5 };
    refuses(severity, "6", "6 is out of range; give a number from 1 to 5");
    refuses(severity, "0", "out of range");
    refuses(severity, "2.5", "`2.5` will not do here; give a whole number");
    refuses(severity, "99999999999999999999", "a whole number");
    refuses(FieldType::Text { max: 3 }, "four", "at 4 characters; shorten it to 3");
    takes(FieldType::Text { max: 3 }, "äöü", "äöü");
    refuses(FieldType::Narrative, &"x".repeat(MAX_NARRATIVE + 1), "too long");
    refuses(FieldType::Text { max: 9 }, "a\nb", "control character");
    refuses(FieldType::Narrative, "a\0b", "control character");
}

#[test]
fn no_refusal_repeats_what_may_be_personal() {
    for ty in [
        FieldType::Int { min: 1, max: 5 },
        FieldType::Bool,
        FieldType::Date,
        FieldType::DateTime,
        FieldType::Time,
        FieldType::Upn,
        FieldType::SchoolYear,
        FieldType::Code(ListId::Location),
        FieldType::Record(Kind::Pupil),
    ] {
        let error = ty.parse("Aisha Khan").expect_err(ty.name()).to_string();
        assert!(!error.contains("Aisha") && !error.contains("Khan"), "{error}");
    }
}
