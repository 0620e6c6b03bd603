//! Who reviews retention, and where its records belong.

use sheaf_charter::{EntryId, Role, SpaceId, SpaceKind};
use sheaf_records::{KEPT_KINDS, Kind, Record, Value};
use sheaf_store::Snapshot;

use crate::control::Control;
use crate::error::{Result, SchoolError};
use crate::indexed::Indexed;
use crate::school::School;
use crate::stamp::Stamp;

impl School {
    /// Whether whoever uses this device reviews retention: leads and above.
    pub(crate) fn may_review_retention(&self) -> bool {
        let control = self.core.control();
        control.trust.role(self.person()).is_some_and(Role::may_amend_others)
    }

    pub(super) fn check_reviewer(&self) -> Result<()> {
        if self.may_review_retention() {
            return Ok(());
        }
        Err(SchoolError::NotAllowed("reviewing retention is for leads and above".to_owned()))
    }

    /// Holds a rule, a decision or a metric to who writes it and where: a rule is for everybody to
    /// read, a decision lies beside the record that it is about, so that nobody else learns of
    /// either.
    pub(crate) fn check_right(&self, record: &Record, space: SpaceId) -> Result<()> {
        match record.kind {
            Kind::RetentionRule => {
                self.check_reviewer()?;
                let control = self.core.control();
                if control.trust.space_kind(space) == Some(SpaceKind::Pastoral) {
                    return Ok(());
                }
                Err(SchoolError::Refused(
                    "a retention rule is for the whole school: write it in `pastoral`".to_owned(),
                ))
            }
            Kind::RetentionDecision => {
                self.check_reviewer()?;
                let Some(about) = record.one("record").and_then(Value::as_record) else {
                    return Ok(());
                };
                let about = self.get(about)?;
                if !KEPT_KINDS.contains(&about.record.kind) {
                    let kind = about.record.kind;
                    return Err(SchoolError::Refused(format!(
                        "a {kind} is about no pupil; it needs no decision to be kept"
                    )));
                }
                if about.space == space {
                    return Ok(());
                }
                let beside = self.core.control().space_name(about.space);
                Err(SchoolError::Refused(format!(
                    "the decision to keep a record lies in the record's own space: write it in \
                     `{beside}`"
                )))
            }
            Kind::Metric | Kind::MetricDecision => self.check_metric_record(record, space),
            _ => Ok(()),
        }
    }
}

/// Whether everybody who had a hand in a record reviewed retention when they wrote it: a device
/// with a modified build may write what its person may not.
pub(super) fn by_reviewers(
    snapshot: &Snapshot<'_>,
    control: &Control,
    indexed: &Indexed,
) -> Result<bool> {
    let stamps = std::iter::once(&indexed.created).chain(indexed.authors.values());
    for stamp in stamps {
        if !role_of(snapshot, control, stamp)?.is_some_and(Role::may_amend_others) {
            return Ok(false);
        }
    }
    Ok(true)
}

/// The role that whoever wrote something had when they wrote it, as far as it stands now.
pub(crate) fn role_of(
    snapshot: &Snapshot<'_>,
    control: &Control,
    stamp: &Stamp,
) -> Result<Option<Role>> {
    let entry: Option<EntryId> = stamp.entry.parse().ok();
    let header = entry.map(|entry| snapshot.header(entry)).transpose()?.flatten();
    Ok(header.and_then(|header| control.trust.role_when(&header)))
}
