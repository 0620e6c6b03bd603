//! The machine on which the figures were measured, and how they were built.

use std::fmt;
use std::path::Path;
use std::thread::available_parallelism;

/// The machine and the build.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Machine {
    /// The model of the processor.
    pub processor: String,
    /// Cores that the process may use.
    pub cores: usize,
    /// Memory in MiB.
    pub memory_mib: u64,
    /// The version of the kernel.
    pub kernel: String,
    /// The file system on which the schools lie.
    pub file_system: String,
    /// The compiler.
    pub compiler: String,
    /// The profile.
    pub profile: String,
    /// The level of optimisation of our own code.
    pub opt_level: String,
}

/// What cannot be told here.
const UNKNOWN: &str = "unknown";

impl Machine {
    /// This machine, with the file system of that folder.
    pub fn of_this(dir: &Path) -> Self {
        let read = |path: &str| std::fs::read_to_string(path).unwrap_or_default();
        let dir = dir.canonicalize().unwrap_or_else(|_| dir.to_owned());
        Self {
            processor: processor(&read("/proc/cpuinfo")),
            cores: available_parallelism().map_or(1, usize::from),
            memory_mib: memory_mib(&read("/proc/meminfo")),
            kernel: or_unknown(read("/proc/sys/kernel/osrelease").trim()),
            file_system: file_system(&read("/proc/mounts"), &dir),
            compiler: or_unknown(env!("BENCH_COMPILER")),
            profile: or_unknown(env!("BENCH_PROFILE")),
            opt_level: or_unknown(env!("BENCH_OPT_LEVEL")),
        }
    }

    /// Whether this is the build for which figures are aimed at.
    pub fn is_release(&self) -> bool {
        self.profile == "release"
    }
}

impl fmt::Display for Machine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "- Processor: {}, {} cores", self.processor, self.cores)?;
        writeln!(f, "- Memory: {:.1} GiB", self.memory_mib as f64 / 1024.0)?;
        writeln!(f, "- Kernel: {}; file system: {}", self.kernel, self.file_system)?;
        writeln!(f, "- Compiler: {}", self.compiler)?;
        writeln!(f, "- Profile: {}, opt-level {}", self.profile, self.opt_level)
    }
}

fn or_unknown(text: &str) -> String {
    if text.is_empty() { UNKNOWN.to_owned() } else { text.to_owned() }
}

/// The value of `name : value` or `name: value`.
fn value<'a>(text: &'a str, name: &str) -> Option<&'a str> {
    text.lines().find_map(|line| {
        let (key, value) = line.split_once(':')?;
        (key.trim() == name).then_some(value.trim())
    })
}

pub fn processor(cpuinfo: &str) -> String {
    or_unknown(value(cpuinfo, "model name").unwrap_or_default())
}

pub fn memory_mib(meminfo: &str) -> u64 {
    let kib = value(meminfo, "MemTotal").and_then(|total| total.split_whitespace().next());
    kib.and_then(|kib| kib.parse::<u64>().ok()).unwrap_or(0) / 1024
}

/// The type of the innermost mount that holds a folder.
pub fn file_system(mounts: &str, dir: &Path) -> String {
    let mounts = mounts.lines().filter_map(|line| {
        let mut fields = line.split_whitespace().skip(1);
        Some((fields.next()?, fields.next()?))
    });
    let holding = mounts.filter(|(place, _)| dir.starts_with(place));
    // Of two mounts at one place the later hides the earlier.
    let innermost = holding.max_by_key(|(place, _)| Path::new(place).components().count());
    innermost.map_or_else(|| UNKNOWN.to_owned(), |(_, name)| name.to_owned())
}
