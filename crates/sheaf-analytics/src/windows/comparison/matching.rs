//! Others who were alike before, from among those who had no help yet: as near as was asked or,
//! where too few are, by looser rules that are told.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};

use super::{Candidate, Chosen, MatchOptions, band, deviation};
use crate::error::AnalyticsError;
use crate::plan::budget::Budget;
use crate::windows::{PupilCounts, PupilRow, PupilWindow, Windows};

/// A comparison needs so many in each group …
const FEWEST: usize = 8;

/// … and nothing more is let go once half of the pupils are matched.
fn enough(tried: usize) -> usize {
    tried.div_ceil(2).max(FEWEST)
}

/// How much wider than asked a caliper becomes in the end. Calipers of 0.2 standard deviations take
/// out some 99 % of the bias by what is matched on, of 0.4 some 95 % (Cochran and Rubin 1973).
const WIDER: f64 = 2.0;

/// How pupils were matched in the end.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Matching {
    /// How many pupils were to be matched.
    pub tried: usize,
    /// How many others could have been compared with one of them.
    pub others: usize,
    /// What had to be equal at first and was let go, because too few were.
    pub let_go: Vec<String>,
    /// How far apart they may be, in standard deviations.
    pub caliper: f64,
}

/// Two groups and how they were found.
pub(super) struct Found {
    pub treated: Vec<Candidate>,
    pub control: Vec<Candidate>,
    pub matching: Matching,
}

/// Another pupil beside one who was helped.
struct Near {
    /// The distance over both windows, and the larger of the two, in standard deviations.
    apart: f64,
    furthest: f64,
    /// How many of the names to match on agree before the first that does not.
    agree: usize,
    other: Candidate,
}

/// Those near one who was helped.
struct Pool {
    one: Candidate,
    near: Vec<Near>,
}

impl PupilCounts {
    /// For each pupil, the nearest others who had no help yet, each used once. Names at the end of
    /// `on` are let go first, then the caliper widens, until half are matched, and
    /// eight at least.
    pub(super) fn matched(
        &self,
        windows: &Windows,
        chosen: &Chosen,
        own: &[Candidate],
        options: &MatchOptions,
        budget: &Budget,
    ) -> Result<Found, AnalyticsError> {
        let (pools, others) = self.pools(windows, chosen, own, options, budget)?;
        let fewest = options.on.len().min(1);
        let mut groups = (Vec::new(), Vec::new());
        let mut used = (options.on.len(), options.caliper);
        'found: for caliper in [options.caliper, options.caliper * WIDER] {
            for agree in (fewest..=options.on.len()).rev() {
                groups = choose(&pools, agree, caliper, options.ratio as usize);
                used = (agree, caliper);
                if groups.0.len().min(groups.1.len()) >= enough(own.len()) {
                    break 'found;
                }
            }
        }
        let let_go = options.on.get(used.0..).unwrap_or_default().to_vec();
        let matching = Matching { tried: own.len(), others, let_go, caliper: used.1 };
        Ok(Found { treated: groups.0, control: groups.1, matching })
    }

    /// The pupils of a group with those near each, and how many others there were to choose from.
    fn pools(
        &self,
        windows: &Windows,
        chosen: &Chosen,
        own: &[Candidate],
        options: &MatchOptions,
        budget: &Budget,
    ) -> Result<(Vec<Pool>, usize), AnalyticsError> {
        let spread = (deviation(own, |one| one.baseline), deviation(own, |one| one.recent));
        let widest = options.caliper * WIDER;
        let everybody: Vec<i32> = self.roll.pupils().collect();
        let mut others = BTreeSet::new();
        let mut pools = Vec::with_capacity(own.len());
        // Many begin on one day: what others did in the same windows is counted once.
        let mut counted: BTreeMap<_, Vec<Candidate>> = BTreeMap::new();
        for one in own {
            budget.check()?;
            let mut near = Vec::new();
            let spans = (one.window.before, one.window.start, one.window.after);
            let beside = match counted.entry(spans) {
                Entry::Occupied(known) => known.into_mut(),
                Entry::Vacant(place) => {
                    let beside = |pupil: &i32| self.beside(windows, chosen, one, *pupil);
                    let all: Vec<Option<Candidate>> =
                        everybody.iter().map(beside).collect::<Result<_, _>>()?;
                    place.insert(all.into_iter().flatten().collect())
                }
            };
            others.extend(beside.iter().map(|other| other.row.pupil));
            for other in beside.iter().copied() {
                let before = (one.baseline - other.baseline).abs() / spread.0;
                let recent = (one.recent - other.recent).abs() / spread.1;
                let furthest = before.max(recent);
                if furthest <= widest {
                    let agree = self.agree(one, &other.row, &options.on);
                    near.push(Near { apart: before.hypot(recent), furthest, agree, other });
                }
            }
            near.sort_by(|a, b| {
                a.apart.total_cmp(&b.apart).then(a.other.row.pupil.cmp(&b.other.row.pupil))
            });
            pools.push(Pool { one: *one, near });
        }
        // Those with the most events have the fewest others like them: they choose first.
        pools.sort_by(|a, b| {
            b.one.recent.total_cmp(&a.one.recent).then(a.one.row.pupil.cmp(&b.one.row.pupil))
        });
        Ok((pools, others.len()))
    }

    /// A pupil in the windows of another, up to the day before help of their own began; none who
    /// had begun before. Who begins later belongs to those without help: to leave them out would
    /// leave those who had a good time.
    fn beside(
        &self,
        windows: &Windows,
        chosen: &Chosen,
        one: &Candidate,
        pupil: i32,
    ) -> Result<Option<Candidate>, AnalyticsError> {
        let begins = chosen.begins.get(&pupil).copied().unwrap_or(i64::MAX);
        if begins <= one.window.start {
            return Ok(None);
        }
        let after = (one.window.after.0, one.window.after.1.min(begins - 1));
        let window = PupilWindow { pupil, after, ..one.window };
        let row = windows.row(&window, pupil, &self.events, &self.roll)?;
        Ok(windows.is_whole(&row).then(|| self.candidate(windows, row, window)))
    }

    fn agree(&self, one: &Candidate, other: &PupilRow, on: &[String]) -> usize {
        let day = one.window.start;
        let agrees = |name: &&String| match name.as_str() {
            "n0_band" => band(one.row.n0) == band(other.n0),
            name => self.level(name, one.row.pupil, day) == self.level(name, other.pupil, day),
        };
        on.iter().take_while(agrees).count()
    }
}

/// Gives each pupil the nearest who are free.
fn choose(
    pools: &[Pool],
    agree: usize,
    caliper: f64,
    ratio: usize,
) -> (Vec<Candidate>, Vec<Candidate>) {
    let mut used = BTreeSet::new();
    let (mut treated, mut control) = (Vec::new(), Vec::new());
    for pool in pools {
        let is_near = |near: &&Near| near.furthest <= caliper && near.agree >= agree;
        let free = |near: &&Near| !used.contains(&near.other.row.pupil);
        let taken: Vec<Candidate> =
            pool.near.iter().filter(is_near).filter(free).take(ratio).map(|n| n.other).collect();
        if !taken.is_empty() {
            treated.push(pool.one);
        }
        used.extend(taken.iter().map(|other| other.row.pupil));
        control.extend(taken);
    }
    (treated, control)
}
