//! A small seeded generator (SplitMix64) for jitter and the simulator; nothing secret comes of it.

/// A stream of numbers that a seed decides.
#[derive(Clone, Debug)]
pub struct Spread {
    state: u64,
}

impl Spread {
    /// The stream of this seed.
    pub const fn new(seed: u64) -> Self {
        Self { state: seed }
    }

    /// The next number.
    pub const fn next(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.state;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number below `limit`; 0 where there is none.
    pub const fn below(&mut self, limit: u64) -> u64 {
        let number = self.next();
        if limit == 0 { 0 } else { number % limit }
    }
}
