//! What each pupil brought to a measure: for statistics that allow for pupils who recur.

use std::sync::Arc;

use rhai::Dynamic;
use sheaf_analytics::Period;

use super::value::MeasureValue;
use crate::column::Column;
use crate::fault::fault;
use crate::registry::{Answer, Registry};

/// What each pupil brought to the bins of a measure. A script cannot look into it: it only hands it
/// to a statistic of the same measure.
#[derive(Clone)]
pub struct ByPupil(MeasureValue);

/// What pupils brought to stretches of bins: a row a pupil and stretch.
pub struct PupilRows {
    /// The code of the pupil.
    pub pupil: Vec<u32>,
    /// The code of the stretch.
    pub stretch: Vec<u32>,
    /// Events.
    pub n: Vec<f64>,
    /// Exposure.
    pub e: Vec<f64>,
}

impl ByPupil {
    pub const fn new(of: MeasureValue) -> Self {
        Self(of)
    }

    /// The rows over stretches, of which each bin has a code. `n` is a column that has to be of the
    /// same measure.
    ///
    /// # Errors
    /// It is of another, there are not as many codes as bins, or pupils' events cannot be counted.
    pub fn stretches(&self, what: &str, n: &Dynamic, codes: &[u32]) -> Answer<PupilRows> {
        let of = n.read_lock::<Column>().and_then(|column| column.kin.clone());
        if !of.is_some_and(|kin| Arc::ptr_eq(&kin, self.0.kin())) {
            return Err(fault(format!(
                "`pupils` of {what} is the `by_pupil` of the measure whose `n` it is given"
            )));
        }
        let bins = self.0.periods();
        if bins.len() != codes.len() {
            return Err(fault(format!(
                "`cluster` of {what} has {} values for {} bins",
                codes.len(),
                bins.len()
            )));
        }
        // Bins in a row with one code are one stretch of days.
        let mut runs: Vec<(u32, Period)> = Vec::new();
        for (code, bin) in codes.iter().zip(bins) {
            match runs.last_mut() {
                Some((last, run)) if last == code => run.to = bin.to,
                _ => runs.push((*code, bin)),
            }
        }
        let periods: Vec<Period> = runs.iter().map(|(_, period)| *period).collect();
        let found = self.0.pupil_periods("by_pupil", &periods)?;
        let code = |place: &usize| runs.get(*place).map_or(0, |(code, _)| *code);
        let stretch = found.period.iter().map(code).collect();
        Ok(PupilRows { pupil: found.pupil, stretch, n: found.n, e: found.e })
    }
}

/// Registers what it says of itself.
pub fn register(registry: &mut Registry) {
    registry.name_type::<ByPupil>("events by pupil");
    registry.overload("to_string", |_: &mut ByPupil| "events by pupil".to_owned());
}
