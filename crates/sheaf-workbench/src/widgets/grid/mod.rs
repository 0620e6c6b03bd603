//! A grid of any number of rows of one height: only the rows in sight are drawn. It has one place
//! in the order of Tab; in it the arrow keys walk, and the row that has the keys is told to those
//! who hear it.

mod columns;
mod cursor;
mod keys;

use eframe::egui::accesskit::SortDirection;
use eframe::egui::style::ScrollAnimation;
use eframe::egui::{
    EventFilter, Id, Painter, Rangef, Rect, Response, Role, ScrollArea, Sense, Shape, Stroke,
    StrokeKind, Ui, WidgetInfo, pos2, vec2,
};

pub use columns::{Column, Sorted, fit};
pub use cursor::{Cursor, Extends, Walk};

use super::paint::{self, Run};
use crate::theme::{RADIUS, Rank, tokens_of};

/// The height of a row.
pub const ROW: f32 = 34.0;

/// The height of the heads.
const HEAD: f32 = 30.0;

/// The room at both sides of a cell.
const PAD: f32 = 10.0;

/// What a grid shows.
#[derive(Clone, Copy, Debug)]
pub struct Grid<'a> {
    /// Its name, for those who hear it and to keep its place.
    pub name: &'a str,
    /// Its columns.
    pub columns: &'a [Column<'a>],
    /// How many rows there are.
    pub rows: usize,
    /// Where the keys are.
    pub cursor: Cursor,
    /// Whether the keys are to come to the grid now.
    pub takes_focus: bool,
}

/// Draws the cells of rows and says them.
pub trait Rows {
    /// One cell; the rectangle leaves its padding out.
    fn cell(&self, painter: &Painter, rect: Rect, row: usize, column: usize);

    /// The whole row in words.
    fn spoken(&self, row: usize) -> String;
}

/// What a user did with a grid.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Event {
    /// Sort by this column.
    Sort(usize),
    /// Go to a row.
    Walk(Walk),
    /// Open a row.
    Open(usize),
    /// Choose every row.
    ChooseAll,
    /// Copy what is chosen.
    Copy,
    /// The row that has the keys is in sight now, and the keys are here.
    Settled,
}

impl Grid<'_> {
    /// Draws it into all the room that there is.
    pub fn show(self, ui: &mut Ui, rows: &dyn Rows) -> Vec<Event> {
        let mut events = Vec::new();
        let places = fit(self.columns, ui.available_width());
        ui.spacing_mut().item_spacing.y = 0.0;
        self.heads(ui, &places, &mut events);
        let room = ui.available_rect_before_wrap();
        let id = ui.scope_id().with(self.name);
        let body = ui.interact(room, id, Sense::focusable_noninteractive());
        if self.takes_focus {
            body.request_focus();
            events.push(Event::Settled);
        }
        body.widget_info(|| WidgetInfo::labeled(Role::Grid, true, self.name));
        ui.ctx().accesskit_node_builder(id, |node| {
            node.set_row_count(self.rows);
            node.set_column_count(self.columns.len());
        });
        let scroll = ScrollArea::vertical().id_salt(id).auto_shrink(false);
        scroll.show_viewport(ui, |ui, viewport| {
            self.body(ui, viewport, &body, &places, rows, &mut events);
        });
        if body.has_focus() {
            let arrows = EventFilter {
                vertical_arrows: true,
                horizontal_arrows: true,
                ..EventFilter::default()
            };
            ui.memory_mut(|memory| memory.set_focus_lock_filter(id, arrows));
            let page = (room.height() / ROW).floor().max(2.0) as usize - 1;
            keys::pressed(ui, self, page, &mut events);
        }
        events
    }

    fn heads(self, ui: &mut Ui, places: &[(usize, Rangef)], events: &mut Vec<Event>) {
        let size = vec2(ui.available_width(), HEAD);
        let (rect, _) = ui.allocate_exact_size(size, Sense::hover());
        for (number, x) in places {
            let Some(column) = self.columns.get(*number) else { continue };
            let rect =
                Rect::from_x_y_ranges(rect.left() + x.min..=rect.left() + x.max, rect.y_range());
            let id = ui.scope_id().with((self.name, "head", *number));
            if head(ui, rect, id, column).clicked() {
                events.push(Event::Sort(*number));
            }
        }
        let line = Stroke::new(1.0, tokens_of(ui).line_strong);
        ui.painter().hline(rect.x_range(), rect.bottom() - 0.5, line);
    }

    fn body(
        self,
        ui: &mut Ui,
        viewport: Rect,
        body: &Response,
        places: &[(usize, Rangef)],
        rows: &dyn Rows,
        events: &mut Vec<Event>,
    ) {
        ui.set_height(ROW * self.rows as f32);
        let window = ui.clip_rect();
        let first = (viewport.top() / ROW).floor().max(0.0) as usize;
        let last = ((viewport.bottom() / ROW).ceil().max(0.0) as usize).min(self.rows);
        // Far down a list a distance from its top is too long for an f32 to be exact: a row is
        // placed by its distance from the first row in sight.
        let top = window.top() - (f64::from(viewport.top()) - first as f64 * f64::from(ROW)) as f32;
        for row in first..last {
            let below = (row - first) as f32 * ROW;
            let size = vec2(ui.max_rect().width(), ROW);
            let rect = Rect::from_min_size(pos2(ui.max_rect().left(), top.round() + below), size);
            self.row(ui, rect, row, body, places, rows, events);
        }
        let cursor = self.cursor;
        if let Some(at) = cursor.at.filter(|at| cursor.reveal && *at < self.rows) {
            let top = ui.max_rect().top() + at as f32 * ROW;
            let rect = Rect::from_min_size(pos2(ui.max_rect().left(), top), vec2(1.0, ROW));
            ui.scroll_to_rect_animation(rect, None, ScrollAnimation::none());
            events.push(Event::Settled);
        }
    }

    #[allow(clippy::too_many_arguments, reason = "one row with everything that it is drawn from")]
    fn row(
        self,
        ui: &mut Ui,
        rect: Rect,
        row: usize,
        body: &Response,
        places: &[(usize, Rangef)],
        rows: &dyn Rows,
        events: &mut Vec<Event>,
    ) {
        let id = body.id.with(("row", row));
        let response = ui.interact(rect, id, Sense::CLICK);
        let is_chosen = self.cursor.chosen().contains(&row);
        let has_keys = self.cursor.at == Some(row);
        let spoken = || WidgetInfo::selected(Role::Row, true, is_chosen, rows.spoken(row));
        response.widget_info(spoken);
        ui.ctx().accesskit_node_builder(id, |node| {
            node.set_row_index(row);
            node.set_row_index_text(format!("{} of {}", row + 1, self.rows));
            node.set_selected(is_chosen);
            node.clear_toggled();
        });
        if has_keys {
            let node = id.accesskit_id();
            ui.ctx().accesskit_node_builder(body.id, |body| body.set_active_descendant(node));
        }
        self.ground(ui, rect, &response, (is_chosen, has_keys && body.has_focus()));
        for (number, x) in places {
            let left = rect.left() + x.min + PAD;
            let right = rect.left() + x.max - PAD;
            let cell = Rect::from_x_y_ranges(left..=right.max(left), rect.y_range());
            let painter = ui.painter().with_clip_rect(cell.intersect(ui.clip_rect()));
            rows.cell(&painter, cell, row, *number);
        }
        if response.clicked() {
            let shift = ui.input(|input| input.modifiers.shift);
            let extends = if shift { Extends::Yes } else { Extends::No };
            body.request_focus();
            events.push(Event::Walk(Walk { to: row, extends }));
            if !shift {
                events.push(Event::Open(row));
            }
        }
    }

    fn ground(self, ui: &Ui, rect: Rect, row: &Response, (chosen, has_keys): (bool, bool)) {
        let tokens = tokens_of(ui);
        let painter = ui.painter();
        if chosen || row.hovered() {
            let fill = if chosen { tokens.accent_wash } else { tokens.hover };
            painter.rect_filled(rect, 0.0, fill);
        }
        let line = Stroke::new(1.0, tokens.line);
        painter.hline(rect.x_range(), rect.bottom() - 0.5, line);
        if has_keys {
            let ring = Stroke::new(2.0, tokens.accent);
            painter.rect_stroke(rect, f32::from(RADIUS) / 2.0, ring, StrokeKind::Inside);
        }
    }
}

fn head(ui: &Ui, rect: Rect, id: Id, column: &Column<'_>) -> Response {
    let is_fixed = column.sorted == Sorted::Never;
    let response = ui.interact(rect, id, if is_fixed { Sense::hover() } else { Sense::click() });
    let (spoken, sense) = match column.sorted {
        Sorted::No | Sorted::Never => ("not sorted", None),
        Sorted::Rising => ("sorted, least first", Some(SortDirection::Ascending)),
        Sorted::Falling => ("sorted, greatest first", Some(SortDirection::Descending)),
    };
    let name = match is_fixed {
        true => column.title.to_owned(),
        false => format!("Sort by {}", column.title.to_lowercase()),
    };
    response.widget_info(|| WidgetInfo::labeled(Role::ColumnHeader, true, &name));
    ui.ctx().accesskit_node_builder(id, |node| {
        node.set_description(spoken);
        if let Some(sense) = sense {
            node.set_sort_direction(sense);
        }
    });
    let tokens = tokens_of(ui);
    let painter = ui.painter().with_clip_rect(rect.intersect(ui.clip_rect()));
    let is_up = sense.is_some() || response.hovered() && !is_fixed;
    let color = if is_up { tokens.text } else { tokens.faint };
    let room = rect.width() - 2.0 * PAD - 12.0;
    let words = paint::line(&painter, [Run::new(column.title, Rank::Label, color)], room);
    let arrow = rect.left() + PAD + words.size().x + 9.0;
    paint::line_at(&painter, rect.left() + PAD, rect.center().y, words);
    if let Some(sense) = sense {
        let up = if sense == SortDirection::Ascending { -1.0 } else { 1.0 };
        let tip = |x: f32, y: f32| pos2(arrow + x, rect.center().y + y * up);
        let points = vec![tip(-3.5, -2.0), tip(3.5, -2.0), tip(0.0, 2.8)];
        painter.add(Shape::convex_polygon(points, color, Stroke::NONE));
    }
    if response.has_focus() {
        let ring = Stroke::new(2.0, tokens.accent);
        ui.painter().rect_stroke(rect.shrink(1.0), 6.0, ring, StrokeKind::Inside);
    }
    response
}
