//! How large a soak is, and how fast.

use std::path::PathBuf;
use std::time::Duration;

use clap::Args;

/// How large the week is, and how fast it passes.
#[derive(Args, Clone, Debug)]
pub struct SoakArgs {
    /// Let many devices pass a working week instead, and watch whether anything grows
    #[arg(long, requires = "sheaf")]
    pub soak: bool,
    /// The `sheaf` command of which each device is a process
    #[arg(long, value_name = "FILE", requires = "soak")]
    pub sheaf: Option<PathBuf>,
    /// How many devices
    #[arg(long, default_value_t = 30, value_parser = clap::value_parser!(u16).range(2..=60))]
    pub devices: u16,
    /// How many pupils the school has whose week it is
    #[arg(long, default_value_t = 1_000)]
    pub pupils: u32,
    /// How many school days; what is measured on the first is not part of a trend
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u8).range(1..=60))]
    pub days: u8,
    /// How many times faster than in school
    #[arg(long, default_value_t = 20.0)]
    pub speed: f64,
    /// Seconds from one look at all devices to the next
    #[arg(long, default_value_t = 5)]
    pub every_s: u64,
    /// The folder for what was measured and its pictures
    #[arg(long, value_name = "DIR", default_value = "out/soak")]
    pub out: PathBuf,
}

impl SoakArgs {
    /// From one look to the next.
    pub fn every(&self) -> Duration {
        Duration::from_secs(self.every_s.max(1))
    }
}
