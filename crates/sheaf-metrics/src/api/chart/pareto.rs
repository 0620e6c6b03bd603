//! Pareto charts: how much of all the pupils with most account for.

use sheaf_charts::{AxisData, ChartData, LayerData, Mark, Scale, ShapeData};
use sheaf_stats::Concentration;

use super::{Chart, series_names};
use crate::fault::fault;
use crate::outcome::{Model, Outcome};
use crate::registry::Answer;

/// Marks of a curve, one a percentage of the pupils.
const POINTS: u32 = 50;
/// A mark stands for at least so many pupils.
const MIN_PUPILS: f64 = 5.0;

impl Chart {
    /// A curve for each concentration, from the pupils with most to everybody.
    pub(super) fn pareto(&self, as_of: jiff::civil::Date) -> Answer<ChartData> {
        let names = self.series.as_ref().map(series_names).unwrap_or_default();
        if !names.is_empty() && names.len() != self.concentrations.len() {
            return Err(fault(format!(
                "`series` has {} names but `value` has {} results",
                names.len(),
                self.concentrations.len()
            )));
        }
        let axis = |title: &Option<String>, usual: &str| {
            let title = title.clone().unwrap_or_else(|| usual.to_owned());
            let mut axis = AxisData::new(title, Scale::Share);
            axis.domain = Some((0.0, 1.0));
            axis
        };
        let x = axis(&self.x_title, "Pupils, those with most first");
        let y = axis(&self.y_title, "Share of all");
        let mut data = ChartData::new(self.title.clone(), x, y, as_of);
        data.notes.clone_from(&self.notes);
        let mut first = Vec::new();
        for (place, outcome) in self.concentrations.iter().enumerate() {
            let name = names.get(place).cloned().unwrap_or_default();
            let Model::Concentration(model) = outcome.model() else { continue };
            let marks = curve(model);
            if first.is_empty() {
                first.clone_from(&marks);
            }
            data.layers.push(LayerData::new(name, ShapeData::Line, marks));
        }
        if data.layers.is_empty() {
            return Err(fault("a pareto chart needs `.value([stats::concentration(..)])`"));
        }
        Ok(self.with_rules(data, &first))
    }
}

/// The share of all that the first share of pupils accounts for.
fn curve(model: &Concentration) -> Vec<Mark> {
    let mut marks = vec![Mark::shown(0.0, 0.0)];
    for point in 1..=POINTS {
        let share = f64::from(point) / f64::from(POINTS);
        let enough = share * model.pupils as f64 >= MIN_PUPILS;
        if let (true, Ok(top)) = (enough, model.top_share(share)) {
            marks.push(Mark::shown(share, top.value));
        }
    }
    marks
}

/// Results of `stats::concentration`; those that were refused are left out.
pub(super) fn results(values: &rhai::Array) -> Option<Vec<Outcome>> {
    let one = |value: &rhai::Dynamic| {
        let outcome = value.read_lock::<Outcome>()?;
        let is_one = matches!(outcome.model(), Model::Concentration(_)) || outcome.why().is_some();
        is_one.then(|| outcome.clone())
    };
    values.iter().map(one).collect()
}
