//! Taking the register, marking pupils, and showing what their marks come to.

use anyhow::Result;
use sheaf_school::{Marked, RegisterDay, RegisterShape, Taking};

use super::records::split_role;
use crate::args::{RegisterCommand, RegisterMarkArgs, RegisterTakeArgs};
use crate::output;
use crate::session::Session;

/// `sheaf register …`.
pub fn register(session: &Session, command: RegisterCommand) -> Result<()> {
    match command {
        RegisterCommand::Take(args) => take(session, args),
        RegisterCommand::Mark(args) => mark(session, &args),
        RegisterCommand::Show { who, from, to } => {
            let shape = session.open()?.register_of(&who, from, to)?;
            session.out.report(&shape, &["date", "am", "pm", "late"], rows, words)
        }
    }
}

fn take(session: &Session, args: RegisterTakeArgs) -> Result<()> {
    let except = args.except.iter().map(|text| split_role(text, "--except \"NAME:CODE\""));
    let taking = Taking {
        group: args.group,
        day: args.date,
        session: args.session,
        except: except.collect::<Result<_>>()?,
        reason: args.reason,
    };
    tell(session, session.open()?.take_register(&taking)?)
}

fn mark(session: &Session, args: &RegisterMarkArgs) -> Result<()> {
    let school = session.open()?;
    let days = (args.date, args.to);
    let (session_of, late) = (args.session, args.minutes_late);
    let reason = args.reason.as_deref();
    tell(session, school.mark_pupil(&args.who, &args.code, session_of, days, late, reason)?)
}

fn tell(session: &Session, marked: Marked) -> Result<()> {
    session.out.value(&marked, |marked| {
        let Marked { added, changed, unchanged } = marked;
        format!("{added} marked, {changed} amended, {unchanged} as they were\n")
    })
}

fn rows(shape: &RegisterShape) -> Vec<Vec<String>> {
    shape.days.iter().map(|day| row(day).into()).collect()
}

fn row(day: &RegisterDay) -> [String; 4] {
    let code = |code: &Option<String>| code.clone().unwrap_or_default();
    let late = day.am_late.or(day.pm_late).map(|minutes| minutes.to_string());
    [day.date.clone(), code(&day.am), code(&day.pm), late.unwrap_or_default()]
}

fn words(shape: &RegisterShape) -> String {
    let mut text = format!("{}\n", shape.name);
    for day in &shape.days {
        let [date, am, pm, late] = row(day);
        let late = match late.as_str() {
            "" => String::new(),
            "1" => "  1 minute late".to_owned(),
            minutes => format!("  {minutes} minutes late"),
        };
        let line = format!("  {date}  {am:<2} {pm:<2}{late}");
        text.push_str(line.trim_end());
        text.push('\n');
    }
    let (possible, absent) = (shape.possible, shape.absent);
    let sessions = output::counted(possible.into(), "session", "sessions");
    text.push_str(&format!("{sessions}: {} attended", shape.attended));
    text.push_str(&format!(" ({} late), {absent} missed", shape.late));
    text.push_str(&format!(
        " ({} authorised, {} unauthorised)",
        shape.authorised, shape.unauthorised
    ));
    if possible > 0 {
        let share = 100.0 * f64::from(absent) / f64::from(possible);
        text.push_str(&format!(": {share:.1}% absence"));
    }
    text.push_str(match (shape.severely_absent, shape.persistently_absent) {
        (true, _) => ", half or more: severe absence\n",
        (false, true) => ", a tenth or more: persistent absence\n",
        (false, false) => "\n",
    });
    text
}
