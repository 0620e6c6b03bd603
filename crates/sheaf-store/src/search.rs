//! Full-text search over titles and bodies of records.

use std::fmt;

use rusqlite::params_from_iter;
use rusqlite::types::Value;
use sheaf_charter::{DocumentId, SpaceId};

use crate::listing::marks;
use crate::{Result, Snapshot};

/// Words beyond these are not looked at: nobody types more, and each costs a scan.
const MAX_WORDS: usize = 12;
/// Letters of a word beyond these are not looked at.
const MAX_WORD_CHARS: usize = 64;

/// A record in which all the words were found.
#[derive(Clone, PartialEq, Eq)]
pub struct Hit {
    /// The record.
    pub record: DocumentId,
    /// The space that it is in.
    pub space: SpaceId,
    /// Its kind.
    pub kind: String,
    /// Where it stands on a timeline, in minutes.
    pub sort_at: i64,
    /// Its title.
    pub title: String,
    /// Some words around the find.
    pub excerpt: String,
}

/// Says nothing of what was found.
impl fmt::Debug for Hit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Hit")
            .field("record", &self.record)
            .field("kind", &self.kind)
            .finish_non_exhaustive()
    }
}

impl Snapshot<'_> {
    /// The records in these spaces that have every word of the text, each as the beginning of a
    /// word, whatever its case and accents; the best first. Punctuation means nothing. A text
    /// without a letter or digit finds nothing.
    pub fn search(&self, text: &str, spaces: &[SpaceId], limit: u32) -> Result<Vec<Hit>> {
        let Some(expression) = expression(text) else { return Ok(Vec::new()) };
        let sql = format!(
            "SELECT r.record, r.space, r.kind, r.sort_at, r.title,
                    snippet(search, -1, '', '', '…', 16)
             FROM search JOIN records r ON r.row = search.rowid
             WHERE search MATCH ? AND r.withdrawn = 0 AND r.space IN ({})
             ORDER BY bm25(search, 4.0, 1.0), r.sort_at DESC, r.record LIMIT ?",
            marks(spaces.len())
        );
        let mut values = vec![Value::from(expression)];
        values.extend(spaces.iter().map(|space| Value::from(space.to_bytes().to_vec())));
        values.push(i64::from(limit).into());
        self.all(&sql, params_from_iter(&values), |row| {
            Ok(Hit {
                record: DocumentId::from_bytes(row.get(0)?),
                space: SpaceId::from_bytes(row.get(1)?),
                kind: row.get(2)?,
                sort_at: row.get(3)?,
                title: row.get(4)?,
                excerpt: row.get(5)?,
            })
        })
    }
}

/// Every word as a quoted prefix: nothing in it can be taken for an operator.
fn expression(text: &str) -> Option<String> {
    let words = text
        .split(|c: char| c.is_whitespace() || c == '"' || c.is_control())
        .filter(|word| word.chars().any(char::is_alphanumeric))
        .take(MAX_WORDS)
        .map(|word| format!("\"{}\"*", word.chars().take(MAX_WORD_CHARS).collect::<String>()));
    let words: Vec<_> = words.collect();
    (!words.is_empty()).then(|| words.join(" "))
}
