//! The run-length columns of a first change.

use super::Op;
use crate::layout::Scalar;

/// Writes the table of columns and the columns, empty ones left out.
pub(super) fn write(out: &mut Vec<u8>, ops: &[Op]) {
    let own_actor = |op: &Op| op.map.map(|_| 0);
    let mut inserted = Vec::new();
    unsigned(&mut inserted, ops.len() as u64);
    let columns: [(u64, Vec<u8>); 8] = [
        (0x01, runs(ops.iter().map(own_actor), |out, actor| unsigned(out, *actor))),
        (0x02, runs(ops.iter().map(|op| op.map), |out, map| unsigned(out, *map))),
        (0x15, runs(ops.iter().map(|op| Some(op.key.as_str())), |out, key| text(out, key))),
        (0x34, inserted),
        (0x42, runs(ops.iter().map(|op| Some(action(op))), |out, action| unsigned(out, *action))),
        (0x56, runs(ops.iter().map(|op| Some(kind(op))), |out, kind| unsigned(out, *kind))),
        (0x57, values(ops)),
        (0x70, runs(ops.iter().map(|_| Some(0)), |out, count| unsigned(out, *count))),
    ];
    let used = || columns.iter().filter(|(_, column)| !column.is_empty());
    unsigned(out, used().count() as u64);
    for (spec, column) in used() {
        unsigned(out, *spec);
        unsigned(out, column.len() as u64);
    }
    used().for_each(|(_, column)| out.extend_from_slice(column));
}

fn action(op: &Op) -> u64 {
    u64::from(op.value.is_some())
}

/// The type of a value in the low four bits, and above them its length.
fn kind(op: &Op) -> u64 {
    match &op.value {
        None | Some(Scalar::Null) => 0,
        Some(Scalar::Bool(false)) => 1,
        Some(Scalar::Bool(true)) => 2,
        Some(Scalar::Int(number)) => {
            let mut written = Vec::new();
            signed(&mut written, *number);
            (written.len() as u64) << 4 | 4
        }
        Some(Scalar::Str(text)) => (text.len() as u64) << 4 | 6,
    }
}

fn values(ops: &[Op]) -> Vec<u8> {
    let mut out = Vec::new();
    for op in ops {
        match &op.value {
            Some(Scalar::Int(number)) => signed(&mut out, *number),
            Some(Scalar::Str(text)) => out.extend_from_slice(text.as_bytes()),
            _ => {}
        }
    }
    out
}

/// A run-length column: equal items once with their count, others as they are, nulls counted. One
/// of nulls alone is left out.
fn runs<T: PartialEq>(
    items: impl Iterator<Item = Option<T>>,
    put: impl Fn(&mut Vec<u8>, &T),
) -> Vec<u8> {
    let mut groups: Vec<(Option<T>, u64)> = Vec::new();
    for item in items {
        match groups.last_mut() {
            Some((last, count)) if *last == item => *count += 1,
            _ => groups.push((item, 1)),
        }
    }
    let mut out = Vec::new();
    if matches!(groups.as_slice(), [(None, _)]) {
        return out;
    }
    let single = |group: &(Option<T>, u64)| group.0.is_some() && group.1 == 1;
    for chunk in groups.chunk_by(|a, b| single(a) && single(b)) {
        if chunk.first().is_some_and(single) {
            signed(&mut out, -i64::try_from(chunk.len()).unwrap_or(i64::MAX));
        }
        for (item, count) in chunk {
            match item {
                None => {
                    signed(&mut out, 0);
                    unsigned(&mut out, *count);
                }
                Some(item) => {
                    if *count > 1 {
                        signed(&mut out, i64::try_from(*count).unwrap_or(i64::MAX));
                    }
                    put(&mut out, item);
                }
            }
        }
    }
    out
}

fn text(out: &mut Vec<u8>, text: &str) {
    unsigned(out, text.len() as u64);
    out.extend_from_slice(text.as_bytes());
}

/// Unsigned LEB128.
pub(super) fn unsigned(out: &mut Vec<u8>, mut value: u64) {
    loop {
        let byte = value.to_le_bytes()[0] & 0x7f;
        value >>= 7;
        if value == 0 {
            return out.push(byte);
        }
        out.push(byte | 0x80);
    }
}

/// Signed LEB128.
pub(super) fn signed(out: &mut Vec<u8>, mut value: i64) {
    loop {
        let byte = value.to_le_bytes()[0] & 0x7f;
        value >>= 7;
        let negative = byte & 0x40 != 0;
        if (value == 0 && !negative) || (value == -1 && negative) {
            return out.push(byte);
        }
        out.push(byte | 0x80);
    }
}
