//! What a check has found: each problem with its place and what to do.

use std::fmt::Display;

/// More problems than this are counted only.
const MAX_PROBLEMS: usize = 100;

/// The problems found so far, one line each.
#[derive(Default)]
pub(super) struct Problems {
    lines: Vec<String>,
    more: u64,
}

impl Problems {
    /// The file itself is damaged.
    pub(super) fn file(&mut self, what: String) {
        self.add(format!("file school.db: {what}; copy it away, and join again with this device"));
    }

    /// An entry or a section is not as it was written.
    pub(super) fn log(&mut self, place: &dyn Display, what: &dyn Display) {
        self.add(format!("{place}: {what}; the log is damaged: join again with this device"));
    }

    /// What follows from the log is not what follows from it.
    pub(super) fn index(&mut self, place: &dyn Display, what: &dyn Display) {
        self.add(format!("{place}: {what}; `sheaf verify --rebuild` makes the index anew"));
    }

    /// Something has not arrived.
    pub(super) fn lacks(&mut self, place: &dyn Display, what: &dyn Display) {
        self.add(format!("{place}: {what}; replicate with a colleague's device, which has it"));
    }

    fn add(&mut self, line: String) {
        if self.lines.len() < MAX_PROBLEMS {
            self.lines.push(line);
        } else {
            self.more += 1;
        }
    }

    pub(super) fn into_lines(mut self) -> Vec<String> {
        if self.more > 0 {
            self.lines.push(format!("and {} more", self.more));
        }
        self.lines
    }
}
