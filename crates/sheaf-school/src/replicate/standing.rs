//! Whether an entry stands, judged over what this home has stored.

use sheaf_charter::{Entry, EntryId, Header, Lane, LogId, Signed, Trust};
use sheaf_replica::{Chains, Verdict};
use sheaf_store::Snapshot;

use crate::error::{Result, SchoolError};

/// The chains of this home.
struct Stored<'a, 's>(&'a Snapshot<'s>);

impl Chains for Stored<'_, '_> {
    type Error = SchoolError;

    fn holds(&self, id: EntryId) -> Result<bool> {
        Ok(self.0.holds(id)?)
    }

    fn header(&self, id: EntryId) -> Result<Option<Header>> {
        Ok(self.0.header(id)?)
    }

    fn entries_at(&self, lane: Lane, log: LogId, seq: u64) -> Result<Vec<EntryId>> {
        Ok(self.0.entries_at(lane, log, seq)?)
    }
}

/// See [`sheaf_replica::verdict`].
pub(crate) fn verdict(
    snapshot: &Snapshot<'_>,
    trust: &Trust,
    entry: &Entry,
    previous: Option<&Header>,
) -> Result<Verdict> {
    sheaf_replica::verdict(&Stored(snapshot), trust, entry, previous)
}

/// See [`sheaf_replica::verdict_built_on`].
pub(crate) fn verdict_built_on(
    snapshot: &Snapshot<'_>,
    trust: &Trust,
    entry: &Entry,
    previous: Option<&Header>,
) -> Result<Verdict> {
    sheaf_replica::verdict_built_on(&Stored(snapshot), trust, entry, previous)
}

/// See [`sheaf_replica::verdict_here`].
pub(crate) fn verdict_here(
    snapshot: &Snapshot<'_>,
    trust: &Trust,
    signed: Signed<'_>,
    previous: Option<&Header>,
) -> Result<Verdict> {
    sheaf_replica::verdict_here(&Stored(snapshot), trust, signed, previous)
}

/// See [`sheaf_replica::verdict_again`].
pub(crate) fn verdict_again(
    snapshot: &Snapshot<'_>,
    trust: &Trust,
    header: &Header,
    id: EntryId,
) -> Result<Verdict> {
    sheaf_replica::verdict_again(&Stored(snapshot), trust, header, id)
}
