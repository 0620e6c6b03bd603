//! Devices of the school that have no manners: they leave unread what they have asked for.

use sheaf_charter::Part;
use sheaf_net::{Link, NetError};
use sheaf_replica::{Config, Happening, Mode, Received, Session, perform};

use super::*;
use crate::LogLine;
use crate::replicate::PeerHost;

/// Together far more than a connection holds that nobody reads.
const NOTES: usize = 48;
/// About what one of them has.
const NOTE_BYTES: usize = 60_000;

/// A text that nothing packs.
fn noise() -> String {
    let bytes = entropy::bytes::<{ NOTE_BYTES / 3 * 2 }>();
    let ideograph = |two: &[u8]| 0x4e00 + u32::from(two[0]) * 80 + u32::from(two[1]) % 80;
    let text = bytes.chunks_exact(2).map(|two| char::from_u32(ideograph(two)));
    text.collect::<Option<String>>().unwrap()
}

fn write_much(school: &School) {
    let who = school.pupils().unwrap()[0].id.to_string();
    for _ in 0..NOTES {
        let (who, what, note) = (who.clone(), "disruption".to_owned(), Some(noise()));
        school.log(&LogLine { who, what, note, ..LogLine::default() }).unwrap();
    }
}

/// An endpoint with the keys of a device whose network does not run.
async fn endpoint_of(school: &School) -> Node {
    let secret = school.core.identity.endpoint_secret();
    Node::bind(&secret, sheaf_net::Listen::Loopback { port: 0 }).await.unwrap()
}

async fn dial(node: &Node, to: &Network) -> Link {
    let key = to.shared.node.key();
    node.connect(&key, &to.addresses(), Protocol::Replicate).await.unwrap()
}

/// Replicates as that device would until the first records come, of which it takes in none.
async fn ask_for_records(link: &mut Link, own: &School, peer: &School) {
    let school = own.core.school_id();
    let intake = Arc::new(Mutex::new(Intake::new(school)));
    let mut host = PeerHost::new(own, peer.core.device(), intake);
    let mut session = Session::new(Config::new(school, Mode::Replica, 1));
    session.start();
    loop {
        let mut frames = Vec::new();
        perform(&mut session, &mut host, |happening| {
            if let Happening::Send(frame) = happening {
                frames.push(frame);
            }
        })
        .unwrap();
        for frame in frames {
            link.send(&frame).await.unwrap();
        }
        let received = Received::new(&link.receive().await.unwrap().expect("a frame"));
        if received.entries().iter().any(|entry| entry.header().lane.part == Part::Data) {
            return;
        }
        session.receive(received);
    }
}

/// Rule 7. Whatever was on its way to it and not read yet when the removal became known.
#[tokio::test(flavor = "multi_thread")]
async fn a_removed_device_gets_nothing_more_however_slowly_it_reads() {
    let (_dir, schools) = schools();
    write_much(&schools[0]);
    let head = start(&schools[0]).await;
    let mut events = head.events();
    let node = endpoint_of(&schools[1]).await;
    let mut link = dial(&node, &head).await;
    ask_for_records(&mut link, &schools[1], &schools[0]).await;
    let lost = schools[1].core.device().to_string();
    schools[0].remove_member(&lost, "left on a train").unwrap();
    let is_over =
        |event: &Event| matches!(event, Event::Disconnected { device, .. } if *device == lost);
    until(&mut events, is_over).await;
    let mut bytes = 0;
    let ended = loop {
        let heard = tokio::time::timeout(PATIENCE, link.receive()).await;
        match heard.expect("the connection ends") {
            Ok(frame) => bytes += frame.expect("it is cut off, not finished").len(),
            Err(error) => break error,
        }
    };
    assert!(matches!(ended, NetError::Removed), "{ended}");
    assert!(bytes < NOTES * NOTE_BYTES * 2 / 3, "{bytes} bytes came");
    head.stop().await;
    node.close().await;
}
