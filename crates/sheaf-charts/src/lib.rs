//! Charts: one specification, laid out once, drawn anywhere.
//!
//! [`layout`] turns values into a [`ChartSpec`] in which ticks, labels, colours, legend and
//! summary are chosen; renderers choose nothing but pixels, so the picture in a file, on screen
//! and the table show the same numbers. This crate reads no clock, opens no file and knows no
//! window; a suppressed value does not survive layout.
//!
//! ```
//! use sheaf_charts::{AxisData, ChartData, LayerData, Mark, Scale, ShapeData, layout};
//!
//! let x = AxisData::new("School days", Scale::SchoolDays);
//! let y = AxisData::new("Share with another referral", Scale::Share);
//! let marks = vec![Mark::shown(0.0, 0.0), Mark::shown(5.0, 0.31), Mark::shown(20.0, 0.48)];
//! let as_of = jiff::civil::date(2026, 11, 12);
//! let data = ChartData::new("Time to the next referral", x, y, as_of)
//!     .layer(LayerData::new("", ShapeData::Step, marks));
//! let spec = layout(&data)?;
//! assert_eq!(spec.y.ticks.last().map(|tick| tick.label.as_str()), Some("50 %"));
//! # Ok::<(), sheaf_charts::ChartError>(())
//! ```

mod axis;
mod beside;
mod data;
mod error;
mod format;
mod ids;
mod layout;
mod picture;
mod rows;
#[cfg(test)]
mod samples;
mod spec;
mod summary;
mod ticks;
mod token;

pub use axis::{Axis, Scale, Tick};
pub use beside::{on_one_scale, overlaid};
pub use data::{AxisData, ChartData, Floor, LayerData, ShapeData};
pub use error::ChartError;
pub use format::{date_of, day_number, decimal, percent, value as format_value};
pub use ids::IdSet;
pub use layout::{MAX_LAYERS, MAX_MARKS, X_TICKS, Y_TICKS, layout};
pub use picture::{Size, SvgLayer, SvgMark, SvgMarks, marks_in_svg, to_png, to_svg};
pub use rows::{Row, cell};
pub use spec::{ChartSpec, Heat, Layer, LegendEntry, Mark, Provenance, Shape, Status};
pub use ticks::ticks_for;
pub use token::{Dash, Marker, Rgb, Theme, Token};
