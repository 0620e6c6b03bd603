//! The whole window, driven by role and name over a school that is a script.

pub mod drive;
pub mod incidents;
mod pictures;
pub mod pupils;
pub mod responder;
pub mod school;
mod stories;
