//! How the window opens.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::dock::Layout;
use crate::house::front::LockAfter;
use crate::theme::ThemeName;

/// How the window opens.
#[derive(Clone, Debug, PartialEq)]
pub struct Settings {
    /// Light or dark.
    pub theme: ThemeName,
    /// How large everything is; 1.0 is as designed.
    pub zoom: f32,
    /// What is in front at first.
    pub opening: Opening,
    /// The folder into which charts are exported.
    pub exports: PathBuf,
    /// Where the views stand; the usual places if none.
    pub layout: Option<Layout>,
    /// Layouts by the names that somebody gave them.
    pub layouts: BTreeMap<String, Layout>,
    /// Whether pupils' names are shown.
    pub names: Names,
    /// When the window locks by itself.
    pub lock_after: LockAfter,
}

/// Whether pupils' names are shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Names {
    /// They are.
    #[default]
    Shown,
    /// Their initials are, and no free text.
    Initials,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            theme: ThemeName::Light,
            zoom: 1.0,
            opening: Opening::Today,
            exports: PathBuf::from("."),
            layout: None,
            layouts: BTreeMap::new(),
            names: Names::Shown,
            lock_after: LockAfter::default(),
        }
    }
}

/// What is in front when the window opens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Opening {
    /// The newest records of the school.
    Today,
    /// The timeline of the pupil in the newest record.
    Timeline,
    /// The newest record itself, beside the timeline.
    Record,
    /// The caseload.
    Caseload,
    /// The table of incidents.
    Incidents,
    /// The first metric, run with its defaults.
    Metric,
    /// The metrics as cards.
    Gallery,
    /// The concerns.
    Concerns,
    /// What is to be settled.
    Conflicts,
    /// Devices and people.
    People,
    /// The removals.
    Removals,
    /// What is held.
    Held,
    /// The erasures.
    Erasures,
    /// What is past its period.
    Retention,
    /// The settings.
    Settings,
    /// The import of a pupil list.
    Import,
    /// The quick log.
    QuickLog,
    /// The command palette.
    Palette,
    /// The keys and what they do.
    Help,
}

impl Opening {
    /// Every one, in the order in which faces list them.
    pub const ALL: [Self; 19] = [
        Self::Today,
        Self::Timeline,
        Self::Record,
        Self::Caseload,
        Self::Incidents,
        Self::Metric,
        Self::Gallery,
        Self::Concerns,
        Self::Conflicts,
        Self::People,
        Self::Removals,
        Self::Held,
        Self::Erasures,
        Self::Retention,
        Self::Settings,
        Self::Import,
        Self::QuickLog,
        Self::Palette,
        Self::Help,
    ];

    /// Its name on the command line.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Today => "today",
            Self::Timeline => "timeline",
            Self::Record => "record",
            Self::Caseload => "caseload",
            Self::Incidents => "incidents",
            Self::Metric => "metric",
            Self::Gallery => "gallery",
            Self::Concerns => "concerns",
            Self::Conflicts => "conflicts",
            Self::People => "people",
            Self::Removals => "removals",
            Self::Held => "held",
            Self::Erasures => "erasures",
            Self::Retention => "retention",
            Self::Settings => "settings",
            Self::Import => "import",
            Self::QuickLog => "quick-log",
            Self::Palette => "palette",
            Self::Help => "help",
        }
    }
}

/// The text names no view.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "there is no view called `{0}`; \
     choose today, timeline, record, caseload, incidents, metric, gallery, concerns, conflicts, \
     people, removals, held, erasures, retention, settings, import, quick-log, palette or help"
)]
pub struct UnknownView(pub String);

impl FromStr for Opening {
    type Err = UnknownView;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .into_iter()
            .find(|opening| opening.name() == text)
            .ok_or_else(|| UnknownView(text.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_view_has_a_name_that_leads_back_to_it_and_stands_in_the_error() {
        let error = UnknownView("x".to_owned()).to_string();
        for opening in Opening::ALL {
            assert_eq!(opening.name().parse(), Ok(opening));
            assert!(error.contains(opening.name()), "{error}");
        }
        assert!("yesterday".parse::<Opening>().is_err());
    }
}
