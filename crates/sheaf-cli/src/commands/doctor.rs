//! What works from here, what blocks the rest, and what to do.

use std::time::Duration;

use anyhow::Result;
use sheaf_school::{CheckShape, Examination, Network};

use crate::args::DoctorArgs;
use crate::output;
use crate::qr;
use crate::session::{Session, listen};

/// So long colleagues' devices are listened for where no window and no `serve` does. Those that can
/// be heard are, and are called, well within it.
const LISTENS: Duration = Duration::from_millis(3_500);
/// Columns of a terminal that everybody has.
const COLUMNS: usize = 88;

/// `sheaf doctor`.
pub fn doctor(session: &Session, args: &DoctorArgs) -> Result<()> {
    let school = session.open_any()?;
    let examined = Session::runtime()?.block_on(async {
        match Network::try_start(&school, listen(args.loopback, None)).await? {
            Some(network) => {
                output::progress("Listening for colleagues' devices…");
                tokio::time::sleep(LISTENS).await;
                output::progress_done();
                network.examine_and_stop().await
            }
            // The window or `serve` beside this one has noticed more than a moment shows.
            None => school.examine_network().await,
        }
    })?;
    session.out.report(&examined, &["name", "ok", "says", "do"], rows, text)?;
    let address = examined.addresses.first().filter(|_| !session.out.is_json());
    if let Some(address) = address {
        if let Some(picture) = qr::picture(address).filter(|_| output::is_terminal()) {
            output::print(&picture)?;
        }
        output::note(&format!("A colleague who types an address types {address}"));
    }
    Ok(())
}

fn rows(examined: &Examination) -> Vec<Vec<String>> {
    let row = |check: &CheckShape| {
        let CheckShape { name, ok, says, advice, .. } = check.clone();
        vec![name, ok.to_string(), says, advice]
    };
    examined.checks.iter().map(row).collect()
}

fn text(examined: &Examination) -> String {
    let mut text = String::new();
    for check in &examined.checks {
        let mark = if check.ok { '✓' } else { '!' };
        text.push_str(&format!("{mark} {}\n", check.name));
        text.push_str(&wrapped(&check.says, "    ", "    "));
        if !check.advice.is_empty() {
            text.push_str(&wrapped(&check.advice, "  → ", "    "));
        }
    }
    text
}

/// Words in lines that fit, the first behind one margin and the others behind another.
fn wrapped(words: &str, first: &str, others: &str) -> String {
    let (mut text, mut line) = (String::new(), first.to_owned());
    let mut is_begun = false;
    for word in words.split_whitespace() {
        if is_begun && line.chars().count() + word.chars().count() >= COLUMNS {
            text.push_str(line.trim_end());
            text.push('\n');
            others.clone_into(&mut line);
        }
        line.push_str(word);
        line.push(' ');
        is_begun = true;
    }
    text.push_str(line.trim_end());
    text.push('\n');
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_wrong_is_marked_and_comes_with_what_to_do() {
        let check = |ok, says: &str, advice: &str| CheckShape {
            name: "Finding each other".to_owned(),
            ok,
            says: says.to_owned(),
            advice: advice.to_owned(),
            is_colleague: false,
        };
        let long = "word ".repeat(30);
        let checks = vec![check(true, "It is well", ""), check(false, &long, "Do this")];
        let text = text(&Examination { checks, addresses: Vec::new() });
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines[..2], ["✓ Finding each other", "    It is well"]);
        assert_eq!(lines[2], "! Finding each other");
        assert_eq!(lines.last(), Some(&"  → Do this"));
        assert!(lines.iter().all(|line| line.chars().count() <= COLUMNS), "{text}");
        assert_eq!(text.matches("word").count(), 30);
    }
}
