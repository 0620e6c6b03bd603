//! A metric runs once its examples give what they say; they run once for each change of its files.

use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};

use sheaf_metrics::{Host, Package};

use crate::error::{Result, SchoolError};

/// The most metrics of which it is remembered that their examples hold: more than a school has, and
/// than somebody saves of one in a day.
const MOST_HELD: usize = 256;

/// The metrics whose examples hold, by the hash over their files.
#[derive(Default)]
pub(crate) struct Held(Mutex<BTreeSet<String>>);

impl Held {
    /// Makes sure that the examples of a metric hold, by running them unless they did so before.
    ///
    /// # Errors
    /// As [`hold`].
    pub(super) fn check(&self, package: &Package) -> Result<()> {
        if self.0.lock().unwrap_or_else(PoisonError::into_inner).contains(package.hash()) {
            return Ok(());
        }
        hold(package)?;
        let mut held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if held.len() >= MOST_HELD {
            held.clear();
        }
        held.insert(package.hash().to_owned());
        Ok(())
    }
}

/// Runs the examples of a metric: it may have been changed since they were written, or written for
/// an older Sheaf.
///
/// # Errors
/// One of them does not give what it says.
pub(super) fn hold(package: &Package) -> Result<()> {
    // What comes with Sheaf was checked when it was built, and has its examples left there.
    if package.examples.is_empty() {
        return Ok(());
    }
    let Some(failed) = Host::new().check(package).failed.into_iter().next() else {
        return Ok(());
    };
    Err(SchoolError::Refused(format!(
        "`{}` does not give what its example {} says ({}); ask its author to mend one of them",
        package.manifest.id, failed.file, failed.why
    )))
}
