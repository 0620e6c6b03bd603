//! Which columns of operations a change has, and where.

use super::reader::Reader;
use crate::DocumentError;

const OBJECT_ACTOR: u64 = 0x01;
const OBJECT_COUNTER: u64 = 0x02;
const KEY: u64 = 0x15;
const INSERT: u64 = 0x34;
const ACTION: u64 = 0x42;
const VALUE_KIND: u64 = 0x56;
const VALUE: u64 = 0x57;
const PREDECESSOR_COUNT: u64 = 0x70;
const PREDECESSOR_ACTOR: u64 = 0x71;
const PREDECESSOR_COUNTER: u64 = 0x73;

/// The columns that a record's change can have. Lists, text, marks and columns that are compressed
/// by themselves are never written here and are refused, and with them most of what can go wrong.
#[derive(Clone, Copy, Default)]
pub(super) struct Columns<'a> {
    pub(super) object_actor: Option<Reader<'a>>,
    pub(super) object_counter: Option<Reader<'a>>,
    pub(super) key: Option<Reader<'a>>,
    pub(super) insert: Option<Reader<'a>>,
    pub(super) action: Option<Reader<'a>>,
    pub(super) value_kind: Option<Reader<'a>>,
    pub(super) value: Option<Reader<'a>>,
    pub(super) predecessor_count: Option<Reader<'a>>,
    pub(super) predecessor_actor: Option<Reader<'a>>,
    pub(super) predecessor_counter: Option<Reader<'a>>,
}

impl<'a> Columns<'a> {
    /// Reads the table of columns and then the columns, to the end of `reader`.
    pub(super) fn read(reader: &mut Reader<'a>) -> Result<Self, DocumentError> {
        let count = reader.length()?;
        let mut table = *reader;
        let mut before = None;
        for _ in 0..count {
            let start = *reader;
            let spec = reader.unsigned()?;
            reader.unsigned()?;
            if before.is_some_and(|before| spec <= before) {
                return start.fail("its columns are out of order");
            }
            before = Some(spec);
        }
        let mut columns = Self::default();
        for _ in 0..count {
            let start = table;
            let spec = table.unsigned()?;
            let length = table.unsigned()?;
            columns.put(spec, length, start, reader)?;
        }
        if !reader.is_empty() {
            return reader.fail("it goes on after its columns");
        }
        Ok(columns)
    }

    fn put(
        &mut self,
        spec: u64,
        length: u64,
        at: Reader<'_>,
        data: &mut Reader<'a>,
    ) -> Result<(), DocumentError> {
        let slot = match spec {
            OBJECT_ACTOR => &mut self.object_actor,
            OBJECT_COUNTER => &mut self.object_counter,
            KEY => &mut self.key,
            INSERT => &mut self.insert,
            ACTION => &mut self.action,
            VALUE_KIND => &mut self.value_kind,
            VALUE => &mut self.value,
            PREDECESSOR_COUNT => &mut self.predecessor_count,
            PREDECESSOR_ACTOR => &mut self.predecessor_actor,
            PREDECESSOR_COUNTER => &mut self.predecessor_counter,
            _ => return at.fail("it has a column that records do not use"),
        };
        let length = match usize::try_from(length) {
            Ok(length) if length > 0 && length <= data.remaining() => length,
            _ => return at.fail("a column is empty or points past the end"),
        };
        let offset = data.offset();
        *slot = Some(Reader::new(data.take(length)?, offset));
        Ok(())
    }
}
