//! Settings, peers and invitations.

use sheaf_charter::DeviceId;

use super::*;
use crate::{Invite, Peer};

#[test]
fn settings_are_kept_replaced_and_dropped() {
    let (_folder, _home, store) = encrypted();
    store
        .write(|txn| -> Result<(), StoreError> {
            txn.put_setting("view.left", b"1")?;
            txn.put_setting("view.left", b"2")?;
            txn.put_setting("view.right", b"3")?;
            txn.put_setting("views", b"4")
        })
        .unwrap();
    let under = store.read(|snapshot| snapshot.settings_under("view.")).unwrap();
    let expected =
        [("view.left".to_owned(), b"2".to_vec()), ("view.right".to_owned(), b"3".to_vec())];
    assert_eq!(under, expected);
    assert!(store.write(|txn| txn.drop_setting("view.left")).unwrap());
    assert!(!store.write(|txn| txn.drop_setting("view.left")).unwrap());
    assert_eq!(store.read(|snapshot| snapshot.setting("view.left")).unwrap(), None);
}

#[test]
fn peers_are_listed_the_last_met_first() {
    let (_folder, _home, store) = encrypted();
    let peer = |number: u8, last_met_ms: Option<i64>| Peer {
        device: DeviceId::from_bytes([number; 32]),
        last_met_ms,
        address: Some("192.0.2.7:4711".to_owned()),
        carrier: None,
    };
    let peers = [peer(1, None), peer(2, Some(10)), peer(3, Some(20))];
    store.write(|txn| peers.iter().try_for_each(|peer| txn.put_peer(peer))).unwrap();
    let found = store.read(|snapshot| snapshot.peers()).unwrap();
    assert_eq!(found, [peer(3, Some(20)), peer(2, Some(10)), peer(1, None)]);
    store.write(|txn| txn.put_peer(&peer(1, Some(30)))).unwrap();
    let device = DeviceId::from_bytes([1; 32]);
    let found = store.read(|snapshot| snapshot.peer(device)).unwrap();
    assert_eq!(found, Some(peer(1, Some(30))));
    assert!(store.write(|txn| txn.drop_peer(device)).unwrap());
    assert_eq!(store.read(|snapshot| snapshot.peer(device)).unwrap(), None);
}

#[test]
fn an_invitation_is_good_once_and_for_a_time() {
    let (_folder, _home, store) = encrypted();
    let invite = |number: u8| Invite {
        id: [number; 16],
        body: b"secret".to_vec(),
        expires_ms: 100,
        used_ms: None,
    };
    store
        .write(|txn| -> Result<(), StoreError> {
            txn.put_invite(&invite(1))?;
            txn.put_invite(&invite(2))
        })
        .unwrap();
    let use_at = |number: u8, now| store.write(|txn| txn.use_invite([number; 16], now)).unwrap();
    assert!(use_at(1, 99));
    assert!(!use_at(1, 99));
    assert!(!use_at(2, 100));
    assert!(!use_at(3, 0));
    let found = store.read(|snapshot| snapshot.invites()).unwrap();
    assert_eq!(found, [Invite { used_ms: Some(99), ..invite(1) }, invite(2)]);
    assert!(!format!("{found:?}").contains("115, 101"));
}
