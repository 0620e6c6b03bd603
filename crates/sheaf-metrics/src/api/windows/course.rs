//! One pupil's own course before and after.

use std::sync::Arc;

use rhai::Dynamic;
use sheaf_analytics::{Phase, PupilCounts, PupilSeries, SeriesPoint};
use sheaf_charts::{Scale, day_number};
use sheaf_records::RecordId;

use super::WindowsValue;
use crate::api::measure::grain_of;
use crate::api::table::Table;
use crate::column::{About, Column};
use crate::fault::{fault, unknown};
use crate::registry::{Answer, Group, Registry};

/// A course is told for so many school days, about a week.
const WEEK: f64 = 5.0;

/// A pupil whom a script can hand on but not read.
#[derive(Clone)]
pub struct PupilKey {
    pub(super) code: i32,
    pub(super) counts: Arc<PupilCounts>,
}

/// The course of a pupil as scripts hold it.
#[derive(Clone)]
pub struct Course {
    series: Arc<PupilSeries>,
    noun: Arc<str>,
    starts: Arc<[(i32, String)]>,
}

/// What is asked of the course of the first pupil with mentoring.
macro_rules! of_course {
    ($asked:literal) => {
        concat!(
            "{ let w = cx.windows(cx.interventions, #{ anchor: \"start\", before: 10, after: 10 }); ",
            "let t = cx.room_referrals.count_in(w).exposure(pupil_days(\"enrolled\")).collect(); ",
            "let one = t.pupils_with(#{ before: 2, after: 2 })[0]; ",
            "cx.room_referrals.series(one, \"school_week\", w).",
            $asked,
            " }"
        )
    };
}

const FIELDS: [&str; 5] = ["before", "after", "week", "rate", "start"];

impl PupilKey {
    /// The record of the pupil.
    pub fn id(&self) -> Option<RecordId> {
        self.counts.pupil_id(self.code)
    }
}

impl Course {
    fn field(&self, name: &str) -> Answer<Dynamic> {
        let side = |phase: Phase| {
            let points = self.series.points.iter().filter(|point| point.phase == phase);
            Dynamic::from(self.rates(points))
        };
        Ok(match name {
            "before" => side(Phase::Before),
            "after" => side(Phase::After),
            "rate" => Dynamic::from(self.rates(self.series.points.iter())),
            "week" => {
                let days = self.series.points.iter().map(|one| f64::from(day_number(one.from)));
                let scale = Scale::Date { starts: self.starts.to_vec() };
                let days: Vec<f64> = days.collect();
                Dynamic::from(Column::numbers(days).about(About::new("", scale)))
            }
            "start" => Dynamic::from(f64::from(day_number(self.series.start))),
            _ => return Err(unknown("a course has no", name, FIELDS)),
        })
    }

    fn rates<'a>(&self, points: impl Iterator<Item = &'a SeriesPoint>) -> Column {
        let rates: Vec<f64> = points.map(|point| WEEK * point.n / point.e).collect();
        let title = format!("{} per five school days", super::super::frame::title(&self.noun));
        Column::numbers(rates).about(About::new(title, Scale::Number))
    }
}

/// Registers courses.
pub fn register(registry: &mut Registry) {
    registry.name_type::<PupilKey>("pupil");
    registry.name_type::<Course>("course");
    registry.overload("to_string", |_: &mut PupilKey| "a pupil".to_owned());
    registry.overload("to_string", |course: &mut Course| {
        format!("course of {} bins", course.series.points.len())
    });
    registry.fields(|course: &mut Course, name: &str| course.field(name));
    registry.function(
        Group::Windows.item(
            "series",
            "table.series(pupil, grain, windows) -> course",
            "One pupil's own course: before and after (columns of rates for statistics), week, \
             rate and start (for a chart). Rates are for five school days on the roll.",
            "cx.room_referrals.series(cx.room_referrals.count_in(cx.windows(cx.interventions, #{ \
             anchor: \"start\", before: 10, after: 10 })).exposure(pupil_days(\"enrolled\"\
             )).collect().pupils_with(#{ before: 2, after: 2 })[0], \"school_week\", cx.windows(\
             cx.interventions, #{ anchor: \"start\", before: 10, after: 10 })).rate.len",
            "4",
        ),
        |table: &mut Table, pupil: PupilKey, grain: &str, _: WindowsValue| {
            let found = pupil.counts.series(pupil.code, grain_of(grain)?);
            let series = found.ok_or_else(|| fault("this pupil has no windows"))?;
            let calendar = table.run.scope.calendar();
            let starts = calendar
                .half_terms()
                .iter()
                .map(|one| (day_number(one.from), super::super::measure::half_term_words(one)));
            Answer::Ok(Course {
                series: Arc::new(series),
                noun: table.origin.noun().into(),
                starts: starts.collect(),
            })
        },
    );
    for (name, signature, doc, example, gives) in [
        (
            "before",
            "course.before -> column",
            "The rates of the bins before.",
            of_course!("before.len"),
            "2",
        ),
        (
            "after",
            "course.after -> column",
            "The rates of the bins after.",
            of_course!("after.len"),
            "2",
        ),
        (
            "week",
            "course.week -> column",
            "The first school day of each bin.",
            of_course!("week.len"),
            "4",
        ),
        ("rate", "course.rate -> column", "The rate of each bin.", of_course!("rate.len"), "4"),
    ] {
        registry.field(Group::Windows.item(name, signature, doc, example, gives));
    }
}
