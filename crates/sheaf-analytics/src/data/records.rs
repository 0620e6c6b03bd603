//! The record of each row of a table: a record with several pupils has several rows, together.

use std::sync::{Arc, OnceLock};

use arrow::array::Int32Array;

/// The code of the record of each row; cheap to clone, never changed.
#[derive(Clone)]
pub struct RowRecords {
    /// The codes.
    pub codes: Int32Array,
    shared: Arc<OnceLock<Vec<u32>>>,
}

impl RowRecords {
    /// The rows whose record has other rows beside them, in order; found once somebody asks.
    pub fn shared(&self) -> &[u32] {
        self.shared.get_or_init(|| shared_rows(self.codes.values()))
    }
}

impl From<Int32Array> for RowRecords {
    fn from(codes: Int32Array) -> Self {
        Self { codes, shared: Arc::default() }
    }
}

/// The rows that have the record of the row before or after.
pub fn shared_rows(records: &[i32]) -> Vec<u32> {
    let mut shared = Vec::new();
    for (row, pair) in (1u32..).zip(records.windows(2)) {
        if let [before, own] = pair
            && before == own
        {
            if shared.last() != Some(&(row - 1)) {
                shared.push(row - 1);
            }
            shared.push(row);
        }
    }
    shared
}
