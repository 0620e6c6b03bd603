//! Interventions: who is chosen when, who waits, and what it does.
//!
//! Pupils are chosen at their worst: at the end of each half-term those with most incidents in it
//! are decided on. Of them as many as there are places start in the next half-term, drawn by lot;
//! the others wait for a half-term. What an intervention does is exact: incidents that would have
//! happened from the first day on are left out by lot, as many as its effect says.

mod records;

use jiff::civil::Date;
use sheaf_records::{HalfTerm, SchoolCalendar};

use crate::calendar::plus;
use crate::cohort::Child;
use crate::draw::{Draw, Stream};
use crate::options::Options;
use crate::truth::TrueEffect;

pub(crate) use records::draw_records;

/// The share of the roll that starts, and as many again that wait, each half-term in all.
const SHARE: f64 = 0.018;

/// The fewest incidents in a half-term for which somebody is chosen.
const FEWEST: u32 = 3;

/// A pupil is not chosen again for so many half-terms.
const REST: usize = 6;

/// The share of those on a waiting list who start after all.
const SEATED: f64 = 0.85;

const DAYS_A_WEEK: i64 = 7;

/// A programme that the school runs.
#[derive(Clone, Copy)]
pub(crate) struct Programme {
    pub(crate) ty: &'static str,
    pub(crate) title: &'static str,
    pub(crate) delivery: &'static str,
    pub(crate) effect: f64,
    /// Sessions, one a week.
    pub(crate) sessions: i64,
    pub(crate) minutes: i64,
}

const PROGRAMMES: [Programme; 4] = [
    Programme {
        ty: "mentoring",
        title: "Mentoring",
        delivery: "one_to_one",
        effect: 0.7,
        sessions: 10,
        minutes: 30,
    },
    Programme {
        ty: "check_in",
        title: "Check-in and check-out",
        delivery: "one_to_one",
        effect: 0.85,
        sessions: 8,
        minutes: 15,
    },
    Programme {
        ty: "social_skills",
        title: "Social skills",
        delivery: "group",
        effect: 0.8,
        sessions: 8,
        minutes: 45,
    },
    Programme {
        ty: "managing_anger",
        title: "Managing anger",
        delivery: "group",
        effect: 1.0,
        sessions: 6,
        minutes: 45,
    },
];

/// One run of a programme.
pub(crate) struct Run {
    pub(crate) programme: Programme,
    /// The half-term in which it starts, as a reader knows it.
    pub(crate) name: String,
    pub(crate) start: Date,
    pub(crate) end: Date,
}

/// A pupil in a run, or waiting for it.
pub(crate) struct Place {
    pub(crate) child: usize,
    pub(crate) run: usize,
    pub(crate) decided: Date,
    pub(crate) start: Option<Date>,
    /// The half-term, by its number, in which they are to start.
    turn: usize,
}

/// The interventions of a school as its days go by.
pub(crate) struct Support {
    programmes: Vec<Programme>,
    pub(crate) runs: Vec<Run>,
    pub(crate) places: Vec<Place>,
    /// For each child the places that they have started, each with its effect.
    started: Vec<Vec<(Date, f64)>>,
    /// For each child the half-term in which they were last chosen.
    chosen: Vec<Option<usize>>,
    lot: Draw,
    thinning: Draw,
    today: Date,
}

impl Support {
    pub(crate) fn new(options: &Options, children: usize) -> Self {
        let programmes = match options.effect {
            None => PROGRAMMES.to_vec(),
            Some(effect) => PROGRAMMES
                .into_iter()
                .take(1)
                .map(|programme| Programme { effect, ..programme })
                .collect(),
        };
        Self {
            programmes,
            runs: Vec::new(),
            places: Vec::new(),
            started: vec![Vec::new(); children],
            chosen: vec![None; children],
            lot: Draw::new(options.seed, Stream::Support),
            thinning: Draw::new(options.seed, Stream::Thinning),
            today: options.today,
        }
    }

    /// What each type does.
    pub(crate) fn effects(&self) -> Vec<TrueEffect> {
        let effect = |one: &Programme| TrueEffect { ty: one.ty, rate_ratio: one.effect };
        self.programmes.iter().map(effect).collect()
    }

    /// How many times as many incidents a child comes into on a day as they would have.
    pub(crate) fn effect(&self, child: usize, day: Date) -> f64 {
        let started = self.started.get(child).into_iter().flatten();
        started.filter(|(start, _)| *start <= day).map(|(_, effect)| effect).product()
    }

    /// Whether an incident that would have happened does.
    pub(crate) fn happens(&mut self, child: usize, day: Date) -> bool {
        let effect = self.effect(child, day);
        effect >= 1.0 || self.thinning.chance(effect)
    }

    /// Turns from one half-term to the next: whoever waited starts, and others are chosen by their
    /// incidents in the half-term that has ended.
    pub(crate) fn turn(
        &mut self,
        calendar: &SchoolCalendar,
        next: usize,
        children: &[Child],
        counts: &[u32],
    ) {
        let half_terms = calendar.half_terms();
        let pair = next.checked_sub(1).and_then(|before| half_terms.get(before..=next));
        let Some([ended, begins]) = pair else { return };
        self.seat(calendar, next, begins, children);
        let end = half_terms.get(next + 1).unwrap_or(begins).to;
        let mut worst = self.worst(next, children, counts, begins.from);
        let here = children.iter().filter(|child| child.is_on_roll(begins.from)).count();
        let share = SHARE / self.programmes.len() as f64;
        let places = ((here as f64 * share).round() as usize).max(1);
        // Each programme takes every so-manieth of the list, so that none gets the worst alone.
        let lists = self.programmes.len();
        worst.truncate(2 * places * lists);
        for (number, programme) in self.programmes.clone().into_iter().enumerate() {
            let mut list: Vec<usize> = worst.iter().skip(number).step_by(lists).copied().collect();
            if list.is_empty() {
                continue;
            }
            self.lot.shuffle(&mut list);
            let start = self.some_day(calendar, begins.from);
            let name = format!("{} {}", begins.name.to_lowercase(), begins.year);
            self.runs.push(Run { programme, name, start, end });
            for (number, child) in list.into_iter().enumerate() {
                let turn = if number < places { next } else { next + 1 };
                self.choose(calendar, ended, child, turn, next);
            }
            self.seat_in(calendar, next, begins, children, self.runs.len() - 1);
        }
    }

    /// Those with most incidents in the half-term that has ended, the worst first.
    fn worst(&self, now: usize, children: &[Child], counts: &[u32], from: Date) -> Vec<usize> {
        let rested = |child: usize| {
            let chosen = self.chosen.get(child).copied().flatten();
            chosen.is_none_or(|chosen| now > chosen + REST)
        };
        let mut worst: Vec<(u32, usize)> = (0..)
            .zip(counts.iter().zip(children))
            .filter(|(child, (count, pupil))| {
                **count >= FEWEST && rested(*child) && pupil.is_on_roll(from)
            })
            .map(|(child, (count, _))| (*count, child))
            .collect();
        worst.sort_by_key(|(count, child)| (std::cmp::Reverse(*count), *child));
        worst.into_iter().map(|(_, child)| child).collect()
    }

    fn choose(
        &mut self,
        calendar: &SchoolCalendar,
        ended: &HalfTerm,
        child: usize,
        turn: usize,
        now: usize,
    ) {
        let back = i32::try_from(self.lot.between(1, 4)).unwrap_or(1);
        let decided = calendar.add_school_days(plus(ended.to, 1), -back).unwrap_or(ended.to);
        let run = self.runs.len() - 1;
        self.places.push(Place { child, run, decided, start: None, turn });
        if let Some(chosen) = self.chosen.get_mut(child) {
            *chosen = Some(now);
        }
    }

    /// Those of the runs before who waited for this half-term start now, most of them.
    fn seat(
        &mut self,
        calendar: &SchoolCalendar,
        turn: usize,
        begins: &HalfTerm,
        children: &[Child],
    ) {
        for run in 0..self.runs.len() {
            self.seat_in(calendar, turn, begins, children, run);
        }
    }

    fn seat_in(
        &mut self,
        calendar: &SchoolCalendar,
        turn: usize,
        begins: &HalfTerm,
        children: &[Child],
        run: usize,
    ) {
        let (run_start, effect) = match self.runs.get(run) {
            Some(run) => (run.start, run.programme.effect),
            None => return,
        };
        for place in 0..self.places.len() {
            let Some(one) = self.places.get(place) else { continue };
            if one.run != run || one.turn != turn || one.start.is_some() {
                continue;
            }
            let child = one.child;
            let waited = run_start < begins.from;
            let start = if waited { self.some_day(calendar, begins.from) } else { run_start };
            let here = children.get(child).is_some_and(|child| child.is_on_roll(start));
            let seated = !waited || self.lot.chance(SEATED);
            if !here || !seated || start > self.today {
                continue;
            }
            if let Some(one) = self.places.get_mut(place) {
                one.start = Some(start);
            }
            if let Some(started) = self.started.get_mut(child) {
                started.push((start, effect));
            }
        }
    }

    /// A day in the first week and a half of a half-term.
    fn some_day(&mut self, calendar: &SchoolCalendar, from: Date) -> Date {
        let days = i32::try_from(self.lot.between(1, 7)).unwrap_or(1);
        calendar.add_school_days(from, days).unwrap_or(from)
    }
}

impl Place {
    /// The last day of the pupil's part: that of the last session, or of the run.
    pub(crate) fn end(&self, run: &Run) -> Option<Date> {
        let last = plus(self.start?, DAYS_A_WEEK * (run.programme.sessions - 1));
        Some(last.min(run.end))
    }
}
