//! Answering requests from the store.

use std::collections::HashMap;
use std::sync::Arc;

use sheaf_charter::{Role, SpaceKind};
use sheaf_records::{Edit, Kind, ListId, PupilView, RecordId, full_name, pupil_name};
use sheaf_store::Query;

use super::day::Drafts;
use super::invites::Invites;
use super::lines::Lines;
use super::model::{
    Choice, Detail, Hit, MetricCard, PeerLine, PupilLine, Roster, SpaceLine, StatusLine,
    TimelineItem,
};
use super::people::{PeoplePage, people_page};
use super::reply::Reply;
use super::request::Request;
use super::runner::NameTable;
use super::settle::{ConflictLine, Conflicts, HomeLine};
use super::{caseload, concerns, place, pupil_card, trust};
use crate::error::{Result, SchoolError};
use crate::indexed::{Found, document_id, record_id};
use crate::network::{Network, NetworkSlot, PeerState};
use crate::school::School;

/// Recent incidents that decide which categories and places are offered first.
const RECENT_FOR_RANKING: u32 = 400;
/// The most hits of a search that a face shows.
const MAX_HITS: u32 = 60;
/// More conflicts than are settled in a sitting.
const MAX_CONFLICTS: u32 = 500;
/// The most lines behind one mark.
const MAX_BEHIND: usize = 500;

/// Answers the requests of one face.
pub(super) struct Answerer {
    /// The school.
    pub school: School,
    pub(super) network: NetworkSlot,
    invites: Invites,
    pub(super) names: NameTable,
    /// The incident that was begun and not saved.
    pub(super) drafts: Drafts,
}

impl Answerer {
    pub(super) fn new(school: School, network: NetworkSlot, invites: Invites) -> Self {
        Self { school, network, invites, names: HashMap::new(), drafts: Drafts::default() }
    }

    pub(super) fn answer(&mut self, request: Request) -> Result<Reply> {
        self.school.core.refresh()?;
        Ok(match request {
            Request::Roster => Reply::Roster(Arc::new(self.roster()?)),
            Request::Log(form) => self.log(&form)?,
            Request::Timeline(pupil) => self.timeline(pupil)?,
            Request::Open(record) => Reply::Detail(Arc::new(self.detail(record)?)),
            Request::Settle { record, path, value } => {
                Reply::Detail(Arc::new(self.settle(record, Edit { path, value })?))
            }
            Request::Edit { record, changes, reason } => {
                self.school.amend(&record.to_string(), &changes, reason.as_deref())?;
                Reply::Detail(Arc::new(self.detail(record)?))
            }
            Request::Withdraw { record, reason } => {
                self.school.withdraw(&record.to_string(), &reason)?;
                Reply::Detail(Arc::new(self.detail(record)?))
            }
            Request::Restore { record, reason } => {
                self.school.restore(&record.to_string(), reason.as_deref())?;
                Reply::Detail(Arc::new(self.detail(record)?))
            }
            Request::EditForm { record, path } => {
                Reply::EditForm(Arc::new(self.edit_form(record, path)?))
            }
            Request::History(record) => Reply::History { record, lines: self.history(record)? },
            Request::Recent { limit } => Reply::Recent(self.recent(limit)?),
            Request::Behind(records) => Reply::Behind(self.behind(&records)?),
            Request::Search(text) => Reply::Hits(self.hits(&text)?),
            Request::Metrics => Reply::Metrics(self.cards()?),
            Request::PupilCard(pupil) => {
                Reply::PupilCard(Arc::new(pupil_card::card(&self.school, pupil)?))
            }
            Request::Caseload => self.caseload()?,
            Request::AddToCaseload(pupil) => {
                caseload::add(&self.school, pupil).and_then(|()| self.caseload())?
            }
            Request::TakeOffCaseload { caseload, pupil } => {
                caseload::close(&self.school, caseload, pupil).and_then(|()| self.caseload())?
            }
            Request::Day(request) => self.day(request)?,
            Request::Status => Reply::Status(Arc::new(status_line(&self.school, &self.network)?)),
            Request::Conflicts => Reply::Conflicts(Arc::new(self.conflicts()?)),
            Request::People => Reply::People(Arc::new(self.people()?)),
            Request::Invite(form) => {
                Reply::Invited(Arc::new(self.invites.open(self.network.get(), &form)?))
            }
            Request::EndInvite => {
                self.invites.cancel(self.network.get());
                Reply::Done
            }
            Request::Concern(request) => concerns::answer(&self.school, request)?,
            Request::Trust(request) => Reply::Trust(self.trust(request)?),
            Request::LookAt(path) => Reply::Place(place::look_at(&path)),
            Request::Home => Reply::Home(Arc::new(self.home()?)),
            Request::Keep(text) => self.keep_face(&text)?,
            Request::Run { .. }
            | Request::CancelRun
            | Request::ExportChart { .. }
            | Request::Incidents(_)
            | Request::List(_)
            | Request::Safe(_)
            | Request::Carry(_)
            | Request::Metric(_)
            | Request::IncidentCsv { .. } => {
                return Err(SchoolError::Refused("that is answered elsewhere".to_owned()));
            }
        })
    }

    fn timeline(&mut self, pupil: RecordId) -> Result<Reply> {
        let items = self.items(&Query::timeline(document_id(pupil)))?;
        Ok(Reply::Timeline { pupil, items })
    }

    fn keep_face(&self, text: &str) -> Result<Reply> {
        self.school.core.home.write_face(text)?;
        Ok(Reply::Done)
    }

    fn settle(&mut self, record: RecordId, choice: Edit) -> Result<Detail> {
        let found = self.school.get(record)?;
        self.school.save_edits(&found, vec![choice])?;
        self.detail(record)
    }

    fn caseload(&self) -> Result<Reply> {
        Ok(Reply::Caseload(Arc::new(caseload::caseload(&self.school)?)))
    }

    fn cards(&self) -> Result<Arc<[MetricCard]>> {
        Ok(self.school.metric_cards()?.into())
    }

    fn roster(&mut self) -> Result<Roster> {
        let today = self.school.clock.today();
        let mut pupils = Vec::new();
        for pupil in self.school.pupils()? {
            let view = PupilView::new(&pupil).on(today);
            let year = view.get("year_group").unwrap_or_default();
            self.names.insert(pupil.id, pupil_name(&pupil));
            pupils.push(PupilLine {
                id: pupil.id,
                name: pupil_name(&pupil),
                year_group: self.code_title(ListId::YearGroup, year),
                reg_group: view.get("reg_group").unwrap_or_default().to_owned(),
                on_roll: view.is_on_roll(),
            });
        }
        pupils.sort_by(|a, b| a.name.cmp(&b.name));
        let control = self.school.core.control();
        let person = self.school.person();
        let safeguarding = control.trust.spaces_of_person(person).into_iter().any(|space| {
            control.trust.space_kind(space) == Some(SpaceKind::Safeguarding)
                && control.trust.may_write(self.school.core.device(), space)
        });
        Ok(Roster {
            pupils,
            categories: self.choices(ListId::IncidentCategory, "category")?,
            locations: self.choices(ListId::Location, "location")?,
            roles: self.choices(ListId::IncidentRole, "")?,
            actions: self.choices(ListId::ActionTaken, "action_taken")?,
            safeguarding,
        })
    }

    pub(super) fn code_title(&self, list: ListId, code: &str) -> String {
        if code.is_empty() {
            return String::new();
        }
        self.school.core.lists().codes.title(list, code).to_owned()
    }

    /// The codes of a list, those used most of late first.
    fn choices(&self, list: ListId, field: &str) -> Result<Vec<Choice>> {
        let mut used: HashMap<String, usize> = HashMap::new();
        if !field.is_empty() {
            let limit = Some(RECENT_FOR_RANKING);
            let query = Query { limit, ..Query::of_kind(Kind::Incident.name()) };
            for row in self.school.core.store.read(|snapshot| snapshot.list(&query))?.records {
                let found = Found::from_row(row)?;
                if let Some(code) = found.record.text(field) {
                    *used.entry(code.to_owned()).or_default() += 1;
                }
            }
        }
        let lists = self.school.core.lists();
        let mut choices: Vec<Choice> = lists
            .codes
            .offered(list, self.school.clock.today())
            .map(|entry| Choice { code: entry.code.clone(), title: entry.title.clone() })
            .collect();
        choices.sort_by_key(|choice| {
            std::cmp::Reverse(used.get(&choice.code).copied().unwrap_or_default())
        });
        Ok(choices)
    }

    fn items(&mut self, query: &Query) -> Result<Arc<[TimelineItem]>> {
        let rows = self.school.core.store.read(|snapshot| snapshot.list(query))?.records;
        rows.into_iter().map(|row| self.item(&Found::from_row(row)?)).collect()
    }

    fn recent(&mut self, limit: usize) -> Result<Arc<[TimelineItem]>> {
        let limit = Some(u32::try_from(limit).unwrap_or(u32::MAX));
        let mut items = Vec::new();
        for kind in [Kind::Incident, Kind::RoomStay] {
            let query = Query { limit, ..Query::of_kind(kind.name()) };
            items.extend(self.items(&query)?.iter().cloned());
        }
        items.sort_by_key(|item| std::cmp::Reverse(item.at));
        items.truncate(limit.and_then(|l| usize::try_from(l).ok()).unwrap_or(usize::MAX));
        Ok(items.into())
    }

    fn behind(&mut self, records: &[RecordId]) -> Result<Arc<[TimelineItem]>> {
        let mut items = Vec::new();
        for id in records.iter().take(MAX_BEHIND) {
            // A record that was erased since the metric ran is no longer behind anything.
            match self.school.get(*id) {
                Ok(found) => items.push(self.item(&found)?),
                Err(SchoolError::NotFound { .. }) => {}
                Err(error) => return Err(error),
            }
        }
        items.sort_by_key(|item| std::cmp::Reverse(item.at));
        Ok(items.into())
    }

    fn hits(&self, text: &str) -> Result<Arc<[Hit]>> {
        let hits = self.school.search(text, MAX_HITS)?;
        let hit = |hit: crate::shape::SearchHit| {
            let record = hit.id.parse().ok()?;
            let kind = hit.kind.parse().ok()?;
            Some(Hit { record, kind, headline: hit.headline, excerpt: hit.excerpt })
        };
        Ok(hits.into_iter().filter_map(hit).collect())
    }

    fn detail(&mut self, record: RecordId) -> Result<Detail> {
        let found = self.school.get(record)?;
        let item = self.item(&found)?;
        let lines = Lines { school: &self.school, names: &self.names };
        let rows = lines.rows(&found);
        Ok(Detail { item, rows, keeping: trust::keeping(&self.school, record)? })
    }

    /// Every field in conflict, record by record.
    fn conflicts(&mut self) -> Result<Conflicts> {
        let (found, total) = self.school.core.store.read(|snapshot| {
            Ok::<_, SchoolError>((snapshot.conflicts(MAX_CONFLICTS)?, snapshot.conflict_count()?))
        })?;
        let mut records: Vec<RecordId> = found.iter().map(|one| record_id(one.record)).collect();
        records.dedup();
        let mut lines = Vec::new();
        for record in records {
            let detail = self.detail(record)?;
            let rows = detail.rows.into_iter().filter(|row| row.contenders.len() > 1);
            lines.extend(rows.map(|row| ConflictLine { item: detail.item.clone(), row }));
        }
        let role = self.school.core.control().trust.role(self.school.person());
        Ok(Conflicts { lines, total, may_settle: role.is_some_and(Role::may_write) })
    }

    fn people(&self) -> Result<PeoplePage> {
        let page = people_page(&self.school, self.network.get())?;
        Ok(PeoplePage { invite: self.invites.line(), ..page })
    }

    fn home(&self) -> Result<HomeLine> {
        let folder = self.school.core.dir().to_owned();
        let failed = |source| SchoolError::File { path: folder.display().to_string(), source };
        let files = std::fs::read_dir(&folder).map_err(failed)?;
        // A file that goes while it is counted takes no room any more.
        let sizes = files.filter_map(|file| Some(file.ok()?.metadata().ok()?.len()));
        let bytes = sizes.sum();
        Ok(HomeLine { folder, bytes, is_protected: !self.school.core.is_demo() })
    }

    pub(super) fn item(&mut self, found: &Found) -> Result<TimelineItem> {
        self.learn_names(found)?;
        Ok(Lines { school: &self.school, names: &self.names }.item(found))
    }

    pub(super) fn name_of(&mut self, id: RecordId) -> Result<String> {
        self.learn_name(id)?;
        Ok(self.names.get(&id).cloned().unwrap_or_default())
    }

    /// Names are read once and kept; a pupil's name changes rarely, and a roster reads them anew.
    fn learn_names(&mut self, found: &Found) -> Result<()> {
        Lines::mentioned(&found.record).into_iter().try_for_each(|id| self.learn_name(id))
    }

    /// The name of a record that another names.
    pub(super) fn learn_name(&mut self, id: RecordId) -> Result<()> {
        if !self.names.contains_key(&id) {
            let name = match self.school.get(id) {
                Ok(found) if found.record.kind == Kind::Pupil => pupil_name(&found.record),
                Ok(found) if found.record.kind == Kind::Staff => full_name(&found.record),
                Ok(found) => found.title,
                Err(SchoolError::NotFound { .. }) => String::new(),
                Err(error) => return Err(error),
            };
            self.names.insert(id, name);
        }
        Ok(())
    }
}

/// Devices, spaces, conflicts and what is held.
pub(super) fn status_line(school: &School, network: &NetworkSlot) -> Result<StatusLine> {
    let status = school.status()?;
    let states = network.get().map(Network::peer_states).unwrap_or_default();
    let peers = school.peers()?;
    let mut lines = Vec::new();
    for member in school.members()?.members {
        for device in member.devices {
            if device.device_id == status.device_id || device.state != "active" {
                continue;
            }
            let id = device.device_id.parse().ok();
            let met = id.and_then(|id| peers.get(&id)).and_then(|peer| peer.last_met_ms);
            let state = id.and_then(|id| states.get(&id)).copied().unwrap_or(PeerState::Away);
            lines.push(PeerLine {
                person: member.name.clone(),
                device: device.name,
                state,
                last_met: met.map(|ms| school.clock.local_ms(ms)),
            });
        }
    }
    let space = |space: crate::shape::SpaceShape| SpaceLine {
        name: space.name,
        documents: space.documents,
    };
    let acts = school.core.control().acts_known();
    Ok(StatusLine {
        card: school.card()?,
        spaces: status.spaces.into_iter().map(space).collect(),
        peers: lines,
        conflicts: status.conflicts,
        held: status.held.into_iter().collect(),
        erasures: trust::waiting_for_me(school),
        concerns: status.concerns,
        acts,
        told_out: trust::told_out(school)?,
        notices: status.notices.into_iter().map(|notice| notice.says).collect(),
    })
}
