//! Ends a connection in the moment in which its device is to hear nothing more on it, whatever is
//! on its way just then: a session that waits until the other side has read it all would wait for
//! a thief, and for whoever opens one connection after the other and reads on none.

use std::sync::Arc;
use std::time::Duration;

use sheaf_charter::DeviceId;
use sheaf_net::Closer;

use super::Shared;

/// How soon a removal is noticed that another process of this home has taken in.
const POLL: Duration = Duration::from_millis(200);

/// Turns a device out as soon as its removal is known here; closes the connection once newer ones
/// have outlived it. Runs beside the session, and ends with it.
pub(super) async fn cut_off(
    shared: Arc<Shared>,
    device: DeviceId,
    closer: Closer,
    outlived: impl Future<Output = ()> + Send,
) {
    tokio::select! {
        () = removal(&shared, device) => closer.turn_out(),
        () = outlived => closer.give_way(),
    }
}

/// Returns once the removal of a device is known here.
async fn removal(shared: &Shared, device: DeviceId) {
    let mut saved = shared.school.core.saves();
    while !shared.is_removed(device) {
        // Whether something was saved here or the time is over, it is looked at again.
        tokio::time::timeout(POLL, saved.changed()).await.ok();
    }
}
