//! Two endpoints between which every answer is lost for a while.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use tokio::net::UdpSocket;
use tokio::task::JoinSet;

use super::{connected, node};
use crate::Protocol;

/// Long enough that whoever hears nothing asks several times.
const CUT: Duration = Duration::from_millis(400);
/// The cut begins after so many datagrams of the side that was dialled: in the handshake, in what
/// follows on it, and once the two talk.
const MOMENTS: usize = 12;
/// All moments are tried at once, and so often: what a datagram holds depends on how busy the
/// machine is, too.
const TIMES: usize = 5;

/// Passes datagrams between whoever dials and a device, until it is dropped. After so many of the
/// device's it loses those for a while, and counts them.
async fn forward(of: UdpSocket, device: SocketAddr, after: usize, lost: Arc<AtomicUsize>) {
    let (mut caller, mut passed, mut cut) = (None, 0, None::<Instant>);
    let mut datagram = vec![0; 65_536];
    loop {
        let (length, from) = of.recv_from(&mut datagram).await.unwrap();
        let datagram = &datagram[..length];
        if from != device {
            caller = Some(from);
            of.send_to(datagram, device).await.unwrap();
        } else if let Some(caller) = caller {
            passed += 1;
            if passed > after && cut.get_or_insert_with(Instant::now).elapsed() < CUT {
                lost.fetch_add(1, Ordering::Relaxed);
                continue;
            }
            of.send_to(datagram, caller).await.unwrap();
        }
    }
}

/// A connection through a cut, over which each side then says something to the other. Gives how
/// many datagrams were lost: none where the two had found a way past by then.
async fn talk(after: usize) -> usize {
    let (anna, ben) = (node(1).await, node(2).await);
    let forwarder = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let (at, device) = (forwarder.local_addr().unwrap(), ben.addresses()[0]);
    let mut beside = JoinSet::new();
    let lost = Arc::<AtomicUsize>::default();
    beside.spawn(forward(forwarder, device, after, Arc::clone(&lost)));
    let (mut one, mut other) = connected(&anna, &ben, &[at], Protocol::Replicate).await;
    for number in 0..20_u8 {
        one.send(&[number]).await.unwrap();
        assert_eq!(other.receive().await.unwrap().unwrap(), [number]);
        other.send(&[number; 2]).await.unwrap();
        assert_eq!(one.receive().await.unwrap().unwrap(), [number; 2]);
    }
    lost.load(Ordering::Relaxed)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whenever_answers_are_lost_for_a_while_the_connection_goes_on() {
    let mut cuts = 0;
    for _ in 0..TIMES {
        let talks: JoinSet<usize> = (0..MOMENTS).map(talk).collect();
        cuts += talks.join_all().await.into_iter().filter(|lost| *lost > 0).count();
    }
    let all = MOMENTS * TIMES;
    assert!(cuts >= all / 2, "{cuts} of {all} were cut");
}
