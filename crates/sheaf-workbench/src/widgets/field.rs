//! A field for text with its label above and what is wrong with it below.

use eframe::egui::{FontSelection, Id, Margin, Response, TextEdit, Ui};

use crate::theme::{Rank, text, tokens_of};

/// How a field shows what is typed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Shows {
    /// As it is, on one line.
    #[default]
    Line,
    /// As dots.
    Dots,
    /// As it is, on several lines in letters of one width.
    Block,
}

/// A field for text.
#[derive(Clone, Copy, Debug)]
pub struct Field<'a> {
    /// Its name, for the eye and the ear, and to keep its place.
    pub label: &'a str,
    /// What it looks like, or what it is for.
    pub hint: &'a str,
    /// What is typed now.
    pub typed: &'a str,
    /// How it is shown.
    pub shows: Shows,
    /// What is wrong with it.
    pub error: Option<&'a str>,
}

/// What came of it.
#[derive(Debug)]
pub struct Typed {
    /// The field itself.
    pub response: Response,
    /// What is typed now, if it changed.
    pub text: Option<String>,
}

impl Field<'_> {
    /// Draws it as wide as there is room.
    pub fn show(self, ui: &mut Ui) -> Typed {
        let label = ui.label(text::label(ui, self.label));
        ui.add_space(-2.0);
        let mut typed = self.typed.to_owned();
        let edit = match self.shows {
            Shows::Block => TextEdit::multiline(&mut typed)
                .desired_rows(5)
                .font(FontSelection::Style(eframe::egui::TextStyle::Monospace)),
            Shows::Line | Shows::Dots => {
                let edit = TextEdit::singleline(&mut typed).font(Rank::Body.font());
                edit.password(self.shows == Shows::Dots)
            }
        };
        let edit = edit
            .id(Id::unique(("field", self.label)))
            .hint_text(self.hint)
            .margin(Margin::symmetric(10, 8))
            .desired_width(f32::INFINITY);
        let response = ui.add(edit).labelled_by(label.id);
        if let Some(error) = self.error {
            ui.add_space(-1.0);
            ui.label(text::small(ui, error).color(tokens_of(ui).act.ink));
        }
        let text = response.changed().then_some(typed);
        Typed { response, text }
    }
}
