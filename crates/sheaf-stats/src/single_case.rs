//! One pupil's own view: two phases, or two scores; and several such views together.

mod between;
mod overlap;
mod reliable_change;

pub use between::{BetweenCase, CaseSeries, bc_smd};
pub use overlap::{Improvement, ird, nap, pand, pem, pnd, tau_u};
pub use reliable_change::{
    Change, ChangeCounts, ReliableChange, ReliableChangeOptions, clinical_cutoffs, reliable_change,
};
