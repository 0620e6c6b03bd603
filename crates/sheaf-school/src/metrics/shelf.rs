//! Which metrics there are for whoever uses this device: those that come with Sheaf, those that a
//! lead approved, and drafts of their own.

use std::path::Path;

use sheaf_charter::{LogId, Role};
use sheaf_metrics::Package;
use sheaf_records::{RecordId, nearest};

use super::bundled;
use super::shared::{Shared, numbers, shared};
use crate::error::{Result, SchoolError};
use crate::records::time_text;
use crate::school::School;
use crate::shape::{MetricShape, MetricState, SignatureShape, StampShape};
use crate::stamp::Stamp;

/// Where in a home a person keeps metrics that they write.
pub(super) const OWN_METRICS: &str = "metrics";

impl School {
    /// The metrics that can be run here by their id: those that come with Sheaf, those that were
    /// approved, and drafts on this device that take the place of none of them.
    pub fn metrics(&self) -> Result<Vec<Package>> {
        let mut packages = bundled::packages()?;
        let approved = self.shared()?.into_iter();
        let approved = approved.filter(|one| one.state == MetricState::Approved);
        packages.extend(approved.filter_map(|one| one.package.ok()));
        for (_, draft) in self.drafts() {
            let is_taken = |id: &str| packages.iter().any(|one| one.manifest.id == id);
            if let Ok(draft) = draft
                && !is_taken(&draft.manifest.id)
            {
                packages.push(draft);
            }
        }
        Ok(packages)
    }

    /// The metric of that id, or in that folder.
    pub fn metric(&self, name: &str) -> Result<Package> {
        self.metric_of_version(name, None)
    }

    /// The same in one of its versions: what waits runs for its author and for those who review it,
    /// what was approved once for everybody.
    pub fn metric_of_version(&self, name: &str, version: Option<&str>) -> Result<Package> {
        let folder = Path::new(name);
        if folder.join(sheaf_metrics::MANIFEST).is_file() {
            let package = Package::load(folder)?;
            return match version.filter(|wanted| *wanted != package.manifest.version) {
                Some(wanted) => Err(no_version(name, wanted, &[package.manifest.version])),
                None => Ok(package),
            };
        }
        let is_it = |one: &Package| {
            one.manifest.id == name && version.is_none_or(|v| v == one.manifest.version)
        };
        if let Some(package) = bundled::packages()?.into_iter().find(is_it) {
            return Ok(package);
        }
        let mut all = self.shared()?;
        all.retain(|one| one.package.as_ref().is_ok_and(is_it));
        // Of several the one that runs comes first, then the newest.
        let rank = |one: &Shared| (one.state == MetricState::Approved, one.stamp.at_ms);
        all.sort_by_key(|one| std::cmp::Reverse(rank(one)));
        if let Some(one) = all.iter().position(|one| self.may_run(one)) {
            return all.swap_remove(one).package.map_err(SchoolError::Refused);
        }
        let mut drafts = self.drafts().into_iter().filter_map(|(_, draft)| draft.ok());
        match (drafts.find(is_it), all.first()) {
            (Some(draft), _) => Ok(draft),
            (None, Some(one)) => Err(self.not_yet(name, one)),
            (None, None) => Err(self.no_metric(name, version)?),
        }
    }

    /// Every metric and where it stands, versions that others have taken the place of too.
    pub fn metric_shapes(&self) -> Result<Vec<MetricShape>> {
        let mut shapes: Vec<MetricShape> = bundled::packages()?
            .into_iter()
            .map(|one| unshared(one, MetricState::Bundled))
            .collect();
        let mut all = self.shared()?;
        all.sort_by(|a, b| a.claims.cmp(&b.claims).then(a.stamp.at_ms.cmp(&b.stamp.at_ms)));
        shapes.extend(all.iter().map(|one| self.metric_shape(one)));
        for (folder, draft) in self.drafts() {
            shapes.push(match draft {
                Ok(draft) => unshared(draft, MetricState::Draft),
                Err(why) => MetricShape {
                    manifest: None,
                    why: Some(format!("{folder}: {why}")),
                    ..empty(MetricState::Broken)
                },
            });
        }
        Ok(shapes)
    }

    /// One metric and where it stands.
    pub fn metric_standing(&self, package: &Package) -> Result<MetricShape> {
        let all = self.shared()?;
        let of_it =
            |one: &&Shared| one.package.as_ref().is_ok_and(|known| known.hash() == package.hash());
        if let Some(one) = all.iter().find(of_it) {
            return Ok(self.metric_shape(one));
        }
        let is_bundled = bundled::packages()?.iter().any(|one| one.hash() == package.hash());
        let state = if is_bundled { MetricState::Bundled } else { MetricState::Draft };
        let mut shape = unshared(package.clone(), state);
        shape.signature = self.signature_shape(package);
        Ok(shape)
    }

    /// How many metrics wait for whoever uses this device; none where they review none.
    pub(crate) fn metrics_waiting(&self) -> Result<usize> {
        if !self.may_review_metrics() {
            return Ok(0);
        }
        let waits = |one: &&Shared| one.state == MetricState::Waiting;
        Ok(self.shared()?.iter().filter(waits).count())
    }

    /// Whether whoever uses this device approves metrics: leads and above.
    pub(crate) fn may_review_metrics(&self) -> bool {
        let control = self.core.control();
        control.trust.role(self.person()).is_some_and(Role::may_amend_others)
    }

    /// Everything that was shared.
    pub(crate) fn shared(&self) -> Result<Vec<Shared>> {
        self.core.refresh()?;
        let control = self.core.control();
        self.core.store.read(|snapshot| shared(snapshot, &control))
    }

    /// Whether whoever uses this device may run a version.
    fn may_run(&self, one: &Shared) -> bool {
        match one.state {
            MetricState::Approved | MetricState::Superseded => true,
            MetricState::Waiting => {
                one.stamp.person == self.person().to_string() || self.may_review_metrics()
            }
            _ => false,
        }
    }

    /// Drafts on this device by the name of their folder; of those that cannot be read, why.
    pub(super) fn drafts(&self) -> Vec<(String, Result<Package, String>)> {
        let Ok(folders) = std::fs::read_dir(self.core.dir().join(OWN_METRICS)) else {
            return Vec::new();
        };
        let mut folders: Vec<_> = folders.flatten().map(|entry| entry.path()).collect();
        folders.sort();
        let draft = |folder: &std::path::PathBuf| {
            let name = folder.file_name().map(|name| name.to_string_lossy().into_owned());
            let draft = Package::load(folder).map_err(|error| error.to_string());
            (name.unwrap_or_default(), draft)
        };
        folders.iter().filter(|folder| folder.is_dir()).map(draft).collect()
    }

    /// Why a version does not run for whoever uses this device.
    fn not_yet(&self, name: &str, one: &Shared) -> SchoolError {
        let version = one.package.as_ref().map(|one| one.manifest.version.as_str());
        let version = version.unwrap_or_default();
        let (by, day) = self.who_and_when(&one.stamp);
        let why = one.why.as_deref().unwrap_or_default();
        SchoolError::NotAllowed(match one.state {
            MetricState::Refused => {
                let decided = one.decided.as_ref().map(|one| self.who_and_when(&one.stamp).0);
                let decided = decided.unwrap_or_default();
                format!("`{name}` {version} of {by} was refused by {decided}: {why}")
            }
            MetricState::Withdrawn => {
                format!("`{name}` {version} was withdrawn: {why}")
            }
            _ => format!(
                "`{name}` {version} waits for review: {by} shared it on {day}, and others run it \
                 once a lead has approved it"
            ),
        })
    }

    fn no_metric(&self, name: &str, version: Option<&str>) -> Result<SchoolError> {
        let versions = self.names_of_versions(name)?;
        if let Some(version) = version.filter(|_| !versions.is_empty()) {
            return Ok(no_version(name, version, &versions));
        }
        let ids: Vec<String> = self.metrics()?.into_iter().map(|one| one.manifest.id).collect();
        let hint = match nearest(name, ids.iter().map(String::as_str)) {
            Some(near) => format!("; did you mean `{near}`?"),
            None => format!(": there are {}; a folder may be named too", ids.join(", ")),
        };
        Ok(SchoolError::NotFound { what: "metric", name: name.to_owned(), hint })
    }

    /// The versions of a metric that whoever uses this device can run, in order.
    fn names_of_versions(&self, name: &str) -> Result<Vec<String>> {
        let shared = self.shared()?.into_iter().filter(|one| self.may_run(one));
        let shared = shared.filter_map(|one| one.package.ok());
        let drafts = self.drafts().into_iter().filter_map(|(_, draft)| draft.ok());
        let all = bundled::packages()?.into_iter().chain(shared).chain(drafts);
        let mut versions: Vec<String> =
            all.filter(|one| one.manifest.id == name).map(|one| one.manifest.version).collect();
        versions.sort_by_key(|version| numbers(version));
        versions.dedup();
        Ok(versions)
    }

    /// A person by name and the day.
    pub(super) fn who_and_when(&self, stamp: &Stamp) -> (String, String) {
        let by = self.core.control().person_name(&stamp.person);
        (by, self.clock.local_ms(stamp.at_ms).strftime("%-d %b %Y").to_string())
    }

    pub(super) fn metric_shape(&self, one: &Shared) -> MetricShape {
        let stamp = |stamp: &Stamp| {
            let control = self.core.control();
            StampShape {
                by: control.person_name(&stamp.person),
                device: control.device_name(&stamp.device),
                at: time_text(&self.clock, stamp.at_ms),
            }
        };
        let package = one.package.as_ref().ok();
        let why = one.why.clone().map(|why| match one.state {
            MetricState::Broken => format!("{}: {why}", one.claims),
            _ => why,
        });
        MetricShape {
            manifest: package.map(|package| package.manifest.clone()),
            record: Some(one.id.to_string()),
            script_hash: package.map(|package| package.hash().to_owned()),
            signature: package.and_then(|package| self.signature_shape(package)),
            shared: Some(stamp(&one.stamp)),
            note: one.note.clone(),
            decided: one.decided.as_ref().map(|decided| stamp(&decided.stamp)),
            why,
            ..empty(one.state)
        }
    }

    /// Who signed a package, as far as this school knows the key.
    pub(super) fn signature_shape(&self, package: &Package) -> Option<SignatureShape> {
        let signature = package.signature()?;
        let control = self.core.control();
        // The first log of a device: whose it is stays known when the device is removed.
        let person = control.trust.person_of_log(LogId::derive(signature.key, 0));
        let known_as = person.map(|person| control.person_name(&person.to_string()));
        let fingerprint = signature.fingerprint();
        let (by, school) = (signature.by.clone(), signature.school.clone());
        let says = match &known_as {
            Some(name) => format!("signed on a device of {name}"),
            None => format!(
                "signed with a key that nobody here knows ({fingerprint}); it says that it is of \
                 {by}, {school}"
            ),
        };
        let key = signature.key.to_string();
        Some(SignatureShape { key, fingerprint, by, school, known_as, says })
    }

    /// The version in a record.
    pub(super) fn shared_as(&self, record: RecordId) -> Result<Shared> {
        let found = self.shared()?.into_iter().find(|one| one.id == record);
        found.ok_or_else(|| SchoolError::Index("a metric that was just shared".to_owned()))
    }
}

fn no_version(name: &str, version: &str, versions: &[String]) -> SchoolError {
    let verb = if versions.len() == 1 { "is" } else { "are" };
    SchoolError::NotFound {
        what: "metric",
        name: format!("{name} {version}"),
        hint: format!(": there {verb} {}", versions.join(", ")),
    }
}

fn unshared(package: Package, state: MetricState) -> MetricShape {
    MetricShape {
        script_hash: Some(package.hash().to_owned()),
        manifest: Some(package.manifest),
        ..empty(state)
    }
}

const fn empty(state: MetricState) -> MetricShape {
    MetricShape {
        manifest: None,
        state,
        record: None,
        script_hash: None,
        signature: None,
        shared: None,
        note: None,
        decided: None,
        why: None,
    }
}
