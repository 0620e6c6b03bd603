//! Every pair of words and ground that views use can be read in both themes.

use eframe::egui::Color32;

use super::ThemeName;

fn luminance(color: Color32) -> f64 {
    let part = |value: u8| {
        let share = f64::from(value) / 255.0;
        if share <= 0.04045 { share / 12.92 } else { ((share + 0.055) / 1.055).powf(2.4) }
    };
    0.2126 * part(color.r()) + 0.7152 * part(color.g()) + 0.0722 * part(color.b())
}

/// Contrast as WCAG 2.2 defines it.
fn contrast(one: Color32, other: Color32) -> f64 {
    let (one, other) = (luminance(one), luminance(other));
    (one.max(other) + 0.05) / (one.min(other) + 0.05)
}

#[test]
fn contrast_of_black_on_white_is_21() {
    assert!((contrast(Color32::BLACK, Color32::WHITE) - 21.0).abs() < 1e-9);
}

#[test]
fn words_reach_4_5_to_1_on_every_ground_that_they_stand_on() {
    for theme in [ThemeName::Light, ThemeName::Dark] {
        let t = theme.tokens();
        let grounds = [
            ("ground", t.ground),
            ("side", t.side),
            ("raised", t.raised),
            ("sunken", t.sunken),
            ("hover", t.hover),
            ("arrived", t.arrived),
        ];
        for (name, ground) in grounds {
            for (word, ink) in [("text", t.text), ("soft", t.soft), ("faint", t.faint)] {
                let ratio = contrast(ink, ground);
                assert!(ratio >= 4.5, "{theme:?}: {word} on {name} is {ratio:.2}");
            }
        }
        for level in 1..=5 {
            let (fill, ink) = t.of_severity(level);
            let ratio = contrast(ink, fill);
            assert!(ratio >= 4.5, "{theme:?}: on severity {level} is {ratio:.2}");
        }
        let pairs = [
            ("accent on ground", t.accent, t.ground),
            ("accent on side", t.accent, t.side),
            ("accent on raised", t.accent, t.raised),
            ("accent on its wash", t.accent, t.accent_wash),
            ("text on accent wash", t.text, t.accent_wash),
            ("soft on accent wash", t.soft, t.accent_wash),
            ("on accent", t.on_accent, t.accent),
            ("good", t.good.ink, t.good.wash),
            ("info", t.info.ink, t.info.wash),
            ("watch", t.watch.ink, t.watch.wash),
            ("act", t.act.ink, t.act.wash),
            ("none", t.none.ink, t.none.wash),
            ("act on raised", t.act.ink, t.raised),
            ("watch on side", t.watch.ink, t.side),
            ("good on side", t.good.ink, t.side),
        ];
        for (name, ink, ground) in pairs {
            let ratio = contrast(ink, ground);
            assert!(ratio >= 4.5, "{theme:?}: {name} is {ratio:.2}");
        }
    }
}

#[test]
fn marks_and_outlines_can_be_seen() {
    for theme in [ThemeName::Light, ThemeName::Dark] {
        let t = theme.tokens();
        assert!(contrast(t.accent, t.ground) >= 3.0, "the ring of focus");
        let strongest = t.severity.last().copied().unwrap();
        assert!(contrast(strongest, t.ground) >= 3.0, "the strongest severity");
        for pair in t.severity.windows(2) {
            let (weaker, stronger) = (contrast(pair[0], t.ground), contrast(pair[1], t.ground));
            assert!(stronger > weaker, "{theme:?}: severity grows stronger");
        }
    }
}
