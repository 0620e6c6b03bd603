//! What the examples of a metric gave, and other notes of one line.

use eframe::egui::Ui;

use crate::theme::{Tone, text, tokens_of};
use crate::widgets::{Icon, bits};

/// Something that is wrong with a file.
#[derive(Clone, Copy, Debug)]
pub struct Problem<'a> {
    /// The file.
    pub file: &'a str,
    /// The line, from 1; 0 for the file as a whole.
    pub line: usize,
    /// The column, from 1.
    pub column: usize,
    /// What is wrong and what to do.
    pub message: &'a str,
}

/// Which examples give what they say, each that does not with the reason, and what else is wrong.
pub fn examples(ui: &mut Ui, passed: &[String], failed: &[(&str, &str)], problems: &[Problem<'_>]) {
    let tokens = tokens_of(ui);
    let (tone, icon) = match failed.is_empty() && problems.is_empty() {
        true => (tokens.good, Icon::Check),
        false => (tokens.act, Icon::Warning),
    };
    line(ui, tone, icon, &summary(passed, failed.len()));
    for (file, why) in failed {
        line(ui, tokens.act, Icon::Warning, &format!("{file}: {why}"));
    }
    for one in problems {
        let place = match one.line {
            0 => one.file.to_owned(),
            line => format!("{}, line {line}, column {}", one.file, one.column),
        };
        line(ui, tokens.act, Icon::Warning, &format!("{place}: {}", one.message));
    }
}

fn summary(passed: &[String], failed: usize) -> String {
    let names = called(passed);
    match (passed.len(), failed) {
        (0, 0) => "None of its examples ran".to_owned(),
        (1, 0) => format!("Its example gives what it says: {names}"),
        (2, 0) => format!("Both examples give what they say: {names}"),
        (count, 0) => format!("All {count} examples give what they say: {names}"),
        (0, 1) => "Its example does not give what it says".to_owned(),
        (0, count) => format!("None of its {count} examples gives what it says"),
        (good, bad) => {
            format!("{bad} of {} examples do not give what they say; these do: {names}", good + bad)
        }
    }
}

/// Examples by the names of their files, as a person says them.
fn called(files: &[String]) -> String {
    let name = |file: &String| {
        let name = file.rsplit('/').next().unwrap_or_default();
        name.trim_end_matches(".json").replace(['-', '_'], " ")
    };
    files.iter().map(name).collect::<Vec<_>>().join(", ")
}

/// One note.
pub fn line(ui: &mut Ui, tone: Tone, icon: Icon, words: &str) {
    bits::wash(tone).show(ui, |ui| {
        ui.set_width(ui.available_width());
        ui.horizontal_top(|ui| {
            icon.show(ui, 15.0, tone.ink);
            ui.vertical(|ui| ui.label(text::body(ui, words).color(tone.ink)));
        });
    });
    ui.add_space(4.0);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn examples_are_named_as_a_person_says_them() {
        let files: Vec<String> =
            ["examples/one-pupil.json", "examples/none.json"].map(str::to_owned).to_vec();
        assert_eq!(summary(&files, 0), "Both examples give what they say: one pupil, none");
        let some = "1 of 3 examples do not give what they say; these do: one pupil, none";
        assert_eq!(summary(&files, 1), some);
        assert_eq!(summary(&[], 1), "Its example does not give what it says");
        assert_eq!(summary(&[], 0), "None of its examples ran");
    }
}
