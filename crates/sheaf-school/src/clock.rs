//! The one place where a clock is read.

use jiff::civil::{Date, DateTime, Time};
use jiff::tz::TimeZone;
use jiff::{Timestamp, Zoned};

/// The zone of the schools that Sheaf is for.
const SCHOOL_ZONE: &str = "Europe/London";

/// What time it is, for everything in one process.
#[derive(Clone, Debug)]
pub struct Clock {
    zone: TimeZone,
    today: Option<Date>,
    time: Option<Time>,
}

impl Clock {
    /// The machine's clock, in the school's zone.
    pub fn system() -> Self {
        let zone = TimeZone::get(SCHOOL_ZONE).unwrap_or(TimeZone::UTC);
        Self { zone, today: None, time: None }
    }

    /// The machine's time of day on a fixed day: `--as-of`, demonstrations, tests.
    pub fn as_of(today: Date) -> Self {
        Self { today: Some(today), ..Self::system() }
    }

    /// A clock that stands still in school: tours and tests of what depends on the time of day.
    pub fn standing(at: DateTime) -> Self {
        Self { today: Some(at.date()), time: Some(at.time()), ..Self::system() }
    }

    /// Milliseconds since 1970 (UTC), for what is signed: never the fixed day.
    pub fn now_ms(&self) -> i64 {
        timestamp().as_millisecond()
    }

    /// Today in school.
    pub fn today(&self) -> Date {
        self.today.unwrap_or_else(|| self.local(timestamp()).date())
    }

    /// Now in school, to the minute.
    pub fn now(&self) -> DateTime {
        let time = self.time.unwrap_or_else(|| self.local(timestamp()).time());
        self.today().at(time.hour(), time.minute(), 0, 0)
    }

    /// School time at an instant in milliseconds since 1970 (UTC).
    pub fn local_ms(&self, ms: i64) -> DateTime {
        self.local(Timestamp::from_millisecond(ms).unwrap_or(Timestamp::UNIX_EPOCH)).datetime()
    }

    fn local(&self, instant: Timestamp) -> Zoned {
        instant.to_zoned(self.zone.clone())
    }
}

#[allow(clippy::disallowed_methods, reason = "this is the one place where the clock is read")]
fn timestamp() -> Timestamp {
    Timestamp::now()
}
