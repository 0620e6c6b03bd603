//! What intake asks of the host: where entries are kept, and what the charter says of them.

use std::borrow::Cow;
use std::fmt;

use sheaf_charter::{DocumentId, Entry, EntryId, Header, Lane, LogId, SpaceId};

use crate::vector::LogTips;

/// Why something is held or refused, in words for a person. Names nothing that is written down.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Reason(Cow<'static, str>);

impl Reason {
    /// A reason in these words: lower case, no full stop, readable after "held because".
    pub const fn new(words: &'static str) -> Self {
        Self(Cow::Borrowed(words))
    }

    /// The words.
    pub fn words(&self) -> &str {
        &self.0
    }
}

/// A reason that was kept.
impl From<String> for Reason {
    fn from(words: String) -> Self {
        Self(Cow::Owned(words))
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What the charter says of an entry whose predecessor and named heads are here.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Verdict {
    /// Its author might write it.
    Stands,
    /// It cannot be judged before these are here. With none named: before some other control
    /// entry of its space or of the charter is here (such as the cut of a removed device).
    Waits(Vec<EntryId>),
    /// It is kept and counted but does not stand.
    Held(Reason),
    /// It is not an entry of this school at all: forged, or by a device that never was in it.
    Refused(Reason),
}

/// Whether an entry that is kept stands.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Standing {
    /// It does.
    Stands,
    /// It is held.
    Held(Reason),
}

/// The entries of this device inside one transaction, and what the charter says, as far as this
/// device knows it.
pub trait Shelf {
    /// Why reading or writing failed.
    type Error;

    /// Judges an entry, its signature included. `previous` is the header before it in its log,
    /// since the heads that an author names never go backwards.
    ///
    /// The answer for a given entry may only change as control entries arrive, and never between
    /// [`Verdict::Refused`] and another, or two devices would hold different sets for ever.
    fn verdict(&mut self, entry: &Entry, previous: Option<&Header>)
    -> Result<Verdict, Self::Error>;

    /// Judges a control entry on which one builds that was vouched for. It does not wait for the
    /// cut of its log: that cut may build on it too, and then neither would ever join.
    fn verdict_built_on(
        &mut self,
        entry: &Entry,
        previous: Option<&Header>,
    ) -> Result<Verdict, Self::Error>;

    /// Whether an entry, of which not all that it builds on is here, is signed by somebody who is
    /// in and may be taken at their word.
    fn vouches(&mut self, entry: &Entry) -> Result<bool, Self::Error>;

    /// Whether an entry is here.
    fn holds(&mut self, id: EntryId) -> Result<bool, Self::Error>;

    /// The header of an entry that is here.
    fn header(&mut self, id: EntryId) -> Result<Option<Header>, Self::Error>;

    /// The tips of a log.
    fn tips(&mut self, lane: Lane, log: LogId) -> Result<Option<LogTips>, Self::Error>;

    /// Whether a document of a space is erased: nobody need have its sections.
    fn is_erased(&mut self, space: SpaceId, document: DocumentId) -> Result<bool, Self::Error>;

    /// Keeps those sections of an entry that is here which are missing here and not erased; says
    /// how many. The header is the same, whoever brings it.
    fn fill(&mut self, entry: &Entry) -> Result<usize, Self::Error>;

    /// Appends an entry to its log, whose tips are these from now on. The next verdict takes a
    /// control entry into account.
    fn append(
        &mut self,
        entry: Entry,
        tips: &LogTips,
        standing: Standing,
    ) -> Result<(), Self::Error>;
}
