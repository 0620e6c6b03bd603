//! Tests of reading headers.

use expect_test::{Expect, expect};

use super::*;

fn line(header: &str) -> Line {
    Line { number: 1, cells: header.split('|').map(|cell| cell.trim().to_owned()).collect() }
}

#[track_caller]
fn check(header: &str, maps: &[&str], expected: Expect) {
    let maps: Vec<ColumnMap> = maps.iter().map(|map| map.parse().unwrap()).collect();
    let told = match Header::new(&line(header), &maps) {
        Ok(header) => {
            let fields = header.fields.iter();
            let fields: Vec<String> =
                fields.map(|(field, at)| format!("{field}={}", header.name(*at))).collect();
            let system = header.system.unwrap_or("no system");
            [vec![format!("{system}: {}", fields.join(", "))], header.notes].concat().join("\n")
        }
        Err(error) => error.to_string(),
    };
    expected.assert_eq(&told);
}

#[test]
fn the_headers_of_three_systems_are_known_in_any_order_case_and_spacing() {
    check(
        "Forename|Surname|UPN|Year|Reg",
        &[],
        expect![
            "SIMS: forename=Forename, surname=Surname, upn=UPN, year_group=Year, reg_group=Reg"
        ],
    );
    check(
        "REG | year| Upn |SURNAME|forename",
        &[],
        expect![
            "SIMS: forename=forename, surname=SURNAME, upn=Upn, year_group=year, reg_group=REG"
        ],
    );
    check(
        "First name|Last name|UPN|Year group|Registration form",
        &[],
        expect![
            "Arbor: forename=First name, surname=Last name, upn=UPN, year_group=Year group, reg_group=Registration form"
        ],
    );
    check(
        "FirstName|LastName|UPN|YearGroup|Form",
        &[],
        expect![
            "Bromcom: forename=FirstName, surname=LastName, upn=UPN, year_group=YearGroup, reg_group=Form"
        ],
    );
    check(
        "Legal Forename|Preferred Forename|Legal Surname|UPN|DOB|Year|Reg Group|SEN",
        &[],
        expect![
            "SIMS: forename=Legal Forename, surname=Legal Surname, preferred_name=Preferred Forename, upn=UPN, date_of_birth=DOB, year_group=Year, reg_group=Reg Group, sen_status=SEN"
        ],
    );
    check(
        "Name|Date of birth|Pupil Premium?|FSM|Ethnicity|Gender",
        &[],
        expect![
            "no system: name=Name, date_of_birth=Date of birth, sex=Gender, ethnicity=Ethnicity, pupil_premium=Pupil Premium?, free_meals=FSM"
        ],
    );
}

#[test]
fn of_several_columns_for_a_field_the_exact_one_counts() {
    check(
        "Forename|Legal Forename|Surname|Legal Surname|UPN",
        &[],
        expect![[r#"
        no system: forename=Legal Forename, surname=Legal Surname, preferred_name=Forename, upn=UPN
        Columns that were passed over: `Surname`"#]],
    );
    check(
        "Name|Forename|Surname|Ethnicity|Ethnicity Code",
        &[],
        expect![[r#"
        no system: forename=Forename, surname=Surname, ethnicity=Ethnicity Code
        Columns that were passed over: `Name`, `Ethnicity`"#]],
    );
    check(
        "Forename|Surname|Tutor group|Reg Group|House",
        &[],
        expect![[r#"
        SIMS: forename=Forename, surname=Surname, reg_group=Reg Group
        Columns that were passed over: `Tutor group`, `House`"#]],
    );
}

#[test]
fn two_equal_columns_are_a_question() {
    check(
        "Forename|Surname|UPN|UPN",
        &[],
        expect![
            "the columns `UPN` (3) and `UPN` (4) all say the upn; say which one counts with --map upn=COLUMN"
        ],
    );
    check(
        "Forename|Surname|Form|Tutor group",
        &[],
        expect![
            "the columns `Form` (3) and `Tutor group` (4) all say the reg_group; say which one counts with --map reg_group=COLUMN"
        ],
    );
    check(
        "Forename|Surname|Form|Tutor group",
        &["reg_group=Form"],
        expect![[r#"
        no system: forename=Forename, surname=Surname, reg_group=Form
        Columns that were passed over: `Tutor group`"#]],
    );
    check(
        "Forename|Surname|UPN|UPN",
        &["upn=4"],
        expect![[r#"
        no system: forename=Forename, surname=Surname, upn=UPN
        Columns that were passed over: `UPN`"#]],
    );
}

#[test]
fn a_missing_column_is_named_with_the_nearest_and_the_way_out() {
    check(
        "Forename|Surnme|UPN",
        &[],
        expect![
            "no column says the surname (did you mean `Surnme`?); say which one does with --map surname=COLUMN; the columns are `Forename`, `Surnme`, `UPN`"
        ],
    );
    check(
        "Forename|Nachname|UPN",
        &[],
        expect![
            "no column says the surname (did you mean `Nachname`?); say which one does with --map surname=COLUMN; the columns are `Forename`, `Nachname`, `UPN`"
        ],
    );
    check(
        "Forename|Nachname|UPN",
        &["surname=nachname"],
        expect!["no system: forename=Forename, surname=Nachname, upn=UPN"],
    );
    check("UPN|SEN status", &[], expect!["no system: upn=UPN, sen_status=SEN status"]);
    check(
        "UPN|Forname|Surnme",
        &[],
        expect![
            "no column says the forename (did you mean `Forname`?); say which one does with --map forename=COLUMN; the columns are `UPN`, `Forname`, `Surnme`"
        ],
    );
    check(
        "Year|Reg",
        &[],
        expect![
            "no column says the forename; say which one does with --map forename=COLUMN; the columns are `Year`, `Reg`"
        ],
    );
}

#[test]
fn a_map_that_does_not_fit_is_refused() {
    check(
        "Forename|Surname",
        &["upn=Number"],
        expect!["--map: the file has no column `Number`; there are `Forename`, `Surname`"],
    );
    check(
        "Forename|Surname",
        &["upn=Surnam"],
        expect![
            "--map: the file has no column `Surnam` (did you mean `Surname`?); there are `Forename`, `Surname`"
        ],
    );
    check(
        "Forename|Surname|X",
        &["upn=X", "upn=3"],
        expect!["--map: `upn` is given twice; give each field one column"],
    );
    check(
        "Forename|Surname|SEN",
        &["sen_status="],
        expect![[r#"
        no system: forename=Forename, surname=Surname
        Columns that were passed over: `SEN`"#]],
    );
}
