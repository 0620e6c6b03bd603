//! Checking everything against the log.

use anyhow::{Result, bail};
use sheaf_school::Verify;

use crate::session::Session;

/// `sheaf verify`.
pub fn verify(session: &Session, rebuild: bool) -> Result<()> {
    let school = session.open()?;
    let how = if rebuild { Verify::Rebuild } else { Verify::Check };
    let verified = school.verify(how)?;
    session.out.value(&verified, |verified| {
        let mut text = format!(
            "Checked {} entries and {} documents: {}\n",
            verified.entries,
            verified.documents,
            if verified.ok { "all is well" } else { "not all is well" }
        );
        for problem in &verified.problems {
            text.push_str(&format!("  {problem}\n"));
        }
        text
    })?;
    if !verified.ok {
        bail!("{} problems were found; `sheaf verify --rebuild` mends an index", {
            verified.problems.len()
        });
    }
    Ok(())
}
