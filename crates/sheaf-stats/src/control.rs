//! Control charts: what is only noise, and what is a sign of change.

mod false_alarms;
mod funnel;
mod individuals;
mod rate_chart;
mod run_rules;
mod small_shifts;

pub use false_alarms::{FalseAlarms, false_alarms, false_alarms_of};
pub use funnel::{Funnel, funnel};
pub use individuals::{GapChart, Xmr, g_chart, t_chart, xmr};
pub use rate_chart::{ChartOptions, Laney, RateChart, p_chart, u_chart};
pub use run_rules::{RULES, Rule, RunRules, Sign, run_rules};
pub use small_shifts::{Cusum, CusumOptions, Ewma, EwmaOptions, Restart, cusum, ewma};
