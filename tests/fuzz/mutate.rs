//! Changing good bytes into hostile ones, the same ones for the same seed.

/// Numbers that decoders trip over, in whatever width.
const EXTREMES: [u64; 10] = [
    0,
    1,
    0x7f,
    0x80,
    0xff,
    0x7fff_ffff,
    0x8000_0000,
    0xffff_ffff,
    0x7fff_ffff_ffff_ffff,
    u64::MAX,
];
/// At most so many changes of one input.
const MAX_CHANGES: usize = 4;

/// Makes hostile inputs (`SplitMix64`: nothing here is secret).
pub struct Mutator {
    state: u64,
}

impl Mutator {
    pub const fn new(seed: u64) -> Self {
        Self { state: seed }
    }

    /// One of these inputs, changed in a few places.
    pub fn change(&mut self, seeds: &[Vec<u8>]) -> Vec<u8> {
        let mut bytes = seeds[self.below(seeds.len())].clone();
        for _ in 0..=self.below(MAX_CHANGES) {
            self.change_once(&mut bytes, seeds);
        }
        bytes
    }

    fn change_once(&mut self, bytes: &mut Vec<u8>, seeds: &[Vec<u8>]) {
        let at = self.below(bytes.len() + 1);
        match self.below(7) {
            0 if at < bytes.len() => bytes[at] ^= 1 << self.below(8),
            1 => bytes.truncate(at),
            2 => {
                let more: Vec<u8> = (0..self.below(9)).map(|_| self.next() as u8).collect();
                bytes.splice(at..at, more);
            }
            3 => {
                let until = (at + 1 + self.below(64)).min(bytes.len());
                bytes.drain(at.min(until)..until);
            }
            // A piece of another input, or of this one again.
            4 => {
                let other = &seeds[self.below(seeds.len())];
                let from = self.below(other.len() + 1);
                let until = (from + self.below(256)).min(other.len());
                let end =
                    if self.below(2) == 0 { at } else { (at + until - from).min(bytes.len()) };
                bytes.splice(at..end, other[from..until].iter().copied());
            }
            // A length or a count at its end.
            _ => {
                let width = [1, 2, 4, 8][self.below(4)];
                let number = EXTREMES[self.below(EXTREMES.len())].to_be_bytes();
                let until = (at + width).min(bytes.len());
                bytes[at..until].copy_from_slice(&number[8 - (until - at)..]);
            }
        }
    }

    fn below(&mut self, limit: usize) -> usize {
        (self.next() % limit.max(1) as u64) as usize
    }

    fn next(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }
}
