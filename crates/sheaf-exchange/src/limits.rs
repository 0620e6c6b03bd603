//! The bounds of a file that is read. Each is far above what a school has, and low enough that no
//! file can exhaust a device.

/// The largest file, in bytes: a list of 4,000 pupils with 40 columns has about 1.5 MB.
pub const MAX_FILE_BYTES: usize = 8 * 1024 * 1024;

/// The most rows under the header: five times the largest school.
pub const MAX_FILE_ROWS: usize = 20_000;

/// The most cells in one row: the widest export of a management system has some 150.
pub const MAX_FILE_COLUMNS: usize = 300;

/// How many lines a title above the header may take.
pub(crate) const MAX_TITLE_ROWS: usize = 20;

/// How much of a cell is shown in a report, in characters.
pub(crate) const MAX_SHOWN: usize = 60;

/// How many candidates are named where several pupils fit.
pub(crate) const MAX_CANDIDATES: usize = 6;
