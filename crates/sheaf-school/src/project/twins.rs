//! Of two changes with one document, actor and number the one of the lower entry stands, in
//! whatever order they have come.

use std::collections::BTreeSet;

use sheaf_charter::{DocumentId, Lane, SpaceId};
use sheaf_documents::{DocumentError, Limits, not_standing, split_changes};
use sheaf_store::{SectionRef, Snapshot, Txn};

use super::{Projector, by_its_author, open};
use crate::error::Result;

impl Projector<'_> {
    /// Whether a document was built anew because one of its sections could not be applied beside a
    /// twin: with that section, or without it. Otherwise it is for the caller to hold the section.
    pub(super) fn settles(
        &mut self,
        txn: &mut Txn<'_>,
        error: &DocumentError,
        document: DocumentId,
        space: SpaceId,
        section: SectionRef,
    ) -> Result<bool> {
        let is_twin = matches!(error, DocumentError::DuplicateSequence { .. });
        if !is_twin || self.settled == Some(document) {
            return Ok(false);
        }
        let sections = self.sections_to_take(txn, space, document)?;
        let out = self.kept_out(txn, document, space, &sections)?;
        if self.are_held(txn, &out, section)? {
            return Ok(false);
        }
        // Those come last: none of them finds its number free, and each is held for its own reason.
        let (last, mut order): (Vec<_>, Vec<_>) =
            sections.into_iter().partition(|section| out.contains(section));
        order.extend(last);
        let before = self.settled.replace(document);
        self.take_anew(txn, space, document, &order)?;
        self.settled = before;
        Ok(true)
    }

    /// Whether of a document nothing would change but that this section is held as well.
    fn are_held(
        &self,
        txn: &Snapshot<'_>,
        out: &BTreeSet<SectionRef>,
        arriving: SectionRef,
    ) -> Result<bool> {
        for section in out.iter().filter(|section| **section != arriving) {
            if txn.held_reason(*section)?.is_none() {
                return Ok(false);
            }
        }
        Ok(out.contains(&arriving))
    }

    /// Those of these sections that do not stand: for a twin of a lower entry, or by themselves.
    fn kept_out(
        &self,
        txn: &Snapshot<'_>,
        document: DocumentId,
        space: SpaceId,
        sections: &[SectionRef],
    ) -> Result<BTreeSet<SectionRef>> {
        let mut opened = Vec::new();
        for section in sections {
            if let Some(bytes) = self.changes_in(txn, document, space, *section)? {
                opened.push((*section, bytes));
            }
        }
        // The lower entry goes first.
        opened.sort_unstable_by_key(|(section, _)| *section);
        let groups = opened.iter().map(|(_, bytes)| split_changes(bytes, &Limits::STANDARD));
        let groups = groups.collect::<Result<Vec<_>, _>>()?;
        let places = not_standing(&groups).into_iter();
        Ok(places.filter_map(|place| Some(opened.get(place)?.0)).collect())
    }

    /// What a section holds; none where it can be no part of its document here.
    fn changes_in(
        &self,
        txn: &Snapshot<'_>,
        document: DocumentId,
        space: SpaceId,
        section: SectionRef,
    ) -> Result<Option<Vec<u8>>> {
        let Some(header) = txn.header(section.entry)? else { return Ok(None) };
        if header.lane != Lane::data(space) {
            return Ok(None);
        }
        let Some(sealed) = txn.section(section)? else { return Ok(None) };
        let Some(key) = self.control.keys.key(space, header.epoch) else { return Ok(None) };
        let opened = open(key, &header, section.index, document, &sealed).ok();
        let opened = opened.filter(|opened| by_its_author(&header, opened));
        Ok(opened.map(|opened| opened.section.bytes))
    }
}

#[cfg(test)]
mod tests;
