//! Signatures of those who sign much: what arrives first at a new device is thousands of entries
//! by the same few authors, and a key that is made ready checks each in a third of the time.

use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use curve25519_dalek::constants::ED25519_BASEPOINT_POINT;
use curve25519_dalek::edwards::EdwardsPoint;
use curve25519_dalek::scalar::Scalar;
use curve25519_dalek::traits::Identity as _;
use ed25519_dalek::Signature;
use sha2::{Digest as _, Sha512};

use super::multiples::Multiples;
use super::{CheckingKey, Purpose, SMALL_ORDER};

/// So many signatures of one author at once are worth making the key ready, which takes as long as
/// checking ten.
const WORTH_IT: usize = 16;

/// Keys that stay ready, of 380 kB each: the last that were used.
const READY: usize = 16;

static BASE: LazyLock<Multiples<8>> = LazyLock::new(|| Multiples::of(ED25519_BASEPOINT_POINT));

/// The keys of authors who have signed much of what arrived lately, ready for more.
#[derive(Default)]
pub struct FrequentAuthors(Mutex<Vec<Arc<Ready>>>);

impl FrequentAuthors {
    /// Which of these signatures fit under the key, in their order.
    pub(crate) fn fit(
        &self,
        key: &CheckingKey,
        purpose: Purpose,
        signed: &[(&[u8], &[u8; 64])],
    ) -> Vec<bool> {
        match self.ready(key, signed.len()) {
            Some(ready) => ready.fit(purpose, signed),
            None => {
                let fits = |(bytes, signature): &(&[u8], &[u8; 64])| {
                    key.verifies(purpose, bytes, signature)
                };
                signed.iter().map(fits).collect()
            }
        }
    }

    fn ready(&self, key: &CheckingKey, signatures: usize) -> Option<Arc<Ready>> {
        // Whatever a thread that panicked has left is a list of whole keys.
        let kept = || self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mut keys = kept();
        if let Some(at) = keys.iter().position(|ready| ready.bytes == key.bytes) {
            let ready = keys.remove(at);
            keys.push(Arc::clone(&ready));
            return Some(ready);
        }
        drop(keys);
        if signatures < WORTH_IT {
            return None;
        }
        let ready = Arc::new(Ready::new(key));
        let mut keys = kept();
        keys.retain(|other| other.bytes != ready.bytes);
        let surplus = (keys.len() + 1).saturating_sub(READY);
        keys.drain(..surplus);
        keys.push(Arc::clone(&ready));
        Some(ready)
    }
}

/// A key with what its checks add up.
struct Ready {
    bytes: [u8; 32],
    negated: Multiples<7>,
}

impl Ready {
    fn new(key: &CheckingKey) -> Self {
        Self { bytes: key.bytes, negated: Multiples::of(-key.key.to_edwards()) }
    }

    /// Accepts what [`CheckingKey::verifies`] accepts, and nothing else: a signature (R, s) of a
    /// message M fits under A if `s B - k A` has the encoding R, where `k` is the hash of R, A and
    /// M, and `s` is below the order. All encodings are made at once, with one inversion.
    fn fit(&self, purpose: Purpose, signed: &[(&[u8], &[u8; 64])]) -> Vec<bool> {
        let points: Vec<Option<EdwardsPoint>> =
            signed.iter().map(|(bytes, signature)| self.point(purpose, bytes, signature)).collect();
        let there: Vec<EdwardsPoint> = points.iter().flatten().copied().collect();
        let mut encodings = EdwardsPoint::compress_batch_alloc(&there).into_iter();
        let fits = |(point, (_, signature)): (&Option<EdwardsPoint>, &(&[u8], &[u8; 64]))| {
            let r = *Signature::from_bytes(signature).r_bytes();
            let encoding = point.and_then(|_| encodings.next());
            encoding.is_some_and(|encoding| encoding.0 == r) && !SMALL_ORDER.contains(&r)
        };
        points.iter().zip(signed).map(fits).collect()
    }

    /// `s B - k A`; None if `s` is not below the order.
    fn point(&self, purpose: Purpose, bytes: &[u8], signature: &[u8; 64]) -> Option<EdwardsPoint> {
        let signature = Signature::from_bytes(signature);
        let s = Option::<Scalar>::from(Scalar::from_canonical_bytes(*signature.s_bytes()))?;
        let hash = Sha512::new()
            .chain_update(signature.r_bytes())
            .chain_update(self.bytes)
            .chain_update(purpose.prefix())
            .chain_update(bytes);
        let k = Scalar::from_bytes_mod_order_wide(&hash.finalize().into());
        Some(self.negated.add(BASE.add(EdwardsPoint::identity(), &s), &k))
    }
}

#[cfg(test)]
mod tests {
    use ed25519_dalek::{SigningKey, VerifyingKey};

    use super::*;
    use crate::sign::sign;

    type Signed = (Vec<u8>, [u8; 64]);

    fn strictly(key: &VerifyingKey, (message, signature): &Signed) -> bool {
        let message = Purpose::Entry.message(message);
        key.verify_strict(&message, &Signature::from_bytes(signature)).is_ok()
    }

    /// What both say of these signatures, which has to be the same.
    fn agreed(key: &VerifyingKey, signed: &[Signed]) -> Vec<bool> {
        let checking = CheckingKey::new(key.as_bytes()).unwrap();
        let ready = Ready::new(&checking);
        let lent: Vec<_> = signed.iter().map(|(bytes, by)| (bytes.as_slice(), by)).collect();
        let fits = ready.fit(Purpose::Entry, &lent);
        assert_eq!(fits, signed.iter().map(|each| strictly(key, each)).collect::<Vec<_>>());
        fits
    }

    fn own(signing: &SigningKey, count: u32) -> Vec<Signed> {
        let signed = |at: u32| {
            let message = at.to_le_bytes().repeat(at as usize % 90);
            let signature = sign(signing, Purpose::Entry, &message);
            (message, signature)
        };
        (0..count).map(signed).collect()
    }

    #[test]
    fn it_takes_what_the_strict_rules_take() {
        for seed in 0..8 {
            let signing = SigningKey::from_bytes(&[seed; 32]);
            let signed = own(&signing, 70);
            assert_eq!(agreed(&signing.verifying_key(), &signed), [true; 70]);
            let other = SigningKey::from_bytes(&[seed + 1; 32]);
            assert_eq!(agreed(&other.verifying_key(), &signed), [false; 70]);
        }
    }

    #[test]
    fn one_bit_that_differs_is_seen_and_only_there() {
        let signing = SigningKey::from_bytes(&[9; 32]);
        let whole = own(&signing, 1).remove(0);
        let mut signed = Vec::new();
        for bit in 0..512 {
            signed.push(whole.clone());
            let mut other = whole.clone();
            other.1[bit / 8] ^= 1 << (bit % 8);
            signed.push(other);
        }
        let expected: Vec<bool> = (0..1024).map(|at| at % 2 == 0).collect();
        assert_eq!(agreed(&signing.verifying_key(), &signed), expected);
    }

    /// `s` and the order more is the same number, in a second form.
    #[test]
    fn a_second_form_of_a_signature_does_not_fit() {
        let signing = SigningKey::from_bytes(&[11; 32]);
        let mut signed = own(&signing, 40);
        let mut changed = 0;
        for (_, signature) in &mut signed {
            let s: [u8; 32] = signature[32..].try_into().unwrap();
            // -1 is the order less one.
            let order_less_one = (-Scalar::ONE).to_bytes();
            let mut carry = 1;
            for (at, (s, order)) in s.iter().zip(order_less_one).enumerate() {
                let sum = u16::from(*s) + u16::from(order) + carry;
                signature[32 + at] = sum.to_le_bytes()[0];
                carry = sum >> 8;
            }
            changed += usize::from(carry == 0);
        }
        assert_eq!(changed, 40);
        assert_eq!(agreed(&signing.verifying_key(), &signed), [false; 40]);
    }

    /// A key with a part of order eight: whether a signature under it fits depends on the message.
    #[test]
    fn a_key_that_is_not_in_the_group_of_the_base_point_is_judged_the_same() {
        let secret = Scalar::from(0x5eed_u64);
        let small = curve25519_dalek::constants::EIGHT_TORSION[1];
        let key = VerifyingKey::from(EdwardsPoint::mul_base(&secret) + small);
        let signed: Vec<Signed> = (0..64_u64)
            .map(|at| {
                let nonce = Scalar::from(at + 99);
                let r = EdwardsPoint::mul_base(&nonce).compress().0;
                let message = at.to_le_bytes().to_vec();
                let hash = Sha512::new()
                    .chain_update(r)
                    .chain_update(key.as_bytes())
                    .chain_update(Purpose::Entry.message(&message));
                let k = Scalar::from_bytes_mod_order_wide(&hash.finalize().into());
                let s = (nonce + k * secret).to_bytes();
                (message, [r, s].concat().try_into().unwrap())
            })
            .collect();
        let fits = agreed(&key, &signed).into_iter().filter(|fits| *fits).count();
        assert!((1..40).contains(&fits), "{fits}");
    }

    /// `s = k a` for a nonce of nothing: the point of the signature is of small order.
    #[test]
    fn a_signature_whose_point_is_of_small_order_does_not_fit() {
        let secret = Scalar::from(0x5eed_u64);
        let key = VerifyingKey::from(EdwardsPoint::mul_base(&secret));
        let signed: Vec<Signed> = SMALL_ORDER
            .iter()
            .map(|r| {
                let hash = Sha512::new()
                    .chain_update(r)
                    .chain_update(key.as_bytes())
                    .chain_update(Purpose::Entry.message(b""));
                let k = Scalar::from_bytes_mod_order_wide(&hash.finalize().into());
                (Vec::new(), [*r, (k * secret).to_bytes()].concat().try_into().unwrap())
            })
            .collect();
        assert_eq!(agreed(&key, &signed), [false; 8]);
        let (message, loose) = &signed[0];
        let loosely = ed25519_dalek::Verifier::verify(
            &key,
            &Purpose::Entry.message(message),
            &Signature::from_bytes(loose),
        );
        assert!(loosely.is_ok());
    }

    #[test]
    fn only_the_keys_last_used_stay_ready() {
        let authors = FrequentAuthors::default();
        let keys: Vec<_> = (0..40).map(|seed| SigningKey::from_bytes(&[seed; 32])).collect();
        let check = |signing: &SigningKey, count| {
            let signed = own(signing, count);
            let lent: Vec<_> = signed.iter().map(|(bytes, by)| (bytes.as_slice(), by)).collect();
            let key = CheckingKey::new(signing.verifying_key().as_bytes()).unwrap();
            assert!(authors.fit(&key, Purpose::Entry, &lent).into_iter().all(|fits| fits));
        };
        let ready = || authors.0.lock().unwrap().len();
        check(&keys[0], 15);
        assert_eq!(ready(), 0);
        for signing in &keys {
            check(signing, 16);
            check(&keys[0], 1);
        }
        assert_eq!(ready(), READY);
        let first = keys[0].verifying_key();
        let kept = authors.0.lock().unwrap();
        assert!(kept.iter().any(|ready| ready.bytes == *first.as_bytes()));
        assert!(kept.iter().all(|ready| ready.bytes != *keys[1].verifying_key().as_bytes()));
    }
}
