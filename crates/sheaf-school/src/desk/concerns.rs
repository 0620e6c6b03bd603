//! Concerns at the desk: writing them down, receiving them, deciding on them.

use std::sync::Arc;

use sheaf_records::ListId;

use super::model::Choice;
use super::reply::Reply;
use crate::error::Result;
use crate::records::{ConcernLine, Deciding};
use crate::school::School;
use crate::shape::{ConcernShape, Concerns};

/// What a face may ask about concerns. They go by id.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ConcernRequest {
    /// The concerns of whoever uses this device, and those that they receive.
    Page,
    /// Write one down and hand it over.
    Add(Box<ConcernLine>),
    /// Answer for one from now on.
    Receive(String),
    /// Keep what was decided on one.
    Decide {
        /// The concern.
        concern: String,
        /// What was decided.
        deciding: Box<Deciding>,
    },
    /// Nothing more is to be done about one.
    Close(String),
}

/// What a face is told.
#[derive(Clone, Debug)]
pub enum ConcernReply {
    /// The concerns.
    Page(Arc<ConcernsPage>),
    /// It is done, and durable here: how the concern stands now.
    Done(Arc<ConcernShape>),
}

/// The concerns of whoever uses this device, and those that they receive.
#[derive(Clone, Debug, PartialEq)]
pub struct ConcernsPage {
    /// Each of them, with how many ask for something.
    pub all: Concerns,
    /// Whether whoever uses this device receives concerns.
    pub receives: bool,
    /// Whether they may write one.
    pub may_write: bool,
    /// What a concern may be about.
    pub categories: Vec<Choice>,
    /// What may be decided.
    pub decisions: Vec<Choice>,
    /// To whom a concern may be referred.
    pub services: Vec<Choice>,
}

pub(super) fn answer(school: &School, request: ConcernRequest) -> Result<Reply> {
    let done = |shape| Reply::Concern(ConcernReply::Done(Arc::new(shape)));
    Ok(match request {
        ConcernRequest::Page => Reply::Concern(ConcernReply::Page(Arc::new(page(school)?))),
        ConcernRequest::Add(line) => done(school.add_concern(&line)?),
        ConcernRequest::Receive(concern) => done(school.receive_concern(&concern)?),
        ConcernRequest::Decide { concern, deciding } => {
            done(school.decide_concern(&concern, &deciding)?)
        }
        ConcernRequest::Close(concern) => done(school.close_concern(&concern, None)?),
    })
}

fn page(school: &School) -> Result<ConcernsPage> {
    let all = school.concerns(None)?;
    let (receives, may_write) = {
        let control = school.core.control();
        let role = control.trust.role(school.person());
        let writes = role.is_some_and(sheaf_charter::Role::may_write);
        (control.trust.receives(school.person()), writes)
    };
    let lists = school.core.lists();
    let choices = |list: ListId| {
        let offered = lists.codes.offered(list, school.clock.today());
        let choice = offered.map(|one| Choice { code: one.code.clone(), title: one.title.clone() });
        choice.collect()
    };
    Ok(ConcernsPage {
        all,
        receives,
        may_write,
        categories: choices(ListId::ConcernCategory),
        decisions: choices(ListId::ConcernDecision),
        services: choices(ListId::ReferredTo),
    })
}
