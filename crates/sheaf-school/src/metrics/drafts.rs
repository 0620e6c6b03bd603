//! Metrics that lie on this device alone: their files, what their examples give, sharing them.

use std::collections::BTreeMap;
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

use sheaf_metrics::{CheckProblem, MANIFEST, Manifest, MetricError, Package, SCRIPT, check_file};

use super::shelf::OWN_METRICS;
use super::{Checked, metric_vocabulary, new_metric};
use crate::desk::{MetricDraft, MetricDraftPage};
use crate::error::{Result, SchoolError};
use crate::exchange::write_whole;
use crate::school::School;
use crate::shape::{MetricDone, MetricState};

impl School {
    /// The drafts on this device, those that cannot be read too.
    pub(super) fn draft_lines(&self) -> Result<Vec<MetricDraft>> {
        let line = |(folder, draft): (String, Result<Package, String>)| {
            Ok(match draft {
                Ok(draft) => MetricDraft {
                    folder,
                    name: format!("{} {}", draft.manifest.name, draft.manifest.version),
                    says: self.where_files_stand(&draft)?,
                },
                Err(why) => MetricDraft { name: folder.clone(), folder, says: why },
            })
        };
        self.drafts().into_iter().map(line).collect()
    }

    /// One draft with its files; its examples run.
    pub(crate) fn draft(&self, name: &str) -> Result<MetricDraftPage> {
        let folder = self.draft_folder(name)?;
        let files = Package::read_files(&folder)?;
        let mut files: Vec<(String, String)> = files.into_iter().collect();
        files.retain(|(file, _)| file != sheaf_metrics::SIGNATURE);
        files.sort_by_key(|(file, _)| rank(file));
        let manifest = files.iter().find(|(file, _)| file == MANIFEST);
        let manifest = manifest.and_then(|(_, text)| Manifest::parse(text).ok());
        let vocabulary = Arc::new(metric_vocabulary(manifest.as_ref()));
        let mut page = MetricDraftPage {
            folder: name.to_owned(),
            name: name.to_owned(),
            version: String::new(),
            hash: None,
            files,
            checked: none_checked(name),
            stands: String::new(),
            shared: None,
            vocabulary,
        };
        match Package::load_unsigned(&folder) {
            Err(error) => page.checked.problems.push(problem(&error)),
            Ok(package) => {
                page.checked = super::check_package(&package);
                page.hash = Some(package.hash().to_owned());
                page.stands = self.where_files_stand(&package)?;
                page.shared = self.standing_of(&package)?;
                page.name = package.manifest.name;
                page.version = package.manifest.version;
            }
        }
        Ok(page)
    }

    /// Saves one file of a draft, whole or not at all, if it is still what was opened.
    pub(crate) fn save_draft(
        &self,
        name: &str,
        file: &str,
        known: &str,
        text: &str,
    ) -> Result<MetricDraftPage> {
        let folder = self.draft_folder(name)?;
        let files: BTreeMap<String, String> = Package::read_files(&folder)?;
        // Only what is a file of it already is written: no name leads anywhere else.
        let Some(now) = files.get(file).filter(|_| file != sheaf_metrics::SIGNATURE) else {
            let name = format!("{name}/{file}");
            let hint = String::new();
            return Err(SchoolError::NotFound { what: "file of a draft", name, hint });
        };
        if now != known {
            return Err(SchoolError::Refused(format!(
                "{file} was changed by another program since you opened it; copy what you wrote, \
                 close the draft and open it again"
            )));
        }
        check_file(file, text)?;
        write_whole(&folder.join(file), text.as_bytes())?;
        self.draft(name)
    }

    /// Begins a draft that is called so.
    pub(crate) fn begin_draft(&self, called: &str) -> Result<MetricDraftPage> {
        let id = id_of(called);
        if id.is_empty() {
            let why = "say in a few words what it is called, such as Late to lessons";
            return Err(SchoolError::Refused(why.to_owned()));
        }
        if self.metrics()?.iter().any(|one| one.manifest.id == id) {
            let why = format!("there is a metric `{id}` already; call yours something else");
            return Err(SchoolError::Refused(why));
        }
        new_metric(&self.core.dir().join(OWN_METRICS).join(&id))?;
        self.draft(&id)
    }

    /// Shares a draft, if its files are those that were checked.
    pub(crate) fn share_draft(
        &self,
        name: &str,
        hash: &str,
        note: Option<&str>,
    ) -> Result<MetricDone> {
        let folder = self.draft_folder(name)?;
        // Whoever signed exactly these files stays their signer; an older signature goes.
        let package = Package::load(&folder).or_else(|_| Package::load_unsigned(&folder))?;
        if package.hash() != hash {
            return Err(SchoolError::Refused(format!(
                "the files of {name} have changed since they were checked; open it again"
            )));
        }
        self.share_package(package, note)
    }

    /// The folder of a draft; nothing else can be named.
    fn draft_folder(&self, name: &str) -> Result<PathBuf> {
        let mut parts = Path::new(name).components();
        let is_plain = matches!((parts.next(), parts.next()), (Some(Component::Normal(_)), None));
        let folder = self.core.dir().join(OWN_METRICS).join(name);
        let is_folder = || folder.symlink_metadata().is_ok_and(|about| about.is_dir());
        if is_plain && is_folder() {
            return Ok(folder);
        }
        let (what, hint) = ("draft of a metric", String::new());
        Err(SchoolError::NotFound { what, name: name.to_owned(), hint })
    }

    fn standing_of(&self, package: &Package) -> Result<Option<MetricState>> {
        let mut all = self.shared()?;
        all.retain(|one| one.state != MetricState::Withdrawn);
        let is_it = |known: &Package| known.hash() == package.hash();
        let found = all.iter().find(|one| one.package.as_ref().is_ok_and(is_it));
        Ok(found.map(|one| one.state))
    }

    /// Where exactly these files stand, in words.
    fn where_files_stand(&self, package: &Package) -> Result<String> {
        Ok(match self.standing_of(package)? {
            None => "Your draft, on this device only".to_owned(),
            Some(MetricState::Waiting) => "Shared; it waits for a lead".to_owned(),
            Some(MetricState::Refused) => "Shared; a lead refused it".to_owned(),
            Some(_) => "Shared and approved".to_owned(),
        })
    }
}

fn rank(file: &str) -> (u8, String) {
    let first = match file {
        SCRIPT => 0,
        MANIFEST => 1,
        _ => 2,
    };
    (first, file.to_owned())
}

fn none_checked(name: &str) -> Checked {
    let metric = name.to_owned();
    Checked { metric, passed: Vec::new(), failed: Vec::new(), problems: Vec::new() }
}

fn problem(error: &MetricError) -> super::ProblemShape {
    let CheckProblem { file, line, column, message } = CheckProblem::from(error);
    super::ProblemShape { file, line, column, message }
}

/// What a metric that is called so has as its id: its words in small letters with hyphens.
fn id_of(called: &str) -> String {
    let words = called.split(|letter: char| !letter.is_ascii_alphanumeric());
    let words = words.filter(|word| !word.is_empty()).map(str::to_ascii_lowercase);
    words.collect::<Vec<_>>().join("-")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_gives_an_id() {
        for (called, id) in [
            ("Late to lessons", "late-to-lessons"),
            ("  Who's late? (2) ", "who-s-late-2"),
            ("…", ""),
        ] {
            assert_eq!(id_of(called), id);
        }
    }
}
