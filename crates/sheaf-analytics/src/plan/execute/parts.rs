//! Work on many rows, done by all cores at once.

use std::num::NonZero;
use std::ops::Range;
use std::thread::{available_parallelism, scope};

/// Rows below which starting another thread costs more than it saves. Tests have few rows, and are
/// to go through several threads all the same.
const ROWS_A_THREAD: usize = if cfg!(test) { 16 } else { 1 << 17 };

/// So many items in as many ranges as there are cores, or fewer where there are few rows in all. A
/// range ends only where `may_begin` allows an item to begin another.
pub fn ranges(items: usize, rows: usize, may_begin: impl Fn(usize) -> bool) -> Vec<Range<usize>> {
    // Asking for the cores takes longer than most schools' questions.
    let parts = match rows / ROWS_A_THREAD {
        0 | 1 => 1,
        parts => parts.min(available_parallelism().map_or(1, NonZero::get)),
    };
    let mut from = 0;
    let mut ranges = Vec::with_capacity(parts);
    for part in 1..=parts {
        let wanted = items * part / parts;
        let to = (wanted.max(from)..items).find(|item| may_begin(*item)).unwrap_or(items);
        ranges.push(from..to);
        from = to;
    }
    ranges
}

/// A slice cut at the ends of ranges that cover it, each part with its range.
pub fn cut<T>(mut slice: &mut [T], ranges: Vec<Range<usize>>) -> Vec<(Range<usize>, &mut [T])> {
    let cut = |range: Range<usize>| {
        let (part, rest) = std::mem::take(&mut slice).split_at_mut(range.len());
        slice = rest;
        (range, part)
    };
    ranges.into_iter().map(cut).collect()
}

/// Does some work on each part, all at once; what it gives is in the order of the parts.
pub fn at_once<P: Send, T: Send>(parts: Vec<P>, work: impl Fn(P) -> T + Sync) -> Vec<T> {
    if let 0 | 1 = parts.len() {
        return parts.into_iter().map(work).collect();
    }
    let work = &work;
    scope(|threads| {
        let mut parts = parts.into_iter();
        let own = parts.next();
        let others: Vec<_> = parts.map(|part| threads.spawn(move || work(part))).collect();
        let first = own.map(work);
        let rest = others.into_iter().map(|thread| match thread.join() {
            Ok(done) => done,
            Err(panic) => std::panic::resume_unwind(panic),
        });
        first.into_iter().chain(rest).collect()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_cover_all_rows_once_and_end_where_they_may() {
        for rows in [0, 1, ROWS_A_THREAD - 1, 3 * ROWS_A_THREAD + 7] {
            let ranges = ranges(rows, rows, |row| row.is_multiple_of(10));
            let mut next = 0;
            for range in &ranges {
                assert_eq!(range.start, next);
                assert!(range.end == rows || range.end.is_multiple_of(10));
                next = range.end;
            }
            assert_eq!(next, rows);
            let mut numbers: Vec<usize> = vec![0; rows];
            at_once(cut(&mut numbers, ranges), |(range, part)| {
                part.iter_mut().zip(range).for_each(|(slot, row)| *slot = row);
            });
            assert!(numbers.into_iter().eq(0..rows));
        }
    }
}
