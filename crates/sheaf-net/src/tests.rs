//! Two endpoints on the loopback interface.

mod cut;

use std::net::SocketAddr;
use std::time::Duration;

use crate::{
    Arriving, Link, Listen, MAX_ASIDE_BYTES, MAX_FRAME_BYTES, NetError, Node, Protocol, Reach,
};

async fn node(seed: u8) -> Node {
    Node::bind(&[seed; 32], Listen::Loopback { port: 0 }).await.unwrap()
}

async fn pair(protocol: Protocol) -> (Node, Node, Link, Link) {
    let (anna, ben) = (node(1).await, node(2).await);
    let (one, other) = connected(&anna, &ben, &ben.addresses(), protocol).await;
    (anna, ben, one, other)
}

/// The next that dials this key here: who looks for somebody else shakes no hands.
async fn arriving(at: &Node) -> Arriving {
    loop {
        let knocking = at.accept().await.unwrap();
        if let Ok(arriving) = knocking.handshake().await {
            return arriving;
        }
    }
}

/// The two ends of a connection, dialled at these addresses.
async fn connected(anna: &Node, ben: &Node, at: &[SocketAddr], protocol: Protocol) -> (Link, Link) {
    let dial = async {
        let mut link = anna.connect(&ben.key(), at, protocol).await.unwrap();
        link.send(b"hello").await.unwrap();
        link
    };
    let answer = async {
        let arriving = arriving(ben).await;
        assert_eq!((arriving.key(), arriving.protocol()), (anna.key(), protocol));
        let mut link = arriving.take().await.unwrap();
        assert_eq!(link.receive().await.unwrap().unwrap(), b"hello");
        link
    };
    tokio::join!(dial, answer)
}

#[tokio::test]
async fn nothing_leaves_the_building() {
    let node = node(3).await;
    assert_eq!(node.reach(), Reach { relays: vec![], lookups: 0 });
    assert!(node.addresses().iter().all(|address| address.ip().is_loopback()));
}

#[tokio::test]
async fn frames_arrive_whole_and_in_order() {
    let (_anna, _ben, mut one, mut other) = pair(Protocol::Replicate).await;
    let large = vec![7; MAX_FRAME_BYTES];
    let send = async {
        one.send(b"").await.unwrap();
        one.send(&large).await.unwrap();
        one.finish().await;
    };
    let receive = async {
        assert_eq!(other.receive().await.unwrap().unwrap(), b"");
        assert_eq!(other.receive().await.unwrap().unwrap(), large);
        assert_eq!(other.receive().await.unwrap(), None);
        drop(other);
    };
    tokio::join!(send, receive);
}

#[tokio::test]
async fn too_long_a_frame_is_refused_before_it_is_sent() {
    let (_anna, _ben, mut one, _other) = pair(Protocol::Replicate).await;
    let refused = one.send(&vec![0; MAX_FRAME_BYTES + 1]).await;
    assert!(matches!(refused, Err(NetError::FrameTooLong { .. })));
}

/// Whoever reads nothing holds up nobody for ever: neither what is sent to them nor its end.
#[tokio::test]
async fn whoever_takes_nothing_is_given_up() {
    let (_anna, _ben, one, _other) = pair(Protocol::Replicate).await;
    let (mut sender, _receiver, _closer) = one.split();
    sender.patience = Duration::from_millis(300);
    let given_up = async {
        let frame = vec![7; MAX_FRAME_BYTES];
        let stuck = loop {
            if let Err(error) = sender.send(&frame).await {
                break error;
            }
        };
        sender.finish().await;
        stuck
    };
    let stuck = tokio::time::timeout(Duration::from_secs(60), given_up).await.expect("given up");
    assert!(matches!(stuck, NetError::TakesNothing { .. }), "{stuck}");
}

#[tokio::test]
async fn both_ends_derive_one_secret_and_no_other_connection_does() {
    let (_a, _b, one, other) = pair(Protocol::Join).await;
    let (_c, _d, third, _) = pair(Protocol::Join).await;
    assert_eq!(one.exporter().unwrap(), other.exporter().unwrap());
    assert_ne!(one.exporter().unwrap(), third.exporter().unwrap());
}

#[tokio::test]
async fn the_reason_for_closing_reaches_the_other_side() {
    let (_anna, _ben, one, mut other) = pair(Protocol::Replicate).await;
    let (_, _, closer) = one.split();
    closer.close("not a member of this school");
    let error = other.receive().await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "the other device closed the connection: not a member of this school"
    );
}

#[tokio::test]
async fn a_device_that_stops_without_a_reason_leaves_no_sentence_half_said() {
    let (anna, _ben, _one, mut other) = pair(Protocol::Replicate).await;
    anna.close().await;
    let ended = other.receive().await.unwrap_err().to_string();
    assert!(!ended.trim_end().ends_with(':'), "{ended}");
    let says = NetError::Closed(String::new()).to_string();
    assert!(says.starts_with("the other device closed the connection without a word: "), "{says}");
}

#[tokio::test]
async fn whoever_answers_under_another_key_is_not_the_device() {
    let (anna, ben, carl) = (node(4).await, node(5).await, node(6).await);
    let answers = ben.clone();
    tokio::spawn(async move {
        while let Some(knocking) = answers.accept().await {
            knocking.handshake().await.ok();
        }
    });
    let dialled = anna.connect(&carl.key(), &ben.addresses(), Protocol::Replicate).await;
    assert!(matches!(dialled, Err(NetError::AnotherDevice { .. })), "{dialled:?}");
    let keys = [carl.key(), node(7).await.key()];
    let found = anna.find(&keys, &ben.addresses(), |_| true).await;
    assert!(matches!(found, Err(NetError::AnotherDevice { .. })), "{found:?}");
}

#[tokio::test]
async fn a_port_that_another_program_has_is_told_as_that() {
    let other = std::net::UdpSocket::bind("127.0.0.1:0").unwrap();
    let port = other.local_addr().unwrap().port();
    let refused = Node::bind(&[1; 32], Listen::Loopback { port }).await.unwrap_err();
    let words = format!("UDP port {port} is in use by another program");
    assert!(refused.to_string().starts_with(&words), "{refused}");
    assert!(refused.to_string().contains("choose another port"), "{refused}");
}

#[test]
fn an_address_that_was_tried_twice_is_named_once() {
    let says = NetError::no_answer(&["10.4.7.2:1", "10.4.7.9:1", "10.4.7.2:1"]).to_string();
    assert!(says.starts_with("no answer from 10.4.7.2:1, 10.4.7.9:1: check"), "{says}");
}

#[tokio::test]
async fn what_is_said_aside_passes_the_frames_by() {
    let (_anna, _ben, mut one, other) = pair(Protocol::Replicate).await;
    one.send(b"a frame that nobody reads yet").await.unwrap();
    let (_sender, mut receiver, closer) = other.split();
    let (_s, _r, ones) = one.split();
    ones.asides().send(b"").await.unwrap();
    ones.asides().send(&vec![7; MAX_ASIDE_BYTES]).await.unwrap();
    assert_eq!(closer.asides().receive().await.unwrap(), b"");
    assert_eq!(closer.asides().receive().await.unwrap(), vec![7; MAX_ASIDE_BYTES]);
    assert_eq!(receiver.receive().await.unwrap().unwrap(), b"a frame that nobody reads yet");
    let refused = ones.asides().send(&vec![7; MAX_ASIDE_BYTES + 1]).await;
    assert!(matches!(refused, Err(NetError::FrameTooLong { .. })));
}

/// Whoever says things aside without end is held up as soon as nobody takes them.
#[tokio::test]
async fn few_asides_wait_to_be_taken() {
    let (_anna, _ben, one, _other) = pair(Protocol::Replicate).await;
    let (_sender, _receiver, ones) = one.split();
    let (asides, message) = (ones.asides(), vec![7; MAX_ASIDE_BYTES]);
    let mut sent = 0;
    while sent < 50 {
        let sending = tokio::time::timeout(Duration::from_secs(1), asides.send(&message));
        if sending.await.is_err() {
            break;
        }
        sent += 1;
    }
    assert!(sent < 10, "{sent} were sent");
}

#[tokio::test]
async fn a_dead_address_does_not_hold_up_a_good_one() {
    let (anna, ben) = (node(7).await, node(8).await);
    let dead = std::net::UdpSocket::bind("127.0.0.1:0").unwrap();
    let mut addresses = vec![dead.local_addr().unwrap()];
    addresses.extend(ben.addresses());
    let (key, started) = (ben.key(), std::time::Instant::now());
    let dial = async {
        let mut link = anna.connect(&key, &addresses, Protocol::Replicate).await.unwrap();
        link.send(b"hello").await.unwrap();
        link
    };
    let (_link, _arriving) = tokio::join!(dial, arriving(&ben));
    // One after the other it would take the half-minute in which a dead address is given up.
    assert!(started.elapsed() < std::time::Duration::from_secs(15));
}

/// Every key is tried at an address that somebody has typed; most are somebody else's.
#[tokio::test]
async fn whoever_was_looked_for_in_the_wrong_place_is_found_in_the_right_one() {
    let (ben, cara) = (node(2).await, node(4).await);
    let keys = [ben.key(), cara.key()];
    for seed in 10..18 {
        let anna = node(seed).await;
        let at = ben.addresses();
        let (found, asked) = tokio::join!(anna.find(&keys, &at, |_| true), arriving(&ben));
        assert_eq!(found.unwrap(), ben.key());
        assert_eq!(asked.protocol(), Protocol::Who);
        assert_ne!(asked.key(), anna.key());
        connected(&anna, &cara, &cara.addresses(), Protocol::Replicate).await;
        connected(&anna, &ben, &ben.addresses(), Protocol::Replicate).await;
    }
    let nobody = ["127.0.0.1:9".parse().unwrap()];
    let refused = ben.find(&[cara.key()], &nobody, |_| true).await.unwrap_err();
    assert!(refused.to_string().contains("127.0.0.1:9"), "{refused}");
}

#[tokio::test]
async fn whoever_speaks_another_version_says_so_to_whoever_dials() {
    let (anna, ben) = (node(20).await, node(21).await);
    ben.endpoint.set_alpns(vec![b"sheaf/2/replicate".to_vec()]);
    let turned_away = ben.clone();
    tokio::spawn(async move {
        while let Some(knocking) = turned_away.accept().await {
            knocking.handshake().await.unwrap_err();
        }
    });
    let at = ben.addresses();
    let dialled = anna.connect(&ben.key(), &at, Protocol::Replicate).await.unwrap_err();
    let looked_for =
        anna.find(&[node(22).await.key(), ben.key()], &at, |_| true).await.unwrap_err();
    for error in [dialled, looked_for] {
        let words = error.to_string();
        assert!(words.contains("another version: update Sheaf on both"), "{words}");
        assert!(words.contains(&at[0].to_string()), "{words}");
    }
}
