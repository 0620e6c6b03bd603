//! Acts that take a right away: whom they concern, what they void, and which of two that void each
//! other is the stronger.

use std::cmp::Reverse;
use std::collections::BTreeSet;

use super::bits::Bits;
use super::graph::{Graph, Node};
use crate::act::{Act, LogCut, Reach};
use crate::ids::{DeviceId, EntryId, LogId, PersonId};
use crate::role::Role;

/// Who is removed.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Target {
    /// A device; its person stays.
    Device(DeviceId),
    /// A person with all devices.
    Person(PersonId),
}

/// Whose entries an act cuts off.
#[derive(Clone, PartialEq, Eq, Debug)]
enum Scope {
    Person(PersonId),
    Devices(BTreeSet<DeviceId>),
}

/// What becomes of a log that is not named.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Unnamed {
    /// What the author knew stands.
    AsKnown,
    /// It is not cut.
    Stands,
}

/// An act that takes a right away, where its author might.
#[derive(Clone, Debug)]
pub(super) struct Removal {
    /// The act's place in the entry.
    pub(super) act: usize,
    scope: Scope,
    cuts: Vec<LogCut>,
    unnamed: Unnamed,
}

/// Which of two removals that void each other holds: the recovery key's, then that with more
/// distinct persons behind it, then that of higher rank, then the lower entry id.
pub(super) type Strength = (bool, usize, Role, Reverse<EntryId>, usize);

impl Removal {
    /// The removal in an act, if it is one. `device_of` tells whose a log is.
    pub(super) fn of(
        act: &Act,
        place: usize,
        device_of: impl Fn(LogId) -> Option<DeviceId>,
    ) -> Option<Self> {
        let (scope, cuts, unnamed) = match act {
            Act::RemoveDevice { device, cuts } => {
                (Scope::Devices(BTreeSet::from([*device])), cuts, Unnamed::AsKnown)
            }
            Act::RemovePerson { person, cuts } => (Scope::Person(*person), cuts, Unnamed::AsKnown),
            Act::LeaveSpace { person, cuts } => (Scope::Person(*person), cuts, Unnamed::AsKnown),
            Act::SetRole { person, cuts, .. } if !cuts.is_empty() => {
                (Scope::Person(*person), cuts, Unnamed::Stands)
            }
            Act::Cut { cuts } => {
                let devices = cuts.iter().filter_map(|cut| device_of(cut.log)).collect();
                (Scope::Devices(devices), cuts, Unnamed::AsKnown)
            }
            _ => return None,
        };
        Some(Self { act: place, scope, cuts: cuts.clone(), unnamed })
    }

    /// Whether it concerns the entries of a device.
    pub(super) fn concerns(&self, device: DeviceId, person: Option<PersonId>) -> bool {
        match &self.scope {
            Scope::Person(target) => person == Some(*target),
            Scope::Devices(targets) => targets.contains(&device),
        }
    }

    fn concerns_node(&self, node: &Node) -> bool {
        node.author.device().is_some_and(|device| self.concerns(device, node.person))
    }

    /// The entries of a set that do not stand beside this removal, which is in the entry `at`:
    /// those of whom it concerns, past the cut, that did not know of it.
    pub(super) fn voids(&self, at: usize, graph: &Graph, set: &Bits) -> Bits {
        let mut void = Bits::default();
        for (index, node) in graph.among(set) {
            let knew = index == at || node.past.contains(at);
            if !knew && self.concerns_node(node) && !self.reaches(at, graph, index, node) {
                void.insert(index);
            }
        }
        void
    }

    /// Whether an entry is within the cut.
    fn reaches(&self, at: usize, graph: &Graph, index: usize, node: &Node) -> bool {
        match self.cuts.iter().find(|cut| cut.log == node.log).map(|cut| cut.control) {
            Some(Reach::All) => true,
            Some(Reach::Nothing) => false,
            Some(Reach::UpTo(tip)) => graph.leads_to(index, tip.entry),
            None if self.unnamed == Unnamed::Stands => true,
            None => graph.nodes().get(at).is_some_and(|removal| removal.past.contains(index)),
        }
    }

    /// What those whom this removal concerns had acknowledged before the cut: all that their last
    /// standing entries name, and all that was there when they came. Beside its author only
    /// persons admitted in it count as being behind a removal: a stolen device cannot invite its
    /// own supporters.
    fn acknowledged(&self, at: usize, graph: &Graph) -> Bits {
        let mut known = Bits::default();
        let Some(removal) = graph.nodes().get(at) else { return known };
        for (index, node) in graph.among(&removal.past) {
            let admits = node.acts.iter().any(|act| self.is_admission(act, node));
            let wrote = self.concerns_node(node) && self.reaches(at, graph, index, node);
            if admits || wrote {
                graph.add_closure(index, &mut known);
            }
        }
        known
    }

    /// Whether an act brings those whom this removal concerns in.
    fn is_admission(&self, act: &Act, node: &Node) -> bool {
        match act {
            Act::Found { certificate, .. }
            | Act::AdmitPerson { certificate, .. }
            | Act::AdmitDevice { certificate } => {
                self.concerns(certificate.device, Some(certificate.person))
            }
            Act::AdmitToSpace { person } => self.scope == Scope::Person(*person),
            Act::CreateSpace { .. } => self.concerns_node(node),
            _ => false,
        }
    }

    /// How strong it is among the entries of a set.
    pub(super) fn strength(&self, at: usize, graph: &Graph, set: &Bits) -> Option<Strength> {
        let node = graph.nodes().get(at)?;
        let stamp = node.at_heads.stamp.as_ref()?;
        let acknowledged = self.acknowledged(at, graph);
        let mut behind = BTreeSet::new();
        for (index, other) in graph.among(set) {
            let same = other.removals.iter().any(|removal| removal.scope == self.scope);
            let endorses = other.endorses(node.id);
            if index != at && (same || endorses) {
                behind.extend(other.person);
            }
        }
        behind
            .retain(|person| graph.among(&acknowledged).any(|(_, node)| node.introduces(*person)));
        behind.extend(node.person);
        Some((stamp.recovery, behind.len(), stamp.role, Reverse(node.id), self.act))
    }
}

impl Node {
    /// Whether it endorses an entry, and its author might.
    pub(super) fn endorses(&self, entry: EntryId) -> bool {
        self.acts.iter().enumerate().any(|(place, act)| {
            matches!(act, Act::Endorse { entry: endorsed } if *endorsed == entry)
                && self.at_heads.reason(place).is_none()
        })
    }

    /// Whether a person comes into the school or the space by it.
    fn introduces(&self, who: PersonId) -> bool {
        self.acts.iter().enumerate().any(|(place, act)| {
            let introduced = match act {
                Act::Found { certificate, .. } | Act::AdmitPerson { certificate, .. } => {
                    certificate.person == who
                }
                Act::AdmitToSpace { person } => *person == who,
                Act::CreateSpace { .. } => self.person == Some(who),
                _ => false,
            };
            introduced && self.at_heads.reason(place).is_none()
        })
    }
}
