//! A device as its user has it: a home and the command line. Every wait is for a line or an event,
//! with a deadline; nothing sleeps.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::sync::{Arc, Mutex, Weak};
use std::time::{Duration, Instant};

use serde_json::Value;
use sheaf_school::{Clock, Joining, Listen, Networks, Protection};
use tempfile::TempDir;

pub use crate::keys::identity;

/// How long anything may take before the story fails: far more than a slow machine needs.
const PATIENCE: Duration = Duration::from_secs(180);
/// The passphrase of every real home in these stories.
pub const PASSPHRASE: &str = "four words of test";

/// What a command that has ended said.
#[derive(Debug)]
pub struct Ran {
    pub code: Option<i32>,
    pub out: String,
    pub err: String,
}

/// The command under test, with nothing inherited that a story did not set.
pub fn sheaf() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_sheaf-under-test"));
    for variable in [
        "SHEAF_HOME",
        "SHEAF_PASSPHRASE",
        "SHEAF_PASSPHRASE_FILE",
        "SHEAF_NEW_PASSPHRASE",
        "SHEAF_BACKUP_PASSPHRASE",
    ] {
        command.env_remove(variable);
    }
    command
}

/// Runs a command to its end.
#[track_caller]
pub fn run(command: &mut Command, input: &str) -> Ran {
    let mut child = spawn(command.stdin(Stdio::piped()));
    // A command that does not read its input may be gone already.
    child.stdin.take().unwrap().write_all(input.as_bytes()).ok();
    let out = text_of(child.stdout.take().unwrap());
    let err = text_of(child.stderr.take().unwrap());
    let texts = out.recv_timeout(PATIENCE).and_then(|out| Ok((out, err.recv_timeout(PATIENCE)?)));
    let Ok((out, err)) = texts else {
        child.kill().unwrap();
        panic!("{command:?} did not end");
    };
    Ran { code: child.wait().unwrap().code(), out, err }
}

fn spawn(command: &mut Command) -> Child {
    command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
}

fn text_of(mut stream: impl Read + Send + 'static) -> Receiver<String> {
    let (tell, text) = channel();
    std::thread::spawn(move || {
        let mut bytes = Vec::new();
        stream.read_to_end(&mut bytes).unwrap();
        tell.send(String::from_utf8(bytes).unwrap()).ok();
    });
    text
}

/// A command that stays up; killed, by its id, when it is dropped.
pub struct Process {
    child: Child,
    lines: Receiver<String>,
    err: Receiver<String>,
}

impl Process {
    pub fn spawn(command: &mut Command) -> Self {
        let mut child = spawn(command.stdin(Stdio::null()));
        let err = text_of(child.stderr.take().unwrap());
        let (tell, lines) = channel();
        let stdout = BufReader::new(child.stdout.take().unwrap());
        std::thread::spawn(move || {
            for line in stdout.lines().map_while(Result::ok) {
                if tell.send(line).is_err() {
                    return;
                }
            }
        });
        Self { child, lines, err }
    }

    /// The next line of its output; none once that has ended.
    #[track_caller]
    pub fn line(&self) -> Option<String> {
        match self.lines.recv_timeout(PATIENCE) {
            Ok(line) => Some(line),
            Err(RecvTimeoutError::Disconnected) => None,
            Err(RecvTimeoutError::Timeout) => panic!("no line came"),
        }
    }

    /// The next line if it comes in time: for stories in which the moment is left to chance.
    pub fn line_within(&self, limit: Duration) -> Option<String> {
        self.lines.recv_timeout(limit).ok()
    }

    /// `kill -9`; gives the lines that were printed before.
    pub fn kill(mut self) -> Vec<String> {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
        self.lines.iter().collect()
    }

    /// Waits for its end.
    #[track_caller]
    pub fn end(mut self) -> Ran {
        let out: Vec<String> = std::iter::from_fn(|| self.line()).collect();
        let err = self.err.recv_timeout(PATIENCE).unwrap();
        Ran { code: self.child.wait().unwrap().code(), out: out.join("\n"), err }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // Either fails only for a process that has ended.
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

/// A `serve --events` that stays up.
pub struct Serving {
    process: Process,
    pub address: String,
}

impl Serving {
    /// Waits for an event.
    #[track_caller]
    pub fn until(&self, what: &str, fits: impl Fn(&Value) -> bool) -> Value {
        let started = Instant::now();
        let mut seen = Vec::new();
        while started.elapsed() < PATIENCE {
            let Some(line) = self.process.line() else { break };
            let event: Value = serde_json::from_str(&line).unwrap();
            if fits(&event) {
                return event;
            }
            seen.push(line);
        }
        panic!("no {what} among {seen:#?}");
    }

    /// The next event if it comes in time.
    pub fn event_within(&self, limit: Duration) -> Option<String> {
        self.process.line_within(limit)
    }

    /// `kill -9`.
    pub fn kill(self) {
        self.process.kill();
    }
}

/// One device: the folder of its school, and what opens it.
#[derive(Clone, Debug)]
pub struct Device {
    pub home: PathBuf,
    pub passphrase: Option<String>,
}

impl Device {
    /// A device of an invented school.
    pub fn invented(home: &Path) -> Self {
        Self { home: home.to_owned(), passphrase: None }
    }

    /// A device of a real school.
    pub fn real(home: &Path) -> Self {
        Self { home: home.to_owned(), passphrase: Some(PASSPHRASE.to_owned()) }
    }

    /// The same home opened with another passphrase, or without one.
    pub fn with_passphrase(&self, passphrase: Option<&str>) -> Self {
        Self { passphrase: passphrase.map(str::to_owned), ..self.clone() }
    }

    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = sheaf();
        command.arg("--home").arg(&self.home).args(arguments);
        if let Some(passphrase) = &self.passphrase {
            command.env("SHEAF_PASSPHRASE", passphrase);
        }
        command
    }

    #[track_caller]
    pub fn run(&self, arguments: &[&str]) -> Ran {
        run(&mut self.command(arguments), "")
    }

    /// What a command that succeeds prints as text.
    #[track_caller]
    pub fn text(&self, arguments: &[&str]) -> String {
        let ran = self.run(arguments);
        assert_eq!(ran.code, Some(0), "{arguments:?}: {}", ran.err);
        ran.out
    }

    /// What a command that succeeds prints as its one JSON value.
    #[track_caller]
    pub fn json(&self, arguments: &[&str]) -> Value {
        let text = self.text(&[&["--format", "json"], arguments].concat());
        serde_json::from_str(&text).unwrap_or_else(|error| panic!("{arguments:?}: {error}: {text}"))
    }

    /// The one line with which a command is refused; the device's folder reads `HOME` in it.
    #[track_caller]
    pub fn refused(&self, arguments: &[&str]) -> String {
        let ran = self.run(arguments);
        refusal(&ran, 1).replace(&self.home.display().to_string(), "HOME")
    }

    /// Starts to serve on this machine's loopback network.
    #[track_caller]
    pub fn serve(&self, arguments: &[&str]) -> Serving {
        let all = [&["serve", "--loopback", "--events"], arguments].concat();
        let process = Process::spawn(&mut self.command(&all));
        let mut serving = Serving { process, address: String::new() };
        let event = serving.until("listening", |event| event["event"] == "listening");
        serving.address = event["addresses"][0].as_str().unwrap().to_owned();
        serving
    }

    /// Replicates once with the device at an address; gives the session.
    #[track_caller]
    pub fn sync(&self, address: &str) -> Value {
        let synced = self.json(&["sync", "--loopback", "--with", address]);
        let session = synced["sessions"][0].clone();
        assert_eq!(session["outcome"], "equal", "{synced:#}");
        session
    }

    /// The digest of each space.
    #[track_caller]
    pub fn digests(&self) -> BTreeMap<String, String> {
        let status = self.json(&["status"]);
        let spaces = status["spaces"].as_array().unwrap().iter();
        spaces.map(|space| (string(&space["name"]), string(&space["digest"]))).collect()
    }

    /// Some pupil's id: the first of the list.
    #[track_caller]
    pub fn pupil(&self) -> String {
        string(&self.json(&["record", "list", "pupil", "--limit", "1"])["records"][0]["id"])
    }

    /// Logs an incident; gives its id.
    #[track_caller]
    pub fn log(&self, pupil: &str, space: &str, note: &str) -> String {
        let arguments = ["log", pupil, "disruption", "--note", note, "--space", space];
        string(&self.json(&arguments)["id"])
    }

    #[track_caller]
    pub fn show(&self, id: &str) -> Value {
        self.json(&["record", "show", id])
    }

    /// Checks the whole home and builds nothing anew.
    #[track_caller]
    pub fn verify(&self) {
        let verified = self.json(&["verify"]);
        assert_eq!(verified["ok"], true, "{verified:#}");
    }
}

/// Lets a new device join a school; it holds no record yet.
#[track_caller]
pub fn join(inviter: &Device, home: &Path, role: &str) -> Device {
    let invite = ["--format", "json", "invite", "--role", role, "--loopback"];
    let inviting = Process::spawn(&mut inviter.command(&invite));
    let ticket: Value = serde_json::from_str(&inviting.line().unwrap()).unwrap();
    let device = Device::real(home);
    device.json(&["join", &string(&ticket["ticket"]), "--person", "Ben Ito", "--loopback"]);
    assert_eq!(inviting.end().code, Some(0));
    device
}

/// The same, but the new home has no passphrase: its commands start ten times as fast.
#[track_caller]
pub fn join_unprotected(inviter: &Device, home: &Path) -> Device {
    join_as(inviter, home, &["--role", "mentor"])
}

/// The same, with what the inviter says of the invited.
#[track_caller]
pub fn join_as(inviter: &Device, home: &Path, who: &[&str]) -> Device {
    let invite = ["--format", "json", "invite", "--loopback"];
    let inviting = Process::spawn(&mut inviter.command(&[&invite, who].concat()));
    let ticket: Value = serde_json::from_str(&inviting.line().unwrap()).unwrap();
    let joining = Joining {
        home: home.to_owned(),
        pass: string(&ticket["ticket"]).parse().unwrap(),
        person: "Ben Ito".to_owned(),
        device: "laptop".to_owned(),
        addresses: Vec::new(),
        protection: Protection::Plain,
    };
    let listen = Listen::new(Networks::Loopback, 0);
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(sheaf_school::join(&joining, listen, Clock::system())).unwrap();
    assert_eq!(inviting.end().code, Some(0));
    Device::invented(home)
}

/// Replicates two devices with each other.
#[track_caller]
pub fn meet(one: &Device, other: &Device) {
    let serving = one.serve(&[]);
    other.sync(&serving.address);
}

/// The one line on standard error of a command that ended with `code`, having printed no result.
#[track_caller]
pub fn refusal(ran: &Ran, code: i32) -> String {
    assert_eq!(ran.code, Some(code), "{ran:?}");
    assert_eq!(ran.err.lines().count(), 1, "not one line: {ran:?}");
    let line = ran.err.trim_end();
    line.strip_prefix("sheaf: ").unwrap_or_else(|| panic!("{line}")).to_owned()
}

#[track_caller]
pub fn string(value: &Value) -> String {
    value.as_str().unwrap_or_else(|| panic!("not a string: {value}")).to_owned()
}

/// An invented school of forty pupils on three devices, one year, made once and copied for each
/// story: the head's, the safeguarding lead's and a mentor's.
pub struct Demo {
    dir: TempDir,
    _shared: Arc<TempDir>,
}

impl Demo {
    pub fn new() -> Self {
        static SHARED: Mutex<Weak<TempDir>> = Mutex::new(Weak::new());
        let mut kept = SHARED.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let shared = kept.upgrade().unwrap_or_else(|| {
            let dir = TempDir::new().unwrap();
            demo(dir.path(), &["--pupils", "40", "--devices", "3", "--plain"]);
            Arc::new(dir)
        });
        *kept = Arc::downgrade(&shared);
        drop(kept);
        let dir = TempDir::new().unwrap();
        for number in ["1", "2", "3"] {
            copy_home(&shared.path().join(number), &dir.path().join(number));
        }
        Self { dir, _shared: shared }
    }

    pub fn path(&self) -> &Path {
        self.dir.path()
    }

    pub fn head(&self) -> Device {
        self.device("1")
    }

    pub fn dsl(&self) -> Device {
        self.device("2")
    }

    pub fn mentor(&self) -> Device {
        self.device("3")
    }

    fn device(&self, number: &str) -> Device {
        Device::invented(&self.dir.path().join(number))
    }
}

/// Makes an invented school of one year.
#[track_caller]
pub fn demo(dir: &Path, arguments: &[&str]) -> Value {
    Device::invented(dir).json(&[&["demo", "--years", "1"], arguments].concat())
}

/// Copies a home that no process has open.
pub fn copy_home(from: &Path, to: &Path) {
    std::fs::create_dir(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        std::fs::copy(&path, to.join(path.file_name().unwrap())).unwrap();
    }
}

/// Whether a folder has these bytes in a file.
pub fn holds(folder: &Path, needle: &[u8]) -> bool {
    std::fs::read_dir(folder).unwrap().any(|entry| {
        let path = entry.unwrap().path();
        if path.is_dir() {
            return holds(&path, needle);
        }
        contains(&std::fs::read(&path).unwrap(), needle)
    })
}

pub fn contains(bytes: &[u8], needle: &[u8]) -> bool {
    bytes.windows(needle.len()).any(|window| window == needle)
}
