//! Why a whole file is refused, and why one of its rows is.

use sheaf_records::FieldError;

/// Why a file is refused before any of its rows is looked at.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ExchangeError {
    /// There is nothing in it.
    #[error("the file is empty; export it again")]
    Empty,
    /// It is something else.
    #[error("this is {what}, not a CSV file: {advice}")]
    NotCsv {
        /// What it is.
        what: &'static str,
        /// What to do.
        advice: &'static str,
    },
    /// It says how it is encoded, and is not.
    #[error("the file says that it is {encoding}, but parts of it are not; export it again")]
    Damaged {
        /// The encoding that its first bytes name.
        encoding: &'static str,
    },
    /// It is too long.
    #[error("the file has {bytes} bytes; {max} are the most: export pupils alone, in parts")]
    TooLarge {
        /// Its length.
        bytes: usize,
        /// The limit.
        max: usize,
    },
    /// It has too many rows.
    #[error("the file has more than {max} rows; export it in parts")]
    TooManyRows {
        /// The limit.
        max: usize,
    },
    /// A row has too many cells.
    #[error("line {line} has {cells} cells; {max} are the most: choose fewer columns")]
    TooManyColumns {
        /// Where.
        line: usize,
        /// How many.
        cells: usize,
        /// The limit.
        max: usize,
    },
    /// A quotation mark has no other.
    #[error("the quotation mark in line {line} is never closed; close it, or remove it")]
    OpenQuote {
        /// Where the row begins.
        line: usize,
    },
    /// A workbook cannot hold what was to be written.
    #[error("not written as a workbook: {0}; write it as CSV or JSON")]
    Workbook(String),
    /// No row looks like a header.
    #[error(
        "no header line in the first {looked} lines: a line with names such as Forename, Surname \
         and UPN is needed above the pupils"
    )]
    NoHeader {
        /// How many lines were looked at.
        looked: usize,
    },
    /// There is a header and nothing under it.
    #[error("there is no pupil under the header in line {header_line}")]
    NoRows {
        /// Where the header is.
        header_line: usize,
    },
    /// A column that is needed was not found.
    #[error(
        "no column says the {field}{}; say which one does with --map {field}=COLUMN; the columns \
         are {}",
        near(.nearest), listed(.columns)
    )]
    MissingColumn {
        /// What is needed.
        field: &'static str,
        /// The column that may have been meant.
        nearest: Option<String>,
        /// Every column of the file.
        columns: Vec<String>,
    },
    /// Two columns say the same.
    #[error(
        "the columns {} all say the {field}; say which one counts with --map {field}=COLUMN",
        numbered(.columns)
    )]
    DoubledColumn {
        /// What they say.
        field: &'static str,
        /// Which they are, by number from 1 and by name.
        columns: Vec<(usize, String)>,
    },
    /// `--map` is not written as it should be.
    #[error("`{0}`: write --map FIELD=COLUMN, such as --map surname=\"Family name\"")]
    MalformedMap(String),
    /// `--map` names a field that pupils do not have.
    #[error("--map: pupils have no field `{field}`{}; there are {known}", near(.nearest))]
    UnknownField {
        /// What was asked for.
        field: String,
        /// The nearest there is.
        nearest: Option<String>,
        /// Every field.
        known: String,
    },
    /// `--map` names a column that the file does not have.
    #[error("--map: the file has no column `{column}`{}; there are {}",
        near(.nearest), listed(.columns))]
    UnknownColumn {
        /// What was asked for.
        column: String,
        /// The nearest there is.
        nearest: Option<String>,
        /// Every column of the file.
        columns: Vec<String>,
    },
    /// `--map` is given twice for a field.
    #[error("--map: `{0}` is given twice; give each field one column")]
    MappedTwice(&'static str),
    /// Every date of a column has the month first.
    #[error(
        "the dates in column `{column}` have the month first (line {line}: {value}); export them \
         with the day first, or as 2012-03-14"
    )]
    MonthFirst {
        /// The column.
        column: String,
        /// The first line that shows it.
        line: usize,
        /// What stands there.
        value: String,
    },
}

fn listed(columns: &[String]) -> String {
    columns.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}

fn numbered(columns: &[(usize, String)]) -> String {
    let columns = columns.iter().map(|(number, name)| format!("`{name}` ({number})"));
    columns.collect::<Vec<_>>().join(" and ")
}

fn near(nearest: &Option<String>) -> String {
    nearest.as_ref().map(|name| format!(" (did you mean `{name}`?)")).unwrap_or_default()
}

/// Why one cell or row is refused. The cell itself is shown beside it, so it is not repeated here.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RowError {
    /// The schema refuses the value.
    #[error(transparent)]
    Field(#[from] FieldError),
    /// The text is no year group.
    #[error("is no year group; write `Year 9`, `9` or `Reception`")]
    NotAYear,
    /// The text is no date.
    #[error("is no date; write it as 14/03/2012 or 2012-03-14")]
    NotADate,
    /// The day does not exist.
    #[error("is a day that does not exist; days come first, as in 14/03/2012")]
    NoSuchDay,
    /// The month comes first.
    #[error("has the month first; days come first, as in 14/03/2012")]
    MonthFirst,
    /// A birthday that has not come yet.
    #[error("is in the future")]
    Future,
    /// A birthday that no pupil has.
    #[error("is more than {0} years ago; check the year")]
    TooLongAgo(i16),
    /// One cell with a whole name that could be split in several ways.
    #[error(
        "does not show which part is the surname; write `Surname, Forename`, or give two columns"
    )]
    WholeName,
    /// An old code without a successor.
    #[error("is an old code that counts no longer; write {0}")]
    OldCode(&'static str),
    /// Neither yes nor no nor a code.
    #[error("is neither yes nor no nor a code of the list `{0}`")]
    NotYesOrNo(sheaf_records::ListId),
    /// More cells than the header has columns.
    #[error(
        "the row has {cells} cells and the header {columns}; a separator inside a cell needs \
         quotation marks around the cell"
    )]
    TooManyCells {
        /// Of the row.
        cells: usize,
        /// Of the header.
        columns: usize,
    },
    /// A new pupil without a name.
    #[error("is missing; a pupil who is not here yet needs one")]
    Missing,
    /// The same pupil in several rows that differ.
    #[error("is the same pupil as in line {line}, and differs in {differs}; keep one of the rows")]
    Twice {
        /// The other row.
        line: usize,
        /// What differs.
        differs: String,
    },
    /// The row could mean pupils who are here, and does not say which.
    #[error("could be {}; {advice}", .candidates.join(", or "))]
    Ambiguous {
        /// Whom it could mean.
        candidates: Vec<String>,
        /// What to do.
        advice: &'static str,
    },
    /// The UPN is that of a pupil with another name and another birthday.
    #[error("is the UPN of {0} here, with another name and date of birth; check the number")]
    AnotherPupil(String),
    /// A row of a register that names nobody who is here.
    #[error("is nobody here; correct the row, or bring the pupil list in first")]
    NobodyHere,
    /// The pupil is not on the roll on the day of a mark.
    #[error("is not on the roll on {0}")]
    NotOnRoll(jiff::civil::Date),
    /// A mark of a day that is no school day.
    #[error("{0} is not a school day; correct the date, or the calendar")]
    NoSchoolDay(jiff::civil::Date),
    /// Somebody is marked present on a day that has not come.
    #[error("is present, on a day that has not come yet")]
    PresentLater,
    /// The text names no session.
    #[error(transparent)]
    Session(#[from] sheaf_records::UnknownSession),
    /// One session of one pupil in two rows that differ.
    #[error("line {line} marks the same session otherwise; keep one of the rows")]
    MarkedTwice {
        /// The other row.
        line: usize,
    },
    /// A cell that a register needs is empty.
    #[error("is empty; a mark needs a pupil, a date, a session and a code")]
    EmptyCell,
    /// The value here is in conflict.
    #[error("has several values here at once; choose one with `sheaf record resolve` first")]
    InConflict,
}
