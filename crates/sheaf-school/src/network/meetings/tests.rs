//! What is kept of where devices are.

use super::*;

fn meeting(last: u8, how: How, at_ms: i64) -> Meeting {
    Meeting { address: SocketAddr::from(([10, 0, 0, last], 47_820)), how, at_ms }
}

#[test]
fn an_address_is_kept_once_and_the_oldest_are_dropped() {
    let mut meetings = Vec::new();
    for last in 0..20 {
        note(&mut meetings, meeting(last, How::Heard, i64::from(last)));
    }
    note(&mut meetings, meeting(15, How::Remembered, 99));
    assert_eq!(meetings.len(), MAX_MEETINGS);
    assert_eq!(meetings[0], meeting(15, How::Remembered, 99));
    assert_eq!(meetings[1], meeting(19, How::Heard, 19));
    assert_eq!(
        meetings.iter().filter(|one| one.address.ip().to_string() == "10.0.0.15").count(),
        1
    );
    let bytes = serde_json::to_vec(&meetings).unwrap();
    assert_eq!(read_meetings(&bytes), meetings);
    assert_eq!(read_meetings(b"what another version wrote"), []);
}

#[test]
fn whoever_called_is_dialled_where_they_listen_and_nowhere_else() {
    let called = meeting(1, How::Called, 0);
    assert!(called.candidate().is_some());
    let from_elsewhere = Meeting { address: "10.0.0.1:51234".parse().unwrap(), ..called };
    assert_eq!(from_elsewhere.candidate(), None);
    let dialled = Meeting { how: How::Heard, ..from_elsewhere };
    assert_eq!(dialled.candidate().unwrap().how, How::Remembered);
}
