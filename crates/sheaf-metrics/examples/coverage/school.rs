//! Invented schools of which the truth is known: what help does, and that a year is steady.

use std::collections::HashMap;
use std::error::Error;

use jiff::civil::{Date, date};
use sheaf_analytics::{Dataset, Provenance, Scope};
use sheaf_records::{Field, Fields, Kind, Record, RecordId, SchoolCalendar, Value, monday_of};

/// The day on which pupils are chosen, near the end of a half-term.
const DECIDED: Date = date(2025, 10, 20);
/// The first day of help.
const START: Date = date(2025, 11, 3);
/// The day taken as today.
pub const TODAY: Date = date(2026, 2, 13);
/// The first day of the half-term by which pupils are chosen.
const HALF_TERM: Date = date(2025, 9, 1);
/// So many pupils with most incidents are chosen; every other one begins, the rest wait.
const CHOSEN: usize = 70;
/// How much the weeks of a steady year differ by chance: a usual year's coefficient of variation.
const WEEKLY: f64 = 0.2;

type Fallible<T> = Result<T, Box<dyn Error>>;

/// A seeded stream of numbers (SplitMix64).
struct Random(u64);

impl Random {
    /// A number from 0 up to 1.
    fn share(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// A number about 0 with a standard deviation of about 1.
    fn about_zero(&mut self) -> f64 {
        (0..12).map(|_| self.share()).sum::<f64>() - 6.0
    }
}

/// One school before anything is done to it.
pub struct School {
    seed: u64,
    records: Vec<Record>,
}

impl School {
    /// The school of a seed.
    pub fn new(seed: u64, pupils: u32) -> Fallible<Self> {
        let options =
            sheaf_demo::Options { pupils, years: 2, seed, today: TODAY, ..Default::default() };
        let school = sheaf_demo::generate(&options)?;
        let kept =
            |record: &&Record| matches!(record.kind, Kind::Calendar | Kind::Pupil | Kind::Incident);
        Ok(Self { seed, records: school.records().filter(kept).cloned().collect() })
    }

    /// Pupils are helped at their worst, and their incidents from the start on are this many times
    /// as frequent as they would have been.
    pub fn helped(&self, effect: f64) -> Fallible<Scope> {
        let worst = self.worst();
        let mut random = Random(self.seed ^ 0x5eed);
        let helped: Vec<&str> = worst.iter().step_by(2).map(String::as_str).collect();
        let mut records = vec![mentoring(&worst)];
        for record in &self.records {
            let is_after = day_of(record).is_some_and(|day| day >= START);
            let mut record = record.clone();
            if record.kind == Kind::Incident && is_after {
                let lost = |pupil: &str, random: &mut Random| {
                    helped.contains(&pupil) && random.share() >= effect
                };
                let pupils: Vec<String> =
                    record.rows("participants").map(|(pupil, _)| pupil.to_owned()).collect();
                for pupil in pupils.iter().filter(|pupil| lost(pupil, &mut random)) {
                    if let Some(Field::Many(rows)) = record.fields.get_mut("participants") {
                        rows.remove(pupil);
                    }
                }
                if record.rows("participants").next().is_none() {
                    continue;
                }
            }
            records.push(record);
        }
        scope(&records)
    }

    /// Every incident of the last school year falls on a day of it by chance alone; weeks differ
    /// by chance, and by no more.
    pub fn steady(&self) -> Fallible<Scope> {
        let calendars = self.records.iter().filter(|record| record.kind == Kind::Calendar);
        let calendar = SchoolCalendar::new(calendars)?;
        let mut random = Random(self.seed ^ 0x57ea_d1e5);
        let (from, to) = (date(2024, 9, 1), date(2025, 7, 31));
        let mut weights: HashMap<Date, f64> = HashMap::new();
        let mut sums = Vec::new();
        let days: Vec<Date> =
            calendar.days().iter().copied().filter(|day| (from..=to).contains(day)).collect();
        let mut sum = 0.0;
        for day in &days {
            let week = weights.entry(monday_of(*day));
            sum += *week.or_insert_with(|| (1.0 + WEEKLY * random.about_zero()).max(0.1));
            sums.push(sum);
        }
        let mut records = Vec::new();
        for record in &self.records {
            let mut record = record.clone();
            if record.kind == Kind::Incident {
                let Some(day) = day_of(&record).filter(|day| (from..=to).contains(day)) else {
                    continue;
                };
                let at = random.share() * sum;
                let place = sums.partition_point(|sum| *sum <= at);
                let day = days.get(place).copied().unwrap_or(day);
                record.set("occurred_at", day.at(11, 0, 0, 0));
            }
            records.push(record);
        }
        scope(&records)
    }

    /// The pupils with most incidents of their own in the half-term of the choice, the worst first.
    fn worst(&self) -> Vec<String> {
        let mut counts: HashMap<String, usize> = HashMap::new();
        for record in self.records.iter().filter(|record| record.kind == Kind::Incident) {
            if !day_of(record).is_some_and(|day| (HALF_TERM..=DECIDED).contains(&day)) {
                continue;
            }
            for (pupil, row) in record.rows("participants") {
                let role = row.get("role").and_then(Value::as_text);
                if role.is_some_and(|role| ["aggressor", "participant"].contains(&role)) {
                    *counts.entry(pupil.to_owned()).or_default() += 1;
                }
            }
        }
        let mut worst: Vec<(usize, String)> =
            counts.into_iter().map(|(pupil, count)| (count, pupil)).collect();
        worst.sort_by(|a, b| b.cmp(a));
        worst.truncate(CHOSEN);
        worst.into_iter().map(|(_, pupil)| pupil).collect()
    }
}

fn day_of(record: &Record) -> Option<Date> {
    record.one("occurred_at").and_then(Value::as_date_time).map(|at| at.date())
}

/// Every other pupil begins, the rest wait: chance alone tells them apart, because what orders
/// pupils with equally many incidents is their random id.
fn mentoring(worst: &[String]) -> Record {
    let id = RecordId::from_bytes([9; 16]);
    let mut help = Record { id, kind: Kind::Intervention, fields: Fields::new() };
    help.set("type", "mentoring");
    help.set("title", "Mentoring");
    for (place, pupil) in worst.iter().enumerate() {
        help.set_row("enrolments", pupil, "decided", DECIDED);
        if place % 2 == 0 {
            help.set_row("enrolments", pupil, "start", START);
        }
    }
    help
}

fn scope(records: &[Record]) -> Fallible<Scope> {
    let mut dataset = Dataset::default();
    let space = Provenance::of_space("pastoral");
    for record in records {
        dataset.upsert(record, &space)?;
    }
    Ok(Scope::new(dataset.snapshot(), TODAY))
}
