//! `plugin.toml`: what a metric is, what it reads and its options, known without running anything.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use toml::Spanned;

use crate::error::{MetricError, place_of};
use crate::options::{self, OptionKind, OptionSpec};

/// The version of the metric language that this host speaks.
pub const API_VERSION: u32 = 1;

/// What a metric says of itself.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Manifest {
    /// Its id, the name of its folder.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: String,
    /// The version of the language that it is written in.
    pub api: u32,
    /// The question that it answers.
    pub question: String,
    /// Tables (`room_referrals`) and columns (`pupils.year_group`) that it reads; nothing else
    /// exists for it.
    pub reads: Vec<String>,
    /// Whether it may name pupils.
    pub identify: Identify,
    /// Its options, in the order of the file.
    pub options: Vec<OptionSpec>,
}

/// Whether a metric may name pupils.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Identify {
    /// It never does.
    #[default]
    Never,
    /// Where the person who runs it may see them.
    IfAllowed,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ManifestFile {
    id: Spanned<String>,
    name: Spanned<String>,
    version: Spanned<String>,
    api: Spanned<u32>,
    question: Spanned<String>,
    reads: Vec<Spanned<String>>,
    #[serde(default)]
    identify: Identify,
    #[serde(default)]
    options: BTreeMap<Spanned<String>, OptionKind>,
}

impl Manifest {
    /// Reads the text of a `plugin.toml`.
    ///
    /// # Errors
    /// Names the place of a missing, unknown or impossible key.
    pub fn parse(text: &str) -> Result<Self, MetricError> {
        let fail = |byte: usize, why: String| {
            let (line, column) = place_of(text, byte);
            MetricError::Manifest { line, column, why }
        };
        let file: ManifestFile = toml::from_str(text).map_err(|error| {
            fail(error.span().map_or(0, |span| span.start), error.message().to_owned())
        })?;
        check_names(&file).map_err(|(byte, why)| fail(byte, why))?;
        let mut options = Vec::new();
        for (name, kind) in file.options {
            let at = name.span().start;
            let spec = options::spec(name.into_inner(), kind).map_err(|why| fail(at, why))?;
            options.push((at, spec));
        }
        options.sort_by_key(|(at, _)| *at);
        Ok(Self {
            id: file.id.into_inner(),
            name: file.name.into_inner(),
            version: file.version.into_inner(),
            api: file.api.into_inner(),
            question: file.question.into_inner(),
            reads: file.reads.into_iter().map(Spanned::into_inner).collect(),
            identify: file.identify,
            options: options.into_iter().map(|(_, spec)| spec).collect(),
        })
    }

    /// Whether it says that it reads a table, whole or in part.
    pub fn reads_table(&self, table: &str) -> bool {
        self.reads.iter().any(|read| table_of(read) == table)
    }
}

/// The table of what is read, be it a whole one or a column.
fn table_of(read: &str) -> &str {
    read.split('.').next().unwrap_or(read)
}

/// The first name that cannot be used: where it stands and why.
fn check_names(file: &ManifestFile) -> Result<(), (usize, String)> {
    if !is_id(file.id.as_ref()) {
        let why =
            "an id has small letters, digits and hyphens, at most 64, as in `repeat-referrals`";
        return Err((file.id.span().start, why.to_owned()));
    }
    if *file.api.as_ref() != API_VERSION {
        let why = format!(
            "the metric is written for version {} of the language; this program speaks \
             {API_VERSION}",
            file.api.as_ref()
        );
        return Err((file.api.span().start, why));
    }
    if !is_version(file.version.as_ref()) {
        let why = "a version has three numbers, as in `1.0.0`".to_owned();
        return Err((file.version.span().start, why));
    }
    for read in &file.reads {
        check_read(read.as_ref()).map_err(|why| (read.span().start, why))?;
    }
    Ok(())
}

/// What its author should mend in the text of a manifest that can be read, each at its place.
pub(crate) fn doubts(text: &str) -> Vec<MetricError> {
    let Ok(file) = toml::from_str::<ManifestFile>(text) else { return Vec::new() };
    let mut found: Vec<(usize, String)> = Vec::new();
    for (key, words) in [("name", &file.name), ("question", &file.question)] {
        let why = doubt_about(words.get_ref()).map(|why| format!("`{key}` {why}"));
        found.extend(why.map(|why| (words.span().start, why)));
    }
    for (name, kind) in &file.options {
        let OptionKind::Filter { table, .. } = kind else { continue };
        let is_read = file.reads.iter().any(|read| table_of(read.get_ref()) == table);
        if !is_read {
            let option = name.get_ref();
            let why = format!("`{option}` is over `{table}`, which `reads` does not list");
            found.push((name.span().start, why));
        }
    }
    found.sort();
    let error = |(byte, why): (usize, String)| {
        let (line, column) = place_of(text, byte);
        MetricError::Manifest { line, column, why }
    };
    found.into_iter().map(error).collect()
}

/// What is wrong with words that people read.
fn doubt_about(words: &str) -> Option<String> {
    if words.trim().is_empty() {
        return Some("is empty; it is what people read".to_owned());
    }
    let control = words.chars().find(|letter| letter.is_control())?;
    let sign = control.escape_unicode();
    Some(format!("holds the control character `{sign}`; leave it out"))
}

/// Whether a text can be the id of a metric and the name of its folder.
pub fn is_id(text: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    (1..=64).contains(&text.len())
        && text.bytes().all(allowed)
        && !text.starts_with('-')
        && !text.ends_with('-')
}

fn is_version(text: &str) -> bool {
    let parts: Vec<&str> = text.split('.').collect();
    parts.len() == 3 && parts.iter().all(|part| part.parse::<u32>().is_ok())
}

fn check_read(read: &str) -> Result<(), String> {
    let (table, column) = read.split_once('.').map_or((read, None), |(t, c)| (t, Some(c)));
    options::check_table(table)?;
    column.map_or(Ok(()), |column| options::check_column(table, column))
}

#[cfg(test)]
mod tests;
