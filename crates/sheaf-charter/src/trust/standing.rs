//! Whether an entry stands, given what is known now.

use std::collections::{BTreeMap, BTreeSet};

use super::Trust;
use super::bits::Bits;
use super::graph::Author;
use super::judge::Stop;
use super::shape::check_data_shape;
use super::space_state::{Bound, SpaceState};
use super::verdict::{HeldReason, Refusal, Verdict};
use super::world::World;
use crate::codec::Writer;
use crate::entry::{Entry, Signed};
use crate::header::{Header, Part, entry_id};
use crate::ids::{DeviceId, EntryId, LogId, SpaceId};
use crate::role::Role;
use crate::sign::{CheckingKey, FrequentAuthors};

impl Trust {
    /// What is to be said of an entry of any lane, given what is known now. Heads that go backwards
    /// along a data log are for the caller to see, who has the header before
    /// ([`Trust::heads_advance`]).
    pub fn verdict(&self, signed: Signed<'_>) -> Verdict {
        if signed.header.lane.part == Part::Control && self.awaits_cut(signed.header) {
            return Verdict::Waits(Vec::new());
        }
        self.verdict_built_on(signed)
    }

    /// Finds out whether entries are signed by the authors that their logs have, as far as those
    /// are known here, so that a verdict does not have to: for a thread that has time.
    pub fn look_ahead<'e>(
        &self,
        entries: impl IntoIterator<Item = &'e Entry>,
        authors: &FrequentAuthors,
    ) {
        let mut by_log: BTreeMap<LogId, Vec<Signed<'e>>> = BTreeMap::new();
        for entry in entries {
            by_log.entry(entry.header().log).or_default().push(entry.signed());
        }
        for (log, signed) in by_log {
            if let Some(key) = self.author_of(log).and_then(|by| CheckingKey::new(by.key())) {
                Signed::check_all(&signed, &key, authors);
            }
        }
    }

    /// The same of an entry on which one builds whose author is in ([`Trust::vouches`]): it does
    /// not wait for the cut of its log, which may itself build on it.
    pub fn verdict_built_on(&self, signed: Signed<'_>) -> Verdict {
        let header = signed.header;
        let judged = match header.lane.part {
            Part::Data => self
                .check_school(header)
                .and_then(|()| Ok(check_data_shape(header)?))
                .and_then(|()| self.check_present(header, &[]))
                .and_then(|()| Ok(self.check_signed(signed)?))
                .and_then(|author| self.judge_data(header, author)),
            Part::Control => {
                let id = entry_id(signed.bytes);
                self.judge_control(id, signed).map(|node| match node.at_heads.held.first() {
                    Some(held) => Verdict::Held(held.reason),
                    None => Verdict::Stands,
                })
            }
        };
        judged.unwrap_or_else(|stop| match stop {
            Stop::Waits(missing) => Verdict::Waits(missing),
            Stop::Refused(refusal) => Verdict::Refused(refusal),
        })
    }

    /// Whether an entry is signed by a device that is in: what it names was known to somebody who
    /// may be taken at their word.
    pub fn vouches(&self, entry: &Entry) -> bool {
        match self.check_signed(entry.signed()) {
            Ok(Author::Device(device)) => self.charter.admitted(device).is_some(),
            Ok(Author::Recovery(signing)) => self.recovery_signing() == Some(&signing),
            Err(_) => false,
        }
    }

    /// Whether a control entry is of a removed device of whose log no manager of the space has
    /// said yet how much stands.
    fn awaits_cut(&self, header: &Header) -> bool {
        let device = self.device_of_log(header.log);
        device.is_some_and(|device| self.uncut(header.lane.space).contains(&device))
    }

    /// The same of a data entry that was taken in before: its signature and form are as they were.
    pub fn verdict_again(&self, header: &Header) -> Verdict {
        let Some(device) = self.device_of_log(header.log) else {
            return Verdict::Held(HeldReason::NotAllowed);
        };
        match self.judge_data(header, Author::Device(device)) {
            Ok(verdict) => verdict,
            Err(Stop::Waits(missing)) => Verdict::Waits(missing),
            Err(Stop::Refused(refusal)) => Verdict::Refused(refusal),
        }
    }

    /// The role that the author of a data entry had when they wrote it, as far as it stands now:
    /// for what a role has to decide, such as a rule of the school.
    pub fn role_when(&self, header: &Header) -> Option<Role> {
        let device = self.device_of_log(header.log)?;
        let world = self.world(header.lane.space, &header.charter_heads, &header.control_heads);
        let (_, then) = world.author(device)?;
        let (past, charter_past) = self.pasts(header);
        if !self.is_shaken(header.lane.space, &past, &charter_past) {
            return Some(then);
        }
        let stands = self.world_now(header.lane.space, &past, &charter_past);
        stands.author(device).map(|(_, role)| role.min(then))
    }

    fn judge_data(&self, header: &Header, author: Author) -> Result<Verdict, Stop> {
        let space = header.lane.space;
        let world = self.world(space, &header.charter_heads, &header.control_heads);
        if !world.covers {
            return Err(Refusal::HeadsBackwards.into());
        }
        let Author::Device(device) = author else {
            return Ok(Verdict::Held(HeldReason::NotAllowed));
        };
        let (past, charter_past) = self.pasts(header);
        let at_heads = may_save(&world, device, header);
        let now = at_heads.and_then(|()| {
            if self.is_shaken(space, &past, &charter_past) {
                may_save(&self.world_now(space, &past, &charter_past), device, header)?;
            }
            self.charter.admitted(device).map(|_| ()).ok_or(HeldReason::DeviceNotTrusted)
        });
        if let Err(reason) = now {
            return Ok(Verdict::Held(reason));
        }
        let nothing = SpaceState::default();
        let state = self.spaces.get(&space).unwrap_or(&nothing);
        let person = self.charter.person_of(device);
        let uncut = self.charter.is_removed(device) && !state.is_cut(device);
        Ok(match state.bound(header.log, device, person, &past) {
            Bound::Nothing => Verdict::Held(HeldReason::PastTheCut),
            Bound::UpTo(_) | Bound::Free if uncut => Verdict::Waits(Vec::new()),
            Bound::UpTo(tips) => Verdict::StandsUpTo(tips),
            Bound::Free => Verdict::Stands,
        })
    }

    /// Whether something among these entries stands otherwise than their authors knew.
    fn is_shaken(&self, space: SpaceId, past: &Bits, charter_past: &Bits) -> bool {
        let shaken = |space, past: &Bits| {
            self.now.get(&space).is_some_and(|settled| past.intersects(&settled.shaken))
        };
        shaken(space, past) || shaken(SpaceId::CHARTER, charter_past)
    }

    /// What stands now of what an author knew.
    fn world_now(&self, space: SpaceId, past: &Bits, charter_past: &Bits) -> World {
        let mut world = World::new(space);
        if let Some(settled) = self.now.get(&SpaceId::CHARTER) {
            settled.effects(charter_past).for_each(|effect| world.charter.apply(effect));
        }
        if let Some(settled) = self.now.get(&space) {
            settled.effects(past).for_each(|effect| world.space.apply(effect));
        }
        world
    }

    /// The sections of a held data entry that a manager has vouched for.
    pub fn attested(&self, space: SpaceId, entry: EntryId) -> BTreeSet<u16> {
        let attested = self.spaces.get(&space).and_then(|state| state.attested.get(&entry));
        attested.map(|attested| attested.sections.clone()).unwrap_or_default()
    }

    /// What decides, beside what its entries name, how much of a log stands in a space: equal as
    /// long as no entry of it needs to be judged again.
    pub fn standing_of_log(&self, space: SpaceId, log: LogId) -> LogStanding {
        let device = self.device_of_log(log);
        let nothing = SpaceState::default();
        let state = self.spaces.get(&space).unwrap_or(&nothing);
        let shaken = |space| {
            let settled = self.now.get(&space).zip(self.lanes.get(&space)).into_iter();
            settled
                .flat_map(|(settled, graph)| graph.among(&settled.shaken).map(|(_, node)| node.id))
        };
        let of_log = state.attested.iter().filter(|(_, attested)| attested.log == log);
        LogStanding {
            removed: device.is_some_and(|device| self.charter.is_removed(device)),
            suspended: device.is_some_and(|device| self.charter.admitted(device).is_none()),
            cuts: device.map_or_else(BTreeSet::new, |device| {
                state.cuts_of(device, self.charter.person_of(device))
            }),
            tips: device.map_or_else(BTreeSet::new, |device| {
                let person = self.charter.person_of(device);
                match state.bound(log, device, person, &Bits::default()) {
                    Bound::UpTo(tips) => tips.into_iter().map(|tip| tip.entry).collect(),
                    Bound::Free | Bound::Nothing => BTreeSet::new(),
                }
            }),
            attested: of_log.map(|(entry, known)| (*entry, known.sections.clone())).collect(),
            shaken: shaken(SpaceId::CHARTER).chain(shaken(space)).collect(),
        }
    }
}

/// See [`Trust::standing_of_log`]. The default is that of a log of which nothing was ever cut,
/// vouched for or shaken.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Default, Debug)]
pub struct LogStanding {
    removed: bool,
    suspended: bool,
    cuts: BTreeSet<(EntryId, usize)>,
    /// The entries at which it is cut.
    pub tips: BTreeSet<EntryId>,
    attested: BTreeMap<EntryId, BTreeSet<u16>>,
    shaken: BTreeSet<EntryId>,
}

impl LogStanding {
    /// A digest of it, to be kept and compared. `here` says which of its tips have arrived.
    pub fn digest(&self, here: impl Fn(EntryId) -> bool) -> [u8; 32] {
        let mut out = Writer::new();
        out.u8(self.removed.into()).u8(self.suspended.into()).u64(self.cuts.len() as u64);
        for (entry, act) in &self.cuts {
            out.raw(entry.as_bytes()).u64(*act as u64);
        }
        out.u64(self.tips.len() as u64);
        for tip in &self.tips {
            out.raw(tip.as_bytes()).u8(here(*tip).into());
        }
        out.u64(self.attested.len() as u64);
        for (entry, sections) in &self.attested {
            out.raw(entry.as_bytes()).u64(sections.len() as u64);
            for section in sections {
                out.u16(*section);
            }
        }
        for entry in &self.shaken {
            out.raw(entry.as_bytes());
        }
        *blake3::hash(&out.finish()).as_bytes()
    }
}

/// Whether a device might save an entry in a world.
fn may_save(world: &World, device: DeviceId, header: &Header) -> Result<(), HeldReason> {
    let Some((certificate, role)) = world.author(device) else {
        let removed = world.charter.is_removed(device);
        return Err(if removed { HeldReason::Removed } else { HeldReason::DeviceNotTrusted });
    };
    if !world.is_member(certificate.person) {
        return Err(HeldReason::NotAMember);
    }
    if !Role::may_write(role) {
        return Err(HeldReason::NotAllowed);
    }
    let known = world.space.epochs.contains_key(&header.epoch);
    if known { Ok(()) } else { Err(HeldReason::UnknownEpoch) }
}
