//! Columns, plans, the local executor, school-day arithmetic, cohorts, suppression.
//!
//! Records become Arrow columns, dictionary-encoded and kept up to date record by record
//! ([`Dataset`]); a [`Plan`] turns a [`Snapshot`] of them into a small [`Frame`] whose every row
//! knows the records behind it; [`Gaps`] measures the time to the next event; [`Pupils`] decides
//! what may be shown. This crate reads no file and no clock but a deadline's, and computes no
//! statistic. What it gives out of a hidden cell is nothing.

mod bins;
mod data;
mod day_set;
mod error;
mod events;
mod exposure;
mod filter;
mod frame;
mod gaps;
mod grid;
mod measure;
mod narrowing;
mod nearest;
mod period;
mod plan;
mod scans;
mod stays;
mod suppress;
mod tables;
#[cfg(test)]
mod test_school;
mod windows;

pub use bins::{Bin, Bins, Grain};
pub use data::column::{Cell, Column, ColumnType, Values};
pub use data::dataset::{Dataset, Provenance};
pub use data::snapshot::{Scope, Snapshot, SpellRow};
pub use data::{ids::IdSet, many::OneSchool, many::TableSource, revision::Revisions};
pub use events::{GroupTotals, PairedDays, PeriodEvents, PupilEvents, Roll, Rung, Screening};
pub use events::{ScreenOptions, ScreenRow, Tally, TallyRow, ThresholdOptions, Thresholds};
pub use filter::{FilterExpr, MAX_FILTER_BYTES};
pub use frame::merge::{Clock, MergeOptions};
pub use frame::{Frame, Group, KeyValues, sensitivity};
pub use gaps::{Censor, GapGroup, GapOptions, Gaps, TopPupil, Zeros};
pub use grid::{Grid, GridCell, GridLine, GridOptions, Occupancy, PupilShares, Slot};
pub use measure::{Measure, MeasureGroup, MeasureOptions};
pub use period::{Period, PeriodSpec};
pub use plan::budget::{Budget, DEFAULT_MAX_BYTES, DEFAULT_MAX_ROWS};
pub use plan::expr::{Arithmetic, CalendarPart, Comparison, Expr, col};
pub use plan::{
    Aggregate, Direction, MAX_PARTS, MAX_STEPS, PLAN_VERSION, Plan, Rights, SortKey, Step,
    WindowFunction,
};
pub use suppress::*;
pub use tables::{ColumnSpec, Sensitivity, SessionPart, Source, TableSpec, table, tables};
pub use windows::{
    Balance, ComparisonGroups, ComparisonKind, Gap, History, MatchOptions, Matching, PairOptions,
    Pairs, Phase, PupilCounts, PupilPeriods, PupilRow, PupilSeries, PupilWindow, SameDays,
    ScorePair, SeriesPoint, WindowOptions, Windows,
};
pub use {day_set::DaySet, error::AnalyticsError, exposure::Exposure, narrowing::Narrowing};
pub use {plan::engine::Engine, scans::*};
