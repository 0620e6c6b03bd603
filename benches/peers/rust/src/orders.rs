//! What every system here has in common: the orders that a side takes, a line of JSON each.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::future::Future;
use std::io;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use serde::Deserialize;
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};
use tokio::io::{AsyncBufReadExt, BufReader};

/// How often what has arrived is looked at.
pub const LOOK: Duration = Duration::from_millis(5);

/// A record: its fields, its id among them.
pub type Fields = Map<String, Value>;

#[derive(Deserialize)]
#[serde(tag = "do", rename_all = "snake_case")]
enum Order {
    About,
    Listen,
    Join,
    Load {
        file: PathBuf,
    },
    ForgetPeak,
    Connect {
        port: u16,
        about: String,
    },
    Disconnect,
    Edit {
        ids: Vec<String>,
        text: String,
    },
    Put {
        record: Fields,
    },
    Until {
        records: usize,
        #[serde(default)]
        ids: Vec<String>,
        #[serde(default)]
        text: String,
    },
    Digest,
    Peak,
}

/// A system of which this process is one side.
pub trait System: Sized {
    /// Its name, and how it keeps records.
    const NAME: [&'static str; 2];
    /// Its version.
    fn version() -> String;
    /// Opens an empty folder.
    fn open(folder: PathBuf) -> impl Future<Output = Result<Self>>;
    /// Listens; the port, and what the other side must know.
    fn listen(&mut self) -> impl Future<Output = Result<(u16, String)>>;
    /// Writes records.
    fn load(&mut self, records: Vec<Fields>) -> impl Future<Output = Result<()>>;
    /// Connects to a port of this machine.
    fn connect(&mut self, port: u16, about: &str) -> impl Future<Output = Result<()>>;
    /// Ends the connection.
    fn disconnect(&mut self) -> impl Future<Output = Result<()>>;
    /// Sets the narrative of a record.
    fn edit(&mut self, id: &str, text: &str) -> impl Future<Output = Result<()>>;
    /// Asks for what the other side has told of, where that does not come by itself.
    fn follow(&mut self) -> impl Future<Output = Result<()>> {
        async { Ok(()) }
    }
    /// How many records can be read.
    fn count(&mut self) -> impl Future<Output = Result<usize>>;
    /// A record, if it can be read.
    fn get(&mut self, id: &str) -> impl Future<Output = Result<Option<Fields>>>;
    /// All of them, by id.
    fn all(&mut self) -> impl Future<Output = Result<BTreeMap<String, Fields>>>;
}

/// Takes orders until the input ends.
pub async fn serve<S: System>() -> Result<()> {
    let folder = std::env::args_os().nth(1).context("which folder?")?;
    let mut side = S::open(folder.into()).await?;
    let mut lines = BufReader::new(tokio::io::stdin()).lines();
    while let Some(line) = lines.next_line().await? {
        let answer = obey(&mut side, serde_json::from_str(&line)?).await;
        println!("{}", answer.unwrap_or_else(|error| json!({"error": format!("{error:#}")})));
    }
    Ok(())
}

async fn obey<S: System>(side: &mut S, order: Order) -> Result<Value> {
    match order {
        Order::About => {
            let [name, kept] = S::NAME;
            return Ok(json!({"name": name, "version": S::version(), "kept": kept}));
        }
        Order::Listen => {
            let (port, about) = side.listen().await?;
            return Ok(json!({"port": port, "about": about}));
        }
        Order::Join => {}
        Order::Load { file } => {
            let text = std::fs::read_to_string(file)?;
            let records = text.lines().map(serde_json::from_str);
            side.load(records.collect::<Result<_, _>>()?).await?;
        }
        Order::ForgetPeak => std::fs::write("/proc/self/clear_refs", "5")?,
        Order::Connect { port, about } => side.connect(port, &about).await?,
        Order::Disconnect => side.disconnect().await?,
        Order::Edit { ids, text } => {
            for id in ids {
                side.edit(&id, &text).await?;
            }
        }
        Order::Put { record } => side.load(vec![record]).await?,
        Order::Until { records, ids, text } => until(side, records, ids, &text).await?,
        Order::Digest => {
            let mut hash = Sha256::new();
            let all = side.all().await?;
            for (id, fields) in &all {
                hash.update(id);
                hash.update(serde_json::to_string(fields)?);
            }
            let mut digest = String::new();
            hash.finalize().iter().try_for_each(|byte| write!(digest, "{byte:02x}"))?;
            return Ok(json!({"records": all.len(), "digest": digest}));
        }
        Order::Peak => {
            let status = std::fs::read_to_string("/proc/self/status")?;
            let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
            let kib = line.and_then(|line| line.split_whitespace().next()).context("no peak")?;
            return Ok(json!({"peak_kib": kib.parse::<u64>()?}));
        }
    }
    Ok(json!({}))
}

async fn until<S: System>(
    side: &mut S,
    records: usize,
    mut ids: Vec<String>,
    text: &str,
) -> Result<()> {
    loop {
        let started = Instant::now();
        side.follow().await?;
        while let Some(id) = ids.last() {
            let here = side.get(id).await?;
            match here.as_ref().and_then(|fields| fields.get("narrative")) {
                Some(is) if is == text => drop(ids.pop()),
                _ => break,
            }
        }
        if ids.is_empty() && side.count().await? >= records {
            return Ok(());
        }
        // Looking takes no more than a fifth of the time that is measured.
        tokio::time::sleep(LOOK.max(started.elapsed() * 4)).await;
    }
}

/// The id of a record.
pub fn id_of(record: &Fields) -> Result<String> {
    Ok(record.get("id").and_then(Value::as_str).context("a record has no id")?.to_owned())
}

/// The version of a dependency as it was locked.
pub fn locked(lock: &str, name: &str) -> String {
    let of = format!("name = \"{name}\"\nversion = \"");
    let version = lock.split_once(&of).and_then(|(_, rest)| rest.split('"').next());
    version.unwrap_or("unknown").to_owned()
}

/// A failure of a library that is no standard error.
pub fn failed(error: impl std::fmt::Debug) -> io::Error {
    io::Error::other(format!("{error:?}"))
}
