//! What can go wrong with a window or a picture of one.

/// Why no window could be opened or no picture taken.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum WorkbenchError {
    /// The system gave no window.
    #[error("no window could be opened: {0}; with no display, use `--screenshot FILE.png`")]
    Window(String),
    /// Nothing can draw on this machine.
    #[error(
        "nothing on this machine can draw the window ({0}); \
         install a graphics driver (on Debian: mesa-vulkan-drivers)"
    )]
    NoGraphics(String),
    /// The picture could not be read back.
    #[error("the picture could not be read back from the graphics driver: {0}")]
    ReadBack(String),
    /// The picture is too large for the driver.
    #[error("a picture of {width} x {height} pixels is too large; at most {most} on each side")]
    TooLarge {
        /// Its width in pixels.
        width: u32,
        /// Its height in pixels.
        height: u32,
        /// The most on each side.
        most: u32,
    },
    /// The school did not answer in time.
    #[error("the school did not answer {waiting} requests within {seconds} s")]
    NoAnswer {
        /// How many requests were unanswered.
        waiting: usize,
        /// How long was waited.
        seconds: u64,
    },
    /// The picture could not be written as PNG.
    #[error("the picture could not be written as PNG: {0}")]
    Png(#[from] png::EncodingError),
}
