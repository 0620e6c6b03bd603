//! One pupil's own view: two phases, or two scores.

mod overlap;
mod reliable_change;

pub use overlap::{Improvement, ird, nap, pand, pem, pnd, tau_u};
pub use reliable_change::{
    Change, ChangeCounts, ReliableChange, ReliableChangeOptions, clinical_cutoffs, reliable_change,
};
