//! Checking everything against the log.

use anyhow::{Result, bail};
use sheaf_school::Verify;

use crate::output;
use crate::session::Session;

/// `sheaf verify`.
pub fn verify(session: &Session, rebuild: bool) -> Result<()> {
    let school = session.open_to_verify()?;
    let how = if rebuild { Verify::Rebuild } else { Verify::Check };
    let verified = school.verify(how, &|at| {
        output::progress(&format!("Checked {} of {} {}", at.done, at.of, at.what));
    })?;
    output::progress_done();
    session.out.value(&verified, |verified| {
        let mut text = format!(
            "Checked {} and {}: {}\n",
            output::counted(verified.entries, "entry", "entries"),
            output::counted(verified.documents, "document", "documents"),
            if verified.ok { "all is well" } else { "not all is well" }
        );
        for problem in &verified.problems {
            text.push_str(&format!("  {problem}\n"));
        }
        text
    })?;
    match verified.problems.len() {
        0 => {}
        1 => bail!("1 problem was found; it says what to do"),
        count => bail!("{count} problems were found; each says what to do"),
    }
    Ok(())
}
