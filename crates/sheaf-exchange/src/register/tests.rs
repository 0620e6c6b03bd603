//! Tests of registers: which columns are found, and what each row would do.

use std::collections::HashMap;

use expect_test::{Expect, expect};
use jiff::civil::{Date, date};
use sheaf_records::{CodeLists, Kind, Record, RecordId, SchoolCalendar, Session};

use super::*;
use crate::plan::KnownPupil;

const TODAY: Date = date(2026, 11, 20);
const JANE: &str = "B801200005001";

fn pupil(byte: u8, forename: &str, upn: &str, left: Option<Date>) -> KnownPupil {
    let id = RecordId::from_bytes([byte; 16]);
    let mut record = Record { id, kind: Kind::Pupil, fields: Default::default() };
    record.set("forename", forename);
    record.set("surname", "Smith");
    record.set("upn", upn);
    let key = "01JCXA0000000000000000000A";
    record.set_row("spells", key, "what", "roll");
    record.set_row("spells", key, "value", "C");
    record.set_row("spells", key, "from", date(2024, 9, 1));
    if let Some(left) = left {
        record.set_row("spells", key, "to", left);
    }
    KnownPupil { record, in_conflict: Default::default() }
}

fn calendar() -> SchoolCalendar {
    let id = RecordId::from_bytes([9; 16]);
    let mut year = Record { id, kind: Kind::Calendar, fields: Default::default() };
    year.set("year", "2026/27");
    year.set("from", date(2026, 9, 1));
    year.set("to", date(2027, 8, 31));
    year.set_row("terms", "autumn_2", "from", date(2026, 11, 2));
    year.set_row("terms", "autumn_2", "to", date(2026, 12, 18));
    SchoolCalendar::new([&year]).unwrap()
}

/// What every row would do, as the report tells it.
#[track_caller]
fn check(text: &str, maps: &[&str], expected: Expect) {
    let maps: Vec<RegisterMap> = maps.iter().map(|map| map.parse().unwrap()).collect();
    let told = match read_register(text.as_bytes(), &maps) {
        Err(error) => error.to_string(),
        Ok(file) => {
            let left = Some(date(2026, 11, 13));
            let pupils = [pupil(1, "Jane", JANE, None), pupil(2, "Ali", "P207000016049", left)];
            let day = date(2026, 11, 18);
            let stands = ("N".to_owned(), None);
            let standing = HashMap::from([((pupils[0].record.id, day, Session::Am), stands)]);
            let (lists, calendar) = (CodeLists::default(), calendar());
            let here = RegisterHere {
                pupils: &pupils,
                lists: &lists,
                calendar: &calendar,
                today: TODAY,
                standing: &standing,
            };
            let report =
                plan_register(&file, &here).report(&file, crate::report::ImportOutcome::DryRun);
            report.text(&report.details)
        }
    };
    expected.assert_eq(&told);
}

#[test]
fn a_register_is_read_row_by_row() {
    check(
        &format!(
            "UPN;Name;Date;Session;Mark;Minutes late\n\
             {JANE};Jane Smith;18/11/2026;AM;I;\n\
             {JANE};Jane Smith;18/11/2026;PM;\\;\n\
             {JANE};Jane Smith;2026-11-19;am;l;12\n\
             {JANE};Jane Smith;19/11/2026;AM;L;12\n"
        ),
        &[],
        expect![[r#"
            List: UTF-8, separated by semicolons, header in line 1
            name = Name, upn = UPN, date = Date, session = Session, code = Mark, late_minutes = Minutes late

                2  updated    Jane Smith  code: N → I
                3  added      Jane Smith  code: none → \
                4  added      Jane Smith  code: none → L
                5  repeated   Jane Smith  says what line 4 says

            4 rows: 2 added, 1 updated, 0 unchanged, 1 repeated, 0 refused (nothing was written)
        "#]],
    );
}

#[test]
fn what_cannot_be_a_mark_is_refused_with_row_and_column() {
    check(
        &format!(
            "UPN,Date,Session,Code,Late\n\
             {JANE},18/11/2026,noon,I,\n\
             {JANE},18/11/2026,AM,\\,\n\
             {JANE},18/11/2026,AM,QQ,\n\
             {JANE},18/11/2026,AM,H,\n\
             {JANE},21/11/2026,AM,/,\n\
             {JANE},26/10/2026,AM,/,\n\
             {JANE},23/11/2026,AM,/,\n\
             {JANE},31/11/2026,AM,,\n\
             {JANE},19/11/2026,AM,I,20\n\
             {JANE},19/11/2026,PM,I,\n\
             {JANE},19/11/2026,PM,O,\n\
             P207000016049,19/11/2026,AM,/,\n\
             G80120000101A,19/11/2026,AM,/,\n\
             Q207000016049,19/11/2026,AM,/,\n"
        ),
        &[],
        expect![[r#"
            List: UTF-8, separated by commas, header in line 1
            upn = UPN, date = Date, session = Session, code = Code, late_minutes = Late

                2  refused    Jane Smith     Session `noon`: is no session; write AM or PM
                3  refused    Jane Smith     Code `\`: is the mark of the other half of the day; here it is `/`
                4  refused    Jane Smith     Code `QQ`: `QQ` is not in the list `attendance_code` (did you mean `Q`?); `sheaf codes attendance_code` shows it
                5  refused    Jane Smith     Code `H`: `H` of the list `attendance_code` did not count on 2026-11-18; it counts until 2024-08-18
                6  refused    Jane Smith     Date `21/11/2026`: 2026-11-21 is not a school day; correct the date, or the calendar
                7  refused    Jane Smith     Date `26/10/2026`: 2026-10-26 is not a school day; correct the date, or the calendar
                8  refused    Jane Smith     Code `/`: is present, on a day that has not come yet
                9  refused    Jane Smith     Date `31/11/2026`: is a day that does not exist; days come first, as in 14/03/2012; Code: is empty; a mark needs a pupil, a date, a session and a code
               10  refused    Jane Smith     Late `20`: is only for `L` and `U`; clear it, or change the mark
               11  added      Jane Smith     code: none → I
               12  refused    Jane Smith     Code `O`: line 11 marks the same session otherwise; keep one of the rows
               13  refused    Ali Smith      UPN `P207000016049`: is not on the roll on 2026-11-19
               14  refused    G80120000101A  UPN `G80120000101A`: is nobody here; correct the row, or bring the pupil list in first
               15  refused    Q207000016049  UPN `Q207000016049`: the check letter is Q but the other characters call for P; one is mistyped

            14 rows: 1 added, 0 updated, 0 unchanged, 13 refused (nothing was written)
        "#]],
    );
}

#[test]
fn columns_are_found_mapped_or_missed() {
    check(
        "UPN,Date,Mark\nx,y,z\n",
        &[],
        expect![
            "no column says the session; say which one does with --map session=COLUMN; the columns are `UPN`, `Date`, `Mark`"
        ],
    );
    check(
        "UPN,Date,Sesion,Mark\nx,y,z,a\n",
        &[],
        expect![
            "no column says the session (did you mean `Sesion`?); say which one does with --map session=COLUMN; the columns are `UPN`, `Date`, `Sesion`, `Mark`"
        ],
    );
    check(
        &format!("UPN,Wann,Session,Mark\n{JANE},18/11/2026,PM,\\\n"),
        &["date=Wann"],
        expect![[r#"
            List: UTF-8, separated by commas, header in line 1
            upn = UPN, date = Wann, session = Session, code = Mark

                2  added      Jane Smith  code: none → \

            1 row: 1 added, 0 updated, 0 unchanged, 0 refused (nothing was written)
        "#]],
    );
    let error = "sesion=A".parse::<RegisterMap>().unwrap_err().to_string();
    expect!["--map: pupils have no field `sesion` (did you mean `session`?); there are date, session, code, late_minutes, forename, surname, preferred_name, name, upn, date_of_birth, sex, ethnicity, year_group, reg_group, sen_status, pupil_premium, free_meals, roll"].assert_eq(&error);
}
