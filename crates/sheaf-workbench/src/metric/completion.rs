//! What a filter can go on with while it is typed: columns by name, then the codes of their lists.

use eframe::egui::Suggestion;
use sheaf_school::desk::FilterColumn;

use crate::rank::rank;

/// More would not be read.
const MOST: usize = 8;

/// After these a column is wanted.
const JOINTS: [char; 4] = ['&', '|', '(', '!'];

/// After these a value of the column before them is wanted.
const SIGNS: [&str; 4] = ["==", "!=", "[", ","];

/// Whether a letter ends a word of a filter.
pub fn ends_word(letter: char) -> bool {
    !letter.is_alphanumeric() && letter != '_'
}

/// What fits the word at the end of what was typed before it.
pub fn suggest(before: &str, word: &str, columns: &[FilterColumn]) -> Vec<Suggestion> {
    let head = before.trim_end();
    let (head, is_quoted) = match head.strip_suffix(['"', '\'']) {
        Some(inner) if before == head => (inner.trim_end(), true),
        _ => (head, false),
    };
    if SIGNS.iter().any(|sign| head.ends_with(sign)) {
        return values(head, word, is_quoted, columns);
    }
    let wants_column = head.is_empty() || head.ends_with(JOINTS);
    if word.is_empty() || is_quoted || !wants_column {
        return Vec::new();
    }
    let fitting = rank(word, columns.iter().map(|column| column.name.as_str()));
    let fitting = fitting.into_iter().filter_map(|place| columns.get(place));
    let suggestion = |column: &FilterColumn| {
        let joint = if column.values.is_empty() { " " } else { " == " };
        Suggestion::new(format!("{}{joint}", column.name)).content(column.name.clone())
    };
    fitting.take(MOST).map(suggestion).collect()
}

/// The codes of the column that stands last before a sign, by their titles too.
fn values(head: &str, word: &str, is_quoted: bool, columns: &[FilterColumn]) -> Vec<Suggestion> {
    let mut names = head.split(ends_word).filter(|name| !name.is_empty()).rev();
    let named = |name: &str| columns.iter().find(|column| column.name == name);
    let Some(column) = names.find_map(named) else { return Vec::new() };
    let shown: Vec<String> =
        column.values.iter().map(|value| format!("{}  {}", value.code, value.title)).collect();
    let fitting = rank(word, shown.iter().map(String::as_str));
    let quote = if is_quoted { "" } else { "\"" };
    let suggestion = |place: usize| {
        let (value, shown) = (column.values.get(place)?, shown.get(place)?);
        Some(Suggestion::new(format!("{quote}{}\"", value.code)).content(shown.clone()))
    };
    fitting.into_iter().filter_map(suggestion).take(MOST).collect()
}

#[cfg(test)]
mod tests {
    use sheaf_school::desk::Choice;

    use super::*;

    fn columns() -> Vec<FilterColumn> {
        let year = |code: &str| Choice { code: code.to_owned(), title: format!("Year {code}") };
        let column = |name: &str, values| FilterColumn {
            name: name.to_owned(),
            meaning: String::new(),
            values,
        };
        vec![column("year_group", vec![year("9"), year("10")]), column("severity", Vec::new())]
    }

    #[track_caller]
    fn check(before: &str, word: &str, expected: &[&str]) {
        let found = suggest(before, word, &columns());
        let found: Vec<&str> = found.iter().map(|one| one.insert.as_str()).collect();
        assert_eq!(found, expected, "{before:?} {word:?}");
    }

    #[test]
    fn columns_come_where_a_condition_begins_and_values_after_a_sign() {
        check("", "yea", &["year_group == "]);
        check("severity >= 3 & ", "sev", &["severity "]);
        check("year_group == ", "", &["\"9\"", "\"10\""]);
        check("year_group == \"", "1", &["10\""]);
        check("year_group in [\"9\", ", "", &["\"9\"", "\"10\""]);
        check("", "", &[]);
        check("year_group == \"9\" ", "sev", &[]);
        check("severity >= ", "3", &[]);
    }
}
