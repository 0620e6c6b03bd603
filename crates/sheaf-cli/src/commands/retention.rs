//! How long records are kept: rules, the review queue, decisions.

use anyhow::Result;
use sheaf_records::{Basis, KEPT_KINDS, RetentionPeriod, Setting};
use sheaf_school::{
    DueShape, NewRetentionRule, RetentionPage, RetentionQuery, RetentionRuleShape,
    RetentionRuleShapes, RetentionShow,
};

use crate::args::{RetentionCommand, RetentionListArgs, RetentionSetArgs, RunsFrom};
use crate::session::Session;

/// `sheaf retention`.
pub fn retention(session: &Session, command: &RetentionCommand) -> Result<()> {
    match command {
        RetentionCommand::Rules => rules(session),
        RetentionCommand::Set(set) => self::set(session, set),
        RetentionCommand::List(list) => self::list(session, list),
        RetentionCommand::Keep { records, until, reason } => {
            let kept = session.open()?.keep_records(records, *until, reason)?;
            session.out.value(&kept, |kept| {
                format!("{}\n  decision {}\n", sentence(&kept.effect), kept.decisions.join(", "))
            })
        }
        RetentionCommand::Erase { records } => {
            let proposed = session.open()?.erase_due(records)?;
            session.out.value(&proposed, |done| {
                let mut text = format!("{}\n", sentence(&done.effect));
                for erasure in &done.erasures {
                    text.push_str(&format!("  erasure {erasure}\n"));
                }
                text
            })
        }
    }
}

fn sentence(words: &str) -> String {
    let mut words = words.to_owned();
    if let Some(first) = words.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    words
}

fn set(session: &Session, args: &RetentionSetArgs) -> Result<()> {
    let period = match (args.years, args.runs_from) {
        (Some(years), Some(from)) => RetentionPeriod::Years { years, from: basis(from) },
        _ if args.transfer => RetentionPeriod::Transfer,
        _ => RetentionPeriod::None,
    };
    let set = session.open()?.set_retention(&NewRetentionRule {
        kinds: args.kinds.clone(),
        setting: if args.safeguarding { Setting::Safeguarding } else { Setting::General },
        period,
        valid_from: args.valid_from,
        valid_to: args.valid_to,
        source: args.source.clone(),
    })?;
    session
        .out
        .value(&set, |set| format!("{}\n  rule {}\n", sentence(&set.effect), set.rules.join(", ")))
}

const fn basis(from: RunsFrom) -> Basis {
    match from {
        RunsFrom::Birth => Basis::Birth,
        RunsFrom::Event => Basis::Event,
        RunsFrom::Leaving => Basis::Leaving,
    }
}

fn rules(session: &Session) -> Result<()> {
    let rules = session.open()?.retention_rules()?;
    let columns =
        ["rule", "kinds", "where", "period", "certainty", "source", "from", "to", "in_force_for"];
    let rows = |shapes: &RetentionRuleShapes| shapes.rules.iter().map(rule_row).collect();
    session.out.report(&rules, &columns, rows, |shapes| {
        let mut text = String::from(
            "Rules say when a person should look; nothing is deleted by itself. What is marked \
             uncertain is told from memory: check it before you rely on it.\n",
        );
        for rule in &shapes.rules {
            text.push_str(&rule_text(rule));
        }
        text
    })
}

fn place(rule: &RetentionRuleShape) -> &'static str {
    if rule.safeguarding { "safeguarding" } else { "all other spaces" }
}

fn kinds(rule: &RetentionRuleShape) -> String {
    match rule.kinds.len() == KEPT_KINDS.len() {
        true => "every kind of record about pupils".to_owned(),
        false => rule.kinds.join(", "),
    }
}

fn rule_row(rule: &RetentionRuleShape) -> Vec<String> {
    let day = |day: &Option<String>| day.clone().unwrap_or_default();
    vec![
        rule.id.clone(),
        rule.kinds.join(" "),
        place(rule).to_owned(),
        rule.says.clone(),
        rule.certainty.clone(),
        rule.source.clone(),
        day(&rule.valid_from),
        day(&rule.valid_to),
        rule.in_force_for.join(" "),
    ]
}

fn rule_text(rule: &RetentionRuleShape) -> String {
    let counts = match &rule.why_not {
        Some(why) => format!("not in force: {why}"),
        None if rule.in_force_for.len() == rule.kinds.len() => "in force".to_owned(),
        None => format!("in force for {}", rule.in_force_for.join(", ")),
    };
    let mut text = format!(
        "\n{}\n  {}\n  for {} in {}\n  {}: {}\n",
        rule.title,
        rule.says,
        kinds(rule),
        place(rule),
        rule.certainty,
        rule.source
    );
    if !rule.note.is_empty() {
        text.push_str(&format!("  {}\n", rule.note));
    }
    let days = match (&rule.valid_from, &rule.valid_to) {
        (Some(from), Some(to)) => format!(" (from {from} to {to})"),
        (Some(from), None) => format!(" (from {from})"),
        (None, Some(to)) => format!(" (to {to})"),
        (None, None) => String::new(),
    };
    text.push_str(&format!("  {counts}{days}\n  id {}\n", rule.id));
    text
}

fn list(session: &Session, args: &RetentionListArgs) -> Result<()> {
    let show = match (args.waiting, args.undated) {
        (true, _) => RetentionShow::Waiting,
        (_, true) => RetentionShow::Undated,
        (false, false) => RetentionShow::Due,
    };
    let query = RetentionQuery { show, kind: args.kind, limit: args.limit, offset: args.offset };
    let page = session.open()?.retention(&query)?;
    let columns =
        ["since", "kind", "what", "day", "pupils", "space", "rule", "certainty", "note", "id"];
    let rows = |page: &RetentionPage| page.records.iter().map(row).collect();
    session.out.report(&page, &columns, rows, |page| page_text(page, show))
}

fn row(due: &DueShape) -> Vec<String> {
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    vec![
        text(&due.due_since),
        due.kind.clone(),
        due.title.clone(),
        text(&due.day),
        due.pupils.join(", "),
        due.space.clone(),
        text(&due.rule),
        text(&due.certainty),
        note(due),
        due.id.clone(),
    ]
}

/// What else has to be known before something is decided.
fn note(due: &DueShape) -> String {
    let mut notes = Vec::new();
    if due.on_hold {
        notes.push("under a legal hold".to_owned());
    }
    match due.named_by {
        0 => {}
        1 => notes.push("1 other record names this pupil".to_owned()),
        many => notes.push(format!("{many} other records name this pupil")),
    }
    if let (Some(until), Some(because), Some(by)) =
        (&due.kept_until, &due.kept_because, &due.kept_by)
    {
        notes.push(format!("kept until {until} by {by}: {because}"));
    }
    notes.extend(due.erasure.as_ref().map(|erasure| format!("erasure {erasure}")));
    notes.extend(due.why_undated.clone());
    notes.join("; ")
}

fn page_text(page: &RetentionPage, show: RetentionShow) -> String {
    let mut text = match show {
        RetentionShow::Due => due_text(page),
        RetentionShow::Waiting => waiting_text(page),
        RetentionShow::Undated => undated_text(page),
    };
    let shown = page.records.len() as u64;
    if shown > 0 && shown < page.total {
        text.push_str(&format!(
            "\n{shown} of {} are shown; --limit and --offset show the others\n",
            page.total
        ));
    }
    text
}

fn records(count: u64, verb: (&str, &str)) -> String {
    if count == 1 { format!("1 record {}", verb.0) } else { format!("{count} records {}", verb.1) }
}

fn due_text(page: &RetentionPage) -> String {
    let mut text = if page.due == 0 {
        format!("Nothing is past its period on {}\n", page.as_of)
    } else {
        format!("{} past the period on {}\n", records(page.due, ("is", "are")), page.as_of)
    };
    for rule in &page.by_rule {
        let count = rule.count;
        text.push_str(&format!("\n{}: {count}\n  {}\n", rule.title, rule.says));
        text.push_str(&format!("  {}: {}\n", rule.certainty, rule.source));
        if !rule.note.is_empty() {
            text.push_str(&format!("  {}\n", rule.note));
        }
        let of_rule = page.records.iter().filter(|due| due.rule.as_ref() == Some(&rule.rule));
        of_rule.for_each(|due| text.push_str(&due_line(due)));
    }
    if page.due > 0 {
        text.push_str(
            "\nNothing is deleted by itself: `sheaf retention keep` or `sheaf retention erase`\n",
        );
    }
    if page.on_hold > 0 {
        let held = records(page.on_hold, ("is", "are"));
        text.push_str(&format!("{held} under a legal hold and cannot be erased\n"));
    }
    if page.waiting > 0 {
        let waiting = records(page.waiting, ("waits", "wait"));
        text.push_str(&format!("{waiting} for a second signature (--waiting)\n"));
    }
    if page.kept > 0 {
        text.push_str(&format!("{} kept by a decision\n", records(page.kept, ("is", "are"))));
    }
    let undated: u64 = page.undated.iter().map(|one| one.count).sum();
    if undated > 0 {
        let lack = records(undated, ("has", "have"));
        text.push_str(&format!("{lack} no day, because a date is missing (--undated)\n"));
    }
    text
}

fn waiting_text(page: &RetentionPage) -> String {
    if page.records.is_empty() {
        return "Nothing waits for a second signature\n".to_owned();
    }
    let waiting = records(page.waiting, ("waits", "wait"));
    let mut text =
        format!("{waiting} for a second person of lead rank: `sheaf erase second ERASURE`\n\n");
    page.records.iter().for_each(|due| text.push_str(&due_line(due)));
    text
}

fn undated_text(page: &RetentionPage) -> String {
    if page.undated.is_empty() {
        return "Every record has a day, or none is needed\n".to_owned();
    }
    let mut text = String::from("Without these dates nobody can say when a record is due\n\n");
    for one in &page.undated {
        text.push_str(&format!("{}: {}\n", one.says, one.count));
    }
    text.push('\n');
    page.records.iter().for_each(|due| text.push_str(&due_line(due)));
    text
}

fn due_line(due: &DueShape) -> String {
    let since = due.due_since.as_ref().map(|day| format!("{day}  ")).unwrap_or_default();
    let mut what = vec![format!("{}, {}", due.kind, due.title)];
    what.extend(due.pupils.iter().cloned());
    what.extend(due.day.clone());
    let mut text = format!("  {since}{} ({})  {}\n", what.join(", "), due.space, due.id);
    let note = note(due);
    if !note.is_empty() {
        text.push_str(&format!("    {note}\n"));
    }
    text
}
