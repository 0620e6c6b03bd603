//! The tokens as an egui style.

use eframe::egui::style::{ScrollStyle, Selection, WidgetVisuals, Widgets};
use eframe::egui::{
    Color32, CornerRadius, Margin, Shadow, Stroke, Style, TextStyle, Visuals, vec2,
};

use super::fonts::Weight;
use super::text::Rank;
use super::tokens::Tokens;
use super::{RADIUS, ThemeName};

/// The style of one theme.
pub fn style(theme: ThemeName) -> Style {
    let tokens = theme.tokens();
    let mut style = Style { visuals: visuals(theme, tokens), ..Style::default() };
    style.text_styles = [
        (TextStyle::Heading, Rank::Title.font()),
        (TextStyle::Body, Rank::Body.font()),
        (TextStyle::Button, Weight::Medium.font(13.5)),
        (TextStyle::Small, Rank::Small.font()),
        (TextStyle::Monospace, eframe::egui::FontId::monospace(13.0)),
    ]
    .into();
    spacing(&mut style);
    style.interaction.selectable_labels = false;
    style.interaction.tooltip_delay = 0.35;
    style.animation_time = 0.12;
    style
}

fn spacing(style: &mut Style) {
    let spacing = &mut style.spacing;
    spacing.item_spacing = vec2(8.0, 6.0);
    spacing.button_padding = vec2(11.0, 6.0);
    spacing.interact_size = vec2(32.0, 30.0);
    spacing.menu_margin = Margin::same(6);
    spacing.window_margin = Margin::same(20);
    spacing.combo_width = 120.0;
    spacing.icon_width = 16.0;
    spacing.icon_width_inner = 9.0;
    spacing.icon_spacing = 8.0;
    spacing.slider_rail_height = 4.0;
    spacing.tooltip_width = 340.0;
    spacing.scroll = ScrollStyle {
        bar_width: 8.0,
        active_handle_opacity: 0.3,
        interact_handle_opacity: 0.55,
        ..ScrollStyle::floating()
    };
}

fn visuals(theme: ThemeName, tokens: &Tokens) -> Visuals {
    let base = match theme {
        ThemeName::Light => Visuals::light(),
        ThemeName::Dark => Visuals::dark(),
    };
    let mut visuals = Visuals {
        override_text_color: None,
        weak_text_color: Some(tokens.faint),
        widgets: widgets(tokens),
        selection: Selection {
            bg_fill: tokens.accent_wash,
            stroke: Stroke::new(1.5, tokens.accent),
        },
        hyperlink_color: tokens.accent,
        faint_bg_color: tokens.side,
        extreme_bg_color: tokens.sunken,
        text_edit_bg_color: Some(tokens.sunken),
        code_bg_color: tokens.sunken,
        warn_fg_color: tokens.watch.ink,
        error_fg_color: tokens.act.ink,
        window_corner_radius: CornerRadius::same(14),
        window_fill: tokens.raised,
        window_stroke: Stroke::new(1.0, tokens.line),
        menu_corner_radius: CornerRadius::same(10),
        panel_fill: tokens.ground,
        window_shadow: shadow(tokens, 18, 48),
        popup_shadow: shadow(tokens, 8, 24),
        slider_trailing_fill: true,
        ..base
    };
    visuals.text_cursor.stroke = Stroke::new(1.5, tokens.accent);
    visuals
}

fn shadow(tokens: &Tokens, drop: i8, blur: u8) -> Shadow {
    Shadow { offset: [0, drop], blur, spread: 0, color: tokens.shadow }
}

fn widgets(tokens: &Tokens) -> Widgets {
    let state = |fill: Color32, stroke: Stroke, text: Color32| WidgetVisuals {
        bg_fill: fill,
        weak_bg_fill: fill,
        bg_stroke: stroke,
        corner_radius: CornerRadius::same(RADIUS),
        fg_stroke: Stroke::new(1.5, text),
        expansion: 0.0,
    };
    let focus = Stroke::new(2.0, tokens.accent);
    let outline = Stroke::new(1.0, tokens.line_strong);
    Widgets {
        noninteractive: state(tokens.ground, Stroke::new(1.0, tokens.line), tokens.text),
        inactive: state(tokens.raised, outline, tokens.text),
        hovered: state(tokens.hover, outline, tokens.text),
        active: state(tokens.hover, focus, tokens.text),
        open: state(tokens.hover, outline, tokens.text),
    }
}
