//! Where a device is, as a person types it.

use std::net::{IpAddr, SocketAddr, ToSocketAddrs};
use std::str::FromStr;
use std::thread;

use sheaf_net::PORT;
use tokio::sync::oneshot;

use crate::error::{Result, SchoolError};

/// An address or the name of a machine, with a port.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HostPort {
    /// An address.
    At(SocketAddr),
    /// A name of which this machine may know the address.
    Named {
        /// The name.
        host: String,
        /// The UDP port.
        port: u16,
    },
}

impl FromStr for HostPort {
    type Err = SchoolError;

    fn from_str(text: &str) -> Result<Self> {
        let text = text.trim();
        if let Ok(address) = text.parse() {
            return Ok(Self::At(address));
        }
        let refused = |what: &str| {
            let words = format!("`{text}` {what}: write HOST:PORT, such as 10.4.7.22:{PORT}");
            SchoolError::Refused(words)
        };
        let parts = text.rsplit_once(':').filter(|_| text.parse::<IpAddr>().is_err());
        let (host, port) = parts.ok_or_else(|| refused("has no port"))?;
        let is_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | '_');
        if host.is_empty() || !host.chars().all(is_part) {
            return Err(refused("is not an address"));
        }
        let port: u16 = port.parse().map_err(|_| refused("has no port up to 65535"))?;
        Ok(Self::Named { host: host.to_owned(), port })
    }
}

impl HostPort {
    /// The addresses to dial. A name is looked up in a thread of its own, for which nobody waits
    /// who has given up before a name server has answered.
    ///
    /// # Errors
    /// The name has no address that can be dialled.
    pub async fn resolve(&self) -> Result<Vec<SocketAddr>> {
        let (host, port) = match self {
            Self::At(address) => return Ok(vec![*address]),
            Self::Named { host, port } => (host.clone(), *port),
        };
        let unknown = SchoolError::Refused(format!(
            "no address is known of `{host}` (IPv4): check the name, or give the address itself, \
             such as 10.4.7.22:{port}"
        ));
        let (tell, told) = oneshot::channel();
        let look_up = move || {
            let found = (host.as_str(), port).to_socket_addrs();
            // Whoever asked may have given up.
            tell.send(found.map(Iterator::collect::<Vec<SocketAddr>>).unwrap_or_default()).ok();
        };
        let begun = thread::Builder::new().name("sheaf-name".to_owned()).spawn(look_up);
        let found = if begun.is_ok() { told.await.unwrap_or_default() } else { Vec::new() };
        let found: Vec<SocketAddr> = found.into_iter().filter(SocketAddr::is_ipv4).collect();
        if found.is_empty() { Err(unknown) } else { Ok(found) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn refused(text: &str, expected: &str) {
        assert_eq!(text.parse::<HostPort>().unwrap_err().to_string(), expected);
    }

    #[test]
    fn an_address_or_a_name_comes_with_a_port() {
        let at = SocketAddr::from(([10, 4, 7, 22], PORT));
        assert_eq!(" 10.4.7.22:47820 ".parse::<HostPort>().unwrap(), HostPort::At(at));
        let named = HostPort::Named { host: "office-pc.school".to_owned(), port: 47_400 };
        assert_eq!("office-pc.school:47400".parse::<HostPort>().unwrap(), named);
        let write = "write HOST:PORT, such as 10.4.7.22:47820";
        for none in ["1.2.3.4", "office-pc", "::1"] {
            refused(none, &format!("`{none}` has no port: {write}"));
        }
        refused("1.2.3.4:99999", &format!("`1.2.3.4:99999` has no port up to 65535: {write}"));
        refused("the office:1", &format!("`the office:1` is not an address: {write}"));
        refused(":1", &format!("`:1` is not an address: {write}"));
    }

    #[tokio::test]
    async fn a_name_is_looked_up_and_one_without_an_address_is_told() {
        let of = |text: &str| text.parse::<HostPort>().unwrap();
        let found = of("localhost:47400").resolve().await.unwrap();
        assert!(found.contains(&SocketAddr::from(([127, 0, 0, 1], 47_400))), "{found:?}");
        let refused = of("office..school:1").resolve().await.unwrap_err().to_string();
        assert!(refused.starts_with("no address is known of `office..school`"), "{refused}");
    }
}
