//! Where the views stand, as it is kept: our own value with a version, not the library's.

use serde::{Deserialize, Serialize};
use sheaf_records::RecordId;

/// The version of [`Layout`] that this build writes.
const VERSION: u32 = 1;

/// Which view.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum View {
    /// The newest records of the school.
    Today,
    /// The metrics.
    Metrics,
    /// The table of incidents.
    Incidents,
    /// The caseload.
    Caseload,
    /// A pupil's timeline.
    Pupil(#[serde(with = "record_id")] RecordId),
}

mod record_id {
    use serde::de::Error as _;
    use serde::{Deserialize as _, Deserializer, Serializer};
    use sheaf_records::RecordId;

    pub fn serialize<S: Serializer>(id: &RecordId, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(id)
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<RecordId, D::Error> {
        String::deserialize(from)?.parse().map_err(D::Error::custom)
    }
}

/// A part of the window.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Split {
    /// One behind the other, with the one in front.
    Tabs {
        /// The views in order.
        views: Vec<View>,
        /// The one in front, from 0.
        front: usize,
    },
    /// Side by side, each with its share of the width.
    Row(Vec<(f32, Split)>),
    /// One above the other, each with its share of the height.
    Column(Vec<(f32, Split)>),
}

/// Where the views stand.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Layout {
    /// The version of this value; a newer one is not read.
    pub version: u32,
    /// The whole window.
    pub root: Split,
}

impl Default for Layout {
    fn default() -> Self {
        Self::of(Split::Tabs { views: vec![View::Today, View::Metrics], front: 0 })
    }
}

impl Layout {
    /// A layout of this version.
    pub const fn of(root: Split) -> Self {
        Self { version: VERSION, root }
    }

    /// Whether this build can read it.
    pub const fn is_known(&self) -> bool {
        self.version == VERSION
    }
}
