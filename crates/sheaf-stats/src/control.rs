//! Control charts: what is only noise, and what is a sign of change.

mod funnel;
mod rate_chart;
mod run_rules;

pub use funnel::{Funnel, funnel};
pub use rate_chart::{ChartOptions, Laney, RateChart, p_chart, u_chart};
pub use run_rules::{RULES, Rule, RunRules, Sign, run_rules};
