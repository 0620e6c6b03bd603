//! A metric as one text, in which it is replicated: one form for each package.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Package, wrong};
use crate::error::MetricError;
use crate::limits::MAX_PACKAGE_TEXT;

/// The form that this build reads and writes.
const FORMAT: u8 = 1;
/// What an error calls the whole.
const WHOLE: &str = "package";

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Text {
    format: u8,
    files: BTreeMap<String, String>,
}

impl Package {
    /// All its files and the signature as one text.
    ///
    /// # Errors
    /// It is larger than what one save may carry.
    pub fn to_text(&self) -> Result<String, MetricError> {
        let text = Text { format: FORMAT, files: self.all_files() };
        let text = serde_json::to_string(&text).map_err(|error| wrong(WHOLE, error.to_string()))?;
        if text.len() <= MAX_PACKAGE_TEXT {
            return Ok(text);
        }
        let why = format!(
            "{} bytes in all are more than the {MAX_PACKAGE_TEXT} that can be shared; shorten \
             README.md and the examples",
            text.len()
        );
        Err(wrong(WHOLE, why))
    }

    /// Reads what [`Package::to_text`] wrote.
    ///
    /// # Errors
    /// As [`Package::from_files`]; also any other form of the same files.
    pub fn from_text(text: &str) -> Result<Self, MetricError> {
        if text.len() > MAX_PACKAGE_TEXT {
            let why = format!("{} bytes are more than {MAX_PACKAGE_TEXT}", text.len());
            return Err(wrong(WHOLE, why));
        }
        let read: Text =
            serde_json::from_str(text).map_err(|error| wrong(WHOLE, error.to_string()))?;
        if read.format != FORMAT {
            let why = format!("format {} is not known here, only {FORMAT}", read.format);
            return Err(wrong(WHOLE, why));
        }
        // A name that comes twice, or blanks between: nobody writes that.
        let again =
            serde_json::to_string(&read).map_err(|error| wrong(WHOLE, error.to_string()))?;
        if again != text {
            return Err(wrong(WHOLE, "it is not in the form in which a metric is written"));
        }
        Self::from_files(read.files)
    }
}
