//! The reference of the metric language, whole or of one name.

use sheaf_metrics::{Host, Manifest, reference};

use crate::error::{Result, SchoolError};

pub use sheaf_metrics::reference::Section as ReferenceSection;
pub use sheaf_metrics::{Completion as MetricWord, Vocabulary as MetricVocabulary};

/// The reference, or what it says of one name or group: its entries, and the same as Markdown.
///
/// # Errors
/// Nothing is called so.
pub fn metric_reference(name: Option<&str>) -> Result<(Vec<ReferenceSection>, String)> {
    let host = Host::new();
    let Some(name) = name else {
        return Ok((reference::sections(host.items()), reference::whole(host.items())));
    };
    let sections =
        reference::look_up(host.items(), name).map_err(|near| SchoolError::NotFound {
            what: "word of the metric language",
            name: name.to_owned(),
            hint: near.map_or_else(
                || "; `sheaf metric reference` lists them all".to_owned(),
                |near| format!("; did you mean `{near}`?"),
            ),
        })?;
    let text = reference::markdown(&sections);
    Ok((sections, text))
}

/// The words that a script can go on with; without a manifest those of all tables.
pub fn metric_vocabulary(manifest: Option<&Manifest>) -> MetricVocabulary {
    MetricVocabulary::of(Host::new().items(), manifest)
}

/// The names of the language, for a shell to complete.
pub fn metric_words() -> Vec<&'static str> {
    let is_word = |name: &&str| name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    let host = Host::new();
    let mut names: Vec<&str> = host.items().iter().map(|item| item.name).filter(is_word).collect();
    names.push(sheaf_metrics::MANIFEST);
    names.sort_unstable();
    names.dedup();
    names
}
