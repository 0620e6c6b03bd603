//! What the quick log ranks and compares by.

use std::collections::HashMap;

use sheaf_records::{Kind, ListId, Record, RecordId, Value, full_name, referenced_pupils};
use sheaf_store::Query;

use super::super::answer::Answerer;
use super::super::model::Choice;
use super::model::{Lately, PastIncident, PeriodLine, StaffLine};
use crate::error::{Result, SchoolError};
use crate::indexed::Found;
use crate::school::School;

/// The latest incidents that habits are read from: about two weeks of a large school.
const RECENT: u32 = 600;

impl Answerer {
    pub(super) fn lately(&self) -> Result<Lately> {
        let school = &self.school;
        let now = school.clock.now();
        let me = school.own_staff_record()?;
        let (period, periods) = periods(school);
        let staff = school.of_kind(Kind::Staff)?;
        let names: HashMap<RecordId, String> =
            staff.iter().map(|one| (one.id, full_name(one))).collect();
        let mut working: Vec<StaffLine> = staff
            .iter()
            .filter(|one| one.one("active").and_then(Value::as_bool) != Some(false))
            .map(|one| StaffLine { id: one.id, name: full_name(one) })
            .collect();
        working.sort_by(|one, other| one.name.cmp(&other.name));
        Ok(Lately {
            now,
            period,
            periods,
            me,
            staff: working,
            own_pupils: own_pupils(school, me)?.into_iter().map(|(_, pupil, _)| pupil).collect(),
            home_told: self.offered(ListId::HomeTold),
            contact_methods: self.offered(ListId::ContactMethod),
            incidents: self.past(me, &names)?,
        })
    }

    fn offered(&self, list: ListId) -> Vec<Choice> {
        let lists = self.school.core.lists();
        let today = self.school.clock.today();
        let choice = |entry: &sheaf_records::CodeEntry| Choice {
            code: entry.code.clone(),
            title: entry.title.clone(),
        };
        lists.codes.offered(list, today).map(choice).collect()
    }

    fn past(
        &self,
        me: Option<RecordId>,
        names: &HashMap<RecordId, String>,
    ) -> Result<Vec<PastIncident>> {
        let query = Query { limit: Some(RECENT), ..Query::of_kind(Kind::Incident.name()) };
        let rows = self.school.core.store.read(|snapshot| snapshot.list(&query))?.records;
        let mut past = Vec::with_capacity(rows.len());
        for row in rows {
            let found = Found::from_row(row)?;
            let record = &found.record;
            let Some(at) = sheaf_records::occurred(record) else { continue };
            let text = |name| record.text(name).unwrap_or_default().to_owned();
            let reporter = record.one("reporter").and_then(Value::as_record);
            let by = reporter.and_then(|id| names.get(&id)).cloned();
            let signed = || self.school.core.control().person_name(&found.indexed.created.person);
            past.push(PastIncident {
                record: record.id,
                at,
                period: text("period"),
                category: text("category"),
                location: text("location"),
                pupils: referenced_pupils(record),
                mine: reporter.is_some() && reporter == me,
                by: by.unwrap_or_else(signed),
                headline: found.title.clone(),
            });
        }
        Ok(past)
    }
}

fn periods(school: &School) -> (String, Vec<PeriodLine>) {
    let lists = school.core.lists();
    let Some(days) = &lists.calendar else { return Default::default() };
    let now = days.period_at(school.clock.now()).map(|period| period.code.clone());
    let line = |period: &sheaf_records::Period| PeriodLine {
        code: period.code.clone(),
        title: period.title.clone(),
        starts: period.starts,
    };
    let all = days.periods_on(school.clock.today()).iter().map(line).collect();
    (now.unwrap_or_default(), all)
}

/// The pupils of the open caseloads of a member of staff: the caseload, the pupil, the row.
pub(super) fn own_pupils(
    school: &School,
    me: Option<RecordId>,
) -> Result<Vec<(Record, RecordId, String)>> {
    let Some(me) = me else { return Ok(Vec::new()) };
    let mut own = Vec::new();
    for caseload in school.of_kind(Kind::Caseload)? {
        if caseload.one("key_worker").and_then(Value::as_record) != Some(me) {
            continue;
        }
        let open: Vec<String> = caseload
            .rows("pupils")
            .filter(|(_, row)| !row.contains_key("closed"))
            .map(|(key, _)| key.to_owned())
            .collect();
        for key in open {
            if let Ok(pupil) = key.parse() {
                own.push((caseload.clone(), pupil, key));
            }
        }
    }
    Ok(own)
}

impl School {
    /// Every record of a kind, in the order of the index.
    pub(in super::super) fn of_kind(&self, kind: Kind) -> Result<Vec<Record>> {
        let mut records = Vec::new();
        self.core.store.read(|snapshot| {
            let query = Query::of_kind(kind.name());
            for row in snapshot.list(&query)?.records {
                records.push(Found::from_row(row)?.record);
            }
            Ok::<_, SchoolError>(())
        })?;
        Ok(records)
    }
}
