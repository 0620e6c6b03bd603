//! Opens the window.

use std::sync::Arc;

use eframe::egui::{Context, ViewportBuilder, vec2};

use crate::app::Workbench;
use crate::error::WorkbenchError;
use crate::link::{Link, Wake};
use crate::settings::Settings;

/// What wakes a window.
pub fn wake(ctx: &Context) -> Wake {
    let ctx = ctx.clone();
    Arc::new(move || ctx.request_repaint())
}

/// Opens the window and returns when it is closed.
///
/// `connect` is called once, as soon as there is a window to wake.
///
/// # Errors
///
/// [`WorkbenchError::Window`] if the system gives no window, as without a display.
pub fn run(
    settings: Settings,
    connect: impl FnOnce(Wake) -> Link + 'static,
) -> Result<(), WorkbenchError> {
    let viewport = ViewportBuilder::default()
        .with_title("Sheaf")
        .with_app_id("sheaf")
        .with_inner_size(vec2(1360.0, 860.0))
        .with_min_inner_size(vec2(900.0, 600.0));
    let options = eframe::NativeOptions {
        viewport,
        renderer: eframe::Renderer::Wgpu,
        ..eframe::NativeOptions::default()
    };
    let create: eframe::AppCreator<'static> = Box::new(move |creation| {
        let link = connect(wake(&creation.egui_ctx));
        Ok(Box::new(Workbench::new(&creation.egui_ctx, link, settings)))
    });
    eframe::run_native("Sheaf", options, create)
        .map_err(|error| WorkbenchError::Window(error.to_string()))
}
