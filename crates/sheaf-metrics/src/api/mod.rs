//! The language, API 1: everything that a script can call.

pub mod absence;
pub mod bands;
pub mod calendar;
pub mod chart;
pub mod columns;
mod conditions;
pub mod context;
pub mod exposure;
pub mod expression;
pub mod fortnight;
pub mod frame;
pub mod gaps;
pub mod grid;
pub mod instrument;
pub mod ladder;
pub mod measure;
pub mod occupancy;
pub mod origin;
pub mod output;
mod parts;
pub mod people;
pub mod risks;
pub mod screen;
pub mod share;
pub mod smallness;
pub mod stats;
pub mod table;
pub mod waits;
pub mod windows;

use crate::registry::{Api, Registry};
pub use parts::parts_of;

/// Registers the whole language.
pub fn build() -> Api {
    let mut registry = Registry::default();
    crate::missing::register(&mut registry);
    crate::estimate::register(&mut registry);
    context::register(&mut registry);
    instrument::register(&mut registry);
    table::register(&mut registry);
    frame::register(&mut registry);
    people::register(&mut registry);
    absence::register(&mut registry);
    waits::register(&mut registry);
    gaps::register(&mut registry);
    bands::register(&mut registry);
    share::register(&mut registry);
    grid::register(&mut registry);
    occupancy::register(&mut registry);
    ladder::register(&mut registry);
    screen::register(&mut registry);
    risks::register(&mut registry);
    fortnight::register(&mut registry);
    calendar::register(&mut registry);
    exposure::register(&mut registry);
    measure::register(&mut registry);
    windows::register(&mut registry);
    columns::register(&mut registry);
    stats::register(&mut registry);
    chart::register(&mut registry);
    crate::eval::register(&mut registry);
    output::register(&mut registry);
    expression::register(&mut registry);
    registry.finish()
}
