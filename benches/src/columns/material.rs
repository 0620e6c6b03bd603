//! Invented incidents, one pupil each, as columns of ours and as files for the others.

use std::fmt::Write as _;
use std::path::Path;

use anyhow::{Context, Result};
use jiff::civil::{Date, date};
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};
use sheaf_analytics::{Dataset, Provenance, Scope};
use sheaf_records::{Kind, Record, RecordId, SchoolCalendar};

const CATEGORIES: [&str; 12] = [
    "disruption",
    "defiance",
    "uniform",
    "phone",
    "lateness",
    "verbal",
    "physical",
    "bullying",
    "damage",
    "truancy",
    "smoking",
    "other",
];
const LOCATIONS: [&str; 12] = [
    "classroom",
    "corridor",
    "canteen",
    "field",
    "gym",
    "toilets",
    "gate",
    "bus",
    "library",
    "hall",
    "yard",
    "lab",
];
const PERIODS: [&str; 8] = ["P1", "P2", "P3", "P4", "P5", "P6", "break", "lunch"];
const SEXES: [&str; 2] = ["F", "M"];

/// Incidents of a pupil in the two years, on average.
const INCIDENTS_A_PUPIL: usize = 50;
const LEAST_PUPILS: usize = 20;

/// One incident: places in the lists above, and the pupil's.
#[derive(Clone, Copy, Debug)]
pub struct Incident {
    day: Date,
    category: usize,
    location: usize,
    period: usize,
    pupil: usize,
}

/// What everybody is asked about.
pub struct Rows {
    /// Incidents in order of their days.
    pub incidents: Vec<Incident>,
    /// The place of each pupil's sex.
    pub pupils: Vec<usize>,
    calendar: SchoolCalendar,
    years: Vec<Record>,
}

impl Rows {
    /// So many incidents of two school years, by one seed.
    pub fn invent(incidents: usize) -> Result<Self> {
        let mut random = ChaCha8Rng::seed_from_u64(1);
        let mut below = |bound: usize| (random.next_u64() % bound.max(1) as u64) as usize;
        let years = vec![year(1, 2024), year(2, 2025)];
        let calendar = SchoolCalendar::new(&years)?;
        let days = calendar.days();
        let pupils = (incidents / INCIDENTS_A_PUPIL).max(LEAST_PUPILS);
        let pupils: Vec<usize> = (0..pupils).map(|_| below(SEXES.len())).collect();
        let incident = |number: usize| {
            let day = days.get(number * days.len() / incidents.max(1)).copied();
            // Few pupils have many.
            let most = below(pupils.len()) + 1;
            Incident {
                day: day.unwrap_or(Date::ZERO),
                category: below(CATEGORIES.len()),
                location: below(LOCATIONS.len()),
                period: below(PERIODS.len()),
                pupil: below(most),
            }
        };
        let incidents = (0..incidents).map(incident).collect();
        Ok(Self { incidents, pupils, calendar, years })
    }

    /// The columns of a school that has them.
    pub fn scope(&self) -> Result<Scope> {
        let mut dataset = Dataset::default();
        let space = Provenance::of_space("pastoral");
        for record in &self.years {
            dataset.upsert(record, &space)?;
        }
        for (number, sex) in self.pupils.iter().enumerate() {
            let mut pupil = record(Kind::Pupil, number);
            pupil.set("sex", name(&SEXES, *sex));
            dataset.upsert(&pupil, &space)?;
        }
        for (number, one) in self.incidents.iter().enumerate() {
            let mut incident = record(Kind::Incident, number);
            incident.set("occurred_at", one.day.at(10, 15, 0, 0));
            incident.set("category", name(&CATEGORIES, one.category));
            incident.set("location", name(&LOCATIONS, one.location));
            incident.set("period", name(&PERIODS, one.period));
            let pupil = record(Kind::Pupil, one.pupil).id.to_string();
            incident.set_row("participants", &pupil, "role", "aggressor");
            dataset.upsert(&incident, &space)?;
        }
        Ok(Scope::new(dataset.snapshot(), date(2026, 7, 22)))
    }

    /// Writes both tables as CSV into a new folder: days and weeks as numbers.
    pub fn write(&self, folder: &Path) -> Result<()> {
        let mut lines = String::from("incident,pupil,day,week,category,location,period\n");
        let first = self.calendar.days().first().copied().unwrap_or(Date::ZERO);
        for (number, one) in self.incidents.iter().enumerate() {
            let day = (one.day - first).get_days();
            let monday = sheaf_records::monday_of(one.day);
            let week = (monday - sheaf_records::monday_of(first)).get_days() / 7;
            let (category, location) =
                (name(&CATEGORIES, one.category), name(&LOCATIONS, one.location));
            let period = name(&PERIODS, one.period);
            writeln!(lines, "{number},{},{day},{week},{category},{location},{period}", one.pupil)?;
        }
        let mut pupils = String::from("pupil,sex\n");
        for (number, sex) in self.pupils.iter().enumerate() {
            writeln!(pupils, "{number},{}", name(&SEXES, *sex))?;
        }
        std::fs::create_dir_all(folder)?;
        for (name, text) in [("incidents.csv", lines), ("pupils.csv", pupils)] {
            let path = folder.join(name);
            std::fs::write(&path, text).with_context(|| path.display().to_string())?;
        }
        Ok(())
    }
}

fn name(names: &[&'static str], place: usize) -> &'static str {
    names.get(place).copied().unwrap_or_default()
}

fn record(kind: Kind, number: usize) -> Record {
    let mut bytes = [0; 16];
    let (head, tail) = bytes.split_at_mut(8);
    // Scattered as the ids of records are: their order says nothing.
    head.copy_from_slice(&(number as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15).to_be_bytes());
    tail.copy_from_slice(&((number as u64) << 8 | u64::from(kind as u8)).to_be_bytes());
    Record { id: RecordId::from_bytes(bytes), kind, fields: Default::default() }
}

fn year(number: usize, from: i16) -> Record {
    let mut year = record(Kind::Calendar, number);
    year.set("year", format!("{from}/{:02}", (from + 1) % 100).as_str());
    year.set("from", date(from, 9, 1));
    year.set("to", date(from + 1, 7, 25));
    for (code, from, to) in [
        ("autumn_1", date(from, 9, 2), date(from, 10, 24)),
        ("autumn_2", date(from, 11, 3), date(from, 12, 19)),
        ("spring_1", date(from + 1, 1, 6), date(from + 1, 2, 13)),
        ("spring_2", date(from + 1, 2, 23), date(from + 1, 4, 3)),
        ("summer_1", date(from + 1, 4, 20), date(from + 1, 5, 22)),
        ("summer_2", date(from + 1, 6, 1), date(from + 1, 7, 22)),
    ] {
        year.set_row("terms", code, "from", from);
        year.set_row("terms", code, "to", to);
    }
    year
}
