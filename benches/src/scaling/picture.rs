//! A curve as a picture.

use std::path::Path;

use anyhow::Result;
use jiff::civil::Date;
use sheaf_charts::{AxisData, ChartData, LayerData, Mark, Scale, ShapeData};

use super::{Against, Curve};
use crate::picture;

/// Draws it into a folder, as SVG and as PNG, with the day on which it was measured.
pub fn keep(curve: &Curve, measured: Date, folder: &Path) -> Result<()> {
    picture::keep(&chart(curve, measured), folder, curve.name)
}

/// Entries go up threefold from one mark to the next, so that a thousand can be told from ten
/// thousand beside a million; devices stand where their number is.
pub fn chart(curve: &Curve, measured: Date) -> ChartData {
    let name = |(at, _): &(f64, f64)| grouped(*at);
    let scale = match curve.against {
        Against::Entries => Scale::Category { names: curve.points.iter().map(name).collect() },
        Against::Devices => Scale::Count,
    };
    let place = |(number, (at, value)): (usize, &(f64, f64))| match curve.against {
        Against::Entries => Mark::shown(number as f64, *value),
        Against::Devices => Mark::shown(*at, *value),
    };
    let marks = curve.points.iter().enumerate().map(place).collect();
    let x = AxisData::new(curve.against.to_string(), scale);
    let y = AxisData::new(curve.what, Scale::Number).unit(curve.unit);
    let title = format!("{}, against {}", curve.what, curve.against.to_string().to_lowercase());
    ChartData::new(title, x, y, measured).layer(LayerData::new(curve.what, ShapeData::Line, marks))
}

/// A whole number, its digits in groups of three.
fn grouped(number: f64) -> String {
    let digits = format!("{number:.0}");
    let places = digits.len();
    let group = |(place, digit): (usize, char)| {
        let begins = place > 0 && (places - place).is_multiple_of(3);
        [begins.then_some(','), Some(digit)]
    };
    digits.chars().enumerate().flat_map(group).flatten().collect()
}
