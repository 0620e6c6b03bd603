//! Carrying entries as files.

use std::path::{Path, PathBuf};

use anyhow::Result;
use serde::Serialize;
use sheaf_school::{BundleOrder, BundleRead, BundleWritten, Came, Existing, School, Sending};

use crate::args::{BundleCommand, BundleWriteArgs, FolderCommand};
use crate::output::{self, counted};
use crate::session::Session;

/// `sheaf bundle`.
pub fn bundle(session: &Session, command: &BundleCommand) -> Result<()> {
    match command {
        BundleCommand::Write(write) => bundle_write(session, write),
        BundleCommand::Read { file } => bundle_read(session, file),
    }
}

/// `sheaf folder`.
pub fn folder(session: &Session, command: &FolderCommand) -> Result<()> {
    let school = session.open()?;
    match command {
        FolderCommand::Use { dir } => {
            let used = school.use_folder(dir)?;
            session.out.value(&used, |used| {
                let (put_in, from) =
                    (counted(used.session.sent, "entry", "entries"), came(used.came));
                format!("{}: {from} taken out, {put_in} put in\n", used.session.peer)
            })?;
            used.notes.iter().for_each(|note| output::note(note));
            Ok(())
        }
        FolderCommand::Stop { dir } => {
            school.stop_folder(dir)?;
            list_folders(session, &school)
        }
        FolderCommand::List => list_folders(session, &school),
    }
}

/// The folders that are used.
#[derive(Serialize)]
struct Folders {
    folders: Vec<PathBuf>,
}

fn list_folders(session: &Session, school: &School) -> Result<()> {
    session.out.value(&Folders { folders: school.folders()? }, |all| {
        let mut text: String =
            all.folders.iter().map(|folder| format!("{}\n", folder.display())).collect();
        if text.is_empty() {
            text.push_str("This device uses no shared folder\n");
        }
        text
    })
}

/// `7 records from 3 colleagues`.
fn came(came: Came) -> String {
    let records = counted(came.records, "record", "records");
    match came.colleagues {
        0 => records,
        count => format!("{records} from {}", counted(count, "colleague", "colleagues")),
    }
}

fn bundle_write(session: &Session, args: &BundleWriteArgs) -> Result<()> {
    let order = BundleOrder {
        file: args.file.clone(),
        recipients: args.recipients.clone(),
        sending: if args.everything { Sending::Everything } else { Sending::Missing },
        existing: if args.force { Existing::Replaced } else { Existing::Kept },
    };
    let written = session.open()?.write_bundle(&order, &output::progress);
    output::progress_done();
    session.out.value(&written?, written_text)
}

fn written_text(written: &BundleWritten) -> String {
    let from = match written.spaces.as_slice() {
        [] => ": as far as this device knows, nothing is missing there".to_owned(),
        spaces => format!(", from {}", spaces.join(", ")),
    };
    let mut text = format!(
        "{}: {} in {} bytes{from}\n",
        written.file.display(),
        counted(written.entries, "entry", "entries"),
        written.bytes
    );
    for to in &written.recipients {
        let what =
            if to.everything { "all that it may have" } else { "what it is not known to have" };
        text.push_str(&format!("  for {} ({}): {what}\n", to.person, to.device));
    }
    text
}

fn bundle_read(session: &Session, file: &Path) -> Result<()> {
    let read = session.open()?.read_bundle(file, &output::progress);
    output::progress_done();
    let read = read?;
    session.out.value(&read, read_text)?;
    for note in &read.notes {
        output::note(note);
    }
    Ok(())
}

fn read_text(read: &BundleRead) -> String {
    let mut text = format!(
        "{}, written by {} ({}) on {}: {}, {} new\n",
        read.file.display(),
        read.person,
        read.device,
        read.written_at.replace('T', " at "),
        counted(read.entries, "entry", "entries"),
        read.new
    );
    for space in &read.spaces {
        text.push_str(&format!("  {}: {} new of {}\n", space.name, space.new, space.entries));
    }
    for (what, counts) in [("kept, not standing", &read.held), ("refused", &read.refused)] {
        for (reason, count) in counts {
            text.push_str(&format!("  {what}: {count}, since {reason}\n"));
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bundle_with_nothing_in_it_is_told_in_a_whole_sentence() {
        let mut written = BundleWritten {
            file: "stick/bundle".into(),
            recipients: Vec::new(),
            spaces: Vec::new(),
            entries: 0,
            bytes: 1_135,
        };
        assert_eq!(
            written_text(&written),
            "stick/bundle: 0 entries in 1135 bytes: as far as this device knows, nothing is \
             missing there\n"
        );
        written.spaces = vec!["pastoral".to_owned()];
        assert!(written_text(&written).ends_with("1135 bytes, from pastoral\n"));
    }
}
