//! Multiples of a point, kept so that any other is the sum of some: no doubling is left to be done.

use curve25519_dalek::edwards::EdwardsPoint;
use curve25519_dalek::scalar::Scalar;

/// Bits of a scalar that one window takes. With six, a table is 220 kB, and those of a key and of
/// the base point stay in the second cache of a core.
const WINDOW: usize = 6;

/// Windows that hold a scalar below 2²⁵⁵ and what its last digit carries.
const WINDOWS: usize = 256_usize.div_ceil(WINDOW);

/// Digits go from minus this to this.
const HALF: usize = 1 << (WINDOW - 1);

/// `multiples[i][j]` is the point, (j + 1) · 64ⁱ times.
pub(super) struct Multiples(Vec<[EdwardsPoint; HALF]>);

impl Multiples {
    pub(super) fn of(point: EdwardsPoint) -> Self {
        let mut unit = point;
        let window = |_| {
            let mut sum = unit;
            let row = std::array::from_fn(|_| {
                let multiple = sum;
                sum += unit;
                multiple
            });
            unit = (0..WINDOW).fold(unit, |power, _| power + power);
            row
        };
        Self((0..WINDOWS).map(window).collect())
    }

    /// What `sum` and the point, `scalar` times, come to. The time that it takes tells the scalar:
    /// for what everybody may know.
    pub(super) fn add(&self, sum: EdwardsPoint, scalar: &Scalar) -> EdwardsPoint {
        self.0.iter().zip(digits(scalar.as_bytes())).fold(sum, |sum, (row, digit)| {
            let multiple = digit.unsigned_abs().checked_sub(1).and_then(|at| row.get(at));
            match multiple {
                Some(multiple) if digit > 0 => sum + multiple,
                Some(multiple) => sum - multiple,
                None => sum,
            }
        })
    }
}

/// The digits to base 64 of a number below 2²⁵⁵, the lowest first, each from −32 to 32.
fn digits(bytes: &[u8; 32]) -> [isize; WINDOWS] {
    let mut carried = 0;
    std::array::from_fn(|window| {
        let (first, shift) = (window * WINDOW / 8, window * WINDOW % 8);
        let byte = |at| u16::from(bytes.get(at).copied().unwrap_or(0));
        let bits = (byte(first) | byte(first + 1) << 8) >> shift;
        let digit = usize::from(bits) % (2 * HALF) + carried;
        carried = usize::from(digit > HALF);
        digit.cast_signed() - (carried * 2 * HALF).cast_signed()
    })
}

#[cfg(test)]
mod tests {
    use curve25519_dalek::constants::ED25519_BASEPOINT_POINT;
    use curve25519_dalek::traits::Identity as _;

    use super::*;

    /// Every digit at its bounds, what carries through all of them, and the largest there is.
    #[test]
    fn it_makes_the_multiples_that_the_library_makes() {
        let one = Scalar::ONE;
        let mut scalars = vec![Scalar::ZERO, one, -one, -one - one];
        for digit in [31, 32, 33, 63, 64, 65] {
            let mut power = one;
            for _ in 0..WINDOWS {
                scalars.extend([power * Scalar::from(digit as u64), power - one]);
                power *= Scalar::from(64_u64);
            }
        }
        let hashed = |seed: u64| {
            let wide = [blake3::hash(&seed.to_le_bytes()), blake3::hash(&[7; 3])];
            let mut bytes = [0; 64];
            for (half, hash) in bytes.chunks_exact_mut(32).zip(wide) {
                half.copy_from_slice(hash.as_bytes());
            }
            Scalar::from_bytes_mod_order_wide(&bytes)
        };
        scalars.extend((0..100).map(hashed));
        let multiples = Multiples::of(ED25519_BASEPOINT_POINT);
        for scalar in scalars {
            let own = multiples.add(EdwardsPoint::identity(), &scalar);
            assert_eq!(own, EdwardsPoint::mul_base(&scalar), "{scalar:?}");
        }
    }

    #[test]
    fn digits_add_up_to_the_number() {
        let largest = [0xff; 31].into_iter().chain([0x7f]);
        let bytes: [u8; 32] = largest.collect::<Vec<_>>().try_into().unwrap();
        let digits = digits(&bytes);
        assert!(digits.iter().all(|digit| digit.unsigned_abs() <= HALF));
        // 2^255 - 1 is minus one, and then 2^255: eight times 64 to the 42nd.
        assert_eq!(digits.first(), Some(&-1));
        assert_eq!(digits.last(), Some(&8));
        assert!(digits[1..WINDOWS - 1].iter().all(|digit| *digit == 0));
    }
}
