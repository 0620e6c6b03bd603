//! A chart on screen: the spec drawn by egui_plot, its marks walked by keys, its numbers as a
//! table. The only module that knows egui_plot.

mod break_out;
mod marks;
mod plot;
mod state;
#[cfg(test)]
mod tests;
mod thumb;
mod view;

pub use break_out::BreakOut;
pub use plot::ground_of;
pub use state::{Edit, State};
pub use thumb::{paint as paint_thumb, sketch as paint_sketch};
pub use view::{Sight, show};
