//! The workbench: the window through which a school is seen and written to.
//!
//! It knows [`sheaf_school::desk`] and nothing behind it: no store, no socket, no script engine.
//! Nothing in a frame waits: requests and replies go through a [`Link`], and replies [`Wake`] it.
//! It reads no clock and opens no file; views draw plain state and return actions.
//!
//! ```no_run
//! sheaf_workbench::run(sheaf_workbench::Settings::default(), |_wake| {
//!     // A service answers with `tell.send(..)` and then calls `wake()`.
//!     let (_tell, receive) = std::sync::mpsc::channel();
//!     sheaf_workbench::Link { send: Box::new(|_, _| Err(sheaf_workbench::Busy)), receive }
//! })?;
//! # Ok::<(), sheaf_workbench::WorkbenchError>(())
//! ```

mod action;
mod app;
mod caseload;
mod chart;
mod command;
mod day;
mod desk;
mod dock;
mod error;
mod export;
mod format;
mod gallery;
mod house;
mod incidents;
mod link;
mod metric;
mod model;
mod offscreen;
mod palette;
mod pupil;
mod pupil_list;
mod quick_log;
mod rank;
mod record;
mod run;
mod settings;
mod slot;
#[cfg(test)]
mod tests;
mod theme;
mod toast;
mod today;
mod widgets;

pub use app::Workbench;
pub use dock::{Layout, Split, View};
pub use error::WorkbenchError;
pub use house::front::{Behind, Connect, Door, DoorField, DoorNotice, DoorRequest};
pub use house::front::{JoinForm, RestoreForm};
pub use house::preferences::{Kept, KeptError};
pub use link::{Busy, Link, Wake};
pub use offscreen::{Hand, Picture, Rehearsal, screenshot, screenshot_at_door};
pub use run::{run, run_at_door, run_inside};
pub use settings::{Names, Opening, Settings, UnknownView};
pub use theme::{ThemeName, UnknownTheme};
