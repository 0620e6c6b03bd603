//! Plain values for the views of who is in and what is gone.

use jiff::civil::{Date, DateTime};
use sheaf_records::{Kind, RecordId, RetentionPeriod, Setting};

use crate::desk::model::Choice;
use crate::shape::{LeftInBundle, LeftInFolder};

/// What whoever uses this device may do about a person.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rights {
    /// The other roles that they may be given, highest first.
    pub roles: Vec<Choice>,
    /// Whether they may be removed.
    pub remove: bool,
    /// Whether a further device of theirs may be let in.
    pub add_device: bool,
    /// Whether a device of theirs may be removed as lost.
    pub remove_devices: bool,
    /// The spaces that they may be let into.
    pub let_into: Vec<String>,
    /// The spaces that they may be taken out of.
    pub take_out_of: Vec<String>,
}

impl Rights {
    /// Whether there is anything at all.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// The removals that were written, the newest first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RemovalsPage {
    /// Each of them.
    pub removals: Vec<RemovalLine>,
}

/// A removal that was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RemovalLine {
    /// Its entry.
    pub entry: String,
    /// Who or what is removed.
    pub who: String,
    /// Who wrote it.
    pub by: String,
    /// When, as their clock said.
    pub at: Option<DateTime>,
    /// Who stands behind it beside its author.
    pub endorsed_by: Vec<String>,
    /// Why.
    pub reason: String,
    /// Why it is not in effect; none where it is.
    pub why_not: Option<String>,
    /// Spaces in which a manager has yet to say how much of their work stands.
    pub uncut_in: Vec<String>,
    /// How many entries of theirs are held.
    pub held: u64,
    /// Whether whoever uses this device may stand behind it, and does not yet.
    pub may_endorse: bool,
}

/// What is kept and does not stand.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct HeldPage {
    /// The entries that whoever uses this device may know of: their own, and those of spaces that
    /// they manage. The newest first.
    pub lines: Vec<HeldLine>,
    /// How many more there are.
    pub others: u64,
    /// Acts about who is in that have no effect, by reason.
    pub acts: Vec<(String, u64)>,
}

/// An entry that is kept and does not stand, or only in part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeldLine {
    /// The entry.
    pub entry: String,
    /// Its space.
    pub space: String,
    /// Its author.
    pub by: String,
    /// Whether that is whoever uses this device.
    pub is_own: bool,
    /// Their device.
    pub device: String,
    /// When, as the author's clock said.
    pub at: Option<DateTime>,
    /// How many changes of it are held.
    pub changes: u64,
    /// Why.
    pub why: String,
    /// Whether whoever uses this device may vouch for it.
    pub may_attest: bool,
    /// Whether it only waits for another that is held: then that one is vouched for.
    pub builds_on: bool,
    /// What its changes would do, as far as that can be read here.
    pub would: Vec<WouldLine>,
}

/// What a held entry would do to one record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WouldLine {
    /// Which record, in words.
    pub title: String,
    /// The record, if it is here to be opened.
    pub record: Option<RecordId>,
    /// Each value that it would have: its title and its words.
    pub values: Vec<(String, String)>,
}

/// The erasures of this person's spaces: those that wait first, then the newest.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ErasuresPage {
    /// Each of them.
    pub erasures: Vec<ErasureLine>,
}

/// How far an erasure has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ErasureStage {
    /// A second person has yet to sign.
    Waits,
    /// A legal hold keeps records of it.
    Kept,
    /// It is in effect, and a device has yet to confirm.
    InEffect,
    /// Every device has confirmed.
    Confirmed,
    /// Whoever proposed it took it back.
    Withdrawn,
}

/// An erasure that was proposed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ErasureLine {
    /// Its id.
    pub id: String,
    /// The space.
    pub space: String,
    /// How many records it names.
    pub count: u64,
    /// Those that are still here, with their line.
    pub here: Vec<WaitingRecord>,
    /// Why, in words.
    pub reason: String,
    /// When it was proposed, as the clock of the proposer said.
    pub at: Option<DateTime>,
    /// Who proposed and who seconded it.
    pub signed_by: Vec<String>,
    /// How far it has come.
    pub stage: ErasureStage,
    /// How many of the records a legal hold keeps.
    pub on_hold: u64,
    /// How many devices have carried it out.
    pub confirmed: u64,
    /// The devices that have not said so yet.
    pub outstanding: Vec<WaitingDevice>,
    /// Shared folders in which it still lies.
    pub in_folders: Vec<LeftInFolder>,
    /// Bundles that this device wrote in which it still lies.
    pub in_bundles: Vec<LeftInBundle>,
    /// Whether whoever uses this device has signed it.
    pub is_signed: bool,
    /// Whether they may second it.
    pub may_second: bool,
    /// Whether they proposed it and may take it back.
    pub may_withdraw: bool,
}

/// A record that is to be erased, and is still here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WaitingRecord {
    /// The record.
    pub record: RecordId,
    /// Its line.
    pub title: String,
}

/// A device that has not confirmed an erasure yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WaitingDevice {
    /// Whose it is.
    pub person: String,
    /// Its name.
    pub device: String,
    /// When it was last met, in the school's time.
    pub last_met: Option<DateTime>,
}

/// What is past its period, by rule.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DuePage {
    /// Whether whoever uses this device reviews retention; nothing is told to those who do not.
    pub may_review: bool,
    /// What is due by each rule.
    pub groups: Vec<DueGroup>,
    /// How many are due.
    pub due: u64,
    /// How many of them are in the groups.
    pub shown: u64,
    /// How many of them a legal hold keeps.
    pub on_hold: u64,
    /// How many would be due and wait for a second signature.
    pub waiting: u64,
    /// How many would be due and are kept by a decision.
    pub kept: u64,
    /// Those that have no day, by what is missing.
    pub undated: Vec<Undated>,
    /// How long records are kept.
    pub rules: Vec<KeepingRule>,
}

/// Records that have no day on which they are due.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Undated {
    /// What is missing.
    pub says: String,
    /// How many they are.
    pub count: u64,
    /// The first of them.
    pub records: Vec<RecordId>,
}

/// A rule about how long records are kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeepingRule {
    /// What it is about.
    pub title: String,
    /// Its period in words.
    pub says: String,
    /// Where it comes from.
    pub source: String,
    /// What else a reader should know; may be empty.
    pub note: String,
    /// How sure it is.
    pub certainty: Certainty,
    /// Why it does not count today; none where it does.
    pub why_not: Option<String>,
    /// The kinds of record that it is for.
    pub kinds: Vec<Kind>,
    /// Where the records lie.
    pub setting: Setting,
    /// How long.
    pub period: RetentionPeriod,
}

/// How sure a rule is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Certainty {
    /// Its source was seen.
    Verified,
    /// It is told from memory.
    Uncertain,
    /// The school has decided it.
    School,
}

/// What is due by one rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DueGroup {
    /// The rule's id.
    pub rule: String,
    /// What it is about.
    pub title: String,
    /// Its period in words.
    pub says: String,
    /// Where it comes from.
    pub source: String,
    /// What else a reader should know; may be empty.
    pub note: String,
    /// How sure it is.
    pub certainty: Certainty,
    /// How many are due by it.
    pub count: u64,
    /// Those of them that are shown.
    pub lines: Vec<DueLine>,
}

/// A record that is due.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DueLine {
    /// The record.
    pub record: RecordId,
    /// Its kind.
    pub kind: Kind,
    /// Its line.
    pub title: String,
    /// The day of what it tells.
    pub day: Option<Date>,
    /// The pupils whom it names, as far as they are known here.
    pub pupils: Vec<String>,
    /// Since when it is due.
    pub since: Option<Date>,
    /// Its space.
    pub space: String,
    /// Whether a legal hold keeps it.
    pub is_on_hold: bool,
    /// Of a pupil's record: how many others name the pupil.
    pub named_by: u64,
    /// Until when it was kept, by whom and why.
    pub kept: Option<(Date, String, String)>,
    /// Whether nobody else in its space could second an erasure.
    pub signs_alone: bool,
}

/// What may become of a record.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RecordKeeping {
    /// Whether whoever uses this device may propose to erase it, hold it, or lift a hold.
    pub may_erase: bool,
    /// Whether nobody else in the space could second, so that one signature does.
    pub signs_alone: bool,
    /// Whether a legal hold keeps it.
    pub is_on_hold: bool,
    /// Who has signed that the hold be lifted, by name; it takes two.
    pub lifted_by: Vec<String>,
    /// Whether whoever uses this device has not signed that yet.
    pub may_lift: bool,
    /// Whether an erasure of it waits for a second signature.
    pub is_proposed: bool,
}

/// A colleague's device has said that this one was removed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ToldLine {
    /// Whose device said so.
    pub by: String,
    /// When, in the school's time.
    pub at: Option<DateTime>,
}
