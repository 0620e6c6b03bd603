//! How an incident stands on its row, and how it is said.

use eframe::egui::{Painter, Rect, Vec2, pos2, vec2};
use jiff::civil::Date;
use sheaf_school::desk::{IncidentColumn, IncidentRow, IncidentTable, Sense};

use crate::format;
use crate::theme::{Rank, Tokens, Tone};
use crate::widgets::grid::{Column, Rows, Sorted};
use crate::widgets::paint::{self, Run};

/// The columns with their widths; the narrower the window, the fewer there are.
pub fn columns(table: &IncidentTable) -> Vec<Column<'static>> {
    IncidentColumn::ALL
        .into_iter()
        .map(|column| {
            let (least, grow, goes) = room(column);
            Column { title: column.title(), least, grow, goes, sorted: sorted(table, column) }
        })
        .collect()
}

/// The least width, the share of what is left over, and who goes first.
const fn room(column: IncidentColumn) -> (f32, f32, u8) {
    match column {
        IncidentColumn::When => (154.0, 0.0, 0),
        IncidentColumn::Pupils => (160.0, 4.0, 0),
        IncidentColumn::Category => (152.0, 1.0, 0),
        IncidentColumn::Place => (104.0, 1.0, 2),
        IncidentColumn::Severity => (86.0, 0.0, 1),
        IncidentColumn::Action => (132.0, 1.5, 5),
        IncidentColumn::By => (118.0, 1.0, 4),
        IncidentColumn::Labels => (150.0, 1.0, 3),
    }
}

fn sorted(table: &IncidentTable, column: IncidentColumn) -> Sorted {
    let order = table.query.order;
    match order.sense {
        _ if order.column != column => Sorted::No,
        Sense::Rising => Sorted::Rising,
        Sense::Falling => Sorted::Falling,
    }
}

/// The rows of a table, to be drawn.
pub struct Cells<'a> {
    /// The table.
    pub table: &'a IncidentTable,
    /// Today.
    pub today: Option<Date>,
    /// The colours.
    pub tokens: &'a Tokens,
}

impl Rows for Cells<'_> {
    fn cell(&self, painter: &Painter, rect: Rect, row: usize, column: usize) {
        let (Some(row), Some(column)) = (self.table.row(row), IncidentColumn::ALL.get(column))
        else {
            return;
        };
        match column {
            IncidentColumn::When => self.when(painter, rect, row),
            IncidentColumn::Severity => {
                if let Some(level) = row.severity {
                    paint::severity(painter, rect.left_center(), level, self.tokens);
                }
            }
            IncidentColumn::Labels => self.labels(painter, rect, row),
            IncidentColumn::Pupils => self.words(painter, rect, &row.pupils, Rank::Strong),
            column => self.words(painter, rect, &row.words(*column), Rank::Body),
        }
    }

    fn spoken(&self, row: usize) -> String {
        let Some(row) = self.table.row(row) else { return String::new() };
        let at = row.at.map(|at| format::moment(at, self.today)).unwrap_or_default();
        let mut words = vec![at, row.pupils.clone()];
        words.push(row.words(IncidentColumn::Category));
        words.push(row.words(IncidentColumn::Place));
        words.extend(row.severity.map(|level| format!("severity {level} of 5")));
        words.push(row.words(IncidentColumn::Action));
        words.push(format!("written by {}", row.by));
        words.extend(row.labels());
        words.retain(|word| !word.is_empty());
        words.join("; ")
    }
}

impl Cells<'_> {
    fn words(&self, painter: &Painter, rect: Rect, words: &str, rank: Rank) {
        let color = if rank == Rank::Strong { self.tokens.text } else { self.tokens.soft };
        let galley = paint::line(painter, [Run::new(words, rank, color)], rect.width());
        paint::line_at(painter, rect.left(), rect.center().y, galley);
    }

    fn when(&self, painter: &Painter, rect: Rect, row: &IncidentRow) {
        let Some(at) = row.at else { return };
        let day = at.strftime("%-d %b %Y").to_string();
        let day = paint::line(painter, [Run::new(day, Rank::Body, self.tokens.text)], 96.0);
        paint::line_at(painter, rect.left(), rect.center().y, day);
        let clock = Run::new(format::clock(at), Rank::Small, self.tokens.faint);
        let clock = paint::line(painter, [clock], 40.0);
        paint::line_at(painter, rect.left() + 98.0, rect.center().y, clock);
    }

    fn labels(&self, painter: &Painter, rect: Rect, row: &IncidentRow) {
        let mut left = rect.left();
        for label in row.labels() {
            let tone = match label.as_str() {
                "Conflict" => self.tokens.watch,
                "Safeguarding" => self.tokens.act,
                _ => self.tokens.none,
            };
            left = pill(painter, left, rect, &label, tone) + 6.0;
            if left >= rect.right() {
                return;
            }
        }
    }
}

/// Paints a pill of words from a point on; gives where it ends.
fn pill(painter: &Painter, left: f32, cell: Rect, words: &str, tone: Tone) -> f32 {
    let room = (cell.right() - left - 16.0).max(0.0);
    let galley = paint::line(painter, [Run::new(words, Rank::Label, tone.ink)], room);
    let size = vec2(galley.size().x + 16.0, 21.0);
    let rect = Rect::from_min_size(pos2(left, cell.center().y - size.y / 2.0), size);
    painter.rect_filled(rect, 10.5, tone.wash);
    let at = rect.center() - Vec2::new(galley.size().x, 0.0) / 2.0;
    paint::line_at(painter, at.x, at.y, galley);
    rect.right()
}
