//! A bounded reading of a change before the engine sees it.
//!
//! The engine inflates and expands what it is given, and holds many panics for what it does not
//! expect. So a change is first read here, within [`Limits`]: it must be one uncompressed chunk
//! with the right checksum, in shortest form, with operations on maps and scalars alone.

mod chunk;
mod columns;
mod ops;
mod reader;
mod runs;

pub(crate) use ops::{Action, Op, OpId, Stored};

use columns::Columns;
use reader::Reader;

use crate::{ActorBytes, ChangeHash, DocumentError, Limits};

/// What a change says of itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChangeFacts {
    /// SHA-256 of the change, by which others depend on it.
    pub hash: ChangeHash,
    /// Who wrote it.
    pub actor: ActorBytes,
    /// Its number among the changes of that actor to this document, from 1.
    pub seq: u64,
    /// The number of its first operation.
    pub start_op: u64,
    /// When it was written, as its author claims, in milliseconds since 1970 (UTC).
    pub time_ms: i64,
    /// The changes that it was written on top of.
    pub deps: Vec<ChangeHash>,
    /// How many operations it holds.
    pub op_count: usize,
    /// How many bytes it takes.
    pub length: usize,
}

/// A change that was read whole.
#[derive(Clone, Debug)]
pub(crate) struct Scanned<'a> {
    pub(crate) facts: ChangeFacts,
    pub(crate) ops: Vec<Op<'a>>,
}

/// Reads one change and nothing after it.
///
/// # Errors
/// If it is over a limit or not a change that this crate could have written.
pub fn scan_change(bytes: &[u8], limits: &Limits) -> Result<ChangeFacts, DocumentError> {
    scan(bytes, limits).map(|scanned| scanned.facts)
}

/// The changes that follow one another in the body of a section. Their frames and checksums are
/// right; what is in them is for [`scan_change`] to check.
///
/// # Errors
/// If there is none, if one is too long or wrongly framed, or if bytes are left over.
pub fn split_changes<'a>(
    mut bytes: &'a [u8],
    limits: &Limits,
) -> Result<Vec<&'a [u8]>, DocumentError> {
    if bytes.is_empty() {
        return Err(DocumentError::Malformed { offset: 0, reason: "there is no change" });
    }
    let mut changes = Vec::new();
    while !bytes.is_empty() {
        let length = chunk::read_chunk(bytes, limits)?.length;
        let (change, rest) = bytes.split_at_checked(length).unwrap_or((bytes, &[]));
        changes.push(change);
        bytes = rest;
    }
    Ok(changes)
}

pub(crate) fn scan<'a>(bytes: &'a [u8], limits: &Limits) -> Result<Scanned<'a>, DocumentError> {
    if bytes.len() > limits.bytes {
        return Err(DocumentError::TooMuch { what: "bytes", limit: limits.bytes as u64 });
    }
    let chunk = chunk::read_chunk(bytes, limits)?;
    if chunk.length != bytes.len() {
        return Err(DocumentError::Malformed {
            offset: chunk.length,
            reason: "bytes follow the change",
        });
    }
    let mut reader = chunk.body;
    let deps = read_deps(&mut reader, limits)?;
    let actor = read_actor(&mut reader)?;
    let seq = read_counter(&mut reader)?;
    let start_op = read_counter(&mut reader)?;
    let time_ms = reader.signed()?;
    if reader.length()? != 0 {
        return reader.fail("it has a message, which records do not use");
    }
    let mut actors = vec![actor];
    for _ in 0..reader.length()? {
        actors.push(read_actor(&mut reader)?);
    }
    check_distinct(&actors, reader)?;
    let columns = Columns::read(&mut reader)?;
    let ops = ops::read_ops(&columns, &actors, limits)?;
    let facts = ChangeFacts {
        hash: chunk.hash,
        actor,
        seq,
        start_op,
        time_ms,
        deps,
        op_count: ops.len(),
        length: chunk.length,
    };
    check_ops(&facts, &ops, reader)?;
    Ok(Scanned { facts, ops })
}

fn read_deps(reader: &mut Reader<'_>, limits: &Limits) -> Result<Vec<ChangeHash>, DocumentError> {
    let count = reader.length()?;
    if count > limits.deps {
        return Err(DocumentError::TooMuch { what: "dependencies", limit: limits.deps as u64 });
    }
    let start = *reader;
    let deps = (0..count).map(|_| reader.array()).collect::<Result<Vec<ChangeHash>, _>>()?;
    if !deps.is_sorted_by(|a, b| a < b) {
        return start.fail("its dependencies are out of order");
    }
    Ok(deps)
}

fn read_actor(reader: &mut Reader<'_>) -> Result<ActorBytes, DocumentError> {
    let start = *reader;
    if reader.unsigned()? != 16 {
        return start.fail("an actor is not of 16 bytes");
    }
    reader.array()
}

/// A number from 1 that fits into 32 bits, as the engine keeps them.
fn read_counter(reader: &mut Reader<'_>) -> Result<u64, DocumentError> {
    let start = *reader;
    let value = reader.unsigned()?;
    if value == 0 || u32::try_from(value).is_err() {
        return start.fail("a counter is out of range");
    }
    Ok(value)
}

fn check_distinct(actors: &[ActorBytes], at: Reader<'_>) -> Result<(), DocumentError> {
    let mut sorted = actors.to_vec();
    sorted.sort_unstable();
    sorted.dedup();
    if sorted.len() == actors.len() { Ok(()) } else { at.fail("an actor is named twice") }
}

/// What holds of every change that this crate writes, whatever its document.
fn check_ops(facts: &ChangeFacts, ops: &[Op<'_>], at: Reader<'_>) -> Result<(), DocumentError> {
    if ops.is_empty() {
        return at.fail("it changes nothing");
    }
    let last = facts.start_op.saturating_add(ops.len() as u64);
    if u32::try_from(last).is_err() {
        return at.fail("a counter is out of range");
    }
    for (own, op) in (facts.start_op..).zip(ops) {
        // Objects that are created later could be created twice at once and hide each other.
        if op.makes_map() && (!facts.deps.is_empty() || op.object.is_some()) {
            return at.fail("it creates a map elsewhere than in the first change");
        }
        let before = |id: &OpId| id.counter < own;
        if !op.object.iter().all(before) || !op.predecessors.iter().all(before) {
            return at.fail("an operation refers to a later one");
        }
        if !op.predecessors.is_sorted_by(|a, b| a < b) {
            return at.fail("predecessors are out of order");
        }
    }
    Ok(())
}
