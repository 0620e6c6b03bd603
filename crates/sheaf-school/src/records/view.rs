//! Records as faces and scripts see them: names for ids, school time for claimed time.

use sheaf_records::to_json_on;

use crate::clock::Clock;
use crate::control::Control;
use crate::indexed::{Found, IndexedContender};
use crate::shape::{ContenderShape, RecordShape, StampShape};
use crate::stamp::Stamp;

/// The JSON shape of a record.
pub(crate) fn shape_of(found: &Found, control: &Control, clock: &Clock) -> RecordShape {
    let contender = |one: &IndexedContender| ContenderShape {
        value: one.value.clone(),
        by: control.person_name(&one.stamp.person),
        at: time_text(clock, one.stamp.at_ms),
    };
    let conflicts = found.indexed.conflicts.iter();
    RecordShape {
        id: found.record.id.to_string(),
        kind: found.record.kind.to_string(),
        space: control.space_name(found.space),
        fields: to_json_on(&found.record, clock.today()),
        conflicts: conflicts
            .map(|(path, all)| (path.clone(), all.iter().map(contender).collect()))
            .collect(),
        created: stamp_shape(&found.indexed.created, control, clock),
        changed: stamp_shape(&found.indexed.changed, control, clock),
        warnings: Vec::new(),
    }
}

/// Who, where and when, by name.
pub(crate) fn stamp_shape(stamp: &Stamp, control: &Control, clock: &Clock) -> StampShape {
    StampShape {
        by: control.person_name(&stamp.person),
        device: control.device_name(&stamp.device),
        at: time_text(clock, stamp.at_ms),
    }
}

/// A claimed time in the school's time, to the second.
pub(crate) fn time_text(clock: &Clock, ms: i64) -> String {
    clock.local_ms(ms).strftime("%Y-%m-%dT%H:%M:%S").to_string()
}
