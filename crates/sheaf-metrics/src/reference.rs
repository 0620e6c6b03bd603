//! The reference of the language, written from the table of everything that scripts can call and
//! from what stands in a manifest.

mod manifest;

use serde::Serialize;
use sheaf_records::nearest;

use crate::registry::{Group, Item};

/// What stands before the entries. The data of the examples is the small school of the tests.
const HEAD: &str = include_str!("reference/head.md");

/// A group of the reference with its entries.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Section {
    /// The heading.
    pub title: &'static str,
    /// What there is, in the order of the table.
    pub items: Vec<Item>,
}

/// Everything, group by group; what stands in a manifest comes first.
pub fn sections(items: &[Item]) -> Vec<Section> {
    Group::ALL.iter().map(|group| section(items, *group, |_| true)).collect()
}

/// The entries of a name such as `filter`, `table.filter` or `stats::wilson`, or of a whole group.
///
/// # Errors
/// The nearest name, where there is one, if nothing is called so.
pub fn look_up(items: &[Item], wanted: &str) -> Result<Vec<Section>, Option<String>> {
    let wanted = wanted.trim();
    let same = |one: &str, other: &str| one.eq_ignore_ascii_case(other);
    if let Some(group) = Group::ALL.iter().find(|group| same(group.title(), wanted)) {
        return Ok(vec![section(items, *group, |_| true)]);
    }
    // `table.filter` is that of tables alone; a bare `filter` is every one.
    let path = call(wanted);
    let name = path.rsplit(['.', ':']).next().filter(|name| !name.is_empty()).unwrap_or(path);
    let is_bare = name == path;
    let is_path = !is_bare && items.iter().any(|item| call(item.signature) == path);
    let keep = |item: &Item| match item.group {
        Group::Manifest => is_bare && manifest::is_on(item, name),
        _ if is_path => call(item.signature) == path,
        _ => item.name == name,
    };
    let found: Vec<Section> = (Group::ALL.iter())
        .map(|group| section(items, *group, keep))
        .filter(|section| !section.items.is_empty())
        .collect();
    if found.is_empty() {
        let titles = Group::ALL.iter().map(|group| group.title());
        let names = manifest::ITEMS.iter().chain(items).map(|item| item.name).chain(titles);
        // Every word begins with the letter of some name of one letter.
        let names = names.filter(|name| name.len() > 1);
        return Err(nearest(name, names).map(str::to_owned));
    }
    Ok(found)
}

/// What is called, without arguments and result: `table.filter` of `table.filter(x) -> table`.
pub(crate) fn call(signature: &str) -> &str {
    let call = signature.split(" -> ").next().unwrap_or(signature);
    call.split('(').next().unwrap_or(call)
}

fn section(items: &[Item], group: Group, keep: impl Fn(&Item) -> bool) -> Section {
    let all = manifest::ITEMS.iter().chain(items);
    let of_group = all.filter(|item| item.group == group && keep(item));
    Section { title: group.title(), items: of_group.copied().collect() }
}

/// The whole reference as Markdown, one sentence of the head a line.
pub fn whole(items: &[Item]) -> String {
    let sections = sections(items);
    let contents: String = (sections.iter())
        .map(|one| {
            // Where headings are linked to, stops are left out.
            let anchor = one.title.to_lowercase().replace('.', "");
            format!("- [{}](#{anchor}): {}\n", one.title, names(one))
        })
        .collect();
    format!("{HEAD}\n{contents}\n{}", markdown(&sections))
}

/// The names of a section, each once.
fn names(section: &Section) -> String {
    let mut names: Vec<String> = Vec::new();
    for item in &section.items {
        let name = format!("`{}`", item.name);
        if !names.contains(&name) {
            names.push(name);
        }
    }
    names.join(" ")
}

/// Some entries as Markdown.
pub fn markdown(sections: &[Section]) -> String {
    let mut text = String::new();
    for section in sections {
        text.push_str(&format!("## {}\n\n", section.title));
        section.items.iter().for_each(|item| text.push_str(&entry(item)));
    }
    text
}

fn entry(item: &Item) -> String {
    let mut text = format!("### `{}`\n\n`{}`\n\n{}\n\n", item.name, item.signature, item.doc);
    if item.is_added {
        text.push_str("Added to API 1: a script's own function of this name wins.\n\n");
    }
    text.push_str(&match item.group {
        Group::Manifest => manifest::example(item),
        _ => format!("```rhai\n{}\n// gives: {}\n```\n\n", item.example, item.gives),
    });
    text
}

#[cfg(test)]
mod tests;
