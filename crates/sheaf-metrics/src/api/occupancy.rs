//! `table.occupancy(..)`: how many pupils are in a place at once, by weekday and period.

use std::sync::Arc;

use rhai::{Array, Dynamic, INT, Map};
use sheaf_analytics::{Audience, Occupancy as Found, Period, Sensitivity, Slot};
use sheaf_charts::{Heat, Mark, decimal};

use super::chart::HeatCells;
use super::grid::GridValue;
use super::output::TableRow;
use super::smallness::of_counts;
use super::table::Table;
use crate::fault::{fault, unknown};
use crate::given::Given;
use crate::missing::Missing;
use crate::registry::{Answer, Group, Registry};
use crate::run::raised;

/// The most places of a room.
const MAX_PLACES: f64 = 500.0;

/// A period is outlined where there are more pupils than places on one day in so many.
const OFTEN: usize = 10;

/// Pupils at once as scripts hold them.
#[derive(Clone)]
pub struct Occupancy(Arc<Inner>);

struct Inner {
    found: Found,
    grid: GridValue,
    places: usize,
    split: Sensitivity,
    audience: Audience,
}

/// One period of one weekday.
#[derive(Clone)]
pub struct SlotValue {
    occupancy: Occupancy,
    row: usize,
    column: usize,
}

/// The columns of its table.
pub const COLUMNS: [&str; 5] =
    ["When", "Pupils on an average day", "Most at once", "Different pupils", "School days"];

const FIELDS: [&str; 8] =
    ["ok", "why", "average", "most", "over", "lessons", "busiest", "left_out"];
const SLOT: [&str; 4] = ["label", "average", "most", "days"];

/// Registers it.
pub fn register(registry: &mut Registry) {
    registry.name_type::<Occupancy>("occupancy");
    registry.name_type::<SlotValue>("slot");
    registry.overload("to_string", |occupancy: &mut Occupancy| {
        format!("occupancy over {} lessons", occupancy.0.found.lessons)
    });
    registry.function(
        Group::Table
            .item(
                "occupancy",
                "table.occupancy(#{places, period}) -> occupancy",
                "Distinct pupils in each period of each school day, such as of `cx.room_periods`. \
                 `chart(\"heat\")` and `report.table` take it: the colour is full where all \
                 `places` are taken.",
                "cx.room_periods.occupancy(#{ places: 8, period: p.window }).to_string()",
                "occupancy over 220 lessons",
            )
            .added(),
        |table: &mut Table, options: Map| Occupancy::of(table, &options),
    );
    registry.fields(|occupancy: &mut Occupancy, name: &str| occupancy.field(name));
    registry.fields(|slot: &mut SlotValue, name: &str| slot.field(name));
    fields(registry);
}

fn fields(registry: &mut Registry) {
    for (name, signature, doc, example, gives) in [
        (
            "average",
            "occupancy.average -> text",
            "Pupils in an average lesson of the timetable, those with \
             nobody there included.",
            "cx.room_periods.occupancy(#{ places: 1, period: p.window }).average",
            "0.1",
        ),
        (
            "most",
            "occupancy.most -> integer",
            "The most pupils in one lesson.",
            "cx.room_periods.occupancy(#{ places: 1, period: p.window }).most",
            "2",
        ),
        (
            "over",
            "occupancy.over -> integer",
            "In how many lessons there were more pupils than places.",
            "cx.room_periods.occupancy(#{ places: 1, period: p.window }).over",
            "3",
        ),
        (
            "lessons",
            "occupancy.lessons -> integer",
            "Lessons on the timetable of the period, up to today.",
            "cx.room_periods.occupancy(#{ places: 1, period: p.window }).lessons",
            "220",
        ),
        (
            "busiest",
            "occupancy.busiest -> array of slots",
            "The fullest periods of the week, at most five. A slot has label average most days.",
            "cx.room_periods.occupancy(#{ places: 1, period: p.window }).busiest.len()",
            "0",
        ),
    ] {
        registry.field(Group::Table.item(name, signature, doc, example, gives));
    }
}

impl Occupancy {
    fn of(table: &Table, options: &Map) -> Answer<Self> {
        let given = Given::new("occupancy", options, &["places", "period"])?;
        let places = given.number("places", 0.0)?;
        if !(1.0..=MAX_PLACES).contains(&places) || places.fract() != 0.0 {
            let most = MAX_PLACES as i64;
            return Err(fault(format!(
                "`places` of occupancy is {places}; a whole number from 1 to {most} is needed"
            )));
        }
        let period = given.get("period").and_then(|value| value.read_lock::<Period>().map(|p| *p));
        let period =
            period.ok_or_else(|| fault("an occupancy needs `period`, such as `p.window`"))?;
        let frame = table.counted()?;
        let found = frame.occupancy(period, &table.run.budget).map_err(raised)?;
        let grid = GridValue::of(table, &Found::axes(), Arc::clone(&found.grid))?;
        let (split, audience) = (table.origin.split, table.origin.audience);
        Ok(Self(Arc::new(Inner { found, grid, places: places as usize, split, audience })))
    }

    /// Why a number that so many pupils at once make may not be told, if so.
    fn hidden(&self, pupils: usize) -> Option<Missing> {
        let inner = &self.0;
        let all = inner.found.grid.pupils();
        inner.grid.guard().or_else(|| of_counts(all, pupils, inner.split, inner.audience))
    }

    fn field(&self, name: &str) -> Answer<Dynamic> {
        let found = &self.0.found;
        let guard = self.0.grid.guard();
        let told = |hidden: Option<Missing>, count: usize| match hidden {
            Some(missing) => Dynamic::from(missing),
            None => Dynamic::from(count as INT),
        };
        Ok(match name {
            "ok" => (guard.is_none() && found.average().is_some()).into(),
            "why" => match (guard, found.average()) {
                (Some(missing), _) => missing.why.to_string().into(),
                (None, None) => "the period has no lessons".into(),
                (None, Some(_)) => String::new().into(),
            },
            "average" => match (guard, found.average()) {
                (Some(missing), _) => Dynamic::from(missing),
                (None, Some(average)) => decimal(average, 1).into(),
                (None, None) => Dynamic::from(Missing::refused("the period has no lessons")),
            },
            "most" => {
                let most = found.in_lessons.iter().copied().max().unwrap_or_default();
                told(self.hidden(most), most)
            }
            // In each of these lessons there was at least one pupil more than there are places.
            "over" => told(self.hidden(self.0.places + 1), found.lessons_over(self.0.places)),
            "lessons" => Dynamic::from(found.lessons as INT),
            "busiest" => {
                const MOST: usize = 5;
                let slots = self.fullest().into_iter().take(MOST);
                slots.map(|(slot, _)| Dynamic::from(slot)).collect::<Array>().into()
            }
            // Of whom these are is not known: their period is none of the day's.
            "left_out" => Dynamic::from(found.left_out as INT),
            _ => return Err(unknown("an occupancy has no", name, FIELDS)),
        })
    }

    /// Why the average of a slot may not be told, if so.
    fn hidden_at(&self, row: usize, column: usize) -> Option<Missing> {
        self.0.grid.guard().or_else(|| self.0.grid.hidden(row, column))
    }

    /// The slots that may be told with their averages, the fullest first.
    fn fullest(&self) -> Vec<(SlotValue, f64)> {
        let grid = &self.0.found.grid;
        let mut slots = Vec::new();
        for row in 0..grid.rows.len() {
            for column in 0..grid.columns.len() {
                let average = self.0.found.slot(row, column).and_then(Slot::average);
                let average = average.filter(|average| *average > 0.0);
                if let Some(average) = average.filter(|_| self.hidden_at(row, column).is_none()) {
                    slots.push((SlotValue { occupancy: self.clone(), row, column }, average));
                }
            }
        }
        slots.sort_by(|a, b| b.1.total_cmp(&a.1));
        slots
    }

    /// The cells of a heat chart, the fuller the stronger in colour.
    pub fn heat(&self) -> HeatCells {
        let places = self.0.places;
        let colours = format!(
            "Numbers are pupils on an average school day. The fuller, the stronger the colour, up \
             to {places} places; outlined: more pupils than places on one day in ten or more"
        );
        self.0.grid.heat(&colours, |row, column| {
            let x = column as f64;
            if self.hidden_at(row, column).is_some() {
                return Mark::suppressed(x);
            }
            let Some(slot) = self.0.found.slot(row, column) else { return Mark::no_data(x) };
            let Some(average) = slot.average() else { return Mark::no_data(x) };
            let over = slot.days_over(places);
            let is_often = over > 0 && over * OFTEN >= slot.days;
            let is_marked = is_often && self.most_hidden(slot, row, column).is_none();
            let heat = Some(Heat { shade: (average / places as f64).min(1.0), is_marked });
            let ids = crate::ids::shown(self.0.found.grid.ids(row, column));
            let rounded = (average * 10.0).round() / 10.0;
            Mark { heat, ..Mark::shown(x, rounded) }.behind(ids.len() as u32, ids)
        })
    }

    /// Why the most pupils at once of a slot may not be told, if so.
    fn most_hidden(&self, slot: &Slot, row: usize, column: usize) -> Option<Missing> {
        let pupils = self.0.found.grid.cell(row, column).map_or(0, |cell| cell.pupils);
        let of_slot = || of_counts(pupils, slot.most(), self.0.split, self.0.audience);
        self.hidden_at(row, column).or_else(of_slot)
    }

    /// The rows of its table: the fullest periods of the week.
    pub fn table(&self) -> Vec<TableRow> {
        const MOST: usize = 12;
        let row = |(slot, average): (SlotValue, f64)| {
            let (row, column) = (slot.row, slot.column);
            let inside = self.0.found.slot(row, column).cloned().unwrap_or_default();
            let pupils = self.0.found.grid.cell(row, column).map_or(0, |cell| cell.pupils);
            let most = self.most_hidden(&inside, row, column).is_none().then(|| inside.most());
            let cells = vec![
                Some(slot.label().into()),
                Some(crate::column::number((average * 10.0).round() / 10.0)),
                most.map(Into::into),
                Some(pupils.into()),
                Some(inside.days.into()),
            ];
            (cells, crate::ids::shown(self.0.found.grid.ids(row, column)))
        };
        self.fullest().into_iter().take(MOST).map(row).collect()
    }
}

impl SlotValue {
    fn label(&self) -> String {
        self.occupancy.0.grid.label(self.row, self.column)
    }

    fn field(&self, name: &str) -> Answer<Dynamic> {
        let (row, column) = (self.row, self.column);
        let slot = self.occupancy.0.found.slot(row, column).cloned().unwrap_or_default();
        Ok(match name {
            "label" => self.label().into(),
            "average" => decimal(slot.average().unwrap_or_default(), 1).into(),
            "most" => match self.occupancy.most_hidden(&slot, row, column) {
                Some(missing) => Dynamic::from(missing),
                None => Dynamic::from(slot.most() as INT),
            },
            "days" => Dynamic::from(slot.days as INT),
            _ => return Err(unknown("a slot has no", name, SLOT)),
        })
    }
}
