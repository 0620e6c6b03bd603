//! The code lists of one school: the built-in ones with the school's own additions.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use jiff::civil::Date;

use super::{Code, ListId};
use crate::nearest::nearest;
use crate::problem::FieldError;
use crate::record::Record;
use crate::value::Value;

/// One code of one school's list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CodeEntry {
    /// The code as it is stored.
    pub code: String,
    /// What a reader sees.
    pub title: String,
    /// The code of the same list under which this one is counted.
    pub parent: Option<String>,
    /// The first day on which it counts; `None`: since ever.
    pub valid_from: Option<Date>,
    /// The last day on which it counts; `None`: still.
    pub valid_to: Option<Date>,
    /// Its place in the list.
    pub sort: i64,
    /// Kept for old records and not offered.
    pub retired: bool,
    /// Whether the school added or renamed it.
    pub own: bool,
}

impl CodeEntry {
    /// Whether it counts on a day.
    pub fn counts_on(&self, day: Date) -> bool {
        self.valid_from.is_none_or(|from| from <= day) && self.valid_to.is_none_or(|to| day <= to)
    }

    fn built_in(place: i64, code: &Code) -> Self {
        Self {
            code: code.code.to_owned(),
            title: code.title.to_owned(),
            parent: code.parent.map(str::to_owned),
            valid_from: code.valid_from,
            valid_to: code.valid_to,
            sort: place,
            retired: false,
            own: false,
        }
    }

    fn amend(&mut self, row: &BTreeMap<String, Value>) {
        let get = |column: &str| row.get(column);
        if let Some(title) = get("title").and_then(Value::as_text) {
            title.clone_into(&mut self.title);
        }
        self.valid_from = get("valid_from").and_then(Value::as_date).or(self.valid_from);
        self.valid_to = get("valid_to").and_then(Value::as_date).or(self.valid_to);
        self.sort = get("sort").and_then(Value::as_int).unwrap_or(self.sort);
        self.retired = get("retired").and_then(Value::as_bool).unwrap_or(self.retired);
        self.own = true;
    }
}

/// The step between the places of built-in codes, so that a school's own fit in between.
const STEP: i64 = 10;

/// The place of a school's own code that names none: after all the others.
const LAST: i64 = 100_000;

/// The code lists of one school.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CodeLists {
    lists: BTreeMap<ListId, Vec<CodeEntry>>,
}

impl Default for CodeLists {
    /// The built-in lists alone.
    fn default() -> Self {
        let lists = ListId::ALL.into_iter().map(|list| {
            let places = (1..).map(|place| place * STEP);
            let codes = places.zip(list.built_in().codes);
            (list, codes.map(|(place, code)| CodeEntry::built_in(place, code)).collect())
        });
        Self { lists: lists.collect() }
    }
}

impl CodeLists {
    /// The built-in lists alone, made once: whoever looks up a title for each row needs them often.
    pub fn built_in() -> &'static Self {
        static BUILT_IN: LazyLock<CodeLists> = LazyLock::new(CodeLists::default);
        &BUILT_IN
    }

    /// The built-in lists with the school's own additions: records of kind `code_list`. Others,
    /// and those that name no known list, are passed over.
    pub fn new<'a>(additions: impl IntoIterator<Item = &'a Record>) -> Self {
        let mut all = Self::built_in().clone();
        for record in additions {
            let list = record.text("list").and_then(|name| name.parse::<ListId>().ok());
            if let Some(entries) = list.and_then(|list| all.lists.get_mut(&list)) {
                for (code, row) in record.rows("codes") {
                    amend(entries, code, row);
                }
                entries.sort_by_key(|entry| entry.sort);
            }
        }
        all
    }

    /// Every code of a list in order, whether it counts today or not.
    pub fn codes(&self, list: ListId) -> &[CodeEntry] {
        self.lists.get(&list).map(Vec::as_slice).unwrap_or_default()
    }

    /// The codes that a face offers for a day: in order, without those retired.
    pub fn offered(&self, list: ListId, on: Date) -> impl Iterator<Item = &CodeEntry> {
        self.codes(list).iter().filter(move |entry| !entry.retired && entry.counts_on(on))
    }

    /// A code, whatever the day.
    ///
    /// # Errors
    /// It is not in the list; the error carries the nearest code there is.
    pub fn get(&self, list: ListId, code: &str) -> Result<&CodeEntry, FieldError> {
        let entries = self.codes(list);
        entries.iter().find(|entry| entry.code == code).ok_or_else(|| unknown(list, code, entries))
    }

    /// A code that counts on a day.
    ///
    /// # Errors
    /// It is not in the list (with the nearest code there is), or did not count on that day.
    pub fn find(&self, list: ListId, code: &str, on: Date) -> Result<&CodeEntry, FieldError> {
        let entry = self.get(list, code)?;
        if entry.counts_on(on) {
            return Ok(entry);
        }
        Err(FieldError::CodeNotValid {
            list,
            code: entry.code.clone(),
            on,
            from: entry.valid_from,
            to: entry.valid_to,
        })
    }

    /// The code that a person means by a text: the code itself or its title, whatever the case,
    /// blanks or dashes; or else the only one that begins with it.
    ///
    /// # Errors
    /// No code, or more than one, is meant (with the nearest), or it did not count on that day.
    pub fn meant(&self, list: ListId, text: &str, on: Date) -> Result<&CodeEntry, FieldError> {
        let entries = self.codes(list);
        let wanted = plain(text);
        let exact = entries
            .iter()
            .find(|entry| plain(&entry.code) == wanted || plain(&entry.title) == wanted);
        let entry = match exact {
            Some(entry) => entry,
            None => only_beginning(entries, &wanted).ok_or_else(|| unknown(list, text, entries))?,
        };
        self.find(list, &entry.code, on)
    }

    /// What a reader sees for a code; the code itself where the list does not know it.
    pub fn title<'a>(&'a self, list: ListId, code: &'a str) -> &'a str {
        let entry = self.codes(list).iter().find(|entry| entry.code == code);
        entry.map_or(code, |entry| entry.title.as_str())
    }

    /// Code and title of every code of a list, in order.
    pub fn titles(&self, list: ListId) -> impl Iterator<Item = (&str, &str)> {
        self.codes(list).iter().map(|entry| (entry.code.as_str(), entry.title.as_str()))
    }
}

fn amend(entries: &mut Vec<CodeEntry>, code: &str, row: &BTreeMap<String, Value>) {
    if let Some(entry) = entries.iter_mut().find(|entry| entry.code == code) {
        entry.amend(row);
        return;
    }
    let mut entry = CodeEntry {
        code: code.to_owned(),
        title: code.to_owned(),
        parent: None,
        valid_from: None,
        valid_to: None,
        sort: LAST,
        retired: false,
        own: true,
    };
    entry.amend(row);
    entries.push(entry);
}

fn only_beginning<'a>(entries: &'a [CodeEntry], wanted: &str) -> Option<&'a CodeEntry> {
    if wanted.is_empty() {
        return None;
    }
    let mut fitting = entries.iter().filter(|entry| {
        plain(&entry.code).starts_with(wanted) || plain(&entry.title).starts_with(wanted)
    });
    fitting.next().filter(|_| fitting.next().is_none())
}

/// The letters and digits of a text, in lower case.
fn plain(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

fn unknown(list: ListId, text: &str, entries: &[CodeEntry]) -> FieldError {
    let names =
        entries.iter().flat_map(|entry| [(&entry.code, &entry.code), (&entry.title, &entry.code)]);
    let near = nearest(text, names.clone().map(|(name, _)| name.as_str()));
    let nearest = near.and_then(|near| names.clone().find(|(name, _)| name.as_str() == near));
    let looks_like_code =
        text.len() <= 40 && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
    FieldError::UnknownCode {
        list,
        code: if looks_like_code { text.to_owned() } else { String::new() },
        nearest: nearest.map(|(_, code)| code.clone()),
    }
}
