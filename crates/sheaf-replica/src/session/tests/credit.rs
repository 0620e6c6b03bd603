//! Credit that comes back while the host is still at work on a batch.

use super::*;
use crate::frame::Frame;

#[test]
fn the_next_may_come_before_a_batch_is_done() {
    let mut pair = Pair::new();
    let large = "x".repeat(400 * 1024);
    (0..8).for_each(|n| {
        pair.devices[0].write(Lane::data(SPACE), text(n, &large));
    });
    pair.sessions.iter_mut().for_each(Session::start);
    (0..2).for_each(|side| pair.settle(side));
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
