//! How far other devices are known to have got: from sessions that ended level, and from what they
//! wrote themselves. A device that was put back to an older state has less; it says so when
//! something does not join on, and is sent everything.

use sheaf_charter::codec::{Reader, Writer};
use sheaf_charter::{DeviceId, EntryId, Lane, Part};
use sheaf_replica::Vector;
use sheaf_store::Snapshot;

use crate::core::Core;
use crate::error::{Result, SchoolError};
use crate::journal;

/// How a device is known to have got so far.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Known {
    /// The two have compared all that they have.
    Level,
    /// It has at least this.
    AtLeast,
}

/// Whether something was noted that was not known.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Noted {
    /// It was.
    New,
    /// All of it was known.
    Nothing,
}

fn name(device: DeviceId, lane: Lane) -> String {
    let part = match lane.part {
        Part::Control => "control",
        Part::Data => "data",
    };
    format!("known/{device}/{}/{part}", lane.space)
}

/// Notes how far a device has got in some lanes.
pub(crate) fn note_known<'a>(
    core: &Core,
    device: DeviceId,
    how: Known,
    lanes: impl IntoIterator<Item = (Lane, &'a Vector)>,
) -> Result<Noted> {
    let mut changed = Vec::new();
    core.store.read(|snapshot| {
        for (lane, vector) in lanes {
            let mut now = match how {
                Known::Level => Vector::new(),
                Known::AtLeast => known(snapshot, device, lane)?.unwrap_or_default(),
            };
            now.advance(vector);
            let mut out = Writer::new();
            now.write(&mut out);
            let (name, bytes) = (name(device, lane), out.finish());
            if snapshot.setting(&name)?.as_deref() != Some(&bytes) {
                changed.push((name, bytes));
            }
        }
        Ok::<_, SchoolError>(())
    })?;
    if changed.is_empty() {
        return Ok(Noted::Nothing);
    }
    core.store.write(|txn| {
        changed.iter().try_for_each(|(name, bytes)| txn.put_setting(name, bytes))?;
        Ok(Noted::New)
    })
}

/// Whether a device is known to have an entry that is here.
pub(crate) fn is_known_to_have(
    snapshot: &Snapshot<'_>,
    device: DeviceId,
    entry: EntryId,
) -> Result<bool> {
    let Some(header) = snapshot.header(entry)? else { return Ok(false) };
    let Some(known) = known(snapshot, device, header.lane)? else { return Ok(false) };
    let here = journal::vector(snapshot, header.lane)?;
    Ok(known.has((header.log, header.seq), &here, |id| snapshot.holds(id))?)
}

/// How far a device is known to have got in a lane; none where nothing is known.
pub(super) fn known(
    snapshot: &Snapshot<'_>,
    device: DeviceId,
    lane: Lane,
) -> Result<Option<Vector>> {
    let Some(bytes) = snapshot.setting(&name(device, lane))? else { return Ok(None) };
    let mut reader = Reader::new(&bytes);
    // What cannot be read is as good as unknown: more is sent then.
    Ok(Vector::read(&mut reader).ok().filter(|_| reader.end().is_ok()))
}
