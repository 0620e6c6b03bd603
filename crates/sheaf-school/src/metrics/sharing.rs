//! Sharing a metric, deciding on one, and taking one to another school.

use std::path::Path;

use sheaf_charter::{SpaceId, SpaceKind};
use sheaf_metrics::{Host, MAX_ZIP, Package, SIGNATURE, Signature};
use sheaf_records::{Fields, Kind, Record, Value, WITHDRAWN};

use super::bundled;
use super::shared::{Shared, numbers, package_of};
use super::write_file;
use crate::error::{Result, SchoolError};
use crate::school::School;
use crate::shape::{MetricDone, MetricState};

/// Why a refusal without a word is none.
const NO_REASON: &str = "say with a reason what the author has to change";

/// What a lead decides.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Others may run it, for this reason if one is given.
    Approve(Option<String>),
    /// Others may not, for this reason.
    Refuse(String),
}

impl School {
    /// Signs the metric in a folder: the signature lies beside its files and holds in any school.
    pub fn sign_metric(&self, folder: &Path) -> Result<MetricDone> {
        let file = folder.join(SIGNATURE);
        // An older signature need not fit any more.
        let package = Package::load_unsigned(folder)?;
        let signature = self.signature(&package)?;
        write_file(&file, signature.to_text().as_bytes())?;
        let package = package.with_signature(&signature)?;
        let effect = "its files are signed; whoever changes one has to sign again".to_owned();
        Ok(MetricDone { path: Some(file.display().to_string()), ..self.done(&package, effect) })
    }

    /// Shares the metric in a folder with this school: it waits until a lead has approved it.
    pub fn share_metric(&self, folder: &Path, note: Option<&str>) -> Result<MetricDone> {
        self.share_package(Package::load(folder)?, note)
    }

    /// The same of files that were read; whoever has not signed them does so now.
    pub(super) fn share_package(&self, package: Package, note: Option<&str>) -> Result<MetricDone> {
        let package = match package.signature() {
            Some(_) => package,
            None => package.with_signature(&self.signature(&package)?)?,
        };
        self.publish(&package, note)
    }

    /// Takes in a metric of another school, from a zip file or a folder. It waits for review here
    /// like any other.
    pub fn import_metric(&self, from: &Path, note: Option<&str>) -> Result<MetricDone> {
        let package = if from.is_dir() { Package::load(from)? } else { read_zip(from)? };
        if package.signature().is_none() {
            return Err(SchoolError::Refused(format!(
                "{}: `{SIGNATURE}` is missing, so nobody answers for these files; whoever wrote \
                 the metric signs it with `sheaf metric sign`",
                from.display()
            )));
        }
        self.publish(&package, note)
    }

    /// Writes a metric for another school: a zip file, or a new folder inside a folder.
    pub fn export_metric(
        &self,
        name: &str,
        version: Option<&str>,
        to: &Path,
    ) -> Result<MetricDone> {
        let package = self.metric_of_version(name, version)?;
        if bundled::is_bundled(&package.manifest.id).map_err(SchoolError::Refused)? {
            return Err(SchoolError::Refused(format!(
                "`{name}` comes with Sheaf: the other school has it"
            )));
        }
        let package = match package.signature() {
            Some(_) => package,
            None => package.with_signature(&self.signature(&package)?)?,
        };
        let is_zip = to.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("zip"));
        let path = match (is_zip, to.is_dir()) {
            (true, _) => {
                write_file(to, &package.to_zip()?)?;
                to.to_owned()
            }
            (false, true) => package.write_folder(to)?,
            (false, false) => {
                return Err(SchoolError::Refused(format!(
                    "{}: name a file that ends in .zip, or a folder that is there",
                    to.display()
                )));
            }
        };
        let effect = "whoever imports it sees who signed it; it holds no data of pupils";
        let done = self.done(&package, effect.to_owned());
        Ok(MetricDone { path: Some(path.display().to_string()), ..done })
    }

    /// Approves or refuses a version for everybody; leads and above.
    pub fn decide_metric(
        &self,
        name: &str,
        version: Option<&str>,
        verdict: &Verdict,
    ) -> Result<MetricDone> {
        self.check_metric_reviewer()?;
        let one = self.to_decide(name, version, verdict)?;
        self.decide(&one, verdict)
    }

    /// Takes a version back: its author, or a lead.
    pub fn withdraw_metric(
        &self,
        name: &str,
        version: Option<&str>,
        reason: &str,
    ) -> Result<MetricDone> {
        let mut all = self.versions(name, version)?;
        all.retain(|one| one.state != MetricState::Withdrawn);
        self.withdraw_version(only(name, all, "is withdrawn already")?, reason)
    }

    /// The same of a version that is known.
    pub(super) fn withdraw_version(&self, one: Shared, reason: &str) -> Result<MetricDone> {
        self.withdraw(&one.id.to_string(), reason)?;
        let after = self.shared_as(one.id)?;
        let package = one.package.map_err(SchoolError::Refused)?;
        let effect = self.effect_of_stop(&package)?;
        let done = self.done(&package, effect);
        Ok(MetricDone { record: Some(one.id.to_string()), state: Some(after.state), ..done })
    }

    /// Decides on exactly the bytes of this version.
    pub(super) fn decide(&self, one: &Shared, verdict: &Verdict) -> Result<MetricDone> {
        self.check_metric_reviewer()?;
        let package = one.package.as_ref().map_err(|why| SchoolError::Refused(why.clone()))?;
        let is_approved = matches!(verdict, Verdict::Approve(_));
        match verdict {
            Verdict::Approve(_) => check_examples(package)?,
            Verdict::Refuse(reason) if reason.trim().is_empty() => {
                return Err(SchoolError::Refused(NO_REASON.to_owned()));
            }
            Verdict::Refuse(_) => {}
        }
        let before = self.running(&package.manifest.id)?;
        let mut decision = self.new_record(Kind::MetricDecision, Fields::new());
        decision.set("about", one.id);
        decision.set("hash", package.hash());
        decision.set("approved", is_approved);
        match verdict {
            Verdict::Approve(None) => {}
            Verdict::Approve(Some(reason)) | Verdict::Refuse(reason) => {
                decision.set("reason", reason.trim());
            }
        }
        decision.set("turn", one.last_turn.saturating_add(1));
        self.save_new(decision, None)?;
        let effect = match (is_approved, before) {
            (true, Some(old)) if old != package.manifest.version => {
                let (id, new) = (&package.manifest.id, &package.manifest.version);
                format!("everybody runs {id} {new} now, in the place of {old}")
            }
            (true, _) => format!("everybody may run {} now", package.manifest.id),
            (false, _) => self.effect_of_stop(package)?,
        };
        let done = self.done(package, effect);
        let state = Some(self.shared_as(one.id)?.state);
        Ok(MetricDone { record: Some(one.id.to_string()), state, ..done })
    }

    /// Holds a metric, or a decision on one, to its form: what a program adds by `record add` too.
    pub(crate) fn check_metric_record(&self, record: &Record, space: SpaceId) -> Result<()> {
        if self.core.control().trust.space_kind(space) != Some(SpaceKind::Pastoral) {
            let why = "metrics are for everybody: share them in `pastoral`";
            return Err(SchoolError::Refused(why.to_owned()));
        }
        if let Ok(old) = self.get(record.id) {
            let rest = |record: &Record| {
                let mut fields = record.fields.clone();
                fields.remove(WITHDRAWN);
                fields
            };
            let may_withdraw = record.kind == Kind::Metric;
            if rest(&old.record) == rest(record)
                && (may_withdraw || record.withdrawn() == old.record.withdrawn())
            {
                return Ok(());
            }
            let why = "what was shared or decided does not change: share another version, or \
                       decide again";
            return Err(SchoolError::Refused(why.to_owned()));
        }
        if record.kind == Kind::Metric {
            return package_of(record).map(drop).map_err(SchoolError::Refused);
        }
        self.check_metric_reviewer()?;
        let about = record.one("about").and_then(Value::as_record);
        let about = about.ok_or_else(|| SchoolError::Refused("it names no metric".to_owned()))?;
        let package = package_of(&self.get(about)?.record).map_err(SchoolError::Refused)?;
        let refuses = record.one("approved").and_then(Value::as_bool) == Some(false);
        if record.text("hash") != Some(package.hash()) {
            let why = "the files are others than those that were looked at; look again";
            return Err(SchoolError::Refused(why.to_owned()));
        }
        if refuses && record.text("reason").is_none_or(str::is_empty) {
            return Err(SchoolError::Refused(NO_REASON.to_owned()));
        }
        Ok(())
    }

    fn check_metric_reviewer(&self) -> Result<()> {
        if self.may_review_metrics() {
            return Ok(());
        }
        Err(SchoolError::NotAllowed("approving a metric is for leads and above".to_owned()))
    }

    fn signature(&self, package: &Package) -> Result<Signature> {
        self.core.refresh()?;
        let control = self.core.control();
        let by = control.person_name(&self.person().to_string());
        let school = control.names.school.clone().unwrap_or_default();
        Ok(Signature::make(&self.core.identity, &by, &school, package.files())?)
    }

    /// Saves a signed package as a record of this school.
    fn publish(&self, package: &Package, note: Option<&str>) -> Result<MetricDone> {
        check_examples(package)?;
        self.check_version(package)?;
        let manifest = &package.manifest;
        let mut record = self.new_record(Kind::Metric, Fields::new());
        record.set("metric", manifest.id.as_str());
        record.set("name", manifest.name.as_str());
        record.set("version", manifest.version.as_str());
        record.set("package", package.to_text()?);
        if let Some(note) = note {
            record.set("note", note.trim());
        }
        let id = record.id;
        self.save_new(record, None)?;
        let effect = "it waits for review: others run it once a lead has approved it".to_owned();
        let state = Some(self.shared_as(id)?.state);
        Ok(MetricDone { record: Some(id.to_string()), state, ..self.done(package, effect) })
    }

    /// A version has one content: another content needs another number.
    fn check_version(&self, package: &Package) -> Result<()> {
        let (id, version) = (&package.manifest.id, &package.manifest.version);
        for one in self.shared()? {
            let Some(known) = one.of(id) else { continue };
            let stands = !matches!(one.state, MetricState::Refused | MetricState::Withdrawn);
            let (by, day) = self.who_and_when(&one.stamp);
            if stands && known.hash() == package.hash() {
                return Err(SchoolError::Refused(format!(
                    "`{id}` {version} is here already: {by} shared it on {day}"
                )));
            }
            if stands && numbers(&known.manifest.version) >= numbers(version) {
                return Err(SchoolError::Refused(format!(
                    "`{id}` {} is here already ({by}, {day}); give this one a higher `version` in \
                     plugin.toml than {version}",
                    known.manifest.version
                )));
            }
        }
        Ok(())
    }

    fn versions(&self, name: &str, version: Option<&str>) -> Result<Vec<Shared>> {
        let mut all = self.shared()?;
        all.retain(|one| {
            let package = one.of(name);
            package.is_some_and(|one| version.is_none_or(|v| v == one.manifest.version))
        });
        if all.is_empty() {
            let hint = ": `sheaf metric list` names what was shared".to_owned();
            let name = version.map_or(name.to_owned(), |version| format!("{name} {version}"));
            return Err(SchoolError::NotFound { what: "shared metric", name, hint });
        }
        Ok(all)
    }

    /// The version that a lead means: the one that is named, or else the one that waits; to be
    /// refused also the one that runs.
    pub(super) fn to_decide(
        &self,
        name: &str,
        version: Option<&str>,
        verdict: &Verdict,
    ) -> Result<Shared> {
        let all = self.versions(name, version)?;
        let (waiting, others): (Vec<Shared>, Vec<Shared>) =
            all.into_iter().partition(|one| one.state == MetricState::Waiting);
        if !waiting.is_empty() {
            return only(name, waiting, "does not wait");
        }
        let is_meant = |one: &Shared| match (verdict, version) {
            (Verdict::Refuse(_), None) => one.state == MetricState::Approved,
            (Verdict::Refuse(_), Some(_)) => {
                matches!(one.state, MetricState::Approved | MetricState::Superseded)
            }
            (Verdict::Approve(_), None) => false,
            (Verdict::Approve(_), Some(_)) => one.state == MetricState::Refused,
        };
        let meant: Vec<Shared> = others.into_iter().filter(is_meant).collect();
        only(name, meant, "has no version that waits for a decision")
    }

    /// The version that everybody runs.
    fn running(&self, id: &str) -> Result<Option<String>> {
        let approved = self.shared()?.into_iter().filter(|one| one.state == MetricState::Approved);
        let mut packages = approved.filter_map(|one| one.package.ok());
        let running = packages.find(|package| package.manifest.id == id);
        Ok(running.map(|package| package.manifest.version))
    }

    fn effect_of_stop(&self, package: &Package) -> Result<String> {
        let (id, version) = (&package.manifest.id, &package.manifest.version);
        Ok(match self.running(id)? {
            Some(other) => format!("{id} {version} does not run; everybody runs {other}"),
            None => format!("{id} {version} does not run for others"),
        })
    }

    pub(super) fn done(&self, package: &Package, effect: String) -> MetricDone {
        MetricDone {
            metric: package.manifest.id.clone(),
            version: package.manifest.version.clone(),
            record: None,
            state: None,
            signature: self.signature_shape(package),
            path: None,
            effect,
        }
    }
}

/// The one that is meant.
fn only(name: &str, mut all: Vec<Shared>, none: &str) -> Result<Shared> {
    match (all.pop(), all.is_empty()) {
        (Some(one), true) => Ok(one),
        (None, _) => Err(SchoolError::Refused(format!("`{name}` {none}"))),
        (Some(last), false) => {
            all.push(last);
            let versions = all.iter().filter_map(|one| one.package.as_ref().ok());
            let mut versions: Vec<&str> =
                versions.map(|package| package.manifest.version.as_str()).collect();
            versions.sort_unstable();
            Err(SchoolError::Refused(format!(
                "`{name}` has several that fit: {}; say which with --version, and let those that \
                 share a number be withdrawn but one",
                versions.join(", ")
            )))
        }
    }
}

/// What is shared or approved gives what its own examples say.
fn check_examples(package: &Package) -> Result<()> {
    let report = Host::new().check(package);
    let problem = report.problems.iter().map(|one| format!("{}: {}", one.file, one.message));
    let failed = report.failed.iter().map(|one| format!("{}: {}", one.file, one.why));
    match problem.chain(failed).next() {
        Some(why) => Err(SchoolError::Refused(format!(
            "`{}` does not pass its own check: {why}; `sheaf metric check` tells all",
            package.manifest.id
        ))),
        None => Ok(()),
    }
}

fn read_zip(path: &Path) -> Result<Package> {
    let failed = |source| SchoolError::File { path: path.display().to_string(), source };
    let about = std::fs::metadata(path).map_err(failed)?;
    if !about.is_file() || about.len() > MAX_ZIP as u64 {
        return Err(SchoolError::Refused(format!(
            "{}: is no zip file of a metric, which has at most {MAX_ZIP} bytes",
            path.display()
        )));
    }
    Ok(Package::from_zip(&std::fs::read(path).map_err(failed)?)?)
}
