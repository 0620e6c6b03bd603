//! Grids: events by two columns, and the cells that stand out.

use std::sync::Arc;

use rhai::{Array, Dynamic, INT};
use sheaf_analytics::{
    Aggregate, Audience, Cell, Grid, GridLine, GridOptions, Sensitivity, Shown, Table as Cells,
    protect_two_way,
};
use sheaf_charts::{Heat, Mark};
use sheaf_stats::{DEFAULT_LEVEL, Scale, SurpriseCell, clustered_rate, surprise};

use super::chart::HeatCells;
use super::frame::{label, title};
use super::output::TableRow;
use super::smallness::{BESIDE, few_left_out, of_counts};
use super::table::Table;
use crate::estimate::Estimate;
use crate::fault::{fault, unknown};
use crate::missing::Missing;
use crate::registry::{Answer, Group, Registry};
use crate::run::raised;

/// The most events below which a row may be merged with others.
const MAX_LEAST: INT = 100_000;

/// A grid that is being put together.
#[derive(Clone)]
pub struct GridToCome {
    pub(super) table: Table,
    options: GridOptions,
}

/// A grid as scripts hold it.
#[derive(Clone)]
pub struct GridValue(Arc<Inner>);

struct Inner {
    grid: Arc<Grid>,
    rows: Vec<String>,
    columns: Vec<String>,
    /// Why each cell is hidden, row by row.
    hidden: Vec<Option<Missing>>,
    /// Why nothing of all cells together may be told, if so.
    guard: Option<Missing>,
}

/// The cells of a grid beside what its margins lead to expect.
#[derive(Clone)]
pub struct Spots {
    grid: GridValue,
    found: Arc<Result<Vec<Vec<SurpriseCell>>, Missing>>,
}

/// One cell of them.
#[derive(Clone)]
pub struct Spot {
    spots: Spots,
    row: usize,
    column: usize,
}

/// Registers grids.
pub fn register(registry: &mut Registry) {
    registry.name_type::<GridToCome>("grid to collect");
    registry.name_type::<GridValue>("grid");
    registry.name_type::<Spots>("spots");
    registry.name_type::<Spot>("spot");
    registry.overload("to_string", |grid: &mut GridValue| {
        format!("grid of {} rows and {} columns", grid.0.rows.len(), grid.0.columns.len())
    });
    registry.function(
        Group::Table.item(
            "pivot",
            "table.pivot(rows, columns, count()) -> grid, with .merge_sparse(n).collect()",
            "Distinct records by the values of two columns; of incidents those of aggressors and \
             participants, unless a condition names the part.",
            "cx.room_referrals.pivot(\"reason\", \"year_group\", count()).collect().to_string()",
            "grid of 1 rows and 2 columns",
        ),
        |table: &mut Table, rows: &str, columns: &str, value: Aggregate| match value {
            Aggregate::Count if rows == columns => {
                Err(fault(format!("`pivot` needs two different columns, not `{rows}` twice")))
            }
            Aggregate::Count => Answer::Ok(GridToCome {
                table: table.clone(),
                options: GridOptions {
                    rows: rows.to_owned(),
                    columns: columns.to_owned(),
                    least: 0,
                },
            }),
            _ => Err(fault("`pivot` counts: its third argument is `count()`")),
        },
    );
    registry.function(
        Group::Table.item(
            "merge_sparse",
            "grid.merge_sparse(n) -> grid",
            "Rows with fewer than `n` events become one, and so do all past the fifteenth.",
            "cx.room_referrals.pivot(\"reason\", \"year_group\", \
             count()).merge_sparse(100).collect().to_string()",
            "grid of 1 rows and 1 columns",
        ),
        |wanted: &mut GridToCome, least: INT| match usize::try_from(least) {
            Ok(least) if least <= MAX_LEAST as usize => {
                let options = GridOptions { least, ..wanted.options.clone() };
                Ok(GridToCome { options, ..wanted.clone() })
            }
            _ => Err(fault(format!("`merge_sparse` takes 0 to {MAX_LEAST} events, not {least}"))),
        },
    );
    registry.overload("collect", |wanted: &mut GridToCome| wanted.collect());
    registry.fields(|grid: &mut GridValue, name: &str| grid.field(name));
    registry.fields(|spots: &mut Spots, name: &str| spots.field(name));
    registry.fields(|spot: &mut Spot, name: &str| spot.field(name));
    registry.statistic_overload("hotspots", |grid: GridValue| Spots::new(&grid));
    fields(registry);
}

fn fields(registry: &mut Registry) {
    registry.field(Group::Statistics.item(
        "hotspots",
        "stats::hotspots(grid) -> spots",
        "The cells of a grid beside what its rows and columns lead to expect, of periods lessons \
         with lessons and other times with each other: marked busiest tested hidden. \
         `chart(\"heat\")` and `report.table` take it.",
        "type_of(stats::hotspots(cx.room_referrals.pivot(\"reason\", \"year_group\", \
         count()).collect()))",
        "spots",
    ));
    for (name, signature, doc, example, gives) in [
        (
            "events",
            "grid.events -> integer",
            "How many events it holds.",
            "cx.room_referrals.pivot(\"reason\", \"year_group\", count()).collect().events",
            "13",
        ),
        (
            "left_out",
            "grid.left_out -> integer",
            "How many events have no value for the row or the column.",
            "cx.room_referrals.pivot(\"reason\", \"year_group\", count()).collect().left_out",
            "0",
        ),
        (
            "marked",
            "spots.marked -> array of spots",
            "The cells that stand out, the most surprising first: a residual beyond three, at \
             least five expected, and no more than one in ten by chance (Benjamini-Hochberg).",
            "stats::hotspots(cx.room_referrals.pivot(\"reason\", \"year_group\", \
             count()).collect()).marked.len()",
            "0",
        ),
        (
            "busiest",
            "spots.busiest -> array of spots",
            "The cells that may be shown with most events, at most five. A spot has label row \
             column n expected pupils staff share estimate.",
            "stats::hotspots(cx.room_referrals.pivot(\"reason\", \"year_group\", \
             count()).collect()).busiest.len()",
            "0",
        ),
        (
            "tested",
            "spots.tested -> integer",
            "How many cells that may be shown expect at least five events.",
            "stats::hotspots(cx.room_referrals.pivot(\"reason\", \"year_group\", \
             count()).collect()).ok",
            "false",
        ),
        (
            "hidden",
            "spots.hidden -> integer",
            "How many cells are hidden; `marked` and `busiest` are of the others.",
            "stats::hotspots(cx.room_referrals.pivot(\"reason\", \"year_group\", \
             count()).collect()).hidden",
            "0",
        ),
    ] {
        registry.field(Group::Table.item(name, signature, doc, example, gives));
    }
}

impl GridToCome {
    fn collect(&self) -> Answer<GridValue> {
        let frame = self.table.counted()?;
        let grid = frame.grid(&self.options, &self.table.run.budget).map_err(raised)?;
        GridValue::of(&self.table, &self.options, Arc::new(grid))
    }
}

impl GridValue {
    /// The grid of a table's rows with its names and with what is hidden of it.
    pub fn of(table: &Table, options: &GridOptions, grid: Arc<Grid>) -> Answer<Self> {
        let mut origin = table.origin.clone();
        origin.split_by(&options.rows);
        origin.split_by(&options.columns);
        let names = |column: &str, lines: &[GridLine]| -> Vec<String> {
            lines.iter().map(|line| name(table, column, &line.key)).collect()
        };
        let rows = names(&options.rows, &grid.rows);
        let columns = names(&options.columns, &grid.columns);
        let rest = table.left_out().map(|rest| rest.counted()).transpose()?;
        let rest = rest.map(|rest| rest.grid(options, &table.run.budget));
        let rest = rest.transpose().map_err(raised)?;
        let audience = origin.audience;
        let hidden = hide(&grid, rest.as_ref(), origin.split, audience).map_err(raised)?;
        let (all, left_out) = (grid.pupils(), rest.as_ref().map_or(0, Grid::pupils));
        let guard = of_counts(all, all, origin.split, audience)
            .or_else(|| few_left_out(left_out, audience));
        Ok(Self(Arc::new(Inner { grid, rows, columns, hidden, guard })))
    }
}

/// A value as people say it: `Monday`, `Period 3`, `Corridor`.
fn name(table: &Table, column: &str, key: &Cell) -> String {
    match (column, key) {
        (_, Cell::Null) => match column {
            "location" => "Other places".to_owned(),
            _ => "Other".to_owned(),
        },
        ("weekday", Cell::Int(day)) => {
            let place = usize::try_from(day.saturating_sub(1)).unwrap_or_default();
            WEEKDAYS.get(place).map_or_else(|| day.to_string(), |&name| name.to_owned())
        }
        ("period", Cell::Text(code)) => {
            let periods = table.run.scope.calendar().periods();
            let known = periods.iter().find(|period| period.code == **code);
            known.map_or_else(|| code.to_string(), |period| period.title.clone())
        }
        _ => {
            let label = label(&table.origin.table, column, key);
            match label.parse::<i64>() {
                Ok(_) => format!("{} {label}", title(column).replace(" group", "")),
                Err(_) => label,
            }
        }
    }
}

const WEEKDAYS: [&str; 7] =
    ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];

/// Hides cells with few pupils, those beside which conditions on listed characteristics have left
/// few out, and what must hide with them.
fn hide(
    grid: &Grid,
    rest: Option<&Grid>,
    split: Sensitivity,
    audience: Audience,
) -> Result<Vec<Option<Missing>>, sheaf_analytics::AnalyticsError> {
    let width = grid.columns.len();
    let places = |row: usize| (0..width).map(move |column| (row, column));
    let own = |(row, column): (usize, usize)| {
        let cell = grid.cell(row, column).filter(|cell| cell.events > 0)?;
        of_counts(cell.pupils, cell.pupils, split, audience).or_else(|| {
            let (row, column) = (grid.rows.get(row)?, grid.columns.get(column)?);
            let left_out = rest?.pupils_at(&row.key, &column.key);
            few_left_out(left_out, audience)
        })
    };
    let hidden: Vec<Vec<Option<Missing>>> =
        (0..grid.rows.len()).map(|row| places(row).map(own).collect()).collect();
    let count =
        |place: (usize, usize)| grid.cell(place.0, place.1).map_or(0, |cell| cell.events as u64);
    let table = Cells {
        counts: (0..grid.rows.len()).map(|row| places(row).map(count).collect()).collect(),
        hidden: hidden.iter().map(|row| row.iter().map(Option::is_some).collect()).collect(),
    };
    let safe = protect_two_way(&table)?;
    let beside = || Missing::hidden(BESIDE);
    let cells = hidden.into_iter().flatten().zip(safe.cells.iter().flatten());
    Ok(cells.map(|(own, safe)| own.or_else(|| Shown::is_suppressed(safe).then(beside))).collect())
}

impl GridValue {
    fn field(&self, name: &str) -> Answer<Dynamic> {
        let grid = &self.0.grid;
        match name {
            "events" => Ok(match self.guard() {
                Some(missing) => Dynamic::from(missing),
                None => Dynamic::from(grid.events() as INT),
            }),
            // Of whom these are is not known; that a place was not written down names nobody.
            "left_out" => Ok(Dynamic::from(grid.left_out as INT)),
            _ => Err(unknown("a grid has no", name, ["events", "left_out"])),
        }
    }

    /// Why nothing of all cells together may be told, if so.
    pub fn guard(&self) -> Option<Missing> {
        self.0.guard.clone()
    }

    /// Why a cell is hidden, if it is.
    pub fn hidden(&self, row: usize, column: usize) -> Option<Missing> {
        self.0.hidden.get(row * self.0.columns.len() + column).cloned().flatten()
    }

    /// A cell as people say it: `Tuesday, Period 5`.
    pub fn label(&self, row: usize, column: usize) -> String {
        let name = |names: &[String], at: usize| names.get(at).cloned().unwrap_or_default();
        format!("{}, {}", name(&self.0.rows, row), name(&self.0.columns, column))
    }

    /// The cells of a heat chart; `mark` draws the one of a row and a column at a place.
    pub fn heat(&self, colours: &str, mark: impl Fn(usize, usize) -> Mark) -> HeatCells {
        const LONG: usize = 12;
        let inner = &self.0;
        // A period with a long name goes by its code.
        let short = |(name, line): (&String, &GridLine)| match &line.key {
            Cell::Text(code) if name.len() > LONG && code.len() <= LONG => code.to_string(),
            _ => name.clone(),
        };
        let width = inner.columns.len();
        let row = |row: usize| (0..width).map(|column| mark(row, column)).collect();
        HeatCells {
            rows: inner.rows.clone(),
            columns: inner.columns.iter().zip(&inner.grid.columns).map(short).collect(),
            marks: (0..inner.rows.len()).map(row).collect(),
            colours: colours.to_owned(),
        }
    }
}

impl Spots {
    fn new(grid: &GridValue) -> Self {
        let inner = &grid.0.grid;
        let width = inner.columns.len();
        let count = |row, column| inner.cell(row, column).map_or(0.0, |cell| cell.events as f64);
        let rows: Vec<Vec<f64>> = (0..inner.rows.len())
            .map(|row| (0..width).map(|column| count(row, column)).collect())
            .collect();
        let blocks: Vec<u32> = inner.columns.iter().map(|line| line.block).collect();
        let found = match grid.guard() {
            Some(missing) => Err(missing),
            None => surprise(&rows, &blocks).map_err(|why| Missing::of_refusal(&why)),
        };
        Self { grid: grid.clone(), found: Arc::new(found) }
    }

    fn cells(&self) -> &[Vec<SurpriseCell>] {
        self.found.as_ref().as_ref().map(Vec::as_slice).unwrap_or_default()
    }

    /// The cells that may be shown, by place.
    fn shown(&self) -> Vec<(SurpriseCell, Spot)> {
        let mut shown = Vec::new();
        for (row, cells) in self.cells().iter().enumerate() {
            for (column, cell) in cells.iter().enumerate() {
                if self.grid.hidden(row, column).is_none() {
                    shown.push((*cell, Spot { spots: self.clone(), row, column }));
                }
            }
        }
        shown
    }

    fn field(&self, name: &str) -> Answer<Dynamic> {
        const MOST: usize = 5;
        let spots = |cells: Vec<(SurpriseCell, Spot)>| -> Array {
            cells.into_iter().map(|(_, spot)| Dynamic::from(spot)).collect()
        };
        Ok(match name {
            "ok" => self.found.is_ok().into(),
            "why" => match self.found.as_ref() {
                Ok(_) => String::new().into(),
                Err(missing) => missing.in_text().into(),
            },
            "marked" => spots(self.marked()).into(),
            "busiest" => {
                let mut cells = self.shown();
                cells.retain(|(cell, _)| cell.n > 0.0);
                cells.sort_by(|a, b| b.0.n.total_cmp(&a.0.n));
                cells.truncate(MOST);
                spots(cells).into()
            }
            "tested" => {
                let tested = self.shown().into_iter().filter(|(cell, _)| cell.p.is_some());
                Dynamic::from(tested.count() as INT)
            }
            "hidden" => {
                let all: usize = self.cells().iter().map(Vec::len).sum();
                Dynamic::from((all - self.shown().len()) as INT)
            }
            _ => return Err(unknown("spots have no", name, SPOTS)),
        })
    }

    fn marked(&self) -> Vec<(SurpriseCell, Spot)> {
        let mut cells = self.shown();
        cells.retain(|(cell, _)| cell.is_marked);
        cells.sort_by(|a, b| b.0.residual.total_cmp(&a.0.residual));
        cells
    }

    /// The rows of the table of cells: those that stand out and the busiest.
    pub fn table(&self) -> Vec<TableRow> {
        const MOST: usize = 12;
        let mut cells = self.shown();
        cells.retain(|(cell, _)| cell.expected > 0.0);
        cells.sort_by(|a, b| b.0.n.total_cmp(&a.0.n));
        let mut rank = 0;
        cells.retain(|(cell, _)| {
            rank += 1;
            cell.is_marked || rank <= MOST
        });
        let row = |(cell, spot): (SurpriseCell, Spot)| {
            let inside = spot.cell();
            let count = |count: usize| Some(count.into());
            let cells = vec![
                Some(spot.label().into()),
                Some(crate::column::number(cell.n)),
                Some(crate::column::number(cell.expected.round())),
                Some(crate::column::number((cell.n / cell.expected * 100.0).round() / 100.0)),
                count(inside.map_or(0, |cell| cell.pupils)),
                count(inside.map_or(0, |cell| cell.reporters)),
                Some(if cell.is_marked { "yes" } else { "" }.into()),
            ];
            (cells, crate::ids::shown(self.grid.0.grid.ids(spot.row, spot.column)))
        };
        cells.into_iter().map(row).collect()
    }

    /// The cells of a heat chart, coloured by how far they are from what was to be expected.
    pub fn heat(&self) -> HeatCells {
        /// At so many times what is expected, or one in so many, the colour is full.
        const FULL: f64 = 2.5;
        self.grid.heat(COLOURS, |row, column| {
            let x = column as f64;
            if self.grid.hidden(row, column).is_some() {
                return Mark::suppressed(x);
            }
            let cell = self.cells().get(row).and_then(|cells| cells.get(column));
            let Some(cell) = cell.filter(|cell| cell.expected > 0.0 || cell.n > 0.0) else {
                return Mark::no_data(x);
            };
            let shade = match cell.ratio.is_finite() {
                true => (cell.ratio.ln() / FULL.ln()).clamp(-1.0, 1.0),
                false => 0.0,
            };
            let ids = crate::ids::shown(self.grid.0.grid.ids(row, column));
            let heat = Some(Heat { shade, is_marked: cell.is_marked });
            Mark { heat, ..Mark::shown(x, cell.n) }.behind(ids.len() as u32, ids)
        })
    }
}

/// What the colours of a heat chart of spots say.
const COLOURS: &str = "Numbers are counts. Orange: more than expected, blue: less, drawn towards \
                       none where few are; outlined: more than chance would do";

const SPOTS: [&str; 6] = ["ok", "why", "marked", "busiest", "tested", "hidden"];
const SPOT: [&str; 9] =
    ["label", "row", "column", "n", "expected", "pupils", "staff", "share", "estimate"];

impl Spot {
    fn cell(&self) -> Option<&sheaf_analytics::GridCell> {
        self.spots.grid.0.grid.cell(self.row, self.column)
    }

    fn label(&self) -> String {
        self.spots.grid.label(self.row, self.column)
    }

    fn surprise(&self) -> Option<&SurpriseCell> {
        self.spots.cells().get(self.row)?.get(self.column)
    }

    fn field(&self, name: &str) -> Answer<Dynamic> {
        let inner = &self.spots.grid.0;
        let count = |count: usize| Dynamic::from(count as INT);
        let cell = self.cell();
        let name_at = |names: &[String], at: usize| names.get(at).cloned().unwrap_or_default();
        Ok(match name {
            "label" => self.label().into(),
            "row" => name_at(&inner.rows, self.row).into(),
            "column" => name_at(&inner.columns, self.column).into(),
            "n" => count(cell.map_or(0, |cell| cell.events)),
            "pupils" => count(cell.map_or(0, |cell| cell.pupils)),
            "staff" => count(cell.map_or(0, |cell| cell.reporters)),
            "expected" => {
                let expected = self.surprise().map_or(0.0, |cell| cell.expected);
                Dynamic::from(expected.round() as INT)
            }
            "share" => {
                let (n, all) = (cell.map_or(0, |cell| cell.events), inner.grid.events());
                let share = n as f64 / all.max(1) as f64;
                sheaf_charts::percent(share).into()
            }
            "estimate" => Dynamic::from(self.estimate()),
            _ => return Err(unknown("a spot has no", name, SPOT)),
        })
    }

    /// Seen over expected, with an interval over pupils: what each of them does here beside what
    /// they do in all. The p-value is that of the adjusted residual.
    fn estimate(&self) -> Estimate {
        let Some(cell) = self.surprise().copied().filter(|cell| cell.expected > 0.0) else {
            return Estimate::missing(Missing::refused("nothing is expected here"));
        };
        let shares = self.spots.grid.0.grid.pupil_shares(self.row, self.column);
        let all: f64 = shares.in_all.iter().sum();
        let expected: Vec<f64> =
            shares.in_all.iter().map(|own| cell.expected * own / all.max(1.0)).collect();
        let found = clustered_rate(&shares.here, &expected, &shares.pupil, DEFAULT_LEVEL);
        Estimate::of(found.map(|mut estimate| {
            // An incident of two pupils is one: the value is that of the chart.
            let value = cell.n / cell.expected;
            let scale = value / estimate.value;
            estimate.value = value;
            estimate.lower = estimate.lower.map(|end| end * scale);
            estimate.upper = estimate.upper.map(|end| end * scale);
            estimate.scale = Scale::Ratio;
            estimate.method = "seen over expected from the margins, interval over pupils, p of \
                               the adjusted residual";
            estimate.events = cell.n as u64;
            estimate.p = cell.p;
            estimate.p_adjusted = cell.p_adjusted;
            estimate
        }))
    }
}
