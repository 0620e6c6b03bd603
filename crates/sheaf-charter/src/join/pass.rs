//! What somebody has been given to join with.

use std::str::FromStr;

use crate::error::CharterError;
use crate::join::code::SpokenCode;
use crate::ticket::Ticket;

/// How every ticket begins; no code does.
const OF_A_TICKET: &str = "sheaf";

/// A ticket, or the words of a spoken code.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum JoinPass {
    /// A ticket.
    Ticket(Box<Ticket>),
    /// A spoken code.
    Code(SpokenCode),
}

impl FromStr for JoinPass {
    type Err = CharterError;

    /// Reads either, as forgivingly as it is read by itself.
    fn from_str(text: &str) -> Result<Self, CharterError> {
        let start: String = text.chars().filter(|c| !c.is_whitespace()).take(5).collect();
        if start.eq_ignore_ascii_case(OF_A_TICKET) {
            return Ok(Self::Ticket(Box::new(text.parse()?)));
        }
        text.parse().map(Self::Code)
    }
}

impl From<Ticket> for JoinPass {
    fn from(ticket: Ticket) -> Self {
        Self::Ticket(Box::new(ticket))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ticket_is_told_from_a_code() {
        let code = "tulip canister giraffe yogurt";
        assert_eq!(code.parse(), Ok(JoinPass::Code(code.parse().unwrap())));
        let read = |text: &str| text.parse::<JoinPass>().unwrap_err();
        assert_eq!(read("SHEAF 1 abc"), CharterError::DamagedTicket);
        assert_eq!(read("sheaf"), CharterError::NotATicket);
        assert_eq!(read("sheaf words are four"), CharterError::NotATicket);
        assert_eq!(read("hello"), CharterError::NotACode { found: 1 });
        assert_eq!(read(""), CharterError::NotACode { found: 0 });
    }
}
