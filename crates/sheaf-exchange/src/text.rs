//! From bytes to text: what is no CSV is told by its name, what is one by its encoding.

use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};

use crate::error::ExchangeError;
use crate::limits::MAX_FILE_BYTES;

/// How many bytes are looked at to tell what a file is.
const LOOKED_AT: usize = 4096;

/// A file as text.
pub(crate) struct Decoded {
    /// The text, without a byte order mark.
    pub text: String,
    /// The encoding by its usual name.
    pub encoding: &'static str,
}

/// The text of a file: UTF-8 or UTF-16 by mark or by looks, else Windows-1252.
///
/// # Errors
/// The file is too long, empty, damaged, or something other than text.
pub(crate) fn decode(bytes: &[u8]) -> Result<Decoded, ExchangeError> {
    if bytes.len() > MAX_FILE_BYTES {
        return Err(ExchangeError::TooLarge { bytes: bytes.len(), max: MAX_FILE_BYTES });
    }
    if let Some(error) = other_file(bytes) {
        return Err(error);
    }
    let (encoding, mark) = encoding_of(bytes);
    let (text, malformed) =
        encoding.decode_without_bom_handling(bytes.get(mark..).unwrap_or_default());
    if malformed {
        return Err(ExchangeError::Damaged { encoding: name_of(encoding) });
    }
    if text.trim().is_empty() {
        return Err(ExchangeError::Empty);
    }
    if text.contains('\0') || mostly_control(&text) {
        return Err(BINARY);
    }
    Ok(Decoded { text: text.into_owned(), encoding: name_of(encoding) })
}

const BINARY: ExchangeError = ExchangeError::NotCsv {
    what: "a file of bytes that are no text",
    advice: "choose the file that the export has made",
};

/// First bytes, what has them, and what to do.
const SIGNATURES: &[(&[u8], &str, &str)] = &[
    (
        b"\xd0\xcf\x11\xe0",
        "an old Excel workbook (.xls)",
        "open it in Excel and save it as CSV UTF-8",
    ),
    (b"%PDF", "a PDF", "export the list as CSV instead"),
    (b"\x89PNG", "a picture", "choose the file that the export has made"),
    (b"\xff\xd8\xff", "a picture", "choose the file that the export has made"),
    (b"GIF8", "a picture", "choose the file that the export has made"),
    (b"\x1f\x8b", "a compressed file", "unpack it first"),
    (b"7z\xbc\xaf", "a compressed file", "unpack it first"),
    (b"Rar!", "a compressed file", "unpack it first"),
    (b"{\\rtf", "a document", "export the list as CSV instead"),
    (b"SQLite format 3", "a database", "export the list as CSV instead"),
];

fn other_file(bytes: &[u8]) -> Option<ExchangeError> {
    let not_csv = |what, advice| Some(ExchangeError::NotCsv { what, advice });
    let head = bytes.get(..LOOKED_AT.min(bytes.len())).unwrap_or_default();
    if head.starts_with(b"PK\x03\x04") {
        return match contains(bytes, b"xl/") {
            true => {
                not_csv("an Excel workbook (.xlsx)", "open it in Excel and save it as CSV UTF-8")
            }
            false => not_csv("a compressed file", "unpack it first"),
        };
    }
    if let Some((_, what, advice)) =
        SIGNATURES.iter().find(|(signature, ..)| head.starts_with(signature))
    {
        return not_csv(what, advice);
    }
    let start: String = String::from_utf8_lossy(head).trim_start_matches('\u{feff}').to_lowercase();
    let start = start.trim_start();
    if start.contains("<ctfile") {
        return not_csv("a Common Transfer File", "export the list as CSV instead");
    }
    if start.starts_with("<!doctype html") || start.starts_with("<html") {
        return not_csv("a web page", "the export may have asked you to sign in; export it again");
    }
    if start.starts_with("<?xml") {
        return not_csv("an XML file", "export the list as CSV instead");
    }
    None
}

fn contains(bytes: &[u8], wanted: &[u8]) -> bool {
    bytes.windows(wanted.len()).any(|window| window == wanted)
}

/// The encoding and the length of its mark.
fn encoding_of(bytes: &[u8]) -> (&'static Encoding, usize) {
    if let Some(marked) = Encoding::for_bom(bytes) {
        return marked;
    }
    let head = bytes.get(..LOOKED_AT.min(bytes.len())).unwrap_or_default();
    let zeros = |from: usize| head.iter().skip(from).step_by(2).filter(|byte| **byte == 0).count();
    // Latin text in UTF-16 has a zero beside nearly every letter.
    let most = head.len() / 2 * 3 / 4;
    if head.len() >= 4 && zeros(1) > most && zeros(0) == 0 {
        return (UTF_16LE, 0);
    }
    if head.len() >= 4 && zeros(0) > most && zeros(1) == 0 {
        return (UTF_16BE, 0);
    }
    if std::str::from_utf8(bytes).is_ok() { (UTF_8, 0) } else { (WINDOWS_1252, 0) }
}

fn name_of(encoding: &'static Encoding) -> &'static str {
    match encoding.name() {
        "windows-1252" => "Windows-1252",
        name => name,
    }
}

/// Whether more than one in fifty of the first characters cannot be shown.
fn mostly_control(text: &str) -> bool {
    let odd = |c: &char| c.is_control() && !matches!(c, '\n' | '\r' | '\t');
    let looked = text.chars().take(LOOKED_AT);
    let (all, odd) = looked.fold((0, 0), |(all, count), c| (all + 1, count + usize::from(odd(&c))));
    odd * 50 > all
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    use super::*;

    #[track_caller]
    fn check(bytes: &[u8], expected: Expect) {
        let told = match decode(bytes) {
            Ok(decoded) => format!("{}: {}", decoded.encoding, decoded.text),
            Err(error) => error.to_string(),
        };
        expected.assert_eq(&told);
    }

    fn utf16(text: &str, order: fn(u16) -> [u8; 2]) -> Vec<u8> {
        text.encode_utf16().flat_map(order).collect()
    }

    #[test]
    fn every_encoding_that_schools_send_is_read() {
        check("Zoë".as_bytes(), expect!["UTF-8: Zoë"]);
        check("\u{feff}Zoë".as_bytes(), expect!["UTF-8: Zoë"]);
        check(b"Zo\xeb, O\x92Neill", expect!["Windows-1252: Zoë, O’Neill"]);
        check(&utf16("\u{feff}Zoë", u16::to_le_bytes), expect!["UTF-16LE: Zoë"]);
        check(&utf16("\u{feff}Zoë", u16::to_be_bytes), expect!["UTF-16BE: Zoë"]);
        check(&utf16("Forename", u16::to_le_bytes), expect!["UTF-16LE: Forename"]);
        check(&utf16("Forename", u16::to_be_bytes), expect!["UTF-16BE: Forename"]);
    }

    #[test]
    fn what_is_no_csv_is_told_by_its_name() {
        check(b"", expect!["the file is empty; export it again"]);
        check(b"\xef\xbb\xbf\r\n ", expect!["the file is empty; export it again"]);
        check(
            b"PK\x03\x04....xl/workbook.xml",
            expect![
                "this is an Excel workbook (.xlsx), not a CSV file: open it in Excel and save it as CSV UTF-8"
            ],
        );
        check(
            b"PK\x03\x04....pupils.csv",
            expect!["this is a compressed file, not a CSV file: unpack it first"],
        );
        check(
            b"\xd0\xcf\x11\xe0\xa1\xb1",
            expect![
                "this is an old Excel workbook (.xls), not a CSV file: open it in Excel and save it as CSV UTF-8"
            ],
        );
        check(
            b"%PDF-1.7",
            expect!["this is a PDF, not a CSV file: export the list as CSV instead"],
        );
        check(
            b"\n<!DOCTYPE html><html>",
            expect![
                "this is a web page, not a CSV file: the export may have asked you to sign in; export it again"
            ],
        );
        check(
            b"<?xml version=\"1.0\"?><CTfile>",
            expect![
                "this is a Common Transfer File, not a CSV file: export the list as CSV instead"
            ],
        );
        check(
            b"Forename\0\x01\x02",
            expect![
                "this is a file of bytes that are no text, not a CSV file: choose the file that the export has made"
            ],
        );
        check(
            b"\xef\xbb\xbfZo\xeb",
            expect!["the file says that it is UTF-8, but parts of it are not; export it again"],
        );
    }

    #[test]
    fn a_file_that_is_too_long_is_not_read() {
        let error = decode(&vec![b'a'; MAX_FILE_BYTES + 1]).map(|decoded| decoded.encoding);
        let bytes = MAX_FILE_BYTES + 1;
        assert_eq!(error.unwrap_err(), ExchangeError::TooLarge { bytes, max: MAX_FILE_BYTES });
    }
}
