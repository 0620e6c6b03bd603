//! The operations of a change, decoded under the bounds and the grammar of records.

use super::columns::Columns;
use super::reader::Reader;
use super::runs::{Runs, totals};
use crate::limits::MAX_KEY_BYTES;
use crate::{ActorBytes, DocumentError, Limits};

/// The id of an operation: its number and its actor; automerge orders by both, in this order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct OpId {
    /// Greater than that of every operation its author knew of.
    pub(crate) counter: u64,
    /// Who wrote it.
    pub(crate) actor: ActorBytes,
}

/// What an operation does to its key.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Action<'a> {
    /// Creates a map object.
    MakeMap,
    /// Sets a value.
    Put(Stored<'a>),
    /// Removes what it replaces.
    Delete,
}

/// A stored scalar, as this crate writes them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Stored<'a> {
    /// The field was cleared.
    Null,
    /// Yes or no.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// Everything else.
    Str(&'a str),
}

/// One operation.
#[derive(Clone, Debug)]
pub(crate) struct Op<'a> {
    /// The map that it is in; `None` is the root.
    pub(crate) object: Option<OpId>,
    /// The key in that map.
    pub(crate) key: &'a str,
    /// What it does.
    pub(crate) action: Action<'a>,
    /// The operations that it replaces.
    pub(crate) predecessors: Vec<OpId>,
}

impl Op<'_> {
    /// Whether it creates a map.
    pub(crate) fn makes_map(&self) -> bool {
        self.action == Action::MakeMap
    }
}

const ACTION_MAKE_MAP: u64 = 0;
const ACTION_PUT: u64 = 1;
const ACTION_DELETE: u64 = 3;

/// Counts the operations, then decodes them; `actors` starts with the author.
pub(super) fn read_ops<'a>(
    columns: &Columns<'a>,
    actors: &[ActorBytes],
    limits: &Limits,
) -> Result<Vec<Op<'a>>, DocumentError> {
    let limit = limits.operations as u64;
    let count = totals(columns.action)?.items;
    let predecessors = totals(columns.predecessor_count)?.sum;
    if count > limit {
        return Err(DocumentError::TooMuch { what: "operations", limit });
    }
    if predecessors > limit {
        return Err(DocumentError::TooMuch { what: "predecessors", limit });
    }
    check_inserts(columns.insert, count)?;
    let mut cursor = Cursor::new(columns, actors, count, predecessors);
    let ops = (0..count).map(|_| cursor.next()).collect::<Result<Vec<_>, _>>()?;
    cursor.finish()?;
    Ok(ops)
}

/// Records have no lists: the column may only say `count` times that nothing is inserted.
fn check_inserts(column: Option<Reader<'_>>, count: u64) -> Result<(), DocumentError> {
    let Some(mut reader) = column else { return Ok(()) };
    if reader.unsigned()? != count || !reader.is_empty() {
        return reader.fail("it inserts into a list");
    }
    Ok(())
}

struct Cursor<'a, 'b> {
    actors: &'b [ActorBytes],
    object_actor: Runs<'a, u64>,
    object_counter: Runs<'a, u64>,
    key: Runs<'a, &'a str>,
    action: Runs<'a, u64>,
    value_kind: Runs<'a, u64>,
    value: Reader<'a>,
    predecessor_count: Runs<'a, u64>,
    predecessor_actor: Runs<'a, u64>,
    predecessor_counter: Runs<'a, i64>,
    last_counter: i64,
}

impl<'a, 'b> Cursor<'a, 'b> {
    fn new(columns: &Columns<'a>, actors: &'b [ActorBytes], count: u64, preds: u64) -> Self {
        Self {
            actors,
            object_actor: Runs::new(columns.object_actor, count),
            object_counter: Runs::new(columns.object_counter, count),
            key: Runs::new(columns.key, count),
            action: Runs::new(columns.action, count),
            value_kind: Runs::new(columns.value_kind, count),
            value: columns.value.unwrap_or_else(|| Reader::new(&[], 0)),
            predecessor_count: Runs::new(columns.predecessor_count, count),
            predecessor_actor: Runs::new(columns.predecessor_actor, preds),
            predecessor_counter: Runs::new(columns.predecessor_counter, preds),
            last_counter: 0,
        }
    }

    fn next(&mut self) -> Result<Op<'a>, DocumentError> {
        let object = self.object()?;
        let key = self.key.required()?;
        if key.is_empty() || key.len() > MAX_KEY_BYTES {
            return Err(DocumentError::TooMuch {
                what: "bytes in a key",
                limit: MAX_KEY_BYTES as u64,
            });
        }
        let action = self.action.required()?;
        let value = self.stored()?;
        let action = match (action, value) {
            (ACTION_PUT, value) => Action::Put(value),
            (ACTION_MAKE_MAP, Stored::Null) => Action::MakeMap,
            (ACTION_DELETE, Stored::Null) => Action::Delete,
            _ => return self.value.fail("an operation is of a kind that records do not use"),
        };
        let count = self.predecessor_count.required()?;
        let predecessors = (0..count).map(|_| self.predecessor()).collect::<Result<_, _>>()?;
        Ok(Op { object, key, action, predecessors })
    }

    fn object(&mut self) -> Result<Option<OpId>, DocumentError> {
        match (self.object_actor.next()?, self.object_counter.next()?) {
            (None, None) => Ok(None),
            (Some(actor), Some(counter)) => self.op_id(actor, counter).map(Some),
            _ => self.value.fail("the map of an operation is half named"),
        }
    }

    fn predecessor(&mut self) -> Result<OpId, DocumentError> {
        let actor = self.predecessor_actor.required()?;
        let delta = self.predecessor_counter.required()?;
        let counter = self.last_counter.checked_add(delta).unwrap_or_default();
        self.last_counter = counter;
        self.op_id(actor, u64::try_from(counter).unwrap_or_default())
    }

    fn op_id(&self, actor: u64, counter: u64) -> Result<OpId, DocumentError> {
        let actor = usize::try_from(actor).ok().and_then(|index| self.actors.get(index));
        match actor {
            Some(&actor) if counter > 0 => Ok(OpId { counter, actor }),
            _ => self.value.fail("an operation refers to one that cannot be"),
        }
    }

    fn stored(&mut self) -> Result<Stored<'a>, DocumentError> {
        let kind = self.value_kind.required()?;
        let start = self.value;
        let length = usize::try_from(kind >> 4).unwrap_or(usize::MAX);
        let mut bytes = Reader::new(self.value.take(length)?, start.offset());
        let value = match kind & 0xf {
            0 => Stored::Null,
            1 => Stored::Bool(false),
            2 => Stored::Bool(true),
            4 => Stored::Int(bytes.signed()?),
            6 => match std::str::from_utf8(bytes.take(length)?) {
                Ok(text) => Stored::Str(text),
                Err(_) => return start.fail("text is not UTF-8"),
            },
            _ => return start.fail("a value is of a kind that records do not use"),
        };
        if bytes.is_empty() { Ok(value) } else { start.fail("a value is longer than it need be") }
    }

    fn finish(&self) -> Result<(), DocumentError> {
        self.object_actor.finish()?;
        self.object_counter.finish()?;
        self.key.finish()?;
        self.action.finish()?;
        self.value_kind.finish()?;
        self.predecessor_count.finish()?;
        self.predecessor_actor.finish()?;
        self.predecessor_counter.finish()?;
        if !self.value.is_empty() {
            return self.value.fail("it holds values that no operation uses");
        }
        Ok(())
    }
}
