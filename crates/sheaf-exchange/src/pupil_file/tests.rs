//! Tests of reading whole files: what is refused before any row is looked at.

use expect_test::{Expect, expect};

use super::*;

#[track_caller]
fn check(text: &str, maps: &[&str], expected: Expect) {
    let maps: Vec<ColumnMap> = maps.iter().map(|map| map.parse().unwrap()).collect();
    let told = match read_pupils(text.as_bytes(), &maps) {
        Ok(file) => format!("{} rows, header in line {}", file.len(), file.source().header_line),
        Err(error) => error.to_string(),
    };
    expected.assert_eq(&told);
}

#[test]
fn the_header_is_found_below_titles_and_whatever_separates_the_cells() {
    check("Forename,Surname\nJane,Smith\n", &[], expect!["1 rows, header in line 1"]);
    check(
        "List\n\nYear 9, all forms\nForename,Surname\nJane,Smith\n",
        &[],
        expect!["1 rows, header in line 4"],
    );
    check("sep=;\nName;UPN\n\"Smith, Jane\";\n", &[], expect!["1 rows, header in line 2"]);
    check("Name\tUPN\nSmith, Jane\t\n", &[], expect!["1 rows, header in line 1"]);
    check("A,B\nJane,Smith\n", &["forename=A", "surname=B"], expect!["1 rows, header in line 1"]);
}

#[test]
fn what_is_no_list_is_refused_whole() {
    check("", &[], expect!["the file is empty; export it again"]);
    check(
        "Dear all,\nplease find the list attached.\n",
        &[],
        expect![
            "no header line in the first 2 lines: a line with names such as Forename, Surname and UPN is needed above the pupils"
        ],
    );
    check("Forename,Surname\n", &[], expect!["there is no pupil under the header in line 1"]);
    check(
        "Forename,Surname\nForename,Surname\n\n",
        &[],
        expect!["there is no pupil under the header in line 1"],
    );
    check(
        "Forename,Surname\n\"Jane,Smith\nAli,Khan\n",
        &[],
        expect!["the quotation mark in line 2 is never closed; close it, or remove it"],
    );
    check(
        &format!("Name\n{}", "a\n".repeat(MAX_FILE_ROWS + 1)),
        &[],
        expect!["the file has more than 20000 rows; export it in parts"],
    );
}

#[test]
fn a_column_of_dates_with_the_month_first_is_refused_whole() {
    let list = |one: &str, other: &str| format!("Name,DOB\nJane Smith,{one}\nAli Khan,{other}\n");
    check(
        &list("03/04/2012", "03/14/2012"),
        &[],
        expect![
            "the dates in column `DOB` have the month first (line 3: 03/14/2012); export them with the day first, or as 2012-03-14"
        ],
    );
    check(&list("14/03/2012", "03/14/2012"), &[], expect!["2 rows, header in line 1"]);
}
