//! The systems, and how their two sides are started.

use std::path::Path;

use anyhow::{Context, Result};

use super::delay::Transport;

/// What we are called on the command line.
const OURS: &str = "sheaf";

/// A system that keeps and replicates records.
pub struct System {
    /// What it is called on the command line.
    pub key: &'static str,
    /// The program of a side and its arguments, to which its folder is added.
    pub program: Vec<String>,
    /// What it speaks.
    pub transport: Transport,
    /// Whether what it keeps survives the end of its process.
    pub is_durable: bool,
}

impl System {
    /// All of them, ours first.
    pub fn all(peers: &Path) -> Result<Vec<Self>> {
        let own = std::env::current_exe()?;
        let own = own.to_str().context("the path of this program is not Unicode")?;
        let ours = Self {
            key: OURS,
            program: vec![own.to_owned(), "--side".to_owned()],
            transport: Transport::Udp,
            is_durable: true,
        };
        let script = peers.join("node/peer.mjs").display().to_string();
        let node = |key: &'static str, is_durable| Self {
            key,
            program: vec!["node".to_owned(), script.clone(), key.to_owned()],
            transport: Transport::Tcp,
            is_durable,
        };
        let built = |key: &'static str, transport| Self {
            key,
            program: vec![peers.join("rust/release").join(key).display().to_string()],
            transport,
            is_durable: true,
        };
        Ok(vec![
            ours,
            node("pouchdb", true),
            node("automerge-repo", true),
            built("samod", Transport::Tcp),
            built("iroh-docs", Transport::Udp),
            node("yjs", false),
            node("loro", false),
        ])
    }

    /// Whether it is what the others are compared with.
    pub fn is_ours(&self) -> bool {
        self.is(OURS)
    }

    /// Whether it is called by this name.
    pub fn is(&self, name: &str) -> bool {
        self.key == name
    }
}
