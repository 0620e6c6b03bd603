//! What the comparison makes of figures, and its forwarder.

use std::io::{Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream, UdpSocket};

use super::delay::{Transport, forward};
use super::floors::Floors;
use super::measure::{Column, Cost};
use super::table::Comparison;
use super::wire::{Traffic, read};
use crate::machine::Machine;

#[test]
fn the_counters_of_the_loopback_device_are_found() {
    let devices = "Inter-|   Receive   |  Transmit\n face |bytes packets errs\n    lo: 1234 \
                   56 0 0 0 0 0 0 1234 56 0\n  eth0: 9 9 9\n";
    assert_eq!(read(devices), Some(Traffic { bytes: 1234, packets: 56 }));
    assert_eq!(read("  eth0: 9 9 9\n"), None);
}

#[test]
fn a_stream_comes_through_the_forwarder_whole_and_both_ways() {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let port = forward(Transport::Tcp, listener.local_addr().unwrap().port()).unwrap();
    let mut near = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).unwrap();
    let (mut far, _) = listener.accept().unwrap();
    near.write_all(b"question").unwrap();
    let mut heard = [0; 8];
    far.read_exact(&mut heard).unwrap();
    assert_eq!(&heard, b"question");
    far.write_all(b"answer").unwrap();
    drop(far);
    let mut answer = Vec::new();
    near.read_to_end(&mut answer).unwrap();
    assert_eq!(answer, b"answer");
}

#[test]
fn datagrams_come_through_the_forwarder_and_each_client_gets_its_own_answer() {
    let far = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let port = forward(Transport::Udp, far.local_addr().unwrap().port()).unwrap();
    let client = || UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let clients = [(client(), b"first"), (client(), b"other")];
    let mut datagram = [0; 16];
    let mut asked = Vec::new();
    for (near, question) in &clients {
        near.send_to(*question, (Ipv4Addr::LOCALHOST, port)).unwrap();
        let (length, from) = far.recv_from(&mut datagram).unwrap();
        assert_eq!(&datagram[..length], *question);
        asked.push(from);
    }
    for (from, (near, question)) in asked.into_iter().zip(&clients) {
        far.send_to(*question, from).unwrap();
        let (length, from) = near.recv_from(&mut datagram).unwrap();
        assert_eq!((&datagram[..length], from.port()), (&question[..], port));
    }
}

#[test]
fn a_line_says_how_many_times_what_ours_takes() {
    let cost = |seconds, bytes| Cost { seconds, bytes };
    let column = |name: &str, times: f64| Column {
        name: name.to_owned(),
        version: "1".to_owned(),
        kept: "files".to_owned(),
        first: Some(cost(2.0 * times, 20_000_000)),
        edits: Some(cost(0.2 * times, 20_000)),
        nothing: Some(cost(0.05 * times, 2_000)),
        live: Some(cost(0.004 * times, 900)),
        round_trips: Some(2.04),
        peak: Some([50_000_000, 60_000_000]),
        ..Column::default()
    };
    let failed = Some("nothing new: not within 15 minutes".to_owned());
    let begun = column("Snail", 1.0);
    let slow = Column { nothing: None, round_trips: None, live: None, peak: None, failed, ..begun };
    let floor = Column { is_floor: true, ..column("Floor", 0.5) };
    let columns = vec![column("Sheaf", 1.0), column("Theirs", 3.0), slow, floor];
    let machine = Machine::of_this(std::path::Path::new("."));
    let floors = Floors { signatures: 0.5, sealing: 0.1, automerge: 0.15, sqlite: 0.25 };
    let text = Comparison { machine, records: 20_000, columns, floors }.to_string();
    let line = |name: &str| text.lines().find(|line| line.contains(name)).unwrap();
    assert_eq!(
        line("Theirs"),
        "| Theirs 1 | files | 6.00 s (3.0), 20 MB | 600 ms (3.0), 20 kB | 150 ms (3.0), 2000 B | \
         2.0 | 12.00 ms (3.0), 900 B | 50 MB, 60 MB |"
    );
    assert_eq!(
        line("Snail"),
        "| Snail 1 | files | 2.00 s (1.0), 20 MB | 200 ms (1.0), 20 kB | – | – | – | – |"
    );
    assert_eq!(line("to an end"), "Snail came to an end: nothing new: not within 15 minutes.");
    assert_eq!(
        line("alone on one core"),
        "Sheaf's first replication beside its parts, each of them alone on one core: signatures \
         500 ms, sealing 100 ms, automerge 150 ms, SQLite 250 ms; together 1.00 s, and the whole \
         took 2.0 times that."
    );
    assert!(line("Floor").starts_with("| *Floor 1* | files | 1.00 s (0.5)"));
}
