//! Logging, adding, changing, showing and listing records.

use std::io::Read;

use anyhow::{Context, Result, bail};
use sheaf_school::{Act, HistoryShape, ListQuery, LogLine, RecordShape, Withdrawn};

use super::proof;
use crate::args::{LogArgs, RecordCommand, RecordListArgs};
use crate::output;
use crate::session::Session;

/// The largest text that is read: far above any record.
const MAX_TEXT_BYTES: u64 = 1024 * 1024;

/// `sheaf log`.
pub fn log(session: &Session, args: LogArgs) -> Result<()> {
    let school = session.open()?;
    let with = args.with.iter().map(|text| split_role(text, "--with \"NAME:ROLE\""));
    let with = with.collect::<Result<_>>()?;
    let line = LogLine {
        who: args.who,
        what: args.what,
        place: args.place,
        at: args.at,
        severity: args.severity,
        note: args.note,
        with,
        space: args.space,
    };
    show(session, &school.log(&line)?)
}

/// `sheaf record …`.
pub fn record(session: &Session, command: RecordCommand) -> Result<()> {
    if let RecordCommand::CheckProof { file, school } = &command {
        return proof::check(session, file, school);
    }
    let school = session.open()?;
    match command {
        RecordCommand::Add { kind, space, json } => {
            let fields = read_json(&json)?;
            show(session, &school.add(kind, space.as_deref(), &fields)?)
        }
        RecordCommand::Edit { id, set, reason } => {
            let edits = set.iter().map(|text| split_edit(text)).collect::<Result<Vec<_>>>()?;
            show(session, &school.amend(&id, &edits, reason.as_deref())?)
        }
        RecordCommand::Show { id, at: None } => show(session, &school.show(&id)?),
        RecordCommand::Show { id, at: Some(version) } => {
            show(session, &school.show_at(&id, &version)?)
        }
        RecordCommand::List(args) => list(session, args),
        RecordCommand::History { id } => history(session, &id),
        RecordCommand::Prove { id, file } => {
            show(session, &school.prove(&id, &file)?)?;
            proof::note_what_it_tells(&file, &school);
            Ok(())
        }
        // It needs no home, and was done above.
        RecordCommand::CheckProof { .. } => Ok(()),
        RecordCommand::Withdraw { id, reason } => show(session, &school.withdraw(&id, &reason)?),
        RecordCommand::Redact { id, pupil, narrative, reason } => {
            let narrative = narrative.as_deref();
            rewritten(session, &school.redact(&id, &pupil, narrative, &reason)?)
        }
        RecordCommand::Move { id, space, reason } => {
            rewritten(session, &school.move_record(&id, &space, &reason)?)
        }
        RecordCommand::Restore { id, reason } => {
            show(session, &school.restore(&id, reason.as_deref())?)
        }
        RecordCommand::Resolve { id, field, value } => {
            let value = Some(value).filter(|value| !value.is_empty());
            show(session, &school.resolve(&id, &field, value.as_deref())?)
        }
    }
}

/// `sheaf search`.
pub fn search(session: &Session, text: &str, limit: u32) -> Result<()> {
    let hits = serde_json::json!({ "hits": session.open()?.search(text, limit)? });
    session.out.rows(&hits, &["kind", "what", "words", "id"], |hits| {
        let hits = hits.get("hits").and_then(|hits| hits.as_array()).into_iter().flatten();
        let words = |hit: &serde_json::Value, name: &str| {
            hit.get(name).and_then(|value| value.as_str()).unwrap_or_default().to_owned()
        };
        hits.map(|hit| ["kind", "headline", "excerpt", "id"].map(|name| words(hit, name)).into())
            .collect()
    })
}

fn list(session: &Session, args: RecordListArgs) -> Result<()> {
    let query = ListQuery {
        kind: args.kind,
        pupil: args.pupil,
        from: args.from,
        to: args.to,
        filter: args.filter,
        withdrawn: if args.withdrawn { Withdrawn::Shown } else { Withdrawn::Hidden },
        limit: args.limit,
    };
    let school = session.open()?;
    let list = school.list(&query)?;
    session.out.rows(&list, &["when", "what", "by", "id"], |list| {
        let row = |record: &RecordShape| {
            let (when, what) = school.headline(record);
            vec![when, what, record.created.by.clone(), record.id.clone()]
        };
        list.records.iter().map(row).collect()
    })?;
    let shown = list.records.len() as u64;
    if shown < list.total {
        output::note(&format!("{shown} of {}; --limit shows more", list.total));
    }
    Ok(())
}

fn history(session: &Session, id: &str) -> Result<()> {
    let history = session.open()?.history(id)?;
    session.out.value(&serde_json::json!({ "history": history }), |_| {
        history.iter().map(step_words).collect::<String>()
    })
}

fn step_words(step: &HistoryShape) -> String {
    let act = match step.act {
        Act::Created => "wrote it down",
        Act::Changed => "changed it",
        Act::Settled => "settled a conflict",
        Act::Withdrawn => "withdrew it",
        Act::Restored => "restored it",
        Act::Unread => "did something that cannot be read here",
    };
    let (stamp, why) = (&step.stamp, step.reason.as_ref());
    let why = why.map(|reason| format!(": {reason}")).unwrap_or_default();
    let mut text = format!("{} {} ({}) {act}{why}\n", stamp.at, stamp.by, stamp.device);
    text.push_str(&format!(
        "  person {}, device {}, entry {}\n  signature {}\n",
        step.person_id,
        short(&step.device_id),
        short(&step.entry),
        step.signature
    ));
    for one in &step.changed {
        let (before, after) = (words(&one.before), words(&one.after));
        text.push_str(&format!("  {}: {before} -> {after}\n", one.field));
        if !one.settled.is_empty() {
            let all: Vec<String> = one.settled.iter().map(words).collect();
            text.push_str(&format!("    chosen of {}\n", all.join(", ")));
        }
        for other in &one.at_once {
            let value = words(&other.value);
            text.push_str(&format!("    at once {} wrote {value}, {}\n", other.by, other.at));
        }
    }
    text
}

/// The beginning of a long id: enough to tell those of one school apart by eye.
fn short(id: &str) -> String {
    const SHOWN: usize = 12;
    id.chars().take(SHOWN).collect::<String>() + "…"
}

fn show(session: &Session, record: &RecordShape) -> Result<()> {
    session.out.value(record, |record| {
        let mut text = format!("{} {} ({})\n", record.kind, record.id, record.space);
        for (name, value) in &record.fields {
            text.push_str(&format!("  {name}: {}\n", words(value)));
        }
        for (path, contenders) in &record.conflicts {
            text.push_str(&format!("  {path} has several values at once:\n"));
            for one in contenders {
                let (value, by) = (words(&one.value), &one.by);
                text.push_str(&format!("    {value} by {by}, {}\n", one.at));
            }
        }
        text.push_str(&format!("  written by {}, {}\n", record.created.by, record.created.at));
        text
    })?;
    for warning in &record.warnings {
        output::note(&format!("note: {warning}"));
    }
    Ok(())
}

pub(super) fn words(value: &serde_json::Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

fn read_json(argument: &str) -> Result<serde_json::Value> {
    serde_json::from_str(&read_text(argument)?).context("the fields are not a JSON object")
}

/// An argument, or standard input for `-`.
pub(super) fn read_text(argument: &str) -> Result<String> {
    let mut text = argument.to_owned();
    if argument == "-" {
        text.clear();
        std::io::stdin().take(MAX_TEXT_BYTES + 1).read_to_string(&mut text)?;
    }
    if text.len() as u64 > MAX_TEXT_BYTES {
        bail!("the text is too long: {MAX_TEXT_BYTES} bytes are the most");
    }
    Ok(text)
}

/// A name and what is said of it; `usage` shows how they are written.
pub(super) fn split_role(text: &str, usage: &str) -> Result<(String, String)> {
    let (name, role) = text.rsplit_once(':').with_context(|| format!("`{text}`: write {usage}"))?;
    Ok((name.trim().to_owned(), role.trim().to_owned()))
}

fn split_edit(text: &str) -> Result<(String, Option<String>)> {
    let (field, value) =
        text.split_once('=').with_context(|| format!("`{text}`: write --set FIELD=VALUE"))?;
    Ok((field.to_owned(), Some(value.to_owned()).filter(|value| !value.is_empty())))
}

fn rewritten(session: &Session, rewritten: &sheaf_school::Rewritten) -> Result<()> {
    session.out.value(rewritten, |done| {
        format!(
            "Written again as {}; the old record is withdrawn.\n\
             It is erased when a colleague seconds it: sheaf erase second {}\n",
            done.record, done.erasure
        )
    })
}
