//! What was typed and what fits.

use std::sync::Arc;

use sheaf_records::RecordId;
use sheaf_school::desk::{MetricCard, Roster};

use crate::command::{COMMANDS, CommandId, Situation};
use crate::rank::rank;

/// At most so many entries are listed.
const MOST_ENTRIES: usize = 9;

/// Something that can be chosen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Entry {
    /// A command.
    Command(CommandId),
    /// A pupil's timeline.
    Pupil(RecordId),
    /// A metric.
    Metric(String),
    /// A layout that somebody gave a name.
    Layout(String),
}

/// A change in the palette.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Edit {
    /// Text was typed.
    Type(String),
    /// The highlight moves.
    Move(isize),
    /// The entry at this place is chosen.
    Choose(usize),
    /// The highlighted entry is chosen.
    ChooseHighlighted,
    /// The keys have gone to the field.
    Focused,
}

/// A line of the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// What it leads to.
    pub entry: Entry,
    /// Its name.
    pub name: String,
    /// What stands beside it.
    pub beside: String,
    /// Why it cannot be chosen now.
    pub why_not: Option<&'static str>,
}

/// The palette.
#[derive(Clone, Debug)]
pub struct State {
    all: Vec<Line>,
    /// What was typed.
    pub typed: String,
    /// What fits, the best first.
    pub shown: Vec<Line>,
    /// Which is highlighted.
    pub highlighted: usize,
    /// Whether the keys are still to be sent to the field.
    pub takes_focus: bool,
}

impl State {
    /// A palette over what is known now.
    pub fn new(
        roster: Option<&Arc<Roster>>,
        metrics: Option<&Arc<[MetricCard]>>,
        now: &Situation,
    ) -> Self {
        let commands = COMMANDS
            .iter()
            .filter(|command| !matches!(command.id, CommandId::Palette | CommandId::Close))
            .map(|command| Line {
                why_not: (command.enabled)(now).err(),
                ..line(Entry::Command(command.id), command.name, command.help)
            });
        let metrics = metrics
            .into_iter()
            .flat_map(|all| all.iter())
            .map(|metric| line(Entry::Metric(metric.id.clone()), &metric.name, &metric.question));
        let pupils = roster.into_iter().flat_map(|roster| &roster.pupils).map(|pupil| {
            let class = if pupil.on_roll { &*pupil.reg_group } else { "has left" };
            line(Entry::Pupil(pupil.id), &pupil.name, &format!("{}  {class}", pupil.year_group))
        });
        let mut all: Vec<Line> = commands.chain(metrics).chain(pupils).collect();
        all.sort_by_key(|line| line.why_not.is_some());
        let mut state = Self {
            all,
            typed: String::new(),
            shown: Vec::new(),
            highlighted: 0,
            takes_focus: true,
        };
        state.filter();
        state
    }

    /// Offers layouts by their names too.
    pub fn offer_layouts<'a>(&mut self, names: impl Iterator<Item = &'a String>) {
        let layout =
            |name: &String| line(Entry::Layout(name.clone()), &format!("Layout: {name}"), "");
        self.all.extend(names.map(layout));
        self.filter();
    }

    /// Applies one change; gives what was chosen.
    pub fn apply(&mut self, edit: Edit) -> Option<Entry> {
        match edit {
            Edit::Type(typed) => {
                self.typed = typed;
                self.filter();
            }
            Edit::Move(by) => {
                let last = self.shown.len().saturating_sub(1);
                self.highlighted = self.highlighted.saturating_add_signed(by).min(last);
            }
            Edit::Choose(place) => return self.shown.get(place).map(|line| line.entry.clone()),
            Edit::ChooseHighlighted => return self.apply(Edit::Choose(self.highlighted)),
            Edit::Focused => self.takes_focus = false,
        }
        None
    }

    fn filter(&mut self) {
        let found = rank(&self.typed, self.all.iter().map(|line| line.name.as_str()));
        let shown = found.into_iter().filter_map(|place| self.all.get(place));
        self.shown = shown.take(MOST_ENTRIES).cloned().collect();
        self.highlighted = 0;
    }
}

fn line(entry: Entry, name: &str, beside: &str) -> Line {
    Line { entry, name: name.to_owned(), beside: beside.trim().to_owned(), why_not: None }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tests::school;

    #[test]
    fn finds_commands_pupils_and_metrics_by_a_few_letters() {
        let roster = Arc::new(school::roster());
        let metrics: Arc<[MetricCard]> = school::metrics().into();
        let mut state = State::new(Some(&roster), Some(&metrics), &Situation::default());
        assert!(!state.shown.is_empty(), "it offers something before a letter is typed");
        for (typed, expected) in [
            ("light", Entry::Command(CommandId::Theme)),
            ("amira", Entry::Pupil(school::pupil(0))),
            ("repeat", Entry::Metric("repeat-referrals".to_owned())),
        ] {
            state.apply(Edit::Type(typed.to_owned()));
            assert_eq!(state.apply(Edit::ChooseHighlighted), Some(expected), "typed {typed}");
        }
        state.apply(Edit::Type("qqqq".to_owned()));
        assert_eq!(state.apply(Edit::ChooseHighlighted), None);
    }
}
