//! The same counts by loops over plain arrays, and the time of reading the columns once: how far a
//! plan is from what the machine can do with one thread.
#![allow(
    clippy::indexing_slicing,
    reason = "a bare kernel checks nothing: codes are dense below the sizes taken from them"
)]

use std::hint::black_box;
use std::time::Instant;

use anyhow::Result;
use sheaf_analytics::{Budget, Plan, Scope};

use super::Question;
use super::ours::FORTNIGHT;
use crate::row::median;

/// What a question takes at least.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Floor {
    /// What was asked.
    pub question: Question,
    /// The seconds of a bare kernel.
    pub kernel: f64,
    /// The seconds of reading its columns once.
    pub reading: f64,
}

/// The columns as plain arrays of codes.
pub struct Kernels {
    week: Vec<u32>,
    category: Vec<u32>,
    location: Vec<u32>,
    period: Vec<u32>,
    pupil: Vec<u32>,
    day: Vec<u32>,
    /// The sex of each pupil by code.
    sex: Vec<u32>,
    /// Rows in order of pupil and day: what a snapshot keeps.
    order: Vec<u32>,
}

impl Kernels {
    /// The columns of a school.
    pub fn of(scope: &Scope) -> Result<Self> {
        let budget = Budget::default();
        let incidents = Plan::scan("incidents").run(scope, &budget)?;
        let codes = |name: &str| incidents.column(name).map(|column| column.group_codes());
        let numbers = |name: &str| -> Result<Vec<u32>> {
            Ok(incidents.column(name)?.numbers()?.into_iter().map(|number| number as u32).collect())
        };
        let (pupil, day) = (codes("pupil")?, numbers("date")?);
        let pupils = Plan::scan("pupils").run(scope, &budget)?;
        let (own, sexes) =
            (pupils.column("pupil")?.group_codes(), pupils.column("sex")?.group_codes());
        let mut sex = vec![0; own.iter().max().map_or(0, |most| *most as usize + 1)];
        own.iter().zip(sexes).for_each(|(pupil, code)| sex[*pupil as usize] = code);
        let mut order: Vec<u32> = (0..day.len() as u32).collect();
        order.sort_by_key(|row| (pupil[*row as usize], day[*row as usize]));
        Ok(Self {
            week: numbers("week")?,
            category: codes("category")?,
            location: codes("location")?,
            period: codes("period")?,
            pupil,
            day,
            sex,
            order,
        })
    }

    /// What a question takes at least, over so many runs.
    pub fn floor(&self, question: Question, runs: usize) -> Floor {
        let timed = |work: &dyn Fn() -> u64| {
            let run = |_| {
                let started = Instant::now();
                black_box(work());
                started.elapsed().as_secs_f64()
            };
            median(&(0..runs).map(run).collect::<Vec<f64>>()).unwrap_or_default()
        };
        let (one, other) = match question {
            Question::Trend => (&self.week, &self.category),
            Question::Grid => (&self.location, &self.period),
            Question::Join => (&self.pupil, &self.category),
            Question::Rolling => (&self.pupil, &self.day),
        };
        let kernel: &dyn Fn() -> u64 = match question {
            Question::Trend | Question::Grid => &|| count(one, other),
            Question::Join => &|| self.looked_up(),
            Question::Rolling => &|| self.rolling(),
        };
        let reading = || one.iter().chain(other).map(|code| u64::from(*code)).sum();
        Floor { question, kernel: timed(kernel), reading: timed(&reading) }
    }

    fn looked_up(&self) -> u64 {
        let width = width(&self.category);
        let mut cells = vec![0u32; width * 4];
        for (pupil, category) in self.pupil.iter().zip(&self.category) {
            cells[self.sex[*pupil as usize] as usize * width + *category as usize] += 1;
        }
        cells.iter().map(|count| u64::from(*count)).sum()
    }

    fn rolling(&self) -> u64 {
        let mut found = vec![0u32; self.order.len()];
        let (mut back, mut last) = (0, u32::MAX);
        for (at, row) in self.order.iter().enumerate() {
            let (pupil, day) = (self.pupil[*row as usize], self.day[*row as usize]);
            if pupil != last {
                (back, last) = (at, pupil);
            }
            while day - self.day[self.order[back] as usize] >= FORTNIGHT {
                back += 1;
            }
            found[*row as usize] = (at - back) as u32 + 1;
        }
        found.iter().map(|count| u64::from(*count)).sum()
    }
}

fn width(codes: &[u32]) -> usize {
    codes.iter().max().map_or(0, |most| *most as usize + 1)
}

fn count(one: &[u32], other: &[u32]) -> u64 {
    let width = width(other);
    let mut cells = vec![0u32; (self::width(one)) * width];
    for (one, other) in one.iter().zip(other) {
        cells[*one as usize * width + *other as usize] += 1;
    }
    cells.iter().map(|count| u64::from(*count)).sum()
}
