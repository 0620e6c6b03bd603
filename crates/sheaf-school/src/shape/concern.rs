//! Concerns as JSON.

use serde::Serialize;

use super::record::RecordShape;

/// Where a concern stands, as far as this device knows.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ConcernStage {
    /// No device of whoever receives concerns is known to have it.
    NotHandedOver,
    /// It is there, and nobody has received it yet.
    HandedOver,
    /// Somebody has read it and answers for it.
    Received,
    /// Something was decided on it.
    Dealing,
    /// Nothing more is to be done.
    Closed,
}

/// What one of those who receive concerns has said about one.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct ReceiptShape {
    /// `received`, `dealing` or `closed`.
    pub state: String,
    /// Who has signed it.
    pub by: String,
    /// From when on, school time.
    pub at: String,
}

/// One concern.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct ConcernShape {
    /// Its record; of one that waits on this device, as it is going to be.
    #[serde(flatten)]
    pub record: RecordShape,
    /// The pupil's name.
    pub pupil_name: String,
    /// Where it stands.
    pub stage: ConcernStage,
    /// The same in words.
    pub says: String,
    /// What came back, first to last.
    pub receipts: Vec<ReceiptShape>,
    /// What was decided, first to last; empty for whoever is outside safeguarding.
    pub decisions: Vec<RecordShape>,
}

/// Concerns.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Concerns {
    /// The newest first, those that are not handed over before all others.
    pub concerns: Vec<ConcernShape>,
    /// How many of this person's own are not handed over.
    pub not_handed_over: usize,
    /// How many wait for whoever uses this device, or a colleague, to receive them.
    pub new: usize,
}

/// How many concerns ask for something.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug, Serialize)]
pub struct ConcernCounts {
    /// Of this person's own, not handed over.
    pub not_handed_over: usize,
    /// To be received by whoever uses this device, or by a colleague.
    pub new: usize,
}
