//! The invented school as a whole.

use jiff::civil::Date;
use sheaf_records::{Kind, Record, SchoolCalendar};

use crate::attendance::{Known, draw_attendance};
use crate::away::Away;
use crate::behaviour::{Spark, breaks, draw_sparks};
use crate::calendar::{record, school_year_of};
use crate::call_out::draw_call_outs;
use crate::caseload::draw_caseloads;
use crate::cohort::draw_pupils;
use crate::detention::draw_detentions;
use crate::draw::{Draw, Stream};
use crate::incident::{School, follow, tell};
use crate::options::{Detail, Options, OptionsError};
use crate::plan::draw_plans;
use crate::positive::draw_positive_events;
use crate::room::{Book, draw_stay};
use crate::score::draw_scores;
use crate::staff::draw_staff;
use crate::support::{Support, draw_records};
use crate::suspension::draw_suspension;
use crate::truth::Truth;

/// The name of the school. It says that the school is invented wherever it is shown.
const NAME: &str = "Bramble Vale Academy (invented)";

/// An invented school as plain records.
#[derive(Clone, PartialEq, Debug)]
pub struct DemoSchool {
    /// Its name, which says that it is invented.
    pub name: String,
    /// The day on which its data ends.
    pub today: Date,
    /// The school years of the window.
    pub calendars: Vec<Record>,
    /// The school's own codes.
    pub code_lists: Vec<Record>,
    /// Staff, the head first, then the DSL.
    pub staff: Vec<Record>,
    /// Pupils, past and present.
    pub pupils: Vec<Record>,
    /// A caseload a mentor, and one of the head's.
    pub caseloads: Vec<Record>,
    /// Incidents in order of time.
    pub incidents: Vec<Record>,
    /// Referrals to the reflection room in order of time.
    pub room_stays: Vec<Record>,
    /// Suspensions, and now and then a permanent exclusion, in order of the incidents that led to
    /// them.
    pub suspensions: Vec<Record>,
    /// Positive events in order of time.
    pub positive_events: Vec<Record>,
    /// Detentions in order of the incidents that led to them.
    pub detentions: Vec<Record>,
    /// Call-outs in order of time.
    pub call_outs: Vec<Record>,
    /// Attendance, a pupil's half-terms one after the other.
    pub attendance: Vec<Record>,
    /// Scores that go with interventions.
    pub scores: Vec<Record>,
    /// Plans in order of the suspensions that led to them.
    pub plans: Vec<Record>,
    /// Interventions, with those who are in them and those who wait.
    pub interventions: Vec<Record>,
    /// Their sessions in order of time.
    pub intervention_sessions: Vec<Record>,
    /// What is true of the school and in no record.
    pub truth: Truth,
}

impl DemoSchool {
    /// Every record, those first that others refer to.
    pub fn records(&self) -> impl Iterator<Item = &Record> {
        let all = [
            &self.calendars,
            &self.code_lists,
            &self.staff,
            &self.pupils,
            &self.caseloads,
            &self.incidents,
            &self.room_stays,
            &self.suspensions,
            &self.positive_events,
            &self.detentions,
            &self.call_outs,
            &self.interventions,
            &self.intervention_sessions,
            &self.attendance,
            &self.scores,
            &self.plans,
        ];
        all.into_iter().flatten()
    }

    /// Every record by value, in the order of [`Self::records`].
    pub fn into_records(self) -> impl Iterator<Item = Record> {
        let all = [
            self.calendars,
            self.code_lists,
            self.staff,
            self.pupils,
            self.caseloads,
            self.incidents,
            self.room_stays,
            self.suspensions,
            self.positive_events,
            self.detentions,
            self.call_outs,
            self.interventions,
            self.intervention_sessions,
            self.attendance,
            self.scores,
            self.plans,
        ];
        all.into_iter().flatten()
    }

    /// Staff of one role, as the code list `staff_role` has it: `head`, `dsl`, `mentor` …
    pub fn staff_of(&self, role: &str) -> impl Iterator<Item = &Record> {
        self.staff.iter().filter(move |adult| adult.text("role") == Some(role))
    }
}

/// Makes the invented school of these options: the same options give the same records.
///
/// # Errors
/// The options ask for what cannot be made.
pub fn generate(options: &Options) -> Result<DemoSchool, OptionsError> {
    options.check()?;
    let stream = |stream| Draw::new(options.seed, stream);
    let today = options.today;
    let back = jiff::Span::new().years(i64::from(options.years));
    let window = (today.saturating_sub(back).tomorrow().unwrap_or(today), today);
    let calendars = draw_calendars(&mut stream(Stream::Calendar), window);
    let calendar = SchoolCalendar::new(&calendars)?;
    let staff = draw_staff(&mut stream(Stream::Staff), options.pupils);
    let mut children = draw_pupils(&mut stream(Stream::Pupils), options.pupils, window, &calendar);
    let mut support = Support::new(options, children.len());
    let sparks =
        draw_sparks(&mut stream(Stream::Counts), &children, &calendar, window, &mut support);
    let school = School::new(&children, &staff, &calendar, &support, options);
    let events = tell_all(options, &school, sparks);
    for (child, last) in school.register.into_inner().into_excluded() {
        if let Some(child) = children.get_mut(child) {
            child.leave(last);
        }
    }
    let caseloads =
        draw_caseloads(&mut stream(Stream::Caseloads), &staff, &children, &calendar, today);
    let school = School::new(&children, &staff, &calendar, &support, options);
    let full = options.detail == Detail::Full;
    let mut sessions = stream(Stream::Sessions);
    let (interventions, intervention_sessions) =
        draw_records(&mut sessions, &school, &support, full);
    let more = if full {
        tell_more(options, &school, window, &events, &interventions)
    } else {
        More::default()
    };
    let truth = Truth { effects: support.effects(), breaks: breaks(&calendar, window) };
    Ok(DemoSchool {
        name: NAME.to_owned(),
        today,
        code_lists: vec![own_codes(&mut stream(Stream::Codes))],
        calendars,
        staff: staff.into_iter().map(|adult| adult.record).collect(),
        pupils: children.into_iter().map(|child| child.record).collect(),
        caseloads,
        incidents: events.incidents,
        room_stays: events.room_stays,
        suspensions: events.suspensions,
        positive_events: more.positive_events,
        detentions: more.detentions,
        call_outs: more.call_outs,
        attendance: more.attendance,
        scores: more.scores,
        plans: more.plans,
        interventions,
        intervention_sessions,
        truth,
    })
}

/// What the sparks have led to, each in order of time.
#[derive(Default)]
struct Events {
    incidents: Vec<Record>,
    room_stays: Vec<Record>,
    suspensions: Vec<Record>,
}

/// Tells every spark, unless its pupil is out of school on that day.
fn tell_all(options: &Options, school: &School<'_>, sparks: Vec<Spark>) -> Events {
    let stream = |stream| Draw::new(options.seed, stream);
    let (mut told, mut rooms) = (stream(Stream::Incidents), stream(Stream::Rooms));
    let mut out = stream(Stream::Suspensions);
    let mut book = Book::default();
    let mut events = Vec::with_capacity(sparks.len());
    for spark in sparks {
        if school.register.borrow().is_out(spark.child, spark.day) {
            continue;
        }
        let Some(mut incident) = tell(&mut told, school, spark) else { continue };
        let (mut stay, mut suspension) = (None, None);
        if options.detail == Detail::Full {
            suspension = draw_suspension(&mut out, school, &mut incident);
            if suspension.is_none() {
                stay = draw_stay(&mut rooms, school, &mut book, &mut incident);
            }
            follow(&mut told, school, &mut incident);
        }
        events.push((incident.at, incident.record, stay, suspension));
    }
    events.sort_by_key(|(at, ..)| *at);
    let mut all = Events::default();
    for (_, incident, stay, suspension) in events {
        all.incidents.push(incident);
        all.room_stays.extend(stay);
        all.suspensions.extend(suspension);
    }
    all
}

/// What is drawn beside and after the incidents, each from a stream of its own.
#[derive(Default)]
struct More {
    positive_events: Vec<Record>,
    detentions: Vec<Record>,
    call_outs: Vec<Record>,
    attendance: Vec<Record>,
    scores: Vec<Record>,
    plans: Vec<Record>,
}

fn tell_more(
    options: &Options,
    school: &School<'_>,
    window: (Date, Date),
    events: &Events,
    interventions: &[Record],
) -> More {
    let stream = |stream| Draw::new(options.seed, stream);
    let away = Away::new(&events.suspensions);
    let incidents = &events.incidents;
    let positive_events = draw_positive_events(&mut stream(Stream::Praise), school, &away, window);
    let detentions = draw_detentions(&mut stream(Stream::Detentions), school, &away, incidents);
    let happened = incidents.iter().chain(&positive_events);
    let known = Known::new(&away, happened, &events.room_stays, &detentions);
    let mut marking = stream(Stream::Attendance);
    let attendance = draw_attendance(&mut marking, school, &known, window);
    let call_outs = draw_call_outs(&mut stream(Stream::CallOuts), school, incidents);
    let scores =
        draw_scores(&mut stream(Stream::Scores), school, interventions, &school.support.effects());
    let plans = draw_plans(&mut stream(Stream::Plans), school, &events.suspensions);
    More { positive_events, detentions, call_outs, attendance, scores, plans }
}

/// The school years of the window.
fn draw_calendars(draw: &mut Draw, window: (Date, Date)) -> Vec<Record> {
    let years = school_year_of(window.0)..=school_year_of(window.1);
    years.map(|year| record(year, draw)).collect()
}

/// A few places that only this school has.
fn own_codes(draw: &mut Draw) -> Record {
    let mut record = Record { id: draw.id(), kind: Kind::CodeList, fields: Default::default() };
    record.set("list", "location");
    for (code, title) in [("orchard", "Orchard"), ("bridge", "Footbridge"), ("hub", "The Hub")] {
        record.set_row("codes", code, "title", title);
    }
    record
}

#[cfg(test)]
mod tests;
