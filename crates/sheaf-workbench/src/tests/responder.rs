//! The other end of the link: answers from the invented school, at once and in the same thread.

use std::cell::RefCell;
use std::collections::{BTreeSet, VecDeque};
use std::rc::Rc;
use std::sync::Arc;
use std::sync::mpsc::{Sender, channel};

use sheaf_records::RecordId;
use sheaf_school::desk::{
    Against, CarryRequest, Conflicts, DayReply, DayRequest, IncidentForm, ListForm, Notice, Place,
    Reply, Request, RequestId, SafeReply, SafeRequest, TimelineItem, TrustRequest,
};

use super::concern::{self, FarConcerns};
use super::far_day::{self, FarDay};
use super::sharing::{self, FarSharing};
use super::trust::FarTrust;
use super::{desk, incidents, pupils, school};
use crate::link::{Busy, Link, Wake};

/// What the far end remembers and how it behaves.
#[derive(Debug, Default)]
pub struct Far {
    /// Incidents that were saved.
    pub logged: Vec<IncidentForm>,
    /// Everything that was asked, by its words.
    pub asked: Vec<String>,
    /// The options of every run.
    pub runs: Vec<Vec<(String, String)>>,
    /// Conflicts that were settled.
    pub settled: Vec<RecordId>,
    /// What belongs to a mentor's day.
    pub day: FarDay,
    /// Concerns.
    pub concerns: FarConcerns,
    /// Metrics that are shared.
    pub sharing: FarSharing,
    /// Who is in and what is gone.
    pub trust: FarTrust,
    /// Runs that wait until the test answers them.
    pub held_runs: Vec<RequestId>,
    /// What is found where a file is to be written, if it is not free.
    pub place: Option<Place>,
    /// Whether runs wait.
    pub holds_runs: bool,
    /// How many incidents there are, if not as many as usual.
    pub incidents: Option<u32>,
    /// Who is on the caseload, if not those who are on it usually.
    pub caseload: Option<BTreeSet<u8>>,
    /// Records that count no longer.
    pub withdrawn: BTreeSet<RecordId>,
    /// Whether there is no room for requests.
    pub is_busy: bool,
    /// What is to be settled.
    pub conflicts: Conflicts,
    /// Whether the school has a passphrase.
    pub is_protected: bool,
    /// What comes of a change of the passphrase, a backup or the recovery key.
    pub safe: Option<SafeReply>,
    /// Every such request.
    pub safe_asked: Vec<(RequestId, SafeRequest)>,
    /// What is answered to what is asked of carriers, one after the other; nothing if it is empty.
    pub carries: VecDeque<Reply>,
    /// Every such request.
    pub carried: Vec<(RequestId, CarryRequest)>,
    /// Whether a list is asked back about before it is read.
    pub list_asks: bool,
    /// What every request is refused with, if it is.
    pub refuses: Option<String>,
}

/// Both ends that a test holds: what was asked, and the way to send notices.
#[derive(Clone)]
pub struct Responder {
    /// What the far end remembers.
    pub far: Rc<RefCell<Far>>,
    notices: Sender<Notice>,
    wake: Rc<RefCell<Option<Wake>>>,
}

impl Responder {
    /// A responder and the link to it.
    pub fn new() -> (Self, Link) {
        let far: Rc<RefCell<Far>> = Rc::default();
        far.borrow_mut().conflicts = desk::conflicts(3);
        Self::over(far)
    }

    /// Another link to a far end that remembers what was before.
    pub fn over(far: Rc<RefCell<Far>>) -> (Self, Link) {
        let (notices, receive) = channel();
        let responder = Self { far, notices, wake: Rc::default() };
        let near = responder.clone();
        let send = move |id, request| near.take(id, request);
        (responder, Link { send: Box::new(send), receive })
    }

    /// Learns how to wake the window.
    pub fn wakes(&self, wake: Wake) {
        *self.wake.borrow_mut() = Some(wake);
    }

    /// Says something by itself.
    pub fn say(&self, notice: Notice) {
        self.notices.send(notice).unwrap();
        if let Some(wake) = &*self.wake.borrow() {
            wake();
        }
    }

    fn take(&self, id: RequestId, request: Request) -> Result<(), Busy> {
        if self.far.borrow().is_busy {
            return Err(Busy);
        }
        self.far.borrow_mut().asked.push(name(&request));
        let refuses = self.far.borrow().refuses.clone();
        let reply = match refuses {
            Some(why) => Some(Reply::Refused(why)),
            None => self.answer(id, request),
        };
        if let Some(reply) = reply {
            self.say(Notice::Reply(id, reply));
        }
        Ok(())
    }

    fn safe(&self, id: RequestId, request: SafeRequest) -> Option<SafeReply> {
        let mut far = self.far.borrow_mut();
        far.safe_asked.push((id, request));
        far.safe.take()
    }

    fn place(&self) -> Place {
        self.far.borrow().place.clone().unwrap_or(Place::Free)
    }

    fn status(&self) -> Reply {
        let mut status = school::status();
        status.concerns = self.far.borrow().concerns.counts();
        status.card.demo = !self.far.borrow().is_protected;
        Reply::Status(Arc::new(status))
    }

    fn answer(&self, id: RequestId, request: Request) -> Option<Reply> {
        Some(match request {
            Request::Roster => Reply::Roster(Arc::new(school::roster())),
            Request::Log(form) => self.log(*form),
            Request::Timeline(pupil) => Reply::Timeline { pupil, items: self.timeline(pupil) },
            Request::Open(record) => self.detail(record),
            Request::Settle { record, .. } => self.settle(record),
            Request::Edit { record, .. } => self.detail(record),
            Request::Withdraw { record, .. } => {
                self.far.borrow_mut().withdrawn.insert(record);
                self.detail(record)
            }
            Request::Restore { record, .. } => {
                self.far.borrow_mut().withdrawn.remove(&record);
                self.detail(record)
            }
            Request::EditForm { record, path } => pupils::edit_form(record, path),
            Request::History(record) => Reply::History { record, lines: pupils::history() },
            Request::Recent { .. } => Reply::Recent(school::recent().into()),
            Request::Behind(_) => Reply::Behind(school::timeline().into()),
            Request::Search(words) => Reply::Hits(school::hits(&words).into()),
            Request::Metrics => self.metrics(),
            Request::Day(request) => Reply::Day(self.day(request)),
            Request::Run { metric, options, against } => {
                self.far.borrow_mut().runs.push(options.clone());
                if self.far.borrow().holds_runs {
                    self.far.borrow_mut().held_runs.push(id);
                    return None;
                }
                let result = school::result(&metric, &options);
                Reply::Result(Arc::new(match against {
                    Against::Nothing => result,
                    Against::PeriodBefore => school::compared(result),
                }))
            }
            Request::Incidents(query) => {
                let rows = self.far.borrow().incidents.unwrap_or(incidents::USUAL);
                incidents::reply(query, rows)
            }
            Request::IncidentCsv { rows, .. } => incidents::csv(&rows),
            Request::PupilCard(pupil) => Reply::PupilCard(Arc::new(pupils::card(pupil))),
            Request::Caseload => self.caseload(|_| {}),
            Request::AddToCaseload(pupil) => self.caseload(|all| {
                all.insert(pupil.to_bytes()[0]);
            }),
            Request::TakeOffCaseload { pupil, .. } => self.caseload(|all| {
                all.remove(&pupil.to_bytes()[0]);
            }),
            Request::List(form) => self.list(&form),
            Request::CancelRun => Reply::Cancelled,
            Request::ExportChart { path, .. } => Reply::Exported(path),
            Request::LookAt(_) => Reply::Place(self.place()),
            Request::Status => self.status(),
            Request::Conflicts => Reply::Conflicts(Arc::new(self.far.borrow().conflicts.clone())),
            Request::People => Reply::People(Arc::new(self.far.borrow().trust.people())),
            Request::Invite(form) => Reply::Invited(Arc::new(desk::invite(&form))),
            Request::Concern(request) => self.far.borrow_mut().concerns.answer(request),
            Request::Trust(request) => return self.trust(request),
            Request::Safe(request) => Reply::Safe(self.safe(id, request)?),
            Request::Carry(request) => return self.carry(id, request),
            Request::Metric(request) => self.far.borrow_mut().sharing.answer(request),
            Request::Home => Reply::Home(Arc::new(desk::home())),
            Request::EndInvite | Request::Keep(_) => Reply::Done,
        })
    }

    fn metrics(&self) -> Reply {
        let own = self.far.borrow().sharing.own.clone();
        Reply::Metrics(school::metrics().into_iter().chain(own).collect())
    }

    fn settle(&self, record: RecordId) -> Reply {
        let mut far = self.far.borrow_mut();
        far.settled.push(record);
        far.conflicts.lines.retain(|line| line.item.record != record);
        drop(far);
        self.detail(record)
    }

    fn carry(&self, id: RequestId, request: CarryRequest) -> Option<Reply> {
        let mut far = self.far.borrow_mut();
        far.carried.push((id, request));
        far.carries.pop_front()
    }

    fn list(&self, form: &ListForm) -> Reply {
        let (reply, written) = super::lists::answer(form, self.far.borrow().list_asks);
        if let Some(count) = written {
            self.say(Notice::Listed(count));
        }
        reply
    }

    fn caseload(&self, change: impl FnOnce(&mut BTreeSet<u8>)) -> Reply {
        let mut far = self.far.borrow_mut();
        let all = far.caseload.get_or_insert_with(pupils::usual);
        change(all);
        Reply::Caseload(Arc::new(pupils::caseload(all)))
    }

    fn trust(&self, request: TrustRequest) -> Option<Reply> {
        self.far.borrow_mut().trust.answer(request)
    }

    fn day(&self, request: DayRequest) -> DayReply {
        self.far.borrow_mut().day.answer(request)
    }

    fn log(&self, form: IncidentForm) -> Reply {
        self.far.borrow_mut().day.draft = None;
        self.far.borrow_mut().logged.push(form);
        Reply::Saved { record: school::record(1), headline: "Defiance, corridor".to_owned() }
    }

    fn timeline(&self, pupil: RecordId) -> Arc<[TimelineItem]> {
        if pupil == school::pupil(0) { school::timeline().into() } else { Arc::from([]) }
    }

    fn detail(&self, record: RecordId) -> Reply {
        let all = school::timeline().into_iter().chain(school::recent());
        let found = all.into_iter().find(|item| item.record == record);
        let Some(mut item) = found else {
            return Reply::Refused("there is no such record".to_owned());
        };
        if self.far.borrow().settled.contains(&record) {
            item.conflicts = 0;
        }
        if self.far.borrow().withdrawn.contains(&record) {
            item.labels.push("Withdrawn".to_owned());
        }
        let mut detail = school::detail(&item);
        detail.keeping = self.far.borrow().trust.keeping.clone().unwrap_or(detail.keeping);
        Reply::Detail(Arc::new(detail))
    }
}

fn name(request: &Request) -> String {
    match request {
        Request::Roster => "roster".to_owned(),
        Request::Log(_) => "log".to_owned(),
        Request::Timeline(_) => "timeline".to_owned(),
        Request::Open(_) => "open".to_owned(),
        Request::Settle { path, value, .. } => {
            let value = value.as_ref().map(ToString::to_string).unwrap_or_default();
            format!("settle {path} {value}")
        }
        Request::Edit { changes, reason, .. } => {
            let said = |(path, value): &(String, Option<String>)| {
                format!("{path} {}", value.as_deref().unwrap_or("–"))
            };
            let changes: Vec<String> = changes.iter().map(said).collect();
            format!("edit {} {}", changes.join(" "), reason.as_deref().unwrap_or_default())
        }
        Request::Withdraw { reason, .. } => format!("withdraw {reason}"),
        Request::Restore { .. } => "restore".to_owned(),
        Request::EditForm { .. } => "edit form".to_owned(),
        Request::History(_) => "history".to_owned(),
        Request::Recent { .. } => "recent".to_owned(),
        Request::Behind(records) => format!("behind {}", records.len()),
        Request::Search(words) => format!("search {words}"),
        Request::Metrics => "metrics".to_owned(),
        Request::Run { metric, against: Against::Nothing, .. } => format!("run {metric}"),
        Request::Run { metric, .. } => format!("compare {metric}"),
        Request::Incidents(query) => format!("incidents {}", incidents::name(query)),
        Request::IncidentCsv { rows, .. } => format!("csv {}..{}", rows.start, rows.end),
        Request::PupilCard(_) => "pupil card".to_owned(),
        Request::Caseload => "caseload".to_owned(),
        Request::AddToCaseload(_) => "add to caseload".to_owned(),
        Request::TakeOffCaseload { .. } => "take off caseload".to_owned(),
        Request::List(form) => super::lists::name(form),
        Request::CancelRun => "cancel".to_owned(),
        Request::ExportChart { chart, path } => {
            format!("export “{}” {}", chart.title, path.display())
        }
        Request::Day(request) => far_day::name(request),
        Request::LookAt(path) => format!("look at {}", path.display()),
        Request::Status => "status".to_owned(),
        Request::Conflicts => "conflicts".to_owned(),
        Request::People => "people".to_owned(),
        Request::Invite(form) => format!("invite {} for {}", form.role, form.minutes),
        Request::EndInvite => "end invite".to_owned(),
        Request::Concern(request) => concern::name(request),
        Request::Trust(request) => super::trust::name(request),
        Request::Safe(request) => format!("{request:?}"),
        Request::Carry(request) => format!("{request:?}"),
        Request::Metric(request) => sharing::name(request),
        Request::Home => "home".to_owned(),
        Request::Keep(text) => format!("keep {text}"),
    }
}
