//! What a desk asks of shared metrics, by record instead of by name.

use sheaf_records::RecordId;

use super::shared::{Shared, numbers};
use super::sharing::Verdict;
use super::view::card_of;
use super::{CancelSwitch, bundled};
use crate::desk::{MetricCard, SharedMetric, SharedMetrics};
use crate::error::{Result, SchoolError};
use crate::school::School;
use crate::shape::{MetricDone, MetricReview, MetricState};

impl School {
    /// The metrics that can be run here, with who wrote each and where it stands.
    pub(crate) fn metric_cards(&self) -> Result<Vec<MetricCard>> {
        let shared = self.shared()?;
        let bundled = bundled::packages()?;
        let card = |package: &sheaf_metrics::Package| {
            let is_it = |one: &&Shared| {
                let known = one.package.as_ref().ok().map(|known| known.hash());
                known == Some(package.hash()) && one.state != MetricState::Withdrawn
            };
            let card = card_of(package);
            if bundled.iter().any(|one| one.hash() == package.hash()) {
                return card;
            }
            let Some(one) = shared.iter().find(is_it) else {
                let origin = "Your draft, on this device only".to_owned();
                return MetricCard { origin, state: MetricState::Draft, ..card };
            };
            MetricCard {
                origin: self.origin(one),
                state: one.state,
                record: Some(one.id),
                may_withdraw: self.is_own(one) || self.may_review_metrics(),
                ..card
            }
        };
        Ok(self.metrics()?.iter().map(card).collect())
    }

    /// What asks whoever uses this device for something: to a lead all that waits, to an author
    /// what of theirs waits or was refused.
    pub(crate) fn shared_metrics(&self) -> Result<SharedMetrics> {
        let all = self.shared()?;
        let may_decide = self.may_review_metrics();
        let is_asking = |one: &&Shared| match one.state {
            MetricState::Waiting => may_decide || self.is_own(one),
            MetricState::Refused => self.is_own(one) && !is_outdone(one, &all),
            _ => false,
        };
        let mut asking: Vec<&Shared> = all.iter().filter(is_asking).collect();
        asking.sort_by_key(|one| (one.state == MetricState::Refused, one.stamp.at_ms));
        let runs = all.iter().filter(|one| one.state == MetricState::Approved);
        let hash = |one: &Shared| Some(one.package.as_ref().ok()?.hash().to_owned());
        let mut runs: Vec<String> = runs.filter_map(hash).collect();
        runs.sort_unstable();
        let lines = asking.into_iter().filter_map(|one| self.shared_metric(one)).collect();
        Ok(SharedMetrics { may_decide, lines, runs, drafts: self.draft_lines()? })
    }

    /// A version that was shared beside the one that runs.
    pub(crate) fn review_shared(
        &self,
        record: RecordId,
        cancel: &CancelSwitch,
    ) -> Result<MetricReview> {
        self.review(&self.shared_as(record)?, &[], cancel)
    }

    /// Decides on a version that waits, if its files are those that were looked at.
    pub(crate) fn decide_shared(
        &self,
        record: RecordId,
        hash: &str,
        verdict: &Verdict,
    ) -> Result<MetricDone> {
        let one = self.shared_as(record)?;
        let package = one.package.as_ref().map_err(|why| SchoolError::Refused(why.clone()))?;
        let (id, version) = (&package.manifest.id, &package.manifest.version);
        if package.hash() != hash {
            return Err(SchoolError::Refused(format!(
                "the files of {id} {version} are others than those that you looked at; look again \
                 before you decide"
            )));
        }
        if one.state != MetricState::Waiting {
            return Err(SchoolError::Refused(format!(
                "{id} {version} waits no longer: it is {} by now",
                one.state.name()
            )));
        }
        self.decide(&one, verdict)
    }

    /// Takes a version back: its author, or a lead.
    pub(crate) fn withdraw_shared(&self, record: RecordId, reason: &str) -> Result<MetricDone> {
        self.withdraw_version(self.shared_as(record)?, reason)
    }

    /// Lets a version count again that was taken back.
    pub(crate) fn restore_shared(&self, record: RecordId) -> Result<MetricDone> {
        self.restore(&record.to_string(), None)?;
        let one = self.shared_as(record)?;
        let package = one.package.as_ref().map_err(|why| SchoolError::Refused(why.clone()))?;
        let effect = match one.state {
            MetricState::Approved => "everybody runs it again",
            MetricState::Waiting => "it waits for review again",
            _ => "it is no longer withdrawn",
        };
        let done = self.done(package, effect.to_owned());
        Ok(MetricDone { record: Some(record.to_string()), state: Some(one.state), ..done })
    }

    fn shared_metric(&self, one: &Shared) -> Option<SharedMetric> {
        let package = one.package.as_ref().ok()?;
        let is_own = self.is_own(one);
        let (by, day) = self.who_and_when(&one.stamp);
        let says = match (one.state, is_own) {
            (MetricState::Refused, _) => self.origin(one),
            (_, true) => format!("Shared by you, {day}"),
            (_, false) => format!("Shared by {by}, {day}"),
        };
        Some(SharedMetric {
            record: one.id,
            hash: package.hash().to_owned(),
            name: package.manifest.name.clone(),
            version: package.manifest.version.clone(),
            state: one.state,
            is_own,
            says,
        })
    }

    fn is_own(&self, one: &Shared) -> bool {
        one.stamp.person == self.person().to_string()
    }

    /// Who wrote a version and where it stands, in words.
    fn origin(&self, one: &Shared) -> String {
        let author = match self.is_own(one) {
            true => "By you".to_owned(),
            false => format!("By {}", self.who_and_when(&one.stamp).0),
        };
        let lead = one.decided.as_ref().map(|decided| self.who_and_when(&decided.stamp).0);
        let lead = lead.unwrap_or_default();
        match one.state {
            MetricState::Approved => format!("{author}, approved by {lead}"),
            MetricState::Superseded => format!("{author}, a later version runs"),
            MetricState::Refused => {
                format!("Refused by {lead}: {}", one.why.as_deref().unwrap_or_default())
            }
            _ => format!("{author}, waits for a lead"),
        }
    }
}

/// Whether a later version of the same metric was shared since.
fn is_outdone(one: &Shared, all: &[Shared]) -> bool {
    let Ok(package) = &one.package else { return false };
    let mine = numbers(&package.manifest.version);
    all.iter()
        .filter_map(|other| other.of(&package.manifest.id))
        .any(|other| numbers(&other.manifest.version) > mine)
}
