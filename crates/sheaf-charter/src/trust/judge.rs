//! Judging control entries: form, chain, signature, and what the author knew.

use std::sync::Arc;

use super::Trust;
use super::authority::{Scene, founding_changes};
use super::bits::Bits;
use super::effect::{Effect, HeldAct, Judgement, Stamp};
use super::form::check_form;
use super::graph::{Author, Graph, Node};
use super::removal::Removal;
use super::shape::check_control_shape;
use super::verdict::{HeldReason, Refusal};
use super::world::World;
use crate::act::Act;
use crate::entry::Signed;
use crate::header::{Header, Lane};
use crate::ids::{DeviceId, EntryId, EpochId, LogId, PersonId, SchoolId, SpaceId};
use crate::role::Role;

pub(super) enum Stop {
    Waits(Vec<EntryId>),
    Refused(Refusal),
}

impl From<Refusal> for Stop {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

/// What is needed of an entry to judge its acts.
pub(super) struct Script<'a> {
    entry: EntryId,
    index: usize,
    author: Author,
    past: &'a Arc<Bits>,
    charter_past: &'a Bits,
    acts: &'a [Act],
}

impl Node {
    pub(super) fn script(&self, index: usize) -> Script<'_> {
        let (entry, author) = (self.id, self.author);
        let (past, charter_past, acts) = (&self.past, &*self.charter_past, &*self.acts);
        Script { entry, index, author, past, charter_past, acts }
    }
}

impl Trust {
    pub(super) fn judge_control(&self, id: EntryId, signed: Signed<'_>) -> Result<Node, Stop> {
        let header = signed.header;
        if header.school == SchoolId::ZERO {
            return self.judge_founding(id, signed);
        }
        self.check_school(header)?;
        check_control_shape(header)?;
        let previous = (header.seq > 0).then_some(header.previous);
        self.check_present(header, previous.as_slice())?;
        let author = self.check_signed(signed)?;
        header.acts.iter().try_for_each(|act| check_form(act, header.lane.space))?;
        let world = self.world(header.lane.space, &header.charter_heads, &header.control_heads);
        if !world.covers {
            return Err(Refusal::HeadsBackwards.into());
        }
        let (past, charter_past) = self.pasts(header);
        self.check_chain(header, &past)?;
        let nothing = Graph::default();
        let graph = self.lanes.get(&header.lane.space).unwrap_or(&nothing);
        let (past, acts) = (Arc::new(past), Arc::from(header.acts.as_slice()));
        let index = graph.next_index();
        let (past_of, charter_past_of) = (&past, &charter_past);
        let script = Script {
            entry: id,
            index,
            author,
            past: past_of,
            charter_past: charter_past_of,
            acts: &acts,
        };
        let (person, judgement) = self.judge_acts(graph, &script, &world, &|_| None);
        let removals = self.rights_taken(&acts, &judgement);
        Ok(Node {
            id,
            log: header.log,
            seq: header.seq,
            author,
            person,
            past,
            charter_past: Arc::new(charter_past),
            acts,
            at_heads: Arc::new(judgement),
            tainted: world.tainted,
            removals,
            names: None,
        })
    }

    /// What the acts of an entry do in a world, one after the other, except those that are barred;
    /// and the author's person, where the author is known there.
    pub(super) fn judge_acts(
        &self,
        graph: &Graph,
        script: &Script<'_>,
        world: &World,
        barred: &dyn Fn(usize) -> Option<HeldReason>,
    ) -> (Option<PersonId>, Judgement) {
        let (author, device, role, recovery) = match who(script.author, world) {
            Ok(who) => who,
            Err(reason) => {
                let judgement = Judgement::held(script.entry, script.acts.len(), reason);
                return (None, judgement);
            }
        };
        let mut judgement = Judgement::default();
        let mut running = world.clone();
        for (act, what) in script.acts.iter().enumerate() {
            let (entry, past) = (script.entry, script.past.clone());
            let index = script.index;
            let stamp = Stamp { index, act, entry, past, author, device, role, recovery };
            let judged = barred(act).map_or_else(
                || {
                    let school = self.school.unwrap_or(SchoolId::ZERO);
                    let device_of = |log| self.device_of_log(log);
                    let admitted = |device| self.admits(script.charter_past, device);
                    let (world, author) = (&running, &stamp);
                    let device_of = &device_of;
                    let scene =
                        Scene { school, world, author, graph, device_of, admitted: &admitted };
                    scene.judge(what)
                },
                Err,
            );
            match judged {
                Err(reason) => judgement.held.push(HeldAct { entry, act, reason }),
                Ok(changes) => {
                    judgement.stamp.get_or_insert_with(|| stamp.clone());
                    for change in changes {
                        let effect = Effect { stamp: stamp.clone(), change };
                        running.apply(&effect);
                        judgement.effects.push(effect);
                    }
                }
            }
        }
        ((!recovery).then_some(author), judgement)
    }

    /// Whether a device was ever admitted in a set of the charter's entries.
    fn admits(&self, set: &Bits, device: DeviceId) -> bool {
        let Some(charter) = self.lanes.get(&SpaceId::CHARTER) else { return false };
        let mut nodes = charter.among(set);
        nodes.any(|(_, node)| {
            node.acts.iter().enumerate().any(|(place, act)| match act {
                Act::Found { certificate, .. }
                | Act::AdmitPerson { certificate, .. }
                | Act::AdmitDevice { certificate } => {
                    certificate.device == device && node.at_heads.reason(place).is_none()
                }
                _ => false,
            })
        })
    }

    /// The acts among these that take a right away and that the author might.
    fn rights_taken(&self, acts: &[Act], judgement: &Judgement) -> Vec<Removal> {
        let standing = acts.iter().enumerate().filter(|(act, _)| judgement.reason(*act).is_none());
        standing
            .filter_map(|(place, act)| Removal::of(act, place, |log| self.device_of_log(log)))
            .collect()
    }

    fn judge_founding(&self, id: EntryId, signed: Signed<'_>) -> Result<Node, Stop> {
        let header = signed.header;
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
        if !signed.is_by(device.as_bytes()) {
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
            recovery: false,
        };
        let effects =
            changes.into_iter().map(|change| Effect { stamp: stamp.clone(), change }).collect();
        let judgement = Judgement { effects, held: Vec::new(), stamp: Some(stamp) };
        Ok(Node {
            id,
            log: header.log,
            seq: 0,
            author: Author::Device(device),
            person: Some(author),
            past,
            charter_past: Arc::default(),
            acts: Arc::from(header.acts.as_slice()),
            at_heads: Arc::new(judgement),
            tainted: false,
            removals: Vec::new(),
            names: None,
        })
    }

    pub(super) fn check_school(&self, header: &Header) -> Result<(), Stop> {
        match self.school {
            Some(school) if school == header.school => Ok(()),
            None if self.expected.is_none_or(|expected| expected == header.school) => {
                Err(Stop::Waits(vec![EntryId::from_bytes(header.school.to_bytes())]))
            }
            _ => Err(Refusal::WrongSchool.into()),
        }
    }

    /// Everything that the header names must be here.
    pub(super) fn check_present(&self, header: &Header, previous: &[EntryId]) -> Result<(), Stop> {
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

    pub(super) fn check_signed(&self, signed: Signed<'_>) -> Result<Author, Refusal> {
        let author = self.author_of(signed.header.log).ok_or(Refusal::UnknownAuthor)?;
        if signed.is_by(author.key()) { Ok(author) } else { Err(Refusal::BadSignature) }
    }

    /// Who writes a log, if that is known here.
    pub(super) fn author_of(&self, log: LogId) -> Option<Author> {
        match (self.logs.get(&log), self.recovery_logs.get(&log)) {
            (Some(device), _) => Some(Author::Device(*device)),
            (None, Some(signing)) => Some(Author::Recovery(*signing)),
            (None, None) => None,
        }
    }

    /// The entries of the header's own control part, and of the charter, that the author knew.
    pub(super) fn pasts(&self, header: &Header) -> (Bits, Bits) {
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

/// Person, device, role, and whether it is the recovery key.
type Who = (PersonId, DeviceId, Role, bool);

fn who(author: Author, world: &World) -> Result<Who, HeldReason> {
    match author {
        Author::Recovery(signing) => {
            let holds = world.charter.recovery().is_some_and(|halves| halves.signing == signing);
            let device = DeviceId::from_bytes(signing);
            let who = (PersonId::ZERO, device, Role::Head, true);
            if holds { Ok(who) } else { Err(HeldReason::NotAllowed) }
        }
        Author::Device(device) => match world.author(device) {
            Some((certificate, role)) => Ok((certificate.person, device, role, false)),
            None if world.charter.is_removed(device) => Err(HeldReason::Removed),
            None => Err(HeldReason::DeviceNotTrusted),
        },
    }
}
