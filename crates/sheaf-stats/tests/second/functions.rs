//! The public statistics of the crate, read off its source.

use std::path::{Path, PathBuf};

/// Public, and no statistic: it writes a number in words.
const NO_STATISTIC: [&str; 1] = ["digits"];

/// Free functions that are given out, and methods that give an estimate.
pub fn public() -> Vec<String> {
    let mut names: Vec<String> = files()
        .into_iter()
        .filter(|(path, _)| path.parent().is_some_and(|folder| folder.ends_with("src")))
        .flat_map(|(_, text)| given_out(&text))
        .filter(|name| !NO_STATISTIC.contains(&name.as_str()))
        .collect();
    names.extend(declared().into_iter().filter(|one| one.is_method()).map(|one| one.name()));
    names.sort();
    names
}

/// Public statistics above which no year stands.
pub fn without_a_source() -> Vec<String> {
    let public = public();
    let declared = declared().into_iter().filter(|one| public.contains(&one.name()));
    declared.filter(|one| !one.has_year()).map(|one| one.name()).collect()
}

/// The names in small letters of each `pub use`.
fn given_out(text: &str) -> Vec<String> {
    let uses = text.split("pub use ").skip(1).filter_map(|rest| rest.split(';').next());
    let names = uses.flat_map(|list| list.rsplit("::").next().unwrap_or_default().split(','));
    names
        .map(|name| name.trim_matches(|c: char| c.is_whitespace() || "{}".contains(c)))
        .filter(|name| name.starts_with(|c: char| c.is_ascii_lowercase()))
        .filter(|name| !name.contains(' '))
        .map(str::to_owned)
        .collect()
}

/// A function with the words above it.
struct Declared {
    owner: Option<String>,
    function: String,
    words: String,
    gives_estimate: bool,
}

impl Declared {
    fn is_method(&self) -> bool {
        self.owner.is_some() && self.gives_estimate
    }

    fn name(&self) -> String {
        match &self.owner {
            Some(owner) => format!("{owner}::{}", self.function),
            None => self.function.clone(),
        }
    }

    fn has_year(&self) -> bool {
        let mut numbers = self.words.split(|c: char| !c.is_ascii_digit());
        numbers.any(|one| one.len() == 4 && (one.starts_with("19") || one.starts_with("20")))
    }
}

fn declared() -> Vec<Declared> {
    files().iter().flat_map(|(_, text)| declared_in(text)).collect()
}

fn declared_in(text: &str) -> Vec<Declared> {
    let (mut owner, mut words, mut all) = (None, String::new(), Vec::new());
    let lines: Vec<&str> = text.lines().collect();
    for (at, line) in lines.iter().enumerate() {
        let bare = line.trim_start();
        if line.starts_with("impl ") {
            owner = line.split([' ', '<']).nth(1).map(str::to_owned);
        }
        if bare.starts_with("///") {
            words.push_str(bare);
        } else if let Some(rest) = bare.strip_prefix("pub fn ") {
            let end = lines[at..].iter().position(|line| line.trim_end().ends_with('{'));
            let head = lines[at..=at + end.unwrap_or_default()].concat();
            all.push(Declared {
                owner: owner.clone().filter(|_| line.starts_with(' ')),
                function: rest.split(['(', '<']).next().unwrap_or_default().to_owned(),
                words: std::mem::take(&mut words),
                gives_estimate: head.contains("-> Result<Estimate") || head.contains("-> Estimate"),
            });
        } else if !bare.starts_with("#[") {
            words.clear();
        }
    }
    all
}

fn files() -> Vec<(PathBuf, String)> {
    let mut files = Vec::new();
    collect(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut files);
    files
}

fn collect(folder: &Path, files: &mut Vec<(PathBuf, String)>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, files);
        } else {
            let text = std::fs::read_to_string(&path).unwrap();
            files.push((path, text));
        }
    }
}
