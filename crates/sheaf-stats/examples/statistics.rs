//! Prints the inventory of the statistics, from the rows and the figures that the tests read.
#![allow(
    clippy::indexing_slicing,
    clippy::unwrap_used,
    clippy::panic,
    reason = "the inventory is that of the tests"
)]

use std::io::Write as _;

#[path = "../tests/second/book/mod.rs"]
mod book;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let book = book::Book::read();
    write!(std::io::stdout().lock(), "{}", book.page())?;
    let failures = book.failures();
    match failures.is_empty() {
        true => Ok(()),
        false => Err(failures.join("\n").into()),
    }
}
