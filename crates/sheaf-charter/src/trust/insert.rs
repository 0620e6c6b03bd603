//! Taking in control entries.

use super::Trust;
use super::authority::weighs_on_removals;
use super::bits::Bits;
use super::charter_state::CharterState;
use super::effect::HeldAct;
use super::graph::{Node, SealedNames};
use super::judge::Stop;
use super::removal::Target;
use super::settle::Settled;
use super::space_state::SpaceState;
use super::verdict::Refusal;
use crate::act::Act;
use crate::entry::Entry;
use crate::header::{Header, Lane, Part};
use crate::ids::{DeviceId, EntryId, LogId, MAX_INCARNATIONS, PersonId, SchoolId, SpaceId};

/// What became of a control entry.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Inserted {
    /// It is in; these of its acts have no effect.
    New {
        /// The acts without effect.
        held: Vec<HeldAct>,
    },
    /// It was in already.
    Known,
    /// It is not in: these entries are missing.
    Waits {
        /// What is missing.
        missing: Vec<EntryId>,
    },
}

impl Trust {
    /// Takes in a control entry of any lane, once all entries that it names are here.
    pub fn insert(&mut self, entry: &Entry) -> Result<Inserted, Refusal> {
        let header = entry.header();
        if header.lane.part != Part::Control {
            return Err(Refusal::Shape("a data entry among control entries"));
        }
        if self.lanes.get(&header.lane.space).is_some_and(|lane| lane.contains(entry.id())) {
            return Ok(Inserted::Known);
        }
        let node = match self.judge_control(entry.id(), entry.signed()) {
            Ok(node) => node,
            Err(Stop::Waits(missing)) => return Ok(Inserted::Waits { missing }),
            Err(Stop::Refused(refusal)) => return Err(refusal),
        };
        let index = self.lanes.get(&header.lane.space).map_or(0, |lane| lane.nodes().len());
        self.keep(header, Node { names: sealed_names(entry), ..node });
        let judgement =
            self.now.get(&header.lane.space).and_then(|settled| settled.judgement(index));
        let held = judgement.map(|judgement| judgement.held.clone()).unwrap_or_default();
        Ok(Inserted::New { held })
    }

    fn keep(&mut self, header: &Header, node: Node) {
        let space = header.lane.space;
        if header.school == SchoolId::ZERO {
            self.school = Some(SchoolId::from_founding(node.id));
        }
        self.know_logs(&node);
        let plain = self.nothing_weighs_on(space, &node);
        let parents = if header.lane == Lane::CHARTER {
            &header.charter_heads
        } else {
            &header.control_heads
        };
        self.lanes.entry(space).or_default().push(node, parents);
        if !plain {
            return self.settle_now(space);
        }
        let nothing = Settled::default();
        let now = self.now.get(&space).unwrap_or(&nothing);
        let (judgement, shaken) = self.settle_last(space, now);
        for effect in &judgement.effects {
            if space == SpaceId::CHARTER {
                self.charter.apply(effect);
            }
            self.spaces.entry(space).or_default().apply(effect);
        }
        self.spaces.entry(space).or_default();
        self.now.entry(space).or_default().push(judgement, shaken);
    }

    /// The logs of the devices that an entry admits, where its author might, and of the recovery
    /// keys that it names. Whether the admission stands in the end is another question: whose a
    /// signature is must never depend on it.
    fn know_logs(&mut self, node: &Node) {
        for (place, act) in node.acts.iter().enumerate() {
            if node.at_heads.reason(place).is_some() {
                continue;
            }
            match act {
                Act::Found { certificate, recovery_signing, .. } => {
                    self.know_device(certificate.device);
                    self.know_recovery(*recovery_signing);
                }
                Act::AdmitPerson { certificate, .. } | Act::AdmitDevice { certificate } => {
                    self.know_device(certificate.device);
                }
                Act::ReplaceRecovery { signing, .. } => self.know_recovery(*signing),
                _ => {}
            }
        }
    }

    fn know_device(&mut self, device: DeviceId) {
        for incarnation in 0..MAX_INCARNATIONS {
            self.logs.insert(LogId::derive(device, incarnation), device);
        }
    }

    fn know_recovery(&mut self, signing: [u8; 32]) {
        self.recovery_logs.insert(recovery_log(&signing), signing);
    }

    /// Whether an entry changes nothing of what stands of others, and no removal is about it.
    fn nothing_weighs_on(&self, space: SpaceId, node: &Node) -> bool {
        let weighs = node.acts.iter().any(weighs_on_removals);
        let out = |person| self.charter.removed().contains(&Target::Person(person));
        let concerned = node.author.device().is_none_or(|device| {
            self.charter.is_removed(device)
                || node.person.is_some_and(out)
                || self.is_cut_off(space, device, node.person)
        });
        !weighs && !concerned
    }

    /// Whether a removal in that lane concerns a device.
    fn is_cut_off(&self, space: SpaceId, device: DeviceId, person: Option<PersonId>) -> bool {
        self.lanes.get(&space).is_some_and(|lane| {
            let removals = lane.nodes().iter().flat_map(|node| &node.removals);
            removals.into_iter().any(|removal| removal.concerns(device, person))
        })
    }

    /// Works out anew what stands in a lane; for the charter in every space too.
    fn settle_now(&mut self, space: SpaceId) {
        if space == SpaceId::CHARTER {
            let all = self.everything(SpaceId::CHARTER);
            let settled = self.settle(SpaceId::CHARTER, &all, None);
            let mut charter = CharterState::default();
            settled.effects(&all).for_each(|effect| charter.apply(effect));
            self.charter = charter;
            self.put_settled(SpaceId::CHARTER, &all, settled);
            let spaces: Vec<SpaceId> = self.lanes.keys().copied().collect();
            for space in spaces.into_iter().filter(|space| *space != SpaceId::CHARTER) {
                self.settle_space(space);
            }
        } else {
            self.settle_space(space);
        }
    }

    fn settle_space(&mut self, space: SpaceId) {
        let all = self.everything(space);
        let settled = {
            let nothing = Settled::default();
            let charter = self.now.get(&SpaceId::CHARTER).unwrap_or(&nothing);
            self.settle(space, &all, Some(charter))
        };
        self.put_settled(space, &all, settled);
    }

    fn put_settled(&mut self, space: SpaceId, all: &Bits, settled: Settled) {
        let mut state = SpaceState::default();
        settled.effects(all).for_each(|effect| state.apply(effect));
        self.spaces.insert(space, state);
        self.now.insert(space, settled);
    }

    /// All entries of a lane.
    pub(super) fn everything(&self, space: SpaceId) -> Bits {
        Bits::below(self.lanes.get(&space).map_or(0, |lane| lane.nodes().len()))
    }
}

/// The log that a recovery key writes.
pub(super) fn recovery_log(signing: &[u8; 32]) -> LogId {
    LogId::derive(DeviceId::from_bytes(*signing), 0)
}

fn sealed_names(entry: &Entry) -> Option<SealedNames> {
    let row = entry.header().table.first()?;
    let section = entry.sections().first()?.clone()?;
    (row.document.as_bytes() == &[0; 16]).then(|| {
        let header_prefix = entry.header().prefix_bytes();
        SealedNames { epoch: entry.header().epoch, header_prefix, section }
    })
}
