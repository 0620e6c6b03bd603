//! What is measured of each system, in the same order for all.

use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::delay::{ONE_WAY, forward};
use super::side::Side;
use super::system::System;
use super::wire::{Traffic, until_silent};

/// What has not happened by then is not waited for.
const LIMIT: Duration = Duration::from_secs(5 * 60);
/// Records that are written one after the other while the two are connected.
const LIVE: usize = 50;
/// So often two meet that have nothing new.
const MEETINGS: usize = 9;
/// One record in so many is edited, on each side.
const EDITED: usize = 100;

/// A step, and what it took.
#[derive(Clone, Copy, Debug, Default)]
pub struct Cost {
    /// How long.
    pub seconds: f64,
    /// What went over the wire, with all headers.
    pub bytes: u64,
}

/// What one system took. What comes after a step that failed is none.
#[derive(Clone, Debug, Default)]
pub struct Column {
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: String,
    /// How it keeps records.
    pub kept: String,
    /// Whether it is a floor, and no rival.
    pub is_floor: bool,
    /// The first replication.
    pub first: Option<Cost>,
    /// After edits on both sides.
    pub edits: Option<Cost>,
    /// Connected again with nothing new, up to the last packet: the median of several.
    pub nothing: Option<Cost>,
    /// Round trips of that, with the opening of the connection.
    pub round_trips: Option<f64>,
    /// One record, written there and readable here: the median of several.
    pub live: Option<Cost>,
    /// The most memory of the side that had the records, and of the other, in bytes.
    pub peak: Option<[u64; 2]>,
    /// The step that failed, and why.
    pub failed: Option<String>,
}

/// What a system says of itself.
#[derive(Deserialize)]
struct Described {
    name: String,
    version: String,
    kept: String,
}

/// Where a side listens, and what the other must know to connect.
#[derive(Deserialize)]
struct Listening {
    port: u16,
    #[serde(default)]
    about: Value,
}

#[derive(Deserialize)]
struct Named {
    id: String,
}

#[derive(Deserialize)]
struct Peak {
    peak_kib: u64,
}

struct Pair {
    giving: Side,
    taking: Side,
    about: Value,
    port: u16,
}

/// Measures one system in an empty folder, as far as it gets.
pub fn measure(
    system: &System,
    dir: &Path,
    material: (&Path, usize),
    tell: &dyn Fn(&str),
) -> Column {
    let mut column =
        Column { name: system.key.to_owned(), is_floor: !system.is_durable, ..Column::default() };
    if let Err(error) = steps(system, dir, material, &mut column, tell) {
        column.failed = Some(format!("{error:#}"));
    }
    column
}

fn steps(
    system: &System,
    dir: &Path,
    material: (&Path, usize),
    column: &mut Column,
    tell: &dyn Fn(&str),
) -> Result<()> {
    let step = |words: &'static str| {
        tell(&format!("  {words}"));
        words
    };
    let words = step("starting both sides");
    let mut pair = begin(system, dir, material.1).context(words)?;
    let Described { name, version, kept } = pair.giving.ask(&json!({"do": "about"}))?;
    (column.name, column.version, column.kept) = (name, version, kept);
    pair.steps(system, material, column, &step)
}

/// Two sides without records, of which one listens; the other knows whom to ask.
fn begin(system: &System, dir: &Path, records: usize) -> Result<Pair> {
    let start = |name: &str| Side::start(&system.program, &dir.join(name), LIMIT);
    let (mut giving, mut taking) = (start("giving")?, start("taking")?);
    let Listening { port, about } = giving.ask(&json!({"do": "listen", "records": records}))?;
    taking.have(&json!({"do": "join", "port": port, "about": about}))?;
    Ok(Pair { giving, taking, about, port })
}

impl Pair {
    /// One after the other, as far as they succeed.
    fn steps(
        &mut self,
        system: &System,
        (file, records): (&Path, usize),
        column: &mut Column,
        step: &dyn Fn(&'static str) -> &'static str,
    ) -> Result<()> {
        let words = step("writing the records down");
        self.load(file).context(words)?;
        let words = step("first replication");
        column.first = Some(self.first(records).context(words)?);
        let words = step("edits on both sides");
        column.edits = Some(self.edits(file, records).context(words)?);
        let words = step("nothing new");
        let nothing = self.nothing_new(self.port).context(words)?;
        column.nothing = Some(nothing);
        let later = forward(system.transport, self.port)?;
        let later = self.nothing_new(later).context(words)?;
        let round_trip = 2.0 * ONE_WAY.as_secs_f64();
        let trips = (later.seconds - nothing.seconds) / round_trip;
        // Whoever knows a shorter way goes past the forwarder, and then nothing is known of it.
        column.round_trips = Some(trips).filter(|trips| *trips > 0.5);
        let words = step("one record, live");
        column.live = Some(self.live(file).context(words)?);
        self.same().context(words)?;
        let peak = |side: &mut Side| -> Result<u64> {
            let Peak { peak_kib } = side.ask(&json!({"do": "peak"}))?;
            Ok(peak_kib * 1024)
        };
        column.peak = Some([peak(&mut self.giving)?, peak(&mut self.taking)?]);
        Ok(())
    }

    fn load(&mut self, file: &Path) -> Result<()> {
        self.giving.have(&json!({"do": "load", "file": file}))?;
        for side in [&mut self.giving, &mut self.taking] {
            side.have(&json!({"do": "forget_peak"}))?;
        }
        Ok(())
    }

    fn connect(&mut self, port: u16) -> Result<()> {
        let order = json!({"do": "connect", "port": port, "about": self.about});
        self.taking.have(&order)
    }

    fn disconnect(&mut self) -> Result<()> {
        self.taking.have(&json!({"do": "disconnect"}))?;
        // What still says goodbye is not to be counted with what comes next.
        until_silent(Instant::now(), Traffic::now()?).map(drop)
    }

    fn first(&mut self, records: usize) -> Result<Cost> {
        let (before, started) = (Traffic::now()?, Instant::now());
        self.connect(self.port)?;
        self.taking.tell(&json!({"do": "until", "records": records}))?;
        self.taking.answer()?.with_context(not_in_time)?;
        let seconds = started.elapsed().as_secs_f64();
        let (_, traffic) = until_silent(started, before)?;
        self.disconnect()?;
        self.same()?;
        Ok(Cost { seconds, bytes: traffic.bytes })
    }

    fn edits(&mut self, file: &Path, records: usize) -> Result<Cost> {
        let ids = ids(file)?;
        let (here, there): (Vec<_>, Vec<_>) =
            ids.into_iter().step_by(EDITED / 2).partition(|(number, _)| number % EDITED == 0);
        let name = |some: Vec<(usize, String)>| -> Vec<String> {
            some.into_iter().map(|(_, id)| id).collect()
        };
        let (here, there) = (name(here), name(there));
        self.giving.have(&json!({"do": "edit", "ids": here, "text": "Edited by the one side"}))?;
        self.taking.have(&json!({"do": "edit", "ids": there, "text": "Edited by the other"}))?;
        let (before, started) = (Traffic::now()?, Instant::now());
        self.connect(self.port)?;
        let until = |ids: &[String], text: &str| json!({"do": "until", "records": records, "ids": ids, "text": text});
        self.giving.tell(&until(&there, "Edited by the other"))?;
        self.taking.tell(&until(&here, "Edited by the one side"))?;
        for side in [&mut self.giving, &mut self.taking] {
            side.answer()?.with_context(not_in_time)?;
        }
        let seconds = started.elapsed().as_secs_f64();
        let (_, traffic) = until_silent(started, before)?;
        self.disconnect()?;
        self.same()?;
        Ok(Cost { seconds, bytes: traffic.bytes })
    }

    fn nothing_new(&mut self, port: u16) -> Result<Cost> {
        let (mut seconds, mut bytes) = (Vec::new(), Vec::new());
        for _ in 0..MEETINGS {
            let (before, started) = (Traffic::now()?, Instant::now());
            self.connect(port)?;
            let (silent, traffic) = until_silent(started, before)?;
            self.disconnect()?;
            seconds.push(silent.as_secs_f64());
            bytes.push(traffic.bytes);
        }
        middle(seconds, bytes)
    }

    fn live(&mut self, file: &Path) -> Result<Cost> {
        let text = std::fs::read_to_string(file)?;
        let like: Map<String, Value> =
            serde_json::from_str(text.lines().next().context("no records")?)?;
        self.connect(self.port)?;
        until_silent(Instant::now(), Traffic::now()?)?;
        let (mut seconds, mut bytes) = (Vec::new(), Vec::new());
        for number in 1..=LIVE {
            let (id, text) = (format!("{number:032x}"), format!("The record of number {number}"));
            let mut record = like.clone();
            record.insert("id".to_owned(), id.as_str().into());
            record.insert("narrative".to_owned(), text.as_str().into());
            let before = Traffic::now()?;
            let until = json!({"do": "until", "records": 0, "ids": [id], "text": text});
            self.taking.tell(&until)?;
            self.giving.have(&json!({"do": "put", "record": record}))?;
            let started = Instant::now();
            self.taking.answer()?.with_context(not_in_time)?;
            seconds.push(started.elapsed().as_secs_f64());
            bytes.push(Traffic::now()?.since(before).bytes);
        }
        self.disconnect()?;
        middle(seconds, bytes)
    }

    /// A figure counts only if both sides hold the same.
    fn same(&mut self) -> Result<()> {
        let order = json!({"do": "digest"});
        let giving: Value = self.giving.ask(&order)?;
        let taking: Value = self.taking.ask(&order)?;
        ensure!(giving == taking, "the two sides differ: {giving} and {taking}");
        Ok(())
    }
}

fn not_in_time() -> String {
    format!("not within {} minutes", LIMIT.as_secs() / 60)
}

/// The median of the seconds and that of the bytes.
fn middle(mut seconds: Vec<f64>, mut bytes: Vec<u64>) -> Result<Cost> {
    seconds.sort_by(f64::total_cmp);
    bytes.sort_unstable();
    let seconds = seconds.get(seconds.len() / 2).copied();
    let bytes = bytes.get(bytes.len() / 2).copied();
    let (seconds, bytes) = seconds.zip(bytes).context("nothing was measured")?;
    Ok(Cost { seconds, bytes })
}

/// The ids of all records, numbered.
fn ids(file: &Path) -> Result<Vec<(usize, String)>> {
    let text = std::fs::read_to_string(file)?;
    let id = |(number, line): (usize, &str)| -> Result<(usize, String)> {
        let Named { id } = serde_json::from_str(line)?;
        Ok((number, id))
    };
    text.lines().enumerate().map(id).collect()
}
