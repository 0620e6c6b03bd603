//! A device on a machine of the lab: a home, and the command line that is run there. Every wait is
//! for a line, with a deadline; nothing sleeps.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::lab::{Host, Lab};

/// How long anything may take before a scenario fails: far more than a slow machine needs.
const PATIENCE: Duration = Duration::from_secs(120);
/// The port that `sheaf` uses unless told otherwise.
pub const PORT: u16 = 47_820;

/// The passphrase of every home that has one.
pub const PASSPHRASE: &str = "four words of test";

/// One device: the folder of its school, on one of the machines.
pub struct Machine {
    pub host: Host,
    pub home: PathBuf,
}

impl Machine {
    pub fn new(host: Host, home: &Path) -> Self {
        Self { host, home: home.to_owned() }
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = sheaf();
        command.arg("--home").arg(&self.home).args(["--format", "json"]).args(arguments);
        command.env("SHEAF_PASSPHRASE", PASSPHRASE);
        command
    }

    /// What a command that succeeds prints as its one JSON value. It needs no network.
    #[track_caller]
    pub fn json(&self, arguments: &[&str]) -> Value {
        json(self.command(arguments))
    }

    /// Starts to serve on the machine's networks.
    pub fn serve(&self, lab: &Lab, arguments: &[&str]) -> Running {
        let mut command = self.command(&["serve", "--events"]);
        command.args(arguments);
        Running::start(lab.inside(self.host, &command))
    }

    /// Logs an incident; every device is to have it in the end. Gives its id.
    #[track_caller]
    pub fn log(&self, note: &str) -> String {
        let pupils = self.json(&["record", "list", "pupil", "--limit", "1"]);
        let pupil = pupils["records"][0]["id"].as_str().unwrap().to_owned();
        let record = self.json(&["log", &pupil, "disruption", "--note", note]);
        record["id"].as_str().unwrap().to_owned()
    }

    /// Whether the record can be read here, and says this.
    #[track_caller]
    pub fn reads(&self, record: &str, note: &str) -> bool {
        let output = self.command(&["record", "show", record]).output().unwrap();
        output.status.success() && String::from_utf8(output.stdout).unwrap().contains(note)
    }

    /// Waits until the doctor says all of this; it is told now and then what was noticed.
    #[track_caller]
    pub fn until_examined(&self, wanted: &[String]) {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let checks = self.json(&["doctor"])["checks"].to_string();
            if wanted.iter().all(|words| checks.contains(words)) {
                return;
            }
            assert!(Instant::now() < deadline, "{wanted:?} in {checks}");
        }
    }

    #[track_caller]
    pub fn device_id(&self) -> String {
        self.json(&["status"])["device_id"].as_str().unwrap().to_owned()
    }

    /// The digest of the space that everybody is in.
    #[track_caller]
    pub fn digest(&self) -> String {
        let status = self.json(&["status"]);
        let spaces = status["spaces"].as_array().unwrap().iter();
        let digests: BTreeMap<_, _> =
            spaces.map(|space| (space["name"].as_str(), space["digest"].as_str())).collect();
        digests[&Some("pastoral")].unwrap().to_owned()
    }
}

/// The command under test, with nothing inherited that a scenario did not set.
pub fn sheaf() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_sheaf-under-test"));
    command.env_remove("SHEAF_HOME").env_remove("SHEAF_PASSPHRASE");
    command
}

#[track_caller]
pub fn json(mut command: Command) -> Value {
    let output = command.stdin(Stdio::null()).output().unwrap();
    let error = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{command:?}: {error}");
    serde_json::from_slice(&output.stdout).unwrap()
}

/// A bad cable between two networks, on a machine that is on both.
pub struct BadCable<'a> {
    pub at: &'a str,
    pub to: &'a str,
    pub loss_percent: u64,
    pub delay_ms: u64,
    pub bytes_a_second: u64,
}

impl BadCable<'_> {
    pub fn lay(&self, lab: &Lab, host: Host) -> Running {
        let mut command = Command::new(env!("CARGO_BIN_EXE_sheaf-lab"));
        let numbers = [self.loss_percent, self.delay_ms, self.bytes_a_second, 7];
        command.args(["forward", self.at, self.to]).args(numbers.map(|one| one.to_string()));
        Running::start(lab.inside(host, &command))
    }
}

/// An ear for what is announced on the network of a machine.
pub fn listen(lab: &Lab, host: Host, at: &str) -> Running {
    let mut command = Command::new(env!("CARGO_BIN_EXE_sheaf-lab"));
    command.args(["listen", at]);
    let ear = Running::start(lab.inside(host, &command));
    ear.until("start", |event| event["event"] == "listening");
    ear
}

/// A process that prints one JSON object a line; killed, by its id, when it is dropped.
pub struct Running {
    child: Child,
    lines: Receiver<String>,
}

impl Running {
    pub fn start(mut command: Command) -> Self {
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child = command.spawn().unwrap();
        let stdout = BufReader::new(child.stdout.take().unwrap());
        let (tell, lines) = channel();
        std::thread::spawn(move || {
            for line in stdout.lines().map_while(Result::ok) {
                if tell.send(line).is_err() {
                    return;
                }
            }
        });
        Self { child, lines }
    }

    /// Waits for an event.
    #[track_caller]
    pub fn until(&self, what: &str, mut fits: impl FnMut(&Value) -> bool) -> Value {
        let (started, mut seen) = (Instant::now(), Vec::new());
        while let Some(left) = PATIENCE.checked_sub(started.elapsed()) {
            let line = match self.lines.recv_timeout(left) {
                Ok(line) => line,
                Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => break,
            };
            let event: Value = serde_json::from_str(&line).unwrap();
            if fits(&event) {
                return event;
            }
            seen.push(line);
        }
        panic!("no {what} among {seen:#?}");
    }

    /// Sends the process a signal, by name.
    pub fn signal(&self, name: &str) {
        let kill = format!("kill -{name} {}", self.child.id());
        assert!(Command::new("sh").args(["-c", &kill]).status().unwrap().success(), "{kill}");
    }

    /// The next line if it comes in time.
    pub fn within(&self, limit: Duration) -> Option<Value> {
        self.lines.recv_timeout(limit).ok().map(|line| serde_json::from_str(&line).unwrap())
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // Either fails only for a process that has ended.
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

/// Waits, line by line of the first one's events, until all show the same; gives the digest.
#[track_caller]
pub fn converge(machines: &[Machine], running: &[Running]) -> String {
    let started = Instant::now();
    loop {
        let digests: Vec<String> = machines.iter().map(Machine::digest).collect();
        if digests.iter().all(|digest| *digest == digests[0]) {
            return digests[0].clone();
        }
        assert!(started.elapsed() < PATIENCE, "still different: {digests:?}");
        // Something has to happen before they can agree; without it they are asked again.
        for one in running {
            one.within(Duration::from_millis(50));
        }
    }
}
