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
    /// The metrics as cards.
    Gallery,
    /// The table of incidents.
    Incidents,
    /// The caseload.
    Caseload,
    /// Safeguarding concerns.
    Concerns,
    /// What is to be settled.
    Conflicts,
    /// Who is in, with which devices.
    People,
    /// The removals that were written.
    Removals,
    /// What is held, and why.
    Held,
    /// The erasures.
    Erasures,
    /// What is past its period.
    Retention,
    /// How the window looks and behaves.
    Settings,
    /// Bringing a pupil list in.
    PupilList,
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

impl Split {
    fn without_pupils(&self) -> Option<Self> {
        let parts = |parts: &[(f32, Self)]| {
            let left =
                parts.iter().filter_map(|(share, part)| Some((*share, part.without_pupils()?)));
            Some(left.collect::<Vec<_>>()).filter(|left| !left.is_empty())
        };
        match self {
            Self::Tabs { views, front } => {
                let stays = |view: &&View| !matches!(view, View::Pupil(_));
                let front = views.get(*front).filter(stays);
                let views: Vec<View> = views.iter().filter(stays).copied().collect();
                let front = front.and_then(|front| views.iter().position(|view| view == front));
                let front = front.unwrap_or(0);
                (!views.is_empty()).then_some(Self::Tabs { views, front })
            }
            Self::Row(row) => match parts(row)?.as_slice() {
                [(_, only)] => Some(only.clone()),
                several => Some(Self::Row(several.to_vec())),
            },
            Self::Column(column) => match parts(column)?.as_slice() {
                [(_, only)] => Some(only.clone()),
                several => Some(Self::Column(several.to_vec())),
            },
        }
    }
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

    /// The same without the views of pupils; in the usual places if nothing else is open.
    #[must_use]
    pub fn without_pupils(&self) -> Self {
        let root = self.root.without_pupils();
        root.map_or_else(Self::default, |root| Self { version: self.version, root })
    }

    /// Whether this build can read it.
    pub const fn is_known(&self) -> bool {
        self.version == VERSION
    }
}
