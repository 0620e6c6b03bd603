//! One of the two processes of a system: orders go in, answers come out, a line of JSON each.

use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use anyhow::{Context, Result, bail};
use serde::de::DeserializeOwned;
use serde_json::Value;

/// A process that holds one side's records. It is ended when this is dropped.
pub struct Side {
    child: Child,
    orders: ChildStdin,
    answers: Receiver<String>,
    log: PathBuf,
    limit: Duration,
}

impl Side {
    /// Starts a program with the folder in which it keeps its records.
    pub fn start(program: &[String], folder: &Path, limit: Duration) -> Result<Self> {
        std::fs::create_dir_all(folder)?;
        let (name, arguments) = program.split_first().context("no program")?;
        let mut command = Command::new(name);
        command.args(arguments).arg(folder).stdin(Stdio::piped()).stdout(Stdio::piped());
        let log = folder.with_extension("log");
        command.stderr(std::fs::File::create(&log)?);
        let mut child = command.spawn().with_context(|| format!("{name} does not start"))?;
        let orders = child.stdin.take().context("no way in")?;
        let output = child.stdout.take().context("no way out")?;
        let (tell, answers) = channel();
        std::thread::spawn(move || {
            let lines = BufReader::new(output).lines().map_while(Result::ok);
            // Nobody waits for what comes after the end.
            lines.for_each(|line| drop(tell.send(line)));
        });
        Ok(Self { child, orders, answers, log, limit })
    }

    /// Gives an order; its answer is still to come.
    pub fn tell(&mut self, order: &Value) -> Result<()> {
        writeln!(self.orders, "{order}")?;
        self.orders.flush().context("a side takes no orders any more")
    }

    /// The next answer; none if it takes too long.
    pub fn answer(&mut self) -> Result<Option<Value>> {
        use std::sync::mpsc::RecvTimeoutError::{Disconnected, Timeout};
        let line = match self.answers.recv_timeout(self.limit) {
            Ok(line) => line,
            Err(Timeout) => return Ok(None),
            Err(Disconnected) => {
                bail!("a side has stopped: {}", std::fs::read_to_string(&self.log)?.trim())
            }
        };
        let answer: Value = serde_json::from_str(&line).with_context(|| line.clone())?;
        match answer.get("error") {
            Some(error) => bail!("a side failed: {error}"),
            None => Ok(Some(answer)),
        }
    }

    /// Gives an order and waits for its answer, which has to come in time.
    pub fn ask<A: DeserializeOwned>(&mut self, order: &Value) -> Result<A> {
        self.tell(order)?;
        let answer = self.answer()?.with_context(|| format!("no answer in time to {order}"))?;
        serde_json::from_value(answer).with_context(|| format!("the answer to {order}"))
    }

    /// Gives an order and waits until it is carried out, which has to be in time.
    pub fn have(&mut self, order: &Value) -> Result<()> {
        self.ask::<Value>(order).map(drop)
    }
}

impl Drop for Side {
    fn drop(&mut self) {
        // Whatever has ended already need not be ended.
        self.child.kill().ok();
        self.child.wait().ok();
    }
}
