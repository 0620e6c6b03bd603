//! `metric new`: the files of a first metric, which runs as it is.

use std::fs;
use std::path::Path;

use crate::error::MetricError;
use crate::manifest::is_id;
use crate::package::{EXAMPLES, MANIFEST, README, SCRIPT};

const TEMPLATE_MANIFEST: &str = include_str!("template/plugin.toml");
const TEMPLATE_SCRIPT: &str = include_str!("template/metric.rhai");
const TEMPLATE_README: &str = include_str!("template/README.md");
const TEMPLATE_EXAMPLE: &str = include_str!("template/examples/small-groups.json");

/// Writes the files of a new metric into a folder of its id inside `parent`, and gives its path.
///
/// # Errors
/// Refuses an id that cannot be one, and a folder that is there already.
pub fn scaffold(parent: &Path, id: &str) -> Result<std::path::PathBuf, MetricError> {
    let fail = |why: String| MetricError::Package { file: id.to_owned(), why };
    if !is_id(id) {
        let why = "an id has small letters, digits and hyphens, as in `late-to-lessons`";
        return Err(fail(why.to_owned()));
    }
    let folder = parent.join(id);
    if folder.exists() {
        return Err(fail("there is already a file or folder of that name".to_owned()));
    }
    let examples = folder.join(EXAMPLES);
    fs::create_dir_all(&examples).map_err(|error| fail(error.to_string()))?;
    let title = crate::api::frame::title(&id.replace('-', " "));
    for (path, template) in [
        (folder.join(MANIFEST), TEMPLATE_MANIFEST),
        (folder.join(SCRIPT), TEMPLATE_SCRIPT),
        (folder.join(README), TEMPLATE_README),
        (examples.join("small-groups.json"), TEMPLATE_EXAMPLE),
    ] {
        let text = template.replace("new-metric", id).replace("New metric", &title);
        fs::write(&path, text).map_err(|error| fail(error.to_string()))?;
    }
    Ok(folder)
}

#[cfg(test)]
mod tests;
