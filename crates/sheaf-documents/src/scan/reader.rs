//! A cursor over untrusted bytes that never reads past them.

use crate::DocumentError;

/// A cursor over part of a change; `base` is where the part starts in the whole.
#[derive(Clone, Copy)]
pub(super) struct Reader<'a> {
    rest: &'a [u8],
    offset: usize,
}

impl<'a> Reader<'a> {
    pub(super) fn new(bytes: &'a [u8], base: usize) -> Self {
        Self { rest: bytes, offset: base }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.rest.is_empty()
    }

    pub(super) fn remaining(&self) -> usize {
        self.rest.len()
    }

    pub(super) fn offset(&self) -> usize {
        self.offset
    }

    pub(super) fn fail<T>(&self, reason: &'static str) -> Result<T, DocumentError> {
        Err(DocumentError::Malformed { offset: self.offset, reason })
    }

    pub(super) fn take(&mut self, count: usize) -> Result<&'a [u8], DocumentError> {
        let Some((taken, rest)) = self.rest.split_at_checked(count) else {
            return self.fail("it ends too early");
        };
        self.rest = rest;
        self.offset += count;
        Ok(taken)
    }

    pub(super) fn array<const N: usize>(&mut self) -> Result<[u8; N], DocumentError> {
        let Some((taken, rest)) = self.rest.split_first_chunk::<N>() else {
            return self.fail("it ends too early");
        };
        self.rest = rest;
        self.offset += N;
        Ok(*taken)
    }

    pub(super) fn byte(&mut self) -> Result<u8, DocumentError> {
        self.array::<1>().map(|[byte]| byte)
    }

    /// An unsigned LEB128 number in its shortest form.
    pub(super) fn unsigned(&mut self) -> Result<u64, DocumentError> {
        let start = *self;
        let mut value = 0_u64;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            let bits = u64::from(byte & 0x7f);
            if shift == 63 && bits > 1 {
                return start.fail("a number is too large");
            }
            value |= bits << shift;
            if byte & 0x80 == 0 {
                if byte == 0 && shift > 0 {
                    return start.fail("a number is longer than it need be");
                }
                return Ok(value);
            }
        }
        start.fail("a number is too large")
    }

    /// A signed LEB128 number in its shortest form.
    pub(super) fn signed(&mut self) -> Result<i64, DocumentError> {
        let start = *self;
        let mut value = 0_i64;
        let mut before = 0_u8;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            let bits = byte & 0x7f;
            value |= i64::from(bits) << shift;
            if byte & 0x80 == 0 {
                if shift == 63 && bits != 0 && bits != 0x7f {
                    return start.fail("a number is too large");
                }
                let extended = before & 0x40 != 0;
                if shift > 0 && ((bits == 0 && !extended) || (bits == 0x7f && extended)) {
                    return start.fail("a number is longer than it need be");
                }
                if shift < 57 && bits & 0x40 != 0 {
                    value |= -1 << (shift + 7);
                }
                return Ok(value);
            }
            before = byte;
        }
        start.fail("a number is too large")
    }

    /// A length or count, which cannot be more than the bytes that are left allow.
    pub(super) fn length(&mut self) -> Result<usize, DocumentError> {
        let start = *self;
        let value = self.unsigned()?;
        match usize::try_from(value) {
            Ok(length) if length <= self.rest.len() => Ok(length),
            _ => start.fail("a length points past the end"),
        }
    }
}
