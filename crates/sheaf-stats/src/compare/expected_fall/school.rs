//! What a whole school's history says about how its pupils differ.

use super::lasting::Lasting;
use super::{History, MIN_PERIODS, MIN_SCHOOL, MOST_PERIODS, WHAT};
use crate::check;
use crate::pace::Pace;
use crate::refusal::Refusal;

/// The events of one period of a pupil with those of an average one.
type Period = (f64, f64);

/// One pupil and period.
#[derive(Clone, Copy)]
struct Row {
    pupil: usize,
    period: usize,
    n: f64,
    e: f64,
    /// Courses of help that had begun.
    courses: f64,
    past: bool,
}

impl Row {
    /// How many times as many events came as would have without help, where each course makes it so
    /// many times as many.
    fn changed(&self, by_each: f64) -> f64 {
        if self.courses > 0.0 { by_each.powf(self.courses) } else { 1.0 }
    }
}

/// Codes in order, each once: the place of a code is its number.
struct Places(Vec<u32>);

impl Places {
    fn of(codes: impl Iterator<Item = u32>) -> Self {
        let mut codes: Vec<u32> = codes.collect();
        // Rows of one pupil mostly stand together: that leaves few to sort.
        codes.dedup();
        codes.sort_unstable();
        codes.dedup();
        Self(codes)
    }

    const fn len(&self) -> usize {
        self.0.len()
    }

    fn get(&self, code: u32) -> Option<usize> {
        self.0.binary_search(&code).ok()
    }
}

/// The rows of a history, pupils and periods by their places.
pub struct Rows {
    list: Vec<Row>,
    /// The same, those of one pupil together.
    together: Vec<Row>,
    pupils: Places,
    periods: usize,
}

impl Rows {
    /// The rows, checked.
    pub fn of(history: &History<'_>) -> Result<Self, Refusal> {
        let rows = history.n.len();
        check::lengths(WHAT, ("n", rows), ("e", history.e.len()))?;
        check::lengths(WHAT, ("n", rows), ("pupil", history.pupil.len()))?;
        check::lengths(WHAT, ("n", rows), ("period", history.period.len()))?;
        check::lengths(WHAT, ("n", rows), ("past", history.past.map_or(rows, <[bool]>::len)))?;
        check::not_negative(WHAT, "n", history.n)?;
        check::not_negative(WHAT, "e", history.e)?;
        if let Some(courses) = history.courses {
            check::lengths(WHAT, ("n", rows), ("courses", courses.len()))?;
            check::not_negative(WHAT, "courses", courses)?;
        }
        let periods = Places::of(history.period.iter().copied());
        check::at_least(WHAT, "earlier periods", periods.len(), MIN_PERIODS)?;
        check::at_most(WHAT, "earlier periods", periods.len(), MOST_PERIODS)?;
        if history.e.iter().sum::<f64>() <= 0.0 {
            return Err(Refusal::NoExposure { what: WHAT });
        }
        if history.n.iter().sum::<f64>() <= 0.0 {
            return Err(Refusal::NoEvents { what: WHAT });
        }
        let there = history.pupil.iter().zip(history.e).filter(|(_, e)| **e > 0.0);
        let pupils = Places::of(there.map(|(code, _)| *code));
        check::at_least(WHAT, "pupils in the history", pupils.len(), MIN_SCHOOL)?;
        let keys = history.pupil.iter().zip(history.period);
        let values = history.n.iter().zip(history.e);
        let mut list = Vec::with_capacity(rows);
        for (row, ((pupil, period), (n, e))) in keys.zip(values).enumerate() {
            if let (Some(pupil), Some(period)) = (pupils.get(*pupil), periods.get(*period))
                && *e > 0.0
            {
                let past = history.past.and_then(|past| past.get(row)).copied().unwrap_or(true);
                let courses = history.courses.and_then(|courses| courses.get(row)).copied();
                let courses = courses.unwrap_or(if past { 0.0 } else { 1.0 });
                list.push(Row { pupil, period, n: *n, e: *e, courses, past });
            }
        }
        let mut together = list.clone();
        together.sort_by_key(|row| row.pupil);
        Ok(Self { list, together, pupils, periods: periods.len() })
    }

    /// The place of a pupil, where there is a history of theirs.
    pub fn place(&self, code: u32) -> Option<usize> {
        self.pupils.get(code)
    }

    /// Whether help had begun in some rows.
    pub fn has_help(&self) -> bool {
        self.list.iter().any(|row| row.courses > 0.0)
    }

    /// What the school teaches, if what came after a course of help had begun was `changed` times
    /// what it would have been. Counts are told as they would have been: were the exposure made
    /// less instead, those who had help, most of whom do much, would count for less.
    pub fn learn(&self, changed: f64) -> School {
        let mut sums = vec![(0.0, 0.0); self.periods];
        for row in &self.list {
            if let Some((n, e)) = sums.get_mut(row.period) {
                (*n, *e) = (*n + row.n / row.changed(changed), *e + row.e);
            }
        }
        let means: Vec<f64> =
            sums.iter().map(|(n, e)| if *e > 0.0 { n / e } else { 0.0 }).collect();
        let (between, within) = variances(self.by_pupil(), |row| {
            let (times, mean) = (row.changed(changed), means.get(row.period).copied());
            Without {
                y: row.n / times,
                noise: row.n / times.powi(2),
                m: row.e * mean.unwrap_or_default(),
            }
        });
        let (n, e) = sums.iter().fold((0.0, 0.0), |all, one| (all.0 + one.0, all.1 + one.1));
        School { rate: n / e, between, within, changed, means }
    }

    /// The rows of each pupil, in the order in which they came.
    fn by_pupil(&self) -> impl Iterator<Item = &[Row]> {
        self.together.chunk_by(|one, next| one.pupil == next.pupil)
    }

    /// The events of each period before a pupil was chosen, with what an average one would have
    /// had; none where there is no history.
    fn past(&self, place: Option<usize>, school: &School) -> Vec<Period> {
        let Some(place) = place else { return Vec::new() };
        let from = self.together.partition_point(|row| row.pupil < place);
        let own = self.together.iter().skip(from).take_while(|row| row.pupil == place);
        let mean = |row: &Row| school.means.get(row.period).copied().unwrap_or_default();
        let due = |row: &Row| row.e * row.changed(school.changed) * mean(row);
        own.filter(|row| row.past).map(|row| (row.n, due(row))).collect()
    }

    /// The lasting factors of the pupils at these places; 1 where there is no history.
    pub fn factors(
        &self,
        places: &[Option<usize>],
        school: &School,
        pace: Pace<'_>,
    ) -> Result<Vec<f64>, Refusal> {
        if school.between <= 0.0 {
            return Ok(vec![1.0; places.len()]);
        }
        let pasts: Vec<_> = places.iter().map(|place| self.past(*place, school)).collect();
        let sharpness = pasts.iter().map(|past| Lasting::sharpness(school.within, past));
        let most = sharpness.fold(0.0, f64::max);
        let mut lasting = Lasting::new(school.between, school.within, most);
        let mut work = pace.work(WHAT);
        let factor = |past: &Vec<Period>| {
            work.take(lasting.work(past))?;
            Ok(lasting.mean(past))
        };
        pasts.iter().map(factor).collect()
    }

    /// How much of the factor of the pupil at this place is their own history.
    pub fn weight(&self, place: Option<usize>, school: &School) -> f64 {
        if school.between <= 0.0 {
            return 0.0;
        }
        let spread = school.within * (1.0 + school.between);
        let past = self.past(place, school);
        let due: f64 = past.iter().map(|(_, m)| m / (1.0 + spread * m)).sum();
        due / (1.0 / school.between + due)
    }
}

/// The lesson.
pub struct School {
    /// Events of an average pupil for one unit of exposure.
    pub rate: f64,
    /// The variance of the lasting factor.
    pub between: f64,
    /// The variance of the passing factor.
    pub within: f64,
    /// How many times as many events come with each course of help.
    changed: f64,
    /// Events of an average pupil for one unit of exposure, by period.
    means: Vec<f64>,
}

/// One pupil and period as it would have been without help.
struct Without {
    /// Events.
    y: f64,
    /// The variance of these that chance alone brings.
    noise: f64,
    /// Events of an average pupil.
    m: f64,
}

/// The variances of the lasting and of the passing factor; neither below zero.
fn variances<'a>(
    pupils: impl Iterator<Item = &'a [Row]>,
    without: impl Fn(&Row) -> Without,
) -> (f64, f64) {
    let (mut together, mut pairs, mut extra, mut squares) = (0.0, 0.0, 0.0, 0.0);
    for rows in pupils {
        let (mut d1, mut d2, mut m1, mut m2) = (0.0, 0.0, 0.0, 0.0);
        for Without { y, noise, m } in rows.iter().map(&without) {
            let d = y - m;
            (d1, d2, m1, m2) = (d1 + d, d2 + d * d, m1 + m, m2 + m * m);
            extra += d * d - noise;
        }
        together += d1 * d1 - d2;
        pairs += m1 * m1 - m2;
        squares += m2;
    }
    let between = if pairs > 0.0 { (together / pairs).max(0.0) } else { 0.0 };
    let all = if squares > 0.0 { extra / squares } else { 0.0 };
    (between, ((all - between) / (1.0 + between)).max(0.0))
}
