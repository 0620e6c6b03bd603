//! Telling each other where devices are: what each says of itself, signed, and passed on, so that
//! two who cannot hear each other have an address to dial.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use sheaf_charter::{AddressRecord, DeviceId, MAX_ADDRESS_RECORDS, records_from, records_to_bytes};
use sheaf_net::{Asides, is_inside};
use tokio::sync::{Notify, broadcast};

use super::Shared;
use crate::error::{Result, SchoolError};

/// How soon a change of this device's own addresses is noticed.
const POLL: Duration = Duration::from_secs(4);
/// At most one message is weighed in so long: each costs signatures, and a hostile member could
/// send them without end.
const PACE: Duration = Duration::from_millis(250);
/// A session that ends sooner after it was told may not have heard.
const HEARD: Duration = Duration::from_secs(2);

/// Records that are new here: from whom, if not from this device itself.
#[derive(Clone, Debug)]
pub(crate) struct NewRecords {
    from: Option<DeviceId>,
    records: Arc<[AddressRecord]>,
}

/// Says where this device is, as long as the network runs and whenever that changes.
pub(super) async fn say_where(shared: Arc<Shared>) {
    loop {
        // What cannot be written now is written at the next turn; saves say what is wrong.
        if let Ok(Some(record)) = sign(&shared).await {
            share(&shared, None, vec![record]);
        }
        tokio::time::sleep(POLL).await;
    }
}

async fn sign(shared: &Arc<Shared>) -> Result<Option<AddressRecord>> {
    let shared = Arc::clone(shared);
    let task = tokio::task::spawn_blocking(move || {
        let own = shared.node.addresses();
        let told = own.iter().copied().filter(|address| shared.is_dialled(*address, &own));
        let told: Vec<SocketAddr> = told.collect();
        shared.school.core.own_record(&told, shared.school.clock.now_ms())
    });
    task.await.unwrap_or(Ok(None))
}

fn share(shared: &Shared, from: Option<DeviceId>, records: Vec<AddressRecord>) {
    // Without a session there is nobody to tell.
    shared.addresses.send(NewRecords { from, records: records.into() }).ok();
}

/// Tells a device, once the two have compared what they hold, what it has not been told; then what
/// is new, as it comes. Runs beside the session, and ends with it.
pub(super) async fn tell(
    shared: Arc<Shared>,
    device: DeviceId,
    asides: Asides,
    compared: Arc<Notify>,
) {
    let mut news = shared.addresses.subscribe();
    compared.notified().await;
    if tell_untold(&shared, device, &asides).await.is_err() {
        return;
    }
    loop {
        let told = match news.recv().await {
            Ok(new) if new.from == Some(device) => Ok(()),
            Ok(new) => send(&shared, device, &asides, &new.records).await,
            Err(broadcast::error::RecvError::Lagged(_)) => {
                tell_untold(&shared, device, &asides).await
            }
            Err(broadcast::error::RecvError::Closed) => return,
        };
        // Where nothing can be said any more the session ends too.
        if told.is_err() {
            return;
        }
    }
}

async fn tell_untold(shared: &Arc<Shared>, device: DeviceId, asides: &Asides) -> Result<()> {
    let of = Arc::clone(shared);
    let task = tokio::task::spawn_blocking(move || of.school.core.untold_records(device));
    let (records, up_to) = task.await.unwrap_or_else(|_| Ok((Vec::new(), 0)))?;
    if records.is_empty() {
        return Ok(());
    }
    let told = Instant::now();
    send(shared, device, asides, &records).await?;
    tokio::time::sleep(HEARD.saturating_sub(told.elapsed())).await;
    let of = Arc::clone(shared);
    let task = tokio::task::spawn_blocking(move || of.school.core.note_told(device, up_to));
    task.await.unwrap_or(Ok(()))
}

async fn send(
    shared: &Shared,
    device: DeviceId,
    asides: &Asides,
    records: &[AddressRecord],
) -> Result<()> {
    let others: Vec<AddressRecord> =
        records.iter().filter(|record| record.device != device).cloned().collect();
    for some in others.chunks(MAX_ADDRESS_RECORDS) {
        // Not a byte more goes to a device from the moment its removal is known here.
        if shared.is_removed(device) {
            return Ok(());
        }
        asides.send(&records_to_bytes(some)).await?;
    }
    Ok(())
}

/// Hears what a device tells of where others are. Runs beside the session, and ends with it.
pub(super) async fn hear(shared: Arc<Shared>, device: DeviceId, asides: Asides) {
    while let Ok(message) = asides.receive().await {
        let of = Arc::clone(&shared);
        let task = tokio::task::spawn_blocking(move || learn(&of, &message));
        match task.await {
            Ok(Ok(new)) if !new.is_empty() => share(&shared, Some(device), new),
            Ok(Ok(_)) => {}
            Ok(Err(error)) => {
                let person = shared.person_of(device);
                let reason = format!("what {person}'s device says of addresses: {error}");
                shared.events.send(super::Event::Failed { reason });
                return;
            }
            Err(_) => return,
        }
        tokio::time::sleep(PACE).await;
    }
}

fn learn(shared: &Shared, message: &[u8]) -> Result<Vec<AddressRecord>> {
    let records = records_from(message).map_err(|error| SchoolError::Refused(error.to_string()))?;
    shared.school.core.learn_records(records)
}

impl Shared {
    /// Whether an address that others named is dialled by this network: one inside the building;
    /// on the loopback network one of this machine.
    pub(super) fn is_dialled(&self, address: SocketAddr, own: &[SocketAddr]) -> bool {
        if self.listen.0.is_loopback() {
            address.ip().is_loopback()
        } else {
            is_inside(address, own)
        }
    }
}
