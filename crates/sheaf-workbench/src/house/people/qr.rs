//! A ticket or an address as a QR code: dark on white in every theme, since cameras expect it.

use eframe::egui::{Color32, Mesh, Rect, Role, Sense, Ui, Vec2, WidgetInfo, pos2, vec2};
use qrcodegen::{QrCode, QrCodeEcc};

/// White around the code, in modules, as ISO/IEC 18004 asks for.
const QUIET: i32 = 4;

/// The modules of a code, row by row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Modules {
    side: i32,
    dark: Vec<(i32, i32)>,
}

/// The code of a text, or none if it is too long for one.
///
/// In capitals, which tickets allow: letters and digits alone take a third less room.
pub fn modules(text: &str) -> Option<Modules> {
    let code = QrCode::encode_text(&text.to_ascii_uppercase(), QrCodeEcc::Medium).ok()?;
    let side = code.size();
    let places = (0..side).flat_map(|y| (0..side).map(move |x| (x, y)));
    Some(Modules { side, dark: places.filter(|(x, y)| code.get_module(*x, *y)).collect() })
}

/// Draws the code of what is called so into a square of this size.
pub fn show(ui: &mut Ui, modules: &Modules, called: &str, size: f32) {
    let (rect, response) = ui.allocate_exact_size(Vec2::splat(size), Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(Role::Image, true, called));
    ui.painter().rect_filled(rect, 10.0, Color32::WHITE);
    // Whole pixels: a camera reads edges.
    let pixels = ui.ctx().pixels_per_point();
    let count = (modules.side + 2 * QUIET) as f32;
    let module = (size * pixels / count).floor().max(1.0) / pixels;
    let origin = rect.center() - Vec2::splat(module * modules.side as f32 / 2.0);
    let origin = pos2((origin.x * pixels).round() / pixels, (origin.y * pixels).round() / pixels);
    let mut mesh = Mesh::default();
    for (x, y) in &modules.dark {
        let at = origin + vec2(*x as f32, *y as f32) * module;
        mesh.add_colored_rect(Rect::from_min_size(at, Vec2::splat(module)), Color32::BLACK);
    }
    ui.painter().add(mesh);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ticket_becomes_a_code_with_its_three_corners() {
        let ticket = format!("sheaf1{}", "mz2gk53q".repeat(42));
        let code = modules(&ticket).expect("a ticket fits");
        let is_dark = |x: i32, y: i32| code.dark.contains(&(x, y));
        let far = code.side - 7;
        for (left, top) in [(0, 0), (far, 0), (0, far)] {
            let ring = (0..7).all(|step| is_dark(left + step, top) && is_dark(left, top + step));
            assert!(ring && is_dark(left + 3, top + 3) && !is_dark(left + 1, top + 1));
        }
        assert!(code.side <= 81, "{} modules are too fine to photograph", code.side);
        assert_eq!(modules(&"x".repeat(9_000)), None, "too long a text is no code");
    }
}
