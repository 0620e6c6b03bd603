//! Documents and the index, against what the log says.

use std::collections::BTreeMap;

use sheaf_charter::{DocumentId, SpaceId};
use sheaf_records::CodeLists;
use sheaf_store::{DocumentState, RecordRow, Snapshot};

use super::entries::Checked;
use super::problems::Problems;
use crate::error::Result;
use crate::index_row::{IndexRow, index_row, index_view};
use crate::indexed::Indexed;
use crate::project::Projector;

/// The documents that the log gives and those that have a state here, each with its space. Records
/// that no document stands behind are problems.
pub(super) fn named(
    snapshot: &Snapshot<'_>,
    checked: &Checked,
    problems: &mut Problems,
) -> Result<BTreeMap<DocumentId, SpaceId>> {
    let mut documents: BTreeMap<_, _> = checked.documents.iter().copied().collect();
    for (document, space) in snapshot.all_documents()? {
        documents.entry(document).or_insert(space);
    }
    for record in snapshot.record_ids()? {
        if !documents.contains_key(&record) {
            problems.index(&record, &"it is in the index, and nothing in the log gives it");
        }
    }
    Ok(documents)
}

/// What is wrong with a document, if anything is.
pub(super) fn check(
    snapshot: &Snapshot<'_>,
    projector: &Projector<'_>,
    document: DocumentId,
    space: SpaceId,
) -> Result<Option<&'static str>> {
    if projector.control.is_erased(space, document) {
        return Ok(Some("it was erased, and is still here"));
    }
    let Some(state) = snapshot.document(document)? else {
        return Ok(Some("the log gives it, and it is not here"));
    };
    let (rebuilt, origins) = projector.replayed_whole(snapshot, document)?;
    if state.space != space {
        return Ok(Some("it is kept in another space than its sections"));
    }
    let changes = rebuilt.change_count()? as u64;
    if rebuilt.heads()?.concat() != state.heads || changes != state.changes {
        return Ok(Some("its heads are not those of the log"));
    }
    let view = rebuilt.view()?;
    if state.stored.is_some() && !is_stored_as(projector, snapshot, &state, &rebuilt)? {
        return Ok(Some("its stored form is not that of the log"));
    }
    let Some(row) = snapshot.record(document)? else { return Ok(Some("it is not in the index")) };
    let indexed = index_view(&view, &origins);
    let expected = index_row(space, &view.record, &indexed, projector.lists)?;
    let found = IndexRow {
        row,
        links: snapshot.links(document)?,
        conflicts: snapshot.conflicts_of(document)?,
    };
    Ok(differs(expected, found, &indexed, *projector.lists != CodeLists::default()))
}

/// Whether the stored form has the same history and says the same.
fn is_stored_as(
    projector: &Projector<'_>,
    snapshot: &Snapshot<'_>,
    state: &DocumentState,
    rebuilt: &sheaf_documents::Document,
) -> Result<bool> {
    let stored = projector.load(snapshot, state)?;
    Ok(stored.heads()? == rebuilt.heads()? && stored.view()? == rebuilt.view()?)
}

fn differs(
    expected: IndexRow,
    found: IndexRow,
    indexed: &Indexed,
    own_lists: bool,
) -> Option<&'static str> {
    let values = serde_json::from_str::<Indexed>(&found.row.json);
    if !values.is_ok_and(|values| values == *indexed) {
        return Some("its values in the index are not those of the log");
    }
    // The values were compared; their text may be written in another order. And a line is made
    // with the code lists of its time: in a school that has changed them it may be another now.
    let json = expected.row.json.clone();
    let title = if own_lists { expected.row.title.clone() } else { found.row.title };
    let row = RecordRow { json, title, ..found.row };
    if row != expected.row {
        return Some("its line in the index is not that of the log");
    }
    let mut links = expected.links;
    links.sort_unstable();
    links.dedup();
    if links != found.links {
        return Some("what it concerns in the index is not that of the log");
    }
    let mut conflicts = expected.conflicts;
    conflicts.sort_unstable();
    (conflicts != found.conflicts).then_some("its conflicts in the index are not those of the log")
}
