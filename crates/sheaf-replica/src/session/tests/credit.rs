//! How much may be on its way, and when the next may come.

use super::*;
use crate::frame::Frame;
use crate::limits::MAX_FRAME_BYTES;

/// Two at the start of a session, of whom the first has so many entries of 400 KiB to send.
fn with_large_entries(count: u8) -> Pair {
    let mut pair = Pair::new();
    let large = "x".repeat(400 * 1024);
    (0..count).for_each(|n| {
        pair.devices[0].write(Lane::data(SPACE), text(n, &large));
    });
    pair.sessions.iter_mut().for_each(Session::start);
    (0..2).for_each(|side| pair.settle(side));
    pair
}

#[test]
fn no_more_is_in_flight_than_the_window() {
    let mut pair = with_large_entries(40);
    // The other side reads nothing for as long as this one has something to say.
    for _ in 0..1_000 {
        while pair.deliver(1) {}
        pair.deliver(0);
    }
    pair.assert_same(SPACE);
    assert!(pair.most_in_flight > MAX_FRAME_BYTES && pair.most_in_flight <= WINDOW_BYTES);
}

#[test]
fn the_next_may_come_before_a_batch_is_done() {
    let mut pair = with_large_entries(8);
    let is_credit =
        |frame: &[u8]| matches!(Frame::from_bytes(frame).unwrap(), Frame::Credit { .. });
    let (mut early, mut late) = (0, 0);
    loop {
        while pair.deliver(1) {}
        // Two large ones are one batch, for which credit is due at once.
        let frames: Vec<_> = (0..2).filter_map(|_| pair.wires[0].pop_front()).collect();
        if frames.is_empty() {
            break;
        }
        frames.iter().for_each(|frame| pair.sessions[1].receive(frame));
        let mut host = View { device: &mut pair.devices[1], peer: pair.ids[0] };
        let mut is_done = false;
        let Ok(()) = perform(&mut pair.sessions[1], &mut host, |one| match one {
            Happening::Send(frame) => {
                if is_credit(&frame) {
                    *(if is_done { &mut late } else { &mut early }) += 1;
                }
                pair.wires[1].push_back(frame);
            }
            Happening::TakenIn(_) => is_done = true,
            _ => {}
        });
    }
    pair.assert_same(SPACE);
    assert!(early >= 3 && late <= early, "{early} early, {late} late");
}
