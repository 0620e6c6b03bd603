//! Random draws from a seed: the same seed and stream give the same draws.

use jiff::civil::{Date, DateTime, Time};
use jiff::tz::TimeZone;
use rand::{Rng, RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use sheaf_records::RecordId;

/// Which part of the school the draws are for. Each has a stream of its own, so that a change of
/// one part leaves the others as they were.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Stream {
    Calendar,
    Staff,
    Pupils,
    Caseloads,
    Counts,
    Incidents,
    Rooms,
    Codes,
    Support,
    Thinning,
    Sessions,
    Suspensions,
    Praise,
    Exclusions,
    Detentions,
    CallOuts,
    Attendance,
    Scores,
    Plans,
}

/// Random draws of one stream.
pub(crate) struct Draw(ChaCha8Rng);

impl Draw {
    pub(crate) fn new(seed: u64, stream: Stream) -> Self {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        rng.set_stream(stream as u64);
        Self(rng)
    }

    /// A number from 0 up to 1.
    pub(crate) fn unit(&mut self) -> f64 {
        self.0.random()
    }

    pub(crate) fn chance(&mut self, p: f64) -> bool {
        self.unit() < p
    }

    /// A whole number from `low` to `high`, both included.
    pub(crate) fn between(&mut self, low: i64, high: i64) -> i64 {
        self.0.random_range(low..=high.max(low))
    }

    /// A place in a list of this length; 0 for an empty one.
    pub(crate) fn place(&mut self, length: usize) -> usize {
        self.0.random_range(0..length.max(1))
    }

    /// One of a list; the default of an empty one.
    pub(crate) fn pick<T: Copy + Default>(&mut self, list: &[T]) -> T {
        let place = self.place(list.len());
        list.get(place).copied().unwrap_or_default()
    }

    /// One of a list; none of an empty one.
    pub(crate) fn one_of<T: Copy>(&mut self, list: &[T]) -> Option<T> {
        let place = self.place(list.len());
        list.get(place).copied()
    }

    /// Puts a list into an order by lot (Fisher and Yates).
    pub(crate) fn shuffle<T>(&mut self, list: &mut [T]) {
        for last in (1..list.len()).rev() {
            let other = self.place(last + 1);
            list.swap(last, other);
        }
    }

    /// One of a list of values with weights; the default of an empty one.
    pub(crate) fn weighted<T: Copy + Default>(&mut self, list: &[(T, f64)]) -> T {
        let mut left = self.unit() * list.iter().map(|(_, weight)| weight).sum::<f64>();
        for (value, weight) in list {
            left -= weight;
            if left < 0.0 {
                return *value;
            }
        }
        list.last().map(|(value, _)| *value).unwrap_or_default()
    }

    /// A standard normal number (Box and Muller).
    fn normal(&mut self) -> f64 {
        let radius = (-2.0 * (1.0 - self.unit()).ln()).sqrt();
        radius * (std::f64::consts::TAU * self.unit()).cos()
    }

    /// A gamma number of this shape and of mean 1 (Marsaglia and Tsang 2000, with their boost for
    /// shapes below 1).
    pub(crate) fn gamma(&mut self, shape: f64) -> f64 {
        if shape < 1.0 {
            let boost = (1.0 - self.unit()).powf(1.0 / shape);
            return self.gamma(shape + 1.0) * (shape + 1.0) / shape * boost;
        }
        let d = shape - 1.0 / 3.0;
        let c = 1.0 / (9.0 * d).sqrt();
        loop {
            let x = self.normal();
            let v = (1.0 + c * x).powi(3);
            if v > 0.0 && (1.0 - self.unit()).ln() < 0.5 * x * x + d - d * v + d * v.ln() {
                return d * v / shape;
            }
        }
    }

    /// A Poisson number (Knuth's product; means here are small).
    pub(crate) fn poisson(&mut self, mean: f64) -> u32 {
        let limit = (-mean).exp();
        let mut product = self.unit();
        let mut count = 0;
        while product > limit && count < 50 {
            product *= self.unit();
            count += 1;
        }
        count
    }

    pub(crate) fn id(&mut self) -> RecordId {
        let mut bytes = [0; 16];
        self.0.fill_bytes(&mut bytes);
        RecordId::from_bytes(bytes)
    }

    /// A ULID as if made at this time.
    pub(crate) fn ulid(&mut self, at: DateTime) -> String {
        let zoned = at.to_zoned(TimeZone::UTC).ok();
        let millis = zoned.map_or(0, |zoned| zoned.timestamp().as_millisecond());
        let time = u128::from(u64::try_from(millis).unwrap_or(0));
        let random = self.0.random::<u128>() >> 48;
        crockford(time << 80 | random)
    }

    /// A time of day from `from`, before `to`.
    pub(crate) fn time_in(&mut self, from: Time, to: Time) -> Time {
        let minutes = |time: Time| i64::from(time.hour()) * 60 + i64::from(time.minute());
        let drawn = self.between(minutes(from), minutes(to) - 1);
        let hour = i8::try_from(drawn / 60).unwrap_or(0);
        let minute = i8::try_from(drawn % 60).unwrap_or(0);
        Time::new(hour, minute, 0, 0).unwrap_or(from)
    }

    /// One of these days; `None` where there are none.
    pub(crate) fn day(&mut self, days: &[Date]) -> Option<Date> {
        let place = self.place(days.len());
        days.get(place).copied()
    }
}

/// The 26 characters of a ULID.
fn crockford(number: u128) -> String {
    const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    (0..26)
        .rev()
        .filter_map(|place| usize::try_from(number >> (5 * place) & 31).ok())
        .filter_map(|digit| ALPHABET.get(digit).copied())
        .map(char::from)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn draws(count: usize, mut one: impl FnMut(&mut Draw) -> f64) -> (f64, f64) {
        let mut draw = Draw::new(7, Stream::Counts);
        let values: Vec<f64> = (0..count).map(|_| one(&mut draw)).collect();
        let mean = values.iter().sum::<f64>() / count as f64;
        let variance = values.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / count as f64;
        (mean, variance)
    }

    #[test]
    fn gamma_has_mean_one_and_variance_one_over_shape() {
        for shape in [0.5, 1.0, 2.0] {
            let (mean, variance) = draws(50_000, |draw| draw.gamma(shape));
            assert!((mean - 1.0).abs() < 0.03, "{shape}: {mean}");
            assert!((variance * shape - 1.0).abs() < 0.08, "{shape}: {variance}");
        }
    }

    #[test]
    fn poisson_has_its_mean_for_mean_and_variance() {
        let (mean, variance) = draws(50_000, |draw| f64::from(draw.poisson(0.7)));
        assert!((mean - 0.7).abs() < 0.02, "{mean}");
        assert!((variance - 0.7).abs() < 0.03, "{variance}");
    }

    #[test]
    fn ulids_sort_by_their_time() {
        let mut draw = Draw::new(1, Stream::Staff);
        let early = draw.ulid(jiff::civil::date(2025, 1, 1).at(9, 0, 0, 0));
        let late = draw.ulid(jiff::civil::date(2025, 1, 2).at(9, 0, 0, 0));
        assert!(early < late, "{early} {late}");
        assert_eq!(early.len(), 26);
        assert_eq!(crockford(0), "0".repeat(26));
        assert_eq!(crockford(u128::MAX), format!("7{}", "Z".repeat(25)));
    }

    #[test]
    fn streams_differ_and_repeat() {
        let id = |seed, stream| Draw::new(seed, stream).id();
        assert_eq!(id(1, Stream::Staff), id(1, Stream::Staff));
        assert_ne!(id(1, Stream::Staff), id(1, Stream::Pupils));
        assert_ne!(id(1, Stream::Staff), id(2, Stream::Staff));
    }
}
