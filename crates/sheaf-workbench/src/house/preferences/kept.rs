//! What is remembered on this device from one window to the next: our own value with a version.
//!
//! It lies in clear beside the encrypted school, so nothing of a pupil is in it: no name, no id.

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use crate::dock::Layout;
use crate::house::front::LockAfter;
use crate::settings::{Names, Settings};
use crate::theme::ThemeName;

/// The version of [`Kept`] that this build writes.
const VERSION: u32 = 1;

/// What is remembered.
#[derive(Clone, Debug, PartialEq)]
pub struct Kept {
    /// Light or dark.
    pub theme: ThemeName,
    /// How large everything is.
    pub zoom: f32,
    /// Whether pupils' names are shown.
    pub names: Names,
    /// When the window locks by itself.
    pub lock_after: LockAfter,
    /// The folder into which charts are exported.
    pub exports: PathBuf,
    /// Where the views stand.
    pub layout: Option<Layout>,
    /// Layouts by the names that somebody gave them.
    pub layouts: BTreeMap<String, Layout>,
}

/// As it is written. A layout that this build cannot read is left out, not the rest with it.
#[derive(Serialize, Deserialize)]
struct Written {
    version: u32,
    theme: ThemeName,
    zoom: f32,
    names: Names,
    /// What builds from before the lock have not written.
    #[serde(default)]
    lock_after: LockAfter,
    exports: PathBuf,
    layout: Json,
    #[serde(default)]
    layouts: BTreeMap<String, Json>,
}

/// Why nothing was remembered.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum KeptError {
    /// A newer build wrote it.
    #[error("the window's settings have version {found}, this Sheaf knows {VERSION}; update Sheaf")]
    Newer {
        /// The version found.
        found: u64,
    },
    /// It is no value of ours.
    #[error("the window's settings cannot be read ({0}); the usual ones are used")]
    Damaged(#[from] serde_json::Error),
}

impl Kept {
    /// The text to keep.
    pub fn to_text(&self) -> Result<String, KeptError> {
        let layout = |layout: &Layout| serde_json::to_value(layout.without_pupils());
        let named = self.layouts.iter().map(|(name, kept)| Ok((name.clone(), layout(kept)?)));
        let written = Written {
            version: VERSION,
            theme: self.theme,
            zoom: self.zoom,
            names: self.names,
            lock_after: self.lock_after,
            exports: self.exports.clone(),
            layout: self.layout.as_ref().map(layout).transpose()?.unwrap_or_default(),
            layouts: named.collect::<Result<_, serde_json::Error>>()?,
        };
        let mut text = serde_json::to_string_pretty(&written)?;
        text.push('\n');
        Ok(text)
    }

    /// Reads what [`Kept::to_text`] wrote.
    ///
    /// # Errors
    ///
    /// The text is of a newer version, or none of ours.
    pub fn read(text: &str) -> Result<Self, KeptError> {
        let value: Json = serde_json::from_str(text)?;
        let version = value.get("version").and_then(Json::as_u64);
        if let Some(found) = version.filter(|found| *found > u64::from(VERSION)) {
            return Err(KeptError::Newer { found });
        }
        let written: Written = serde_json::from_value(value)?;
        let layout = |value: Json| serde_json::from_value::<Layout>(value).ok();
        let known = |value: Json| layout(value).filter(Layout::is_known);
        let named = written.layouts.into_iter();
        Ok(Self {
            theme: written.theme,
            zoom: written.zoom,
            names: written.names,
            lock_after: written.lock_after,
            exports: written.exports,
            layout: known(written.layout),
            layouts: named.filter_map(|(name, value)| Some((name, known(value)?))).collect(),
        })
    }

    /// Settings as they were kept; what is in front at first stays as it is.
    #[must_use]
    pub fn over(self, settings: Settings) -> Settings {
        Settings {
            theme: self.theme,
            zoom: self.zoom,
            names: self.names,
            lock_after: self.lock_after,
            exports: self.exports,
            layout: self.layout,
            layouts: self.layouts,
            ..settings
        }
    }

    /// What there is to keep of settings.
    pub fn of(settings: &Settings) -> Self {
        Self {
            theme: settings.theme,
            zoom: settings.zoom,
            names: settings.names,
            lock_after: settings.lock_after,
            exports: settings.exports.clone(),
            layout: settings.layout.clone(),
            layouts: settings.layouts.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dock::{Split, View};
    use crate::tests::school;

    fn example() -> Kept {
        let pupil = View::Pupil(school::pupil(3));
        let tabs = |views| Split::Tabs { views, front: 1 };
        let layout = Layout::of(Split::Row(vec![
            (1.0, tabs(vec![View::Today, pupil])),
            (1.0, tabs(vec![pupil])),
        ]));
        Kept {
            theme: ThemeName::Dark,
            zoom: 1.5,
            names: Names::Initials,
            lock_after: LockAfter::from(5),
            exports: PathBuf::from("charts"),
            layouts: BTreeMap::from([("Monday meeting".to_owned(), layout.clone())]),
            layout: Some(layout),
        }
    }

    #[test]
    fn what_is_kept_comes_back_without_a_trace_of_a_pupil() {
        let text = example().to_text().unwrap();
        assert!(!text.contains(&school::pupil(3).to_string()), "{text}");
        let back = Kept::read(&text).unwrap();
        let today = Layout::of(Split::Tabs { views: vec![View::Today], front: 0 });
        assert_eq!(back.layout, Some(today.clone()));
        assert_eq!(back.layouts.get("Monday meeting"), Some(&today));
        assert_eq!((back.theme, back.zoom, back.names), (ThemeName::Dark, 1.5, Names::Initials));
        assert_eq!(back.lock_after.minutes(), 5);
        let settings = back.clone().over(Settings::default());
        assert_eq!(Kept::of(&settings), back);
    }

    #[test]
    fn a_window_locks_whatever_was_kept_of_when() {
        let text = example().to_text().unwrap();
        let kept = |minutes: &str| {
            let text = text.replace("\"lock_after\": 5", minutes);
            Kept::read(&text).unwrap().lock_after
        };
        assert_eq!(kept("\"lock_after\": 0").minutes(), 1);
        assert_eq!(kept("\"lock_after\": 65535").minutes(), 60);
        assert_eq!(kept("\"before\": 1"), LockAfter::default());
    }

    #[test]
    fn a_newer_version_is_refused_and_a_layout_of_one_is_left_out() {
        let text = example().to_text().unwrap();
        let newer = text.replacen("\"version\": 1", "\"version\": 9", 1);
        let error = Kept::read(&newer).unwrap_err().to_string();
        assert_eq!(error, "the window's settings have version 9, this Sheaf knows 1; update Sheaf");
        let strange = text.replace("today", "crystal_ball");
        let back = Kept::read(&strange).unwrap();
        assert_eq!((back.layout, back.layouts.len(), back.zoom), (None, 0, 1.5));
        for bad in ["", "{", "[]", "{\"version\":1}", "null"] {
            assert!(Kept::read(bad).is_err(), "{bad:?}");
        }
    }
}
