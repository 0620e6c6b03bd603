//! The rows of one table: appended in chunks, crossed out by masks, compacted as they age.

use std::collections::HashMap;
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, BooleanArray, Int32Array, Int64Array};
use arrow::compute;

use crate::data::column::{ColumnType, typed};
use crate::data::revision::Revision;
use crate::tables::TableSpec;

/// A cell as it is kept: a code, a number, a day number, 0 or 1.
pub type Stored = Option<i64>;

/// Rows that arrived together, frozen.
pub struct Chunk {
    /// The record of each row.
    pub records: Int32Array,
    /// The space of each row.
    pub spaces: Int32Array,
    /// The stored columns in their order.
    pub columns: Vec<ArrayRef>,
}

/// Which rows of a chunk still count.
#[derive(Clone)]
pub struct Mask {
    live: Arc<Vec<bool>>,
    dead: usize,
}

impl Mask {
    fn all(rows: usize) -> Self {
        Self { live: Arc::new(vec![true; rows]), dead: 0 }
    }

    /// The mask, none where every row counts.
    pub fn array(&self) -> Option<BooleanArray> {
        (self.dead > 0).then(|| BooleanArray::from(self.live.as_ref().clone()))
    }
}

/// Where the rows of a record are; they always stand together.
#[derive(Clone, Copy)]
struct Place {
    /// `None`: still in the tail.
    chunk: Option<usize>,
    start: usize,
    rows: usize,
}

/// The rows of one table.
pub struct TableStore {
    types: Vec<ColumnType>,
    chunks: Vec<(Arc<Chunk>, Mask)>,
    tail: Tail,
    places: HashMap<i32, Place>,
    revision: Revision,
}

#[derive(Default)]
struct Tail {
    records: Vec<i32>,
    spaces: Vec<i32>,
    live: Vec<bool>,
    columns: Vec<Vec<Stored>>,
}

impl TableStore {
    /// An empty table.
    pub fn new(spec: &TableSpec) -> Self {
        let types: Vec<ColumnType> = spec.stored().map(|column| column.ty).collect();
        let tail = Tail { columns: vec![Vec::new(); types.len()], ..Tail::default() };
        Self {
            types,
            chunks: Vec::new(),
            tail,
            places: HashMap::new(),
            revision: Revision::default(),
        }
    }

    /// Adds the rows of a record that has none here.
    pub fn append(&mut self, record: i32, space: i32, rows: &[Vec<Stored>]) {
        let place = Place { chunk: None, start: self.tail.records.len(), rows: rows.len() };
        if rows.is_empty() {
            return;
        }
        self.revision = Revision::default();
        self.places.insert(record, place);
        for row in rows {
            self.tail.records.push(record);
            self.tail.spaces.push(space);
            self.tail.live.push(true);
            for (column, value) in self.tail.columns.iter_mut().zip(row) {
                column.push(*value);
            }
        }
    }

    /// Crosses out the rows of a record.
    pub fn remove(&mut self, record: i32) {
        let Some(place) = self.places.remove(&record) else { return };
        self.revision = Revision::default();
        let rows = place.start..place.start + place.rows;
        let Some(chunk) = place.chunk else {
            self.tail.live.get_mut(rows).into_iter().flatten().for_each(|live| *live = false);
            return;
        };
        if let Some((_, mask)) = self.chunks.get_mut(chunk) {
            let live = Arc::make_mut(&mut mask.live);
            live.get_mut(rows).into_iter().flatten().for_each(|live| *live = false);
            mask.dead += place.rows;
        }
    }

    /// The state of the rows.
    pub const fn revision(&self) -> &Revision {
        &self.revision
    }

    /// Every chunk with its mask, the tail frozen first. Costs the tail, and now and then a merge
    /// of chunks of about the same size, so that a row is copied some log(n) times in its life.
    pub fn freeze(&mut self) -> Vec<(Arc<Chunk>, Mask)> {
        self.freeze_tail();
        while let [.., (before, _), (last, _)] = self.chunks.as_slice() {
            if last.records.len() * 2 < before.records.len() {
                break;
            }
            self.merge_last_two();
        }
        self.compact_worn();
        self.chunks.clone()
    }

    fn freeze_tail(&mut self) {
        let columns = vec![Vec::new(); self.types.len()];
        let tail = std::mem::replace(&mut self.tail, Tail { columns, ..Tail::default() });
        if !tail.live.iter().any(|live| *live) {
            return;
        }
        let chunk = Chunk {
            records: tail.records.into(),
            spaces: tail.spaces.into(),
            columns: self.types.iter().zip(tail.columns).map(|(ty, c)| build(*ty, c)).collect(),
        };
        let dead = tail.live.iter().filter(|live| !**live).count();
        let mask = Mask { live: Arc::new(tail.live), dead };
        self.put(chunk, mask);
    }

    fn put(&mut self, chunk: Chunk, mask: Mask) {
        let number = self.chunks.len();
        place(&mut self.places, number, &chunk.records, &mask);
        self.chunks.push((Arc::new(chunk), mask));
    }

    fn merge_last_two(&mut self) {
        let (Some(last), Some(before)) = (self.chunks.pop(), self.chunks.pop()) else { return };
        if let Some(merged) = merge(&[before, last], &self.types) {
            let mask = Mask::all(merged.records.len());
            self.put(merged, mask);
        }
    }

    /// Drops crossed-out rows of the oldest chunk once they are a quarter of it: the others are
    /// dropped as they merge.
    fn compact_worn(&mut self) {
        let worn = |(chunk, mask): &(Arc<Chunk>, Mask)| mask.dead * 4 > chunk.records.len();
        if !self.chunks.first().is_some_and(worn) {
            return;
        }
        let all = std::mem::take(&mut self.chunks);
        if let Some(merged) = merge(&all, &self.types) {
            let mask = Mask::all(merged.records.len());
            self.put(merged, mask);
        }
    }
}

fn place(places: &mut HashMap<i32, Place>, chunk: usize, records: &Int32Array, mask: &Mask) {
    let mut start = 0;
    for same in records.values().chunk_by(|a, b| a == b) {
        // A record that was written twice before a snapshot stands twice: the live one counts.
        for rows in
            mask.live.get(start..start + same.len()).unwrap_or_default().chunk_by(|a, b| a == b)
        {
            if let (Some(record), Some(true)) = (same.first(), rows.first()) {
                let found = Place { chunk: Some(chunk), start, rows: rows.len() };
                places.insert(*record, found);
            }
            start += rows.len();
        }
    }
}

fn build(ty: ColumnType, values: Vec<Stored>) -> ArrayRef {
    if ty.is_coded() {
        let code = |value: Stored| value.and_then(|code| i32::try_from(code).ok());
        Arc::new(values.into_iter().map(code).collect::<Int32Array>())
    } else if ty == ColumnType::Bool {
        let answers = values.into_iter().map(|value| value.map(|value| value != 0));
        Arc::new(answers.collect::<BooleanArray>())
    } else {
        Arc::new(Int64Array::from(values))
    }
}

/// The live rows of chunks as one; none where none is live.
pub fn merge(chunks: &[(Arc<Chunk>, Mask)], types: &[ColumnType]) -> Option<Chunk> {
    let gather = |column: &dyn Fn(&Chunk) -> ArrayRef| gather(chunks, column);
    let records: Int32Array = typed(&gather(&|chunk| Arc::new(chunk.records.clone()))?).ok()?;
    let spaces = typed(&gather(&|chunk| Arc::new(chunk.spaces.clone()))?).ok()?;
    let columns: Option<Vec<ArrayRef>> =
        (0..types.len()).map(|at| gather(&|chunk| column(chunk, at))).collect();
    (!records.is_empty()).then_some(Chunk { records, spaces, columns: columns? })
}

/// A stored column of a chunk.
pub fn column(chunk: &Chunk, at: usize) -> ArrayRef {
    let empty = || -> ArrayRef { Arc::new(Int32Array::from(Vec::<i32>::new())) };
    chunk.columns.get(at).cloned().unwrap_or_else(empty)
}

/// The live rows of one column over all chunks; none where there is no chunk.
pub fn gather(
    chunks: &[(Arc<Chunk>, Mask)],
    column: &dyn Fn(&Chunk) -> ArrayRef,
) -> Option<ArrayRef> {
    let parts: Option<Vec<ArrayRef>> = chunks
        .iter()
        .map(|(chunk, mask)| match mask.array() {
            None => Some(column(chunk)),
            Some(mask) => compute::filter(column(chunk).as_ref(), &mask).ok(),
        })
        .collect();
    let parts = parts?;
    match parts.as_slice() {
        [] => None,
        [one] => Some(Arc::clone(one)),
        many => {
            let many: Vec<&dyn Array> = many.iter().map(AsRef::as_ref).collect();
            compute::concat(&many).ok()
        }
    }
}
