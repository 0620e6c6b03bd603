//! Our own side: a school's device that takes the same orders as the others.

use std::io::{BufRead, Write};
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Result, bail};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use sheaf_charter::Role;
use sheaf_records::{Kind, Record, parse_record};
use sheaf_school::{Clock, Event, ListQuery, Network, Networks, School, SchoolError, Withdrawn};
use tokio::runtime::Runtime;
use tokio::sync::mpsc::UnboundedReceiver;

use crate::apart::peak_kib;
use crate::device;
use crate::material::{Material, Wanted};

/// Where the incidents are.
const PASTORAL: &str = "pastoral";
/// How long an event is waited for until the records are looked at again.
const LOOK_AGAIN: Duration = Duration::from_millis(500);

#[derive(Deserialize)]
#[serde(tag = "do", rename_all = "snake_case")]
enum Order {
    About,
    Listen {
        records: usize,
    },
    Join {
        port: u16,
        about: About,
    },
    Load {
        file: PathBuf,
    },
    ForgetPeak,
    Connect {
        port: u16,
    },
    Disconnect,
    Edit {
        ids: Vec<String>,
        text: String,
    },
    Put {
        record: Value,
    },
    Until {
        records: u64,
        #[serde(default)]
        ids: Vec<String>,
        #[serde(default)]
        text: String,
    },
    Digest,
    Peak,
}

/// What the other side has to know to join.
#[derive(Serialize, Deserialize)]
struct About {
    ticket: String,
    today: Date,
}

/// Takes orders on standard input until it ends.
pub fn serve_orders(folder: &Path) -> Result<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let mut side = Side { home: folder.join("home"), runtime, school: None, online: None };
    let mut out = std::io::stdout();
    for line in std::io::stdin().lock().lines() {
        let answer = match side.obey(serde_json::from_str(&line?)?) {
            Ok(answer) => answer,
            Err(error) => json!({ "error": format!("{error:#}") }),
        };
        writeln!(out, "{answer}")?;
        out.flush()?;
    }
    Ok(())
}

struct Side {
    home: PathBuf,
    runtime: Runtime,
    school: Option<School>,
    online: Option<(Network, UnboundedReceiver<Event>)>,
}

impl Side {
    fn obey(&mut self, order: Order) -> Result<Value> {
        match order {
            Order::About => {
                let kept = "signed, sealed, SQLCipher, fsync";
                let version = env!("CARGO_PKG_VERSION");
                return Ok(json!({"name": "Sheaf", "version": version, "kept": kept}));
            }
            Order::Listen { records } => return self.listen(records),
            Order::Join { port, about } => self.join(port, &about)?,
            Order::Load { file } => {
                let text = std::fs::read_to_string(file)?;
                text.lines().try_for_each(|line| self.put(serde_json::from_str(line)?))?;
            }
            Order::ForgetPeak => std::fs::write("/proc/self/clear_refs", "5")?,
            Order::Connect { port } => self.connect(port)?,
            Order::Disconnect => {
                let (network, _) = self.online.take().context("not connected")?;
                self.runtime.block_on(network.stop());
            }
            Order::Edit { ids, text } => self.edit(&ids, &text)?,
            Order::Put { record } => self.put(record)?,
            Order::Until { records, ids, text } => self.until(records, ids, &text)?,
            Order::Digest => {
                let status = self.school()?.status()?;
                // The one space that both are in.
                let shared = status.spaces.into_iter().find(|one| one.name == PASTORAL);
                let shared = shared.context("no space for the incidents")?;
                return Ok(json!({"entries": shared.entries, "digest": shared.digest}));
            }
            Order::Peak => return Ok(json!({"peak_kib": peak_kib()?})),
        }
        Ok(json!({}))
    }

    fn school(&self) -> Result<&School> {
        self.school.as_ref().context("there is no school here yet")
    }

    /// Founds a school with pupils and no incidents, and lets one colleague in.
    fn listen(&mut self, records: usize) -> Result<Value> {
        let material = Material::invent(&Wanted::incidents(records))?;
        let school = device::found(&self.home, &material)?;
        let (network, address) = device::listen(&self.runtime, &school)?;
        let waiting = network.invite(&device::invitation(Role::Lead))?;
        let about = About { ticket: waiting.ticket().to_owned(), today: material.days.1 };
        // Open until the other side has joined.
        self.runtime.spawn(waiting.joined());
        let events = network.events();
        self.school = Some(school);
        self.online = Some((network, events));
        Ok(json!({"port": address.port(), "about": about}))
    }

    /// Joins the school, and takes in everything but incidents.
    fn join(&mut self, port: u16, about: &About) -> Result<()> {
        let clock = Clock::as_of(about.today);
        let school = device::joined(&self.runtime, &about.ticket, self.home.clone(), clock)?;
        let network = self.runtime.block_on(Network::dialling(&school, Networks::Loopback))?;
        device::sync(&self.runtime, &network, at(port))?;
        self.runtime.block_on(network.stop());
        self.school = Some(school);
        Ok(())
    }

    fn put(&self, mut record: Value) -> Result<()> {
        let fields = record.as_object_mut().context("a record is no object")?;
        let id = fields.remove("id").context("a record has no id")?;
        let id = id.as_str().context("an id is no text")?.parse()?;
        let fields = parse_record(Kind::Incident, &record).map_err(SchoolError::Invalid)?;
        Ok(self.school()?.add_all(vec![Record { id, kind: Kind::Incident, fields }], None)?)
    }

    fn edit(&self, ids: &[String], text: &str) -> Result<()> {
        let sets = [("narrative".to_owned(), Some(text.to_owned()))];
        for id in ids {
            self.school()?.edit(id, &sets)?;
        }
        Ok(())
    }

    fn connect(&mut self, port: u16) -> Result<()> {
        let network = Network::dialling(self.school()?, Networks::Loopback);
        let network = self.runtime.block_on(network)?;
        let events = network.events();
        network.stay_in_touch(at(port));
        self.online = Some((network, events));
        Ok(())
    }

    fn until(&mut self, records: u64, mut ids: Vec<String>, text: &str) -> Result<()> {
        loop {
            let school = self.school()?;
            while let Some(id) = ids.last() {
                match school.show(id) {
                    Ok(shape) if shape.fields.get("narrative").is_some_and(|is| is == text) => {
                        ids.pop();
                    }
                    Ok(_) | Err(SchoolError::NotFound { .. }) => break,
                    Err(error) => return Err(error.into()),
                }
            }
            if ids.is_empty() && count(school)? >= records {
                return Ok(());
            }
            let (_, events) = self.online.as_mut().context("not connected")?;
            let next = async { tokio::time::timeout(LOOK_AGAIN, events.recv()).await };
            if let Ok(Some(Event::Failed { reason })) = self.runtime.block_on(next) {
                bail!("the connection failed: {reason}");
            }
        }
    }
}

fn at(port: u16) -> SocketAddr {
    (Ipv4Addr::LOCALHOST, port).into()
}

fn count(school: &School) -> Result<u64> {
    let query = ListQuery {
        kind: Kind::Incident,
        pupil: None,
        from: None,
        to: None,
        filter: None,
        withdrawn: Withdrawn::Hidden,
        limit: 0,
    };
    Ok(school.list(&query)?.total)
}
