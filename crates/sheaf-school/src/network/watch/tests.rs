//! Tests of what is told of, and by whom.

use sheaf_charter::{DeviceId, SpaceId};

use super::*;

const LANE: Lane = Lane::data(SpaceId::from_bytes([7; 16]));

fn id(number: u8) -> EntryId {
    EntryId::from_bytes([number; 32])
}

#[test]
fn what_a_session_tells_of_is_told_once_and_what_nobody_tells_of_after_a_while() {
    let (sender, mut news) = broadcast::channel(16);
    let tell = |number| {
        let arrived = vec![(LANE, id(number))].into();
        sender.send(News::Arrived(DeviceId::from_bytes([1; 32]), arrived)).unwrap();
    };
    let (mut untold, now) = (Untold::default(), Instant::now());
    // Of the first it is told before it is seen here, of the second afterwards.
    tell(1);
    untold.hear(&mut news);
    untold.note([1, 2, 3].map(|number| (LANE, id(number))).into(), now);
    tell(2);
    untold.hear(&mut news);
    assert!(untold.take_due(now).is_empty());
    let later = now + BY_ANOTHER_WAY;
    assert_eq!(untold.take_due(later), [(LANE, id(3))]);
    assert!(untold.take_due(later).is_empty());
}
