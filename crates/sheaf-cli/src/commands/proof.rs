//! Proofs of records: what is told of a file, and checking one.

use std::path::Path;

use anyhow::Result;
use sheaf_school::{ProvenChange, School, check_proof_file};

use super::records::words;
use crate::output;
use crate::session::Session;

/// Says what whoever gives a proof away should know.
pub fn note_what_it_tells(file: &Path, school: &School) {
    let (file, id) = (file.display(), school.id());
    output::note(&format!(
        "{file} lets anyone who has it read this record, as it is and as it was; it opens no other"
    ));
    output::note(&format!("to check it: sheaf record check-proof {file} --school {id}"));
}

/// `sheaf record check-proof`.
pub fn check(session: &Session, file: &Path, school: &str) -> Result<()> {
    let checked = check_proof_file(file, school)?;
    session.out.value(&checked, |checked| {
        let mut text = format!("The proof of {} {} holds\n", checked.kind, checked.record);
        text.extend(checked.changes.iter().map(change_words));
        text.push_str("what it says after that\n");
        for (field, value) in &checked.values {
            text.push_str(&format!("  {field}: {}\n", words(value)));
        }
        text
    })
}

fn change_words(change: &ProvenChange) -> String {
    let ProvenChange { entry, person_id, device_id, at, says } = change;
    let mut text = format!("{at}, as its author's clock said\n  person {person_id}\n");
    text.push_str(&format!("  device {device_id}\n  entry {entry}, signature valid\n"));
    for said in says {
        text.push_str(&format!("  {}: {}\n", said.field, words(&said.value)));
    }
    text
}
