//! Returns to the reflection room of an invented school: the first half of a year as it is seen at
//! its end, and what really came of it.

use jiff::civil::date;
use sheaf_analytics::{Budget, GapOptions, Gaps, MergeOptions, Period, Plan, Scope};
use sheaf_demo::Options;
use sheaf_records::{Kind, Record};
use sheaf_stats::{LogRankOptions, logrank};

use super::school::{Fallible, THIS_YEAR, TODAY, scope};

/// What is seen: up to the February half-term.
pub const SEEN: Period = Period { from: date(2025, 9, 1), to: date(2026, 2, 13) };

/// Within how many school days a return counts.
const HORIZON: f64 = 20.0;

/// One school's year.
pub struct Rooms {
    /// Its columns.
    pub scope: Scope,
    whole: Gaps,
    seen: Gaps,
}

impl Rooms {
    /// The year of a seed.
    pub fn new(seed: u64, pupils: u32) -> Fallible<Self> {
        let options = Options { pupils, years: 1, seed, today: TODAY, ..Options::default() };
        let school = sheaf_demo::generate(&options)?;
        let kinds = [Kind::Calendar, Kind::Pupil, Kind::RoomStay];
        let kept = |record: &Record| kinds.contains(&record.kind);
        let records: Vec<Record> = school.into_records().filter(kept).collect();
        let scope = scope(&records)?;
        Ok(Self { whole: gaps(&scope, THIS_YEAR)?, seen: gaps(&scope, SEEN)?, scope })
    }

    /// How many referrals of the window were followed by another within the horizon, and how many
    /// have a known answer, now that the rest of the year is known too.
    pub fn truth(&self) -> (f64, f64) {
        let last = self.seen.day().into_iter().fold(0.0, f64::max);
        let of = self.whole.day().into_iter().zip(self.whole.gap()).zip(self.whole.repeated());
        let inside = of.filter(|((day, _), _)| *day <= last);
        inside.fold((0.0, 0.0), |(with, all), ((_, gap), repeated)| match gap <= HORIZON {
            true if repeated => (with + 1.0, all + 1.0),
            true if gap < HORIZON => (with, all),
            _ => (with, all + 1.0),
        })
    }

    /// The p-value of a log-rank test between two halves of the pupils that nothing tells apart.
    pub fn halves(&self) -> Fallible<f64> {
        let pupil = self.seen.pupil();
        let half: Vec<u32> = pupil.iter().map(|code| code % 2).collect();
        let options = LogRankOptions { cluster: Some(&pupil), ..Default::default() };
        Ok(logrank(&self.seen.gap(), &self.seen.repeated(), &half, &options)?.p)
    }
}

fn gaps(scope: &Scope, period: Period) -> Fallible<Gaps> {
    let budget = Budget::default();
    let frame = Plan::scan("room_referrals").within(period).run(scope, &budget)?;
    let (key, clock) = ("pupil".to_owned(), GapOptions::default().clock);
    let merged = frame.merge_same(&MergeOptions { key, within: 0, clock }, &budget)?;
    Ok(merged.gaps(&GapOptions::default(), &budget)?)
}
