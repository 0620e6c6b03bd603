//! The near end of the link: numbers requests, remembers what each was for, drops stale replies.

use std::collections::{BTreeMap, VecDeque};
use std::sync::mpsc::{RecvTimeoutError, TryRecvError};
use std::time::Duration;

use sheaf_records::RecordId;
use sheaf_school::desk::{Notice, Request, RequestId};

use crate::day::Errand;
use crate::house::concern;
use crate::house::trust;
use crate::link::Link;
use crate::metric::SharingErrand;

/// At most so many notices are taken in one frame, so that a flood cannot hold the window up.
const NOTICES_A_FRAME: usize = 64;

/// At most so many requests wait for room; more means that the service has stopped.
const MOST_WAITING: usize = 256;

/// What a request was for, so that its reply finds its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// Fill the roster.
    Roster,
    /// Fill the list of newest records.
    Recent,
    /// Fill a pupil's timeline.
    Timeline(RecordId),
    /// Show a record in full.
    Detail(RecordId),
    /// List the records behind a mark.
    Behind,
    /// Answer a search.
    Search,
    /// List the metrics.
    Metrics,
    /// Run a metric.
    Run,
    /// Stop a run.
    Cancel,
    /// Write a chart.
    Export,
    /// See whether a file can be written.
    Look,
    /// Save the incident in the quick log.
    Log,
    /// Show how to ask for a value.
    EditForm,
    /// Change a value, withdraw the record or restore it.
    Change,
    /// Tell the history of a record.
    History(RecordId),
    /// Settle a conflict in this record.
    Settle(RecordId),
    /// Fill the head of a pupil's view.
    PupilCard(RecordId),
    /// Fill the caseload.
    Caseload,
    /// Put a pupil on the caseload, or take one off; what to say when it is done.
    ChangeCaseload(String),
    /// Fill the table of incidents.
    Incidents,
    /// Copy rows of it.
    IncidentCsv,
    /// Look at a pupil list, or take it in.
    List,
    /// Something of a mentor's day.
    Day(Errand),
    /// Fill the status line.
    Status,
    /// List what is to be settled.
    Conflicts,
    /// List the members.
    People,
    /// Open an invitation.
    Invite,
    /// End the invitation.
    EndInvite,
    /// Something about what opens this device and the school.
    Safe,
    /// Something about carriers.
    Carry,
    /// Something about concerns.
    Concern(concern::Errand),
    /// Something about who is in and what is gone.
    Trust(trust::Errand),
    /// Something about shared metrics.
    Sharing(SharingErrand),
    /// Say where the data lies.
    Home,
    /// Keep the settings.
    Keep,
}

/// The near end of the link.
#[derive(Debug)]
pub struct Desk {
    link: Link,
    last: u64,
    pending: BTreeMap<RequestId, Purpose>,
    waiting: VecDeque<(RequestId, Request)>,
    stash: VecDeque<Notice>,
    lost: bool,
}

impl Desk {
    /// A desk over this link.
    pub fn new(link: Link) -> Self {
        Self {
            link,
            last: 0,
            pending: BTreeMap::new(),
            waiting: VecDeque::new(),
            stash: VecDeque::new(),
            lost: false,
        }
    }

    /// Asks for something; an earlier request for the same purpose is forgotten.
    pub fn ask(&mut self, purpose: Purpose, request: Request) -> RequestId {
        self.last += 1;
        let id = RequestId(self.last);
        self.forget(&purpose);
        self.pending.insert(id, purpose);
        self.waiting.push_back((id, request));
        if self.waiting.len() > MOST_WAITING {
            self.lost = true;
        }
        self.flush();
        id
    }

    /// What this reply is for, unless it is stale.
    pub fn purpose(&mut self, id: RequestId) -> Option<Purpose> {
        self.pending.remove(&id)
    }

    /// Whether an answer for this purpose is on its way.
    pub fn is_asked(&self, purpose: &Purpose) -> bool {
        self.pending.values().any(|earlier| earlier == purpose)
    }

    /// Takes no reply for this purpose any more.
    pub fn forget(&mut self, purpose: &Purpose) {
        self.pending.retain(|_, earlier| earlier != purpose);
    }

    /// Offers the waiting requests again; true if some still wait.
    pub fn flush(&mut self) -> bool {
        while let Some((id, request)) = self.waiting.pop_front() {
            if (self.link.send)(id, request.clone()).is_err() {
                self.waiting.push_front((id, request));
                return true;
            }
        }
        false
    }

    /// The notices that have come in, at most a frame's worth.
    pub fn take(&mut self) -> Vec<Notice> {
        let mut notices: Vec<Notice> = self.stash.drain(..).collect();
        while notices.len() < NOTICES_A_FRAME {
            match self.link.receive.try_recv() {
                Ok(notice) => notices.push(notice),
                Err(TryRecvError::Empty) => break,
                Err(TryRecvError::Disconnected) => {
                    self.lost = true;
                    break;
                }
            }
        }
        notices
    }

    /// Whether a full frame's worth was taken, so that more may be there.
    pub const fn is_full(count: usize) -> bool {
        count >= NOTICES_A_FRAME
    }

    /// Waits outside a frame for the next notice; false if none came in time.
    pub fn wait(&mut self, at_most: Duration) -> bool {
        match self.link.receive.recv_timeout(at_most) {
            Ok(notice) => {
                self.stash.push_back(notice);
                true
            }
            Err(RecvTimeoutError::Timeout) => false,
            Err(RecvTimeoutError::Disconnected) => {
                self.lost = true;
                false
            }
        }
    }

    /// How many requests have no answer yet.
    pub fn unanswered(&self) -> usize {
        self.pending.len()
    }

    /// Whether the service is gone.
    pub const fn is_lost(&self) -> bool {
        self.lost
    }
}
