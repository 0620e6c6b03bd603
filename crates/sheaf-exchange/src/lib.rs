//! Import and export: pupil lists and registers as management systems write them, tables as CSV
//! and as workbooks.
//!
//! Bytes come in and a plan comes out: this crate does no IO, reads no clock, draws no randomness
//! and writes no record. What a row of a file would do is said before anything is done, row by
//! row, with the line as the file shows it; whoever applies the plan does so in one transaction.
//!
//! ```
//! use sheaf_exchange::read_pupils;
//!
//! let file = read_pupils(b"Forename;Surname;UPN\nJane;Smith;B801200005001\n", &[])?;
//! assert_eq!(file.source().separator, "semicolon");
//! assert_eq!(file.len(), 1);
//! # Ok::<(), sheaf_exchange::ExchangeError>(())
//! ```

mod column;
mod dates;
mod error;
mod header;
mod limits;
mod matching;
mod names;
mod plan;
mod pupil_file;
mod register;
mod report;
mod row;
mod sheet;
mod table;
mod text;
mod words;
mod workbook;

pub use column::{ColumnMap, PupilField};
pub use error::{ExchangeError, RowError};
pub use limits::{MAX_FILE_BYTES, MAX_FILE_COLUMNS, MAX_FILE_ROWS};
pub use plan::{Here, KnownPupil, NewIds, PupilPlan, RowOutcome, RowPlan, plan_pupils};
pub use pupil_file::{PupilFile, Source, read_pupils};
pub use register::{
    MarkOutcome, MarkRow, RegisterFile, RegisterHere, RegisterMap, RegisterPlan, plan_register,
    read_register,
};
pub use report::{
    FieldChange, ImportOutcome, ImportReport, MappedColumn, MissingPupil, Refusal, RowReport,
};
pub use table::{TableCell, table_csv};
pub use workbook::{Sheet, SheetCell, workbook_xlsx};
