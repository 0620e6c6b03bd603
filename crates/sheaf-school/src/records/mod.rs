//! Records: adding, changing, showing, listing, finding.

mod bulk;
mod find;
mod list;
mod log;
mod references;
mod view;
mod write;

pub use list::ListQuery;
pub use log::LogLine;
pub(crate) use view::time_text;
