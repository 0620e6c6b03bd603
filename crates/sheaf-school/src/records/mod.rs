//! Records: adding, changing, showing, listing, finding.

mod amend;
mod beside;
mod bulk;
mod find;
mod history;
mod list;
mod log;
mod references;
#[cfg(test)]
pub(crate) mod test_school;
mod view;
mod write;

pub(crate) use history::Steps;
pub use list::ListQuery;
pub use log::LogLine;
pub(crate) use view::time_text;
