//! The whole window, driven by role and name over a school that is a script.

mod drive;
mod pictures;
mod responder;
pub mod school;
mod stories;
