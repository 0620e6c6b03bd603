//! The figures of other programs and of textbooks beside those of this crate, and what each
//! statistic answers where there is nothing to reckon from.
//!
//! `make` is the program that wrote the figures; each says by which call of which version. They are
//! a second opinion, apart from the published data of `tests/conformance`.
#![allow(
    clippy::indexing_slicing,
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test may stop at the first surprise"
)]

mod book;
mod functions;
mod odd;

use book::Book;

#[test]
fn every_statistic_has_figures_of_another_source_and_meets_them() {
    let failures = Book::read().failures();
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

#[test]
fn every_public_statistic_has_a_row_and_every_row_a_statistic() {
    let rows: Vec<&str> = Book::rows().map(|row| row.name).collect();
    let public = functions::public();
    assert!(public.len() > 40, "only {} were found", public.len());
    let without: Vec<&String> =
        public.iter().filter(|name| !rows.contains(&name.as_str())).collect();
    assert!(without.is_empty(), "no row in tests/second/book for {without:?}");
    let gone: Vec<&&str> = rows.iter().filter(|row| !public.contains(&row.to_string())).collect();
    assert!(gone.is_empty(), "rows without a public function: {gone:?}");
}

#[test]
fn every_published_case_that_a_row_names_is_on_the_page_of_published_results() {
    let page = include_str!("../../../../docs/conformance.md");
    let named = Book::rows().flat_map(|row| row.case.split(", ").map(|case| (row.name, case)));
    let gone: Vec<(&str, &str)> =
        named.filter(|(_, case)| *case != "–" && !page.contains(&format!("| {case}_"))).collect();
    assert!(gone.is_empty(), "{gone:?}");
}

#[test]
fn every_statistic_says_where_its_formula_is_from() {
    let without = functions::without_a_source();
    assert!(without.is_empty(), "no year of a source in the words above {without:?}");
}

#[test]
fn no_answer_is_a_number_that_is_none() {
    let answers = Book::rows().flat_map(|row| row.answers().map(|answer| (row.name, answer)));
    let odd: Vec<String> = answers
        .filter(|(_, answer)| answer.contains("NaN") || answer.contains("inf"))
        .map(|(name, answer)| format!("{name}: {answer}"))
        .collect();
    assert!(odd.is_empty(), "{}", odd.join("\n"));
}

#[test]
fn the_committed_page_is_what_comes_out_today() {
    let committed = include_str!("../../../../docs/statistics.md");
    let page = Book::read().page();
    for (line, (one, other)) in (1..).zip(committed.lines().zip(page.lines())) {
        assert_eq!(one, other, "docs/statistics.md, line {line}: run scripts/statistics");
    }
    assert_eq!(committed.lines().count(), page.lines().count(), "run scripts/statistics");
}
