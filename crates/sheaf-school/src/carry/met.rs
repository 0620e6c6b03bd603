//! That a device was met by a file of its, for the doctor and for whoever waits for it.

use sheaf_charter::DeviceId;
use sheaf_store::Peer;

use crate::core::Core;
use crate::error::Result;

/// What carried a file here.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Carrier {
    /// A shared folder.
    Folder,
    /// A bundle.
    Bundle,
}

impl Carrier {
    const fn name(self) -> &'static str {
        match self {
            Self::Folder => "folder",
            Self::Bundle => "bundle",
        }
    }
}

/// Notes that everything is here which a device had when it wrote a file. It was met then, not when
/// the file was read: a stick may lie in a drawer for weeks. A clock that is ahead counts as now.
pub(super) fn note_met(
    core: &Core,
    device: DeviceId,
    carrier: Carrier,
    (written_ms, now_ms): (i64, i64),
) -> Result<()> {
    let at_ms = written_ms.min(now_ms);
    let is_known = |peer: Option<Peer>| {
        peer.and_then(|peer| peer.last_met_ms).is_some_and(|last_ms| last_ms >= at_ms)
    };
    if device == core.device() || is_known(core.store.read(|snapshot| snapshot.peer(device))?) {
        return Ok(());
    }
    let carrier = Some(carrier.name().to_owned());
    let peer = Peer { device, last_met_ms: Some(at_ms), address: None, carrier };
    core.store.write(|txn| {
        if !is_known(txn.peer(device)?) {
            txn.put_peer(&peer)?;
        }
        Ok(())
    })
}
