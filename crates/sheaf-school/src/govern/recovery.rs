//! What the printed recovery key does.

use sheaf_charter::{Recovery, RecoveryKey, Taking, Target, recover};

use super::governed;
use crate::entropy;
use crate::error::Result;
use crate::school::School;
use crate::shape::Recovered;

/// What the recovery key is to do.
#[derive(Clone, Debug, Default)]
pub struct RecoveryPlan {
    /// Who becomes head, by name or id.
    pub head: Option<String>,
    /// Whom to remove, by name or id.
    pub remove: Vec<String>,
    /// Whether to print a new key that takes the place of this one.
    pub replace: bool,
    /// Why.
    pub reason: String,
}

impl School {
    /// Does what only the printed key may: makes somebody head, removes anybody, replaces itself.
    pub fn recover(&self, key: &str, plan: &RecoveryPlan) -> Result<Recovered> {
        let key = RecoveryKey::from_text(key)?;
        self.core.refresh()?;
        let (head, targets) = {
            let control = self.core.control();
            control.trust.check_recovery(&key)?;
            let head = plan.head.as_deref().map(|whom| control.person_named(whom)).transpose()?;
            let targets: Vec<Target> =
                plan.remove.iter().map(|one| control.target_named(one)).collect::<Result<_>>()?;
            (head, targets)
        };
        let new = plan.replace.then(|| RecoveryKey::generate(&mut entropy::rng()));
        let control_entries = self.core.store.read(|snapshot| {
            let mut entries = Vec::new();
            for space in snapshot.spaces()? {
                entries.extend(snapshot.control_entries(space)?);
            }
            Ok::<_, crate::error::SchoolError>(entries)
        })?;
        let entries = self.core.govern(&self.clock, |desk| {
            let taking = Taking { reason: &plan.reason, last: desk.heard.last };
            let recovery = Recovery { head, remove: &targets, replace: new.as_ref(), taking };
            let mut rng = entropy::rng();
            Ok(recover(&key, desk.trust, &control_entries, recovery, desk.now_ms, &mut rng)?)
        })?;
        let done = governed(&entries, "the recovery key has acted".to_owned())?;
        Ok(Recovered { done, recovery_key: new.map(|key| key.to_text().to_string()) })
    }
}
