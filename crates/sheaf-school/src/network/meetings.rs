//! Where other devices were met, and where they say they are: what there is to dial.
//!
//! Kept with the small values of this device; nothing of it is in the log.

use std::collections::BTreeMap;
use std::net::SocketAddr;

use serde::{Deserialize, Serialize};
use sheaf_charter::codec::{Reader, Writer};
use sheaf_charter::{AddressRecord, DeviceId};
use sheaf_store::{Snapshot, Txn};

use crate::core::Core;
use crate::error::{Result, SchoolError};

/// Addresses at which one device was met that are remembered, the latest first: home, school,
/// and a few that a router has given out.
const MAX_MEETINGS: usize = 8;
/// An own record is renewed after this long, so that what was lost on its way comes again.
const RENEW_MS: i64 = 7 * 24 * 60 * 60 * 1_000;
/// At most so many addresses of its own does a device tell.
const MAX_TOLD: usize = 8;

const MET: &str = "met/";
const TOLD_BY: &str = "address/";
const TOLD_TO: &str = "address-told/";
/// How many records have arrived, of whomever.
const ARRIVALS: &str = "address-arrivals";

/// How a device was found.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum How {
    /// It was heard on the network.
    Heard,
    /// It was where it had been met before.
    Remembered,
    /// It was where it says it is, or where colleagues passed on that it says so.
    Told,
    /// Somebody has typed its address.
    Typed,
    /// It called.
    Called,
}

/// Where and how a device was met, the last time at that address.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Meeting {
    /// Where it was.
    pub address: SocketAddr,
    /// How it was found there.
    pub how: How,
    /// When, in milliseconds since 1970.
    pub at_ms: i64,
}

/// An address to dial, and how it came to be known.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Candidate {
    pub address: SocketAddr,
    pub how: How,
}

/// Puts a meeting in front of the others; one address is in the list once.
fn note(meetings: &mut Vec<Meeting>, meeting: Meeting) {
    meetings.retain(|known| known.address != meeting.address);
    meetings.insert(0, meeting);
    meetings.truncate(MAX_MEETINGS);
}

fn read_meetings(bytes: &[u8]) -> Vec<Meeting> {
    // Only this device writes them. What an older version wrote in another way is met again.
    serde_json::from_slice(bytes).unwrap_or_default()
}

/// Notes where a device was met, in the transaction that notes that it was.
pub(crate) fn note_meeting(txn: &mut Txn<'_>, device: DeviceId, meeting: Meeting) -> Result<()> {
    let name = format!("{MET}{device}");
    let mut meetings = txn.setting(&name)?.map_or_else(Vec::new, |bytes| read_meetings(&bytes));
    note(&mut meetings, meeting);
    let bytes = serde_json::to_vec(&meetings)
        .map_err(|error| SchoolError::Refused(format!("a meeting cannot be kept: {error}")))?;
    Ok(txn.put_setting(&name, &bytes)?)
}

/// Where every device was met, the latest first.
pub(crate) fn meetings(snapshot: &Snapshot<'_>) -> Result<BTreeMap<DeviceId, Vec<Meeting>>> {
    let kept = snapshot.settings_under(MET)?.into_iter();
    let read = kept.filter_map(|(name, bytes)| {
        Some((name.strip_prefix(MET)?.parse().ok()?, read_meetings(&bytes)))
    });
    Ok(read.collect())
}

/// A record with the number of its arrival here: what a peer has not been told yet is what arrived
/// since it was told last.
struct Kept {
    arrival: u64,
    record: AddressRecord,
}

impl Kept {
    fn to_bytes(&self) -> Vec<u8> {
        let mut out = Writer::new();
        out.u64(self.arrival);
        self.record.write(&mut out);
        out.finish()
    }

    fn read(bytes: &[u8]) -> Option<Self> {
        let mut reader = Reader::new(bytes);
        let arrival = reader.u64("arrival").ok()?;
        let record = AddressRecord::read(&mut reader).ok()?;
        reader.end().ok()?;
        Some(Self { arrival, record })
    }
}

fn kept(snapshot: &Snapshot<'_>, device: DeviceId) -> Result<Option<AddressRecord>> {
    let bytes = snapshot.setting(&format!("{TOLD_BY}{device}"))?;
    Ok(bytes.and_then(|bytes| Kept::read(&bytes)).map(|kept| kept.record))
}

fn all_kept(snapshot: &Snapshot<'_>) -> Result<Vec<Kept>> {
    let all = snapshot.settings_under(TOLD_BY)?.into_iter();
    Ok(all.filter_map(|(_, bytes)| Kept::read(&bytes)).collect())
}

fn keep(txn: &mut Txn<'_>, record: &AddressRecord) -> Result<()> {
    let arrival = number(txn.setting(ARRIVALS)?) + 1;
    txn.put_setting(ARRIVALS, &arrival.to_be_bytes())?;
    let kept = Kept { arrival, record: record.clone() };
    Ok(txn.put_setting(&format!("{TOLD_BY}{}", record.device), &kept.to_bytes())?)
}

fn number(kept: Option<Vec<u8>>) -> u64 {
    kept.and_then(|bytes| bytes.try_into().ok()).map_or(0, u64::from_be_bytes)
}

impl Core {
    /// Where this device is now, signed: the record that was signed before if it still says so.
    /// Whether it is new.
    pub(crate) fn own_record(
        &self,
        addresses: &[SocketAddr],
        now_ms: i64,
    ) -> Result<Option<AddressRecord>> {
        let mut addresses = addresses.to_vec();
        addresses.truncate(MAX_TOLD);
        let last = self.store.read(|snapshot| kept(snapshot, self.device()))?;
        if let Some(last) = &last
            && last.addresses == addresses
            && (last.seen_ms..last.seen_ms.saturating_add(RENEW_MS)).contains(&now_ms)
        {
            return Ok(None);
        }
        // A clock that was ahead and was set right must not make this one the older of the two.
        let after_last = last.map_or(i64::MIN, |last| last.seen_ms.saturating_add(1));
        let seen_ms = now_ms.max(after_last);
        let record = AddressRecord::sign(&self.identity, self.school_id(), &addresses, seen_ms)?;
        self.store.write(|txn| keep(txn, &record))?;
        Ok(Some(record))
    }

    /// Takes in what others say of where devices are; gives what is new here. What is not signed by
    /// a device of the school, or is older than what is known, is passed over.
    pub(crate) fn learn_records(&self, records: Vec<AddressRecord>) -> Result<Vec<AddressRecord>> {
        self.refresh()?;
        let mut newer = Vec::new();
        for record in records {
            let known = self.store.read(|snapshot| kept(snapshot, record.device))?;
            let is_newer = known.is_none_or(|known| known.seen_ms < record.seen_ms);
            // Its own, which this device does not remember: it was restored from a backup.
            let is_member = self.is_device_of_school(record.device);
            if is_newer && is_member && record.verify(self.school_id()).is_ok() {
                self.store.write(|txn| keep(txn, &record))?;
                newer.push(record);
            }
        }
        Ok(newer)
    }

    /// What a device has not been told yet, and the number up to which it then has.
    pub(crate) fn untold_records(&self, device: DeviceId) -> Result<(Vec<AddressRecord>, u64)> {
        let (told, all, up_to) = self.store.read(|snapshot| {
            let told = number(snapshot.setting(&format!("{TOLD_TO}{device}"))?);
            let up_to = number(snapshot.setting(ARRIVALS)?);
            Ok::<_, SchoolError>((told, all_kept(snapshot)?, up_to))
        })?;
        let untold = all.into_iter().filter(|kept| kept.arrival > told).map(|kept| kept.record);
        let untold = untold
            .filter(|record| record.device != device && self.is_device_of_school(record.device));
        Ok((untold.collect(), up_to))
    }

    /// A device has been told of all records up to that number.
    pub(crate) fn note_told(&self, device: DeviceId, up_to: u64) -> Result<()> {
        let name = format!("{TOLD_TO}{device}");
        self.store.write(|txn| {
            let last = number(txn.setting(&name)?);
            if last < up_to {
                txn.put_setting(&name, &up_to.to_be_bytes())?;
            }
            Ok(())
        })
    }

    /// Whether a device was let in and is not removed.
    pub(super) fn is_device_of_school(&self, device: DeviceId) -> bool {
        let control = self.control();
        let is_in = control.trust.certificate(device).is_some();
        is_in && !control.trust.is_removed(device)
    }

    /// Where each device may be, the likeliest first.
    pub(crate) fn candidates(&self) -> Result<BTreeMap<DeviceId, Vec<Candidate>>> {
        let (met, told, last) = self.store.read(|snapshot| {
            Ok::<_, SchoolError>((meetings(snapshot)?, all_kept(snapshot)?, snapshot.peers()?))
        })?;
        let mut all: BTreeMap<DeviceId, Vec<Candidate>> = BTreeMap::new();
        for (device, meetings) in met {
            let candidates = meetings.iter().filter_map(Meeting::candidate);
            all.entry(device).or_default().extend(candidates);
        }
        for peer in last {
            let address = peer.address.and_then(|text| text.parse().ok());
            let last = address.map(|address| Candidate { address, how: How::Remembered });
            all.entry(peer.device).or_default().extend(last);
        }
        for Kept { record, .. } in told {
            let told = record.addresses.into_iter().take(MAX_TOLD);
            let told = told.map(|address| Candidate { address, how: How::Told });
            all.entry(record.device).or_default().extend(told);
        }
        Ok(all)
    }
}

impl Meeting {
    /// Where to dial, after that meeting. Whoever called did so from the port at which it listens,
    /// if that is the usual one; any other may be gone since.
    fn candidate(&self) -> Option<Candidate> {
        let listens = self.how != How::Called || self.address.port() == sheaf_net::PORT;
        let how = if self.how == How::Typed { How::Typed } else { How::Remembered };
        listens.then_some(Candidate { address: self.address, how })
    }
}

#[cfg(test)]
mod tests;
