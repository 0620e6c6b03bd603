//! Every limit of a script, with its reason. None is left to the script engine's own choice: those
//! differ between builds.

use std::time::Duration;

/// Steps of the script engine; a metric of forty lines over tens of groups takes thousands.
pub const MAX_OPERATIONS: u64 = 20_000_000;
/// Calls inside calls; a metric needs three.
pub const MAX_CALL_LEVELS: usize = 24;
/// Nesting of an expression outside functions; deeper ones could overflow the stack.
pub const MAX_EXPRESSION_DEPTH: usize = 64;
/// Nesting of an expression inside functions.
pub const MAX_FUNCTION_EXPRESSION_DEPTH: usize = 48;
/// Variables at a time.
pub const MAX_VARIABLES: usize = 256;
/// Functions in a script.
pub const MAX_FUNCTIONS: usize = 128;
/// Modules in a script: there is nothing to import.
pub const MAX_MODULES: usize = 0;
/// Bytes of a text.
pub const MAX_STRING: usize = 64 * 1024;
/// Items of an array. The engine counts them at each change, so large arrays would also be slow;
/// many values belong in a column.
pub const MAX_ARRAY: usize = 10_000;
/// Entries of a map.
pub const MAX_MAP: usize = 2_000;
/// Items that all variables of a script hold together, however deep: a few megabytes.
pub const MAX_HELD: usize = 50_000;
/// Bytes of text that all variables of a script hold together.
pub const MAX_HELD_TEXT: usize = 16 * 1024 * 1024;
/// Values in values in values: dropping and counting them takes a little stack for each.
pub const MAX_NESTING: usize = 64;
/// Uses of a variable between two counts of what the variables hold, at least.
pub const USES_A_COUNT: u32 = 32;
/// One more use between two counts for so many items: a count then costs each use the same.
pub const ITEMS_A_USE: u32 = 64;
/// Bytes of a script.
pub const MAX_SCRIPT: usize = 256 * 1024;
/// Bytes of any other file of a package.
pub const MAX_FILE: usize = 1024 * 1024;
/// Examples in a package.
pub const MAX_EXAMPLES: usize = 50;
/// Characters of the name of an example.
pub const MAX_FILE_NAME: usize = 80;
/// Bytes of all files of a package that comes as a zip file.
pub const MAX_PACKAGE: usize = 4 * 1024 * 1024;
/// Bytes of a zip file: what is in it is text and packs well.
pub const MAX_ZIP: usize = 2 * 1024 * 1024;
/// Bytes of a package as it is replicated, so that one entry holds it with room to spare.
pub const MAX_PACKAGE_TEXT: usize = sheaf_records::MAX_PACKAGE;
/// Lines that a script may print.
pub const MAX_PRINTED_LINES: usize = 200;
/// Bytes that a script may print.
pub const MAX_PRINTED: usize = 64 * 1024;
/// Findings, tables, charts and lists in one report, each.
pub const MAX_OUTPUTS: usize = 200;
/// Pupils with a view of their own in one report: more than a large school has in one intervention.
pub const MAX_CASES: usize = 2_000;
/// Rows of a table in a report and rows that a script may walk.
pub const MAX_ROWS: usize = 5_000;
/// Bytes of a CSV table for a bare script, which is held as texts before it is numbers.
pub const MAX_CSV: usize = 16 * 1024 * 1024;
/// Columns of it: more than any list that a school is given.
pub const MAX_CSV_COLUMNS: usize = 1_000;
/// Cells of it, each of which takes some dozens of bytes however little is in it.
pub const MAX_CSV_CELLS: usize = 2_000_000;
/// Values of a column that a statistic takes, more than a trust has referrals in years: what has
/// no need to look at the clock is done with them in some tens of milliseconds.
pub const MAX_VALUES: usize = 500_000;
/// How long a script may run unless it is told otherwise.
pub const DEADLINE: Duration = Duration::from_secs(30);
