//! The invented records with which the schools are filled.

use std::collections::BTreeSet;

use anyhow::{Result, ensure};
use jiff::Span;
use jiff::civil::Date;
use sheaf_demo::{DemoSchool, MAX_PUPILS, Options};
use sheaf_records::{Field, Record, RecordId};

/// A pupil has at least so many incidents in two years here, and fewer than so many pupils have no
/// heavy tail to speak of.
const INCIDENTS_A_PUPIL: usize = 20;
const REFERRALS_A_PUPIL: usize = 6;
const LEAST_PUPILS: usize = 60;
/// Invented schools that are put together at most, should one be too small.
const MAX_SCHOOLS: u64 = 12;

/// As many referrals as come with the incidents.
const ALL: usize = usize::MAX;

/// How much is wanted.
#[derive(Clone, Copy, Debug)]
pub struct Wanted {
    /// Pupils of each invented school.
    pub pupils: usize,
    /// Years back.
    pub years: u32,
    /// Incidents.
    pub incidents: usize,
    /// Referrals to the reflection room.
    pub referrals: usize,
}

impl Wanted {
    /// So many incidents, and no referrals.
    pub const fn incidents(incidents: usize) -> Self {
        Self { pupils: incidents / INCIDENTS_A_PUPIL, years: 2, incidents, referrals: 0 }
    }

    /// So many incidents, and the referrals that come with them.
    pub const fn school(incidents: usize) -> Self {
        Self { referrals: ALL, ..Self::incidents(incidents) }
    }

    /// So many incidents, and as many referrals.
    pub const fn rows(rows: usize) -> Self {
        Self { pupils: rows / REFERRALS_A_PUPIL, years: 5, incidents: rows, referrals: rows }
    }
}

/// What is put into a school.
#[derive(Debug)]
pub struct Material {
    /// The name of the school, which says that it is invented.
    pub name: String,
    /// The first and the last day of the records; the last is the school's today.
    pub days: (Date, Date),
    /// Calendars and the school's own codes.
    pub lists: Vec<Record>,
    /// Staff.
    pub staff: Vec<Record>,
    /// Pupils.
    pub pupils: Vec<Record>,
    /// Incidents.
    pub incidents: Vec<Record>,
    /// Referrals to the reflection room.
    pub referrals: Vec<Record>,
    /// Interventions with those who are in them and those who wait.
    pub interventions: Vec<Record>,
}

impl Material {
    /// Invents as many schools as it takes, seed after seed, and puts them into one.
    pub fn invent(wanted: &Wanted) -> Result<Self> {
        let mut all = Self::first(wanted)?;
        for seed in 2..=MAX_SCHOOLS {
            if all.holds(wanted) {
                break;
            }
            let more = generate(wanted, seed)?;
            all.take(more, wanted);
        }
        ensure!(all.holds(wanted), "{MAX_SCHOOLS} invented schools are too small");
        all.forget_incidents_left_out();
        Ok(all)
    }

    fn first(wanted: &Wanted) -> Result<Self> {
        let mut demo = generate(wanted, 1)?;
        let back = Span::new().years(i64::from(wanted.years));
        let lists = demo.calendars.drain(..).chain(demo.code_lists.drain(..)).collect();
        let mut all = Self {
            name: demo.name.clone(),
            days: (demo.today.checked_sub(back)?.tomorrow()?, demo.today),
            lists,
            staff: Vec::new(),
            pupils: Vec::new(),
            incidents: Vec::new(),
            referrals: Vec::new(),
            interventions: Vec::new(),
        };
        all.take(demo, wanted);
        Ok(all)
    }

    fn holds(&self, wanted: &Wanted) -> bool {
        let has_referrals = [ALL, self.referrals.len()].contains(&wanted.referrals);
        self.incidents.len() == wanted.incidents && has_referrals
    }

    fn take(&mut self, demo: DemoSchool, wanted: &Wanted) {
        self.staff.extend(demo.staff);
        self.pupils.extend(demo.pupils);
        self.interventions.extend(demo.interventions);
        take_latest(&mut self.incidents, demo.incidents, wanted.incidents);
        take_latest(&mut self.referrals, demo.room_stays, wanted.referrals);
    }

    /// A referral names its incident only where that is here.
    fn forget_incidents_left_out(&mut self) {
        let here: BTreeSet<RecordId> = self.incidents.iter().map(|record| record.id).collect();
        for referral in &mut self.referrals {
            let named = match referral.fields.get("incident") {
                Some(Field::One(value)) => value.as_record(),
                _ => None,
            };
            if named.is_some_and(|id| !here.contains(&id)) {
                referral.fields.remove("incident");
            }
        }
    }
}

fn generate(wanted: &Wanted, seed: u64) -> Result<DemoSchool> {
    let pupils = u32::try_from(wanted.pupils.max(LEAST_PUPILS)).unwrap_or(u32::MAX);
    let options =
        Options { pupils: pupils.min(MAX_PUPILS), years: wanted.years, seed, ..Options::default() };
    Ok(sheaf_demo::generate(&options)?)
}

/// Takes the latest of what is new, up to so many in all.
fn take_latest(all: &mut Vec<Record>, mut new: Vec<Record>, wanted: usize) {
    let room = wanted.saturating_sub(all.len());
    all.extend(new.split_off(new.len().saturating_sub(room)));
}
