//! Arguments of the commands that replicate.

use std::path::PathBuf;

use clap::Args;
use sheaf_school::HostPort;

/// Stay up.
#[derive(Args, Debug)]
pub struct ServeArgs {
    /// Listen on this UDP port, 0 for any; 47820 if left out, or any where that is taken
    #[arg(long)]
    pub port: Option<u16>,
    /// Print one JSON object a line for all that happens
    #[arg(long)]
    pub events: bool,
    /// Exchange entries with colleagues through this shared folder; may be repeated
    #[arg(long = "folder", value_name = "DIR")]
    pub folders: Vec<PathBuf>,
    /// Stay in touch with the device at this address; may be repeated
    #[arg(long = "with", value_name = "HOST:PORT")]
    pub with: Vec<HostPort>,
    /// This home is a locker's: it keeps all spaces sealed and hands them on
    #[arg(long)]
    pub locker: bool,
    /// Pass on between devices that their network keeps apart, by TCP at the number of the port
    #[arg(long, requires = "locker")]
    pub relay: bool,
    /// Listen on this machine alone
    #[arg(long)]
    pub loopback: bool,
}

/// Look at the network.
#[derive(Args, Debug)]
pub struct DoctorArgs {
    /// Use this machine's loopback network alone
    #[arg(long)]
    pub loopback: bool,
}

/// Replicate once.
#[derive(Args, Debug)]
pub struct SyncArgs {
    /// A device (id or person) or an address (HOST:PORT); may be repeated; everyone known if left
    /// out
    #[arg(long = "with", value_name = "DEVICE_OR_ADDRESS")]
    pub with: Vec<String>,
    /// Exchange entries through this shared folder; may be repeated. With folders alone nobody is
    /// dialled
    #[arg(long = "folder", value_name = "DIR")]
    pub folders: Vec<PathBuf>,
    /// Give up after so many seconds
    #[arg(long, default_value_t = 30, value_parser = clap::value_parser!(u32).range(1..=3600))]
    pub timeout_s: u32,
    /// Use this machine's loopback network alone
    #[arg(long)]
    pub loopback: bool,
}
