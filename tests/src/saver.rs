//! Saves incidents without end and prints the id of each as soon as its save has returned.
//! Usage: `sheaf-saver HOME PUPIL`.

use std::io::Write;
use std::path::Path;

use sheaf_school::{Clock, LogLine, School};

fn main() -> anyhow::Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [home, pupil] = arguments.as_slice() else {
        anyhow::bail!("usage: sheaf-saver HOME PUPIL")
    };
    let school = School::open(Path::new(home), None, Clock::system())?;
    let line = LogLine {
        who: pupil.clone(),
        what: "disruption".to_owned(),
        note: Some("saved in a loop".to_owned()),
        ..LogLine::default()
    };
    loop {
        let record = school.log(&line)?;
        let mut out = std::io::stdout().lock();
        writeln!(out, "{}", record.id)?;
        out.flush()?;
    }
}
