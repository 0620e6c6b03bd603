//! The threads behind a desk: one that answers, one that runs metrics, one that watches.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::thread;

use sheaf_charts::Theme;

use super::answer::Answerer;
use super::carry::{self, CarryRequest};
use super::incidents::{Incidents, csv};
use super::invites::Invites;
use super::metrics::{self, MetricRequest};
use super::pupil_list;
use super::reply::{Notice, Reply};
use super::request::{Against, Request, RequestId};
use super::safe;
use super::watch::{Watched, watch};
use crate::error::SchoolError;
use crate::metrics::{CancelSwitch, run_against, write_chart};
use crate::network::NetworkSlot;
use crate::school::School;

/// Requests that wait; a face has a handful under way.
const MAX_REQUESTS: usize = 64;
/// Notices that wait for the face to draw.
const MAX_NOTICES: usize = 256;

/// Wakes the face after each notice.
pub type Wake = Arc<dyn Fn() + Send + Sync>;

/// The two ends that a face holds. Once the last [`Sender`] is dropped, what was asked is still
/// done, the threads end, and the school is let go.
#[derive(Debug)]
pub struct Desk {
    sender: Sender,
    /// What the service says. Taken by the face.
    pub notices: Receiver<Notice>,
}

/// Hands requests over without ever waiting.
#[derive(Clone, Debug)]
pub struct Sender {
    requests: SyncSender<(RequestId, Request)>,
    /// Dropped with the last clone.
    _ends: Arc<Ends>,
}

/// Tells the watching thread that the face is gone.
#[derive(Debug)]
struct Ends(Arc<AtomicBool>);

impl Drop for Ends {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// There is no room for a request just now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DeskBusy;

impl Sender {
    /// Hands a request over, or says at once that there is no room.
    pub fn send(&self, id: RequestId, request: Request) -> Result<(), DeskBusy> {
        match self.requests.try_send((id, request)) {
            Ok(()) => Ok(()),
            Err(TrySendError::Full(_) | TrySendError::Disconnected(_)) => Err(DeskBusy),
        }
    }
}

impl Desk {
    /// Opens the desk of a school, with its network once this process has it.
    pub fn open(school: &School, network: &NetworkSlot, wake: Wake) -> Result<Self, SchoolError> {
        let (requests, incoming) = sync_channel(MAX_REQUESTS);
        let (tell, notices) = sync_channel(MAX_NOTICES);
        let stopped = Arc::new(AtomicBool::new(false));
        let teller = Teller { tell, wake };
        let invites = Invites::default();
        let answerer = Answerer::new(school.clone(), network.clone(), invites.clone());
        let clerk = Clerk {
            answerer,
            teller: teller.clone(),
            running: CancelSwitch::default(),
            reviewing: CancelSwitch::default(),
            incidents: Incidents::default(),
        };
        spawn("sheaf-desk", move || clerk.work(&incoming))?;
        let watched = Watched { school: school.clone(), network: network.clone(), invites };
        let ends = Arc::new(Ends(Arc::clone(&stopped)));
        spawn("sheaf-watch", move || watch(&watched, &teller, &stopped))?;
        Ok(Self { sender: Sender { requests, _ends: ends }, notices })
    }

    /// The end that takes requests.
    pub fn sender(&self) -> Sender {
        self.sender.clone()
    }

    /// Takes the two ends apart.
    pub fn into_parts(self) -> (Sender, Receiver<Notice>) {
        (self.sender, self.notices)
    }
}

fn spawn(name: &str, work: impl FnOnce() + Send + 'static) -> Result<(), SchoolError> {
    let spawned = thread::Builder::new().name(name.to_owned()).spawn(work);
    let failed = |source| SchoolError::File { path: format!("thread {name}"), source };
    spawned.map(drop).map_err(failed)
}

/// Tells the face.
#[derive(Clone)]
pub(super) struct Teller {
    tell: SyncSender<Notice>,
    wake: Wake,
}

impl Teller {
    /// Tells and wakes; says whether anybody listens.
    pub(super) fn tell(&self, notice: Notice) -> bool {
        let heard = self.tell.send(notice).is_ok();
        if heard {
            (self.wake)();
        }
        heard
    }
}

/// Answers requests one after the other; metrics run beside.
struct Clerk {
    answerer: Answerer,
    teller: Teller,
    running: CancelSwitch,
    reviewing: CancelSwitch,
    incidents: Incidents,
}

impl Clerk {
    fn work(mut self, incoming: &Receiver<(RequestId, Request)>) {
        while let Ok((id, request)) = incoming.recv() {
            let reply = match request {
                Request::Run { metric, options, against } => {
                    self.run(id, &metric, options, against);
                    continue;
                }
                Request::Incidents(query) => {
                    let (school, incidents) =
                        (self.answerer.school.clone(), self.incidents.clone());
                    self.beside(id, move || {
                        let table = incidents.table(&school, query)?;
                        Ok(Reply::Incidents(Arc::new(table)))
                    });
                    continue;
                }
                Request::IncidentCsv { table, rows } => {
                    self.beside(id, move || {
                        let shown = rows.start.min(table.len())..rows.end.min(table.len());
                        Ok(Reply::Csv { rows: shown.len(), text: csv(&table, shown) })
                    });
                    continue;
                }
                Request::List(form) => {
                    let school = self.answerer.school.clone();
                    let teller = self.teller.clone();
                    self.beside(id, move || {
                        let tell = |count| {
                            teller.tell(Notice::Listed(count));
                        };
                        pupil_list::list(&school, &form, &tell)
                    });
                    continue;
                }
                Request::Safe(request) => {
                    let school = self.answerer.school.clone();
                    self.beside(id, move || Ok(Reply::Safe(safe::answer(&school, request)?)));
                    continue;
                }
                Request::Carry(request) => {
                    self.carry(id, request);
                    continue;
                }
                Request::Metric(request) => {
                    self.metric(id, request);
                    continue;
                }
                Request::CancelRun => {
                    self.running.store(true, Ordering::Relaxed);
                    Ok(Reply::Cancelled)
                }
                Request::ExportChart { chart, path } => {
                    self.beside(id, move || {
                        // For paper and for slides, whatever the window looks like.
                        write_chart(&chart, &path, Theme::Light)?;
                        Ok(Reply::Exported(path))
                    });
                    continue;
                }
                other => self.answerer.answer(other),
            };
            let reply = reply.unwrap_or_else(|error| Reply::Refused(error.to_string()));
            // A face that has gone does not hear it; what it asked for is done all the same.
            self.teller.tell(Notice::Reply(id, reply));
        }
        self.running.store(true, Ordering::Relaxed);
        self.reviewing.store(true, Ordering::Relaxed);
    }

    /// Carries entries by a folder, a bundle or an address, and tells how far it is.
    fn carry(&self, id: RequestId, request: CarryRequest) {
        let school = self.answerer.school.clone();
        let (network, teller) = (self.answerer.network.clone(), self.teller.clone());
        self.beside(id, move || {
            let tell = |words: &str| {
                teller.tell(Notice::Carrying(words.to_owned()));
            };
            let carried = carry::answer(&school, network.get(), request, &tell);
            Ok(Reply::Carry(Box::new(carried?)))
        });
    }

    /// Answers what is asked of shared metrics; a review ends the one before.
    fn metric(&mut self, id: RequestId, request: MetricRequest) {
        if matches!(request, MetricRequest::Review(_)) {
            self.reviewing.store(true, Ordering::Relaxed);
            self.reviewing = CancelSwitch::default();
        }
        let (school, cancel) = (self.answerer.school.clone(), Arc::clone(&self.reviewing));
        self.beside(id, move || metrics::answer(&school, request, &cancel));
    }

    /// Runs a metric in a thread of its own, so that logging and reading go on meanwhile.
    fn run(
        &mut self,
        id: RequestId,
        metric: &str,
        options: Vec<(String, String)>,
        against: Against,
    ) {
        self.running.store(true, Ordering::Relaxed);
        self.running = CancelSwitch::default();
        let (school, metric) = (self.answerer.school.clone(), metric.to_owned());
        let cancel = Arc::clone(&self.running);
        let teller = self.teller.clone();
        let work = move || {
            let ran = school.metric(&metric).and_then(|package| {
                run_against(&school, &package, &options, against, Arc::clone(&cancel))
            });
            let reply = match ran {
                Ok(result) => Reply::Result(Arc::new(result)),
                Err(_) if cancel.load(Ordering::Relaxed) => Reply::Cancelled,
                Err(error) => Reply::Refused(error.to_string()),
            };
            teller.tell(Notice::Reply(id, reply));
        };
        if let Err(error) = spawn("sheaf-metric", work) {
            self.teller.tell(Notice::Reply(id, Reply::Refused(error.to_string())));
        }
    }

    /// Answers in a thread of its own, so that logging and reading go on meanwhile.
    fn beside(
        &self,
        id: RequestId,
        work: impl FnOnce() -> Result<Reply, SchoolError> + Send + 'static,
    ) {
        let teller = self.teller.clone();
        let work = move || {
            let reply = work().unwrap_or_else(|error| Reply::Refused(error.to_string()));
            teller.tell(Notice::Reply(id, reply));
        };
        if let Err(error) = spawn("sheaf-table", work) {
            self.teller.tell(Notice::Reply(id, Reply::Refused(error.to_string())));
        }
    }
}

/// What is asked again and again for names: pupils and staff by id.
pub(super) type NameTable = HashMap<sheaf_records::RecordId, String>;
