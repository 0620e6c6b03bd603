//! The endpoint of one device: it listens, dials and says where it can be found.

use std::collections::BTreeSet;
use std::io::ErrorKind;
use std::net::{IpAddr, Ipv4Addr, SocketAddr, UdpSocket};
use std::time::Duration;

use iroh::endpoint::{
    AckFrequencyConfig, ConnectError, ConnectingError, Connection, ConnectionError, Incoming,
    NetReportConfig, PortmapperConfig, QuicTransportConfig, TransportErrorCode, VarInt, presets,
};
use iroh::{Endpoint, EndpointAddr, PublicKey, RelayMap, RelayMode, SecretKey, TransportAddr};

use crate::error::{NetError, listed};
use crate::link::{CLOSED, Link, Protocol};
use crate::relay::Relays;

/// A dead address takes iroh half a minute to give up; people do not wait that long.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(4);
/// A handshake takes three messages; a device that stops half-way is not worth more.
const HANDSHAKE_TIMEOUT: Duration = Duration::from_secs(10);
/// Keeps the path of an idle connection open in host firewalls.
const KEEP_ALIVE: Duration = Duration::from_secs(5);
/// What has arrived is acknowledged after this long at most. The usual 25 ms are made for distances
/// of half a continent: in a building, whoever has lost the last packet would notice that late.
const ACK_DELAY: Duration = Duration::from_millis(4);
/// The alert of TLS (RFC 7301, section 3.2) of whoever speaks none of the protocols asked for.
const NO_APPLICATION_PROTOCOL: u8 = 120;
/// All that is said on a connection is one conversation, on one stream.
const MAX_CONVERSATIONS: u32 = 1;
/// And messages beside it that nobody has taken yet: each is short.
const MAX_ASIDES: u32 = 8;
/// What the other side may send that nobody has taken yet, on all streams together: more than the
/// 1.25 MB that one of them may, so that a long transfer does not hold up what is said beside it.
const RECEIVE_WINDOW_BYTES: u32 = 2 * 1024 * 1024;
/// The alert of TLS (RFC 8446, section 6.2) of this side, when whoever answers shows another key
/// than was asked for.
const UNKNOWN_CA: u8 = 48;
/// A device that was switched off is noticed after this long.
const IDLE_TIMEOUT: Duration = Duration::from_secs(20);

/// The UDP port at which devices of every school listen, where it is free: whoever types an address
/// or opens a firewall needs to know one.
pub const PORT: u16 = 47_820;

/// Where a device listens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Listen {
    /// On this machine alone, for tests and demonstrations.
    Loopback {
        /// The UDP port; 0 for any.
        port: u16,
    },
    /// On every network of the machine.
    Everywhere {
        /// The UDP port; 0 for any.
        port: u16,
    },
    /// On every network of the machine, at [`PORT`], or at any if another program has that.
    Usual,
}

impl Listen {
    /// Whether it is this machine alone.
    pub const fn is_loopback(self) -> bool {
        matches!(self, Self::Loopback { .. })
    }

    /// The same networks, at another port.
    pub(crate) const fn at_port(self, port: u16) -> Self {
        match self {
            Self::Loopback { .. } => Self::Loopback { port },
            Self::Everywhere { .. } | Self::Usual => Self::Everywhere { port },
        }
    }

    pub(crate) fn address(self) -> SocketAddr {
        match self {
            Self::Loopback { port } => (Ipv4Addr::LOCALHOST, port).into(),
            Self::Everywhere { port } => (Ipv4Addr::UNSPECIFIED, port).into(),
            Self::Usual => (Ipv4Addr::UNSPECIFIED, PORT).into(),
        }
    }
}

/// What the endpoint may use beyond the addresses that it is given. All of it is off: nothing
/// leaves the building unless a person turns it on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reach {
    /// Addresses of relay servers that it would use.
    pub relays: Vec<String>,
    /// How many services that look addresses up (DNS, publishing) are in use.
    pub lookups: usize,
}

/// The iroh endpoint of one device, on the minimal preset: no DNS, no port mapping, and no relay
/// but those of the school that it is told to use.
#[derive(Clone, Debug)]
pub struct Node {
    pub(crate) endpoint: Endpoint,
    pub(crate) relays: Relays,
}

impl Node {
    /// Starts listening. Must be called inside a tokio runtime.
    pub async fn bind(endpoint_secret: &[u8; 32], listen: Listen) -> Result<Self, NetError> {
        match (Self::bind_at(endpoint_secret, listen.address()).await, listen) {
            (Err(_), Listen::Usual) => {
                Self::bind_at(endpoint_secret, listen.at_port(0).address()).await
            }
            (bound, _) => bound,
        }
    }

    async fn bind_at(endpoint_secret: &[u8; 32], address: SocketAddr) -> Result<Self, NetError> {
        let failed = |reason: String| bind_failed(address, reason);
        let mut acknowledging = AckFrequencyConfig::default();
        acknowledging.max_ack_delay(Some(ACK_DELAY));
        let transport = QuicTransportConfig::builder()
            .ack_frequency_config(Some(acknowledging))
            // In a batch each datagram has room for as much as the first one holds. noq 1.4 asks
            // again for an answer that was lost in a batch of two, and writes into the second what
            // need not fit there, which ends the process.
            .enable_segmentation_offload(false)
            .keep_alive_interval(KEEP_ALIVE)
            .max_idle_timeout(IDLE_TIMEOUT.try_into().ok())
            .max_concurrent_bidi_streams(VarInt::from_u32(MAX_CONVERSATIONS))
            .max_concurrent_uni_streams(VarInt::from_u32(MAX_ASIDES))
            .receive_window(VarInt::from_u32(RECEIVE_WINDOW_BYTES))
            .build();
        // Without a relay nothing is asked of anybody; with one, whether it answers.
        let mut reports = NetReportConfig::minimal();
        reports.https_probes = true;
        let relays = Relays::default();
        let endpoint = Endpoint::builder(presets::Minimal)
            .relay_mode(RelayMode::Custom(RelayMap::empty()))
            .ca_tls_config(relays.belief())
            .clear_address_lookup()
            .portmapper_config(PortmapperConfig::Disabled)
            .net_report_config(reports)
            .transport_config(transport)
            .alpns(Protocol::ALL.map(|protocol| protocol.alpn().to_vec()).to_vec())
            .secret_key(SecretKey::from_bytes(endpoint_secret))
            .clear_ip_transports()
            .bind_addr(address)
            .map_err(|error| failed(error.to_string()))?
            .bind()
            .await
            .map_err(|error| failed(error.to_string()))?;
        Ok(Self { endpoint, relays })
    }

    /// The public key under which this endpoint is known.
    pub fn key(&self) -> [u8; 32] {
        *self.endpoint.id().as_bytes()
    }

    /// Where others can dial this endpoint: every address of the machine that it listens on.
    pub fn addresses(&self) -> Vec<SocketAddr> {
        let mut all: BTreeSet<SocketAddr> = self.endpoint.addr().ip_addrs().copied().collect();
        for socket in self.endpoint.bound_sockets() {
            let ip = socket.ip();
            let ip = if ip.is_unspecified() { IpAddr::V4(Ipv4Addr::LOCALHOST) } else { ip };
            all.insert(SocketAddr::new(ip, socket.port()));
        }
        all.into_iter().collect()
    }

    /// What the endpoint may use beyond the addresses that it is given.
    pub fn reach(&self) -> Reach {
        let lookups = self.endpoint.address_lookup().map_or(0, |services| services.len());
        let told = self.endpoint.addr();
        let used = self.relay_urls().into_iter().chain(told.relay_urls().cloned());
        let relays: BTreeSet<String> = used.map(|url| url.to_string()).collect();
        Reach { relays: relays.into_iter().collect(), lookups }
    }

    /// Dials a device at any of these addresses; whoever answers has proved that it holds the key.
    pub async fn connect(
        &self,
        key: &[u8; 32],
        addresses: &[SocketAddr],
        protocol: Protocol,
    ) -> Result<Link, NetError> {
        self.dial(key, addresses, TransportAddr::Ip, protocol).await
    }

    /// Dials a device through the relays that are used now. If the two can reach each other after
    /// all, the connection soon goes straight.
    pub async fn connect_by_relay(
        &self,
        key: &[u8; 32],
        protocol: Protocol,
    ) -> Result<Link, NetError> {
        self.dial(key, &self.relay_urls(), TransportAddr::Relay, protocol).await
    }

    async fn dial<A: Clone + ToString>(
        &self,
        key: &[u8; 32],
        at: &[A],
        way: impl Fn(A) -> TransportAddr,
        protocol: Protocol,
    ) -> Result<Link, NetError> {
        let connection = self.reach_by(key, at, way, protocol).await?;
        Link::open(connection, protocol).await
    }

    /// A connection with a device on which nothing is said yet.
    pub(crate) async fn reach_by<A: Clone + ToString>(
        &self,
        key: &[u8; 32],
        at: &[A],
        way: impl Fn(A) -> TransportAddr,
        protocol: Protocol,
    ) -> Result<Connection, NetError> {
        let id = PublicKey::from_bytes(key).map_err(|_| NetError::InvalidKey)?;
        if at.is_empty() {
            return Err(NetError::no_answer(at));
        }
        let ways = at.iter().cloned().map(way);
        let dialling = self.endpoint.connect(EndpointAddr::from_parts(id, ways), protocol.alpn());
        let answered = tokio::time::timeout(CONNECT_TIMEOUT, dialling).await;
        let answered = answered.map_err(|_| NetError::no_answer(at))?;
        answered.map_err(|error| unconnected(&error, at))
    }

    /// An endpoint that nobody knows, on the same network as this one, at any port: two of the same
    /// key at once would have others look for this device at an address that is soon gone.
    pub(crate) async fn beside(&self) -> Result<Self, NetError> {
        let bound = self.endpoint.bound_sockets();
        let ip = bound.first().map_or(Ipv4Addr::UNSPECIFIED.into(), |socket| socket.ip());
        let secret = SecretKey::generate().to_bytes();
        Self::bind_at(&secret, SocketAddr::new(ip, 0)).await
    }

    /// The next connection that another device begins to open; `None` once the endpoint is
    /// closed. Its handshake is still to come, in a task of its own: a device that stops half-way
    /// would keep all others waiting.
    pub async fn accept(&self) -> Option<Knocking> {
        Some(Knocking { incoming: self.endpoint.accept().await? })
    }

    /// Closes every connection and stops listening.
    pub async fn close(&self) {
        self.endpoint.close().await;
    }
}

/// Why the endpoint does not listen: it says itself only that it could not.
fn bind_failed(address: SocketAddr, says: String) -> NetError {
    match UdpSocket::bind(address) {
        Err(system) if system.kind() == ErrorKind::AddrInUse => {
            NetError::PortTaken { port: address.port() }
        }
        Err(system) => NetError::Bind { address: address.to_string(), reason: system.to_string() },
        Ok(_) => NetError::Bind { address: address.to_string(), reason: says },
    }
}

/// Why there is no connection. Whoever has no protocol, or no version of QUIC, in common with this
/// side says so before it says who it is.
fn unconnected<A: ToString>(error: &ConnectError, at: &[A]) -> NetError {
    let (ConnectError::Connection { source, .. }
    | ConnectError::Connecting {
        source: ConnectingError::ConnectionError { source, .. }, ..
    }) = error
    else {
        return NetError::no_answer(at);
    };
    let is_alert = |code: TransportErrorCode, alert| code == TransportErrorCode::crypto(alert);
    match source {
        ConnectionError::VersionMismatch => NetError::OtherVersion { address: listed(at) },
        ConnectionError::ConnectionClosed(close)
            if is_alert(close.error_code, NO_APPLICATION_PROTOCOL) =>
        {
            NetError::OtherVersion { address: listed(at) }
        }
        ConnectionError::TransportError(error) if is_alert(error.code, UNKNOWN_CA) => {
            NetError::AnotherDevice { address: listed(at) }
        }
        _ => NetError::no_answer(at),
    }
}

/// A connection that another device has begun to open.
#[derive(Debug)]
pub struct Knocking {
    incoming: Incoming,
}

impl Knocking {
    /// Shakes hands. A failure concerns this connection alone.
    pub async fn handshake(self) -> Result<Arriving, NetError> {
        let closed = |error: &dyn std::error::Error| NetError::Closed(error.to_string());
        let accepting = self.incoming.accept().map_err(|error| closed(&error))?;
        let shaken = tokio::time::timeout(HANDSHAKE_TIMEOUT, accepting).await;
        let late = || NetError::Closed("it stopped half-way through its handshake".to_owned());
        Arriving::new(shaken.map_err(|_| late())?.map_err(|error| closed(&error))?)
    }
}

/// A connection that another device has opened and nobody has taken up yet.
#[derive(Debug)]
pub struct Arriving {
    connection: Connection,
    protocol: Protocol,
}

impl Arriving {
    fn new(connection: Connection) -> Result<Self, NetError> {
        let protocol = Protocol::from_alpn(connection.alpn());
        let protocol = protocol.ok_or(NetError::Closed("it speaks nothing known".to_owned()))?;
        Ok(Self { connection, protocol })
    }

    /// The key that the other device has proved to hold.
    pub fn key(&self) -> [u8; 32] {
        *self.connection.remote_id().as_bytes()
    }

    /// What it wants to speak.
    pub const fn protocol(&self) -> Protocol {
        self.protocol
    }

    /// Takes the connection up.
    pub async fn take(self) -> Result<Link, NetError> {
        Link::take(self.connection, self.protocol).await
    }

    /// Turns the connection away with a reason that the other side can read.
    pub fn refuse(self, reason: &str) {
        self.connection.close(CLOSED.into(), reason.as_bytes());
    }
}
