//! Which incidents are asked for, and where the keys are among them.

use sheaf_records::RecordId;
use sheaf_school::desk::{
    IncidentColumn, IncidentOrder, IncidentQuery, IncidentTable, Sense as Order,
};

use crate::widgets::grid::{Cursor, Walk};

/// One of the quick filters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Chip {
    /// By year group.
    YearGroup,
    /// By category.
    Category,
    /// By place.
    Place,
    /// By period of the calendar.
    Period,
}

impl Chip {
    /// Every one, as they stand beside each other.
    pub const ALL: [Self; 4] = [Self::YearGroup, Self::Category, Self::Place, Self::Period];

    /// What it filters by.
    pub const fn title(self) -> &'static str {
        match self {
            Self::YearGroup => "Year group",
            Self::Category => "Category",
            Self::Place => "Place",
            Self::Period => "Period",
        }
    }

    /// What is chosen, by its code.
    pub const fn chosen(self, query: &IncidentQuery) -> Option<&String> {
        match self {
            Self::YearGroup => query.year_group.as_ref(),
            Self::Category => query.category.as_ref(),
            Self::Place => query.place.as_ref(),
            Self::Period => query.period.as_ref(),
        }
    }

    const fn chosen_mut(self, query: &mut IncidentQuery) -> &mut Option<String> {
        match self {
            Self::YearGroup => &mut query.year_group,
            Self::Category => &mut query.category,
            Self::Place => &mut query.place,
            Self::Period => &mut query.period,
        }
    }
}

/// A change in the view.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Edit {
    /// A filter was typed.
    Filter(String),
    /// A quick filter was set, or taken away.
    Choose(Chip, Option<String>),
    /// Every filter goes.
    Clear,
    /// Sort by a column, or turn it round.
    Sort(IncidentColumn),
    /// Ask again.
    Again,
    /// On to another row.
    Walk(Walk),
    /// Choose every row.
    ChooseAll,
    /// The keys come to the rows.
    Focus,
    /// They are there, and the row is in sight.
    Settled,
}

/// The view.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct State {
    /// What is asked for.
    pub query: IncidentQuery,
    /// Where the keys are.
    pub cursor: Cursor,
    /// Whether the keys are still to be sent to the rows.
    pub takes_focus: bool,
}

impl State {
    /// Applies one change; true if the incidents are to be asked for anew.
    pub fn apply(&mut self, edit: Edit, rows: usize) -> bool {
        match edit {
            Edit::Filter(text) => self.query.filter = text,
            Edit::Choose(chip, code) => *chip.chosen_mut(&mut self.query) = code,
            Edit::Clear => {
                let order = self.query.order;
                self.query = IncidentQuery { order, ..IncidentQuery::default() };
            }
            Edit::Sort(column) => self.query.order = turned(self.query.order, column),
            Edit::Again => {}
            Edit::Walk(step) => {
                self.cursor.walk(step);
                return false;
            }
            Edit::ChooseAll => {
                self.cursor.choose_all(rows);
                return false;
            }
            Edit::Focus => {
                self.takes_focus = true;
                self.cursor.at = self.cursor.at.or(Some(0));
                return false;
            }
            Edit::Settled => {
                self.takes_focus = false;
                self.cursor.reveal = false;
                return false;
            }
        }
        true
    }

    /// The keys stay on their incident while others come, go and change places.
    pub fn follow(&mut self, before: Option<&IncidentTable>, now: &IncidentTable) {
        let kept = self.cursor.at.and_then(|at| before?.row(at)).map(|row| row.record);
        let is_same_question = before.is_some_and(|before| before.query == now.query);
        match kept.and_then(|record| place_of(now, record)) {
            Some(at) => {
                let moved = self.cursor.at != Some(at);
                let stays = is_same_question && !moved;
                let anchor = self.cursor.anchor.filter(|_| stays);
                self.cursor = Cursor { at: Some(at), anchor, reveal: moved && !is_same_question };
            }
            None => self.cursor.clamp(now.len()),
        }
    }
}

fn place_of(table: &IncidentTable, record: RecordId) -> Option<usize> {
    (0..table.len()).find(|place| table.row(*place).is_some_and(|row| row.record == record))
}

/// The other way round for the same column; what is of most use first for another.
fn turned(now: IncidentOrder, column: IncidentColumn) -> IncidentOrder {
    let sense = match (now.column == column, now.sense) {
        (true, Order::Rising) => Order::Falling,
        (true, Order::Falling) => Order::Rising,
        (false, _) => match column {
            IncidentColumn::When | IncidentColumn::Severity | IncidentColumn::Labels => {
                Order::Falling
            }
            _ => Order::Rising,
        },
    };
    IncidentOrder { column, sense }
}
