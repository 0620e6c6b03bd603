//! What a device signs of a metric, so that the signature holds outside the school too.

use crate::codec::Writer;
use crate::error::CharterError;
use crate::identity::Identity;
use crate::ids::DeviceId;
use crate::sign::{Purpose, check_ed25519, verifies};

/// The version of the claim.
const CLAIM_VERSION: u8 = 1;

/// Which files a metric has, and who says that they are theirs. Names of persons and schools are
/// what the signer says of itself: only the key is proven.
///
/// What is signed: `sheaf/1/metric`, a zero byte, version (1), a 32-bit length and the person, the
/// same of the school, the key (32), a 16-bit count, and for each file a 32-bit length, its name
/// and its hash (32).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct MetricClaim<'a> {
    /// Who signs, as they call themselves.
    pub by: &'a str,
    /// Where, as they call it.
    pub school: &'a str,
    /// Each file with the hash of its bytes, in order of name.
    pub files: &'a [(&'a str, [u8; 32])],
}

impl MetricClaim<'_> {
    /// The signature of this device.
    pub fn sign(&self, identity: &Identity) -> [u8; 64] {
        identity.sign(Purpose::Metric, &self.bytes(identity.device()))
    }

    /// Whether the device of this key signed it.
    ///
    /// # Errors
    /// The key is not usable, or the signature is of something else.
    pub fn verify(&self, key: DeviceId, signature: &[u8; 64]) -> Result<(), CharterError> {
        check_ed25519(key.as_bytes(), "key of the metric")?;
        if verifies(key.as_bytes(), Purpose::Metric, &self.bytes(key), signature) {
            Ok(())
        } else {
            Err(CharterError::BadSignature("metric"))
        }
    }

    fn bytes(&self, key: DeviceId) -> Vec<u8> {
        let mut out = Writer::new();
        out.u8(CLAIM_VERSION).bytes(self.by.as_bytes()).bytes(self.school.as_bytes());
        out.raw(key.as_bytes()).list(self.files, |out, (name, hash)| {
            out.bytes(name.as_bytes()).raw(hash);
        });
        out.finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tests::testing::rng;

    #[test]
    fn a_signature_is_of_every_part() {
        let identity = Identity::generate(&mut rng(70));
        let files = [("metric.rhai", [1; 32]), ("plugin.toml", [2; 32])];
        let claim = MetricClaim { by: "Mary Wells", school: "Ashdown", files: &files };
        let signature = claim.sign(&identity);
        assert_eq!(claim.verify(identity.device(), &signature), Ok(()));
        let other_file = [("metric.rhai", [1; 32]), ("plugin.toml", [3; 32])];
        let other_name = [("metric.rhai", [1; 32]), ("plugin.tomm", [2; 32])];
        let refused = Err(CharterError::BadSignature("metric"));
        for changed in [
            MetricClaim { by: "Mary Well", ..claim },
            MetricClaim { by: "Mary WellsA", school: "shdown", ..claim },
            MetricClaim { school: "Ashdow", ..claim },
            MetricClaim { files: &other_file, ..claim },
            MetricClaim { files: &other_name, ..claim },
            MetricClaim { files: &files[..1], ..claim },
        ] {
            assert_eq!(changed.verify(identity.device(), &signature), refused, "{changed:?}");
        }
        let stranger = Identity::generate(&mut rng(71)).device();
        assert_eq!(claim.verify(stranger, &signature), refused);
        let weak = DeviceId::from_bytes([0; 32]);
        assert!(matches!(claim.verify(weak, &signature), Err(CharterError::WeakKey(_))));
    }
}
