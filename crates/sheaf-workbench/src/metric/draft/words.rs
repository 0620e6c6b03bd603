//! The words that a script can go on with: they hang below the caret while one is typed.

use eframe::egui::text::{CCursor, CCursorRange};
use eframe::egui::text_edit::{TextEditOutput, TextEditState};
use eframe::egui::{
    Area, EventFilter, FontFamily, FontId, Frame, Id, Key, Label, LayerId, Margin, Modifiers,
    Order, Response, Role, Sense, SurrenderFocusOn, Ui, Vec2, WidgetInfo,
};
use sheaf_school::{MetricVocabulary, MetricWord};

use super::state::WordsInSight;
use crate::rank::rank;
use crate::theme::{RADIUS, text, tokens_of};
use crate::widgets::keys;

/// More would not be read.
const MOST: usize = 8;
const WIDTH: f32 = 560.0;
const ROW: f32 = 24.0;
const FONT: FontId = FontId::new(12.5, FontFamily::Monospace);

/// What became of the words.
pub struct Shown {
    /// Whether one was put into the text.
    pub is_taken: bool,
    /// What is being typed that others are shown for.
    pub typed: Option<String>,
}

/// The words beside one field.
pub struct Words<'a> {
    id: Id,
    vocabulary: &'a MetricVocabulary,
    /// What was in sight in the frame before.
    before: &'a WordsInSight,
    /// Which of the words is chosen; kept between frames.
    chosen: usize,
    /// By how many words the arrows went on.
    moved: isize,
    is_accepted: bool,
    /// When fields let go of the keys, which is put back once the field is drawn.
    lets_go: SurrenderFocusOn,
}

impl<'a> Words<'a> {
    /// Takes the keys that are for the words, before the field sees them: the arrows choose one,
    /// Tab takes it. Enter begins a new line, as always.
    pub fn new(
        ui: &Ui,
        id: Id,
        vocabulary: &'a MetricVocabulary,
        before: &'a WordsInSight,
    ) -> Self {
        let chosen = ui.data(|data| data.get_temp(id.with("chosen"))).unwrap_or_default();
        let lets_go = ui.options(|options| options.input_options.surrender_focus_on);
        let (moved, is_accepted) = (0, false);
        let mut words = Self { id, vocabulary, before, chosen, moved, is_accepted, lets_go };
        if words.were_shown() && words.is_pointed_at(ui) {
            // The field would let go of the keys, and the words be gone, before the click is done.
            set_lets_go(ui, SurrenderFocusOn::Never);
        }
        if words.were_shown() && ui.memory(|memory| memory.has_focus(id)) {
            let take = |key| keys::take(ui, Modifiers::NONE, key);
            words.moved = isize::from(take(Key::ArrowDown)) - isize::from(take(Key::ArrowUp));
            words.is_accepted = take(Key::Tab);
        }
        words
    }

    /// Whether words were shown, so that keys are for them.
    fn were_shown(&self) -> bool {
        self.before.shown().is_some()
    }

    fn is_pointed_at(&self, ui: &Ui) -> bool {
        let at = ui.ctx().pointer_interact_pos();
        let layer = at.and_then(|at| ui.ctx().layer_id_at(at));
        layer == Some(LayerId::new(Order::Tooltip, self.id.with("list")))
    }

    /// What the field may do with keys: while words are shown Tab and Escape do not leave it.
    pub fn filter(&self, usual: EventFilter) -> EventFilter {
        let is_open = self.were_shown();
        EventFilter { tab: usual.tab || is_open, escape: usual.escape || is_open, ..usual }
    }

    /// Shows what fits where the caret is, and puts what was taken into the text.
    pub fn show(mut self, ui: &Ui, field: &TextEditOutput, written: &mut String) -> Shown {
        set_lets_go(ui, self.lets_go);
        let caret = field.cursor_range.map(|range| range.primary);
        let is_here = field.response.response.has_focus();
        let before = caret
            .filter(|_| is_here)
            .map(|caret| written.chars().take(caret.index.0).collect::<String>());
        let (word, found) = self.fitting(before.as_deref().unwrap_or_default());
        if self.before.shown() != Some(word.as_str()) {
            self.chosen = 0;
        }
        let is_open = !found.is_empty() && self.before.sent_away() != Some(word.as_str());
        let mut taken = None;
        if let (true, Some(caret)) = (is_open, caret) {
            let chosen = self.chosen.cast_signed() + self.moved;
            self.chosen = chosen.rem_euclid(found.len().cast_signed()).cast_unsigned();
            let clicked = if self.is_accepted { None } else { self.list(ui, field, caret, &found) };
            let place = clicked.or(self.is_accepted.then_some(self.chosen));
            taken = place.and_then(|place| found.get(place)).map(|word| word.insert.clone());
            if let Some(insert) = &taken {
                let from = caret.index.0 - word.chars().count();
                let end = put(written, from..caret.index.0, insert);
                let mut state = TextEditState::load(ui.ctx(), self.id).unwrap_or_default();
                state.cursor.set_char_range(Some(CCursorRange::one(end)));
                state.store(ui.ctx(), self.id);
                field.response.response.request_focus();
            }
        }
        ui.data_mut(|data| data.insert_temp(self.id.with("chosen"), self.chosen));
        let typed = (is_open && taken.is_none()).then_some(word);
        Shown { is_taken: taken.is_some(), typed }
    }

    /// The word that is being typed, and the best of those that it may become.
    fn fitting(&self, before: &str) -> (String, Vec<MetricWord>) {
        let (word, found) = self.vocabulary.after(before);
        // A word that is whole needs no help.
        if found.iter().any(|one| one.insert.trim_end_matches('(') == word) {
            return (word.to_owned(), Vec::new());
        }
        let order = rank(word, found.iter().map(|one| one.insert.as_str()));
        let best = order.into_iter().take(MOST).filter_map(|place| found.get(place).cloned());
        (word.to_owned(), best.collect())
    }

    /// The words below the caret; gives the one that was clicked.
    fn list(
        &self,
        ui: &Ui,
        field: &TextEditOutput,
        caret: CCursor,
        found: &[MetricWord],
    ) -> Option<usize> {
        let at = field.galley.pos_from_cursor(caret).left_bottom() + field.galley_pos.to_vec2();
        let area = Area::new(self.id.with("list"))
            .order(Order::Tooltip)
            .fixed_pos(at + Vec2::new(-8.0, 4.0))
            .constrain(true)
            .accessible_name("Words that fit");
        let frame = Frame::popup(ui.style()).inner_margin(Margin::same(4)).corner_radius(8);
        let shown = area.show(ui.ctx(), |ui| {
            frame.show(ui, |ui| {
                ui.set_width(WIDTH);
                ui.spacing_mut().item_spacing.y = 1.0;
                let rows = found.iter().enumerate();
                let clicked = rows
                    .filter(|(place, word)| row(ui, word, *place == self.chosen).clicked())
                    .map(|(place, _)| place)
                    .last();
                if let Some(word) = found.get(self.chosen) {
                    let meaning = text::small(ui, first_sentences(&word.meaning));
                    let beside = Margin { left: 8, right: 8, top: 4, bottom: 4 };
                    let frame = Frame::new().inner_margin(beside);
                    frame.show(ui, |ui| ui.add(Label::new(meaning).wrap()));
                }
                clicked
            })
        });
        shown.inner.inner
    }
}

fn set_lets_go(ui: &Ui, when: SurrenderFocusOn) {
    ui.ctx().options_mut(|options| options.input_options.surrender_focus_on = when);
}

/// One word; the pointer may take it, the keys stay in the field.
fn row(ui: &mut Ui, word: &MetricWord, is_chosen: bool) -> Response {
    let tokens = tokens_of(ui);
    let size = Vec2::new(ui.available_width(), ROW);
    let (rect, response) = ui.allocate_exact_size(size, Sense::CLICK);
    let spoken = || WidgetInfo::selected(Role::ListBoxOption, true, is_chosen, &word.shown);
    response.widget_info(spoken);
    if is_chosen || response.hovered() {
        let fill = if is_chosen { tokens.accent_wash } else { tokens.hover };
        ui.painter().rect_filled(rect, f32::from(RADIUS), fill);
    }
    let color = if is_chosen { tokens.accent } else { tokens.text };
    let painter = ui.painter().with_clip_rect(rect.shrink2(Vec2::new(8.0, 0.0)));
    let galley = painter.layout_no_wrap(word.shown.clone(), FONT, color);
    let top = rect.center().y - galley.size().y / 2.0;
    painter.galley(eframe::egui::pos2(rect.left() + 8.0, top), galley, color);
    response
}

/// As much of what a word means as stands in a line or two.
fn first_sentences(meaning: &str) -> &str {
    const LONGEST: usize = 200;
    if meaning.len() <= LONGEST {
        return meaning;
    }
    match meaning.split_inclusive(". ").next() {
        Some(first) => first.trim_end(),
        None => meaning,
    }
}

/// Puts a word in the place of some letters; gives where it ends.
fn put(written: &mut String, letters: std::ops::Range<usize>, word: &str) -> CCursor {
    let (from, to) = (letters.start, letters.end);
    let place = |letter| written.char_indices().nth(letter).map_or(written.len(), |(at, _)| at);
    let bytes = place(from)..place(to);
    written.replace_range(bytes, word);
    CCursor::new(from + word.chars().count())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_takes_the_place_of_what_was_typed_of_it() {
        let mut written = "é = stats::u_c; x".to_owned();
        let end = put(&mut written, 11..14, "u_chart(");
        assert_eq!((written.as_str(), end), ("é = stats::u_chart(; x", CCursor::new(19)));
        let end = put(&mut written, 22..22, "yz");
        assert_eq!((written.as_str(), end), ("é = stats::u_chart(; xyz", CCursor::new(24)));
    }
}
