//! Removing, roles, spaces, recovery, what is held, erasures.

use anyhow::{Result, bail};
use sheaf_school::{Governed, RecoveryPlan};

use super::people::met_words;
use crate::args::{
    EraseArgs, EraseCommand, HeldCommand, HoldArgs, MemberCommand, RecoverArgs, SpaceCommand,
};
use crate::output;
use crate::passphrase;
use crate::session::Session;

fn done(session: &Session, governed: &Governed) -> Result<()> {
    session.out.value(governed, |done| {
        let mut effect = done.effect.clone();
        if let Some(first) = effect.get_mut(..1) {
            first.make_ascii_uppercase();
        }
        format!("{effect}\n  entry {}\n", done.entry)
    })
}

/// `sheaf member`.
pub fn member(session: &Session, command: &MemberCommand) -> Result<()> {
    let school = session.open()?;
    match command {
        MemberCommand::SetRole { person, role, reason } => {
            done(session, &school.set_role(person, *role, reason)?)
        }
        MemberCommand::Remove { who, reason, dry_run: true } => {
            school.check_removal(who, reason)?;
            let preview = school.preview_removal(who)?;
            session.out.value(&preview, |preview| {
                let mut text = format!("{} would be removed for ever.\n", preview.name);
                for device in &preview.devices {
                    let met = met_words(device.last_met.as_deref());
                    text.push_str(&format!("  {}: {met}\n", device.name));
                }
                text.push_str(&format!("  holds {}\n", preview.spaces.join(", ")));
                text.push_str(&format!("{}\n", preview.says));
                text
            })
        }
        MemberCommand::Remove { who, reason, .. } => {
            let preview = school.preview_removal(who)?;
            let governed = school.remove_member(who, reason)?;
            output::note(&preview.says);
            done(session, &governed)
        }
        MemberCommand::Endorse { entry } => done(session, &school.endorse_removal(entry)?),
        MemberCommand::Removals => {
            let listed = school.removals()?;
            let removals = serde_json::json!({ "removals": listed });
            if listed.is_empty() {
                return session.out.value(&removals, |_| "Nobody was ever removed\n".to_owned());
            }
            let columns = ["who", "by", "endorsed_by", "holds", "reason", "entry"];
            session.out.rows(&removals, &columns, |_| {
                listed
                    .into_iter()
                    .map(|one| {
                        let holds = one.why_not.unwrap_or_else(|| "yes".to_owned());
                        let behind = one.endorsed_by.join(", ");
                        vec![one.who, one.by, behind, holds, one.reason, one.entry]
                    })
                    .collect()
            })
        }
    }
}

/// `sheaf space`.
pub fn space(session: &Session, command: &SpaceCommand) -> Result<()> {
    let school = session.open()?;
    let governed = match command {
        SpaceCommand::Create { name, members } => school.create_space(name, members)?,
        SpaceCommand::Admit { space, person } => school.admit_to_space(space, person)?,
        SpaceCommand::Leave { space, person, reason } => {
            let reason = reason.as_deref().unwrap_or_default();
            school.leave_space(space, person.as_deref(), reason)?
        }
    };
    done(session, &governed)
}

/// `sheaf recover`.
pub fn recover(session: &Session, args: &RecoverArgs) -> Result<()> {
    let key = passphrase::recovery_key()?;
    let plan = RecoveryPlan {
        head: args.head.clone(),
        remove: args.remove.clone(),
        replace: args.replace,
        reason: args.reason.clone(),
    };
    let recovered = session.open()?.recover(&key, &plan)?;
    session.out.value(&recovered, |done| {
        let mut text = format!("The recovery key has acted\n  entry {}\n", done.done.entry);
        if let Some(key) = &done.recovery_key {
            text.push_str(&format!(
                "\nNew recovery key: {key}\n\nPrint it, put it in the school's safe in place of the \
                 old one, which is worth nothing now.\n"
            ));
        }
        text
    })
}

/// `sheaf held`.
pub fn held(session: &Session, command: Option<&HeldCommand>) -> Result<()> {
    let school = session.open()?;
    if let Some(HeldCommand::Attest { entry }) = command {
        return done(session, &school.attest(entry)?);
    }
    let held = school.held()?;
    let value = serde_json::json!({ "held": held });
    if held.is_empty() {
        return session.out.value(&value, |_| "Nothing is held\n".to_owned());
    }
    session.out.rows(&value, &["at", "by", "device", "space", "changes", "why", "entry"], |_| {
        held.iter()
            .map(|one| {
                let (at, by, device) = (one.at.clone(), one.by.clone(), one.device.clone());
                let changes = one.changes.to_string();
                vec![at, by, device, one.space.clone(), changes, one.why.clone(), one.entry.clone()]
            })
            .collect()
    })
}

/// `sheaf erase`.
pub fn erase(session: &Session, args: &EraseArgs) -> Result<()> {
    let school = session.open()?;
    match &args.command {
        Some(EraseCommand::Second { id }) => done(session, &school.second_erasure(id)?),
        Some(EraseCommand::Withdraw { id }) => done(session, &school.withdraw_erasure(id)?),
        None => {
            let reason = args.reason.as_deref().unwrap_or_default();
            done(session, &school.erase(&args.records, reason)?)
        }
    }
}

/// `sheaf wipe`.
pub fn wipe(session: &Session, yes: bool) -> Result<()> {
    let home = session.home()?;
    if !yes {
        bail!(
            "{}: this deletes the only copy on this device; run it again with --yes",
            home.display()
        );
    }
    sheaf_school::wipe(home)?;
    session.out.value(&serde_json::json!({ "wiped": home }), |_| {
        format!("{} is wiped; what colleagues hold is untouched\n", home.display())
    })
}

/// `sheaf hold`.
pub fn hold(session: &Session, args: &HoldArgs) -> Result<()> {
    let school = session.open()?;
    let held = if args.lift { school.lift_hold(&args.records) } else { school.hold(&args.records) };
    done(session, &held?)
}

/// `sheaf erasures`.
pub fn erasures(session: &Session) -> Result<()> {
    let erasures = session.open()?.erasures()?;
    session.out.value(&erasures, |all| {
        let mut text = String::new();
        for one in &all.erasures {
            let state = match (one.in_effect, one.on_hold) {
                (true, _) => "in effect",
                _ if one.withdrawn => "withdrawn",
                (false, 0) => "waits for a second signature",
                (false, _) => "kept by a legal hold",
            };
            let devices = one.confirmed.len() + one.outstanding.len();
            text.push_str(&format!(
                "{} of {}, {}: {state}; signed by {}\n",
                one.documents.len(),
                one.space,
                one.reason,
                one.signed_by.join(", ")
            ));
            if one.in_effect {
                let devices = output::counted(devices as u64, "device", "devices");
                text.push_str(&format!("  {} of {devices} confirmed\n", one.confirmed.len()));
                for open in &one.outstanding {
                    let met = met_words(open.last_met.as_deref());
                    let (device, person) = (&open.device, &open.person);
                    text.push_str(&format!("  {device} of {person}, {met}, has not\n"));
                }
                for left in &one.in_folders {
                    text.push_str(&format!(
                        "  in {}: files of {} ({}) still hold it\n",
                        left.folder, left.person, left.device
                    ));
                }
                for left in &one.in_bundles {
                    text.push_str(&format!(
                        "  {}, written on {} for {}, holds it: write the bundle anew or delete \
                         it; nothing can confirm that\n",
                        left.file,
                        left.written_at.replace('T', " at "),
                        left.people.join(", ")
                    ));
                }
            }
            text.push_str(&format!("  id {}\n", one.id));
        }
        if text.is_empty() {
            text.push_str("Nothing was ever erased\n");
        }
        text
    })
}
