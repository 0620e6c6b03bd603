//! A chart as files.

use std::path::Path;

use anyhow::Result;
use sheaf_charts::{ChartData, Size, Theme, layout, to_png, to_svg};

/// Draws a chart into a folder, as SVG and as PNG.
pub fn keep(data: &ChartData, folder: &Path, name: &str) -> Result<()> {
    let spec = layout(data)?;
    std::fs::write(folder.join(format!("{name}.svg")), to_svg(&spec, Size::PAGE, Theme::Light)?)?;
    std::fs::write(folder.join(format!("{name}.png")), to_png(&spec, Size::PAGE, Theme::Light)?)?;
    Ok(())
}
