//! The type scale: what each size and weight is for.

use eframe::egui::{Color32, FontId, RichText, Ui};

use super::fonts::Weight;
use super::tokens_of;

/// A rank of words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rank {
    /// The name of a pupil, the title of a view.
    Display,
    /// The title of a card or a dialog.
    Title,
    /// The head of a section, a name in a list.
    Strong,
    /// What is read.
    Body,
    /// What stands beside: times, captions, hints.
    Small,
    /// Small, and a little heavier: labels of fields, chips.
    Label,
}

impl Rank {
    /// Size in points and weight.
    pub const fn face(self) -> (f32, Weight) {
        match self {
            Self::Display => (25.0, Weight::SemiBold),
            Self::Title => (16.5, Weight::SemiBold),
            Self::Strong => (14.0, Weight::Medium),
            Self::Body => (14.0, Weight::Regular),
            Self::Small => (12.5, Weight::Regular),
            Self::Label => (12.0, Weight::Medium),
        }
    }

    /// The font of this rank.
    pub fn font(self) -> FontId {
        let (size, weight) = self.face();
        weight.font(size)
    }
}

fn ranked(text: impl Into<String>, rank: Rank, color: Color32) -> RichText {
    RichText::new(text).font(rank.font()).color(color)
}

/// The title of a view.
pub fn display(ui: &Ui, text: impl Into<String>) -> RichText {
    ranked(text, Rank::Display, tokens_of(ui).text)
}

/// The title of a card.
pub fn title(ui: &Ui, text: impl Into<String>) -> RichText {
    ranked(text, Rank::Title, tokens_of(ui).text)
}

/// The head of a section or a name.
pub fn strong(ui: &Ui, text: impl Into<String>) -> RichText {
    ranked(text, Rank::Strong, tokens_of(ui).text)
}

/// What is read.
pub fn body(ui: &Ui, text: impl Into<String>) -> RichText {
    ranked(text, Rank::Body, tokens_of(ui).text)
}

/// What is read, of second rank.
pub fn soft(ui: &Ui, text: impl Into<String>) -> RichText {
    ranked(text, Rank::Body, tokens_of(ui).soft)
}

/// Times, captions, hints.
pub fn small(ui: &Ui, text: impl Into<String>) -> RichText {
    ranked(text, Rank::Small, tokens_of(ui).faint)
}

/// The label of a field or a group.
pub fn label(ui: &Ui, text: impl Into<String>) -> RichText {
    ranked(text, Rank::Label, tokens_of(ui).soft)
}
