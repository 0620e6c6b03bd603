//! Who was in school in which session, by the marks of the registers.

use arrow::array::{Int32Array, Int64Array};
use jiff::civil::Date;
use sheaf_records::AttendanceClass;

use crate::data::column::{Data, get};
use crate::data::days::{date_of, day_number};
use crate::data::snapshot::Scope;
use crate::error::AnalyticsError;
use crate::period::Period;
use crate::plan::budget::Budget;
use crate::stays::OpenDays;

/// The most pupils times school days.
const MAX_CELLS: usize = 64 * 1024 * 1024;
/// The sessions of one pupil over some days.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Sessions {
    /// Those with a mark.
    pub marked: u64,
    /// Those with a mark of somebody in school.
    pub present: u64,
}

/// Sessions by pupil and school day.
#[derive(Clone)]
pub(crate) struct Attended {
    days: usize,
    /// Marked and present, a pupil's days one after the other.
    cells: Vec<(u8, u8)>,
    /// The place of today among the days: its register may not be taken yet.
    today: usize,
}

impl Attended {
    /// The marks of these school days. A mark whose code is not known is none.
    pub(super) fn new(
        scope: &Scope,
        open: &OpenDays,
        budget: &Budget,
    ) -> Result<Self, AnalyticsError> {
        let snapshot = scope.snapshot();
        let (days, pupils) = (open.counts.len(), snapshot.pupil_labels().len());
        let size = days.saturating_mul(pupils);
        if size > MAX_CELLS {
            return Err(AnalyticsError::Overflow("pupils and days of attendance"));
        }
        budget.allow_bytes(size.saturating_mul(size_of::<(u8, u8)>()))?;
        let mut cells = vec![(0u8, 0u8); size];
        let today = snapshot.days().before(day_number(scope.as_of())) - open.first;
        let today = usize::try_from(today).unwrap_or_default();
        let ends = open.dates().min().and_then(date_of).zip(open.dates().max().and_then(date_of));
        let Some((from, to)) = ends else { return Ok(Self { days, cells, today }) };
        let rows = Rows::of(scope, Period { from, to }, budget)?;
        for row in 0..rows.pupils.len() {
            budget.tick(row)?;
            let Some((pupil, day, is_present)) = rows.row(row) else { continue };
            let index = snapshot.days().index(day).map(|index| index - open.first);
            let day = index.and_then(|index| usize::try_from(index).ok()).filter(|day| *day < days);
            let cell = day.and_then(|day| cells.get_mut(pupil * days + day));
            if let Some((marked, present)) = cell {
                *marked = marked.saturating_add(1);
                *present = present.saturating_add(u8::from(is_present));
            }
        }
        Ok(Self { days, cells, today })
    }

    /// The sessions of a pupil on one of the school days.
    pub(crate) fn on(&self, pupil: i32, day: usize) -> Sessions {
        let at = usize::try_from(pupil).ok().filter(|_| day < self.days);
        let cell = at.and_then(|pupil| self.cells.get(pupil * self.days + day));
        cell.map_or_else(Sessions::default, |(marked, present)| Sessions {
            marked: u64::from(*marked),
            present: u64::from(*present),
        })
    }

    /// Whether the register of a day should have been taken.
    pub(crate) const fn is_due(&self, day: usize) -> bool {
        day < self.today
    }
}

/// What is said where marks are missing: of everybody, or of some pupils.
pub(crate) fn unmarked(who: &str, from: Date, to: Date) -> AnalyticsError {
    let days = if from == to { format!("on {from}") } else { format!("from {from} to {to}") };
    AnalyticsError::Exposure(format!(
        "{who} attendance mark {days}, and what is not marked is not absence: bring the registers \
         in, narrow the period, or count over `pupil_days(\"enrolled\")`"
    ))
}

/// The beginning of it for everybody, and for some.
pub(crate) const NOBODY: &str = "no pupil on the roll has an";
/// See [`NOBODY`].
pub(crate) const SOME: &str = "some pupils on the roll have no";

/// The rows of attendance.
struct Rows {
    pupils: Int32Array,
    days: Int64Array,
    classes: Int32Array,
    /// The code of the class of those in school.
    present: Option<i32>,
}

impl Rows {
    fn of(scope: &Scope, period: Period, budget: &Budget) -> Result<Self, AnalyticsError> {
        let frame = super::attendance().within(period).run(scope, budget)?;
        let [pupils, days, classes] = ["pupil", "date", "class"].map(|name| frame.column(name));
        let (pupils, days, classes) = (pupils?, days?, classes?);
        match (pupils.data(), days.data(), classes.data()) {
            (Data::Codes(pupils, _), Data::Ints(days), Data::Codes(classes, labels)) => Ok(Self {
                pupils: pupils.clone(),
                days: days.clone(),
                classes: classes.clone(),
                present: labels.code(AttendanceClass::Present.code()),
            }),
            _ => Err(AnalyticsError::mistyped("attendance", "pupils, days, classes", days.ty())),
        }
    }

    /// Pupil and day of a row, and whether the pupil was in school; none without a known mark.
    fn row(&self, row: usize) -> Option<(usize, i64, bool)> {
        let pupil = usize::try_from(get(&self.pupils, row)?).ok()?;
        let (day, class) = (get(&self.days, row)?, get(&self.classes, row)?);
        Some((pupil, day, Some(class) == self.present))
    }
}
