//! What can go wrong with a home and its files. No error says anything of what they hold.

use std::path::PathBuf;

use rusqlite::ErrorCode;

/// What most functions here return.
pub type Result<T, E = StoreError> = std::result::Result<T, E>;

/// Why a home or its store could not do what was asked.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// There is no `home.json` in the folder.
    #[error(
        "{} is not a Sheaf home: it has no home.json; give the folder of this device's school",
        .0.display()
    )]
    NotAHome(PathBuf),
    /// A home is to be made where something is already.
    #[error("{} is not empty; name a new folder for the home", .0.display())]
    NotEmpty(PathBuf),
    /// A newer version of Sheaf made the home.
    #[error("this home has format {found}, this version of Sheaf knows {known}; update Sheaf")]
    NewerFormat {
        /// The format found.
        found: u32,
        /// The newest that this build knows.
        known: u32,
    },
    /// A newer version of Sheaf has changed the store.
    #[error("school.db has schema {found}, this version of Sheaf knows {known}; update Sheaf")]
    NewerSchema {
        /// The schema found.
        found: u32,
        /// The newest that this build knows.
        known: u32,
    },
    /// A small file of the home cannot be understood.
    #[error("{file} in the home is damaged ({what}); restore it from a backup")]
    DamagedFile {
        /// Which file.
        file: &'static str,
        /// What is wrong with it.
        what: String,
    },
    /// The key is right and the database cannot be read.
    #[error("school.db is damaged; restore the home from a backup or join the school again")]
    DamagedStore(#[source] rusqlite::Error),
    /// The key is not the one that the store was made with.
    #[error("the key does not open school.db; check the passphrase")]
    WrongKey,
    /// The home is encrypted and no key was given.
    #[error("this home is encrypted; unlock it with its passphrase")]
    KeyNeeded,
    /// The home is a plain one and a key was given.
    #[error("this home is a plain one and takes no key; open it without one")]
    KeyNotWanted,
    /// A plain home that is neither a demo nor a test.
    #[error("a home without encryption is allowed for demos and tests only; make a new one")]
    PlainRefused,
    /// The home has no database yet.
    #[error("the home has no school.db; found or join a school first, or restore it from a backup")]
    NoStore,
    /// The home has a database already.
    #[error("the home has a school.db already; open it instead")]
    StoreExists,
    /// Another process kept the database for too long.
    #[error("school.db is busy; close other windows of Sheaf or try again")]
    Busy,
    /// The disk is full.
    #[error("the disk that holds the home is full; free some space, nothing was changed")]
    DiskFull,
    /// The drive on which a file is to be is full.
    #[error("{}: the drive is full; free some space and try again", .0.display())]
    DriveFull(PathBuf),
    /// A file could not be read or written.
    #[error("{} could not be read or written; check the disk and its permissions", path.display())]
    Io {
        /// Which file or folder.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// Anything else that the database says.
    #[error("school.db refused an operation; run `sheaf verify`")]
    Database(#[source] rusqlite::Error),
    /// An entry in the store does not decode.
    #[error("an entry in school.db is damaged; run `sheaf verify`")]
    DamagedEntry(#[from] sheaf_charter::EntryError),
    /// A header in the store does not decode.
    #[error("a header in school.db is damaged; run `sheaf verify`")]
    DamagedHeader(#[from] sheaf_charter::codec::DecodeError),
    /// An entry is here already.
    #[error("the entry is in the store already")]
    AlreadyHere,
    /// Something that was named is not in the store.
    #[error("no such {0} in the store")]
    Unknown(&'static str),
    /// A section that does not match the table of its header.
    #[error("the section does not match its header")]
    WrongSection,
    /// A backup is to be read from something else.
    #[error("{} is not a backup of Sheaf; name a file that `sheaf backup` has written", .0.display())]
    NotABackup(PathBuf),
    /// A backup is to be written over something else.
    #[error("{} is there and is not a backup; name another file", .0.display())]
    NotReplaced(PathBuf),
    /// A backup was changed, shortened or lengthened.
    #[error("{} is damaged at byte {offset}; nothing was restored, use another backup", path.display())]
    DamagedBackup {
        /// Which file.
        path: PathBuf,
        /// Where the first part begins that is not as it was written.
        offset: u64,
    },
    /// Another process copies the store.
    #[error("another backup of this home is under way; wait until it is done")]
    CopyBusy,
    /// Something is to be written where no file can be.
    #[error("{} has no name that a file can have; name another", .0.display())]
    NoName(PathBuf),
    /// The head of a backup, or sealing one.
    #[error(transparent)]
    Charter(#[from] sheaf_charter::CharterError),
    /// A number that does not fit where it is kept.
    #[error("{0} is out of range")]
    OutOfRange(&'static str),
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        match error.sqlite_error_code() {
            Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => Self::DamagedStore(error),
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Self::Busy,
            Some(ErrorCode::DiskFull) => Self::DiskFull,
            _ => Self::Database(error),
        }
    }
}
