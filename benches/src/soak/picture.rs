//! A picture of one quantity over the week.

use std::path::Path;

use anyhow::Result;
use jiff::civil::Date;
use sheaf_charts::{AxisData, ChartData, LayerData, Mark, Scale, ShapeData};

use super::trend::{Of, Series, Spread};
use crate::picture;

/// Draws it into a folder, as SVG and as PNG.
pub fn keep(series: &Series, how: &str, as_of: Date, folder: &Path) -> Result<()> {
    let x = AxisData::new("School days since Monday morning", Scale::Number);
    let y = AxisData::new(series.what, Scale::Number).unit(series.unit);
    let (title, middle) = match series.of {
        Of::Devices => (format!("{} of a device", series.what), "Middle device"),
        Of::Records => ("From a save here to readable there".to_owned(), "Median"),
    };
    let mut data = ChartData::new(title, x, y, as_of);
    data.subtitle = how.to_owned();
    let line = |name: &str, value: fn(&Spread) -> f64| {
        let marks = series.spreads.iter().map(|one| Mark::shown(one.day, value(one)));
        LayerData::new(name, ShapeData::Line, marks.collect())
    };
    data = data.layer(line(middle, |one| one.median));
    data = match series.of {
        Of::Devices => data.layer(line("Highest", |one| one.most)),
        Of::Records => {
            data.layer(line("95 %", |one| one.late)).layer(line("Worst", |one| one.most))
        }
    };
    let name = format!("soak-{}", series.what.to_lowercase().replace(' ', "-"));
    picture::keep(&data, folder, &name)
}
