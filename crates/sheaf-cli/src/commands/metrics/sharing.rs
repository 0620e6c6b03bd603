//! Sharing, reviewing and deciding: what the commands print.

use anyhow::Result;
use sheaf_school::{
    CancelSwitch, FileChange, MetricDone, MetricReview, MetricShape, MetricVerdict, ReviewSide,
    ReviewTable, School, SchoolError, TablePair,
};

use crate::args::MetricId;
use crate::session::Session;

/// Does something with a metric and prints what it means.
pub fn done(
    session: &Session,
    verb: &str,
    act: impl FnOnce(&School) -> Result<MetricDone, SchoolError>,
) -> Result<()> {
    let done = act(&session.open()?)?;
    session.out.value(&done, |done| {
        let mut text = format!("{verb} {} {}: {}\n", done.metric, done.version, done.effect);
        if let Some(signature) = &done.signature {
            text.push_str(&format!("It is {}\n", signature.says));
        }
        if let Some(path) = &done.path {
            text.push_str(&format!("{path}\n"));
        }
        text
    })
}

/// `sheaf metric approve` and `refuse`.
pub fn decide(session: &Session, metric: &MetricId, verdict: &MetricVerdict) -> Result<()> {
    let verb = match verdict {
        MetricVerdict::Approve(_) => "Approved",
        MetricVerdict::Refuse(_) => "Refused",
    };
    done(session, verb, |school| {
        school.decide_metric(&metric.metric, metric.version.as_deref(), verdict)
    })
}

/// `sheaf metric review`.
pub fn review(session: &Session, metric: &MetricId, set: &[String]) -> Result<()> {
    let school = session.open()?;
    let given = super::options_of(set)?;
    let (name, version) = (&metric.metric, metric.version.as_deref());
    let review = school.review_metric(name, version, &given, &CancelSwitch::default())?;
    session.out.value(&review, review_text)
}

/// Who shared, signed and decided.
pub fn standing_text(shape: &MetricShape) -> String {
    let mut text = format!("\nState: {}\n", shape.state.name());
    if let Some(shared) = &shape.shared {
        text.push_str(&format!("Shared by {} on {}\n", shared.by, day(&shared.at)));
    }
    if let Some(signature) = &shape.signature {
        text.push_str(&format!("It is {}\n", signature.says));
    }
    if let Some(decided) = &shape.decided {
        text.push_str(&format!("Decided by {} on {}\n", decided.by, day(&decided.at)));
    }
    if let Some(why) = &shape.why {
        text.push_str(&format!("Why: {why}\n"));
    }
    text
}

fn day(time: &str) -> &str {
    time.split('T').next().unwrap_or_default()
}

fn review_text(review: &MetricReview) -> String {
    let mut text = side_line("New", Some(&review.new));
    text.push_str(&side_line("Now", review.old.as_ref()));
    if let Some(note) = &review.new.shape.note {
        text.push_str(&format!("Note  {note}\n"));
    }
    if !review.reads_more.is_empty() {
        text.push_str(&format!("Reads more than before: {}\n", review.reads_more.join(", ")));
    }
    if review.names_pupils {
        text.push_str("It may name pupils, to those who see names\n");
    }
    text.push_str(&format!("\nExamples: {} passed", review.passed.len()));
    text.push_str(&format!(", {} failed\n", review.failed.len()));
    for one in &review.failed {
        text.push_str(&format!("  {}: {}\n", one.file, one.why));
    }
    for one in &review.problems {
        let place = (one.line, one.column);
        text.push_str(&super::problem_line(&one.file, place, &one.message));
    }
    findings_text(review, &mut text);
    review.tables.iter().for_each(|pair| pair_text(pair, &mut text));
    review.files.iter().for_each(|file| file_text(file, &mut text));
    let (id, version) = (&review.metric, review.new.shape.version());
    text.push_str(&format!("\nTo decide: sheaf metric approve {id} --version {version}\n"));
    text.push_str(&format!("       or: sheaf metric refuse {id} --version {version} --reason …\n"));
    text
}

fn side_line(label: &str, side: Option<&ReviewSide>) -> String {
    let Some(side) = side else { return format!("{label}   no version runs\n") };
    let by = side.shape.shared.as_ref().map(|shared| shared.by.as_str()).unwrap_or_default();
    let mut line = format!("{label}   {} of {by}", side.shape.version());
    if let Some(signature) = &side.shape.signature {
        line.push_str(&format!(", {}", signature.says));
    }
    if let Some(why) = &side.refused {
        line.push_str(&format!("\n      it did not run: {why}"));
    }
    line + "\n"
}

fn findings_text(review: &MetricReview, text: &mut String) {
    text.push_str("\nWhat they say of this school\n");
    for pair in &review.findings {
        match (&pair.old, &pair.new) {
            (_, Some(new)) if pair.same => text.push_str(&format!("  = {new}\n")),
            (old, new) => {
                let lines = [("-", old), ("+", new)];
                for (sign, said) in lines {
                    if let Some(said) = said {
                        text.push_str(&format!("  {sign} {said}\n"));
                    }
                }
            }
        }
    }
}

fn pair_text(pair: &TablePair, text: &mut String) {
    text.push_str(&format!("\n{}", pair.title));
    if pair.same {
        text.push_str(": the same in both\n");
        return;
    }
    text.push('\n');
    for (label, table) in [("now", &pair.old), ("new", &pair.new)] {
        if let Some(table) = table {
            text.push_str(&format!("  {label}\n{}", table_text(table)));
        }
    }
}

fn table_text(table: &ReviewTable) -> String {
    crate::output::indented(&table.columns, &table.rows, "    ")
}

fn file_text(file: &FileChange, text: &mut String) {
    text.push_str(&format!("\n{} ({})\n", file.file, file.change));
    for line in &file.lines {
        text.push_str(&format!("  {} {}\n", line.sign, line.text));
    }
}
