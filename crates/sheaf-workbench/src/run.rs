//! Opens the window.

use std::sync::Arc;

use eframe::egui::{Context, ViewportBuilder, vec2};

use crate::app::Workbench;
use crate::error::WorkbenchError;
use crate::house::front::{Door, Front};
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
    open(move |creation| {
        let link = connect(wake(&creation.egui_ctx));
        Ok(Box::new(Workbench::new(&creation.egui_ctx, link, settings)))
    })
}

/// Opens the window into a school, as [`run`] does; `door` is opened once this device was wiped.
///
/// # Errors
///
/// [`WorkbenchError::Window`] if the system gives no window, as without a display.
pub fn run_inside(
    settings: Settings,
    connect: impl FnOnce(Wake) -> Link + 'static,
    door: impl FnMut(Wake) -> Door + 'static,
) -> Result<(), WorkbenchError> {
    open(move |creation| {
        let wake = wake(&creation.egui_ctx);
        let link = connect(Wake::clone(&wake));
        let front = Front::inside(&creation.egui_ctx, link, settings, wake);
        Ok(Box::new(front.with_door(Box::new(door))))
    })
}

/// Opens the window at a door, where no school is open yet; returns when it is closed. The door is
/// opened again once this device was wiped.
///
/// # Errors
///
/// [`WorkbenchError::Window`] if the system gives no window, as without a display.
pub fn run_at_door(
    settings: Settings,
    mut door: impl FnMut(Wake) -> Door + 'static,
) -> Result<(), WorkbenchError> {
    open(move |creation| {
        let wake = wake(&creation.egui_ctx);
        let first = door(Wake::clone(&wake));
        let front = Front::at(&creation.egui_ctx, first, settings, wake);
        Ok(Box::new(front.with_door(Box::new(door))))
    })
}

type Opened = Result<Box<dyn eframe::App>, Box<dyn std::error::Error + Send + Sync>>;

fn open(
    create: impl FnOnce(&eframe::CreationContext<'_>) -> Opened + 'static,
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
    eframe::run_native("Sheaf", options, Box::new(create))
        .map_err(|error| WorkbenchError::Window(error.to_string()))
}
