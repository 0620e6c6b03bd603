//! What a script can go on with while it is typed, from the table of everything that it can call.

use sheaf_analytics::{TableSpec, tables};

use crate::manifest::Manifest;
use crate::reference::call;
use crate::registry::{Group, Item};

/// The receivers of `run`.
const CONTEXT: &str = "cx.";
const OPTIONS: &str = "p.";
const STATISTICS: &str = "stats::";

/// After this a column is named.
const COLUMN: &str = "col(\"";

/// A word that fits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Completion {
    /// What takes the place of the word that is being typed.
    pub insert: String,
    /// How it is called and what it gives.
    pub shown: String,
    /// What it is, in a sentence or two.
    pub meaning: String,
}

/// The words of one metric: those of the language, the tables and columns that it reads, and its
/// options.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Vocabulary {
    items: Vec<Item>,
    tables: Vec<Completion>,
    columns: Vec<Completion>,
    options: Vec<Completion>,
}

impl Vocabulary {
    /// The words where a manifest says what is read; without one, everything that there is.
    pub fn of(items: &[Item], manifest: Option<&Manifest>) -> Self {
        let is_read = |table: &&TableSpec| manifest.is_none_or(|one| one.reads_table(table.name));
        let read: Vec<&TableSpec> = tables().iter().filter(is_read).collect();
        let table = |table: &&TableSpec| Completion {
            insert: table.name.to_owned(),
            shown: format!("cx.{} -> table", table.name),
            meaning: table.row.to_owned(),
        };
        let is_named = |table: &str, column: &str| {
            let wanted = |read: &String| match read.split_once('.') {
                Some((of, only)) => of == table && only == column,
                None => read == table,
            };
            manifest.is_none_or(|one| one.reads.iter().any(wanted))
        };
        let mut columns: Vec<Completion> = Vec::new();
        for (table, column) in read.iter().flat_map(|one| one.columns.iter().map(move |c| (one, c)))
        {
            if is_named(table.name, column.name)
                && columns.iter().all(|known| known.insert != column.name)
            {
                columns.push(Completion {
                    insert: column.name.to_owned(),
                    shown: column.name.to_owned(),
                    meaning: column.meaning.to_owned(),
                });
            }
        }
        let options = manifest.into_iter().flat_map(|one| &one.options);
        let option = |option: &crate::OptionSpec| Completion {
            insert: option.name.clone(),
            shown: format!("p.{}", option.name),
            meaning: option.title.clone(),
        };
        Self {
            items: items.to_vec(),
            tables: read.iter().map(table).collect(),
            columns,
            options: options.map(option).collect(),
        }
    }

    /// The word that is being typed at the end of a text, and what it may become, unordered; of a
    /// bare word, or after a value of which nothing is known, only if it has begun. Nothing within
    /// comments and texts, but for the name of a column.
    pub fn after<'a>(&self, before: &'a str) -> (&'a str, Vec<Completion>) {
        let head = before.trim_end_matches(is_of_word);
        let word = before.strip_prefix(head).unwrap_or_default();
        if head.ends_with(COLUMN) {
            return (word, self.columns.clone());
        }
        let line = before.rsplit('\n').next().unwrap_or(before);
        // A number goes on with no word.
        if !is_code(line) || word.starts_with(|letter: char| letter.is_ascii_digit()) {
            return (word, Vec::new());
        }
        let is_alone = |receiver: &str| {
            head.strip_suffix(receiver).is_some_and(|rest| !rest.ends_with(is_of_word))
        };
        let found = if is_alone(STATISTICS) {
            self.calls(|item| item.group == Group::Statistics)
        } else if is_alone(CONTEXT) {
            let own = self.calls(|item| item.signature.starts_with(CONTEXT));
            self.tables.iter().cloned().chain(own).collect()
        } else if is_alone(OPTIONS) {
            self.options.clone()
        } else if word.is_empty() {
            Vec::new()
        } else if head.ends_with('.') {
            self.calls(|item| is_method(item) && !item.signature.starts_with(CONTEXT))
        } else {
            let statistics = Completion {
                insert: STATISTICS.to_owned(),
                shown: STATISTICS.to_owned(),
                meaning: "Statistics, each with its interval".to_owned(),
            };
            let bare = self.calls(|item| item.group != Group::Statistics && !is_method(item));
            bare.into_iter().chain([statistics]).collect()
        };
        (word, found)
    }

    fn calls(&self, fits: impl Fn(&Item) -> bool) -> Vec<Completion> {
        let is_word = |item: &&Item| item.name.chars().all(is_of_word);
        let completion = |item: &Item| {
            let opens = if item.signature.contains('(') { "(" } else { "" };
            Completion {
                insert: format!("{}{opens}", item.name),
                shown: item.signature.to_owned(),
                meaning: item.doc.to_owned(),
            }
        };
        let fitting = self.items.iter().filter(is_word).filter(|item| fits(item));
        fitting.map(completion).collect()
    }
}

fn is_of_word(letter: char) -> bool {
    letter.is_ascii_alphanumeric() || letter == '_'
}

/// Whether it is called on something: that does not begin with its name.
fn is_method(item: &Item) -> bool {
    call(item.signature) != item.name && item.group != Group::Statistics
}

/// Whether the end of a line is code, and no comment or text.
fn is_code(line: &str) -> bool {
    // What is open: a text by its mark, or what is put into one by a brace.
    let mut open: Vec<char> = Vec::new();
    let mut letters = line.chars().peekable();
    while let Some(letter) = letters.next() {
        match (open.last(), letter) {
            (Some('"' | '`'), '\\') => {
                letters.next();
            }
            (Some('`'), '$') if letters.peek() == Some(&'{') => {
                letters.next();
                open.push('{');
            }
            (Some(mark @ ('"' | '`')), _) if *mark == letter => {
                open.pop();
            }
            (Some('"' | '`'), _) => {}
            (_, '/') if letters.peek() == Some(&'/') => return false,
            (_, '"' | '`') => open.push(letter),
            (Some('{'), '}') => {
                open.pop();
            }
            _ => {}
        }
    }
    !matches!(open.last(), Some('"' | '`'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::package;
    use crate::host::Host;

    fn inserts(before: &str) -> Vec<String> {
        let manifest = package("fn run(cx, p) { report(\"t\").done() }").manifest;
        let words = Vocabulary::of(Host::new().items(), Some(&manifest));
        words.after(before).1.into_iter().map(|one| one.insert).collect()
    }

    #[track_caller]
    fn has(before: &str, wanted: &[&str], others: &[&str]) {
        let found = inserts(before);
        let is_found = |name: &&&str| found.iter().any(|one| one == *name);
        assert_eq!(wanted.iter().find(|name| !is_found(name)), None, "{before:?}: {found:?}");
        assert_eq!(others.iter().find(is_found), None, "{before:?}: {found:?}");
    }

    #[test]
    fn what_stands_before_says_which_words_may_come() {
        has("let u = stats::", &["u_chart(", "wilson("], &["filter(", "incidents"]);
        has("let t = cx.", &["incidents", "calendar", "comparison("], &["suspensions", "wilson("]);
        has("cx.incidents.filter(p.", &["only", "horizon"], &["incidents", "filter("]);
        has("cx.incidents.fi", &["filter("], &["wilson(", "only", "measure("]);
        has("let m = mea", &["measure(", "stats::"], &["filter(", "wilson("]);
        has("x.filter(col(\"ye", &["year_group"], &["wilson(", "severity_of_nothing"]);
        has("map.", &[], &["only", "incidents"]);
    }

    /// Of `pupils` the manifest names one column alone.
    #[test]
    fn columns_are_those_that_are_read() {
        has("col(\"", &["year_group", "category"], &["forename"]);
        let all = Vocabulary::of(Host::new().items(), None);
        let tables = all.after("cx.").1;
        assert!(tables.iter().any(|one| one.insert == "suspensions"), "{tables:?}");
    }

    #[test]
    fn nothing_comes_in_comments_texts_and_after_numbers() {
        for quiet in [
            "// mea",
            "let a = 1; // stats::",
            "title(\"mea",
            "let t = `mea",
            "let t = `a ${b} mea",
            "let n = 2",
            "p.title(\"a \\\" mea",
            "",
            "let ",
        ] {
            assert_eq!(inserts(quiet), Vec::<String>::new(), "{quiet:?}");
        }
        for spoken in ["let t = `a ${mea", "f(\"a\") + mea", "// one\nmea", "a / mea"] {
            has(spoken, &["measure("], &[]);
        }
    }

    /// Whatever is offered after a name stands in the reference under it.
    #[test]
    fn every_word_of_the_language_can_be_reached() {
        let items = Host::new().items().to_vec();
        let words = Vocabulary::of(&items, None);
        let offered: Vec<Completion> = ["stats::", "cx.", "x.a", "a"]
            .iter()
            .flat_map(|before| words.after(before).1)
            .collect();
        let is_word = |item: &&Item| item.name.chars().all(is_of_word);
        for item in items.iter().filter(is_word) {
            let is_there = offered.iter().any(|one| one.shown == item.signature);
            assert!(is_there, "{}", item.signature);
        }
    }
}
