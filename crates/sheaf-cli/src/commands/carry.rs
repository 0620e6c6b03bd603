//! Carrying entries as files.

use std::path::Path;

use anyhow::Result;
use sheaf_school::{BundleOrder, BundleRead, BundleWritten, Existing, Sending};

use crate::args::{BundleCommand, BundleWriteArgs};
use crate::output;
use crate::session::Session;

/// `sheaf bundle`.
pub fn bundle(session: &Session, command: &BundleCommand) -> Result<()> {
    match command {
        BundleCommand::Write(write) => bundle_write(session, write),
        BundleCommand::Read { file } => bundle_read(session, file),
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
    let mut text = format!(
        "{}: {} in {} bytes, from {}\n",
        written.file.display(),
        counted(written.entries, "entry", "entries"),
        written.bytes,
        written.spaces.join(", ")
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

fn counted(count: u64, one: &str, many: &str) -> String {
    if count == 1 { format!("1 {one}") } else { format!("{count} {many}") }
}
