//! Taking in control entries.

use super::Trust;
use super::effect::{Change, HeldAct};
use super::graph::{Node, SealedNames};
use super::judge::Stop;
use super::verdict::Refusal;
use crate::entry::Entry;
use crate::header::{Header, Lane, Part};
use crate::ids::{EntryId, LogId, MAX_INCARNATIONS, SchoolId, SpaceId};

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
        let node =
            match self.judge_control(entry.id(), header, entry.signature(), entry.header_bytes()) {
                Ok(node) => node,
                Err(Stop::Waits(missing)) => return Ok(Inserted::Waits { missing }),
                Err(Stop::Refused(refusal)) => return Err(refusal),
            };
        let node = Node { names: sealed_names(entry), ..node };
        let held = node.held.clone();
        self.keep(header, node);
        Ok(Inserted::New { held })
    }

    fn keep(&mut self, header: &Header, node: Node) {
        let space = header.lane.space;
        if header.school == SchoolId::ZERO {
            self.school = Some(SchoolId::from_founding(node.id));
        }
        for effect in &node.effects {
            if let Change::Device { certificate } = &effect.change {
                for incarnation in 0..MAX_INCARNATIONS {
                    let log = LogId::derive(certificate.device, incarnation);
                    self.logs.insert(log, certificate.device);
                }
            }
            if space == SpaceId::CHARTER {
                self.charter.apply(effect);
            }
            self.spaces.entry(space).or_default().apply(effect);
        }
        let parents = if header.lane == Lane::CHARTER {
            &header.charter_heads
        } else {
            &header.control_heads
        };
        self.lanes.entry(space).or_default().push(node, parents);
    }
}

fn sealed_names(entry: &Entry) -> Option<SealedNames> {
    let row = entry.header().table.first()?;
    let section = entry.sections().first()?.clone()?;
    (row.document.as_bytes() == &[0; 16]).then(|| {
        let header_prefix = entry.header().prefix_bytes();
        SealedNames { epoch: entry.header().epoch, header_prefix, section }
    })
}
