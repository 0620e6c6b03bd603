//! Judging entries: form, chain, signature, and what the author knew.

use std::sync::Arc;

use super::Trust;
use super::authority::{check_form, founding_changes, judge};
use super::bits::Bits;
use super::effect::{Effect, HeldAct, Stamp};
use super::graph::{Graph, Node};
use super::shape::{check_control_shape, check_data_shape};
use super::verdict::{HeldReason, Refusal, Verdict};
use super::world::World;
use crate::header::{Header, Lane, Part, entry_id};
use crate::ids::{DeviceId, EntryId, EpochId, LogId, SchoolId, SpaceId};
use crate::role::Role;
use crate::sign::{Purpose, verifies};

pub(super) enum Stop {
    Waits(Vec<EntryId>),
    Refused(Refusal),
}

impl From<Refusal> for Stop {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

/// Who wrote an entry.
enum Author {
    Device(DeviceId),
    Recovery,
}

impl Trust {
    /// What is to be said of an entry of any lane, given what is known now. `header_bytes` is the
    /// encoding of `header`. Heads that go backwards along a data log are for the caller to see,
    /// who has the header before ([`Trust::heads_advance`]).
    pub fn verdict(&self, header: &Header, signature: &[u8; 64], header_bytes: &[u8]) -> Verdict {
        let judged = match header.lane.part {
            Part::Data => self.judge_data(header, signature, header_bytes),
            Part::Control => {
                let id = entry_id(header_bytes);
                self.judge_control(id, header, signature, header_bytes)
                    .map(|node| node.held.first().map(|held| held.reason))
            }
        };
        match judged {
            Ok(None) => Verdict::Stands,
            Ok(Some(reason)) => Verdict::Held(reason),
            Err(Stop::Waits(missing)) => Verdict::Waits(missing),
            Err(Stop::Refused(refusal)) => Verdict::Refused(refusal),
        }
    }

    fn judge_data(
        &self,
        header: &Header,
        signature: &[u8; 64],
        header_bytes: &[u8],
    ) -> Result<Option<HeldReason>, Stop> {
        self.check_school(header)?;
        check_data_shape(header)?;
        self.check_present(header, &[])?;
        let author = self.check_signed(header.log, signature, header_bytes)?;
        let space = header.lane.space;
        let world = self.world(space, &header.charter_heads, &header.control_heads);
        if !world.covers {
            return Err(Refusal::HeadsBackwards.into());
        }
        let Author::Device(device) = author else {
            return Ok(Some(HeldReason::NotAllowed));
        };
        let trusted_now = self.charter.certificate(device).is_some();
        let reason = match world.author(device) {
            None => Some(HeldReason::DeviceNotTrusted),
            Some(_) if !trusted_now => Some(HeldReason::DeviceNotTrusted),
            Some((certificate, _)) if !world.is_member(certificate.person) => {
                Some(HeldReason::NotAMember)
            }
            Some((_, role)) if !role.may_write() => Some(HeldReason::NotAllowed),
            Some(_) if !world.space.epochs.contains_key(&header.epoch) => {
                Some(HeldReason::UnknownEpoch)
            }
            Some(_) => None,
        };
        Ok(reason)
    }

    pub(super) fn judge_control(
        &self,
        id: EntryId,
        header: &Header,
        signature: &[u8; 64],
        header_bytes: &[u8],
    ) -> Result<Node, Stop> {
        if header.school == SchoolId::ZERO {
            return self.judge_founding(id, header, signature, header_bytes);
        }
        self.check_school(header)?;
        check_control_shape(header)?;
        let previous = (header.seq > 0).then_some(header.previous);
        self.check_present(header, previous.as_slice())?;
        let author = self.check_signed(header.log, signature, header_bytes)?;
        header.acts.iter().try_for_each(|act| check_form(act, header.lane.space))?;
        let world = self.world(header.lane.space, &header.charter_heads, &header.control_heads);
        if !world.covers {
            return Err(Refusal::HeadsBackwards.into());
        }
        let (past, charter_past) = self.pasts(header);
        self.check_chain(header, &past)?;
        let mut node = Node {
            id,
            log: header.log,
            seq: header.seq,
            past: Arc::new(past),
            charter_past: Arc::new(charter_past),
            effects: Vec::new(),
            held: Vec::new(),
            stamp: None,
            names: None,
        };
        let school = header.school;
        match author {
            Author::Device(device) => self.judge_acts(school, header, device, &world, &mut node),
            // What the recovery key may do comes with a later version.
            Author::Recovery => hold_all(header, HeldReason::NeedsNewerVersion, &mut node),
        }
        Ok(node)
    }

    fn judge_acts(
        &self,
        school: SchoolId,
        header: &Header,
        device: DeviceId,
        world: &World,
        node: &mut Node,
    ) {
        let Some((certificate, role)) = world.author(device) else {
            return hold_all(header, HeldReason::DeviceNotTrusted, node);
        };
        let index = self.lanes.get(&header.lane.space).map_or(0, Graph::next_index);
        let mut running = world.clone();
        for (act, what) in header.acts.iter().enumerate() {
            let past = node.past.clone();
            let author = certificate.person;
            let stamp = Stamp { index, act, entry: node.id, past, author, device, role };
            match judge(what, school, &running, &stamp) {
                Err(reason) => node.held.push(HeldAct { entry: node.id, act, reason }),
                Ok(changes) => {
                    node.stamp.get_or_insert_with(|| stamp.clone());
                    for change in changes {
                        let effect = Effect { stamp: stamp.clone(), change };
                        running.apply(&effect);
                        node.effects.push(effect);
                    }
                }
            }
        }
    }

    fn judge_founding(
        &self,
        id: EntryId,
        header: &Header,
        signature: &[u8; 64],
        header_bytes: &[u8],
    ) -> Result<Node, Stop> {
        let school = SchoolId::from_founding(id);
        if self.school.or(self.expected).is_some_and(|expected| expected != school) {
            return Err(Refusal::WrongSchool.into());
        }
        let shape = Refusal::Shape("a founding entry");
        let [act] = header.acts.as_slice() else { return Err(shape.into()) };
        let (device, author, changes) = founding_changes(act).ok_or(shape)?;
        let bare = header.lane == Lane::CHARTER
            && header.seq == 0
            && header.charter_heads.is_empty()
            && header.control_heads.is_empty()
            && header.table.is_empty()
            && header.epoch == EpochId::ZERO
            && header.log == LogId::derive(device, 0);
        if !bare {
            return Err(shape.into());
        }
        if !verifies(device.as_bytes(), Purpose::Entry, header_bytes, signature) {
            return Err(Refusal::BadSignature.into());
        }
        check_form(act, SpaceId::CHARTER)?;
        let past = Arc::new(Bits::default());
        let stamp = Stamp {
            index: 0,
            act: 0,
            entry: id,
            past: past.clone(),
            author,
            device,
            role: Role::Head,
        };
        let effects =
            changes.into_iter().map(|change| Effect { stamp: stamp.clone(), change }).collect();
        Ok(Node {
            id,
            log: header.log,
            seq: 0,
            past,
            charter_past: Arc::default(),
            effects,
            held: Vec::new(),
            stamp: Some(stamp),
            names: None,
        })
    }

    fn check_school(&self, header: &Header) -> Result<(), Stop> {
        match self.school {
            Some(school) if school == header.school => Ok(()),
            None if self.expected.is_none_or(|expected| expected == header.school) => {
                Err(Stop::Waits(vec![EntryId::from_bytes(header.school.to_bytes())]))
            }
            _ => Err(Refusal::WrongSchool.into()),
        }
    }

    /// Everything that the header names must be here.
    fn check_present(&self, header: &Header, previous: &[EntryId]) -> Result<(), Stop> {
        let absent = |space: SpaceId, ids: &[EntryId]| -> Vec<EntryId> {
            let lane = self.lanes.get(&space);
            let here = |id: &EntryId| lane.is_some_and(|lane| lane.contains(*id));
            ids.iter().copied().filter(|id| !here(id)).collect()
        };
        let mut missing = absent(SpaceId::CHARTER, &header.charter_heads);
        missing.extend(absent(header.lane.space, &header.control_heads));
        missing.extend(absent(header.lane.space, previous));
        missing.sort_unstable();
        missing.dedup();
        if missing.is_empty() { Ok(()) } else { Err(Stop::Waits(missing)) }
    }

    fn check_signed(
        &self,
        log: LogId,
        signature: &[u8; 64],
        header_bytes: &[u8],
    ) -> Result<Author, Refusal> {
        let (author, key) = match self.logs.get(&log) {
            Some(device) => (Author::Device(*device), device.to_bytes()),
            None => {
                let recovery = self.charter.recovery_signing.ok_or(Refusal::UnknownAuthor)?;
                if log != LogId::derive(DeviceId::from_bytes(recovery), 0) {
                    return Err(Refusal::UnknownAuthor);
                }
                (Author::Recovery, recovery)
            }
        };
        if verifies(&key, Purpose::Entry, header_bytes, signature) {
            Ok(author)
        } else {
            Err(Refusal::BadSignature)
        }
    }

    fn pasts(&self, header: &Header) -> (Bits, Bits) {
        let closure = |space: SpaceId, heads: &[EntryId]| {
            self.lanes.get(&space).map(|lane| lane.closure(heads)).unwrap_or_default()
        };
        let charter = closure(SpaceId::CHARTER, &header.charter_heads);
        if header.lane == Lane::CHARTER {
            (charter, Bits::default())
        } else {
            (closure(header.lane.space, &header.control_heads), charter)
        }
    }

    /// The entry before it must be the one at the place before, and the author must have known it.
    fn check_chain(&self, header: &Header, past: &Bits) -> Result<(), Refusal> {
        if header.seq == 0 {
            return Ok(());
        }
        let lane = self.lanes.get(&header.lane.space).ok_or(Refusal::BrokenChain)?;
        let previous = lane.get(header.previous).ok_or(Refusal::BrokenChain)?;
        if previous.log != header.log || previous.seq.checked_add(1) != Some(header.seq) {
            return Err(Refusal::BrokenChain);
        }
        let known = past.is_superset(&lane.closure(&[header.previous]));
        if known { Ok(()) } else { Err(Refusal::HeadsBackwards) }
    }
}

fn hold_all(header: &Header, reason: HeldReason, node: &mut Node) {
    let entry = node.id;
    node.held.extend((0..header.acts.len()).map(|act| HeldAct { entry, act, reason }));
}
