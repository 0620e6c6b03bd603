//! Random numbers for tests: the same on every run.

/// Draws that follow from a seed.
pub struct Draws(pub u64);

impl Draws {
    pub fn unit(&mut self) -> f64 {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 11) as f64 + 0.5) / (1_u64 << 53) as f64
    }

    pub fn exponential(&mut self) -> f64 {
        -self.unit().ln()
    }

    pub fn poisson(&mut self, mean: f64) -> f64 {
        let mut left = mean;
        let mut count = -1.0;
        while left >= 0.0 {
            left -= self.exponential();
            count += 1.0;
        }
        count
    }
}
