//! Where a device was last reached, said and signed by itself.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use crate::codec::{DecodeError, Reader, Writer};
use crate::error::CharterError;
use crate::identity::Identity;
use crate::ids::{DeviceId, SchoolId};
use crate::sign::{Purpose, verifies};

/// At most this many addresses of one device: more interfaces than any laptop has.
pub const MAX_ADDRESSES: usize = 32;

/// At most this many records in one message: of so many the longest fit into 64 KiB.
pub const MAX_ADDRESS_RECORDS: usize = 64;

/// The version of a message of records that this build speaks.
const RECORDS_VERSION: u8 = 1;

/// A message of records, as devices pass them on: version (1), a 16-bit count, each record.
pub fn records_to_bytes(records: &[AddressRecord]) -> Vec<u8> {
    let mut out = Writer::new();
    out.u8(RECORDS_VERSION).list(records, |out, record| record.write(out));
    out.finish()
}

/// Reads what [`records_to_bytes`] wrote. Does not verify.
pub fn records_from(bytes: &[u8]) -> Result<Vec<AddressRecord>, DecodeError> {
    let mut reader = Reader::new(bytes);
    let found = reader.u8("version of address records")?;
    if found != RECORDS_VERSION {
        return Err(DecodeError::UnknownVersion { found, known: RECORDS_VERSION });
    }
    let records = reader.list(MAX_ADDRESS_RECORDS, "address records", AddressRecord::read)?;
    reader.end()?;
    Ok(records)
}

/// The addresses of a device. Of two records the one with the later time holds.
///
/// Encoding: device (32), time (64-bit, milliseconds since 1970), a 16-bit count, each address (4
/// or 6, the IP's bytes, 16-bit port), signature (64). The signature covers `sheaf/1/addr`, a zero
/// byte, the school (32) and everything before the signature.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct AddressRecord {
    /// The device.
    pub device: DeviceId,
    /// Its addresses, in the order of its preference.
    pub addresses: Vec<SocketAddr>,
    /// When its clock says it had them.
    pub seen_ms: i64,
    /// Its signature.
    pub signature: [u8; 64],
}

impl AddressRecord {
    /// Says where this device is.
    pub fn sign(
        identity: &Identity,
        school: SchoolId,
        addresses: &[SocketAddr],
        seen_ms: i64,
    ) -> Result<Self, CharterError> {
        let found = addresses.len();
        if found > MAX_ADDRESSES {
            let limit = MAX_ADDRESSES;
            return Err(CharterError::TooMuch { what: "addresses of a device", limit, found });
        }
        let device = identity.device();
        let signed = signed_bytes(school, &claim(device, seen_ms, addresses));
        let signature = identity.sign(Purpose::Address, &signed);
        Ok(Self { device, addresses: addresses.to_vec(), seen_ms, signature })
    }

    /// Whether the device that it names signed it for that school.
    pub fn verify(&self, school: SchoolId) -> Result<(), CharterError> {
        let signed = signed_bytes(school, &claim(self.device, self.seen_ms, &self.addresses));
        if verifies(self.device.as_bytes(), Purpose::Address, &signed, &self.signature) {
            Ok(())
        } else {
            Err(CharterError::BadSignature("address record"))
        }
    }

    /// Writes the canonical encoding.
    pub fn write(&self, out: &mut Writer) {
        out.raw(&claim(self.device, self.seen_ms, &self.addresses)).raw(&self.signature);
    }

    /// Reads what [`AddressRecord::write`] wrote. Does not verify.
    pub fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            device: DeviceId::from_bytes(reader.array("device")?),
            seen_ms: reader.i64("time")?,
            addresses: read_addresses(reader)?,
            signature: reader.array("signature")?,
        })
    }
}

fn claim(device: DeviceId, seen_ms: i64, addresses: &[SocketAddr]) -> Vec<u8> {
    let mut out = Writer::new();
    out.raw(device.as_bytes()).i64(seen_ms);
    write_addresses(&mut out, addresses);
    out.finish()
}

fn signed_bytes(school: SchoolId, claim: &[u8]) -> Vec<u8> {
    [school.as_bytes().as_slice(), claim].concat()
}

/// A 16-bit count and the addresses. Flow and scope of IPv6 mean nothing to others and are left
/// out.
pub(crate) fn write_addresses(out: &mut Writer, addresses: &[SocketAddr]) {
    out.list(addresses, |out, address| {
        match address.ip() {
            IpAddr::V4(ip) => out.u8(4).raw(&ip.octets()),
            IpAddr::V6(ip) => out.u8(6).raw(&ip.octets()),
        };
        out.u16(address.port());
    });
}

pub(crate) fn read_addresses(reader: &mut Reader<'_>) -> Result<Vec<SocketAddr>, DecodeError> {
    reader.list(MAX_ADDRESSES, "addresses", |reader| {
        let ip = match reader.u8("address")? {
            4 => IpAddr::V4(Ipv4Addr::from(reader.array::<4>("address")?)),
            6 => IpAddr::V6(Ipv6Addr::from(reader.array::<16>("address")?)),
            _ => return Err(DecodeError::NotCanonical("address")),
        };
        Ok(SocketAddr::new(ip, reader.u16("port")?))
    })
}
