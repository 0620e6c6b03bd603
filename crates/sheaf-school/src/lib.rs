//! The application service: open a school, save, replicate, run a metric, subscribe.
//!
//! What every face calls. It owns the order of things (sign, seal, store, index, tell) and starts
//! no runtime of its own; it never draws and never parses a command line.

pub mod desk;

mod buckets;
mod carry;
mod clock;
mod columns;
mod control;
mod core;
mod demo;
mod entropy;
mod error;
mod exchange;
mod follow_up;
mod founding;
mod govern;
mod index_row;
mod indexed;
mod journal;
mod metrics;
mod network;
mod people;
mod project;
mod proof;
mod protection;
mod records;
mod register;
mod replicate;
mod save;
mod school;
mod shape;
mod stamp;
mod turns;
mod verify;

pub use carry::{BundleOrder, FolderStands, MAX_FOLDERS, Sending};
pub use demo::{DemoOptions, demo_home, demo_school};
pub use exchange::{ExportedTable, ImportMode, LakeSource};
pub use founding::Founding;
pub use govern::{NewRetentionRule, RecoveryPlan, RetentionQuery, RetentionShow, wipe};
pub use metrics::*;
pub use network::*;
pub use proof::{CheckedProof, ProvenChange, Said, check_proof, check_proof_file};
pub use protection::{Passphrase, Protection, Restoring};
pub use records::{ConcernLine, Danger, Deciding, ListQuery, LogLine, Then};
pub use register::{Marked, NewMark, RegisterDay, RegisterShape, Taking};
pub use school::School;
pub use shape::*;
pub use sheaf_charter::{JoinPass, Role, Ticket};
pub use sheaf_exchange::{
    ColumnMap, ExchangeError, FieldChange, ImportOutcome, ImportReport, MissingPupil, PupilField,
    Refusal, RegisterMap, RowReport,
};
pub use verify::{Verify, Verifying};
pub use {clock::Clock, error::SchoolError};
pub use {sheaf_net::Existing, sheaf_store::Withdrawn};
