//! The id of a document of which there is to be one: every device comes to the same.

use crate::ids::DocumentId;

use super::EpochKey;

/// The id of the one document of a space that holds what this name says, such as one pupil's
/// attendance in one half-term: two devices that begin it apart begin the same document, and what
/// they write is merged.
///
/// The first 16 bytes of the keyed BLAKE3 over the name, under a key derived from the first epoch
/// key of the space under `sheaf/1/single`. Whoever does not hold that key cannot tell the id from
/// a random one, nor of what it is the id.
pub fn single_document(first: &EpochKey, name: &[u8]) -> DocumentId {
    let key = zeroize::Zeroizing::new(blake3::derive_key("sheaf/1/single", first.as_bytes()));
    let mut id = [0; DocumentId::LENGTH];
    let mut hasher = blake3::Hasher::new_keyed(&key);
    hasher.update(name).finalize_xof().fill(&mut id);
    DocumentId::from_bytes(id)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_name_gives_one_id_under_one_key_alone() {
        let [one, other] = [[1; 32], [2; 32]].map(EpochKey::from_bytes);
        assert_eq!(single_document(&one, b"name"), single_document(&one, b"name"));
        assert_ne!(single_document(&one, b"name"), single_document(&one, b"other name"));
        assert_ne!(single_document(&one, b"name"), single_document(&other, b"name"));
    }
}
