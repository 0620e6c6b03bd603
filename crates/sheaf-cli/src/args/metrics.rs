//! Arguments of the commands about metrics and of the window.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Args, Subcommand};

/// What can be done with metrics.
#[derive(Subcommand, Debug)]
pub enum MetricCommand {
    /// The metrics that can be run here
    List,
    /// What a metric asks, reads and takes
    Show {
        /// Its id, or its folder
        metric: String,
    },
    /// Run a metric and print its findings
    Run {
        /// Its id, or its folder
        metric: String,
        /// An option and its value; may be repeated
        #[arg(long = "set", value_name = "OPTION=VALUE")]
        set: Vec<String>,
        /// Also write the first chart (.svg, .png, .csv) or the whole report (.json); pictures say
        /// below what is counted, a CSV file in its first lines, which begin with #
        #[arg(long, value_name = "FILE")]
        out: Option<PathBuf>,
    },
    /// Run a bare script with files as tables and print its value
    Eval {
        /// The script
        script: PathBuf,
        /// A table for the script, from a file; may be repeated
        #[arg(long = "table", value_name = "NAME=FILE.csv")]
        tables: Vec<String>,
    },
    /// Compile a metric, run its examples and say what is wrong, with line and column
    Check {
        /// Its folder
        folder: PathBuf,
    },
    /// Begin a new metric in a new folder
    New {
        /// The folder; its name becomes the metric's id
        folder: PathBuf,
    },
}

/// The window.
#[derive(Args, Clone, Debug)]
pub struct WorkbenchArgs {
    /// The view to open: today, timeline, record, caseload, incidents, metric, gallery, conflicts,
    /// people, removals, held, erasures, settings, import, quick-log, palette or help; for
    /// pictures also welcome or unlock
    #[arg(long)]
    pub view: Option<String>,
    /// Draw into this picture instead of opening a window; needs no display
    #[arg(long, value_name = "FILE.png")]
    pub screenshot: Option<PathBuf>,
    /// The size in points
    #[arg(long, default_value = "1400x900", value_name = "WxH")]
    pub size: String,
    /// How many pixels a point has, for pictures
    #[arg(long, default_value_t = 1.0)]
    pub scale: f32,
    /// How large everything is, from 0.5 to 3; as kept on this device, or else 1
    #[arg(long)]
    pub zoom: Option<f32>,
    /// light or dark; as kept on this device, or else light
    #[arg(long)]
    pub theme: Option<String>,
    /// Listen on this UDP port, 0 for any; 47820 if left out, or any where that is taken
    #[arg(long)]
    pub port: Option<u16>,
    /// Stay in touch with the device at this address; may be repeated
    #[arg(long = "peer", value_name = "ADDRESS")]
    pub peers: Vec<SocketAddr>,
    /// Use this machine's loopback network alone
    #[arg(long)]
    pub loopback: bool,
}
