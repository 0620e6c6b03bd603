//! Another engine than this process for the plans of a run.

use crate::data::snapshot::Scope;
use crate::error::AnalyticsError;
use crate::frame::Frame;
use crate::plan::Plan;
use crate::plan::budget::Budget;

/// Runs plans: [`Plan::run`] asks it where a scope names one ([`Scope::run_by`]).
///
/// What it gives must be, cell by cell, what [`Plan::run_here`] gives. A part of a plan that it
/// cannot run it leaves to this process: [`Frame::of_rows`] and [`Frame::of_groups`] begin with
/// what it has done, and [`Frame::apply`] does the rest.
pub trait Engine: Send + Sync {
    /// Runs a plan that has been checked.
    ///
    /// # Errors
    /// The engine cannot be reached or fails, or the budget is used up.
    fn run(&self, plan: &Plan, scope: &Scope, budget: &Budget) -> Result<Frame, AnalyticsError>;
}
