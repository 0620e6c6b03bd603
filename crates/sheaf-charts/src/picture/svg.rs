//! SVG: text that a reader, a test and a screen reader can all take apart.

use plotters::backend::{DrawingBackend, SVGBackend};
use plotters::style::text_anchor::{HPos, Pos, VPos};
use plotters::style::{FontDesc, FontStyle, ShapeStyle};

use super::font::{FAMILY, Weight};
use super::scene::{Align, Drawing, Drawn, Group, Point};
use super::{ChartError, Size, compose};
use crate::spec::ChartSpec;
use crate::token::Theme;

/// Plotters places everything on whole units: four of them a pixel keep curves smooth.
const UNITS: f64 = 4.0;
/// Plotters divides the size of a text by this.
const PLOTTERS_EM: f64 = 1.24;

/// The chart as an SVG document.
///
/// Groups of class `layer` carry `data-name`, `data-shape`, `data-token` and `data-marks`;
/// [`marks_in_svg`](super::marks_in_svg) reads them back.
pub fn to_svg(spec: &ChartSpec, size: Size, theme: Theme) -> Result<String, ChartError> {
    let scene = compose::compose(spec, size)?;
    let (width, height) = (size.width(), size.height());
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" \
         viewBox=\"0 0 {} {}\" role=\"img\" aria-labelledby=\"title desc\">\n",
        f64::from(width) * UNITS,
        f64::from(height) * UNITS,
    );
    out.push_str(&format!("<title id=\"title\">{}</title>\n", escape(&spec.title)));
    out.push_str(&format!("<desc id=\"desc\">{}</desc>\n", escape(&spec.summary)));
    for group in &scene.groups {
        write_group(&mut out, group, (size, theme))?;
    }
    out.push_str("</svg>\n");
    Ok(out)
}

fn write_group(out: &mut String, group: &Group, on: (Size, Theme)) -> Result<(), ChartError> {
    out.push_str("<g");
    for (name, value) in &group.attributes {
        out.push_str(&format!(" {name}=\"{}\"", escape(value)));
    }
    out.push_str(">\n");
    if !group.tooltip.is_empty() {
        out.push_str(&format!("<title>{}</title>\n", escape(&group.tooltip)));
    }
    if !group.shapes.is_empty() {
        out.push_str(&shapes(&group.shapes, on)?);
    }
    for inner in &group.groups {
        write_group(out, inner, on)?;
    }
    out.push_str("</g>\n");
    Ok(())
}

/// The elements that plotters writes for some shapes, without its frame around them.
fn shapes(shapes: &[Drawn], (size, theme): (Size, Theme)) -> Result<String, ChartError> {
    let mut document = String::new();
    let whole = (size.width() * UNITS as u32, size.height() * UNITS as u32);
    let mut backend = SVGBackend::with_string(&mut document, whole);
    for shape in shapes {
        draw(&mut backend, shape, theme)?;
    }
    backend.present().map_err(|error| ChartError::Drawing(error.to_string()))?;
    drop(backend);
    let inner = document.split_once('\n').map_or("", |(_, rest)| rest);
    Ok(inner.strip_suffix("</svg>\n").unwrap_or(inner).to_owned())
}

fn units((x, y): Point) -> (i32, i32) {
    ((x * UNITS).round() as i32, (y * UNITS).round() as i32)
}

fn draw(backend: &mut SVGBackend<'_>, drawn: &Drawn, theme: Theme) -> Result<(), ChartError> {
    let colour = drawn.colour(theme);
    let drew = match &drawn.shape {
        Drawing::Path { points, width } => {
            let stroke = (width * UNITS).round().max(1.0) as u32;
            let style = ShapeStyle { color: colour, filled: false, stroke_width: stroke };
            backend.draw_path(points.iter().copied().map(units), &style)
        }
        Drawing::Area(points) => {
            let style = ShapeStyle { color: colour, filled: true, stroke_width: 0 };
            backend.fill_polygon(points.iter().copied().map(units), &style)
        }
        Drawing::Disc { centre, radius } => {
            let style = ShapeStyle { color: colour, filled: true, stroke_width: 0 };
            let radius = (radius * UNITS).round().max(1.0) as u32;
            backend.draw_circle(units(*centre), radius, &style, true)
        }
        Drawing::Text { at, text, size, weight, align } => {
            if text.is_empty() {
                return Ok(());
            }
            let font = match weight {
                Weight::Regular => FontStyle::Normal,
                Weight::Semibold => FontStyle::Bold,
            };
            let style = FontDesc::from((FAMILY, size * UNITS * PLOTTERS_EM, font))
                .color(&colour)
                .pos(Pos::new(h_pos(*align), VPos::Top));
            // Plotters hangs a text from its top; ours stand on their baseline.
            backend.draw_text(text, &style, units((at.0, at.1 - size * 0.76)))
        }
    };
    drew.map_err(|error| ChartError::Drawing(error.to_string()))
}

const fn h_pos(align: Align) -> HPos {
    match align {
        Align::Start => HPos::Left,
        Align::Middle => HPos::Center,
        Align::End => HPos::Right,
    }
}

/// Text as XML; what XML 1.0 does not allow at all is left out.
pub fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            '"' => out.push_str("&quot;"),
            '\t' | '\n' => out.push(' '),
            control if control.is_control() || matches!(control, '\u{fffe}' | '\u{ffff}') => {}
            other => out.push(other),
        }
    }
    out
}
