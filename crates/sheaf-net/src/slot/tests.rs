//! Slots on the loopback interface, and datagrams that are none of ours.

use std::time::Duration;

use super::wire::{answer, asks_for, key_of, name, question, read_answer, service};
use super::{MAX_SLOT_CLAIMS, SlotBeacon, SlotSearch};
use crate::{Listen, Node};

const LOOPBACK: Listen = Listen::Loopback { port: 0 };
const NONCE: [u8; 8] = [7; 8];
/// How long a search may take before a test fails.
const PATIENCE: Duration = Duration::from_secs(60);

async fn node(seed: u8) -> Node {
    Node::bind(&[seed; 32], LOOPBACK).await.unwrap()
}

#[tokio::test]
async fn a_question_has_one_form_and_its_answer_is_shorter() {
    let key = node(11).await.key();
    let asked = question("tulip", NONCE).unwrap();
    assert_eq!(asks_for("tulip", &asked), Some(NONCE));
    assert_eq!(asks_for("tuli", &asked), None);
    let told = answer(NONCE, &key, 4_455);
    assert!(told.len() < asked.len());
    assert_eq!(read_answer(NONCE, &told), Some((key, 4_455)));
    assert_eq!(read_answer([8; 8], &told), None);
    for length in 0..asked.len() {
        assert_eq!(asks_for("tulip", &asked[..length]), None);
    }
    for length in 0..told.len() {
        assert_eq!(read_answer(NONCE, &told[..length]), None);
    }
    for bit in 0..asked.len() * 8 {
        let mut flipped = asked;
        flipped[bit / 8] ^= 1 << (bit % 8);
        assert_ne!(asks_for("tulip", &flipped), Some(NONCE), "bit {bit}");
    }
    assert_eq!(asks_for("tulip", &[&asked[..], &[0]].concat()), None);
    assert_eq!(read_answer(NONCE, &[&told[..], &[0]].concat()), None);
    assert_eq!(question(&"x".repeat(32), NONCE), None);
}

#[tokio::test]
async fn a_key_and_a_port_fit_one_label_and_the_longest_slot_another() {
    let key = node(12).await.key();
    let name = name(&key).unwrap();
    assert!(format!("{name}-65535").len() <= 63, "{} bytes", name.len());
    assert!(format!("_{}", service("woolworker")).len() <= 63);
    assert_eq!(key_of(&name), Some(key));
    for other in ["", "joining", &name[1..], &format!("{name}y")] {
        assert_eq!(key_of(other), None, "{other}");
    }
}

#[tokio::test]
async fn a_typed_address_leads_to_whoever_answers_to_the_slot() {
    let (head, joiner) = (node(13).await, node(14).await);
    let beacon = SlotBeacon::start(&head, "tulip", LOOPBACK).unwrap();
    let at = beacon.addresses();
    let mut search = SlotSearch::start(&joiner, "tulip", at, LOOPBACK, NONCE).await.unwrap();
    let claim = tokio::time::timeout(PATIENCE, search.next()).await.unwrap().unwrap();
    assert_eq!(claim.key, head.key());
    assert_eq!(claim.addresses, head.addresses());
}

#[tokio::test]
async fn nobody_who_has_another_slot_answers() {
    let (other, head, joiner) = (node(15).await, node(16).await, node(17).await);
    let tuba = SlotBeacon::start(&other, "tuba", LOOPBACK).unwrap();
    let tulip = SlotBeacon::start(&head, "tulip", LOOPBACK).unwrap();
    let at = [tuba.addresses(), tulip.addresses()].concat();
    let mut search = SlotSearch::start(&joiner, "tulip", &at, LOOPBACK, NONCE).await.unwrap();
    let claim = tokio::time::timeout(PATIENCE, search.next()).await.unwrap().unwrap();
    assert_eq!(claim.key, head.key());
}

#[tokio::test]
async fn a_crowd_that_answers_to_one_slot_is_cut_off() {
    let joiner = node(18).await;
    let mut beacons = Vec::new();
    let mut at = Vec::new();
    for seed in 20..27 {
        let node = node(seed).await;
        let beacon = SlotBeacon::start(&node, "tulip", LOOPBACK).unwrap();
        at.extend_from_slice(beacon.addresses());
        beacons.push((node, beacon));
    }
    let mut search = SlotSearch::start(&joiner, "tulip", &at, LOOPBACK, NONCE).await.unwrap();
    let mut found = 0;
    while tokio::time::timeout(PATIENCE, search.next()).await.unwrap().is_some() {
        found += 1;
    }
    assert_eq!(found, MAX_SLOT_CLAIMS);
}
