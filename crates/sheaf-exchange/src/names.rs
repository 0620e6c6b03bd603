//! Names as lists write them, and when two of them are the same.

use crate::error::RowError;

/// A name on one line: one blank between words, a straight apostrophe.
pub(crate) fn tidy(text: &str) -> String {
    let words: Vec<&str> = text.split([' ', '\u{a0}']).collect();
    let words: Vec<&str> = words.into_iter().filter(|word| !word.is_empty()).collect();
    words.join(" ").replace(['\u{2019}', '\u{2018}', '`'], "'")
}

/// Forename and surname from one cell: `Smith, Jane`, or exactly two words `Jane Smith`.
///
/// # Errors
/// The cell could be split in several ways.
pub(crate) fn split(text: &str) -> Result<(String, String), RowError> {
    let text = tidy(text);
    if let Some((surname, forename)) = text.split_once(',') {
        let (surname, forename) = (surname.trim(), forename.trim());
        return match surname.is_empty() || forename.is_empty() || forename.contains(',') {
            true => Err(RowError::WholeName),
            false => Ok((forename.to_owned(), surname.to_owned())),
        };
    }
    match text.split(' ').collect::<Vec<_>>().as_slice() {
        [forename, surname] => Ok(((*forename).to_owned(), (*surname).to_owned())),
        _ => Err(RowError::WholeName),
    }
}

/// The letters and digits of a name in lower case: two names with the same key are the same.
pub(crate) fn key(name: &str) -> String {
    name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// Whether a list only shouts or whispers a name that is written properly here.
pub(crate) fn differs_in_case_alone(listed: &str, here: &str) -> bool {
    let shouts = listed == listed.to_uppercase() || listed == listed.to_lowercase();
    shouts && listed.to_lowercase() == here.to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: Option<(&str, &str)>) {
        let expected = expected.map(|(forename, surname)| (forename.into(), surname.into()));
        assert_eq!(split(text).ok(), expected, "{text}");
    }

    #[test]
    fn one_cell_is_split_where_it_can_be() {
        check("Smith, Jane", Some(("Jane", "Smith")));
        check("de  Souza ,  Ana Maria", Some(("Ana Maria", "de Souza")));
        check("Jane Smith", Some(("Jane", "Smith")));
        check("Ana Maria de Souza", None);
        check("Smith", None);
        check("Smith,", None);
        check("Smith, Jane, Dr", None);
        check("", None);
    }

    #[test]
    fn names_are_the_same_whatever_the_marks() {
        assert_eq!(key("O\u{2019}Neill-Ng"), key("oneill ng"));
        assert_ne!(key("Zoë"), key("Zoe"));
        assert_eq!(tidy("O\u{2019}Neill  Ng\u{a0}"), "O'Neill Ng");
        assert!(differs_in_case_alone("SMITH", "Smith"));
        assert!(!differs_in_case_alone("McDonald", "Mcdonald"));
    }
}
