//! A forwarder in between that hands everything on a while later: what takes so many times longer
//! takes so many round trips.

use std::io::{Read, Write};
use std::net::{Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream, UdpSocket};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{sleep, spawn};
use std::time::{Duration, Instant};

use anyhow::Result;

/// How much later each direction hands on what it gets.
pub const ONE_WAY: Duration = Duration::from_millis(50);

/// What a system speaks.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Transport {
    /// HTTP, WebSocket and the like.
    Tcp,
    /// QUIC.
    Udp,
}

/// Forwards to a port of this machine; the port at which it does so.
pub fn forward(transport: Transport, port: u16) -> Result<u16> {
    let to = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    match transport {
        Transport::Tcp => forward_tcp(to),
        Transport::Udp => forward_udp(to),
    }
}

type Later = (Instant, Vec<u8>);

fn forward_tcp(to: SocketAddr) -> Result<u16> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
    let port = listener.local_addr()?.port();
    spawn(move || {
        for near in listener.incoming().flatten() {
            let Ok(far) = TcpStream::connect(to) else { continue };
            for (from, onto) in [(&near, &far), (&far, &near)] {
                let (Ok(from), Ok(onto)) = (from.try_clone(), onto.try_clone()) else { continue };
                // What cannot be handed on at once would be held back for a while longer.
                onto.set_nodelay(true).ok();
                let (give, take) = channel();
                spawn(move || read_stream(from, &give));
                spawn(move || write_stream(onto, &take));
            }
        }
    });
    Ok(port)
}

fn read_stream(mut from: TcpStream, give: &Sender<Later>) {
    let mut chunk = vec![0; 64 * 1024];
    while let Ok(length @ 1..) = from.read(&mut chunk) {
        let bytes = chunk.get(..length).unwrap_or_default().to_vec();
        if give.send((Instant::now() + ONE_WAY, bytes)).is_err() {
            return;
        }
    }
}

fn write_stream(mut onto: TcpStream, take: &Receiver<Later>) {
    for (due, bytes) in take {
        sleep(due.saturating_duration_since(Instant::now()));
        if onto.write_all(&bytes).is_err() {
            return;
        }
    }
    // The other end may have closed it already.
    onto.shutdown(Shutdown::Write).ok();
}

/// One client is all there is; what comes from elsewhere comes from it, at a new port.
fn forward_udp(to: SocketAddr) -> Result<u16> {
    let near = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0))?;
    let port = near.local_addr()?.port();
    let far = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0))?;
    let client: Arc<Mutex<Option<SocketAddr>>> = Arc::default();
    let seen = Arc::clone(&client);
    let (near_out, far_out) = (near.try_clone()?, far.try_clone()?);
    carry(near, move |from| *seen.lock().unwrap_or_else(PoisonError::into_inner) = Some(from), {
        // A datagram that is lost is sent again by whoever misses it.
        move |bytes| drop(far_out.send_to(bytes, to))
    });
    carry(
        far,
        |_| {},
        move |bytes| {
            let client = *client.lock().unwrap_or_else(PoisonError::into_inner);
            if let Some(client) = client {
                near_out.send_to(bytes, client).ok();
            }
        },
    );
    Ok(port)
}

fn carry(
    socket: UdpSocket,
    seen: impl Fn(SocketAddr) + Send + 'static,
    hand_on: impl Fn(&[u8]) + Send + 'static,
) {
    let (give, take) = channel::<Later>();
    spawn(move || {
        let mut datagram = vec![0; 64 * 1024];
        while let Ok((length, from)) = socket.recv_from(&mut datagram) {
            seen(from);
            let bytes = datagram.get(..length).unwrap_or_default().to_vec();
            if give.send((Instant::now() + ONE_WAY, bytes)).is_err() {
                return;
            }
        }
    });
    spawn(move || {
        for (due, bytes) in take {
            sleep(due.saturating_duration_since(Instant::now()));
            hand_on(&bytes);
        }
    });
}
