//! PNG at twice the size, drawn at four times and averaged down.

use ab_glyph::Font;
use plotters::backend::{BitMapBackend, DrawingBackend};
use plotters::style::{Color, RGBAColor, ShapeStyle};

use super::font::Fonts;
use super::scene::{Align, Drawing, Drawn, Group, Point};
use super::{ChartError, Size, compose};
use crate::spec::ChartSpec;
use crate::token::Theme;

/// Pixels of the file for a logical pixel.
const SCALE: usize = 2;
/// Drawn pixels for a pixel of the file, each way: edges come out smooth.
const SAMPLES: usize = 2;
const UNITS: f64 = (SCALE * SAMPLES) as f64;
/// Bytes of a pixel.
const RGB: usize = 3;

/// The chart as a PNG file of twice its logical size.
pub fn to_png(spec: &ChartSpec, size: Size, theme: Theme) -> Result<Vec<u8>, ChartError> {
    let scene = compose::compose(spec, size)?;
    let fonts = Fonts::bundled()?;
    let whole = (size.width() * UNITS as u32, size.height() * UNITS as u32);
    let mut pixels = vec![255u8; whole.0 as usize * whole.1 as usize * RGB];
    {
        let mut canvas = Canvas {
            backend: BitMapBackend::with_buffer(&mut pixels, whole),
            fonts: &fonts,
            whole,
            theme,
        };
        for group in &scene.groups {
            canvas.group(group).map_err(|error| ChartError::Drawing(error.to_string()))?;
        }
    }
    encode(&averaged(&pixels, whole.0 as usize), size)
}

type Drew = Result<(), Box<dyn std::error::Error + Send + Sync>>;

struct Canvas<'a> {
    backend: BitMapBackend<'a>,
    fonts: &'a Fonts,
    whole: (u32, u32),
    theme: Theme,
}

impl Canvas<'_> {
    fn group(&mut self, group: &Group) -> Drew {
        for drawn in &group.shapes {
            self.draw(drawn)?;
        }
        group.groups.iter().try_for_each(|inner| self.group(inner))
    }

    fn draw(&mut self, drawn: &Drawn) -> Drew {
        let colour = drawn.colour(self.theme);
        let filled = ShapeStyle { color: colour, filled: true, stroke_width: 0 };
        match &drawn.shape {
            Drawing::Path { points, width } => self.path(points, *width, filled)?,
            Drawing::Area(points) => {
                self.backend.fill_polygon(points.iter().copied().map(units), &filled)?;
            }
            Drawing::Disc { centre, radius } => {
                let radius = (radius * UNITS).round().max(1.0) as u32;
                self.backend.draw_circle(units(*centre), radius, &filled, true)?;
            }
            Drawing::Text { .. } => self.text(&drawn.shape, colour)?,
        }
        Ok(())
    }

    /// Each stroke by itself with a round joint: plotters' own outline of a line overlaps itself
    /// where steps are shorter than the line is thick.
    fn path(&mut self, points: &[Point], width: f64, style: ShapeStyle) -> Drew {
        let half = width * UNITS / 2.0;
        for (from, to) in points.iter().zip(points.iter().skip(1)) {
            let (from, to) = (scaled(*from), scaled(*to));
            let length = (to.0 - from.0).hypot(to.1 - from.1);
            if length < 0.5 {
                continue;
            }
            let (nx, ny) = ((from.1 - to.1) / length * half, (to.0 - from.0) / length * half);
            let corners = [
                (from.0 + nx, from.1 + ny),
                (to.0 + nx, to.1 + ny),
                (to.0 - nx, to.1 - ny),
                (from.0 - nx, from.1 - ny),
            ];
            self.backend.fill_polygon(corners.map(whole), &style)?;
        }
        let inner = points.len().saturating_sub(2);
        for joint in points.iter().skip(1).take(inner) {
            self.backend.draw_circle(units(*joint), half.round() as u32, &style, true)?;
        }
        Ok(())
    }

    fn text(&mut self, shape: &Drawing, colour: RGBAColor) -> Drew {
        let Drawing::Text { at, text, size, weight, align } = shape else { return Ok(()) };
        let (glyphs, width) = self.fonts.place(text, size * UNITS, *weight);
        let start = match align {
            Align::Start => 0.0,
            Align::Middle => -width / 2.0,
            Align::End => -width,
        };
        let (left, baseline) = (at.0 * UNITS + start, at.1 * UNITS);
        for mut glyph in glyphs {
            glyph.position.x += left as f32;
            glyph.position.y += baseline as f32;
            let Some(outline) = self.fonts.get(*weight).outline_glyph(glyph) else { continue };
            let corner = outline.px_bounds().min;
            let mut covered: Vec<(i32, i32, f32)> = Vec::new();
            outline.draw(|x, y, cover| {
                covered.push((corner.x as i32 + x as i32, corner.y as i32 + y as i32, cover));
            });
            for (x, y, cover) in covered {
                let inside = x >= 0 && y >= 0 && x < self.whole.0 as i32 && y < self.whole.1 as i32;
                if inside && cover > 0.0 {
                    let pixel = colour.mix(f64::from(cover.min(1.0)));
                    self.backend.draw_pixel((x, y), pixel.to_backend_color())?;
                }
            }
        }
        Ok(())
    }
}

fn scaled((x, y): Point) -> Point {
    (x * UNITS, y * UNITS)
}

fn whole((x, y): Point) -> (i32, i32) {
    (x.round() as i32, y.round() as i32)
}

fn units(point: Point) -> (i32, i32) {
    whole(scaled(point))
}

/// Each pixel of the file as the mean of the drawn ones.
fn averaged(pixels: &[u8], width: usize) -> Vec<u8> {
    let stride = width * RGB;
    let mut out = Vec::with_capacity(pixels.len() / (SAMPLES * SAMPLES));
    for rows in pixels.chunks_exact(stride * SAMPLES) {
        for column in (0..width).step_by(SAMPLES) {
            for channel in 0..RGB {
                let mut sum = 0u32;
                for row in 0..SAMPLES {
                    for step in 0..SAMPLES {
                        let place = row * stride + (column + step) * RGB + channel;
                        sum += u32::from(rows.get(place).copied().unwrap_or(255));
                    }
                }
                out.push((sum / (SAMPLES * SAMPLES) as u32) as u8);
            }
        }
    }
    out
}

fn encode(pixels: &[u8], size: Size) -> Result<Vec<u8>, ChartError> {
    let failed = |error: png::EncodingError| ChartError::Drawing(error.to_string());
    let mut file = Vec::new();
    let scale = SCALE as u32;
    let mut encoder = png::Encoder::new(&mut file, size.width() * scale, size.height() * scale);
    encoder.set_color(png::ColorType::Rgb);
    encoder.set_depth(png::BitDepth::Eight);
    let mut writer = encoder.write_header().map_err(failed)?;
    writer.write_image_data(pixels).map_err(failed)?;
    writer.finish().map_err(failed)?;
    Ok(file)
}
