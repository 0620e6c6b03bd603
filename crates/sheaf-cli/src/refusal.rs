//! What is refused, as the one line that people and scripts read.

use clap::error::ErrorKind;

/// A refused or failed command: what went wrong and, where that says more, what lay beneath it.
pub fn of_error(error: &anyhow::Error) -> String {
    let mut line = String::new();
    for cause in error.chain() {
        let words = one_line(&cause.to_string());
        if line.contains(&words) {
            continue;
        }
        if !line.is_empty() {
            line.push_str(": ");
        }
        line.push_str(&words);
    }
    format!("sheaf: {line}")
}

/// Wrong usage; none where help or the version was asked for, which is no mistake.
pub fn of_usage(error: &clap::Error) -> Option<String> {
    let asked_for = matches!(
        error.kind(),
        ErrorKind::DisplayHelp
            | ErrorKind::DisplayVersion
            | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand
    );
    if asked_for {
        return None;
    }
    let text = error.render().to_string();
    let is_advice = |line: &&str| line.starts_with("Usage:") || line.starts_with("For more");
    let told: Vec<&str> = text.lines().take_while(|line| !is_advice(line)).collect();
    let line = one_line(&told.join(" ").replace("  tip: ", "; "));
    let line = line.strip_prefix("error: ").unwrap_or(&line).replace(" ; ", "; ");
    Some(format!("sheaf: {line}; `sheaf help` says more"))
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use anyhow::Context;
    use clap::Parser;
    use expect_test::{Expect, expect};

    use super::*;
    use crate::args::Args;

    #[track_caller]
    fn usage(args: &[&str], expected: Expect) {
        let error = Args::try_parse_from(["sheaf"].iter().chain(args)).unwrap_err();
        expected.assert_eq(&of_usage(&error).unwrap_or_default());
    }

    #[test]
    fn wrong_usage_is_one_line_with_the_nearest_word() {
        usage(
            &["stauts"],
            expect![
                "sheaf: unrecognized subcommand 'stauts'; a similar subcommand exists: 'status'; `sheaf help` says more"
            ],
        );
        usage(
            &["verify", "--rebild"],
            expect![
                "sheaf: unexpected argument '--rebild' found; a similar argument exists: '--rebuild'; `sheaf help` says more"
            ],
        );
        usage(
            &["init"],
            expect![
                "sheaf: the following required arguments were not provided: --school <SCHOOL> --person <PERSON>; `sheaf help` says more"
            ],
        );
        usage(
            &["serve", "--with", "1.2.3.4"],
            expect![
                "sheaf: invalid value '1.2.3.4' for '--with <HOST:PORT>': `1.2.3.4` has no port: write HOST:PORT, such as 10.4.7.22:47820; `sheaf help` says more"
            ],
        );
        usage(
            &["--as-of", "2026-02-30", "status"],
            expect![
                "sheaf: invalid value '2026-02-30' for '--as-of <DATE>': `2026-02-30` is not a date: write YYYY-MM-DD; `sheaf help` says more"
            ],
        );
    }

    #[test]
    fn help_is_no_mistake() {
        usage(&["help"], expect![""]);
        usage(&["record"], expect![""]);
        usage(&["--version"], expect![""]);
    }

    #[test]
    fn a_cause_that_was_told_is_not_told_again() {
        let told = anyhow::anyhow!("disk full").context("writing a.svg: disk full");
        assert_eq!(of_error(&told), "sheaf: writing a.svg: disk full");
        let plain: Result<(), _> = Err(anyhow::anyhow!("disk\nfull")).context("writing a.svg");
        assert_eq!(of_error(&plain.unwrap_err()), "sheaf: writing a.svg: disk full");
    }
}
