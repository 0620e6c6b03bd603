//! What commands print: the shapes that scripts count on, field by field.

mod carry;
mod concern;
mod govern;
mod metric;
mod people;
mod record;
mod replication;
mod retention;

pub use carry::{BundleRead, BundleWritten, Came, CarriedSpace, CarriedTo, FolderSynced};
pub use concern::{ConcernCounts, ConcernShape, ConcernStage, Concerns, ReceiptShape};
pub use govern::{
    ConfirmedBy, ErasureShape, Erasures, Governed, HeldShape, LeftInBundle, LeftInFolder,
    LostDevice, Outstanding, Recovered, RemovalPreview, RemovalShape, Rewritten, ToldOut,
    WouldShape,
};
pub use metric::{
    FileChange, FindingPair, LineChange, MetricDone, MetricReview, MetricShape, MetricState,
    ReviewSide, ReviewTable, SignatureShape, TablePair,
};
pub use people::{
    BackupMade, DemoMade, DeviceShape, Joined, LockerShape, MemberShape, Members, NoticeKind,
};
pub use people::{NoticeShape, PeerShape, Restored, SchoolMade, SpaceShape, Status};
pub use record::{
    Act, AtOnceShape, ChangeShape, ContenderShape, HistoryShape, RecordList, RecordShape,
    SearchHit, Signed, StampShape,
};
pub use replication::{SessionShape, Synced, Unreached, Verified};
pub use retention::{
    DueByRule, DueShape, RetentionKept, RetentionPage, RetentionProposed, RetentionRuleShape,
    RetentionRuleShapes, RetentionSet, UndatedCount,
};
