//! The manifest of a school's folder: what it holds, and what was left out and why.

use std::collections::BTreeSet;
use std::path::Path;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use sheaf_analytics::ColumnType;
use sheaf_records::{Kind, Record, RecordId, SchoolCalendar};

use crate::coarse::Dates;
use crate::error::{LakeError, Result};
use crate::format::{
    FORMAT, MANIFEST, MAX_FILE_BYTES, MAX_FILE_ROWS, MAX_FILES, MAX_MANIFEST_BYTES, MAX_TEXT_BYTES,
    SPELLS, is_kept,
};

/// What the folder of a school holds.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// The version of the layout.
    pub format: u32,
    /// The pseudonym of the school.
    pub school: String,
    /// Which key the pseudonyms were made with; the key itself is not here.
    pub key_id: String,
    /// How exact its dates are.
    pub dates: Dates,
    /// The day on which the data ends.
    pub as_of: Date,
    /// Whether the school is an invented one.
    pub invented: bool,
    /// Its tables.
    pub tables: Vec<TableEntry>,
    /// Its school years.
    pub calendars: Vec<YearEntry>,
    /// What was left out, and why.
    pub withheld: Vec<Withheld>,
}

/// One table.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TableEntry {
    /// Its name.
    pub name: String,
    /// Its columns with their types.
    pub columns: Vec<(String, ColumnType)>,
    /// How many rows it has.
    pub rows: u64,
    /// How many records stand behind them.
    pub records: u64,
    /// Its files, in the order of its rows.
    pub files: Vec<FileEntry>,
}

/// One file of a table.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FileEntry {
    /// Where it is in the folder.
    pub path: String,
    /// The school year of its rows, none where rows have no year.
    pub year: Option<String>,
    /// How many rows it has.
    pub rows: u64,
    /// How long it is.
    pub bytes: u64,
    /// The BLAKE3 of its bytes.
    pub blake3: String,
}

/// Something that was left out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Withheld {
    /// What: a table and column, or the rows of a space.
    pub what: String,
    /// How many values or rows, where it is not everything.
    pub count: Option<u64>,
    /// Why.
    pub why: String,
}

/// One school year.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct YearEntry {
    /// Its name, as `2026/27`.
    pub year: String,
    /// Its first day.
    pub from: Date,
    /// Its last day.
    pub to: Date,
    /// Its half-terms: code, first and last day.
    pub half_terms: Vec<(String, Date, Date)>,
    /// The weekdays inside half-terms without school.
    pub closed: Vec<Date>,
    /// The periods of the day, in the latest year alone.
    pub periods: Vec<PeriodEntry>,
}

/// One period of the day.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PeriodEntry {
    /// Its code.
    pub code: String,
    /// Its place in the day.
    pub order: i64,
    /// What pupils do in it.
    pub kind: String,
    /// When it starts, as `08:40`.
    pub starts: String,
    /// When it ends.
    pub ends: String,
    /// The code of the period before it.
    pub follows: Option<String>,
}

impl YearEntry {
    /// The years of a calendar, without what the school calls its days.
    pub(crate) fn all(calendar: &SchoolCalendar) -> Vec<Self> {
        let count = calendar.years().count();
        let years = calendar.years().enumerate();
        years
            .map(|(at, (year, from, to))| {
                let own = calendar.half_terms().iter().filter(|term| term.year == year);
                let closed = own.clone().flat_map(|term| closed_in(calendar, term.from, term.to));
                Self {
                    year: year.to_owned(),
                    from,
                    to,
                    closed: closed.collect(),
                    half_terms: own.map(|one| (one.code.clone(), one.from, one.to)).collect(),
                    periods: if at + 1 == count { PeriodEntry::all(calendar) } else { Vec::new() },
                }
            })
            .collect()
    }

    /// The year as a record, which calendars are made of.
    pub(crate) fn record(&self) -> Record {
        let id = RecordId::from_bytes([0; 16]);
        let mut record = Record { id, kind: Kind::Calendar, fields: Default::default() };
        record.set("year", self.year.as_str());
        record.set("from", self.from);
        record.set("to", self.to);
        for (code, from, to) in &self.half_terms {
            record.set_row("terms", code, "from", *from);
            record.set_row("terms", code, "to", *to);
        }
        for day in &self.closed {
            record.set_row("closures", &day.to_string(), "title", "closed");
        }
        for period in &self.periods {
            let mut set = |column: &str, text: &str| {
                record.set_row("periods", &period.code, column, text);
            };
            set("title", &period.code);
            set("kind", &period.kind);
            set("starts", &period.starts);
            set("ends", &period.ends);
            if let Some(follows) = &period.follows {
                set("follows", follows);
            }
            record.set_row("periods", &period.code, "order", period.order);
        }
        record
    }
}

fn closed_in(calendar: &SchoolCalendar, from: Date, to: Date) -> Vec<Date> {
    let days = from.series(jiff::Span::new().days(1)).take_while(|day| *day <= to);
    let is_weekday = |day: &Date| day.weekday().to_monday_one_offset() <= 5;
    days.filter(is_weekday).filter(|day| !calendar.is_open(*day)).collect()
}

impl PeriodEntry {
    fn all(calendar: &SchoolCalendar) -> Vec<Self> {
        let time = |time: jiff::civil::Time| time.strftime("%H:%M").to_string();
        let periods = calendar.periods().iter();
        periods
            .map(|period| Self {
                code: period.code.clone(),
                order: period.order,
                kind: period.kind.clone(),
                starts: time(period.starts),
                ends: time(period.ends),
                follows: period.follows.clone(),
            })
            .collect()
    }
}

impl Manifest {
    /// Reads the manifest of a folder and checks everything that it says.
    pub(crate) fn read(folder: &Path) -> Result<Self> {
        let path = folder.join(MANIFEST);
        let size = std::fs::metadata(&path).map_err(|source| LakeError::file(&path, source))?.len();
        if size > MAX_MANIFEST_BYTES {
            let why = format!("{size} bytes are more than {MAX_MANIFEST_BYTES}");
            return Err(LakeError::wrong(&path, why));
        }
        let text = std::fs::read(&path).map_err(|source| LakeError::file(&path, source))?;
        let read: Self = serde_json::from_slice(&text)
            .map_err(|error| LakeError::wrong(&path, format!("this is no manifest: {error}")))?;
        match read.problem() {
            None => Ok(read),
            Some(why) => Err(LakeError::wrong(&path, why)),
        }
    }

    /// What is wrong with it, if anything.
    fn problem(&self) -> Option<String> {
        if self.format != FORMAT {
            let format = self.format;
            return Some(format!("format {format} is not known here, only {FORMAT}; export again"));
        }
        if !is_pseudonym(&self.school) {
            return Some("`school` is no pseudonym of 32 hexadecimal digits".to_owned());
        }
        let files = self.tables.iter().map(|table| table.files.len()).sum::<usize>();
        if files > MAX_FILES {
            return Some(format!("{files} files are more than {MAX_FILES}"));
        }
        let mut seen = BTreeSet::new();
        let twice = self.tables.iter().find(|table| !seen.insert(table.name.as_str()));
        if let Some(table) = twice {
            return Some(format!("table `{}` is there twice", table.name));
        }
        self.tables.iter().find_map(TableEntry::problem)
    }

    /// The table of this name.
    pub(crate) fn table(&self, name: &str) -> Option<&TableEntry> {
        self.tables.iter().find(|table| table.name == name)
    }
}

impl TableEntry {
    fn problem(&self) -> Option<String> {
        let name = &self.name;
        let known = name == SPELLS || (sheaf_analytics::table(name).is_ok() && is_kept(name));
        if !known {
            let name: String = name.chars().take(MAX_TEXT_BYTES).collect();
            return Some(format!(
                "there is no table `{name}`; this lake may be of a newer program"
            ));
        }
        let rows = self.files.iter().try_fold(0u64, |sum, file| sum.checked_add(file.rows));
        if rows != Some(self.rows) || self.records > self.rows {
            return Some(format!("`{name}`: its rows and those of its files do not agree"));
        }
        self.files.iter().find_map(|file| file.problem(name))
    }
}

impl FileEntry {
    fn problem(&self, table: &str) -> Option<String> {
        let inside = self.path.strip_prefix(table).and_then(|rest| rest.strip_prefix('/'));
        let stem = inside.and_then(|rest| rest.strip_suffix(".parquet")).unwrap_or_default();
        let plain = |letter: char| letter.is_ascii_alphanumeric() || "=-_".contains(letter);
        if stem.is_empty() || stem.len() > MAX_TEXT_BYTES || !stem.chars().all(plain) {
            return Some(format!("a file of `{table}` is not called as those of a lake are"));
        }
        if self.bytes > MAX_FILE_BYTES || self.rows > MAX_FILE_ROWS {
            return Some(format!("{} is larger than a file of a lake may be", self.path));
        }
        None
    }
}

fn is_pseudonym(text: &str) -> bool {
    text.len() == 32 && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}
