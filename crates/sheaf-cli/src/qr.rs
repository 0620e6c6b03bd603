//! A ticket as a QR code on a terminal.

use qrcodegen::{QrCode, QrCodeEcc};

/// White around the code, in modules: less than on paper, since a screen shines.
const QUIET: i32 = 2;
/// Black on white whatever the terminal's colours are: cameras expect it.
const BLACK_ON_WHITE: &str = "\x1b[38;5;16;48;5;231m";
const AS_BEFORE: &str = "\x1b[0m";

/// The code of a text in half-block characters, two rows of modules a line; none if it is too long.
///
/// In capitals, which tickets allow: letters and digits alone take a third less room.
pub fn picture(text: &str) -> Option<String> {
    let code = QrCode::encode_text(&text.to_ascii_uppercase(), QrCodeEcc::Low).ok()?;
    let (first, last) = (-QUIET, code.size() + QUIET);
    let mut lines = String::new();
    let mut row = first;
    while row < last {
        lines.push_str(BLACK_ON_WHITE);
        for column in first..last {
            lines.push(match (code.get_module(column, row), code.get_module(column, row + 1)) {
                (true, true) => '█',
                (true, false) => '▀',
                (false, true) => '▄',
                (false, false) => ' ',
            });
        }
        lines.push_str(AS_BEFORE);
        lines.push('\n');
        row += 2;
    }
    Some(lines)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Whether a module is dark, read back from the characters.
    fn is_dark(picture: &str, column: usize, row: usize) -> bool {
        let line = picture.lines().nth(row / 2).unwrap();
        let line = line.strip_prefix(BLACK_ON_WHITE).unwrap().strip_suffix(AS_BEFORE).unwrap();
        match line.chars().nth(column).unwrap() {
            '█' => true,
            '▀' => row.is_multiple_of(2),
            '▄' => !row.is_multiple_of(2),
            _ => false,
        }
    }

    #[test]
    fn the_characters_say_every_module() {
        let ticket = format!("sheaf1{}", "mz2gk53q".repeat(42));
        let picture = picture(&ticket).unwrap();
        let code = QrCode::encode_text(&ticket.to_ascii_uppercase(), QrCodeEcc::Low).unwrap();
        let quiet = usize::try_from(QUIET).unwrap();
        for row in 0..code.size() {
            for column in 0..code.size() {
                let (at, down) = (usize::try_from(column).unwrap(), usize::try_from(row).unwrap());
                let shown = is_dark(&picture, at + quiet, down + quiet);
                assert_eq!(shown, code.get_module(column, row), "{column} {row}");
            }
        }
        assert!(picture.lines().count() <= 42, "more lines than a terminal has");
        assert_eq!(super::picture(&"x".repeat(9_000)), None);
    }
}
