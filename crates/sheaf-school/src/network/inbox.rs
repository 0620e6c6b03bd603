//! Frames that have arrived and wait for their session: large ones are read beside it, and all of
//! them together are bounded by their bytes, whatever they are.

use std::sync::Arc;

use sheaf_net::{FrameReceiver, NetError};
use sheaf_replica::Received;
use sheaf_replica::limits::{MAX_FRAME_BYTES, MAX_VECTOR_BYTES, WINDOW_BYTES};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc};
use tokio::task::{JoinHandle, JoinSet};

use crate::core::Core;

/// At most this many frames wait.
const INBOX: usize = 64;

/// And at most this many bytes of them, with those that the session is at work on: twice all that
/// the other side has credit for, because what the session is at work on is credited before its
/// place is free, and one frame of what needs none. More waits on the connection, where the other
/// side is held up.
const INBOX_BYTES: usize = 2 * WINDOW_BYTES + MAX_FRAME_BYTES;

/// What two sides say of vectors at once, before either listens, has its place.
const _: () = assert!(INBOX_BYTES > MAX_VECTOR_BYTES);

/// A frame so long is read beside the session: handing over a shorter one costs more.
const LARGE_FRAME_BYTES: usize = 16 * 1024;

/// Frames that are taken up at once: what the other side sends in slices is taken in together.
const FRAMES_AT_ONCE: usize = 8;

/// Large frames that are read at once, each by a thread.
const READ_AT_ONCE: usize = 4;

/// Entries whose signatures are checked without letting anybody change who is in: a millisecond.
const CHECKED_AT_ONCE: usize = 64;

/// What has arrived on one connection.
pub(super) struct Inbox {
    arrived: mpsc::Receiver<Arrived>,
    /// Those of the frames that were handed out last.
    places: Vec<OwnedSemaphorePermit>,
    /// Stops with the inbox.
    _reading: JoinSet<()>,
}

/// Frames in their order.
pub(super) struct Frames {
    /// Those that came.
    pub whole: Vec<Received>,
    /// Why no more come after them, where that is known.
    pub broken: Option<NetError>,
}

/// A frame that has arrived, and its place among those that may.
struct Arrived {
    received: Result<Received, NetError>,
    place: Option<OwnedSemaphorePermit>,
}

/// The same while it is read.
struct Reading {
    frame: Progress,
    place: Option<OwnedSemaphorePermit>,
}

enum Progress {
    /// It was read at once, or could not be received.
    Done(Result<Received, NetError>),
    /// A thread reads it.
    Begun(JoinHandle<Received>),
}

impl Inbox {
    /// Begins to listen.
    pub(super) fn open(receiver: FrameReceiver, core: Arc<Core>) -> Self {
        let (to_inbox, arrived) = mpsc::channel(INBOX);
        let (to_order, readings) = mpsc::channel(READ_AT_ONCE);
        let mut reading = JoinSet::new();
        reading.spawn(read_frames(receiver, to_order, core));
        reading.spawn(hand_on(readings, to_inbox));
        Self { arrived, places: Vec::new(), _reading: reading }
    }

    /// What has come since it was last asked; none if no more comes. Whoever asks is done with
    /// what came before. Nothing is lost if it is not waited for to the end.
    pub(super) async fn next(&mut self) -> Option<Frames> {
        self.places.clear();
        let mut arrived = Vec::new();
        if self.arrived.recv_many(&mut arrived, FRAMES_AT_ONCE).await == 0 {
            return None;
        }
        let mut frames = Frames { whole: Vec::with_capacity(arrived.len()), broken: None };
        for one in arrived {
            self.places.extend(one.place);
            match one.received {
                Ok(frame) => frames.whole.push(frame),
                // It is the last.
                Err(error) => frames.broken = Some(error),
            }
        }
        Some(frames)
    }
}

/// Reads frame after frame, while the session is at work on those before.
async fn read_frames(
    mut receiver: FrameReceiver,
    readings: mpsc::Sender<Reading>,
    core: Arc<Core>,
) {
    let room = Arc::new(Semaphore::new(INBOX_BYTES));
    loop {
        let reading = match receiver.receive().await {
            Ok(Some(frame)) => {
                let bytes = u32::try_from(frame.len()).unwrap_or(u32::MAX);
                // Nobody closes the room, so that there is a place in the end.
                let place = Arc::clone(&room).acquire_many_owned(bytes).await.ok();
                Reading { frame: read_frame(frame, &core), place }
            }
            Ok(None) => return,
            Err(error) => Reading { frame: Progress::Done(Err(error)), place: None },
        };
        let last = matches!(reading.frame, Progress::Done(Err(_)));
        if readings.send(reading).await.is_err() || last {
            return;
        }
    }
}

/// Hands frames to the session in their order, each as soon as it is read.
async fn hand_on(mut readings: mpsc::Receiver<Reading>, inbox: mpsc::Sender<Arrived>) {
    while let Some(Reading { frame, place }) = readings.recv().await {
        let received = match frame {
            Progress::Done(received) => received,
            // What a runtime that shuts down did not read ends the session, which is over anyway.
            Progress::Begun(thread) => Ok(thread.await.unwrap_or_else(|_| Received::new(&[]))),
        };
        if inbox.send(Arrived { received, place }).await.is_err() {
            return;
        }
    }
}

/// Reads a frame, and checks the signatures in it as far as their authors are known yet: in a
/// large one that takes half the time of taking it in, and needs neither the session nor the store.
fn read_frame(frame: Vec<u8>, core: &Arc<Core>) -> Progress {
    if frame.len() < LARGE_FRAME_BYTES {
        return Progress::Done(Ok(Received::new(&frame)));
    }
    let core = Arc::clone(core);
    Progress::Begun(tokio::task::spawn_blocking(move || {
        let received = Received::new(&frame);
        // Looked at anew now and then: who is in may be changing.
        for some in received.entries().chunks(CHECKED_AT_ONCE) {
            core.control().trust.look_ahead(some.iter().map(Arc::as_ref), &core.authors);
        }
        received
    }))
}
