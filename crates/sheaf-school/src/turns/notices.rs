//! What people should know of devices: a home that was restored or copied, a log that forked.

use sheaf_charter::{DeviceId, Lane, LogId, SpaceId};
use sheaf_replica::Reached;
use sheaf_store::Snapshot;

use crate::control::Control;
use crate::error::Result;
use crate::journal;
use crate::records::time_text;
use crate::school::School;
use crate::shape::{NoticeKind, NoticeShape};
use crate::turns::{self, Turned, Why};

impl School {
    /// What whoever uses this device should know of it and, as a manager, of others; the newest
    /// first.
    pub(crate) fn notices(&self) -> Result<Vec<NoticeShape>> {
        let mut notices = self.core.store.read(|snapshot| {
            let mut notices = Vec::new();
            for turned in turns::all(snapshot)? {
                notices.push((turned.at_ms, self.turn_notice(turned)));
            }
            notices.extend(self.fork_notices(snapshot)?);
            Ok::<_, crate::error::SchoolError>(notices)
        })?;
        notices.sort_by_key(|(at_ms, _)| std::cmp::Reverse(*at_ms));
        Ok(notices.into_iter().map(|(_, notice)| notice).collect())
    }

    fn turn_notice(&self, turned: Turned) -> NoticeShape {
        let (what, says) = match turned.why {
            Why::Restored { made_ms } => {
                let made = self.clock.local_ms(made_ms);
                let says = format!(
                    "This device was restored from a backup of {}. What it wrote after that comes \
                     back from colleagues as it meets them; it goes on in a new log",
                    made.strftime("%-d %B %Y, %H:%M")
                );
                (NoticeKind::Restored, says)
            }
            Why::Copied => (
                NoticeKind::Copied,
                "Another copy of this device's folder has been at work, or the folder was put \
                 back to an older state. Nothing is lost: this copy goes on in a new log. If you \
                 did not copy it, tell your head"
                    .to_owned(),
            ),
        };
        let device = self.core.device();
        self.notice(what, says, device, turned.at_ms)
    }

    /// Of every space that this person manages, and of this device.
    fn fork_notices(&self, snapshot: &Snapshot<'_>) -> Result<Vec<(i64, NoticeShape)>> {
        let control = self.core.control();
        let spaces = control.trust.spaces_of_person(self.person());
        let manages = |space: &SpaceId| control.trust.manages(self.person(), *space);
        let manages_any = spaces.iter().any(manages);
        let charter = std::iter::once((SpaceId::CHARTER, manages_any));
        let others = spaces.iter().filter(|space| **space != SpaceId::CHARTER);
        let mut notices = Vec::new();
        for (space, is_manager) in charter.chain(others.map(|one| (*one, manages(one)))) {
            for lane in [Lane::control(space), Lane::data(space)] {
                for (log, reached) in journal::vector(snapshot, lane)?.iter() {
                    let Some(device) = control.trust.device_of_log(log) else { continue };
                    let concerns = is_manager || device == self.core.device();
                    let at_ms = forked_ms(snapshot, lane, log, reached)?.filter(|_| concerns);
                    if let Some(at_ms) = at_ms {
                        let says = fork_words(&control, device, space);
                        let kind = NoticeKind::Forked;
                        notices.push((at_ms, self.notice(kind, says, device, at_ms)));
                    }
                }
            }
        }
        Ok(notices)
    }

    fn notice(&self, what: NoticeKind, says: String, of: DeviceId, at_ms: i64) -> NoticeShape {
        let (device_id, at) = (of.to_string(), time_text(&self.clock, at_ms));
        NoticeShape { what, says, device_id, at }
    }
}

fn fork_words(control: &Control, device: DeviceId, space: SpaceId) -> String {
    let person = control.trust.certificate(device).map(|known| known.person.to_string());
    let person = person.map(|person| control.person_name(&person)).unwrap_or_default();
    let device = control.device_name(&device.to_string());
    let space = match space {
        SpaceId::CHARTER => "the charter".to_owned(),
        space => control.space_name(space),
    };
    format!(
        "Two copies of {person}'s device ({device}) have written in {space} at the same time. \
         All of it is kept; ask {person} whether the folder was copied, and remove the device \
         if it was not"
    )
}

/// When this device learned that a log has forked, if it has: when its second header at the
/// lowest place that has two came in.
fn forked_ms(
    snapshot: &Snapshot<'_>,
    lane: Lane,
    log: LogId,
    reached: &Reached,
) -> Result<Option<i64>> {
    let Some(at) = reached.forked_at() else { return Ok(None) };
    let second = snapshot.entries_at(lane, log, at)?.get(1).copied();
    let arrived = second.map(|entry| snapshot.arrived_ms(entry)).transpose()?;
    Ok(Some(arrived.flatten().unwrap_or_default()))
}
