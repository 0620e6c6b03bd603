//! Invented schools of which the truth is known: what help does, that a year is steady, and by how
//! much one year differs from the year before.

use std::collections::{BTreeSet, HashMap};
use std::error::Error;

use jiff::civil::{Date, date};
use sheaf_analytics::{Dataset, Period, Provenance, Scope};
use sheaf_demo::{Detail, Options};
use sheaf_records::{Field, Kind, PupilView, Record, RecordId, SchoolCalendar, Value, monday_of};
use sheaf_stats::{BeforeAfter, Estimate, Events, RatioMethod};

use super::random::Random;

/// The day taken as today, on which two whole school years have ended.
pub const TODAY: Date = date(2026, 7, 22);
/// The two years.
pub const LAST_YEAR: Period = Period { from: date(2024, 9, 1), to: date(2025, 8, 31) };
pub const THIS_YEAR: Period = Period { from: date(2025, 9, 1), to: TODAY };

/// How much the weeks of a steady year differ by chance: a usual year's coefficient of variation.
const WEEKLY: f64 = 0.2;

/// The window of a naive before and after, in school days: that of the metric.
const WINDOW: i32 = 30;

pub type Fallible<T> = Result<T, Box<dyn Error>>;

/// One school, its pupils helped at their worst as the invented school has it.
pub struct School {
    seed: u64,
    records: Vec<Record>,
    calendar: SchoolCalendar,
    /// What the school's own truth says that mentoring does.
    pub effect: f64,
}

/// A naive before and after: the days up to the first of help, and from it on.
pub struct Naive {
    /// All events pooled, as if each stood alone.
    pub pooled: Estimate,
    /// The same with an interval over pupils.
    pub clustered: Estimate,
}

impl School {
    /// The school of a seed, where incidents after the start of help are this many times as
    /// frequent as they would have been.
    pub fn new(seed: u64, pupils: u32, effect: f64) -> Fallible<Self> {
        let options = Options {
            pupils,
            years: 2,
            seed,
            today: TODAY,
            effect: Some(effect),
            detail: Detail::Counts,
        };
        let school = sheaf_demo::generate(&options)?;
        let effect = school.truth.effects.first().ok_or("the school tells no truth")?.rate_ratio;
        // The school begins to write down when its first whole year begins: a calendar of the year
        // before would turn days of which nothing is known into days without incidents.
        let calendar = SchoolCalendar::new(school.calendars.iter().skip(1))?;
        let before = school.calendars.first().map(|year| year.id);
        let kinds = [Kind::Calendar, Kind::Pupil, Kind::Incident, Kind::Intervention];
        let kept = |record: &Record| kinds.contains(&record.kind) && Some(record.id) != before;
        Ok(Self { seed, records: school.into_records().filter(kept).collect(), calendar, effect })
    }

    /// The school as it is.
    pub fn scope(&self) -> Fallible<Scope> {
        scope(&self.records)
    }

    fn days(&self, period: Period) -> Vec<Date> {
        let within = |day: &&Date| (period.from..=period.to).contains(*day);
        self.calendar.days().iter().filter(within).copied().collect()
    }

    fn incidents(&self) -> impl Iterator<Item = (&Record, Date)> {
        let incidents = self.records.iter().filter(|record| record.kind == Kind::Incident);
        incidents.filter_map(|record| Some((record, day_of(record)?)))
    }

    /// What somebody would find who compares the days up to the start of help with those from it
    /// on, although pupils were chosen because those days were bad.
    pub fn naive(&self) -> Fallible<Naive> {
        let mut days: HashMap<&str, Vec<Date>> = HashMap::new();
        for (record, day) in self.incidents() {
            for pupil in active(record) {
                days.entry(pupil).or_default().push(day);
            }
        }
        let (mut before, mut after) = (Vec::new(), Vec::new());
        for (pupil, start) in self.starts() {
            let shifted = |by: i32| self.calendar.add_school_days(start, by);
            let (Some(from), Some(to)) = (shifted(-WINDOW), shifted(WINDOW)) else { continue };
            let own = days.get(pupil).map(Vec::as_slice).unwrap_or_default();
            let count = |from: Date, to: Date| {
                own.iter().filter(|day| (from..to).contains(*day)).count() as f64
            };
            before.push(count(from, start));
            after.push(count(start, to));
        }
        let exposure = vec![f64::from(WINDOW); before.len()];
        let rows = BeforeAfter { n0: &before, e0: &exposure, n1: &after, e1: &exposure };
        let all = |counts: &[f64]| Events {
            count: counts.iter().sum::<f64>() as u64,
            exposure: exposure.iter().sum(),
        };
        Ok(Naive {
            pooled: sheaf_stats::rate_ratio(all(&after), all(&before), RatioMethod::MidP, 0.95)?,
            clustered: sheaf_stats::clustered_rate_ratio(&rows, 0.95)?,
        })
    }

    /// The first start of each pupil who was helped.
    fn starts(&self) -> HashMap<&str, Date> {
        let mut starts: HashMap<&str, Date> = HashMap::new();
        for record in self.records.iter().filter(|record| record.kind == Kind::Intervention) {
            for (pupil, row) in record.rows("enrolments") {
                if let Some(start) = row.get("start").and_then(Value::as_date) {
                    let first = starts.entry(pupil).or_insert(start);
                    *first = start.min(*first);
                }
            }
        }
        starts
    }

    /// Every incident of this school year falls on a day of it by chance alone; weeks differ by
    /// chance, and by no more.
    pub fn steady(&self) -> Fallible<Scope> {
        let mut random = Random(self.seed ^ 0x57ea_d1e5);
        let mut weights: HashMap<Date, f64> = HashMap::new();
        let (days, mut sums, mut sum) = (self.days(THIS_YEAR), Vec::new(), 0.0);
        for day in &days {
            let week = weights.entry(monday_of(*day));
            sum += *week.or_insert_with(|| (1.0 + WEEKLY * random.about_zero()).max(0.1));
            sums.push(sum);
        }
        let mut records = self.without_incidents();
        for (record, day) in self.incidents() {
            if !(THIS_YEAR.from..=THIS_YEAR.to).contains(&day) {
                continue;
            }
            let at = random.share() * sum;
            let place = sums.partition_point(|sum| *sum <= at);
            let mut record = record.clone();
            record.set("occurred_at", days.get(place).unwrap_or(&day).at(11, 0, 0, 0));
            records.push(record);
        }
        scope(&records)
    }

    fn without_incidents(&self) -> Vec<Record> {
        let others = self.records.iter().filter(|record| record.kind != Kind::Incident);
        others.cloned().collect()
    }

    /// Two years that differ by this factor and in nothing else: for each pupil who is there for
    /// both, chance alone says which of the two came first. Everybody else is left out.
    pub fn turned(&self, ratio: f64) -> Fallible<Scope> {
        let mut random = Random(self.seed ^ 0x7412_ed00);
        let years = [self.days(LAST_YEAR), self.days(THIS_YEAR)];
        let mut swapped: HashMap<String, bool> = HashMap::new();
        let mut records = Vec::new();
        for record in self.without_incidents() {
            if record.kind == Kind::Pupil {
                let view = PupilView::new(&record);
                if !years.iter().flatten().step_by(3).all(|day| view.on(*day).is_on_roll()) {
                    continue;
                }
                swapped.insert(record.id.to_string(), random.chance(0.5));
            }
            if record.kind != Kind::Intervention {
                records.push(record);
            }
        }
        for (record, day) in self.incidents() {
            let place = |days: &Vec<Date>| days.binary_search(&day).ok();
            let own = years.iter().enumerate().find_map(|(year, days)| Some((year, place(days)?)));
            let Some((year, place)) = own else { continue };
            for pupil in active(record) {
                let Some(swapped) = swapped.get(pupil) else { continue };
                let year = if *swapped { 1 - year } else { year };
                let day = years.get(year).and_then(|days| days.get(place));
                let is_kept = year == 1 || random.chance(1.0 / ratio);
                if let (Some(day), true) = (day, is_kept) {
                    records.push(alone(record, pupil, *day, &mut random));
                }
            }
        }
        scope(&records)
    }
}

/// The incident on another day, of this pupil alone.
fn alone(record: &Record, pupil: &str, day: Date, random: &mut Random) -> Record {
    let mut record = record.clone();
    let mut id = [0; 16];
    id.iter_mut().for_each(|byte| *byte = random.bits() as u8);
    record.id = RecordId::from_bytes(id);
    if let Some(Field::Many(rows)) = record.fields.get_mut("participants") {
        rows.retain(|other, _| other == pupil);
    }
    record.set("occurred_at", day.at(11, 0, 0, 0));
    record
}

/// The pupils who took part in an incident, not those who suffered or saw it.
fn active(record: &Record) -> BTreeSet<&str> {
    let is_active = |row: &std::collections::BTreeMap<String, Value>| {
        let role = row.get("role").and_then(Value::as_text);
        role.is_some_and(|role| ["aggressor", "participant"].contains(&role))
    };
    let rows = record.rows("participants").filter(|(_, row)| is_active(row));
    rows.map(|(pupil, _)| pupil).collect()
}

fn day_of(record: &Record) -> Option<Date> {
    record.one("occurred_at").and_then(Value::as_date_time).map(|at| at.date())
}

/// The columns of these records.
pub fn scope(records: &[Record]) -> Fallible<Scope> {
    let mut dataset = Dataset::default();
    let space = Provenance::of_space("pastoral");
    for record in records {
        dataset.upsert(record, &space)?;
    }
    Ok(Scope::new(dataset.snapshot(), TODAY))
}
