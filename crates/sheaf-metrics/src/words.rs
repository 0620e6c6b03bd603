//! Words as people say them: nouns beside a count, and how a sentence begins.

/// `1 incident`, `12 incidents`, by the noun for many.
pub fn counted(count: u64, plural: &str) -> String {
    match count {
        1 => format!("1 {}", singular(plural)),
        _ => format!("{} {plural}", sheaf_charts::decimal(count as f64, 0)),
    }
}

/// `only 12 incidents`, by the noun for many, or that there is none.
pub fn only(count: u64, plural: &str) -> String {
    match count {
        0 => format!("there are no {plural}"),
        _ => format!("only {}", counted(count, plural)),
    }
}

/// The noun for one: `categories` gives `category`.
pub fn singular(plural: &str) -> String {
    let is_hissed = ["sses", "xes", "ches", "shes"].iter().any(|end| plural.ends_with(end));
    match plural.strip_suffix("ies") {
        _ if plural.ends_with("series") => plural.to_owned(),
        Some(stem) => format!("{stem}y"),
        None if is_hissed => plural.strip_suffix("es").unwrap_or(plural).to_owned(),
        None => plural.strip_suffix('s').unwrap_or(plural).to_owned(),
    }
}

/// The noun for many: `member of staff` gives `members of staff`.
pub fn plural(noun: &str) -> String {
    if let Some((head, rest)) = noun.split_once(" of ") {
        return format!("{} of {rest}", plural(head));
    }
    let is_vowel = |letter: char| "aeiou".contains(letter);
    match noun.strip_suffix('y') {
        Some(stem) if !stem.ends_with(is_vowel) => format!("{stem}ies"),
        _ if ["s", "x", "ch", "sh"].iter().any(|end| noun.ends_with(end)) => format!("{noun}es"),
        _ => format!("{noun}s"),
    }
}

/// The words as they begin a sentence.
pub fn capitalised(words: &str) -> String {
    let mut letters = words.chars();
    let first = letters.next().map(|letter| letter.to_uppercase().to_string());
    first.unwrap_or_default() + letters.as_str()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_noun_goes_with_its_count() {
        for (one, many) in [
            ("pupil", "pupils"),
            ("call-out", "call-outs"),
            ("category", "categories"),
            ("school day", "school days"),
            ("member of staff", "members of staff"),
        ] {
            assert_eq!(plural(one), many);
            assert_eq!(counted(0, many), format!("0 {many}"));
            assert_eq!(counted(1200, many), format!("1,200 {many}"));
        }
        for plural in ["pupils", "call-outs", "categories", "school days"] {
            assert_eq!(counted(1, plural), format!("1 {}", singular(plural)));
        }
        for (many, one) in [("categories", "category"), ("classes", "class"), ("series", "series")]
        {
            assert_eq!(singular(many), one);
        }
        assert_eq!((plural("match"), plural("class")), ("matches".into(), "classes".into()));
    }

    #[test]
    fn too_few_are_told_as_people_count() {
        assert_eq!(only(0, "school days"), "there are no school days");
        assert_eq!(only(1, "school days"), "only 1 school day");
        assert_eq!(only(12, "school days"), "only 12 school days");
    }

    #[test]
    fn a_sentence_begins_with_a_capital() {
        assert_eq!(capitalised("fewer than 5 pupils"), "Fewer than 5 pupils");
        assert_eq!(capitalised("12 pupils"), "12 pupils");
        assert_eq!(capitalised(""), "");
    }
}
