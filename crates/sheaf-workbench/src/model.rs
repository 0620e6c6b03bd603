//! What the service has told so far.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::civil::Date;
use sheaf_records::RecordId;
use sheaf_school::desk::{
    Caseload, Choice, ConcernsPage, Conflicts, Detail, HistoryLine, Hit, HomeLine, IncidentTable,
    MetricCard, MetricResult, PeoplePage, PupilCard, PupilLine, Roster, SharedMetrics, StatusLine,
    TimelineItem,
};

use crate::day::Day;
use crate::house::trust;
use crate::slot::Slot;

/// How long a record that came from another device stays marked, in seconds.
pub const ARRIVAL_SECONDS: f64 = 20.0;

/// At most so many records are kept in full.
const MOST_DETAILS: usize = 64;

/// Everything known, in one place; views read it and never change it.
#[derive(Debug, Default)]
pub struct Model {
    /// Pupils and code lists.
    pub roster: Slot<Arc<Roster>>,
    /// The school, its devices and spaces.
    pub status: Slot<Arc<StatusLine>>,
    /// A mentor's day.
    pub day: Day,
    /// The newest records.
    pub recent: Slot<Arc<[TimelineItem]>>,
    /// Timelines of the pupils that are open.
    pub timelines: BTreeMap<RecordId, Slot<Arc<[TimelineItem]>>>,
    /// The facts, weeks and support of the pupils that are open.
    pub cards: BTreeMap<RecordId, Slot<Arc<PupilCard>>>,
    /// The caseload of whoever uses this device.
    pub caseload: Slot<Arc<Caseload>>,
    /// Concerns, and where each stands.
    pub concerns: Slot<Arc<ConcernsPage>>,
    /// Records that are open.
    pub details: BTreeMap<RecordId, Slot<Arc<Detail>>>,
    /// The incidents as they were asked for last.
    pub incidents: Slot<Arc<IncidentTable>>,
    /// The history of the record that is open, if it was asked for.
    pub histories: BTreeMap<RecordId, Slot<Arc<[HistoryLine]>>>,
    /// The metrics that can be run.
    pub metrics: Slot<Arc<[MetricCard]>>,
    /// The metrics that were shared and ask somebody for something.
    pub shared: Slot<Arc<SharedMetrics>>,
    /// What is to be settled.
    pub conflicts: Slot<Arc<Conflicts>>,
    /// Who is in.
    pub people: Slot<Arc<PeoplePage>>,
    /// Removals, what is held, erasures.
    pub trust: trust::Known,
    /// Where the data lies.
    pub home: Slot<Arc<HomeLine>>,
    /// The last result of each metric, by its id.
    pub results: BTreeMap<String, Arc<MetricResult>>,
    /// What the search found.
    pub hits: Option<Arc<[Hit]>>,
    /// Records that came from another device, and until when they are marked.
    pub arrived: BTreeMap<RecordId, f64>,
}

impl Model {
    /// A pupil by id.
    pub fn pupil(&self, id: RecordId) -> Option<&PupilLine> {
        self.roster.get()?.pupils.iter().find(|pupil| pupil.id == id)
    }

    /// What a metric said last.
    pub fn result_of(&self, metric: Option<&str>) -> Option<&Arc<MetricResult>> {
        self.results.get(metric?)
    }

    /// The day taken as today.
    pub fn today(&self) -> Option<Date> {
        self.status.get().map(|status| status.card.today)
    }

    /// Whether the school is known to be invented: then it has no passphrase.
    pub fn is_invented(&self) -> bool {
        self.status.get().is_some_and(|status| status.card.demo)
    }

    /// Whether a record just came from another device.
    pub fn has_arrived(&self, record: RecordId) -> bool {
        self.arrived.contains_key(&record)
    }

    /// Everything that may look different now is asked for again.
    pub fn expire(&mut self, records: &[RecordId]) {
        self.day.expire();
        self.recent.expire();
        self.status.expire();
        self.incidents.expire();
        self.caseload.expire();
        self.concerns.expire();
        self.shared.expire();
        for card in self.cards.values_mut() {
            card.expire();
        }
        self.conflicts.expire();
        self.people.expire();
        self.trust.expire();
        for timeline in self.timelines.values_mut() {
            timeline.expire();
        }
        for record in records {
            if let Some(detail) = self.details.get_mut(record) {
                detail.expire();
            }
            if let Some(history) = self.histories.get_mut(record) {
                history.expire();
            }
        }
        if self.touches_roster(records) {
            self.roster.expire();
        }
    }

    /// Everything is asked for again, also what was refused.
    pub fn reload(&mut self) {
        self.expire(&[]);
        self.roster.expire();
        self.metrics.expire();
        self.home.expire();
        for detail in self.details.values_mut() {
            detail.expire();
        }
    }

    fn touches_roster(&self, records: &[RecordId]) -> bool {
        records.iter().any(|record| self.pupil(*record).is_some())
            || self.roster.get().is_some_and(|roster| roster.pupils.is_empty())
    }

    /// Forgets the timelines of pupils that are no longer open, and records seen long ago.
    pub fn keep_only(&mut self, pupils: &[RecordId], record: Option<RecordId>) {
        self.timelines.retain(|pupil, _| pupils.contains(pupil));
        self.histories.retain(|known, _| Some(*known) == record);
        self.cards.retain(|pupil, _| pupils.contains(pupil));
        if self.details.len() > MOST_DETAILS {
            self.details.retain(|known, _| Some(*known) == record);
        }
    }

    /// Marks records as just arrived.
    pub fn mark_arrived(&mut self, records: &[RecordId], now: f64) {
        let until = now + ARRIVAL_SECONDS;
        self.arrived.extend(records.iter().map(|record| (*record, until)));
    }

    /// Unmarks what arrived long enough ago; gives when the next mark ends.
    pub fn settle_arrivals(&mut self, now: f64) -> Option<f64> {
        self.arrived.retain(|_, until| *until > now);
        self.arrived.values().copied().reduce(f64::min)
    }

    /// The title of a code.
    pub fn title_of<'a>(choices: &'a [Choice], code: &'a str) -> &'a str {
        choices.iter().find(|choice| choice.code == code).map_or(code, |choice| &choice.title)
    }
}
