//! Marking: who is there, for one pupil or a whole registration group.

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde::Serialize;
use sheaf_charter::SpaceId;
use sheaf_records::{
    AttendanceClass, Edit, FieldPath, Kind, ListId, Oddity, PupilView, Record, RecordId, Session,
    Value, attendance_class, check_days, validate, validate_edits,
};
use sheaf_store::Snapshot;

use super::ids::HalfTermOf;
use super::import::no_calendar;
use crate::error::{Result, SchoolError};
use crate::indexed::{Found, document_id};
use crate::save::Write;
use crate::school::School;

/// A mark to be made.
#[derive(Clone)]
pub struct NewMark {
    /// The pupil.
    pub pupil: RecordId,
    /// The day.
    pub day: Date,
    /// The half of it.
    pub session: Session,
    /// The code.
    pub code: String,
    /// By how many minutes they were late.
    pub late: Option<i64>,
}

/// What came of marks that were made.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize)]
pub struct Marked {
    /// Sessions that had no mark before.
    pub added: usize,
    /// Sessions of which the mark was amended.
    pub changed: usize,
    /// Sessions that had this mark.
    pub unchanged: usize,
}

/// The register of one registration group for one session.
#[derive(Clone, Debug)]
pub struct Taking {
    /// The registration group, as `9B`.
    pub group: String,
    /// The day; today if left out.
    pub day: Option<Date>,
    /// The half of it.
    pub session: Session,
    /// Those who are not simply there: a name, and a code or what it is called.
    pub except: Vec<(String, String)>,
    /// Why marks that stand are amended.
    pub reason: Option<String>,
}

/// The marks of one half-term of one pupil.
type Marks<'a> = BTreeMap<HalfTermOf, Vec<&'a NewMark>>;

impl School {
    /// Takes the register: everybody of the group is there but those who are named.
    ///
    /// # Errors
    /// There is no such group on that day, somebody named is not in it, or a mark cannot be made.
    pub fn take_register(&self, taking: &Taking) -> Result<Marked> {
        self.core.refresh()?;
        let day = taking.day.unwrap_or_else(|| self.clock.today());
        let mut group = self.pupils()?;
        group.retain(|pupil| {
            let view = PupilView::new(pupil);
            let on = view.on(day);
            let of = on.get("reg_group").unwrap_or_default();
            on.is_on_roll() && of.eq_ignore_ascii_case(taking.group.trim())
        });
        if group.is_empty() {
            return Err(SchoolError::NotFound {
                what: "registration group with pupils",
                name: taking.group.clone(),
                hint: format!(" on {day}"),
            });
        }
        let mut codes = BTreeMap::new();
        for (name, code) in &taking.except {
            // Whoever has the same name in another group is not meant.
            let pupil = self.find_among(name, &group)?;
            codes.insert(pupil, self.mark_meant(code, taking.session, day)?);
        }
        let session = taking.session;
        let mark = |pupil: &Record| {
            let code = codes.remove(&pupil.id).unwrap_or_else(|| session.present().to_owned());
            NewMark { pupil: pupil.id, day, session, code, late: None }
        };
        let marks: Vec<NewMark> = group.iter().map(mark).collect();
        self.mark(&marks, taking.reason.as_deref())
    }

    /// Marks a pupil for a session or the whole day, on one day or on the school days of several.
    ///
    /// # Errors
    /// There is no such pupil or mark, or the mark cannot be made.
    pub fn mark_pupil(
        &self,
        who: &str,
        code: &str,
        session: Option<Session>,
        (from, to): (Option<Date>, Option<Date>),
        late: Option<i64>,
        reason: Option<&str>,
    ) -> Result<Marked> {
        self.core.refresh()?;
        let pupil = self.find_pupil(who)?;
        let from = from.unwrap_or_else(|| self.clock.today());
        let mut marks = Vec::new();
        for day in self.days_to_mark(from, to)? {
            for session in session.map_or(Session::ALL.to_vec(), |one| vec![one]) {
                let code = self.mark_meant(code, session, day)?;
                marks.push(NewMark { pupil, day, session, code, late });
            }
        }
        self.mark(&marks, reason)
    }

    /// One day as it is, or the school days of several.
    fn days_to_mark(&self, from: Date, to: Option<Date>) -> Result<Vec<Date>> {
        let Some(to) = to else { return Ok(vec![from]) };
        let lists = self.core.lists();
        let calendar = lists.calendar.as_ref().ok_or_else(no_calendar)?;
        let days = calendar.days().iter().filter(|day| (from..=to).contains(*day)).copied();
        let days: Vec<Date> = days.collect();
        if days.is_empty() {
            return Err(SchoolError::Refused(format!(
                "there is no school day from {from} to {to}; correct the days, or the calendar"
            )));
        }
        Ok(days)
    }

    /// The code that a text means: a code, `present`, or the beginning of what a code is called.
    ///
    /// # Errors
    /// There is none, or several.
    pub fn mark_meant(&self, text: &str, session: Session, day: Date) -> Result<String> {
        let text = text.trim();
        let lower = text.to_lowercase();
        if !lower.is_empty() && ("present".starts_with(&lower) && lower.len() > 1) {
            return Ok(session.present().to_owned());
        }
        let lists = self.core.lists();
        let code = text.to_uppercase();
        if lists.codes.get(ListId::AttendanceCode, &code).is_ok() {
            return Ok(code);
        }
        let begins = |one: &&sheaf_records::CodeEntry| one.title.to_lowercase().starts_with(&lower);
        let offered = lists.codes.offered(ListId::AttendanceCode, day);
        let fits: Vec<_> = offered.filter(begins).filter(|_| !lower.is_empty()).collect();
        match fits.as_slice() {
            [one] => Ok(one.code.clone()),
            [] => match lists.codes.get(ListId::AttendanceCode, text) {
                Ok(known) => Ok(known.code.clone()),
                Err(error) => Err(SchoolError::Refused(error.to_string())),
            },
            several => {
                let named = several.iter().map(|one| format!("{} ({})", one.code, one.title));
                let named = named.collect::<Vec<_>>().join(", ");
                Err(SchoolError::Refused(format!("`{text}` could be {named}; give the code")))
            }
        }
    }

    /// Makes marks, each a change of its pupil's half-term; all of them or none. Marks that stand
    /// are amended with the reason.
    ///
    /// # Errors
    /// A mark cannot be made: the error says which and why.
    pub fn mark(&self, marks: &[NewMark], reason: Option<&str>) -> Result<Marked> {
        let space = self.space_for(Kind::Attendance, None)?;
        let places = self.places(marks)?;
        marks.iter().try_for_each(|mark| self.check_there(mark))?;
        self.core.save_planned(
            &self.clock,
            |snapshot| {
                let (writes, told) = self.plan_marks(snapshot, space, &places, reason)?;
                Ok((BTreeMap::from([(space, writes)]), told))
            },
            &|_| {},
        )
    }

    /// Whoever is marked is on the roll, and present on no day that has not come.
    fn check_there(&self, mark: &NewMark) -> Result<()> {
        let pupil = self.get(mark.pupil)?.record;
        let (who, day) = (sheaf_records::pupil_name(&pupil), mark.day);
        if !PupilView::new(&pupil).on(day).is_on_roll() {
            return Err(SchoolError::Refused(format!("{who} is not on the roll on {day}")));
        }
        let is_there = attendance_class(&mark.code) == Some(AttendanceClass::Present);
        if is_there && day > self.clock.today() {
            return Err(SchoolError::Refused(format!(
                "{who} cannot be marked present on {day}, which has not come yet"
            )));
        }
        Ok(())
    }

    /// The half-term of each mark.
    pub(super) fn places<'a>(&self, marks: &'a [NewMark]) -> Result<Marks<'a>> {
        let lists = self.core.lists();
        let calendar = lists.calendar.as_ref().ok_or_else(no_calendar)?;
        let mut places = Marks::new();
        for mark in marks {
            let half_term = calendar.half_term(mark.day).ok_or_else(|| {
                SchoolError::Refused(format!(
                    "{} is in no half-term; correct the day, or the calendar",
                    mark.day
                ))
            })?;
            let (year, half_term) = (half_term.year.clone(), half_term.code.clone());
            let place = HalfTermOf { pupil: mark.pupil, year, half_term };
            places.entry(place).or_default().push(mark);
        }
        Ok(places)
    }

    /// What to write for these marks, as the store is.
    pub(super) fn plan_marks(
        &self,
        snapshot: &Snapshot<'_>,
        space: SpaceId,
        places: &Marks<'_>,
        reason: Option<&str>,
    ) -> Result<(Vec<Write>, Marked)> {
        let (mut writes, mut told) = (Vec::new(), Marked::default());
        for (place, marks) in places {
            let id = self.core.attendance_id(space, place)?;
            match snapshot.record(document_id(id))? {
                None => {
                    let mut record = place.record(id);
                    edits(marks).iter().for_each(|edit| record.apply(edit));
                    validate(&record, &self.core.lists().codes).map_err(SchoolError::Invalid)?;
                    self.refuse_odd_days(&record, marks)?;
                    told.added += marks.len();
                    writes.push(Write::Create(record));
                }
                Some(row) => {
                    let found = Found::from_row(row)?;
                    writes.extend(self.amend_marks(&found, marks, reason, &mut told)?);
                }
            }
        }
        Ok((writes, told))
    }

    fn amend_marks(
        &self,
        found: &Found,
        marks: &[&NewMark],
        reason: Option<&str>,
        told: &mut Marked,
    ) -> Result<Option<Write>> {
        if found.record.withdrawn().is_some() {
            let id = found.record.id;
            return Err(SchoolError::Refused(format!(
                "the attendance of this half-term, record {id}, is withdrawn; restore it first"
            )));
        }
        let mut fresh = Vec::new();
        let mut amended = None;
        for mark in marks {
            match standing(&found.record, mark) {
                Some((code, late)) if code == mark.code && late == mark.late => {
                    told.unchanged += 1;
                    continue;
                }
                Some(_) => {
                    told.changed += 1;
                    amended = Some(mark.day);
                }
                None => told.added += 1,
            }
            fresh.push(*mark);
        }
        if let (Some(day), None) = (amended, reason) {
            return Err(SchoolError::Refused(format!(
                "a mark of {day} stands already; say why it is amended: --reason"
            )));
        }
        if fresh.is_empty() {
            return Ok(None);
        }
        let edits = edits(&fresh);
        self.check_amend(found, &edits)?;
        validate_edits(&found.record, &edits, &self.core.lists().codes)
            .map_err(SchoolError::Invalid)?;
        let mut after = found.record.clone();
        edits.iter().for_each(|edit| after.apply(edit));
        self.refuse_odd_days(&after, &fresh)?;
        let because = amended.and(reason).map(str::to_owned);
        Ok(Some(Write::Edit(found.record.id, edits, because)))
    }

    /// What would be odd about a mark that is made now is refused: the register is of school days.
    fn refuse_odd_days(&self, record: &Record, marks: &[&NewMark]) -> Result<()> {
        let lists = self.core.lists();
        let Some(calendar) = &lists.calendar else { return Ok(()) };
        for odd in check_days(record, calendar) {
            if let Oddity::ClosedDay(day) | Oddity::OtherHalfTerm(day) = odd.oddity
                && marks.iter().any(|mark| mark.day == day)
            {
                return Err(SchoolError::Refused(format!(
                    "{}; correct the day, or the calendar",
                    odd.oddity
                )));
            }
        }
        Ok(())
    }
}

/// What stands for the session of a mark.
pub(super) fn standing<'a>(
    attendance: &'a Record,
    mark: &NewMark,
) -> Option<(&'a str, Option<i64>)> {
    let same = |one: &sheaf_records::AttendanceMark<'_>| {
        one.day == mark.day && one.session == mark.session
    };
    let found = sheaf_records::marks(attendance).find(same)?;
    Some((found.code, found.late))
}

fn edits(marks: &[&NewMark]) -> Vec<Edit> {
    let mut edits = Vec::new();
    for mark in marks {
        let mut edit = |column: &str, value: Option<Value>| {
            let (field, key) = ("marks".to_owned(), mark.day.to_string());
            let path = FieldPath::Row { field, key, column: column.to_owned() };
            edits.push(Edit { path, value });
        };
        edit(mark.session.column(), Some(mark.code.as_str().into()));
        edit(mark.session.late_column(), mark.late.map(Value::from));
    }
    edits
}

/// Says nothing of the pupil.
impl std::fmt::Debug for NewMark {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "NewMark({}, {})", self.day, self.session)
    }
}
