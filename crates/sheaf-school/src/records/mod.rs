//! Records: adding, changing, showing, listing, finding.

mod amend;
mod beside;
mod bulk;
mod concerns;
mod find;
mod history;
mod list;
mod log;
mod references;
mod signed;
mod steps;
#[cfg(test)]
pub(crate) mod test_school;
mod version;
mod view;
mod write;

pub use concerns::{ConcernLine, Danger, Deciding, Then};
pub use list::ListQuery;
pub use log::LogLine;
pub(crate) use steps::{Aside, Steps, act_of};
pub(crate) use view::time_text;
