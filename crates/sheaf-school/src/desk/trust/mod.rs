//! Who may be removed, let in or taken out, what is held, and what is erased, as a face shows it.

mod answer;
mod erasures;
mod held;
mod model;
mod people;
mod removals;
mod request;
mod retention;
#[cfg(test)]
mod tests;

pub use model::{
    Certainty, DueGroup, DueLine, DuePage, ErasureLine, ErasureStage, ErasuresPage, HeldLine,
    HeldPage, KeepingRule, RecordKeeping, RemovalLine, RemovalsPage, Rights, ToldLine, Undated,
    WaitingDevice, WaitingRecord, WouldLine,
};
pub use request::{TrustAct, TrustReply, TrustRequest};

pub(super) use erasures::{keeping, waiting_for_me};
pub(super) use people::{Asker, former};
pub(super) use removals::told_out;

use super::model::Choice;
use crate::school::School;

/// The reasons for an erasure: the code, and how people say it.
pub fn erasure_reasons() -> Vec<Choice> {
    let choice = |(code, words): (&str, &str)| {
        let mut title = words.to_owned();
        if let Some(first) = title.get_mut(..1) {
            first.make_ascii_uppercase();
        }
        Choice { code: code.to_owned(), title }
    };
    School::erasure_reasons().map(choice).collect()
}
