//! A few choices side by side with one stop for the keys: arrows choose, Backspace takes back.

use eframe::egui::{
    EventFilter, Key, Modifiers, Rect, Role, Sense, Ui, Vec2, WidgetInfo, pos2, vec2,
};

use super::{keys, paint};
use crate::theme::{RADIUS, Weight, tokens_of};

const HEIGHT: f32 = 35.0;
const PADDING: f32 = 12.0;

/// A few choices of which one may be chosen.
#[derive(Clone, Copy, Debug)]
pub struct Segments<'a> {
    /// What they are called together.
    pub name: &'a str,
    /// The title of each.
    pub titles: &'a [&'a str],
    /// The chosen one, by its place.
    pub chosen: Option<usize>,
}

impl Segments<'_> {
    /// Draws them; gives what is chosen from now on, if that changes.
    pub fn show(self, ui: &mut Ui) -> Option<Option<usize>> {
        let tokens = tokens_of(ui);
        let font = Weight::Medium.font(13.0);
        let galleys: Vec<_> = self
            .titles
            .iter()
            .map(|title| {
                let color = eframe::egui::Color32::PLACEHOLDER;
                ui.painter().layout_no_wrap((*title).to_owned(), font.clone(), color)
            })
            .collect();
        let width: f32 = galleys.iter().map(|one| one.size().x + 2.0 * PADDING).sum();
        let (rect, response) = ui.allocate_exact_size(vec2(width, HEIGHT), Sense::click());
        response.widget_info(|| WidgetInfo::labeled(Role::RadioGroup, true, self.spoken()));
        ui.painter().rect_filled(rect, f32::from(RADIUS), tokens.sunken);
        let mut left = rect.left();
        let mut picked = None;
        for (place, galley) in galleys.into_iter().enumerate() {
            let size = Vec2::new(galley.size().x + 2.0 * PADDING, HEIGHT);
            let cell = Rect::from_min_size(pos2(left, rect.top()), size);
            left = cell.right();
            let is_chosen = self.chosen == Some(place);
            if is_chosen {
                let fill = tokens.accent_wash;
                ui.painter().rect_filled(cell.shrink(2.0), f32::from(RADIUS) - 2.0, fill);
            }
            let color = if is_chosen { tokens.accent } else { tokens.soft };
            ui.painter().galley(cell.center() - galley.size() / 2.0, galley, color);
            let pointer = response.interact_pointer_pos();
            if response.clicked() && pointer.is_some_and(|at| cell.contains(at)) {
                picked = Some(if is_chosen { None } else { Some(place) });
            }
        }
        paint::focus_ring(ui, &response, RADIUS);
        if response.has_focus() {
            let filter = EventFilter { horizontal_arrows: true, ..EventFilter::default() };
            ui.memory_mut(|memory| memory.set_focus_lock_filter(response.id, filter));
            picked = picked.or_else(|| self.keys(ui));
        }
        picked
    }

    fn keys(self, ui: &Ui) -> Option<Option<usize>> {
        let last = self.titles.len().checked_sub(1)?;
        if keys::take(ui, Modifiers::NONE, Key::ArrowRight) {
            return Some(Some(self.chosen.map_or(0, |place| (place + 1).min(last))));
        }
        if keys::take(ui, Modifiers::NONE, Key::ArrowLeft) {
            return Some(Some(self.chosen.map_or(last, |place| place.saturating_sub(1))));
        }
        keys::take(ui, Modifiers::NONE, Key::Backspace).then_some(None)
    }

    fn spoken(self) -> String {
        let chosen = self.chosen.and_then(|place| self.titles.get(place));
        let chosen = chosen.map_or("not said", |title| title);
        format!("{}: {chosen}; arrow keys choose", self.name)
    }
}
