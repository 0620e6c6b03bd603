//! Checking again who signed a change, and whether they were allowed to: from the header that is
//! stored, not from what was once said of it.

use sheaf_charter::{EntryId, Header, entry_id};
use sheaf_replica::Verdict;
use sheaf_store::Snapshot;

use crate::control::Control;
use crate::error::Result;
use crate::replicate::verdict_here;
use crate::shape::Signed;

/// What the stored header of an entry and the charter say of it now.
pub(crate) fn signed(snapshot: &Snapshot<'_>, control: &Control, id: EntryId) -> Result<Signed> {
    let wrong = |why: &str| Ok(Signed::Wrong(why.to_owned()));
    let Some(stored) = snapshot.signed_header(id)? else { return wrong("its entry is gone") };
    if entry_id(&stored.bytes) != id {
        return wrong("its header is not the one that its id commits to");
    }
    let Ok(header) = Header::from_bytes(&stored.bytes) else {
        return wrong("its header cannot be read");
    };
    let previous = match header.seq {
        0 => None,
        _ => snapshot.header(header.previous)?,
    };
    let signed = sheaf_charter::Signed::new(&header, &stored.bytes, &stored.signature);
    Ok(match verdict_here(snapshot, &control.trust, signed, previous.as_ref())? {
        Verdict::Stands => Signed::Valid,
        Verdict::Held(reason) => Signed::Held(reason.words().to_owned()),
        Verdict::Waits(_) => Signed::Wrong("what it names is missing".to_owned()),
        Verdict::Refused(reason) => Signed::Wrong(reason.words().to_owned()),
    })
}
