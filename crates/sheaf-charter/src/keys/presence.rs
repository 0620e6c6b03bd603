//! The name under which a device is announced on the network it is on.

use std::fmt;

use super::EpochKey;

/// Random bytes in front, so that no two names of a device are alike.
const NONCE_BYTES: usize = 16;
const TAG_BYTES: usize = 16;

/// A name by which those who hold an epoch key of a space can tell which of its devices is there,
/// and nobody else can tell more than that somebody is.
///
/// 32 bytes: a nonce (16), and the first 16 bytes of the keyed BLAKE3 over nonce and endpoint key
/// (32), under a key derived from the epoch key under `sheaf/1/presence`. It proves nothing:
/// whoever hears a name can repeat it, so the connection has to say who is there.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PresenceName([u8; NONCE_BYTES + TAG_BYTES]);

/// What recognises the names made under one epoch key.
#[derive(Clone)]
pub struct PresenceKey(zeroize::Zeroizing<[u8; 32]>);

impl PresenceKey {
    /// The key for the names of those who seal under that epoch key.
    pub fn of(epoch: &EpochKey) -> Self {
        let derived = blake3::derive_key("sheaf/1/presence", epoch.as_bytes());
        Self(zeroize::Zeroizing::new(derived))
    }

    /// A name for the device with that endpoint key; the nonce is random.
    pub fn name(&self, endpoint: &[u8; 32], nonce: [u8; NONCE_BYTES]) -> PresenceName {
        let mut name = [0; NONCE_BYTES + TAG_BYTES];
        let (front, tag) = name.split_at_mut(NONCE_BYTES);
        front.copy_from_slice(&nonce);
        let mut hasher = blake3::Hasher::new_keyed(&self.0);
        hasher.update(&nonce).update(endpoint);
        hasher.finalize_xof().fill(tag);
        PresenceName(name)
    }

    /// Whether that is a name of the device with that endpoint key.
    pub fn recognises(&self, name: &PresenceName, endpoint: &[u8; 32]) -> bool {
        name.nonce().is_some_and(|nonce| self.name(endpoint, nonce) == *name)
    }
}

impl fmt::Debug for PresenceKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PresenceKey").finish_non_exhaustive()
    }
}

impl PresenceName {
    /// The name made of these bytes.
    pub const fn from_bytes(bytes: [u8; NONCE_BYTES + TAG_BYTES]) -> Self {
        Self(bytes)
    }

    /// The bytes themselves.
    pub const fn as_bytes(&self) -> &[u8; NONCE_BYTES + TAG_BYTES] {
        &self.0
    }

    fn nonce(&self) -> Option<[u8; NONCE_BYTES]> {
        self.0.first_chunk().copied()
    }
}

impl fmt::Debug for PresenceName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PresenceName({})", data_encoding::HEXLOWER.encode(&self.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use expect_test::expect;

    #[test]
    fn only_who_holds_the_key_can_tell_whose_name_it_is() {
        let (key, other) = (EpochKey::from_bytes([1; 32]), EpochKey::from_bytes([2; 32]));
        let (key, other) = (PresenceKey::of(&key), PresenceKey::of(&other));
        let name = key.name(&[7; 32], [3; 16]);
        assert!(key.recognises(&name, &[7; 32]));
        assert!(!key.recognises(&name, &[8; 32]), "another device's");
        assert!(!other.recognises(&name, &[7; 32]), "another key");
        for bit in 0..256 {
            let mut bytes = *name.as_bytes();
            bytes[bit / 8] ^= 1 << (bit % 8);
            assert!(!key.recognises(&PresenceName::from_bytes(bytes), &[7; 32]), "bit {bit}");
        }
    }

    #[test]
    fn two_names_of_one_device_have_nothing_in_common() {
        let key = PresenceKey::of(&EpochKey::from_bytes([1; 32]));
        let (one, other) = (key.name(&[7; 32], [3; 16]), key.name(&[7; 32], [4; 16]));
        let same = one.as_bytes().iter().zip(other.as_bytes()).filter(|(a, b)| a == b).count();
        assert!(same < 4, "{same} bytes are alike");
    }

    #[test]
    fn a_name_has_one_form_for_ever() {
        let key = PresenceKey::of(&EpochKey::from_bytes([1; 32]));
        expect!["PresenceName(030303030303030303030303030303035f7e72386ad5ceb7d03f00b2e095d8f0)"]
            .assert_eq(&format!("{:?}", key.name(&[7; 32], [3; 16])));
    }
}
