//! Removals, erasures and what is held as JSON.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::Value as Json;

/// A control entry was written.
#[derive(Clone, Debug, Serialize)]
pub struct Governed {
    /// The first entry that was written: what a colleague may endorse or second.
    pub entry: String,
    /// All entries that were written.
    pub entries: Vec<String>,
    /// What has changed, in words.
    pub effect: String,
}

/// The recovery key has acted.
#[derive(Clone, Debug, Serialize)]
pub struct Recovered {
    /// What was written.
    #[serde(flatten)]
    pub done: Governed,
    /// The new recovery key, where it was replaced.
    pub recovery_key: Option<String>,
}

/// A record was written again, without a pupil or in another space.
#[derive(Clone, Debug, Serialize)]
pub struct Rewritten {
    /// The new record.
    pub record: String,
    /// The erasure of the old one: what a colleague may second.
    pub erasure: String,
    /// What has changed, in words.
    pub effect: String,
}

/// A colleague's device has said that this one was removed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ToldOut {
    /// Whose device said so.
    pub by: String,
    /// When, school time.
    pub at: String,
}

/// A device that is about to be removed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct LostDevice {
    /// Its id.
    pub device_id: String,
    /// Its name.
    pub name: String,
    /// When it was last met, school time; null for never.
    pub last_met: Option<String>,
}

/// What a removal means, before it is done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RemovalPreview {
    /// Who or what is removed.
    pub name: String,
    /// Whether it is a person, with all devices.
    pub is_person: bool,
    /// The devices that are shut out.
    pub devices: Vec<LostDevice>,
    /// The spaces of which they hold a copy, as far as they are known here.
    pub spaces: Vec<String>,
    /// What protects that copy.
    pub says: String,
}

/// A removal that was written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RemovalShape {
    /// Its entry.
    pub entry: String,
    /// Who or what is removed.
    pub who: String,
    /// Who wrote it.
    pub by: String,
    /// Who stands behind it beside its author.
    pub endorsed_by: Vec<String>,
    /// Why.
    pub reason: String,
    /// Whether it holds.
    pub in_effect: bool,
    /// Why it does not; null where it does.
    pub why_not: Option<String>,
    /// Spaces in which a manager has yet to say how much of their work stands.
    pub uncut_in: Vec<String>,
}

/// An entry that is kept and does not stand.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct HeldShape {
    /// The entry.
    pub entry: String,
    /// Its space.
    pub space: String,
    /// Its author.
    pub by: String,
    /// Their device.
    pub device: String,
    /// When, as the author's clock said, school time.
    pub at: String,
    /// How many changes of it are held.
    pub changes: usize,
    /// Why.
    pub why: String,
    /// The held entries of the same records, on which its changes may build.
    pub builds_on: Vec<String>,
    /// What its changes would do, for its author and for those who manage the space.
    pub would: Vec<WouldShape>,
}

/// What a held change would do to a record.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct WouldShape {
    /// The record.
    pub id: String,
    /// What kind of record it is.
    pub kind: &'static str,
    /// Whether the record would begin with it.
    pub begins: bool,
    /// Each field with the value that it would have.
    pub fields: BTreeMap<String, Json>,
}

/// A device that has carried an erasure out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ConfirmedBy {
    /// Whose it is.
    pub person: String,
    /// Its name.
    pub device: String,
}

/// A device that has not confirmed an erasure yet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Outstanding {
    /// Whose it is.
    pub person: String,
    /// Its name.
    pub device: String,
    /// When it was last met, school time; null for never.
    pub last_met: Option<String>,
}

/// A device whose files in a shared folder still hold what was erased.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct LeftInFolder {
    /// The folder.
    pub folder: String,
    /// Whose files they are.
    pub person: String,
    /// The name of the device that wrote them, and will write them anew.
    pub device: String,
    /// When that was seen, school time.
    pub seen_at: String,
}

/// A bundle that this device wrote before an erasure and not again since. Nobody can confirm that
/// such a file is gone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct LeftInBundle {
    /// The file.
    pub file: String,
    /// Whom it was written for.
    #[serde(rename = "for")]
    pub people: Vec<String>,
    /// When, school time.
    pub written_at: String,
}

/// An erasure that was proposed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ErasureShape {
    /// Its id: the entry that proposes it.
    pub id: String,
    /// The space.
    pub space: String,
    /// The records.
    pub documents: Vec<String>,
    /// Why: a code.
    pub reason: String,
    /// Who proposed and who seconded it.
    pub signed_by: Vec<String>,
    /// Whether it is carried out.
    pub in_effect: bool,
    /// Whether whoever proposed it took it back before it was seconded.
    pub withdrawn: bool,
    /// How many of the records a legal hold keeps.
    pub on_hold: usize,
    /// The devices that have carried it out.
    pub confirmed: Vec<ConfirmedBy>,
    /// The devices that have not said so yet.
    pub outstanding: Vec<Outstanding>,
    /// Shared folders in which it still lies, as this device saw them last.
    pub in_folders: Vec<LeftInFolder>,
    /// Bundles in which it still lies, of those that this device has written.
    pub in_bundles: Vec<LeftInBundle>,
}

/// The erasures of this person's spaces.
#[derive(Clone, Debug, Serialize)]
pub struct Erasures {
    /// In the order of their entries' ids.
    pub erasures: Vec<ErasureShape>,
}
