//! A curve as a picture.

use std::path::Path;

use anyhow::Result;
use jiff::civil::Date;
use sheaf_charts::{AxisData, ChartData, LayerData, Mark, Scale, ShapeData};

use super::Curve;
use crate::picture;

/// Nothing in these pictures depends on a day.
const NO_DAY: Date = Date::constant(2026, 1, 1);

/// Draws it into a folder, as SVG and as PNG.
pub fn keep(curve: &Curve, folder: &Path) -> Result<()> {
    let x = AxisData::new(curve.against, Scale::Number);
    let y = AxisData::new(curve.what, Scale::Number).unit(curve.unit);
    let title = format!("{}, against {}", curve.what, curve.against.to_lowercase());
    let marks = curve.points.iter().map(|(at, value)| Mark::shown(*at, *value)).collect();
    let line = LayerData::new(curve.what, ShapeData::Line, marks);
    picture::keep(&ChartData::new(title, x, y, NO_DAY).layer(line), folder, curve.name)
}
