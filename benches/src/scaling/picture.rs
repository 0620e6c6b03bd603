//! A curve as a picture.

use std::path::Path;

use anyhow::Result;
use jiff::civil::Date;
use sheaf_charts::{
    AxisData, ChartData, LayerData, Mark, Scale, ShapeData, Size, layout, to_png, to_svg,
};

use super::Curve;

/// Nothing in these pictures depends on a day.
const NO_DAY: Date = Date::constant(2026, 1, 1);

/// Draws it into a folder, as SVG and as PNG.
pub fn keep(curve: &Curve, folder: &Path) -> Result<()> {
    let x = AxisData::new(curve.against, Scale::Number);
    let y = AxisData::new(curve.what, Scale::Number).unit(curve.unit);
    let title = format!("{}, against {}", curve.what, curve.against.to_lowercase());
    let marks = curve.points.iter().map(|(at, value)| Mark::shown(*at, *value)).collect();
    let line = LayerData::new(curve.what, ShapeData::Line, marks);
    let spec = layout(&ChartData::new(title, x, y, NO_DAY).layer(line))?;
    std::fs::write(folder.join(format!("{}.svg", curve.name)), to_svg(&spec, Size::PAGE)?)?;
    std::fs::write(folder.join(format!("{}.png", curve.name)), to_png(&spec, Size::PAGE)?)?;
    Ok(())
}
