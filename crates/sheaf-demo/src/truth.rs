//! What is true of the invented school and in no record of it: what a metric should find.

use jiff::civil::Date;

/// What a metric should find.
#[derive(Clone, PartialEq, Debug)]
pub struct Truth {
    /// What each type of intervention does.
    pub effects: Vec<TrueEffect>,
    /// The days from which things were recorded differently.
    pub breaks: Vec<RecordingBreak>,
}

/// What a type of intervention does to a pupil's incidents.
#[derive(Clone, PartialEq, Debug)]
pub struct TrueEffect {
    /// The code of the type.
    pub ty: &'static str,
    /// From the pupil's first day on this many times as many incidents begin with them as would
    /// have; 1 is no effect. They join in those of others as before, so that what they come into in
    /// all changes by less.
    pub rate_ratio: f64,
}

/// A change in how staff record, not in what pupils do.
#[derive(Clone, PartialEq, Debug)]
pub struct RecordingBreak {
    /// The first day of the new practice.
    pub from: Date,
    /// From then on this many times as many incidents are recorded as before.
    pub rate_ratio: f64,
    /// What changed.
    pub what: &'static str,
}
