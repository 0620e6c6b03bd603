//! The unique pupil number and its check letter.
//!
//! Source: the rules for UPNs as the UK Government Data Standards Catalogue printed them: a check
//! letter, the number of the local authority (3), of the school (4), the year (2) and a serial
//! number (3), whose last character is a letter in a temporary UPN. Two vendors' help pages print
//! the sum 267 for 207000016049 and so the letter Q; the sum is 266 and the letter P.

/// The letters of a UPN by their value: A to Z without I, O and S, which read as digits.
const LETTERS: &[u8; 23] = b"ABCDEFGHJKLMNPQRTUVWXYZ";

/// The characters of a UPN.
const LENGTH: usize = 13;

/// Which sort of UPN it is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum UpnKind {
    /// Kept for the pupil's whole time in school.
    Permanent,
    /// Given until the permanent one is known; its last character is a letter.
    Temporary,
}

/// Why a text is not a UPN. The text itself is not repeated: it names a child.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum UpnError {
    /// It does not have 13 characters.
    #[error("a UPN has 13 characters, not {0}")]
    Length(usize),
    /// A character is not what it should be.
    #[error(
        "character {0} cannot stand there in a UPN: a letter, eleven digits, a digit or letter"
    )]
    Character(usize),
    /// The check letter does not fit the rest.
    #[error(
        "the check letter is {found} but the other characters call for {expected}; one is mistyped"
    )]
    CheckLetter {
        /// The letter that stands there.
        found: char,
        /// The letter that the rest calls for.
        expected: char,
    },
}

/// Checks a UPN, in capitals and without blanks.
///
/// # Errors
/// It is not a UPN, or its check letter does not fit.
///
/// ```
/// use sheaf_records::{UpnKind, check_upn};
/// assert_eq!(check_upn("P207000016049"), Ok(UpnKind::Permanent));
/// assert!(check_upn("Q207000016049").is_err());
/// ```
pub fn check_upn(upn: &str) -> Result<UpnKind, UpnError> {
    let length = upn.chars().count();
    if length != LENGTH {
        return Err(UpnError::Length(length));
    }
    let (found, rest) = upn.split_at_checked(1).ok_or(UpnError::Character(1))?;
    let found = found.bytes().next().filter(|byte| LETTERS.contains(byte));
    let found = char::from(found.ok_or(UpnError::Character(1))?);
    let expected = check_letter(rest)?;
    if found != expected {
        return Err(UpnError::CheckLetter { found, expected });
    }
    Ok(if rest.ends_with(|c: char| c.is_ascii_digit()) {
        UpnKind::Permanent
    } else {
        UpnKind::Temporary
    })
}

/// The check letter for the other twelve characters of a UPN: the sum of each character's value
/// times its position (2 to 13), modulo 23.
///
/// # Errors
/// A character is not a digit, nor, in the last place, a letter of the alphabet of UPNs.
pub fn check_letter(rest: &str) -> Result<char, UpnError> {
    let length = rest.chars().count() + 1;
    if length != LENGTH {
        return Err(UpnError::Length(length));
    }
    let mut sum = 0;
    for (position, c) in (2..).zip(rest.chars()) {
        sum += position * value_of(c, position).ok_or(UpnError::Character(position))?;
    }
    let letter = LETTERS.get(sum % LETTERS.len()).copied().ok_or(UpnError::Character(1))?;
    Ok(char::from(letter))
}

fn value_of(c: char, position: usize) -> Option<usize> {
    match c.to_digit(10) {
        Some(digit) => usize::try_from(digit).ok(),
        None if position == LENGTH => LETTERS.iter().position(|letter| char::from(*letter) == c),
        None => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(upn: &str, expected: Result<UpnKind, UpnError>) {
        assert_eq!(check_upn(upn), expected, "{upn}");
    }

    #[test]
    fn the_worked_examples_hold() {
        check("B801200005001", Ok(UpnKind::Permanent));
        check("P207000016049", Ok(UpnKind::Permanent));
        check("G80120000101A", Ok(UpnKind::Temporary));
        check("A123456789012", Ok(UpnKind::Permanent));
    }

    #[test]
    fn the_vendors_printed_example_is_refused() {
        let wrong = UpnError::CheckLetter { found: 'Q', expected: 'P' };
        check("Q207000016049", Err(wrong));
    }

    #[test]
    fn every_wrong_digit_is_noticed() {
        let upn = "B801200005001";
        for position in 1..LENGTH {
            for digit in '0'..='9' {
                let changed: String = upn
                    .char_indices()
                    .map(|(at, c)| if at == position { digit } else { c })
                    .collect();
                assert_eq!(check_upn(&changed).is_ok(), changed == upn, "{changed}");
            }
        }
    }

    #[test]
    fn malformed_texts_are_refused_by_place() {
        check("", Err(UpnError::Length(0)));
        check("B80120000500", Err(UpnError::Length(12)));
        check("B8012000050011", Err(UpnError::Length(14)));
        check("I801200005001", Err(UpnError::Character(1)));
        check("b801200005001", Err(UpnError::Character(1)));
        check("é801200005001", Err(UpnError::Character(1)));
        check("B80120000500O", Err(UpnError::Character(13)));
        check("B8O1200005001", Err(UpnError::Character(3)));
        check("B80120000é001", Err(UpnError::Character(10)));
    }
}
