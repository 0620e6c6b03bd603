//! Keyed pseudonyms: the same pupil has the same one in every export, and nobody without the key
//! can tell whose it is.

use std::fmt;

use zeroize::Zeroizing;

/// The key from which the pseudonyms of a school are made. It stays in the home of the school.
pub struct LakeKey(Zeroizing<[u8; 32]>);

impl fmt::Debug for LakeKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "LakeKey({})", self.id())
    }
}

impl LakeKey {
    /// The key of these bytes, which must be random.
    pub fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(Zeroizing::new(bytes))
    }

    /// What the key is called: equal for equal keys, and no help in finding it.
    pub fn id(&self) -> String {
        let id = blake3::derive_key("sheaf/1/lake/key-id", self.0.as_slice());
        hex(&id).chars().take(16).collect()
    }

    fn keyed(&self, what: &str, id: &str) -> [u8; 32] {
        let mut hasher = blake3::Hasher::new_keyed(&self.0);
        hasher.update(b"sheaf/1/lake/");
        hasher.update(what.as_bytes());
        hasher.update(&[0]);
        hasher.update(id.as_bytes());
        *hasher.finalize().as_bytes()
    }

    /// The pseudonym of a school, a pupil or a record: 32 hexadecimal digits.
    pub fn pseudonym(&self, what: &str, id: &str) -> String {
        hex(&self.keyed(what, id)).chars().take(32).collect()
    }

    /// The number of a record; two of a million records share one with a chance of less than one in
    /// ten million.
    pub(crate) fn number(&self, id: &str) -> i64 {
        let [a, b, c, d, e, f, g, h, ..] = self.keyed("number", id);
        i64::from_be_bytes([a, b, c, d, e, f, g, h])
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pseudonym_depends_on_key_kind_and_id() {
        let (one, other) = (LakeKey::from_bytes([1; 32]), LakeKey::from_bytes([2; 32]));
        let first = one.pseudonym("pupil", "a");
        assert_eq!(first, one.pseudonym("pupil", "a"));
        assert_eq!(first.len(), 32);
        for different in [
            one.pseudonym("pupil", "b"),
            one.pseudonym("record", "a"),
            other.pseudonym("pupil", "a"),
        ] {
            assert_ne!(first, different);
        }
        assert_ne!(one.id(), other.id());
        assert!(!format!("{one:?}").contains("01010101"), "the key is not printed");
    }
}
