//! What came by a file, as people count it: records, and colleagues who had written in them.

use std::collections::BTreeSet;

use sheaf_charter::{EntryId, Lane, Part};

use crate::core::Core;
use crate::error::{Result, SchoolError};
use crate::shape::Came;

/// What the entries hold that have joined.
pub(super) fn came(core: &Core, joined: &[(Lane, EntryId)]) -> Result<Came> {
    let (mut records, mut people) = (BTreeSet::new(), BTreeSet::new());
    core.store.read(|snapshot| {
        let control = core.control();
        for (_, id) in joined.iter().filter(|(lane, _)| lane.part == Part::Data) {
            let Some(header) = snapshot.header(*id)? else { continue };
            records.extend(header.table.iter().map(|row| row.document));
            people.extend(control.trust.person_of_log(header.log));
        }
        Ok::<_, SchoolError>(())
    })?;
    people.remove(&core.person());
    Ok(Came { records: records.len() as u64, colleagues: people.len() as u64 })
}
