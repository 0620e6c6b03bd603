//! The one place where randomness is drawn.

use getrandom::SysRng;
use rand_core::{Rng, UnwrapErr};

/// The system's random number generator. It fails only where the system has none, and then
/// nothing that Sheaf promises could hold: the process stops.
pub(crate) fn rng() -> UnwrapErr<SysRng> {
    UnwrapErr(SysRng)
}

/// Random bytes.
pub(crate) fn bytes<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    rng().fill_bytes(&mut bytes);
    bytes
}

/// The key of a new row: a ULID (milliseconds since 1970, then random), 26 Crockford characters.
pub(crate) fn ulid(now_ms: i64) -> String {
    const DIGITS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    let [a, b, c, d, e, f, g, h, i, j] = bytes::<10>();
    let random = u128::from_be_bytes([0, 0, 0, 0, 0, 0, a, b, c, d, e, f, g, h, i, j]);
    let time = u128::from(now_ms.unsigned_abs()) & ((1 << 48) - 1);
    let value = (time << 80) | random;
    (0..26)
        .rev()
        .map(|place| {
            let digit = usize::try_from((value >> (5 * place)) & 31).unwrap_or_default();
            DIGITS.get(digit).copied().map_or('0', char::from)
        })
        .collect()
}
