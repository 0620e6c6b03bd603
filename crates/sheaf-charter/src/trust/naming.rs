//! What people, devices and spaces are called.

use std::collections::BTreeMap;

use super::Trust;
use super::effect::{Latest, Stamp};
use super::graph::{Graph, Node, SealedNames};
use crate::ids::{DocumentId, SpaceId};
use crate::keys::KeyRing;
use crate::names::{ControlNames, Names, Subject};
use crate::role::Role;
use crate::section::{SectionPlace, open_section};

impl Trust {
    /// The names that these keys open. People, devices and the school are named in the charter, a
    /// space in its own lane; by leads and above, or by oneself for oneself and the own device.
    pub fn names(&self, keys: &KeyRing) -> Names {
        let mut names = Names::default();
        for (space, lane) in &self.lanes {
            for (subject, name) in self.lane_names(*space, lane, keys) {
                match subject {
                    Subject::School => names.school = Some(name),
                    Subject::Person(person) => {
                        names.people.insert(person, name);
                    }
                    Subject::Device(device) => {
                        names.devices.insert(device, name);
                    }
                    Subject::Space => {
                        names.spaces.insert(*space, name);
                    }
                    Subject::Reason => {}
                }
            }
        }
        names
    }

    fn lane_names(
        &self,
        space: SpaceId,
        lane: &Graph,
        keys: &KeyRing,
    ) -> BTreeMap<Subject, String> {
        let mut latest: BTreeMap<Subject, Latest<String>> = BTreeMap::new();
        for (index, node) in lane.nodes().iter().enumerate() {
            let judgement = self.now.get(&space).and_then(|settled| settled.judgement(index));
            let stamp = judgement.and_then(|judgement| judgement.stamp.as_ref());
            let (Some(stamp), Some(sealed)) = (stamp, &node.names) else { continue };
            let Some(names) = open(space, sealed, keys) else { continue };
            for (subject, name) in names.iter().filter(|(what, _)| may_name(stamp, space, *what)) {
                latest.entry(subject).or_default().push(stamp.clone(), name.to_owned());
            }
        }
        let winners = latest.into_iter();
        winners.filter_map(|(what, names)| Some((what, names.winner()?.1.clone()))).collect()
    }
}

impl Node {
    /// The reason that its author gave.
    pub(super) fn reason(&self, space: SpaceId, keys: &KeyRing) -> Option<String> {
        let names = open(space, self.names.as_ref()?, keys)?;
        let reason = names.iter().find(|(subject, _)| *subject == Subject::Reason);
        reason.map(|(_, reason)| reason.to_owned())
    }
}

fn open(space: SpaceId, sealed: &SealedNames, keys: &KeyRing) -> Option<ControlNames> {
    let key = keys.key(space, sealed.epoch)?;
    let place =
        SectionPlace { header_prefix: &sealed.header_prefix, index: 0, document: DocumentId::ZERO };
    let opened = open_section(key, &place, &sealed.section).ok()?;
    ControlNames::from_changes(&opened.changes).ok()
}

fn may_name(author: &Stamp, space: SpaceId, subject: Subject) -> bool {
    let in_charter = space == SpaceId::CHARTER;
    let leads = author.role >= Role::Lead;
    match subject {
        Subject::School => in_charter && leads,
        Subject::Person(person) => in_charter && (leads || person == author.author),
        Subject::Device(device) => in_charter && (leads || device == author.device),
        Subject::Space => !in_charter && leads,
        Subject::Reason => false,
    }
}
