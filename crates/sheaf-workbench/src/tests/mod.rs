//! The whole window, driven by role and name over a school that is a script.

pub mod concern;
pub mod desk;
pub mod drive;
pub mod far_day;
pub mod incidents;
pub mod lists;
mod pictures;
pub mod pupils;
pub mod responder;
mod retention;
pub mod school;
pub mod sharing;
mod shell;
mod stories;
mod stories_day;
mod tour;
pub mod trust;

/// A link to the invented school, for a door that opens onto it.
pub fn open_link() -> crate::Link {
    responder::Responder::new().1
}
