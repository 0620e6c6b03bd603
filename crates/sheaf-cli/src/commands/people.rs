//! Founding, and who is in.

use anyhow::Result;
use sheaf_school::{DemoOptions, Founding, LockerShape, Protection, School, ToldOut, demo_school};

use crate::args::{DemoArgs, InitArgs};
use crate::output;
use crate::passphrase;
use crate::session::Session;

/// `sheaf init`.
pub fn init(session: &Session, args: &InitArgs) -> Result<()> {
    let founding = Founding {
        home: session.home()?.to_owned(),
        school: args.school.clone(),
        person: args.person.clone(),
        device: args.device.clone(),
        role: args.role,
        protection: Protection::Passphrase(passphrase::to_protect()?),
    };
    let (_, made) = School::found(&founding, session.clock())?;
    session.out.value(&made, |made| {
        format!(
            "Founded {}. {} is its head, on this device.\n\n\
             Recovery key: {}\n\n\
             Print it, put it in the school's safe, and keep no copy on a device: whoever has it \
             can read everything and admit a new head.\n",
            made.school, args.person, made.recovery_key
        )
    })
}

/// `sheaf demo`.
pub fn demo(session: &Session, args: &DemoArgs) -> Result<()> {
    let options = DemoOptions {
        pupils: args.pupils,
        years: args.years,
        seed: args.seed,
        devices: args.devices,
        plain: args.plain,
    };
    let made = demo_school(session.home()?, &options, &|step| output::progress(step))?;
    output::progress_done();
    session.out.value(&made, |made| {
        let mut text = format!("Made {} in {:.1} s\n", made.school, made.seconds);
        for (kind, count) in &made.counts {
            text.push_str(&format!("  {count:>7} {}\n", kind.replace('_', " ")));
        }
        for home in &made.homes {
            text.push_str(&format!("  sheaf --home {} workbench\n", home.display()));
        }
        text
    })?;
    output::note(
        "It is invented, it is not protected by a passphrase, and no real school takes it",
    );
    Ok(())
}

/// `sheaf members`.
pub fn members(session: &Session) -> Result<()> {
    let members = session.open()?.members()?;
    session.out.rows(&members, &["name", "role", "spaces", "devices"], |members| {
        let row = |member: &sheaf_school::MemberShape| {
            let devices: Vec<String> = member.devices.iter().map(device_text).collect();
            let removed = if member.state == "in" { "" } else { " (removed)" };
            vec![
                format!("{}{removed}", member.name),
                member.role.clone(),
                member.spaces.join(", "),
                devices.join(", "),
            ]
        };
        members.members.iter().map(row).collect()
    })
}

fn device_text(device: &sheaf_school::DeviceShape) -> String {
    match device.state.as_str() {
        "active" => device.name.clone(),
        other => format!("{} ({other})", device.name),
    }
}

/// `sheaf status`.
pub fn status(session: &Session) -> Result<()> {
    let status = session.open_any()?.status()?;
    session.out.value(&status, |status| {
        let mut text = match &status.locker {
            None => format!("{}: {}, {}\n", status.school, status.person, status.role),
            Some(locker) => locker_line(&status.school_id, locker),
        };
        for space in &status.spaces {
            text.push_str(&format!(
                "  {:<14} {:>7} documents, {:>6} entries, digest {:.12}\n",
                space.name, space.documents, space.entries, space.digest
            ));
        }
        match status.concerns.not_handed_over {
            0 => {}
            1 => {
                text.push_str("  1 concern of yours is NOT YET HANDED OVER: `sheaf concern list`\n")
            }
            many => text.push_str(&format!(
                "  {many} concerns of yours are NOT YET HANDED OVER: `sheaf concern list`\n"
            )),
        }
        match status.concerns.new {
            0 => {}
            1 => text.push_str("  1 NEW CONCERN to receive: `sheaf concern list`\n"),
            many => {
                text.push_str(&format!("  {many} NEW CONCERNS to receive: `sheaf concern list`\n"))
            }
        }
        for peer in &status.peers {
            let met = met_words(peer.last_met.as_deref());
            let who = match peer.person.as_str() {
                "" => format!("device {:.12}", peer.device_id),
                person => person.to_owned(),
            };
            text.push_str(&format!("  {who}: {met}\n"));
        }
        if let Some(told) = &status.removed {
            text.push_str(&format!("  {}\n", out_words(told)));
        }
        if status.locker.is_none() {
            let fields = output::counted(status.conflicts, "field", "fields");
            text.push_str(&format!("  {fields} in conflict\n"));
        }
        match status.metrics_waiting {
            0 => {}
            1 => text.push_str("  1 metric waits for your review: `sheaf metric list`\n"),
            many => text
                .push_str(&format!("  {many} metrics wait for your review: `sheaf metric list`\n")),
        }
        for (reason, count) in &status.held {
            let changes = output::counted(*count, "change", "changes");
            text.push_str(&format!("  {changes} held: {reason}\n"));
        }
        for notice in &status.notices {
            text.push_str(&format!("  {} ({})\n", notice.says, notice.at));
        }
        text
    })
}

/// When a device was met last.
pub(super) fn met_words(last_met: Option<&str>) -> String {
    last_met.map_or_else(|| "never met".to_owned(), |at| format!("last met {at}"))
}

/// That somebody's device has said that this one is out; a locker can read nobody's name.
pub(super) fn out_words(told: &ToldOut) -> String {
    let by = match told.by.as_str() {
        "" => "A colleague's device".to_owned(),
        by => format!("{by}'s device"),
    };
    format!(
        "{by} said on {} that this one was removed from the school: wipe it with `sheaf wipe`, or \
         ask a manager if that is a mistake",
        told.at
    )
}

fn locker_line(school: &str, locker: &LockerShape) -> String {
    format!(
        "A locker of the school {school:.12}: it holds {} of {}, and {} about who is in them. It \
         can read none of the records and no name\n",
        output::counted(locker.entries, "sealed entry", "sealed entries"),
        output::counted(locker.spaces as u64, "space", "spaces"),
        output::counted(locker.acts, "act", "acts")
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_was_never_met_was_not_met_last() {
        assert_eq!(met_words(None), "never met");
        assert_eq!(met_words(Some("2026-11-20T10:15")), "last met 2026-11-20T10:15");
    }

    #[test]
    fn where_no_name_can_be_read_none_is_left_out_of_a_sentence() {
        let told = |by: &str| ToldOut { by: by.to_owned(), at: "2026-11-20T10:15".to_owned() };
        assert!(out_words(&told("")).starts_with("A colleague's device said on 2026-11-20"));
        assert!(out_words(&told("Ada Okafor")).starts_with("Ada Okafor's device said on"));
    }
}
