//! Importing a list: planned row by row, then written in one transaction or not at all.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::Path;

use sheaf_charter::SpaceId;
use sheaf_exchange::{
    ColumnMap, ExchangeError, Here, ImportOutcome, ImportReport, KnownPupil, MAX_FILE_BYTES,
    NewIds, PupilFile, PupilPlan, RowOutcome, plan_pupils, read_pupils,
};
use sheaf_records::{Kind, RecordId};
use sheaf_store::{RecordRow, RecordState, Snapshot};

use super::file::{name_of, read_bounded};
use crate::entropy;
use crate::error::{Result, SchoolError};
use crate::indexed::Found;
use crate::save::Write;
use crate::school::School;

/// What the history of a pupil says of a change that a list brought.
const BECAUSE: &str = "From a pupil list";

/// What is written of a list.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum ImportMode {
    /// Nothing: it is only said what would be.
    DryRun,
    /// Everything, or nothing where a row is refused.
    AllOrNothing,
    /// Every row that is not refused.
    KeepGood,
}

/// Everything to write, by space, and the plan that says so.
type Planned = (BTreeMap<SpaceId, Vec<Write>>, PupilPlan);

impl School {
    /// Imports a pupil list, or says what an import would do: what is new is added, what differs
    /// is changed from today on, and nothing is removed. Tells how many pupils are written.
    ///
    /// Whatever is written is one transaction: after a power cut all of it is there, or none.
    ///
    /// # Errors
    /// The file as a whole is refused, or whoever uses this device may not write what it says. That
    /// single rows are refused is no error: the report says so.
    pub fn import_pupils(
        &self,
        path: &Path,
        maps: &[ColumnMap],
        mode: ImportMode,
        tell: &dyn Fn(usize),
    ) -> Result<ImportReport> {
        let refused = |source: ExchangeError| SchoolError::List { path: name_of(path), source };
        // One byte more than the limit, so that the reader of lists can tell.
        let bytes = read_bounded(path, MAX_FILE_BYTES + 1)?;
        let file = read_pupils(&bytes, maps).map_err(refused)?;
        self.core.refresh()?;
        if mode != ImportMode::DryRun {
            self.check_may_write(self.space_for(Kind::Pupil, None)?)?;
        }
        let (_, plan) = self.core.store.read(|snapshot| self.plan_list(&file, mode, snapshot))?;
        let outcome = match mode {
            ImportMode::DryRun => ImportOutcome::DryRun,
            ImportMode::AllOrNothing if plan.has_refusals() => ImportOutcome::Refused,
            _ if !plan.has_writes() => ImportOutcome::NothingNew,
            _ => return self.write_list(&file, mode, tell),
        };
        Ok(plan.report(&file, outcome))
    }

    /// Plans again in the transaction that writes, against what is there by then.
    fn write_list(
        &self,
        file: &PupilFile,
        mode: ImportMode,
        tell: &dyn Fn(usize),
    ) -> Result<ImportReport> {
        let plan = |snapshot: &Snapshot<'_>| {
            let (writes, plan) = self.plan_list(file, mode, snapshot)?;
            match mode {
                ImportMode::AllOrNothing if plan.has_refusals() => Ok((BTreeMap::new(), plan)),
                _ => Ok((writes, plan)),
            }
        };
        let plan = self.core.save_planned(&self.clock, plan, tell)?;
        let refused = mode == ImportMode::AllOrNothing && plan.has_refusals();
        let outcome = if refused { ImportOutcome::Refused } else { ImportOutcome::Imported };
        Ok(plan.report(file, outcome))
    }

    fn plan_list(
        &self,
        file: &PupilFile,
        mode: ImportMode,
        snapshot: &Snapshot<'_>,
    ) -> Result<Planned> {
        let (mut pupils, mut found) = (Vec::new(), HashMap::new());
        let mine = self.core.control().trust.spaces_of_person(self.person());
        snapshot.for_each_of_kinds([Kind::Pupil.name()], |row: RecordRow| {
            if row.state == RecordState::Live && mine.contains(&row.space) {
                let one = Found::from_row(row)?;
                let in_conflict: BTreeSet<String> = one.indexed.conflicts.keys().cloned().collect();
                pupils.push(KnownPupil { record: one.record.clone(), in_conflict });
                found.insert(one.record.id, one);
            }
            Ok::<_, SchoolError>(())
        })?;
        let plan = {
            let lists = self.core.lists();
            let today = self.clock.today();
            let here = Here { pupils: &pupils, lists: &lists.codes, today };
            plan_pupils(file, &here, &mut FreshIds { now_ms: self.clock.now_ms() })
        };
        if mode != ImportMode::DryRun {
            self.check_changes(&plan, &found)?;
        }
        let home = self.space_for_kind(Kind::Pupil)?;
        Ok((writes_of(&plan, home, &found), plan))
    }

    /// A list gives nobody the right to change what others wrote.
    fn check_changes(&self, plan: &PupilPlan, found: &HashMap<RecordId, Found>) -> Result<()> {
        for row in &plan.rows {
            if let RowOutcome::Update { id, edits, .. } = &row.outcome
                && let Some(found) = found.get(id)
            {
                self.check_amend(found, edits)?;
            }
        }
        Ok(())
    }

    fn space_for_kind(&self, kind: Kind) -> Result<SpaceId> {
        let name = sheaf_records::spec(kind).space.name();
        self.core.control().space_named(self.person(), name)
    }

    fn check_may_write(&self, space: SpaceId) -> Result<()> {
        let control = self.core.control();
        if control.trust.may_write(self.core.device(), space) {
            return Ok(());
        }
        let name = control.space_name(space);
        Err(SchoolError::NotAllowed(format!("your role may not write in `{name}`")))
    }
}

/// New pupils go to the space of their kind, changes to where the pupil is.
fn writes_of(
    plan: &PupilPlan,
    home: SpaceId,
    found: &HashMap<RecordId, Found>,
) -> BTreeMap<SpaceId, Vec<Write>> {
    let mut writes: BTreeMap<SpaceId, Vec<Write>> = BTreeMap::new();
    for row in &plan.rows {
        let (space, write) = match &row.outcome {
            RowOutcome::Add(record) => (home, Write::Create((**record).clone())),
            RowOutcome::Update { id, edits, .. } => {
                let space = found.get(id).map_or(home, |found| found.space);
                let because = Some(BECAUSE.to_owned());
                (space, Write::Edit(*id, edits.clone(), because))
            }
            _ => continue,
        };
        writes.entry(space).or_default().push(write);
    }
    writes
}

struct FreshIds {
    now_ms: i64,
}

impl NewIds for FreshIds {
    fn record(&mut self) -> RecordId {
        RecordId::from_bytes(entropy::bytes())
    }

    fn ulid(&mut self) -> String {
        entropy::ulid(self.now_ms)
    }
}
