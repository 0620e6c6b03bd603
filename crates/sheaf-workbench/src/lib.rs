//! The workbench: the window through which a school is seen and written to.
//!
//! It knows [`sheaf_school::desk`] and nothing behind it: no store, no socket, no script engine.
//! Nothing in a frame waits: requests and replies go through a [`Link`], and replies [`Wake`] it.
//! It reads no clock and opens no file; views draw plain state and return actions.
//!
//! ```no_run
//! use std::sync::mpsc::channel;
//! use sheaf_workbench::{Link, Settings, run};
//!
//! run(Settings::default(), |wake| {
//!     let (tell, receive) = channel();
//!     // A service answers with `tell.send(..)` and then calls `wake()`.
//!     let send = Box::new(move |_, _| Ok(drop((&tell, &wake))));
//!     Link { send, receive }
//! })?;
//! # Ok::<(), sheaf_workbench::WorkbenchError>(())
//! ```

mod action;
mod app;
mod caseload;
mod chart;
mod command;
mod desk;
mod dock;
mod error;
mod format;
mod help;
mod incidents;
mod link;
mod metric;
mod model;
mod offscreen;
mod palette;
mod pupil;
mod quick_log;
mod rank;
mod record;
mod run;
mod settings;
mod sidebar;
mod slot;
mod status;
#[cfg(test)]
mod tests;
mod theme;
mod toast;
mod today;
mod widgets;

pub use app::Workbench;
pub use dock::{Layout, Split, View};
pub use error::WorkbenchError;
pub use link::{Busy, Link, Wake};
pub use offscreen::{Picture, screenshot};
pub use run::run;
pub use settings::{Opening, Settings, UnknownView};
pub use theme::{ThemeName, UnknownTheme};
