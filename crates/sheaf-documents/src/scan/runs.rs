//! Run-length columns, read one run at a time and never expanded beyond a bound.

use super::reader::Reader;
use crate::DocumentError;

/// How one item of a column is written.
pub(super) trait Item<'a>: Copy {
    fn read(reader: &mut Reader<'a>) -> Result<Self, DocumentError>;
}

impl Item<'_> for u64 {
    fn read(reader: &mut Reader<'_>) -> Result<Self, DocumentError> {
        reader.unsigned()
    }
}

impl Item<'_> for i64 {
    fn read(reader: &mut Reader<'_>) -> Result<Self, DocumentError> {
        reader.signed()
    }
}

impl<'a> Item<'a> for &'a str {
    fn read(reader: &mut Reader<'a>) -> Result<Self, DocumentError> {
        let length = reader.length()?;
        let start = *reader;
        match std::str::from_utf8(reader.take(length)?) {
            Ok(text) => Ok(text),
            Err(_) => start.fail("text is not UTF-8"),
        }
    }
}

/// A cursor over a run-length column that gives at most `limit` items.
#[derive(Clone, Copy)]
pub(super) struct Runs<'a, T> {
    reader: Reader<'a>,
    run: Run<T>,
    left: u64,
    budget: u64,
    absent: bool,
}

#[derive(Clone, Copy)]
enum Run<T> {
    Repeated(Option<T>),
    Literal,
}

impl<'a, T: Item<'a>> Runs<'a, T> {
    /// A column that may hold `limit` items; one that is absent holds that many nulls.
    pub(super) fn new(column: Option<Reader<'a>>, limit: u64) -> Self {
        Self {
            reader: column.unwrap_or_else(|| Reader::new(&[], 0)),
            run: Run::Repeated(None),
            left: if column.is_some() { 0 } else { limit },
            budget: if column.is_some() { limit } else { 0 },
            absent: column.is_none(),
        }
    }

    /// The next item; an error where the column has no more.
    pub(super) fn next(&mut self) -> Result<Option<T>, DocumentError> {
        if self.left == 0 {
            self.start_run()?;
        }
        self.left -= 1;
        match self.run {
            Run::Repeated(item) => Ok(item),
            Run::Literal => T::read(&mut self.reader).map(Some),
        }
    }

    /// The next item, which may not be null.
    pub(super) fn required(&mut self) -> Result<T, DocumentError> {
        match self.next()? {
            Some(item) => Ok(item),
            None => self.reader.fail("a value is missing"),
        }
    }

    /// Refuses a column that holds more than was read of it.
    pub(super) fn finish(&self) -> Result<(), DocumentError> {
        if !self.absent && (self.left > 0 || !self.reader.is_empty()) {
            return self.reader.fail("a column is longer than the others");
        }
        Ok(())
    }

    fn start_run(&mut self) -> Result<(), DocumentError> {
        let start = self.reader;
        let count = self.reader.signed()?;
        let (length, run) = match count {
            0 => (self.reader.unsigned()?, Run::Repeated(None)),
            1.. => (count.unsigned_abs(), Run::Repeated(Some(T::read(&mut self.reader)?))),
            _ => (count.unsigned_abs(), Run::Literal),
        };
        if length == 0 || length > self.budget {
            return start.fail("a run is empty or longer than its column");
        }
        self.budget -= length;
        self.left = length;
        self.run = run;
        Ok(())
    }
}

/// The total of a column's run lengths and, if its items are to be added up, of its items.
#[derive(Clone, Copy, Default)]
pub(super) struct Totals {
    /// Items, nulls counted.
    pub(super) items: u64,
    /// The sum of the items.
    pub(super) sum: u64,
}

/// Adds up a column of numbers without expanding it; sums saturate.
pub(super) fn totals(column: Option<Reader<'_>>) -> Result<Totals, DocumentError> {
    let mut totals = Totals::default();
    let Some(mut reader) = column else { return Ok(totals) };
    while !reader.is_empty() {
        let count = reader.signed()?;
        let length = if count == 0 { reader.unsigned()? } else { count.unsigned_abs() };
        totals.items = totals.items.saturating_add(length);
        if count > 0 {
            let item = reader.unsigned()?;
            totals.sum = totals.sum.saturating_add(item.saturating_mul(length));
        }
        // Each literal takes a byte at least, so that the bytes bound this loop.
        for _ in 0..if count < 0 { length } else { 0 } {
            totals.sum = totals.sum.saturating_add(reader.unsigned()?);
        }
    }
    Ok(totals)
}
