//! What a register would do: a decision on every row, and nothing done.

use std::collections::HashMap;
use std::fmt;

use jiff::civil::Date;
use sheaf_records::{
    AttendanceClass, CodeLists, PupilView, RecordId, SchoolCalendar, Session, attendance_class,
    pupil_name,
};

use super::{RegisterField, RegisterFile};
use crate::column::PupilField;
use crate::dates;
use crate::error::RowError;
use crate::matching::Matcher;
use crate::plan::KnownPupil;
use crate::report::{FieldChange, ImportOutcome, ImportReport, Refusal, RowReport};
use crate::row::{Row, clipped};
use crate::sheet::Line;
use crate::words::Words;

/// A mark that stands: its code, and minutes by which the pupil was late.
type Standing = (String, Option<i64>);

/// The school into which a register comes.
pub struct RegisterHere<'a> {
    /// Every pupil.
    pub pupils: &'a [KnownPupil],
    /// The school's code lists.
    pub lists: &'a CodeLists,
    /// Its calendar.
    pub calendar: &'a SchoolCalendar,
    /// Today.
    pub today: Date,
    /// The marks that stand, by pupil, day and session.
    pub standing: &'a HashMap<(RecordId, Date, Session), Standing>,
}

/// What a register would do.
pub struct RegisterPlan {
    /// Every row, in the order of the file.
    pub rows: Vec<MarkRow>,
    /// What else a person should know.
    pub notes: Vec<String>,
}

/// What one row would do.
pub struct MarkRow {
    /// The line of the file on which it begins.
    pub line: usize,
    /// The pupil's name.
    pub who: String,
    /// What it would do.
    pub outcome: MarkOutcome,
}

/// What a row would do.
pub enum MarkOutcome {
    /// A mark of a session that has none, or another.
    Mark {
        /// Whose.
        pupil: RecordId,
        /// The day.
        day: Date,
        /// The half of it.
        session: Session,
        /// The code.
        code: String,
        /// By how many minutes the pupil was late.
        late: Option<i64>,
        /// The code that stands.
        before: Option<String>,
    },
    /// The mark stands already.
    Unchanged(RecordId),
    /// It says what the row on this line says.
    Repeats(usize),
    /// It cannot be taken in.
    Refuse(Vec<Refusal>),
}

/// Decides on every row of a register, all against the school as it is now.
pub fn plan_register(file: &RegisterFile, here: &RegisterHere<'_>) -> RegisterPlan {
    let words = Words { lists: here.lists, today: here.today };
    let planner = Planner { file, here, matcher: Matcher::new(here.pupils, here.today) };
    let mut seen: HashMap<(RecordId, Date, Session), (usize, Standing)> = HashMap::new();
    let mut rows = Vec::new();
    for line in &file.lines {
        let mut row = Row::read(line, &file.header, &words);
        let mark = planner.mark(line, &mut row);
        let outcome = match mark {
            None => MarkOutcome::Refuse(std::mem::take(&mut row.refusals)),
            Some(mark) => {
                let said = (mark.code.clone(), mark.late);
                match seen.get(&mark.place()) {
                    Some((line, other)) if *other == said => MarkOutcome::Repeats(*line),
                    Some((other, _)) => {
                        let error = RowError::MarkedTwice { line: *other };
                        let refusal = planner.refusal(line, RegisterField::Code, &error);
                        MarkOutcome::Refuse(vec![refusal])
                    }
                    None => {
                        seen.insert(mark.place(), (line.number, said));
                        planner.outcome(mark)
                    }
                }
            }
        };
        rows.push(MarkRow { line: line.number, who: planner.who(&row), outcome });
    }
    RegisterPlan { rows, notes: file.header.notes.clone() }
}

/// What a row says, all of it understood.
struct Mark {
    pupil: RecordId,
    day: Date,
    session: Session,
    code: String,
    late: Option<i64>,
}

impl Mark {
    const fn place(&self) -> (RecordId, Date, Session) {
        (self.pupil, self.day, self.session)
    }
}

struct Planner<'a> {
    file: &'a RegisterFile,
    here: &'a RegisterHere<'a>,
    matcher: Matcher<'a>,
}

impl Planner<'_> {
    /// The mark of a row; what is wrong goes to the refusals of the row.
    fn mark(&self, line: &Line, row: &mut Row) -> Option<Mark> {
        let mut problems: Vec<(RegisterField, RowError)> = Vec::new();
        let pupil = self.pupil(row);
        let mut keep = |field, error| problems.push((field, error));
        let day = self.needed(line, RegisterField::Date);
        let day = day.and_then(|text| dates::read(text, self.here.today));
        let day = day.map_err(|error| keep(RegisterField::Date, error)).ok();
        let session = self.needed(line, RegisterField::Session);
        let session = session.and_then(|text| Ok(text.parse::<Session>()?));
        let session = session.map_err(|error| keep(RegisterField::Session, error)).ok();
        let code = self.needed(line, RegisterField::Code).map(str::to_uppercase);
        let code = code.map_err(|error| keep(RegisterField::Code, error)).ok();
        let late = self.late(line).map_err(|error| keep(RegisterField::Late, error)).ok();
        if let (Some(day), Some(session), Some(code)) = (day, session, &code) {
            problems.extend(self.contradiction(day, session, code, late.flatten()));
        }
        row.refusals.extend(problems.iter().map(|(at, error)| self.refusal(line, *at, error)));
        let mark = Mark { pupil: pupil?, day: day?, session: session?, code: code?, late: late? };
        if let Some(error) = self.off_roll(&mark) {
            self.refuse_pupil(row, &error);
        }
        row.refusals.is_empty().then_some(mark)
    }

    fn pupil(&self, row: &mut Row) -> Option<RecordId> {
        match self.matcher.find(row) {
            Ok(Some(at)) => self.here.pupils.get(at).map(|known| known.record.id),
            Ok(None) => {
                if row.refusals.is_empty() {
                    self.refuse_pupil(row, &RowError::NobodyHere);
                }
                None
            }
            Err((field, error)) => {
                row.refuse(field, &self.file.header, &error);
                None
            }
        }
    }

    /// Refuses a row for its pupil, at the cell that says who it is.
    fn refuse_pupil(&self, row: &mut Row, error: &RowError) {
        let said = |field: &PupilField| self.file.header.fields.contains_key(field);
        let fields = [PupilField::Upn, PupilField::Surname];
        let field = fields.into_iter().find(said).unwrap_or(PupilField::Name);
        row.refuse(field, &self.file.header, error);
    }

    fn needed<'l>(&self, line: &'l Line, field: RegisterField) -> Result<&'l str, RowError> {
        match self.file.cell(line, field) {
            "" => Err(RowError::EmptyCell),
            text => Ok(text),
        }
    }

    fn late(&self, line: &Line) -> Result<Option<i64>, RowError> {
        match self.file.cell(line, RegisterField::Late) {
            "" | "0" => Ok(None),
            text => {
                let rows = sheaf_records::spec(sheaf_records::Kind::Attendance).rows("marks");
                let ty = rows.and_then(|rows| rows.column("am_late")).map(|column| column.ty);
                let value = ty.map(|ty| ty.parse(text)).transpose()?;
                Ok(value.and_then(|value| value.as_int()))
            }
        }
    }

    /// Why a mark cannot be one of that day and session.
    fn contradiction(
        &self,
        day: Date,
        session: Session,
        code: &str,
        late: Option<i64>,
    ) -> Option<(RegisterField, RowError)> {
        let mut record = sheaf_records::Record {
            id: RecordId::from_bytes([0; 16]),
            kind: sheaf_records::Kind::Attendance,
            fields: Default::default(),
        };
        record.set("pupil", record.id);
        let half_term = self.here.calendar.half_term(day);
        let Some(half_term) = half_term else {
            return Some((RegisterField::Date, RowError::NoSchoolDay(day)));
        };
        record.set("year", half_term.year.as_str());
        record.set("half_term", half_term.code.as_str());
        record.set_row("marks", &day.to_string(), session.column(), code);
        if let Some(late) = late {
            record.set_row("marks", &day.to_string(), session.late_column(), late);
        }
        if let Err(problems) = sheaf_records::validate(&record, self.here.lists) {
            let problem = problems.into_iter().next()?;
            let of_late = problem.path.ends_with(session.late_column());
            let field = if of_late { RegisterField::Late } else { RegisterField::Code };
            return Some((field, problem.error.into()));
        }
        if !sheaf_records::check_days(&record, self.here.calendar).is_empty() {
            return Some((RegisterField::Date, RowError::NoSchoolDay(day)));
        }
        let is_there = attendance_class(code) == Some(AttendanceClass::Present);
        (is_there && day > self.here.today).then_some((RegisterField::Code, RowError::PresentLater))
    }

    fn off_roll(&self, mark: &Mark) -> Option<RowError> {
        let known = self.here.pupils.iter().find(|known| known.record.id == mark.pupil)?;
        let on = PupilView::new(&known.record).on(mark.day).is_on_roll();
        (!on).then_some(RowError::NotOnRoll(mark.day))
    }

    fn outcome(&self, mark: Mark) -> MarkOutcome {
        let standing = self.here.standing.get(&mark.place());
        if standing.is_some_and(|(code, late)| *code == mark.code && *late == mark.late) {
            return MarkOutcome::Unchanged(mark.pupil);
        }
        let before = standing.map(|(code, _)| code.clone());
        let Mark { pupil, day, session, code, late } = mark;
        MarkOutcome::Mark { pupil, day, session, code, late, before }
    }

    fn refusal(&self, line: &Line, field: RegisterField, error: &RowError) -> Refusal {
        Refusal {
            row: line.number,
            column: self.file.column_of(field).to_owned(),
            value: clipped(self.file.cell(line, field)),
            why: error.to_string(),
        }
    }

    /// The pupil's name: as it is here, else as the row has it.
    fn who(&self, row: &Row) -> String {
        let known = self.matcher.find(row).ok().flatten().and_then(|at| self.here.pupils.get(at));
        known.map_or_else(|| row.who(), |known| pupil_name(&known.record))
    }
}

impl RegisterPlan {
    /// Whether some row is refused.
    pub fn has_refusals(&self) -> bool {
        self.rows.iter().any(|row| matches!(row.outcome, MarkOutcome::Refuse(_)))
    }

    /// Whether some row would write a mark.
    pub fn has_writes(&self) -> bool {
        self.rows.iter().any(|row| matches!(row.outcome, MarkOutcome::Mark { .. }))
    }

    /// The plan as a report.
    pub fn report(&self, file: &RegisterFile, outcome: ImportOutcome) -> ImportReport {
        let details: Vec<RowReport> = self.rows.iter().map(MarkRow::report).collect();
        let count = |name: &str| details.iter().filter(|one| one.outcome == name).count();
        let refused = self.rows.iter().filter_map(|row| match &row.outcome {
            MarkOutcome::Refuse(refusals) => Some(refusals.iter().cloned()),
            _ => None,
        });
        ImportReport {
            format: "register",
            outcome,
            source: file.source.clone(),
            columns: file.columns(),
            rows: details.len(),
            added: count("added"),
            updated: count("updated"),
            unchanged: count("unchanged"),
            repeated: count("repeated"),
            refused_rows: count("refused"),
            refused: refused.flatten().collect(),
            details,
            missing: Vec::new(),
            notes: self.notes.clone(),
        }
    }
}

impl MarkRow {
    fn report(&self) -> RowReport {
        let mut report = RowReport {
            row: self.line,
            outcome: "refused",
            pupil: self.who.clone(),
            id: None,
            repeats: None,
            changes: Vec::new(),
        };
        match &self.outcome {
            MarkOutcome::Mark { pupil, code, before, .. } => {
                report.outcome = if before.is_some() { "updated" } else { "added" };
                report.id = Some(pupil.to_string());
                let (before, after) = (before.clone(), Some(code.clone()));
                report.changes.push(FieldChange { field: "code", before, after });
            }
            MarkOutcome::Unchanged(pupil) => {
                report.outcome = "unchanged";
                report.id = Some(pupil.to_string());
            }
            MarkOutcome::Repeats(line) => {
                report.outcome = "repeated";
                report.repeats = Some(*line);
            }
            MarkOutcome::Refuse(_) => {}
        }
        report
    }
}

/// Marks are about children: a log line shows how many there are.
impl fmt::Debug for RegisterPlan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RegisterPlan({} rows)", self.rows.len())
    }
}

impl fmt::Debug for MarkRow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "MarkRow(line {})", self.line)
    }
}

impl fmt::Debug for MarkOutcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("MarkOutcome(..)")
    }
}

impl fmt::Debug for RegisterHere<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RegisterHere({} marks)", self.standing.len())
    }
}
