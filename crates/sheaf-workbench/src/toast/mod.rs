//! Short messages at the foot of the window; announced to those who hear, gone by themselves.

mod view;

use sheaf_records::RecordId;

pub use view::show;

/// How long a message stays, in seconds.
const SECONDS: f64 = 8.0;

/// How long a message that something went wrong stays.
const SECONDS_OF_FAULT: f64 = 20.0;

/// At most so many at once; the oldest goes.
const MOST: usize = 4;

/// What a message says about the world.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mood {
    /// Done.
    Done,
    /// To know.
    News,
    /// It did not work.
    Fault,
}

/// One message.
#[derive(Clone, Debug, PartialEq)]
pub struct Toast {
    /// Its number.
    pub id: u64,
    /// What it says.
    pub words: String,
    /// What it says about the world.
    pub mood: Mood,
    /// What it offers to open.
    pub opens: Option<RecordId>,
    until: f64,
}

/// The messages in sight.
#[derive(Clone, Debug, Default)]
pub struct State {
    last: u64,
    /// The oldest first.
    pub toasts: Vec<Toast>,
}

impl State {
    /// Shows a message.
    pub fn say(&mut self, now: f64, mood: Mood, words: impl Into<String>) {
        self.offer(now, mood, words, None);
    }

    /// Shows a message with something to open.
    pub fn offer(
        &mut self,
        now: f64,
        mood: Mood,
        words: impl Into<String>,
        opens: Option<RecordId>,
    ) {
        self.last += 1;
        let stay = if mood == Mood::Fault { SECONDS_OF_FAULT } else { SECONDS };
        let toast = Toast { id: self.last, words: words.into(), mood, opens, until: now + stay };
        self.toasts.push(toast);
        if self.toasts.len() > MOST {
            self.toasts.remove(0);
        }
    }

    /// Takes one away.
    pub fn dismiss(&mut self, id: u64) {
        self.toasts.retain(|toast| toast.id != id);
    }

    /// Takes the old ones away; gives when the next one goes.
    pub fn settle(&mut self, now: f64) -> Option<f64> {
        self.toasts.retain(|toast| toast.until > now);
        self.toasts.iter().map(|toast| toast.until).reduce(f64::min)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_go_by_themselves_and_faults_stay_longer() {
        let mut state = State::default();
        state.say(0.0, Mood::Done, "Saved");
        state.say(0.0, Mood::Fault, "Not saved");
        assert_eq!(state.settle(1.0), Some(SECONDS));
        assert_eq!(state.settle(SECONDS + 0.1), Some(SECONDS_OF_FAULT));
        assert_eq!(state.toasts.len(), 1);
        assert_eq!(state.settle(SECONDS_OF_FAULT + 0.1), None);
    }

    #[test]
    fn a_flood_keeps_the_newest() {
        let mut state = State::default();
        for number in 0..10 {
            state.say(0.0, Mood::News, number.to_string());
        }
        assert_eq!(state.toasts.len(), MOST);
        assert_eq!(state.toasts.last().unwrap().words, "9");
    }
}
