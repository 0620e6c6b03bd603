//! Between our layout and the tiling library, and how tabs look.

use eframe::egui::{
    Align2, Color32, Id, Rect, Response, Role, Sense, Stroke, Style, TextStyle, Ui, Visuals,
    WidgetInfo, WidgetText, vec2,
};
use egui_tiles::{
    Container, Linear, LinearDir, SimplificationOptions, TabState, Tabs, Tile, TileId, Tiles, Tree,
    UiResponse,
};

use super::layout::{Layout, Split, View};
use super::tree_id;
use crate::theme::{self, Rank, tokens_of};
use crate::widgets::{Icon, icon, paint};

/// Who draws the views.
pub trait Host {
    /// Draws one.
    fn draw(&mut self, ui: &mut Ui, view: View);
    /// What its tab says.
    fn title(&self, view: View) -> String;
}

/// Our layout as a tree of the library.
pub fn tree(layout: &Layout) -> Tree<View> {
    let known = if layout.is_known() { layout.clone() } else { Layout::default() };
    let mut tiles = Tiles::default();
    match insert(&mut tiles, &known.root) {
        Some(root) => Tree::new(tree_id(), root, tiles),
        None => Tree::empty(tree_id()),
    }
}

fn insert(tiles: &mut Tiles<View>, split: &Split) -> Option<TileId> {
    match split {
        Split::Tabs { views, front } => {
            let panes: Vec<TileId> = views.iter().map(|view| tiles.insert_pane(*view)).collect();
            let mut tabs = Tabs::new(panes.clone());
            tabs.set_active(*panes.get(*front).or_else(|| panes.first())?);
            Some(tiles.insert_container(tabs))
        }
        Split::Row(parts) => linear(tiles, LinearDir::Horizontal, parts),
        Split::Column(parts) => linear(tiles, LinearDir::Vertical, parts),
    }
}

fn linear(tiles: &mut Tiles<View>, dir: LinearDir, parts: &[(f32, Split)]) -> Option<TileId> {
    let placed: Vec<(f32, TileId)> =
        parts.iter().filter_map(|(share, part)| Some((*share, insert(tiles, part)?))).collect();
    let mut linear = Linear::new(dir, placed.iter().map(|(_, id)| *id).collect());
    for (share, id) in &placed {
        linear.shares.set_share(*id, *share);
    }
    (!placed.is_empty()).then(|| tiles.insert_container(linear))
}

/// A tree of the library as our layout.
pub fn layout(tree: &Tree<View>) -> Layout {
    let root = tree.root().and_then(|root| split(tree, root));
    root.map_or_else(Layout::default, Layout::of)
}

fn split(tree: &Tree<View>, id: TileId) -> Option<Split> {
    match tree.tiles.get(id)? {
        Tile::Pane(view) => Some(Split::Tabs { views: vec![*view], front: 0 }),
        Tile::Container(Container::Tabs(tabs)) => {
            let panes: Vec<(TileId, View)> = tabs
                .children
                .iter()
                .filter_map(|child| Some((*child, *tree.tiles.get_pane(child)?)))
                .collect();
            let front = panes.iter().position(|(child, _)| tabs.is_active(*child)).unwrap_or(0);
            Some(Split::Tabs { views: panes.into_iter().map(|(_, view)| view).collect(), front })
        }
        Tile::Container(Container::Linear(linear)) => {
            let parts = linear.children.iter();
            let parts =
                parts.filter_map(|child| Some((linear.shares[*child], split(tree, *child)?)));
            let parts = parts.collect();
            Some(match linear.dir {
                LinearDir::Horizontal => Split::Row(parts),
                LinearDir::Vertical => Split::Column(parts),
            })
        }
        Tile::Container(Container::Grid(grid)) => Some(Split::Row(
            grid.children().filter_map(|id| Some((1.0, split(tree, *id)?))).collect(),
        )),
    }
}

/// The library asks this how things look and what is in them.
pub struct Behavior<'a> {
    /// Who draws the views.
    pub host: &'a mut dyn Host,
}

impl Behavior<'_> {
    fn view(tiles: &Tiles<View>, tile: TileId) -> Option<View> {
        tiles.get_pane(&tile).copied()
    }
}

/// The start view and the metrics stay.
pub const fn is_closable(view: View) -> bool {
    !matches!(view, View::Today | View::Metrics)
}

impl egui_tiles::Behavior<View> for Behavior<'_> {
    fn pane_ui(&mut self, ui: &mut Ui, _tile: TileId, view: &mut View) -> UiResponse {
        let ground = tokens_of(ui).ground;
        ui.painter().rect_filled(ui.max_rect(), 0.0, ground);
        self.host.draw(ui, *view);
        UiResponse::None
    }

    fn tab_title_for_pane(&mut self, view: &View) -> WidgetText {
        self.host.title(*view).into()
    }

    fn is_tab_closable(&self, tiles: &Tiles<View>, tile: TileId) -> bool {
        Self::view(tiles, tile).is_some_and(is_closable)
    }

    fn tab_ui(
        &mut self,
        tiles: &mut Tiles<View>,
        ui: &mut Ui,
        id: Id,
        tile: TileId,
        state: &TabState,
    ) -> Response {
        let words = self.tab_title_for_tile(tiles, tile).text().to_owned();
        let response = tab(ui, id, &words, state);
        if state.closable && close_button(ui, &response, &words) && self.on_tab_close(tiles, tile) {
            tiles.remove(tile);
        }
        response
    }

    fn tab_bar_height(&self, _style: &Style) -> f32 {
        42.0
    }

    fn tab_bar_color(&self, visuals: &Visuals) -> Color32 {
        theme::of(visuals).tokens().side
    }

    fn tab_bar_hline_stroke(&self, visuals: &Visuals) -> Stroke {
        Stroke::new(1.0, theme::of(visuals).tokens().line)
    }

    fn gap_width(&self, _style: &Style) -> f32 {
        1.0
    }

    fn min_size(&self) -> f32 {
        280.0
    }

    fn simplification_options(&self) -> SimplificationOptions {
        SimplificationOptions { all_panes_must_have_tabs: true, ..Default::default() }
    }
}

const CLOSE: f32 = 26.0;

/// A tab: words, and a line under the one in front.
fn tab(ui: &mut Ui, id: Id, words: &str, state: &TabState) -> Response {
    let tokens = tokens_of(ui);
    let color = if state.active { tokens.text } else { tokens.soft };
    let font = if state.active { Rank::Strong.font() } else { TextStyle::Body.resolve(ui.style()) };
    let galley = ui.painter().layout_no_wrap(words.to_owned(), font, color);
    let close = if state.closable { CLOSE } else { 0.0 };
    let size = vec2(galley.size().x + 36.0 + close, ui.available_height());
    let (_, rect) = ui.allocate_space(size);
    let response = ui.interact(rect, id, Sense::click_and_drag());
    response.widget_info(|| WidgetInfo::selected(Role::Tab, true, state.active, words));
    let painter = ui.painter();
    if !state.active && response.hovered() {
        painter.rect_filled(rect.shrink2(vec2(4.0, 6.0)), 8.0, tokens.hover);
    }
    if state.active {
        painter.rect_filled(rect, 0.0, tokens.ground);
        let line = Rect::from_min_max(
            rect.left_bottom() - vec2(-14.0, 2.5),
            rect.right_bottom() - vec2(14.0, 0.0),
        );
        painter.rect_filled(line, 1.0, tokens.accent);
    }
    let inner = rect.shrink2(vec2(18.0, 0.0));
    let at = Align2::LEFT_CENTER.align_size_within_rect(galley.size(), inner).min;
    painter.galley(at, galley, color);
    paint::focus_ring(ui, &response, 4);
    response
}

fn close_button(ui: &Ui, tab: &Response, words: &str) -> bool {
    let tokens = tokens_of(ui);
    let center = tab.rect.right_center() - vec2(22.0, 0.0);
    let rect = icon::square(center.x, center.y, 20.0);
    let response = ui.interact(rect, tab.id.with("close"), Sense::click());
    response.widget_info(|| WidgetInfo::labeled(Role::Button, true, format!("Close {words}")));
    if response.hovered() {
        ui.painter().rect_filled(rect, 5.0, tokens.line);
    }
    Icon::Cross.paint(ui.painter(), icon::square(center.x, center.y, 11.0), tokens.faint);
    paint::focus_ring(ui, &response, 4);
    response.clicked()
}
