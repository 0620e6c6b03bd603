//! Pupils to compare with: those who waited, or others who were alike before.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

mod matching;

use super::{Lay, PupilCounts, PupilRow, PupilWindow, Starts, Windows};
use crate::data::column::{Data, get};
use crate::data::facts::FACTS;
use crate::error::AnalyticsError;
use crate::plan::Plan;
use crate::plan::budget::Budget;
pub use matching::Matching;

/// With whom pupils are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ComparisonKind {
    /// Pupils who were chosen in the same way and had to wait.
    WaitingList,
    /// Pupils who had no help yet and were alike before.
    Matched,
}

impl ComparisonKind {
    /// The name that scripts use.
    pub const fn name(self) -> &'static str {
        match self {
            Self::WaitingList => "waiting_list",
            Self::Matched => "matched",
        }
    }

    /// The comparison that a script names.
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::WaitingList, Self::Matched].into_iter().find(|one| one.name() == name)
    }
}

/// How pupils are matched. Where fewer than half of them can be, or fewer than eight, names at the
/// end of `on` are let go one by one, all but the first; then the same with a wider caliper.
#[derive(Clone, Debug)]
pub struct MatchOptions {
    /// What must be equal: facts of the pupil, `sen` and `free_meals` as yes or no, `n0_band`; what
    /// matters most first.
    pub on: Vec<String>,
    /// At most so many to compare with for each pupil.
    pub ratio: u32,
    /// How far apart the log of one plus the events of a window may be, in standard deviations:
    /// of the window before, and of the time in which the choice was made.
    pub caliper: f64,
}

/// How alike the groups were before.
#[derive(Clone, Debug, PartialEq)]
pub struct Balance {
    /// What is compared.
    pub name: &'static str,
    /// The difference of the means in standard deviations.
    pub difference: f64,
}

/// Two groups and how alike they were.
#[derive(Clone, Debug)]
pub struct ComparisonGroups {
    /// How they were found.
    pub kind: ComparisonKind,
    /// The pupils who can be compared.
    pub treated: PupilCounts,
    /// The pupils with whom they are compared.
    pub control: PupilCounts,
    /// How alike they were before.
    pub balance: Vec<Balance>,
    /// How they were matched, if they were.
    pub matching: Option<Matching>,
}

/// The ends of the bands of events before.
const BANDS: [f64; 5] = [1.0, 3.0, 6.0, 11.0, 21.0];

/// A row with what it was chosen by.
#[derive(Clone, Copy)]
struct Candidate {
    row: PupilRow,
    window: PupilWindow,
    /// Log of one plus the events of a whole window before.
    baseline: f64,
    /// The same of the time between the window before and the start.
    recent: f64,
}

impl PupilCounts {
    /// The pupils with whom these can be compared.
    ///
    /// # Errors
    /// The rows have no windows, a name of `on` is not known, the table has no such pupils to
    /// offer, or the budget is used up.
    pub fn comparison(
        &self,
        kind: ComparisonKind,
        options: &MatchOptions,
        budget: &Budget,
    ) -> Result<ComparisonGroups, AnalyticsError> {
        let Some(windows) = &self.windows else {
            let why = "only pupils with windows can be compared".to_owned();
            return Err(AnalyticsError::Plan { step: 0, why });
        };
        if let Some(odd) = options.on.iter().find(|name| !is_known(name)) {
            let known = FACTS.iter().copied().chain(["sen", "n0_band"]);
            return Err(AnalyticsError::unknown_column("a match", odd, known));
        }
        let chosen = Chosen::read(windows)?;
        let own: Vec<Candidate> = self
            .rows
            .iter()
            .zip(&self.spans)
            .map(|(row, window)| self.candidate(windows, *row, *window))
            .collect();
        let (treated, control, matching) = match kind {
            ComparisonKind::WaitingList => (own.clone(), self.waiting(windows, &chosen)?, None),
            ComparisonKind::Matched => {
                let found = self.matched(windows, &chosen, &own, options, budget)?;
                (found.treated, found.control, Some(found.matching))
            }
        };
        let balance = self.balance(&treated, &control);
        let group = |candidates: Vec<Candidate>| PupilCounts {
            rows: candidates.iter().map(|one| one.row).collect(),
            spans: candidates.iter().map(|one| one.window).collect(),
            left_out: 0,
            pairs: 0,
            windows: Some(Arc::clone(windows)),
            events: Arc::clone(&self.events),
            roll: Arc::clone(&self.roll),
        };
        let (treated, control) = (group(treated), group(control));
        Ok(ComparisonGroups { kind, treated, control, balance, matching })
    }

    fn candidate(&self, windows: &Windows, row: PupilRow, window: PupilWindow) -> Candidate {
        let whole = f64::from(windows.options.before);
        let log = |n: f64, e: f64| if e > 0.0 { (1.0 + n * whole / e).ln() } else { 0.0 };
        let (from, to) = (window.before.1 + 1, window.start - 1);
        let n = self.events.count(row.pupil, from, to) as f64;
        let e = self.roll.days(row.pupil, from, to) as f64;
        Candidate { row, window, baseline: log(row.n0, row.days.0 as f64), recent: log(n, e) }
    }

    /// Pupils who waited: their windows begin as long after the decision as is usual, and end with
    /// their own start. Whoever began as usual has none; who began later waits until then, and is
    /// helped from then on, which makes the two groups more alike than is reckoned with.
    fn waiting(
        &self,
        windows: &Windows,
        chosen: &Chosen,
    ) -> Result<Vec<Candidate>, AnalyticsError> {
        let scope = self.events.scope();
        let days = scope.snapshot().days();
        let mut lags: Vec<i64> =
            self.spans.iter().map(|one| days.between(one.decided, one.start)).collect();
        lags.sort_unstable();
        let lag = lags.get(lags.len() / 2).copied().unwrap_or_default();
        let lay = Lay::new(scope.calendar(), scope.as_of(), &windows.options);
        let mut found = Vec::new();
        for (pupil, decided, start) in &chosen.waiting {
            let Some(date) = crate::data::days::date_of(*decided) else { continue };
            let begins = scope.calendar().add_school_days(date, lag.try_into().unwrap_or(0));
            let begins = begins.map(crate::data::days::day_number);
            let window = begins.and_then(|begins| lay.window(*pupil, *decided, begins));
            let Some(mut window) = window else { continue };
            window.after.1 = start.map_or(window.after.1, |start| window.after.1.min(start - 1));
            let row = windows.row(&window, *pupil, &self.events, &self.roll)?;
            if windows.is_whole(&row) {
                found.push(self.candidate(windows, row, window));
            }
        }
        Ok(found)
    }

    /// A fact as it is matched on.
    fn level(&self, name: &str, pupil: i32, day: i64) -> String {
        let has = |name: &str, no: &str| {
            let value = self.fact(name, pupil, day);
            if value.is_empty() || value == no { String::new() } else { "yes".to_owned() }
        };
        match name {
            "sen" => has("sen_status", "N"),
            "free_meals" | "pupil_premium" => has(name, ""),
            name => self.fact(name, pupil, day),
        }
    }

    fn balance(&self, treated: &[Candidate], control: &[Candidate]) -> Vec<Balance> {
        let year = |one: &Candidate| {
            let year = self.fact("year_group", one.row.pupil, one.window.start);
            year.parse().unwrap_or_default()
        };
        let yes = |name: &'static str| {
            move |one: &Candidate| {
                let level = self.level(name, one.row.pupil, one.window.start);
                f64::from(u8::from(!level.is_empty()))
            }
        };
        let of = |name, value: &dyn Fn(&Candidate) -> f64| Balance {
            name,
            difference: difference(treated, control, value),
        };
        vec![
            of("rate before", &|one| one.baseline),
            of("rate when chosen", &|one| one.recent),
            of("year group", &year),
            of("special educational needs", &yes("sen")),
            of("free meals", &yes("free_meals")),
        ]
    }
}

/// When help began, and who was chosen for the same kind.
struct Chosen {
    /// The first day of any help of each pupil who had some.
    begins: BTreeMap<i32, i64>,
    /// Pupil, decision and own start; whoever starts waits until then.
    waiting: Vec<(i32, i64, Option<i64>)>,
}

impl Chosen {
    fn read(windows: &Windows) -> Result<Self, AnalyticsError> {
        let Some(base) = &windows.frame.base else {
            let why = "windows of a table that was grouped have no comparison".to_owned();
            return Err(AnalyticsError::Plan { step: 0, why });
        };
        let all = Plan::scan(base.spec.name).run(windows.frame.scope(), &Budget::default())?;
        let starts = Starts::read(&all, &windows.options.anchor)?;
        let kinds = kinds(&windows.frame)?;
        let kind_of = kind_codes(&all);
        let mut chosen = Self { begins: BTreeMap::new(), waiting: Vec::new() };
        for row in 0..all.len() {
            let Some(pupil) = get(&starts.pupils, row) else { continue };
            if let Some(start) = get(&starts.starts, row) {
                let first = chosen.begins.entry(pupil).or_insert(start);
                *first = start.min(*first);
            }
            let decided = starts.decided.as_ref().and_then(|days| get(days, row));
            let same = kind_of
                .as_ref()
                .is_none_or(|codes| get(codes, row).is_some_and(|code| kinds.contains(&code)));
            if let (Some(decided), true) = (decided, same) {
                chosen.waiting.push((pupil, decided, get(&starts.starts, row)));
            }
        }
        chosen.waiting.sort_unstable();
        chosen.waiting.dedup_by_key(|row| row.0);
        Ok(chosen)
    }
}

/// The kinds of help among some rows.
fn kinds(frame: &crate::frame::Frame) -> Result<BTreeSet<i32>, AnalyticsError> {
    Ok(kind_codes(frame).map(|codes| codes.iter().flatten().collect()).unwrap_or_default())
}

fn kind_codes(frame: &crate::frame::Frame) -> Option<arrow::array::Int32Array> {
    match frame.column("type").ok()?.data() {
        Data::Codes(codes, _) => Some(codes.clone()),
        _ => None,
    }
}

fn is_known(name: &str) -> bool {
    FACTS.contains(&name) || ["sen", "n0_band"].contains(&name)
}

fn band(n: f64) -> usize {
    BANDS.iter().filter(|bound| n >= **bound).count()
}

fn mean(of: &[Candidate], value: &dyn Fn(&Candidate) -> f64) -> f64 {
    of.iter().map(value).sum::<f64>() / (of.len().max(1) as f64)
}

fn variance(of: &[Candidate], value: &dyn Fn(&Candidate) -> f64) -> f64 {
    let mean = mean(of, value);
    let sum: f64 = of.iter().map(|one| (value(one) - mean).powi(2)).sum();
    sum / (of.len().max(2) - 1) as f64
}

/// The standard deviation, never quite zero: it divides.
fn deviation(of: &[Candidate], value: impl Fn(&Candidate) -> f64) -> f64 {
    variance(of, &value).sqrt().max(1e-9)
}

/// The standardised difference of two means.
fn difference(one: &[Candidate], other: &[Candidate], value: &dyn Fn(&Candidate) -> f64) -> f64 {
    let spread = f64::midpoint(variance(one, value), variance(other, value)).sqrt();
    let apart = mean(one, value) - mean(other, value);
    if spread > 0.0 { apart / spread } else { 0.0 }
}
