//! What came of it, in plain words.

use std::path::Path;

use sheaf_school::desk::CarryReply;
use sheaf_school::{BundleRead, BundleWritten, Came, FolderSynced, SessionShape};

use crate::format;
use crate::house::trust::all_of;

/// What came, and what should be known besides.
pub fn of(reply: &CarryReply) -> (String, Vec<String>) {
    match reply {
        CarryReply::Uses(synced) => (uses(synced), synced.notes.clone()),
        CarryReply::Stopped(folder) => (stopped(folder), Vec::new()),
        CarryReply::Written(written) => (self::written(written), Vec::new()),
        CarryReply::Read(read) => (self::read(read), notes(read)),
        CarryReply::Connected(session) => (connected(session), Vec::new()),
    }
}

/// What came, in one sentence.
pub fn said(reply: &CarryReply) -> String {
    of(reply).0
}

/// A folder is used no more.
pub fn stopped(folder: &Path) -> String {
    format!("{} is used no more; what lies there stays, for the others", folder.display())
}

/// `7 records from 3 colleagues`.
fn came(came: Came) -> Option<String> {
    if came.records == 0 {
        return None;
    }
    let records = format::count(came.records, "record", "records");
    Some(match came.colleagues {
        0 => records,
        count => format!("{records} from {}", format::count(count, "colleague", "colleagues")),
    })
}

fn uses(synced: &FolderSynced) -> String {
    let came = match came(synced.came) {
        Some(what) => format!("{what} came out of it"),
        None => "Nothing in it was new here".to_owned(),
    };
    let put_in = match synced.session.sent {
        0 => "",
        _ => ", and what this device has for colleagues lies there now",
    };
    format!("{came}{put_in}. Sheaf looks there from now on, whenever it is open")
}

fn written(written: &BundleWritten) -> String {
    let mut people: Vec<String> = written.recipients.iter().map(|to| to.person.clone()).collect();
    people.sort();
    people.dedup();
    let people = all_of(&people);
    if written.entries == 0 {
        return format!("{people} has everything already, as far as this device knows");
    }
    format!(
        "Written to {}, for {people} and nobody else. Delete it once they have read it: what is \
         erased later stays in it",
        written.file.display()
    )
}

fn read(read: &BundleRead) -> String {
    let by = format!("{} wrote it on {}", read.person, read.written_at.replace('T', " at "));
    match came(read.came) {
        Some(what) => format!("{what}. {by}"),
        None => format!("Everything in it was here already. {by}"),
    }
}

fn notes(read: &BundleRead) -> Vec<String> {
    let line = |what: &str, (reason, count): (&String, &u64)| {
        let entries = format::count(*count, "change", "changes");
        format!("{entries} {what}: {reason}")
    };
    let held = read.held.iter().map(|one| line("kept aside", one));
    let refused = read.refused.iter().map(|one| line("refused", one));
    read.notes.iter().cloned().chain(held).chain(refused).collect()
}

fn connected(session: &SessionShape) -> String {
    let (person, after) = (&session.person, "Its address is remembered");
    match (session.outcome.as_str(), session.received) {
        ("different", _) => {
            format!("Connected with {person}; the two do not hold the same yet. {after}")
        }
        (_, 0) => format!("Connected with {person}: both hold the same. {after}"),
        (_, _) => format!("Connected with {person}: what was missing here has come. {after}"),
    }
}
