//! What every entry must look like, whoever wrote it.

use super::authority::weighs_on_removals;
use super::verdict::Refusal;
use crate::act::Act;
use crate::header::{Header, Lane};
use crate::ids::{EpochId, SpaceId};

pub(super) fn check_data_shape(header: &Header) -> Result<(), Refusal> {
    if header.lane.space == SpaceId::CHARTER {
        return Err(Refusal::Shape("data in the charter"));
    }
    if header.charter_heads.is_empty() || header.control_heads.is_empty() {
        return Err(Refusal::Shape("no heads"));
    }
    if header.table.is_empty() || header.epoch == EpochId::ZERO {
        return Err(Refusal::Shape("data without sections"));
    }
    let mut documents: Vec<_> = header.table.iter().map(|row| row.document).collect();
    documents.sort_unstable();
    let distinct = documents.is_sorted_by(|a, b| a < b);
    let named = documents.first().is_some_and(|first| first.as_bytes() != &[0; 16]);
    if distinct && named { Ok(()) } else { Err(Refusal::Shape("its documents")) }
}

pub(super) fn check_control_shape(header: &Header) -> Result<(), Refusal> {
    let in_charter = header.lane == Lane::CHARTER;
    if header.charter_heads.is_empty() {
        return Err(Refusal::Shape("no heads of the charter"));
    }
    if in_charter && !header.control_heads.is_empty() {
        return Err(Refusal::Shape("heads of a space in the charter"));
    }
    let creates = matches!(header.acts.first(), Some(Act::CreateSpace { .. }));
    let first = header.seq == 0 && header.control_heads.is_empty();
    if !in_charter && creates != first {
        return Err(Refusal::Shape("the beginning of a space"));
    }
    let strays = header.acts.iter().skip(1);
    if strays.clone().any(|act| matches!(act, Act::CreateSpace { .. }))
        || header.acts.iter().any(|act| matches!(act, Act::Found { .. }))
    {
        return Err(Refusal::Shape("an act out of place"));
    }
    let weighty = header.acts.iter().filter(|act| is_weighty(act)).count();
    if weighty > MAX_WEIGHTY_ACTS {
        return Err(Refusal::Shape("too many removals in one entry"));
    }
    if header.table.is_empty() == (header.epoch == EpochId::ZERO) {
        Ok(())
    } else {
        Err(Refusal::Shape("an epoch without sections"))
    }
}

/// At most so many acts of an entry may be such that others are judged again for them, or that a
/// signature is checked for them: nobody honest writes more than one.
const MAX_WEIGHTY_ACTS: usize = 4;

const fn is_weighty(act: &Act) -> bool {
    weighs_on_removals(act) || matches!(act, Act::Attest { .. })
}
