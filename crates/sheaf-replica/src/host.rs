//! A host that answers at once: what a store does for a session, and the loop that lets it.

use sheaf_charter::{EntryId, Lane};

use crate::intake::Report;
use crate::session::{
    Batch, Closing, Effect, Load, LoadSections, Loaded, LoadedSections, Session, Summary, Survey,
};

/// What a device does for its session with one peer. Each method answers one kind of [`Effect`],
/// where its duties are described.
pub trait Host {
    /// Why reading or writing failed.
    type Error;

    /// Answers [`Effect::Survey`].
    fn survey(&mut self) -> Result<Survey, Self::Error>;
    /// Answers [`Effect::Load`].
    fn load(&mut self, load: &Load) -> Result<Loaded, Self::Error>;
    /// Answers [`Effect::LoadSections`].
    fn load_sections(&mut self, load: &LoadSections) -> Result<LoadedSections, Self::Error>;
    /// Answers [`Effect::Check`].
    fn lacking(&mut self, lane: Lane, ids: Vec<EntryId>) -> Result<Vec<EntryId>, Self::Error>;
    /// Answers [`Effect::Ingest`]. Where more is to be done once all is durable, `kept` is called
    /// before that: the next arrives meanwhile.
    fn ingest(&mut self, batch: Batch, kept: &mut dyn FnMut()) -> Result<Report, Self::Error>;
}

/// What is left for whoever holds the connection.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Happening {
    /// Send this frame.
    Send(Vec<u8>),
    /// This was taken in; tell the other sessions of what joined.
    TakenIn(Report),
    /// A comparison has ended.
    Finished(Summary),
    /// Send what is left and close the connection.
    Closed(Closing),
}

/// Lets the host answer until the session asks for nothing more, and tells what is left to do as
/// soon as it is known: a frame can be on its way while the host reads the next.
///
/// # Errors
/// The host's first one. The session is over: call again for its farewell. Of what was taken in
/// just before, the other sessions are told by [`Session::changed`].
pub fn perform<H: Host>(
    session: &mut Session,
    host: &mut H,
    mut tell: impl FnMut(Happening),
) -> Result<(), H::Error> {
    while let Some(effect) = session.poll() {
        match answer(session, host, effect, &mut tell) {
            Ok(happening) => happening.into_iter().for_each(&mut tell),
            Err(error) => {
                session.fail();
                return Err(error);
            }
        }
    }
    Ok(())
}

fn answer<H: Host>(
    session: &mut Session,
    host: &mut H,
    effect: Effect,
    tell: &mut impl FnMut(Happening),
) -> Result<Option<Happening>, H::Error> {
    match effect {
        Effect::Send(frame) => return Ok(Some(Happening::Send(frame))),
        Effect::Finished(summary) => return Ok(Some(Happening::Finished(summary))),
        Effect::Close(closing) => return Ok(Some(Happening::Closed(closing))),
        Effect::Survey => session.surveyed(host.survey()?),
        Effect::Load(load) => session.loaded(host.load(&load)?),
        Effect::LoadSections(load) => session.sections_loaded(host.load_sections(&load)?),
        Effect::Check { lane, ids } => session.checked(lane, host.lacking(lane, ids)?),
        Effect::Ingest(batch) => {
            let mut kept = || session.kept().map(Happening::Send).into_iter().for_each(&mut *tell);
            let report = host.ingest(batch, &mut kept)?;
            session.ingested(&report);
            return Ok(Some(Happening::TakenIn(report)));
        }
    }
    Ok(None)
}
