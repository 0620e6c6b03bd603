//! Importing a register: planned row by row, then written in one transaction or not at all.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::Path;

use jiff::civil::Date;
use sheaf_exchange::{
    ExchangeError, ImportOutcome, ImportReport, KnownPupil, MAX_FILE_BYTES, MarkOutcome,
    RegisterFile, RegisterHere, RegisterMap, RegisterPlan, plan_register, read_register,
};
use sheaf_records::{Kind, RecordId, Session};
use sheaf_store::{RecordRow, RecordState, Snapshot};

use super::mark::{Marked, NewMark};
use crate::error::{Result, SchoolError};
use crate::exchange::{ImportMode, read_bounded};
use crate::indexed::Found;
use crate::save::Write;
use crate::school::School;

/// What the history of a half-term says of a mark that a register has amended.
const BECAUSE: &str = "From a register";

/// The marks that stand, by pupil, day and session: code, and minutes late.
type Standing = HashMap<(RecordId, Date, Session), (String, Option<i64>)>;

impl School {
    /// Imports a register, or says what an import would do: a mark a row. Tells how many half-terms
    /// of pupils are written.
    ///
    /// Whatever is written is one transaction: after a power cut all of it is there, or none.
    ///
    /// # Errors
    /// The file as a whole is refused, or whoever uses this device may not write what it says. That
    /// single rows are refused is no error: the report says so.
    pub fn import_register(
        &self,
        path: &Path,
        maps: &[RegisterMap],
        mode: ImportMode,
        tell: &dyn Fn(usize),
    ) -> Result<ImportReport> {
        let refused =
            |source: ExchangeError| SchoolError::List { path: path.display().to_string(), source };
        // One byte more than the limit, so that the reader of lists can tell.
        let bytes = read_bounded(path, MAX_FILE_BYTES + 1)?;
        let file = read_register(&bytes, maps).map_err(refused)?;
        let space = self.space_for(Kind::Attendance, None)?;
        let plan = self.core.store.read(|snapshot| self.plan_register(&file, snapshot))?;
        let outcome = match mode {
            ImportMode::DryRun => ImportOutcome::DryRun,
            ImportMode::AllOrNothing if plan.has_refusals() => ImportOutcome::Refused,
            _ if !plan.has_writes() => ImportOutcome::NothingNew,
            _ => ImportOutcome::Imported,
        };
        if outcome != ImportOutcome::Imported {
            return Ok(plan.report(&file, outcome));
        }
        // Planned again in the transaction that writes, against what is there by then.
        let write = |snapshot: &Snapshot<'_>| {
            let plan = self.plan_register(&file, snapshot)?;
            if mode == ImportMode::AllOrNothing && plan.has_refusals() {
                return Ok((BTreeMap::new(), plan));
            }
            let writes = self.writes_of(snapshot, space, &plan)?;
            Ok((BTreeMap::from([(space, writes)]), plan))
        };
        let plan = self.core.save_planned(&self.clock, write, tell)?;
        let refused = mode == ImportMode::AllOrNothing && plan.has_refusals();
        let outcome = if refused { ImportOutcome::Refused } else { ImportOutcome::Imported };
        Ok(plan.report(&file, outcome))
    }

    fn plan_register(&self, file: &RegisterFile, snapshot: &Snapshot<'_>) -> Result<RegisterPlan> {
        let mine = self.core.control().trust.spaces_of_person(self.person());
        let (mut pupils, mut standing) = (Vec::new(), Standing::new());
        let kinds = [Kind::Pupil.name(), Kind::Attendance.name()];
        snapshot.for_each_of_kinds(kinds, |row: RecordRow| {
            if row.state != RecordState::Live || !mine.contains(&row.space) {
                return Ok(());
            }
            let found = Found::from_row(row)?;
            if found.record.kind == Kind::Pupil {
                let in_conflict: BTreeSet<String> =
                    found.indexed.conflicts.keys().cloned().collect();
                pupils.push(KnownPupil { record: found.record, in_conflict });
                return Ok(());
            }
            let pupil = found.record.one("pupil").and_then(|value| value.as_record());
            let Some(pupil) = pupil else { return Ok(()) };
            for mark in sheaf_records::marks(&found.record) {
                let said = (mark.code.to_owned(), mark.late);
                standing.insert((pupil, mark.day, mark.session), said);
            }
            Ok::<_, SchoolError>(())
        })?;
        let lists = self.core.lists();
        let calendar = lists.calendar.as_ref().ok_or_else(no_calendar)?;
        let here = RegisterHere {
            pupils: &pupils,
            lists: &lists.codes,
            calendar,
            today: self.clock.today(),
            standing: &standing,
        };
        Ok(plan_register(file, &here))
    }

    fn writes_of(
        &self,
        snapshot: &Snapshot<'_>,
        space: sheaf_charter::SpaceId,
        plan: &RegisterPlan,
    ) -> Result<Vec<Write>> {
        let mark = |outcome: &MarkOutcome| match outcome {
            MarkOutcome::Mark { pupil, day, session, code, late, .. } => Some(NewMark {
                pupil: *pupil,
                day: *day,
                session: *session,
                code: code.clone(),
                late: *late,
            }),
            _ => None,
        };
        let marks: Vec<NewMark> = plan.rows.iter().filter_map(|row| mark(&row.outcome)).collect();
        let (writes, Marked { .. }) =
            self.plan_marks(snapshot, space, &self.places(&marks)?, Some(BECAUSE))?;
        Ok(writes)
    }
}

/// A register is of school days, and nobody has said which these are.
pub(super) fn no_calendar() -> SchoolError {
    SchoolError::Refused(
        "the school has no calendar; add the school year before its register".to_owned(),
    )
}
