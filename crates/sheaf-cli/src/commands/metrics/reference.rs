//! `sheaf metric reference`: the language, whole or one word of it.

use anyhow::Result;
use serde_json::json;
use sheaf_school::{ReferenceSection, metric_reference};

use crate::session::Session;

/// Prints the reference: Markdown for people, entries for programs.
pub fn reference(session: &Session, name: Option<&str>) -> Result<()> {
    let (sections, markdown) = metric_reference(name)?;
    let columns = ["group", "name", "signature", "doc", "example", "gives"];
    session.out.report(&json!({ "groups": sections }), &columns, |_| rows(&sections), |_| markdown)
}

fn rows(sections: &[ReferenceSection]) -> Vec<Vec<String>> {
    let row = |section: &ReferenceSection| -> Vec<Vec<String>> {
        let cells = section.items.iter().map(|item| {
            [section.title, item.name, item.signature, item.doc, item.example, item.gives]
        });
        cells.map(|cells| cells.map(str::to_owned).to_vec()).collect()
    };
    sections.iter().flat_map(row).collect()
}
