//! Arguments of the commands that carry entries as files.

use std::path::PathBuf;

use clap::{Args, Subcommand};

/// Bundles for a stick.
#[derive(Subcommand, Debug)]
pub enum BundleCommand {
    /// Write one file with what colleagues' devices may have, sealed so that they alone can read it
    Write(BundleWriteArgs),
    /// Take in what a bundle holds; reading it twice does nothing twice
    Read {
        /// A file that a colleague has made with `sheaf bundle write`
        file: PathBuf,
    },
}

/// Shared folders that this device uses, whenever it is on.
#[derive(Subcommand, Debug)]
pub enum FolderCommand {
    /// Use a mapped drive or a synchronised folder from now on, in every `sheaf serve` and window
    Use {
        /// The folder; every colleague chooses the same
        dir: PathBuf,
    },
    /// Use it no more; what lies there stays
    Stop {
        /// The folder
        dir: PathBuf,
    },
    /// The folders that this device uses
    List,
}

/// Write a bundle.
#[derive(Args, Debug)]
pub struct BundleWriteArgs {
    /// The file, such as one on a stick
    pub file: PathBuf,
    /// For whom: a person (all their devices) or a device, by name or id; may be repeated
    #[arg(long = "for", value_name = "WHO", required = true)]
    pub recipients: Vec<String>,
    /// Put in everything that they may have, not only what they are not known to have
    #[arg(long)]
    pub everything: bool,
    /// Replace a file of that name
    #[arg(long)]
    pub force: bool,
}
