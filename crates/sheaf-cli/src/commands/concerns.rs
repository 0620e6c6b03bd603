//! Writing concerns down, and receiving them.

use anyhow::Result;
use sheaf_school::{ConcernLine, ConcernShape, ConcernStage, Danger, Deciding, RecordShape, Then};

use super::records::{read_text, words};
use crate::args::{ConcernAddArgs, ConcernCommand, ConcernDecideArgs};
use crate::output;
use crate::session::Session;

/// What a person who reports danger does beside writing it down.
const DANGER: &str = "A child in danger cannot wait for a receipt: tell the safeguarding lead in \
                      person now, or call 999";

/// `sheaf concern …`.
pub fn concern(session: &Session, command: ConcernCommand) -> Result<()> {
    match command {
        ConcernCommand::Add(args) => add(session, args),
        ConcernCommand::List { pupil } => list(session, pupil.as_deref()),
        ConcernCommand::Show { id } => show(session, &session.open()?.concern(&id)?),
        ConcernCommand::Receive { id } => show(session, &session.open()?.receive_concern(&id)?),
        ConcernCommand::Decide(args) => decide(session, args),
        ConcernCommand::Close { id, outcome } => {
            show(session, &session.open()?.close_concern(&id, outcome.as_deref())?)
        }
    }
}

fn add(session: &Session, args: ConcernAddArgs) -> Result<()> {
    let school = session.open()?;
    let danger = if args.danger { Danger::Now } else { Danger::Unsaid };
    let line = ConcernLine {
        who: args.who,
        words: read_text(&args.words)?,
        category: args.category,
        seen: args.seen,
        told: args.told,
        danger,
    };
    let concern = school.add_concern(&line)?;
    show(session, &concern)?;
    if concern.stage == ConcernStage::NotHandedOver {
        output::note(&format!("note: {}", concern.says));
    }
    if concern.is_urgent() {
        output::note(DANGER);
    }
    Ok(())
}

fn decide(session: &Session, args: ConcernDecideArgs) -> Result<()> {
    let deciding = Deciding {
        decision: args.decision,
        rationale: args.rationale,
        referred_to: args.referred_to,
        referred_whom: args.referred_whom,
        outcome: args.outcome,
        then: if args.close { Then::Closes } else { Then::GoesOn },
    };
    show(session, &session.open()?.decide_concern(&args.id, &deciding)?)
}

fn list(session: &Session, pupil: Option<&str>) -> Result<()> {
    let concerns = session.open()?.concerns(pupil)?;
    session.out.rows(&concerns, &["written", "pupil", "by", "where it stands", "id"], |all| {
        let row = |one: &ConcernShape| {
            let urgent = if one.is_urgent() { "DANGER, " } else { "" };
            vec![
                one.text("written_at").replace('T', " "),
                one.pupil_name.clone(),
                one.record.created.by.clone(),
                format!("{urgent}{}", short(one)),
                one.record.id.clone(),
            ]
        };
        all.concerns.iter().map(row).collect()
    })?;
    for one in concerns.concerns.iter().filter(|one| one.stage == ConcernStage::NotHandedOver) {
        output::note(&format!("note: {} ({})", one.says, one.record.id));
    }
    Ok(())
}

/// Where a concern stands, as it fits into a row.
fn short(concern: &ConcernShape) -> String {
    let whole = concern.says.as_str();
    whole.split_once(':').filter(|_| concern.receipts.is_empty()).map_or(whole, |cut| cut.0).into()
}

fn show(session: &Session, concern: &ConcernShape) -> Result<()> {
    session.out.value(concern, |one| {
        let mut text = format!("concern {}\n  {}: {}\n", one.record.id, one.pupil_name, one.says);
        text.push_str(&fields(&one.record, &["pupil", "receipts", "reporter"]));
        text.push_str(&format!("  written by {}\n", one.record.created.by));
        for receipt in &one.receipts {
            let at = receipt.at.replace('T', " ");
            text.push_str(&format!("  {} by {}, {at}\n", receipt.state, receipt.by));
        }
        for decision in &one.decisions {
            text.push_str(&format!("  decision {} by {}\n", decision.id, decision.created.by));
            text.push_str(&fields(decision, &["pupil", "concern"]).replace("  ", "    "));
        }
        text
    })
}

fn fields(record: &RecordShape, without: &[&str]) -> String {
    let shown = record.fields.iter().filter(|(name, _)| !without.contains(&name.as_str()));
    shown.map(|(name, value)| format!("  {name}: {}\n", words(value))).collect()
}
