//! The metrics that were shared in this school, and where each version stands.
//!
//! A record holds one version and never changes; each decision of a lead is a record of its own
//! that names the bytes it is about. Where a version stands is worked out here from what is signed,
//! whenever it is asked: nothing that says "approved" is stored and believed.

use std::collections::HashMap;

use sheaf_charter::{Role, SpaceKind};
use sheaf_metrics::Package;
use sheaf_records::{Kind, Record, RecordId, Value, WITHDRAWN};
use sheaf_store::Snapshot;

use crate::control::Control;
use crate::error::{Result, SchoolError};
use crate::govern::role_of;
use crate::indexed::Found;
use crate::shape::MetricState;
use crate::stamp::Stamp;

/// One version of a metric that was shared.
pub(crate) struct Shared {
    /// Its record.
    pub id: RecordId,
    /// What it says of itself, to be told where it cannot be read.
    pub claims: String,
    /// Its files; why they are none where they cannot be read.
    pub package: Result<Package, String>,
    /// Who shared it.
    pub stamp: Stamp,
    /// What they said of it.
    pub note: Option<String>,
    /// Where it stands.
    pub state: MetricState,
    /// The decision that counts.
    pub decided: Option<Decided>,
    /// Why it was refused, withdrawn or cannot be read.
    pub why: Option<String>,
    /// The turn of the last decision on it.
    pub last_turn: i64,
}

/// A decision of a lead.
#[derive(Clone)]
pub(crate) struct Decided {
    /// Who and when.
    pub stamp: Stamp,
    is_approved: bool,
    reason: Option<String>,
    turn: i64,
}

impl Shared {
    /// Its package, if it is the metric of this id.
    pub fn of(&self, metric: &str) -> Option<&Package> {
        self.package.as_ref().ok().filter(|package| package.manifest.id == metric)
    }
}

/// Every version that is here, with where it stands.
pub(crate) fn shared(snapshot: &Snapshot<'_>, control: &Control) -> Result<Vec<Shared>> {
    let mut records = Vec::new();
    snapshot.for_each_of_kinds([Kind::Metric, Kind::MetricDecision].map(Kind::name), |row| {
        records.push(Found::from_row(row)?);
        Ok::<_, SchoolError>(())
    })?;
    let in_pastoral =
        |found: &Found| control.trust.space_kind(found.space) == Some(SpaceKind::Pastoral);
    records.retain(in_pastoral);
    let (metrics, decisions): (Vec<Found>, Vec<Found>) =
        records.into_iter().partition(|found| found.record.kind == Kind::Metric);
    let mut decided: HashMap<(RecordId, String), Vec<Decided>> = HashMap::new();
    for found in decisions {
        if let Some((about, one)) = decision(snapshot, control, &found)? {
            decided.entry(about).or_default().push(one);
        }
    }
    let mut all = Vec::new();
    for found in &metrics {
        all.push(version(snapshot, control, found, &decided)?);
    }
    supersede(&mut all);
    Ok(all)
}

/// A decision, if a lead made it. One that was changed afterwards approves nothing: whoever
/// changed it may not have been a lead.
fn decision(
    snapshot: &Snapshot<'_>,
    control: &Control,
    found: &Found,
) -> Result<Option<((RecordId, String), Decided)>> {
    let (record, stamp) = (&found.record, found.indexed.created.clone());
    if !role_of(snapshot, control, &stamp)?.is_some_and(Role::may_amend_others) {
        return Ok(None);
    }
    let about = record.one("about").and_then(Value::as_record);
    let (Some(about), Some(hash)) = (about, record.text("hash")) else { return Ok(None) };
    let is_whole = found.indexed.authors.is_empty() && found.indexed.conflicts.is_empty();
    let said = record.one("approved").and_then(Value::as_bool).unwrap_or_default();
    let decided = Decided {
        stamp,
        is_approved: said && is_whole,
        reason: record.text("reason").map(str::to_owned),
        turn: record.one("turn").and_then(Value::as_int).unwrap_or_default(),
    };
    Ok(Some(((about, hash.to_owned()), decided)))
}

/// The decision that counts: the last one, and of several made without knowing of each other one
/// that refuses.
fn counting(decisions: &[Decided]) -> Option<&Decided> {
    let last = decisions.iter().map(|one| one.turn).max()?;
    let mut last: Vec<&Decided> = decisions.iter().filter(|one| one.turn == last).collect();
    last.sort_by(|a, b| a.stamp.cmp(&b.stamp));
    last.iter().find(|one| !one.is_approved).or_else(|| last.first()).copied()
}

fn version(
    snapshot: &Snapshot<'_>,
    control: &Control,
    found: &Found,
    decided: &HashMap<(RecordId, String), Vec<Decided>>,
) -> Result<Shared> {
    let record = &found.record;
    let part = |name: &str| record.text(name).unwrap_or_default();
    let mut shared = Shared {
        id: record.id,
        claims: format!("{} {}", part("metric"), part("version")),
        package: package_of(record),
        stamp: found.indexed.created.clone(),
        note: record.text("note").map(str::to_owned),
        state: MetricState::Waiting,
        decided: None,
        why: None,
        last_turn: 0,
    };
    let package = match &shared.package {
        Ok(package) => package,
        Err(why) => {
            shared.why = Some(why.clone());
            shared.state = MetricState::Broken;
            return Ok(shared);
        }
    };
    if let Some(decisions) = decided.get(&(record.id, package.hash().to_owned())) {
        shared.last_turn = decisions.iter().map(|one| one.turn).max().unwrap_or_default();
        shared.decided = counting(decisions).cloned();
    }
    match &shared.decided {
        Some(one) if one.is_approved => shared.state = MetricState::Approved,
        Some(one) => {
            shared.state = MetricState::Refused;
            shared.why.clone_from(&one.reason);
        }
        None => {}
    }
    if let Some(reason) = record.withdrawn()
        && is_by_right(snapshot, control, found)?
    {
        shared.state = MetricState::Withdrawn;
        shared.why = Some(reason.to_owned());
    }
    Ok(shared)
}

/// Whether whoever withdrew a version shared it, or was a lead.
fn is_by_right(snapshot: &Snapshot<'_>, control: &Control, found: &Found) -> Result<bool> {
    let Some(stamp) = found.indexed.authors.get(WITHDRAWN) else { return Ok(true) };
    if stamp.person == found.indexed.created.person {
        return Ok(true);
    }
    Ok(role_of(snapshot, control, stamp)?.is_some_and(Role::may_amend_others))
}

/// The package of a record, if it is signed and is what the record says.
pub(crate) fn package_of(record: &Record) -> Result<Package, String> {
    let text = record.text("package").ok_or("it has no files")?;
    let package = Package::from_text(text).map_err(|error| error.to_string())?;
    if package.signature().is_none() {
        return Err("`signature.json` of the metric: missing; nobody signed it".to_owned());
    }
    let manifest = &package.manifest;
    for (field, is) in
        [("metric", &manifest.id), ("name", &manifest.name), ("version", &manifest.version)]
    {
        let said = record.text(field).unwrap_or_default();
        if said != is {
            return Err(format!("its {field} is `{is}`, but the record says `{said}`"));
        }
    }
    if super::bundled::is_bundled(&manifest.id)? {
        return Err(format!("`{}` is the id of a metric that comes with Sheaf", manifest.id));
    }
    Ok(package)
}

/// The numbers of a version, to be compared.
pub(crate) fn numbers(version: &str) -> Vec<u32> {
    version.split('.').filter_map(|part| part.parse().ok()).collect()
}

/// Of all approved versions of a metric the highest is the one that runs.
fn supersede(all: &mut [Shared]) {
    let mut highest: HashMap<String, (Vec<u32>, i64, RecordId)> = HashMap::new();
    let place = |one: &Shared| {
        let manifest = &one.package.as_ref().ok()?.manifest;
        let at = one.decided.as_ref().map(|decided| decided.stamp.at_ms).unwrap_or_default();
        Some((manifest.id.clone(), (numbers(&manifest.version), at, one.id)))
    };
    for one in all.iter().filter(|one| one.state == MetricState::Approved) {
        if let Some((id, place)) = place(one) {
            let known = highest.entry(id).or_insert_with(|| place.clone());
            *known = known.clone().max(place);
        }
    }
    for one in all.iter_mut().filter(|one| one.state == MetricState::Approved) {
        let is_highest = place(one).is_some_and(|(id, place)| highest.get(&id) == Some(&place));
        if !is_highest {
            one.state = MetricState::Superseded;
        }
    }
}
