//! A forwarder in between that hands everything on a while later: what takes so many times longer
//! takes so many round trips.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::io::{Read, Write};
use std::net::{Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream, UdpSocket};
use std::sync::mpsc::{Receiver, Sender, channel};
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

/// Each client has a port of its own towards the other side, as behind a router: answers go to
/// whoever asked.
fn forward_udp(to: SocketAddr) -> Result<u16> {
    let near = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0))?;
    let port = near.local_addr()?.port();
    spawn(move || {
        let mut clients: HashMap<SocketAddr, Sender<Later>> = HashMap::new();
        read_datagrams(&near, |from, later| {
            if let Entry::Vacant(new) = clients.entry(from) {
                // Without a port this client goes unanswered, and says so itself.
                let Ok(towards) = serve_client(&near, from, to) else { return };
                new.insert(towards);
            }
            // A datagram that is lost is sent again by whoever misses it.
            clients.get(&from).map(|towards| towards.send(later));
        });
    });
    Ok(port)
}

/// Hands on what comes for one client, and what is told to be sent for it.
fn serve_client(near: &UdpSocket, client: SocketAddr, to: SocketAddr) -> Result<Sender<Later>> {
    let (near, far) = (near.try_clone()?, UdpSocket::bind((Ipv4Addr::LOCALHOST, 0))?);
    let answers = far.try_clone()?;
    let (give, take) = channel::<Later>();
    let (give_back, take_back) = channel::<Later>();
    spawn(move || write_datagrams(&far, to, &take));
    spawn(move || read_datagrams(&answers, |_, later| drop(give_back.send(later))));
    spawn(move || write_datagrams(&near, client, &take_back));
    Ok(give)
}

fn read_datagrams(socket: &UdpSocket, mut hand_on: impl FnMut(SocketAddr, Later)) {
    let mut datagram = vec![0; 64 * 1024];
    while let Ok((length, from)) = socket.recv_from(&mut datagram) {
        let bytes = datagram.get(..length).unwrap_or_default().to_vec();
        hand_on(from, (Instant::now() + ONE_WAY, bytes));
    }
}

fn write_datagrams(socket: &UdpSocket, to: SocketAddr, take: &Receiver<Later>) {
    for (due, bytes) in take {
        sleep(due.saturating_duration_since(Instant::now()));
        socket.send_to(&bytes, to).ok();
    }
}
