//! What can go wrong with a lake.

use std::path::{Path, PathBuf};

/// Why a lake could not be written, read or asked.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LakeError {
    /// A file or folder cannot be read or written.
    #[error("{}: {source}", path.display())]
    File {
        /// Which.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// A file of a lake is not what it should be.
    #[error("{}: {why}", path.display())]
    Wrong {
        /// Which.
        path: PathBuf,
        /// What is wrong, and what to do.
        why: String,
    },
    /// A folder holds no lake.
    #[error(
        "{}: no folder of a school is in it; `sheaf export lake {}` writes one", .0.display(),
        .0.display()
    )]
    Empty(PathBuf),
    /// What is asked makes no sense of this lake.
    #[error("{0}")]
    Refused(String),
    /// The columns of the school cannot be read.
    #[error(transparent)]
    Analytics(#[from] sheaf_analytics::AnalyticsError),
    /// The calendars of a school contradict each other.
    #[error(transparent)]
    Calendar(#[from] sheaf_records::CalendarError),
    /// An invented school cannot be made.
    #[error(transparent)]
    Demo(#[from] sheaf_demo::OptionsError),
    /// DataFusion or Ballista failed.
    #[error("the engine failed: {0}")]
    Engine(String),
}

/// The answer of this crate.
pub type Result<T> = std::result::Result<T, LakeError>;

impl LakeError {
    /// A file that cannot be read or written.
    pub(crate) fn file(path: &Path, source: std::io::Error) -> Self {
        Self::File { path: path.to_owned(), source }
    }

    /// A file that is not what it should be.
    pub(crate) fn wrong(path: &Path, why: impl Into<String>) -> Self {
        Self::Wrong { path: path.to_owned(), why: why.into() }
    }
}
