//! Peers that are strangers, speak garbage, another version, or never stop: the session with them
//! ends with one line, and everyone else is served as before. (Rules 5 and 9.)

use std::net::{SocketAddr, UdpSocket};
use std::time::Duration;

use serde_json::Value;
use sheaf_net::{Link, Listen, NetError, Node, Protocol};
use tokio::runtime::Runtime;

use crate::device::{Demo, Device, Process, identity, refusal, string};

/// What a peer makes of a frame before it sends it.
type Spoil = fn(Vec<u8>) -> Vec<u8>;

/// Where the version stands in a hello: after its kind and eight bytes of magic.
const VERSION_AT: usize = 9;

/// Rule 5. A device that the school does not know is turned away before a word is exchanged.
#[test]
fn a_stranger_is_turned_away() {
    let demo = Demo::new();
    let (head, dsl) = (demo.head(), demo.dsl());
    let serving = head.serve(&[]);
    let before = head.digests();
    Runtime::new().unwrap().block_on(async {
        let stranger = Node::bind(&[5; 32], loopback()).await.unwrap();
        let key = identity(&head.home).endpoint();
        let link = stranger.connect(&key, &[address(&serving.address)], Protocol::Replicate).await;
        let error = talk(link, b"hello").await;
        assert_eq!(
            error.to_string(),
            "the other device closed the connection: this device is not of the school, or its \
             admission has not arrived here"
        );
        stranger.close().await;
    });
    dsl.sync(&serving.address);
    assert_eq!(head.digests(), before);
}

/// Rule 9. A member's device gone wrong: what it says is refused by name, and it stays outside.
#[test]
fn garbage_from_a_member_ends_its_session_alone() {
    let demo = Demo::new();
    let (head, dsl, mentor) = (demo.head(), demo.dsl(), demo.mentor());
    let serving = head.serve(&[]);
    let before = head.digests();
    let at = address(&serving.address);
    let hello = hello(&mentor, &head);
    let frames: [(&str, Spoil); 5] = [
        ("the other device sent a frame that is malformed", |_| b"garbage".to_vec()),
        ("the other device sent a frame that is malformed", |_| vec![0xff; 1024 * 1024]),
        ("the other device sent a frame that is malformed", |_| Vec::new()),
        ("the other device speaks version", |mut hello| {
            hello[VERSION_AT] += 1;
            hello
        }),
        ("the other device belongs to another school", |mut hello| {
            hello[VERSION_AT + 1] ^= 1;
            hello
        }),
    ];
    for (expected, frame) in frames {
        Runtime::new().unwrap().block_on(async {
            let node = Node::bind(&identity(&dsl.home).endpoint_secret(), loopback()).await;
            let (node, key) = (node.unwrap(), identity(&head.home).endpoint());
            let link = node.connect(&key, &[at], Protocol::Replicate).await;
            talk(link, &frame(hello.clone())).await;
            node.close().await;
        });
        let event = serving.until("refusal", |event| event["event"] == "failed");
        let reason = string(&event["reason"]);
        assert!(reason.starts_with(expected), "{reason}");
        assert!(!reason.contains('\n'), "{reason}");
    }
    mentor.sync(&serving.address);
    dsl.sync(&serving.address);
    assert_eq!(head.digests(), before);
    head.verify();
}

/// Rule 9. Datagrams that are no QUIC at all, and connections for joining when nobody invites.
#[test]
fn noise_on_the_port_disturbs_nobody() {
    let demo = Demo::new();
    let (head, dsl) = (demo.head(), demo.dsl());
    let serving = head.serve(&[]);
    let noise = UdpSocket::bind("127.0.0.1:0").unwrap();
    for size in [0, 1, 20, 1200, 9000] {
        for byte in [0x00, 0x40, 0xc0, 0xff] {
            noise.send_to(&vec![byte; size], &serving.address).unwrap();
        }
    }
    Runtime::new().unwrap().block_on(async {
        let node = Node::bind(&[5; 32], loopback()).await.unwrap();
        let key = identity(&head.home).endpoint();
        let at = [address(&serving.address)];
        let link = node.connect(&key, &at, Protocol::Join).await;
        talk(link, b"let me in").await;
        node.close().await;
    });
    let event = serving.until("refusal", |event| event["event"] == "failed");
    assert!(!string(&event["reason"]).contains('\n'), "{event}");
    dsl.sync(&serving.address);
}

/// Rule 9. A device that dies half-way through its handshake keeps nobody else waiting.
#[test]
fn a_handshake_that_stops_half_way_keeps_nobody_waiting() {
    let demo = Demo::new();
    let (head, dsl) = (demo.head(), demo.dsl());
    let serving = head.serve(&[]);
    // What the stranger dials hands its first datagram on, and nothing after it.
    let between = UdpSocket::bind("127.0.0.1:0").unwrap();
    between.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
    let runtime = Runtime::new().unwrap();
    let (key, at) = (identity(&head.home).endpoint(), between.local_addr().unwrap());
    let dialling = runtime.spawn(async move {
        let node = Node::bind(&[5; 32], loopback()).await.unwrap();
        node.connect(&key, &[at], Protocol::Replicate).await.err()
    });
    let mut datagram = [0; 4096];
    let (length, from) = between.recv_from(&mut datagram).unwrap();
    between.send_to(&datagram[..length], &serving.address).unwrap();
    // The answer says that the handshake has begun; what the stranger repeats goes nowhere.
    while between.recv_from(&mut datagram).unwrap().1 == from {}
    for _ in 0..3 {
        dsl.sync(&serving.address);
    }
    assert!(runtime.block_on(dialling).unwrap().is_some(), "the stranger got through");
}

/// Rule 9. The other way round: `sync` with a device that answers garbage, or nothing.
#[test]
fn a_server_gone_wrong_is_refused_by_whoever_dials() {
    let demo = Demo::new();
    let (head, dsl) = (demo.head(), demo.dsl());
    let before = dsl.digests();
    let runtime = Runtime::new().unwrap();
    for (answer, expected) in [
        (Some(b"garbage".as_slice()), "the other device sent a frame that is malformed"),
        (None, "not level after 2 seconds"),
    ] {
        let node =
            runtime.block_on(Node::bind(&identity(&head.home).endpoint_secret(), loopback()));
        let node = node.unwrap();
        let at = node.addresses()[0].to_string();
        let serving = runtime.spawn(async move {
            while let Some(knocking) = node.accept().await {
                let Ok(arriving) = knocking.handshake().await else { continue };
                let Ok(mut link) = arriving.take().await else { continue };
                if let Some(answer) = answer {
                    link.send(answer).await.ok();
                }
                while matches!(link.receive().await, Ok(Some(_))) {}
            }
        });
        let ran = dsl.run(&["sync", "--loopback", "--with", &at, "--timeout-s", "2"]);
        let said = refusal(&ran, 1);
        let expected = format!("no device was reached: {at}: {expected}");
        assert!(said.starts_with(&expected), "{said}");
        serving.abort();
    }
    assert_eq!(dsl.digests(), before);
    dsl.verify();
}

/// Rule 9. Whoever speaks garbage to an open invitation does not end it.
#[test]
fn an_invitation_outlives_garbage() {
    let demo = Demo::new();
    let head = demo.head();
    let all = ["--format", "json", "invite", "--role", "mentor", "--loopback"];
    let inviting = Process::spawn(&mut head.command(&all));
    let first: Value = serde_json::from_str(&inviting.line().unwrap()).unwrap();
    let ticket: sheaf_charter::Ticket = string(&first["ticket"]).parse().unwrap();
    Runtime::new().unwrap().block_on(async {
        let node = Node::bind(&[5; 32], loopback()).await.unwrap();
        for _ in 0..3 {
            let link = node.connect(&ticket.endpoint, &ticket.addresses, Protocol::Join).await;
            talk(link, b"let me in").await;
        }
        node.close().await;
    });
    let device = Device::real(&demo.path().join("joiner"));
    let text = string(&first["ticket"]);
    device.json(&["join", &text, "--person", "Ben Ito", "--loopback"]);
    assert_eq!(inviting.end().code, Some(0));
}

/// Rule 9. A joiner whom something else answers leaves no home behind.
#[test]
fn an_inviter_gone_wrong_is_refused() {
    let demo = Demo::new();
    let runtime = Runtime::new().unwrap();
    let node = runtime.block_on(Node::bind(&[6; 32], loopback())).unwrap();
    let ticket = sheaf_charter::Ticket {
        school: sheaf_charter::SchoolId::from_bytes([1; 32]),
        inviter: identity(&demo.head().home).device(),
        endpoint: node.key(),
        addresses: node.addresses(),
        secret: [2; 32].into(),
        expires_ms: i64::MAX,
        person: None,
    };
    let serving = runtime.spawn(async move {
        while let Some(knocking) = node.accept().await {
            let Ok(arriving) = knocking.handshake().await else { continue };
            let Ok(mut link) = arriving.take().await else { continue };
            link.receive().await.ok();
            link.send(b"garbage").await.ok();
            link.finish().await;
        }
    });
    let device = Device::real(&demo.path().join("joiner"));
    let said = device.refused(&["join", &ticket.to_text(), "--person", "Ben Ito", "--loopback"]);
    assert!(said.contains("malformed"), "{said}");
    assert!(!device.home.exists(), "something was left");
    serving.abort();
}

/// Sends one frame and listens to the end: the error with which the connection ends.
async fn talk(link: Result<Link, NetError>, frame: &[u8]) -> NetError {
    let heard = async {
        let mut link = link?;
        link.send(frame).await?;
        while link.receive().await?.is_some() {}
        Ok(())
    };
    let ended: Result<Result<(), NetError>, _> =
        tokio::time::timeout(Duration::from_secs(30), heard).await;
    ended.expect("the connection ends").err().unwrap_or(NetError::Closed("in peace".to_owned()))
}

/// The first frame that one device sends to another, which listens in its place.
fn hello(from: &Device, to: &Device) -> Vec<u8> {
    let runtime = Runtime::new().unwrap();
    let node = runtime.block_on(Node::bind(&identity(&to.home).endpoint_secret(), loopback()));
    let node = node.unwrap();
    let at = node.addresses()[0].to_string();
    let dialling = from.command(&["sync", "--loopback", "--with", &at, "--timeout-s", "30"]);
    let dialling = Process::spawn(&mut { dialling });
    let frame = runtime.block_on(async {
        loop {
            // It asks for every device that it knows at this address; one of them is here.
            let Ok(arriving) = node.accept().await.unwrap().handshake().await else { continue };
            if arriving.protocol() == Protocol::Who {
                continue;
            }
            let mut link = arriving.take().await.unwrap();
            break link.receive().await.unwrap().unwrap();
        }
    });
    dialling.kill();
    frame
}

const fn loopback() -> Listen {
    Listen::Loopback { port: 0 }
}

fn address(text: &str) -> SocketAddr {
    text.parse().unwrap()
}
