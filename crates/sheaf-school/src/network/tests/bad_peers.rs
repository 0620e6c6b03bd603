//! Devices of the school that have no manners: they leave unread what they have asked for, say
//! more than anybody can take in, and call again and again.

use sheaf_charter::{Part, SchoolId};
use sheaf_net::{Link, MAX_FRAME_BYTES, NetError};
use sheaf_replica::{
    Config, Effect, Happening, LaneSurvey, Mode, Received, Session, Sharing, Survey, perform,
};

use super::*;
use crate::LogLine;
use crate::network::inbox::Inbox;
use crate::network::presence::MAX_SESSIONS;
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

/// How much still comes on a connection, and how it ends.
async fn hear_out(link: &mut Link) -> (usize, NetError) {
    let mut bytes = 0;
    loop {
        let heard = tokio::time::timeout(PATIENCE, link.receive()).await;
        match heard.expect("the connection ends") {
            Ok(frame) => bytes += frame.expect("it is cut off, not finished").len(),
            Err(error) => return (bytes, error),
        }
    }
}

/// What a device says first that has nothing of the charter.
fn hello(school: SchoolId) -> Vec<u8> {
    let mut session = Session::new(Config::new(school, Mode::Replica, 1));
    session.start();
    assert!(matches!(session.poll(), Some(Effect::Survey)));
    let charter = LaneSurvey {
        lane: Lane::CHARTER,
        sharing: Sharing::Whole,
        vector: Arc::default(),
        content: None,
        held: BTreeMap::new(),
        wants: Vec::new(),
    };
    session.surveyed(Survey { lanes: vec![charter] });
    match session.poll() {
        Some(Effect::Send(frame)) => frame,
        other => panic!("{other:?}"),
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
    let (bytes, ended) = hear_out(&mut link).await;
    assert!(matches!(ended, NetError::Removed), "{ended}");
    assert!(bytes < NOTES * NOTE_BYTES * 2 / 3, "{bytes} bytes came");
    head.stop().await;
    node.close().await;
}

/// Rule 9. Each of its sessions waits for it to go on, which it does not.
#[tokio::test(flavor = "multi_thread")]
async fn of_many_connections_of_one_device_the_oldest_are_closed() {
    const TOO_MANY: usize = 3;
    let (_dir, schools) = schools();
    let head = start(&schools[0]).await;
    let node = endpoint_of(&schools[1]).await;
    let hello = hello(schools[0].core.school_id());
    let mut links = Vec::new();
    for _ in 0..MAX_SESSIONS + TOO_MANY {
        let mut link = dial(&node, &head).await;
        link.send(&hello).await.unwrap();
        link.receive().await.unwrap().expect("a hello");
        links.push(link);
    }
    for link in links.iter_mut().take(TOO_MANY) {
        let (_, ended) = hear_out(link).await;
        assert!(matches!(ended, NetError::AlreadyConnected), "{ended}");
    }
    let lead = schools[1].core.device();
    let over = async {
        while head.shared.connected.sessions(lead) > MAX_SESSIONS {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(PATIENCE, over).await.expect("their sessions end too");
    assert_eq!(head.shared.connected.sessions(lead), MAX_SESSIONS);
    head.stop().await;
    node.close().await;
}

/// Rule 9. Credit counts entries alone; anything else that is long is held up all the same.
#[tokio::test(flavor = "multi_thread")]
async fn what_nobody_takes_in_does_not_pile_up_whatever_it_is() {
    const MANY: usize = 70;
    let (_dir, schools) = schools();
    let (one, other) = (endpoint_of(&schools[1]).await, endpoint_of(&schools[0]).await);
    let calling = async {
        let (key, at) = (other.key(), other.addresses());
        let mut link = one.connect(&key, &at, Protocol::Replicate).await.unwrap();
        link.send(b"").await.unwrap();
        link
    };
    let answering = async {
        let arriving = other.accept().await.unwrap().handshake().await.unwrap();
        arriving.take().await.unwrap()
    };
    let (mut flood, link) = tokio::join!(calling, answering);
    let (_sender, receiver, _closer) = link.split();
    let mut inbox = Inbox::open(receiver, Arc::clone(&schools[0].core));
    let frame = vec![0xff; MAX_FRAME_BYTES];
    let mut sent = 0;
    while sent < MANY {
        let sending = tokio::time::timeout(Duration::from_secs(2), flood.send(&frame));
        if sending.await.is_err() {
            break;
        }
        sent += 1;
    }
    // Ten megabytes may be on their way besides.
    assert!(sent < MANY / 2, "{sent} frames of a megabyte were sent");
    let frames = inbox.next().await.expect("they wait");
    assert!(!frames.whole.is_empty() && frames.broken.is_none());
}
