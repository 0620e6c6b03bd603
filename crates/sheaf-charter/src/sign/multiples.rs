//! Multiples of a point, kept so that any other is the sum of some: no doubling is left to be done.

use curve25519_dalek::edwards::EdwardsPoint;
use curve25519_dalek::scalar::Scalar;

/// Multiples of a point for windows of so many bits: with seven the table is 380 kB, with eight
/// 660 kB. Fewer windows are fewer additions, for as long as the tables that are in use stay in the
/// second cache of a core.
pub(super) struct Multiples<const WINDOW: usize>(Vec<EdwardsPoint>);

impl<const WINDOW: usize> Multiples<WINDOW> {
    /// Windows that hold a scalar below 2²⁵⁵ and what its last digit carries.
    const WINDOWS: usize = 256_usize.div_ceil(WINDOW);

    /// Digits go from minus this to this.
    const HALF: usize = 1 << (WINDOW - 1);

    /// Row after row of [`Multiples::HALF`] points: in row `i` the point, 1, 2, 3 .. times
    /// 2 to the `WINDOW · i`.
    pub(super) fn of(point: EdwardsPoint) -> Self {
        let mut points = Vec::with_capacity(Self::WINDOWS * Self::HALF);
        let mut unit = point;
        for _ in 0..Self::WINDOWS {
            let mut sum = unit;
            for _ in 0..Self::HALF {
                points.push(sum);
                sum += unit;
            }
            unit = (0..WINDOW).fold(unit, |power, _| power + power);
        }
        Self(points)
    }

    /// What `sum` and the point, `scalar` times, come to. The time that it takes tells the scalar:
    /// for what everybody may know.
    pub(super) fn add(&self, sum: EdwardsPoint, scalar: &Scalar) -> EdwardsPoint {
        let rows = self.0.chunks_exact(Self::HALF);
        rows.zip(Self::digits(scalar.as_bytes())).fold(sum, |sum, (row, digit)| {
            let multiple = digit.unsigned_abs().checked_sub(1).and_then(|at| row.get(at));
            match multiple {
                Some(multiple) if digit > 0 => sum + multiple,
                Some(multiple) => sum - multiple,
                None => sum,
            }
        })
    }

    /// The digits to base 2 to the `WINDOW` of a number below 2²⁵⁵, the lowest first, each from
    /// minus half of that to half of it.
    fn digits(bytes: &[u8; 32]) -> impl Iterator<Item = isize> {
        let mut carried = 0;
        (0..Self::WINDOWS).map(move |window| {
            let (first, shift) = (window * WINDOW / 8, window * WINDOW % 8);
            let byte = |at| u16::from(bytes.get(at).copied().unwrap_or(0));
            let bits = (byte(first) | byte(first + 1) << 8) >> shift;
            let digit = usize::from(bits) % (2 * Self::HALF) + carried;
            carried = usize::from(digit > Self::HALF);
            digit.cast_signed() - (carried * 2 * Self::HALF).cast_signed()
        })
    }
}

#[cfg(test)]
mod tests {
    use curve25519_dalek::constants::ED25519_BASEPOINT_POINT;
    use curve25519_dalek::traits::Identity as _;

    use super::*;

    /// Every digit at its bounds, what carries through all of them, and the largest there is.
    fn made_as_the_library_makes_them<const WINDOW: usize>() {
        let one = Scalar::ONE;
        let mut scalars = vec![Scalar::ZERO, one, -one, -one - one];
        let half = Multiples::<WINDOW>::HALF as u64;
        for digit in [half - 1, half, half + 1, 2 * half - 1, 2 * half, 2 * half + 1] {
            let mut power = one;
            for _ in 0..Multiples::<WINDOW>::WINDOWS {
                scalars.extend([power * Scalar::from(digit), power - one]);
                power *= Scalar::from(2 * half);
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
        let multiples = Multiples::<WINDOW>::of(ED25519_BASEPOINT_POINT);
        for scalar in scalars {
            let own = multiples.add(EdwardsPoint::identity(), &scalar);
            assert_eq!(own, EdwardsPoint::mul_base(&scalar), "{WINDOW}: {scalar:?}");
        }
    }

    #[test]
    fn it_makes_the_multiples_that_the_library_makes() {
        made_as_the_library_makes_them::<7>();
        made_as_the_library_makes_them::<8>();
    }

    #[test]
    fn digits_add_up_to_the_number() {
        // 2^255 - 1 is minus one, and then 2^255: eight times 2 to the 252nd, half of 2 to the
        // 256th.
        let largest = [0xff; 31].into_iter().chain([0x7f]);
        let bytes: [u8; 32] = largest.collect::<Vec<_>>().try_into().unwrap();
        let seven: Vec<isize> = Multiples::<7>::digits(&bytes).collect();
        assert_eq!((seven.len(), seven[0], seven[36]), (37, -1, 8));
        assert!(seven[1..36].iter().all(|digit| *digit == 0));
        let eight: Vec<isize> = Multiples::<8>::digits(&bytes).collect();
        assert_eq!((eight.len(), eight[0], eight[31]), (32, -1, 128));
        assert!(eight[1..31].iter().all(|digit| *digit == 0));
    }
}
