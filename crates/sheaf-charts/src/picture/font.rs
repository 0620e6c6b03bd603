//! The bundled font: how wide a text is, and the outlines of its letters.

use ab_glyph::{Font, FontRef, Glyph, PxScale, ScaleFont};

use crate::error::ChartError;

/// The family that an SVG asks for: ours first, then what a computer without it has.
pub const FAMILY: &str = "Open Sans, Segoe UI, Helvetica Neue, Arial, sans-serif";

const REGULAR: &[u8] = include_bytes!("../../fonts/OpenSans-Regular.ttf");
const SEMIBOLD: &[u8] = include_bytes!("../../fonts/OpenSans-Semibold.ttf");

/// How heavy the letters are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Weight {
    /// For labels.
    Regular,
    /// For titles.
    Semibold,
}

/// Both weights, read once a picture.
pub struct Fonts {
    regular: FontRef<'static>,
    semibold: FontRef<'static>,
}

impl Fonts {
    /// Reads the bundled font.
    pub fn bundled() -> Result<Self, ChartError> {
        let read = |bytes| {
            FontRef::try_from_slice(bytes).map_err(|error| ChartError::Drawing(error.to_string()))
        };
        Ok(Self { regular: read(REGULAR)?, semibold: read(SEMIBOLD)? })
    }

    /// The font of a weight.
    pub const fn get(&self, weight: Weight) -> &FontRef<'static> {
        match weight {
            Weight::Regular => &self.regular,
            Weight::Semibold => &self.semibold,
        }
    }

    /// How wide a text is, in the unit of its size in pixels an em.
    pub fn width(&self, text: &str, size: f64, weight: Weight) -> f64 {
        let (_, width) = self.place(text, size, weight);
        width
    }

    /// The letters of a text side by side from 0 on a baseline at 0, and the width of them all.
    pub fn place(&self, text: &str, size: f64, weight: Weight) -> (Vec<Glyph>, f64) {
        let font = self.get(weight);
        let scaled = font.as_scaled(scale(font, size));
        let mut glyphs: Vec<Glyph> = Vec::new();
        let mut pen = 0.0f32;
        for letter in text.chars() {
            let id = scaled.glyph_id(letter);
            if let Some(last) = glyphs.last() {
                pen += scaled.kern(last.id, id);
            }
            glyphs.push(id.with_scale_and_position(scaled.scale(), ab_glyph::point(pen, 0.0)));
            pen += scaled.h_advance(id);
        }
        (glyphs, f64::from(pen))
    }

    /// The text cut into lines no wider than `room`, at most `lines` of them; what does not fit
    /// ends in an ellipsis.
    pub fn wrap(&self, text: &str, size: f64, weight: Weight, fit: Fit) -> Vec<String> {
        let fits = |line: &str| self.width(line, size, weight) <= fit.room;
        let mut lines: Vec<String> = Vec::new();
        let mut line = String::new();
        for word in text.split_whitespace() {
            let longer = if line.is_empty() { word.to_owned() } else { format!("{line} {word}") };
            if line.is_empty() || fits(&longer) || lines.len() + 1 == fit.lines {
                line = longer;
            } else {
                lines.push(std::mem::replace(&mut line, word.to_owned()));
            }
        }
        if !line.is_empty() {
            lines.push(line);
        }
        lines.into_iter().map(|line| shorten(line, &fits)).collect()
    }
}

/// The room for a text.
#[derive(Clone, Copy, Debug)]
pub struct Fit {
    /// How wide a line may be.
    pub room: f64,
    /// How many lines there may be, at least 1.
    pub lines: usize,
}

fn shorten(line: String, fits: &impl Fn(&str) -> bool) -> String {
    if fits(&line) {
        return line;
    }
    let mut letters: Vec<char> = line.chars().collect();
    while letters.pop().is_some() {
        let shorter: String = letters.iter().collect::<String>().trim_end().to_owned() + "…";
        if fits(&shorter) {
            return shorter;
        }
    }
    "…".to_owned()
}

/// `ab_glyph` scales by the height of the font, everybody else by the em.
fn scale(font: &FontRef<'static>, size: f64) -> PxScale {
    let em = font.units_per_em().unwrap_or(2048.0);
    PxScale::from(size as f32 * font.height_unscaled() / em)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_digits_are_equally_wide() {
        let fonts = Fonts::bundled().unwrap();
        let widths: Vec<f64> = ('0'..='9')
            .map(|digit| fonts.width(&digit.to_string(), 12.0, Weight::Regular))
            .collect();
        assert!(widths.iter().all(|width| (width - widths[0]).abs() < 1e-6), "{widths:?}");
    }

    #[test]
    fn a_long_text_is_wrapped_and_then_cut() {
        let fonts = Fonts::bundled().unwrap();
        let fit = Fit { room: 120.0, lines: 2 };
        let text = "Days since the last referral to the reflection room of this school";
        let lines = fonts.wrap(text, 12.0, Weight::Regular, fit);
        assert_eq!(lines.len(), 2);
        assert!(lines[1].ends_with('…'));
        assert!(lines.iter().all(|line| fonts.width(line, 12.0, Weight::Regular) <= 120.0));
    }

    #[test]
    fn every_letter_of_the_interface_is_in_the_font() {
        let fonts = Fonts::bundled().unwrap();
        for letter in "…–—−·×≤≥éüñçøłşžāβαЖ№%£€".chars() {
            assert_ne!(fonts.get(Weight::Regular).glyph_id(letter).0, 0, "no glyph for {letter}");
        }
    }
}
