//! What the real hosts need of the network between them: a forwarder that loses, delays and
//! throttles datagrams, and an ear for what is announced.

use std::io::Write;
use std::net::{Ipv4Addr, SocketAddr, UdpSocket};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

/// More than a datagram has.
const DATAGRAM_BYTES: usize = 65_536;
/// What would wait longer than this in a throttled cable is lost, as in a router.
const LONGEST_QUEUE: Duration = Duration::from_millis(100);

/// Where and how mDNS speaks.
const MDNS: (Ipv4Addr, u16) = (Ipv4Addr::new(224, 0, 0, 251), 5_353);

fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["listen", at] => listen(at.parse()?),
        ["forward", at, to, loss, delay_ms, bytes_a_second, seed] => forward(&Cable {
            at: at.parse()?,
            to: to.parse()?,
            loss_percent: loss.parse()?,
            delay: Duration::from_millis(delay_ms.parse()?),
            bytes_a_second: bytes_a_second.parse()?,
            seed: seed.parse()?,
        }),
        _ => bail!(
            "sheaf-lab listen IP, or sheaf-lab forward AT TO LOSS% DELAY_MS BYTES_A_SECOND SEED"
        ),
    }
}

/// Prints every datagram of mDNS that reaches this interface, in hexadecimal digits.
fn listen(at: Ipv4Addr) -> Result<()> {
    let socket = UdpSocket::bind((Ipv4Addr::UNSPECIFIED, MDNS.1))?;
    socket.join_multicast_v4(&MDNS.0, &at)?;
    say("{\"event\":\"listening\"}")?;
    let mut datagram = vec![0; DATAGRAM_BYTES];
    loop {
        let (length, _) = socket.recv_from(&mut datagram)?;
        let bytes = datagram.get(..length).unwrap_or_default();
        let digits: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        say(&format!("{{\"event\":\"heard\",\"datagram\":\"{digits}\"}}"))?;
    }
}

fn say(line: &str) -> Result<()> {
    let mut out = std::io::stdout().lock();
    writeln!(out, "{line}")?;
    Ok(out.flush()?)
}

/// A bad cable from one address to another.
struct Cable {
    at: SocketAddr,
    to: SocketAddr,
    loss_percent: u64,
    delay: Duration,
    bytes_a_second: f64,
    seed: u64,
}

/// Passes datagrams on in both directions, for one caller at a time.
fn forward(cable: &Cable) -> Result<()> {
    let near = Arc::new(UdpSocket::bind(cable.at)?);
    let far = Arc::new(UdpSocket::bind((Ipv4Addr::UNSPECIFIED, 0))?);
    far.connect(cable.to)?;
    say("{\"event\":\"listening\"}")?;
    let (to_far, there) = channel();
    let (to_near, back) = channel();
    let (caller_is, callers) = channel();
    let out = Arc::clone(&far);
    std::thread::spawn(move || deliver(&there, |bytes| drop(out.send(bytes))));
    let home = Arc::clone(&near);
    std::thread::spawn(move || {
        let mut caller: Option<SocketAddr> = None;
        deliver(&back, |bytes| {
            caller = callers.try_iter().last().or(caller);
            if let Some(caller) = caller {
                home.send_to(bytes, caller).ok();
            }
        });
    });
    let mut backwards = Lane::new(cable, cable.seed ^ 1);
    let from_far = Arc::clone(&far);
    std::thread::spawn(move || {
        let mut datagram = vec![0; DATAGRAM_BYTES];
        loop {
            // Nobody listening there yet comes back as an error; that is its own loss.
            let Ok(length) = from_far.recv(&mut datagram) else { continue };
            backwards.pass(datagram.get(..length).unwrap_or_default(), &to_near);
        }
    });
    let mut forwards = Lane::new(cable, cable.seed);
    let mut datagram = vec![0; DATAGRAM_BYTES];
    loop {
        let (length, from) = near.recv_from(&mut datagram).context("the near end")?;
        caller_is.send(from)?;
        forwards.pass(datagram.get(..length).unwrap_or_default(), &to_far);
    }
}

type Due = (Instant, Vec<u8>);

/// One direction.
struct Lane {
    loss_percent: u64,
    delay: Duration,
    bytes_a_second: f64,
    random: u64,
    free: Instant,
}

impl Lane {
    fn new(cable: &Cable, seed: u64) -> Self {
        Self {
            loss_percent: cable.loss_percent,
            delay: cable.delay,
            bytes_a_second: cable.bytes_a_second,
            random: seed,
            free: Instant::now(),
        }
    }

    fn pass(&mut self, bytes: &[u8], to: &Sender<Due>) {
        let now = Instant::now();
        let is_lost = self.chance() % 100 < self.loss_percent;
        let starts = self.free.max(now);
        if is_lost || starts.duration_since(now) > LONGEST_QUEUE {
            return;
        }
        #[allow(clippy::cast_precision_loss, reason = "a datagram is short")]
        let takes = Duration::from_secs_f64(bytes.len() as f64 / self.bytes_a_second);
        self.free = starts + takes;
        // The receiver lives as long as the process.
        to.send((self.free + self.delay, bytes.to_vec())).ok();
    }

    /// The next number of SplitMix64 (Steele, Lea, Flood 2014).
    fn chance(&mut self) -> u64 {
        self.random = self.random.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.random;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }
}

fn deliver(due: &Receiver<Due>, mut send: impl FnMut(&[u8])) {
    for (when, bytes) in due {
        std::thread::sleep(when.saturating_duration_since(Instant::now()));
        send(&bytes);
    }
}
