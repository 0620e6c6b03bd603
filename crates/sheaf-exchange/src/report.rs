//! What an import does or would do, row by row, for people and for programs.

use std::fmt::{self, Write};

use serde::Serialize;

use crate::pupil_file::Source;

/// What an import did, or would do.
#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct ImportReport {
    /// What the rows are: `pupils` or `register`.
    pub format: &'static str,
    /// Whether anything was written.
    pub outcome: ImportOutcome,
    /// How the file was read.
    pub source: Source,
    /// Which column says which field.
    pub columns: Vec<MappedColumn>,
    /// How many rows name a pupil.
    pub rows: usize,
    /// How many of them are new: pupils, or marks of sessions that had none.
    pub added: usize,
    /// How many change something about a pupil who is here, or a mark that stands.
    pub updated: usize,
    /// How many say what is known.
    pub unchanged: usize,
    /// How many say the same as a row before them.
    pub repeated: usize,
    /// How many are refused.
    pub refused_rows: usize,
    /// Each reason for which a row is refused.
    pub refused: Vec<Refusal>,
    /// Every row, in the order of the file.
    pub details: Vec<RowReport>,
    /// Pupils on the roll here whom the list does not name.
    pub missing: Vec<MissingPupil>,
    /// What else a person should know.
    pub notes: Vec<String>,
}

/// Whether an import has written anything.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum ImportOutcome {
    /// All that can be written was written.
    Imported,
    /// Nothing was to be written.
    DryRun,
    /// Rows are refused, so nothing was written.
    Refused,
    /// Everything in the list is known.
    NothingNew,
}

/// A field and the column that says it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct MappedColumn {
    /// The field.
    pub field: &'static str,
    /// The header of the column.
    pub column: String,
}

/// One reason for which a row is refused.
#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct Refusal {
    /// The line of the file on which the row begins.
    pub row: usize,
    /// The header of the column; empty where the row as a whole is meant.
    pub column: String,
    /// What stands there, cut where it is long.
    pub value: String,
    /// What is wrong and what to do.
    pub why: String,
}

/// One row.
#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct RowReport {
    /// The line of the file on which it begins.
    pub row: usize,
    /// `added`, `updated`, `unchanged`, `repeated` or `refused`.
    pub outcome: &'static str,
    /// The pupil's name, as the row has it.
    pub pupil: String,
    /// The pupil's record, where it is known.
    pub id: Option<String>,
    /// The row that says the same, where this one is passed over for it.
    pub repeats: Option<usize>,
    /// What changes about a pupil who is here.
    pub changes: Vec<FieldChange>,
}

/// One field that changes.
#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct FieldChange {
    /// Which.
    pub field: &'static str,
    /// What it is now; null for none.
    pub before: Option<String>,
    /// What it becomes; null for none.
    pub after: Option<String>,
}

/// A pupil on the roll here whom the list does not name.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct MissingPupil {
    /// The name.
    pub name: String,
    /// The year group.
    pub year_group: Option<String>,
    /// The registration group.
    pub reg_group: Option<String>,
    /// The record.
    pub id: String,
}

/// How many missing pupils are named in a text.
const MAX_NAMED: usize = 12;

impl ImportReport {
    /// The report as lines for a person: every row, or only those that are refused.
    pub fn text(&self, details: &[RowReport]) -> String {
        let mut text = String::new();
        // Writing into a string cannot fail.
        self.write(&mut text, details).ok();
        text
    }

    /// The rows of the report in a table: row, outcome, pupil, field or column, what was, what is
    /// or why it is refused.
    pub fn table(&self) -> Vec<Vec<String>> {
        let mut rows = Vec::new();
        for detail in &self.details {
            let mut row = |column: &str, before: &str, after: &str| {
                let texts = [detail.outcome, &detail.pupil, column, before, after];
                let number = std::iter::once(detail.row.to_string());
                rows.push(number.chain(texts.map(str::to_owned)).collect());
            };
            for one in &detail.changes {
                row(one.field, words(&one.before), words(&one.after));
            }
            let refused = self.refused.iter().filter(|refusal| refusal.row == detail.row);
            for refusal in refused.clone() {
                row(&refusal.column, &refusal.value, &refusal.why);
            }
            if detail.changes.is_empty() && refused.count() == 0 {
                row("", "", "");
            }
        }
        rows
    }

    fn write(&self, out: &mut String, details: &[RowReport]) -> fmt::Result {
        let source = &self.source;
        let system = source.system.map_or("List".to_owned(), |name| format!("List from {name}"));
        writeln!(
            out,
            "{system}: {}, separated by {}s, header in line {}",
            source.encoding, source.separator, source.header_line
        )?;
        let columns = self.columns.iter().map(|one| format!("{} = {}", one.field, one.column));
        writeln!(out, "{}\n", columns.collect::<Vec<_>>().join(", "))?;
        self.write_rows(out, details)?;
        writeln!(out, "{}", self.summary())?;
        self.write_missing(out)?;
        self.notes.iter().try_for_each(|note| writeln!(out, "Note: {note}"))
    }

    fn write_rows(&self, out: &mut String, details: &[RowReport]) -> fmt::Result {
        let longest = details.iter().map(|detail| detail.pupil.chars().count()).max().unwrap_or(0);
        for detail in details {
            let (row, outcome, pupil) = (detail.row, detail.outcome, &detail.pupil);
            let mut line = format!("{row:>5}  {outcome:<9}  {pupil:<longest$}");
            let changes = detail.changes.iter().map(|one| {
                format!("{}: {} → {}", one.field, shown(&one.before), shown(&one.after))
            });
            let refused = self.refused.iter().filter(|refusal| refusal.row == detail.row);
            let repeats = detail.repeats.map(|line| format!("says what line {line} says"));
            let reasons: Vec<String> =
                changes.chain(refused.map(Refusal::words)).chain(repeats).collect();
            if !reasons.is_empty() {
                line = format!("{line}  {}", reasons.join("; "));
            }
            writeln!(out, "{}", line.trim_end())?;
        }
        if details.is_empty() { Ok(()) } else { writeln!(out) }
    }

    /// The counts in one line.
    pub fn summary(&self) -> String {
        let mut parts = vec![
            format!("{} added", self.added),
            format!("{} updated", self.updated),
            format!("{} unchanged", self.unchanged),
        ];
        if self.repeated > 0 {
            parts.push(format!("{} repeated", self.repeated));
        }
        parts.push(format!("{} refused", self.refused_rows));
        let rows = match self.rows {
            1 => "1 row".to_owned(),
            rows => format!("{rows} rows"),
        };
        let tense = match self.outcome {
            ImportOutcome::Imported => "",
            ImportOutcome::NothingNew => " (nothing to write)",
            ImportOutcome::DryRun | ImportOutcome::Refused => " (nothing was written)",
        };
        format!("{rows}: {}{tense}", parts.join(", "))
    }

    fn write_missing(&self, out: &mut String) -> fmt::Result {
        if self.missing.is_empty() {
            return Ok(());
        }
        let named = self.missing.iter().take(MAX_NAMED).map(|pupil| {
            let parts = [Some(&pupil.name), pupil.year_group.as_ref(), pupil.reg_group.as_ref()];
            parts.into_iter().flatten().cloned().collect::<Vec<_>>().join(" ")
        });
        let named = named.collect::<Vec<_>>().join(", ");
        let count = self.missing.len();
        let rest = if count > MAX_NAMED { ", …" } else { "" };
        let (are, they) = if count == 1 { ("pupil is", "was") } else { ("pupils are", "were") };
        writeln!(
            out,
            "{count} {are} on the roll here and not in the list, and {they} left as they are: \
             {named}{rest}"
        )
    }
}

impl Refusal {
    /// Where and why, in words.
    pub fn words(&self) -> String {
        match (self.column.is_empty(), self.value.is_empty()) {
            (true, _) => self.why.clone(),
            (false, true) => format!("{}: {}", self.column, self.why),
            (false, false) => format!("{} `{}`: {}", self.column, self.value, self.why),
        }
    }
}

fn words(value: &Option<String>) -> &str {
    value.as_deref().unwrap_or_default()
}

fn shown(value: &Option<String>) -> &str {
    value.as_deref().unwrap_or("none")
}

/// Reports are about children: a log line shows the counts alone.
impl fmt::Debug for ImportReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ImportReport({})", self.summary())
    }
}

impl fmt::Debug for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Refusal(row {})", self.row)
    }
}

impl fmt::Debug for RowReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RowReport(row {}, {})", self.row, self.outcome)
    }
}

impl fmt::Debug for FieldChange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "FieldChange({})", self.field)
    }
}

impl fmt::Debug for MissingPupil {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("MissingPupil(..)")
    }
}
