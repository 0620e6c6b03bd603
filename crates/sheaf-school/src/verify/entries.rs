//! Entries: form, chain, signature, right, and the sections that they name.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Display;

use sheaf_charter::{
    ControlNames, DocumentId, EntryId, Header, Lane, LogId, Part, SectionPlace, Signed, SpaceId,
    entry_id, open_section,
};
use sheaf_replica::{LogTips, Verdict};
use sheaf_store::{Cause, Pending, SectionRef, Snapshot, StoredEntry, StoredPart};

use super::problems::Problems;
use crate::error::Result;
use crate::project::{NO_CHANGE, NO_KEY, Projector, Trial};
use crate::replicate::verdict_here;

/// What the entries that were checked add up to.
#[derive(Default)]
pub(super) struct Checked {
    /// How many entries each log has, and how far it has got.
    logs: BTreeMap<(Lane, LogId), (u64, LogTips)>,
    /// The documents that sections which stand belong to.
    pub(super) documents: BTreeSet<(DocumentId, SpaceId)>,
}

/// Checks one entry and everything that is stored of it.
pub(super) fn check(
    snapshot: &Snapshot<'_>,
    projector: &Projector<'_>,
    id: EntryId,
    checked: &mut Checked,
    problems: &mut Problems,
) -> Result<()> {
    let place = format!("entry {id}");
    let Some(stored) = snapshot.stored_entry(id)? else { return Ok(()) };
    let header = match read(&stored) {
        Ok(header) => header,
        Err(what) => {
            problems.log(&place, &what);
            return Ok(());
        }
    };
    checked.count(&header, id);
    let previous = match header.seq {
        0 => None,
        _ => readable(snapshot, header.previous)?,
    };
    if let Some(what) = breaks_chain(&header, previous.as_ref()) {
        problems.log(&place, &what);
    }
    let signed = Signed::new(&header, &stored.header.bytes, &stored.header.signature);
    let trust = &projector.control.trust;
    let verdict = verdict_here(snapshot, trust, signed, previous.as_ref())?;
    match &verdict {
        Verdict::Stands | Verdict::Held(_) => {}
        Verdict::Waits(_) => problems.log(&place, &"control entries that it names are missing"),
        Verdict::Refused(reason) => problems.log(&place, reason),
    }
    let entry = Whole { id, header: &header, verdict: &verdict };
    check_parts(snapshot, projector, &entry, checked, problems)
}

/// An entry whose header could be read, with what is to be said of it.
struct Whole<'a> {
    id: EntryId,
    header: &'a Header,
    verdict: &'a Verdict,
}

/// The header of an entry, if its row is what it says.
fn read(stored: &StoredEntry) -> Result<Header, String> {
    if entry_id(&stored.header.bytes) != stored.id {
        return Err("its header is not the one that its id commits to".to_owned());
    }
    let header = Header::from_bytes(&stored.header.bytes)
        .map_err(|error| format!("its header is malformed: {error}"))?;
    if stored.lane != Some(header.lane) || stored.log != header.log || stored.seq != header.seq {
        return Err("it is stored in another place than its header names".to_owned());
    }
    Ok(header)
}

/// The header of an entry; none where it is not here or cannot be read, which is told of it.
fn readable(snapshot: &Snapshot<'_>, id: EntryId) -> Result<Option<Header>> {
    let stored = snapshot.signed_header(id)?;
    Ok(stored.and_then(|stored| Header::from_bytes(&stored.bytes).ok()))
}

fn breaks_chain(header: &Header, previous: Option<&Header>) -> Option<&'static str> {
    match previous {
        _ if header.seq == 0 => None,
        None => Some("the entry before it in its log is missing"),
        Some(before) => {
            let follows = before.lane == header.lane
                && before.log == header.log
                && before.seq.checked_add(1) == Some(header.seq);
            (!follows).then_some("the entry before it is not the one before it in its log")
        }
    }
}

fn check_parts(
    snapshot: &Snapshot<'_>,
    projector: &Projector<'_>,
    entry: &Whole<'_>,
    checked: &mut Checked,
    problems: &mut Problems,
) -> Result<()> {
    let parts = snapshot.parts_of(entry.id)?;
    for (index, row) in (0..).zip(&entry.header.table) {
        let place = format!("section {index} of entry {}, document {}", entry.id, row.document);
        let mut same = parts.iter().filter(|part| part.index == index);
        let (Some(part), None) = (same.next(), same.next()) else {
            problems.log(&place, &"it is not stored once");
            continue;
        };
        if part.document != row.document {
            problems.log(&place, &"it is stored for another document");
            continue;
        }
        let space = entry.header.lane.space;
        let Some(sealed) = &part.sealed else {
            if projector.control.is_erased(space, row.document) {
                continue;
            }
            problems.lacks(&place, &"it is missing and was not erased");
            continue;
        };
        if projector.control.is_erased(space, row.document) {
            problems.index(&place, &"it was erased, and its bytes are still here");
            continue;
        }
        if !row.matches(sealed) {
            problems.log(&place, &"its bytes are not those that the header commits to");
            continue;
        }
        let opened = match entry.header.lane.part {
            Part::Control => opens_names(projector, entry.header, sealed),
            Part::Data => projector.is_sound(entry.header, index, row.document, sealed),
        };
        let section = SectionRef { entry: entry.id, index };
        match entry.header.lane.part {
            Part::Control => {
                if let Some(Err(what)) = opened {
                    problems.log(&place, &what);
                }
            }
            Part::Data => {
                let attested = projector.control.trust.attested(space, entry.id).contains(&index);
                let verdict = if attested { &Verdict::Stands } else { entry.verdict };
                let standing = Standing { section, part, opened, verdict };
                let stands = standing.check(snapshot, projector, &place, problems)?;
                if stands {
                    checked.documents.insert((row.document, space));
                }
            }
        }
    }
    if parts.iter().any(|part| usize::from(part.index) >= entry.header.table.len()) {
        problems.log(&format!("entry {}", entry.id), &"it has more sections than its header names");
    }
    Ok(())
}

/// Whether the sealed part of a control entry can be read; `None` where its key is not here.
fn opens_names(
    projector: &Projector<'_>,
    header: &Header,
    sealed: &[u8],
) -> Option<Result<(), &'static str>> {
    let key = projector.control.keys.key(header.lane.space, header.epoch)?;
    let header_prefix = &header.prefix_bytes();
    let place = SectionPlace { header_prefix, index: 0, document: DocumentId::ZERO };
    let opened = open_section(key, &place, sealed);
    let names = opened.is_ok_and(|opened| ControlNames::from_changes(&opened.changes).is_ok());
    Some(if names { Ok(()) } else { Err("its names cannot be read") })
}

/// A section of a data entry against what is noted of it.
struct Standing<'a> {
    section: SectionRef,
    part: &'a StoredPart,
    opened: Option<Result<(), &'static str>>,
    verdict: &'a Verdict,
}

impl Standing<'_> {
    /// Whether the section is part of its document; what is noted amiss is a problem.
    fn check(
        &self,
        snapshot: &Snapshot<'_>,
        projector: &Projector<'_>,
        place: &dyn Display,
        problems: &mut Problems,
    ) -> Result<bool> {
        let held = snapshot.held_at(self.section)?;
        let pending = snapshot.pending_at(self.section)?;
        let noted = held.iter().map(|one| one.document);
        let mut noted = noted.chain(pending.iter().map(|one| one.document));
        if noted.any(|document| document != self.part.document) {
            problems.index(place, &"it is noted for another document");
        }
        match (self.verdict, held, pending) {
            // To try it would end this process too.
            (_, Some(held), _) if held.cause == Cause::EndsProcesses => Ok(false),
            (Verdict::Held(reason), Some(held), _)
                if held.cause == Cause::Verdict && held.reason == reason.words() =>
            {
                Ok(false)
            }
            (Verdict::Held(reason), _, _) => {
                problems.index(place, &format!("it does not count as held, though {reason}"));
                Ok(false)
            }
            (Verdict::Stands, Some(held), _) => {
                self.check_held(snapshot, projector, &held.reason, place, problems);
                Ok(false)
            }
            (Verdict::Stands, None, Some(pending)) => {
                if !self.waits(snapshot, projector, &pending) {
                    problems.index(place, &"it does not wait for what it is said to wait for");
                }
                Ok(false)
            }
            // Another process may be at it just now.
            (Verdict::Stands, None, None) if snapshot.has_arrived(self.section)? => Ok(false),
            (Verdict::Stands, None, None) => {
                match self.opened {
                    Some(Ok(())) => {}
                    // Sealed as it came, and part of no document here.
                    None if projector.control.is_locker => return Ok(false),
                    Some(Err(what)) => problems.index(place, &format!("it counts, though {what}")),
                    None => problems.index(place, &"it counts, though its key is not here"),
                }
                Ok(true)
            }
            // The entry itself is a problem already.
            _ => Ok(false),
        }
    }

    fn check_held(
        &self,
        snapshot: &Snapshot<'_>,
        projector: &Projector<'_>,
        held: &str,
        place: &dyn Display,
        problems: &mut Problems,
    ) {
        match projector.try_section(snapshot, self.part.document, self.section) {
            Ok(Trial::Held(reason)) if reason == held => {}
            _ => problems.index(place, &format!("nothing bears out that it is held: {held}")),
        }
    }

    fn waits(&self, snapshot: &Snapshot<'_>, projector: &Projector<'_>, pending: &Pending) -> bool {
        match projector.try_section(snapshot, self.part.document, self.section) {
            Ok(Trial::NoKey(epoch)) => {
                pending.needs == *epoch.as_bytes() && pending.reason == NO_KEY
            }
            Ok(Trial::Missing(changes)) => {
                let named = changes.iter().any(|change| pending.needs == *change);
                named && pending.reason == NO_CHANGE
            }
            _ => false,
        }
    }
}

impl Checked {
    fn count(&mut self, header: &Header, id: EntryId) {
        let first = || (0, LogTips::first(id));
        let (count, tips) = self.logs.entry((header.lane, header.log)).or_insert_with(first);
        if *count > 0 {
            tips.join(header.seq, header.previous, id);
        }
        *count += 1;
    }
}

/// What is kept of each log against its entries, and rows that belong to none.
pub(super) fn check_logs(
    snapshot: &Snapshot<'_>,
    checked: &Checked,
    problems: &mut Problems,
) -> Result<()> {
    for space in snapshot.spaces()? {
        for lane in [Lane::control(space), Lane::data(space)] {
            for stored in snapshot.stored_logs(lane)? {
                let place = format!("log {} in {space}", stored.log);
                match checked.logs.get(&(lane, stored.log)) {
                    Some((count, tips))
                        if *count == stored.entries && tips.to_bytes() == stored.tips => {}
                    _ => problems.log(&place, &"its end is not that of its entries"),
                }
            }
        }
    }
    for (table, count) in snapshot.strays()? {
        problems.log(&format!("table {table}"), &format!("{count} rows belong to no entry"));
    }
    Ok(())
}
