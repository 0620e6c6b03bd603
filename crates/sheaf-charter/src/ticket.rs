//! The ticket with which a device joins.

use std::fmt;
use std::net::SocketAddr;
use std::str::FromStr;

use zeroize::Zeroizing;

use crate::address::{read_addresses, write_addresses};
use crate::codec::{DecodeError, Reader, Writer};
use crate::error::CharterError;
use crate::ids::{DeviceId, PersonId, SchoolId};

/// What every ticket begins with, before the number of its version.
const NAME: &str = "sheaf";
const PREFIX: &str = "sheaf1";
/// A ticket for a further device of a person whom the school knows.
const DEVICE_PREFIX: &str = "sheaf2";
/// More letters than a ticket with every address has.
const MAX_LETTERS: usize = 2_048;
/// The number in the newest prefix.
const NEWEST: u8 = 2;

/// An invitation: whom to call, and a secret that proves both sides to each other.
///
/// Text: `sheaf1` and, in base32 (RFC 4648, lower case, no padding): school (32), inviting device
/// (32), its endpoint key (32), secret (32), expiry (64-bit, milliseconds since 1970), addresses
/// (16-bit count; each 4 or 6, the IP's bytes, 16-bit port), and the first four bytes of the BLAKE3
/// of all that under `sheaf/1/ticket`. For a further device of a person: `sheaf2`, and the person
/// (16) after the addresses.
#[derive(Clone, PartialEq, Eq)]
pub struct Ticket {
    /// The school.
    pub school: SchoolId,
    /// The device that invites.
    pub inviter: DeviceId,
    /// Its endpoint key.
    pub endpoint: [u8; 32],
    /// Where it was when it invited.
    pub addresses: Vec<SocketAddr>,
    /// What both sides prove to know.
    pub secret: Zeroizing<[u8; 32]>,
    /// When it ends, in milliseconds since 1970.
    pub expires_ms: i64,
    /// Whose further device joins with it; none for a new person.
    pub person: Option<PersonId>,
}

impl Ticket {
    /// The text to hand over. Whoever sees it can join: it is not `Display`, so that it gets into
    /// no log by accident.
    pub fn to_text(&self) -> Zeroizing<String> {
        let mut out = Writer::new();
        out.raw(self.school.as_bytes()).raw(self.inviter.as_bytes()).raw(&self.endpoint);
        out.raw(self.secret.as_ref()).i64(self.expires_ms);
        write_addresses(&mut out, &self.addresses);
        if let Some(person) = self.person {
            out.raw(person.as_bytes());
        }
        let sum = check(out.as_bytes());
        out.raw(&sum);
        let bytes = Zeroizing::new(out.finish());
        let letters = Zeroizing::new(data_encoding::BASE32_NOPAD.encode(&bytes));
        let prefix = if self.person.is_some() { DEVICE_PREFIX } else { PREFIX };
        Zeroizing::new(format!("{prefix}{}", letters.to_ascii_lowercase()))
    }

    /// Refuses a ticket that has ended.
    pub fn check_time(&self, now_ms: i64) -> Result<(), CharterError> {
        if now_ms < self.expires_ms { Ok(()) } else { Err(CharterError::TicketExpired) }
    }

    fn read(bytes: &[u8], is_of_person: bool) -> Result<Self, DecodeError> {
        let mut reader = Reader::new(bytes);
        let mut ticket = Self {
            school: SchoolId::from_bytes(reader.array("school")?),
            inviter: DeviceId::from_bytes(reader.array("inviter")?),
            endpoint: reader.array("endpoint")?,
            secret: Zeroizing::new(reader.array("secret")?),
            expires_ms: reader.i64("expiry")?,
            addresses: read_addresses(&mut reader)?,
            person: None,
        };
        if is_of_person {
            ticket.person = Some(PersonId::from_bytes(reader.array("person")?));
        }
        reader.end()?;
        Ok(ticket)
    }
}

impl FromStr for Ticket {
    type Err = CharterError;

    /// Reads the text; forgives case and white space, which mail programs add.
    fn from_str(text: &str) -> Result<Self, CharterError> {
        let letters: Zeroizing<String> =
            Zeroizing::new(text.chars().filter(|c| !c.is_whitespace()).take(MAX_LETTERS).collect());
        let letters = Zeroizing::new(letters.to_ascii_lowercase());
        let (rest, is_of_person) = match letters.strip_prefix(PREFIX) {
            Some(rest) => (rest, false),
            None => {
                let rest = letters.strip_prefix(DEVICE_PREFIX);
                (rest.ok_or_else(|| not_of_this_form(&letters))?, true)
            }
        };
        let damaged = CharterError::DamagedTicket;
        let bytes = data_encoding::BASE32_NOPAD
            .decode(rest.to_ascii_uppercase().as_bytes())
            .map(Zeroizing::new)
            .map_err(|_| damaged.clone())?;
        let (body, sum) = bytes.split_last_chunk::<4>().ok_or(damaged.clone())?;
        if *sum != check(body) {
            return Err(damaged);
        }
        Self::read(body, is_of_person).map_err(|_| damaged)
    }
}

/// A ticket of another version names it in place of the 1; anything else is no ticket.
fn not_of_this_form(letters: &str) -> CharterError {
    let version = letters.strip_prefix(NAME).and_then(|rest| rest.chars().next()?.to_digit(10));
    match version.and_then(|version| u8::try_from(version).ok()) {
        Some(found) => {
            let newer = DecodeError::UnknownVersion { found, known: NEWEST };
            CharterError::malformed("the ticket")(newer)
        }
        None => CharterError::NotATicket,
    }
}

fn check(body: &[u8]) -> [u8; 4] {
    let [a, b, c, d, ..] = blake3::derive_key("sheaf/1/ticket", body);
    [a, b, c, d]
}

impl fmt::Debug for Ticket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Ticket")
            .field("school", &self.school)
            .field("inviter", &self.inviter)
            .field("expires_ms", &self.expires_ms)
            .field("person", &self.person)
            .finish_non_exhaustive()
    }
}
