//! Short messages at the foot of the window; announced to those who hear, gone by themselves.

mod view;

use sheaf_records::RecordId;

pub use view::show;

/// How long a message stays, in seconds.
const SECONDS: f64 = 8.0;

/// How long a message stays that offers to undo what was done.
const SECONDS_OF_UNDO: f64 = 10.0;

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

/// What can be taken back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Undo {
    /// The saving of this record.
    Save(RecordId),
    /// The ticking off of a follow-up.
    Tick {
        /// The incident.
        record: RecordId,
        /// The follow-up's row.
        row: String,
    },
    /// The sharing of this version of a metric.
    Sharing(RecordId),
    /// The withdrawal of this version of a metric.
    Withdrawal(RecordId),
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
    /// What it offers to undo.
    pub undo: Option<Undo>,
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
        let stay = if mood == Mood::Fault { SECONDS_OF_FAULT } else { SECONDS };
        let words = words.into();
        self.push(Toast { id: 0, words, mood, opens, undo: None, until: now + stay });
    }

    /// Shows for ten seconds what was done and that it can be taken back.
    pub fn offer_undo(
        &mut self,
        now: f64,
        words: impl Into<String>,
        opens: Option<RecordId>,
        undo: Undo,
    ) {
        let (mood, until) = (Mood::Done, now + SECONDS_OF_UNDO);
        let words = words.into();
        self.push(Toast { id: 0, words, mood, opens, undo: Some(undo), until });
    }

    fn push(&mut self, toast: Toast) {
        self.last += 1;
        self.toasts.push(Toast { id: self.last, ..toast });
        if self.toasts.len() > MOST {
            self.toasts.remove(0);
        }
    }

    /// What a message offers to undo; the newest that offers anything if none is named.
    pub fn undo(&self, id: Option<u64>) -> Option<(u64, Undo)> {
        let mut newest_first = self.toasts.iter().rev();
        newest_first.find_map(|toast| {
            let undo = toast.undo.clone()?;
            id.is_none_or(|id| id == toast.id).then_some((toast.id, undo))
        })
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
    fn what_was_done_can_be_taken_back_for_ten_seconds_the_last_first() {
        let mut state = State::default();
        let id = |number| RecordId::from_bytes([number; 16]);
        state.offer_undo(0.0, "Saved: one", None, Undo::Save(id(1)));
        state.offer_undo(5.0, "Saved: two", None, Undo::Save(id(2)));
        state.say(6.0, Mood::News, "Something else");
        assert_eq!(state.undo(None), Some((2, Undo::Save(id(2)))));
        assert_eq!(state.undo(Some(1)), Some((1, Undo::Save(id(1)))));
        state.settle(10.1);
        assert_eq!(state.undo(Some(1)), None, "its ten seconds are over");
        state.dismiss(2);
        assert_eq!(state.undo(None), None);
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
