//! The bundles that were written here, and what of them was erased since. A stick cannot be asked:
//! a copy counts until the file is written again, and nothing can confirm that it is gone.

use std::path::Path;

use serde::{Deserialize, Serialize};
use sheaf_charter::codec::{Reader, Writer};
use sheaf_charter::{DeviceId, EntryId, ErasureState, Lane, SpaceId};
use sheaf_replica::{Reached, Stretch, Vector};
use sheaf_store::Snapshot;

use crate::core::Core;
use crate::error::{Result, SchoolError};

const PREFIX: &str = "bundle/written/";
/// Of more bundles the oldest are forgotten: whoever writes one a day has two years of them.
const MAX_KEPT: usize = 500;

/// A bundle that was written.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(crate) struct Written {
    /// The file.
    pub file: String,
    /// When, in milliseconds since 1970.
    pub written_ms: i64,
    /// The devices that it was written for, as text.
    devices: Vec<String>,
    /// What it holds of each space: the space, and how far before and after it its readers are, as
    /// hexadecimal digits.
    stretches: Vec<(String, String, String)>,
    /// The erasures that were in effect: nothing of them went in.
    carried_out: Vec<String>,
}

impl Written {
    pub(super) fn new(file: &Path, written_ms: i64, devices: &[DeviceId]) -> Self {
        // Where a person would look for it, wherever the program was started.
        let file = std::path::absolute(file).unwrap_or_else(|_| file.to_owned());
        Self {
            file: file.display().to_string(),
            written_ms,
            devices: devices.iter().map(ToString::to_string).collect(),
            stretches: Vec::new(),
            carried_out: Vec::new(),
        }
    }

    /// What went in of the data of a space, some of which may have been erased before.
    pub(super) fn add(&mut self, stretch: &Stretch, core: &Core) {
        let digits = |vector: &Vector| {
            let mut out = Writer::new();
            vector.write(&mut out);
            data_encoding::HEXLOWER.encode(&out.finish())
        };
        let (base, reach) = (digits(&stretch.base), digits(&stretch.reach));
        self.stretches.push((stretch.lane.space.to_string(), base, reach));
        let erasures = core.control().trust.erasures(stretch.lane.space);
        let in_effect = erasures.iter().filter(|(_, state)| state.is_signed());
        self.carried_out.extend(in_effect.map(|(id, _)| id.to_string()));
    }

    /// The devices that it was written for.
    pub(crate) fn devices(&self) -> impl Iterator<Item = DeviceId> {
        self.devices.iter().filter_map(|device| device.parse().ok())
    }

    /// Whether something went into it that an erasure in a space has taken out of the school since.
    pub(crate) fn holds(
        &self,
        snapshot: &Snapshot<'_>,
        space: SpaceId,
        (id, erasure): (EntryId, &ErasureState),
    ) -> Result<bool> {
        if !erasure.is_signed() || self.carried_out.contains(&id.to_string()) {
            return Ok(false);
        }
        let of_space = self.stretches.iter().filter(|(of, _, _)| *of == space.to_string());
        let vectors = of_space.filter_map(|(_, base, reach)| Some((vector(base)?, vector(reach)?)));
        for (base, reach) in vectors {
            for document in erasure.documents.iter() {
                for section in snapshot.absent_of(*document)? {
                    let Some(header) = snapshot.header(section.entry)? else { continue };
                    let next = |vector: &Vector| vector.get(header.log).map_or(0, Reached::next);
                    let within = (next(&base)..next(&reach)).contains(&header.seq);
                    if header.lane == Lane::data(space) && within {
                        return Ok(true);
                    }
                }
            }
        }
        Ok(false)
    }

    /// Keeps it, instead of another of that file.
    pub(super) fn keep(&self, core: &Core) -> Result<()> {
        let unreadable = |_| SchoolError::Index("a bundle".to_owned());
        let text = serde_json::to_vec(self).map_err(unreadable)?;
        core.store.write(|txn| {
            let mut all: Vec<(i64, String)> = Vec::new();
            for (name, bytes) in txn.settings_under(PREFIX)? {
                let read = serde_json::from_slice::<Self>(&bytes).map_err(unreadable)?;
                all.push((read.written_ms, name));
            }
            all.sort_unstable();
            for (_, name) in all.iter().take((all.len() + 1).saturating_sub(MAX_KEPT)) {
                txn.drop_setting(name)?;
            }
            let hash = blake3::derive_key("sheaf/1/bundle-name", self.file.as_bytes());
            let name = format!("{PREFIX}{}", data_encoding::HEXLOWER.encode(&hash));
            Ok(txn.put_setting(&name, &text)?)
        })
    }
}

fn vector(digits: &str) -> Option<Vector> {
    let bytes = data_encoding::HEXLOWER.decode(digits.as_bytes()).ok()?;
    let mut reader = Reader::new(&bytes);
    let vector = Vector::read(&mut reader).ok()?;
    reader.end().ok()?;
    Some(vector)
}

/// The bundles that were written here, the first before the others.
pub(crate) fn written_here(snapshot: &Snapshot<'_>) -> Result<Vec<Written>> {
    let kept = snapshot.settings_under(PREFIX)?;
    let read = |bytes: &[u8]| {
        serde_json::from_slice(bytes).map_err(|_| SchoolError::Index("a bundle".to_owned()))
    };
    let mut all = kept.iter().map(|(_, bytes)| read(bytes)).collect::<Result<Vec<Written>>>()?;
    all.sort_by_key(|one| one.written_ms);
    Ok(all)
}
