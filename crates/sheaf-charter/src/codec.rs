//! The canonical encoding of everything that is signed: fixed-width big-endian numbers, lengths
//! before what varies, one form for each value, nothing after the end.

/// Bytes that are not a canonical encoding of what was expected.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum DecodeError {
    /// The bytes end too early.
    #[error("ends too early, in {0}")]
    Truncated(&'static str),
    /// A length or count is over its limit.
    #[error("too much: {what} may be at most {limit}")]
    TooMuch {
        /// What is too long or too many.
        what: &'static str,
        /// The limit.
        limit: usize,
    },
    /// A tag, flag or order that no encoder writes.
    #[error("not canonical, in {0}")]
    NotCanonical(&'static str),
    /// A format version that this build does not know.
    #[error(
        "format {found} was written by a newer version of Sheaf, this one reads format {known}; \
         update this device"
    )]
    UnknownVersion {
        /// The version found.
        found: u8,
        /// The one that this build reads.
        known: u8,
    },
    /// Bytes after the end.
    #[error("{0} bytes after the end")]
    Trailing(usize),
}

/// Writes the canonical encoding.
#[derive(Default)]
pub struct Writer {
    bytes: Vec<u8>,
}

impl Writer {
    /// An empty one.
    pub fn new() -> Self {
        Self::default()
    }

    /// One byte.
    pub fn u8(&mut self, value: u8) -> &mut Self {
        self.bytes.push(value);
        self
    }

    /// Two bytes.
    pub fn u16(&mut self, value: u16) -> &mut Self {
        self.raw(&value.to_be_bytes())
    }

    /// Four bytes.
    pub fn u32(&mut self, value: u32) -> &mut Self {
        self.raw(&value.to_be_bytes())
    }

    /// Eight bytes.
    pub fn u64(&mut self, value: u64) -> &mut Self {
        self.raw(&value.to_be_bytes())
    }

    /// Eight bytes, two's complement.
    pub fn i64(&mut self, value: i64) -> &mut Self {
        self.raw(&value.to_be_bytes())
    }

    /// Bytes whose number the reader knows.
    pub fn raw(&mut self, bytes: &[u8]) -> &mut Self {
        self.bytes.extend_from_slice(bytes);
        self
    }

    /// A 32-bit length and the bytes. Every limit on a part lies far below 4 GiB.
    pub fn bytes(&mut self, bytes: &[u8]) -> &mut Self {
        self.u32(u32::try_from(bytes.len()).unwrap_or(u32::MAX));
        self.raw(bytes)
    }

    /// A 16-bit count, then each item.
    pub fn list<T>(&mut self, items: &[T], write: impl Fn(&mut Self, &T)) -> &mut Self {
        self.u16(u16::try_from(items.len()).unwrap_or(u16::MAX));
        for item in items {
            write(self, item);
        }
        self
    }

    /// What has been written so far.
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// What has been written.
    pub fn finish(self) -> Vec<u8> {
        self.bytes
    }
}

/// Reads the canonical encoding; every read is bounded and names the place where it fails.
pub struct Reader<'a> {
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    /// Reads from the start of these bytes.
    pub fn new(bytes: &'a [u8]) -> Self {
        Self { rest: bytes }
    }

    /// How many bytes are left.
    pub fn remaining(&self) -> usize {
        self.rest.len()
    }

    /// The next `length` bytes.
    pub fn take(&mut self, length: usize, what: &'static str) -> Result<&'a [u8], DecodeError> {
        let (taken, rest) =
            self.rest.split_at_checked(length).ok_or(DecodeError::Truncated(what))?;
        self.rest = rest;
        Ok(taken)
    }

    /// A fixed number of bytes.
    pub fn array<const N: usize>(&mut self, what: &'static str) -> Result<[u8; N], DecodeError> {
        let (taken, rest) =
            self.rest.split_first_chunk::<N>().ok_or(DecodeError::Truncated(what))?;
        self.rest = rest;
        Ok(*taken)
    }

    /// One byte.
    pub fn u8(&mut self, what: &'static str) -> Result<u8, DecodeError> {
        Ok(u8::from_be_bytes(self.array(what)?))
    }

    /// Two bytes.
    pub fn u16(&mut self, what: &'static str) -> Result<u16, DecodeError> {
        Ok(u16::from_be_bytes(self.array(what)?))
    }

    /// Four bytes.
    pub fn u32(&mut self, what: &'static str) -> Result<u32, DecodeError> {
        Ok(u32::from_be_bytes(self.array(what)?))
    }

    /// Eight bytes.
    pub fn u64(&mut self, what: &'static str) -> Result<u64, DecodeError> {
        Ok(u64::from_be_bytes(self.array(what)?))
    }

    /// Eight bytes, two's complement.
    pub fn i64(&mut self, what: &'static str) -> Result<i64, DecodeError> {
        Ok(i64::from_be_bytes(self.array(what)?))
    }

    /// A length of at most `limit` and as many bytes.
    pub fn bytes(&mut self, limit: usize, what: &'static str) -> Result<&'a [u8], DecodeError> {
        let length = usize::try_from(self.u32(what)?).unwrap_or(usize::MAX);
        if length > limit {
            return Err(DecodeError::TooMuch { what, limit });
        }
        self.take(length, what)
    }

    /// A count of at most `limit` and as many items.
    pub fn list<T>(
        &mut self,
        limit: usize,
        what: &'static str,
        mut read: impl FnMut(&mut Self) -> Result<T, DecodeError>,
    ) -> Result<Vec<T>, DecodeError> {
        let count = usize::from(self.u16(what)?);
        if count > limit {
            return Err(DecodeError::TooMuch { what, limit });
        }
        (0..count).map(|_| read(self)).collect()
    }

    /// Nothing may follow.
    pub fn end(self) -> Result<(), DecodeError> {
        if self.rest.is_empty() { Ok(()) } else { Err(DecodeError::Trailing(self.rest.len())) }
    }
}
