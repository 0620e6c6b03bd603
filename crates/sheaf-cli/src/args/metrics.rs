//! Arguments of the commands about metrics and of the window.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::str::FromStr;

use clap::builder::{PossibleValue, StringValueParser, TypedValueParser};
use clap::{Args, Subcommand};
use sheaf_workbench::{Opening, ThemeName, UnknownView};

/// What can be done with metrics.
#[derive(Subcommand, Debug)]
pub enum MetricCommand {
    /// The metrics that there are, who wrote them and where each stands
    List {
        /// Those too that were refused, withdrawn or replaced by a later version
        #[arg(long)]
        all: bool,
    },
    /// What a metric asks, reads and takes, and who signed and approved it
    Show(MetricName),
    /// Run a metric, if its examples give what they say, and print its findings
    Run {
        /// Which
        #[command(flatten)]
        metric: MetricName,
        /// An option and its value; may be repeated
        #[arg(long = "set", value_name = "OPTION=VALUE")]
        set: Vec<String>,
        /// Also write the first chart (.svg, .png, .csv), findings, tables, charts and lists
        /// (.xlsx) or the whole report (.json); pictures say below what is counted, a CSV file in
        /// its first lines, which begin with #
        #[arg(long, value_name = "FILE")]
        out: Option<PathBuf>,
        /// Run it again whenever its files or the records change, until Ctrl+C, whatever its
        /// examples give; with --format json each report is a line, and what goes wrong a line
        /// {"error": …}
        #[arg(long, conflicts_with = "lakes")]
        watch: bool,
        /// light or dark, for a picture
        #[arg(long, default_value = "light", requires = "out")]
        theme: ThemeName,
        /// Run it over the schools of this lake instead of the home's own; may be repeated. Results
        /// are for outside: nothing about fewer than ten pupils is shown
        #[arg(long = "lake", value_name = "DIR")]
        lakes: Vec<PathBuf>,
        /// Run its plans on the Ballista cluster whose scheduler listens there
        #[arg(long, value_name = "HOST:PORT", requires = "lakes")]
        ballista: Option<String>,
    },
    /// Run a bare script with files as tables and print its value
    Eval {
        /// The script
        script: PathBuf,
        /// A table for the script, from a file; may be repeated. The file is CSV in UTF-8 with a
        /// name over each column; numbers have a point, and an empty cell or NA is missing. A
        /// column that is all numbers is numbers, any other is text; one cell such as `2l` or `inf`
        /// among numbers is an error, unless the numbers stand in quotes
        #[arg(long = "table", value_name = "NAME=FILE.csv")]
        tables: Vec<String>,
    },
    /// Print what scripts can call and what stands in plugin.toml, as Markdown, each with an
    /// example that was run
    Reference {
        /// One name such as filter, stats::wilson or options, or a group such as charts or
        /// plugin.toml; all without it
        #[arg(hide_possible_values = true, value_parser = Words)]
        name: Option<String>,
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
    /// Sign the files of a metric with the key of this device
    Sign {
        /// Its folder
        folder: PathBuf,
    },
    /// Share a metric with the school; others run it once a lead has approved it
    Share {
        /// Its folder
        folder: PathBuf,
        /// What is new in it, for those who review it
        #[arg(long, value_name = "TEXT")]
        note: Option<String>,
    },
    /// See what a version that waits says of this school, beside the one that runs
    Review {
        /// Which
        #[command(flatten)]
        metric: MetricId,
        /// An option and its value, for both versions; may be repeated
        #[arg(long = "set", value_name = "OPTION=VALUE")]
        set: Vec<String>,
    },
    /// Let everybody run a version that waits; leads and above
    Approve {
        /// Which
        #[command(flatten)]
        metric: MetricId,
        /// Why
        #[arg(long, value_name = "TEXT")]
        reason: Option<String>,
    },
    /// Refuse a version that waits, or stop one that runs; leads and above
    Refuse {
        /// Which
        #[command(flatten)]
        metric: MetricId,
        /// What the author has to change
        #[arg(long, value_name = "TEXT")]
        reason: String,
    },
    /// Take back a version that you shared
    Withdraw {
        /// Which
        #[command(flatten)]
        metric: MetricId,
        /// Why
        #[arg(long, value_name = "TEXT")]
        reason: String,
    },
    /// Write a metric for another school
    Export {
        /// Which
        #[command(flatten)]
        metric: MetricName,
        /// A file that ends in .zip, or a folder in which a new one is made
        to: PathBuf,
    },
    /// Take in a metric of another school; it waits for review here like any other
    Import {
        /// The zip file or the folder
        from: PathBuf,
        /// What it is for, for those who review it
        #[arg(long, value_name = "TEXT")]
        note: Option<String>,
    },
}

/// Any text, completed from the words of the metric language.
#[derive(Clone)]
pub struct Words;

impl TypedValueParser for Words {
    type Value = String;

    fn parse_ref(
        &self,
        command: &clap::Command,
        arg: Option<&clap::Arg>,
        value: &std::ffi::OsStr,
    ) -> Result<String, clap::Error> {
        StringValueParser::new().parse_ref(command, arg, value)
    }

    fn possible_values(&self) -> Option<Box<dyn Iterator<Item = PossibleValue> + '_>> {
        Some(Box::new(sheaf_school::metric_words().into_iter().map(PossibleValue::new)))
    }
}

/// A metric to run or to look at.
#[derive(Args, Debug)]
pub struct MetricName {
    /// Its id, or its folder
    pub metric: String,
    /// One of its versions, instead of the one that everybody runs
    #[arg(long)]
    pub version: Option<String>,
}

/// A metric that was shared.
#[derive(Args, Debug)]
pub struct MetricId {
    /// Its id
    pub metric: String,
    /// Which of its versions, where there are several
    #[arg(long)]
    pub version: Option<String>,
}

/// What the window opens with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Opened {
    /// What stands before a device has a school.
    Welcome,
    /// What stands before a passphrase.
    Unlock,
    /// A view of the school.
    View(Opening),
}

impl FromStr for Opened {
    type Err = UnknownView;

    fn from_str(text: &str) -> Result<Self, UnknownView> {
        match text {
            "welcome" => Ok(Self::Welcome),
            "unlock" => Ok(Self::Unlock),
            view => view.parse().map(Self::View),
        }
    }
}

fn parse_size(text: &str) -> Result<(u16, u16), String> {
    let parsed = text
        .split_once('x')
        .and_then(|(width, height)| Some((width.parse().ok()?, height.parse().ok()?)));
    parsed.ok_or_else(|| "write it as 1400x900".to_owned())
}

fn parse_scale(text: &str) -> Result<f32, String> {
    between(text, 0.5, 4.0)
}

fn parse_zoom(text: &str) -> Result<f32, String> {
    between(text, 0.5, 3.0)
}

fn between(text: &str, least: f32, most: f32) -> Result<f32, String> {
    let number = text.parse().ok().filter(|number| (least..=most).contains(number));
    number.ok_or_else(|| format!("a number between {least} and {most} is needed"))
}

/// The window.
#[derive(Args, Clone, Debug)]
pub struct WorkbenchArgs {
    /// The view to open: today, timeline, record, caseload, incidents, metric, gallery, conflicts,
    /// people, removals, held, erasures, settings, import, quick-log, palette or help; for
    /// pictures also welcome or unlock
    #[arg(long)]
    pub view: Option<Opened>,
    /// Draw into this picture instead of opening a window; needs no display
    #[arg(long, value_name = "FILE.png")]
    pub screenshot: Option<PathBuf>,
    /// The size in points
    #[arg(long, default_value = "1400x900", value_name = "WxH", value_parser = parse_size)]
    pub size: (u16, u16),
    /// How many pixels a point has, for pictures
    #[arg(long, default_value_t = 1.0, value_parser = parse_scale)]
    pub scale: f32,
    /// How large everything is, from 0.5 to 3; as kept on this device, or else 1
    #[arg(long, value_parser = parse_zoom)]
    pub zoom: Option<f32>,
    /// light or dark; as kept on this device, or else light
    #[arg(long)]
    pub theme: Option<ThemeName>,
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
