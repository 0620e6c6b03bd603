//! Who is in, and what this device holds.

mod locker;

use std::collections::BTreeMap;

use sheaf_charter::{Certificate, DeviceId, Lane, Member, PersonId, SpaceId, Target};
use sheaf_store::Peer;

use crate::buckets;
use crate::control::Control;
use crate::error::Result;
use crate::records::time_text;
use crate::school::School;
use crate::shape::{DeviceShape, MemberShape, Members, PeerShape, SpaceShape, Status};

impl School {
    /// Everyone in the school, with the spaces that they share with this device.
    pub fn members(&self) -> Result<Members> {
        self.core.refresh()?;
        let peers = self.peers()?;
        let control = &*self.core.control();
        let own = control.chosen_spaces(self.person());
        let mut members: Vec<MemberShape> = control
            .trust
            .people()
            .into_iter()
            .map(|member| self.member_shape(control, &member, &own, &peers))
            .collect();
        members.extend(self.removed_people(control, &peers));
        members.sort_by(|a, b| (&a.state, &a.name).cmp(&(&b.state, &b.name)));
        Ok(Members { members })
    }

    fn member_shape(
        &self,
        control: &Control,
        member: &Member,
        own: &[SpaceId],
        peers: &BTreeMap<DeviceId, Peer>,
    ) -> MemberShape {
        let shared = own.iter().filter(|space| {
            **space != SpaceId::CHARTER && control.trust.is_person_in(member.person, **space)
        });
        let mut spaces: Vec<String> = shared.map(|space| control.space_name(*space)).collect();
        spaces.sort();
        MemberShape {
            person_id: member.person.to_string(),
            name: control.person_name(&member.person.to_string()),
            role: member.role.to_string(),
            state: "in".to_owned(),
            devices: self.device_shapes(control, (member.person, &member.devices), peers),
            spaces,
        }
    }

    fn removed_people(
        &self,
        control: &Control,
        peers: &BTreeMap<DeviceId, Peer>,
    ) -> Vec<MemberShape> {
        let people = control.trust.removed().iter().filter_map(|target| match target {
            Target::Person(person) => Some(*person),
            Target::Device(_) => None,
        });
        let shape = |person: PersonId| MemberShape {
            person_id: person.to_string(),
            name: control.person_name(&person.to_string()),
            role: control.trust.last_role(person).map(|role| role.to_string()).unwrap_or_default(),
            state: "removed".to_owned(),
            devices: self.device_shapes(control, (person, &[]), peers),
            spaces: Vec::new(),
        };
        people.map(shape).collect()
    }

    /// The devices of a person, those that are in no more after the others.
    fn device_shapes(
        &self,
        control: &Control,
        (person, devices): (PersonId, &[Certificate]),
        peers: &BTreeMap<DeviceId, Peer>,
    ) -> Vec<DeviceShape> {
        let trust = &control.trust;
        let former = trust.former_devices().into_iter().filter(|known| known.person == person);
        let inside = devices.iter().map(|one| self.device_shape(control, one, peers, "active"));
        let outside = former.map(|one| {
            let state = if trust.is_removed(one.device) { "removed" } else { "suspended" };
            self.device_shape(control, &one, peers, state)
        });
        inside.chain(outside).collect()
    }

    fn device_shape(
        &self,
        control: &Control,
        device: &Certificate,
        peers: &BTreeMap<DeviceId, Peer>,
        state: &str,
    ) -> DeviceShape {
        let met = peers.get(&device.device).and_then(|peer| peer.last_met_ms);
        DeviceShape {
            device_id: device.device.to_string(),
            name: control.device_name(&device.device.to_string()),
            last_met: met.map(|ms| time_text(&self.clock, ms)),
            state: state.to_owned(),
        }
    }

    pub(crate) fn peers(&self) -> Result<BTreeMap<DeviceId, Peer>> {
        let peers = self.core.store.read(|snapshot| snapshot.peers())?;
        Ok(peers.into_iter().map(|peer| (peer.device, peer)).collect())
    }

    /// What this device holds, and whom it has met.
    pub fn status(&self) -> Result<Status> {
        let (card, locker) = (self.card()?, self.locker_shape()?);
        let (peers, notices) = (self.peers()?, self.notices()?);
        let (removed, concerns) = (self.told_out()?, self.concern_counts()?);
        let metrics_waiting = if locker.is_none() { self.metrics_waiting()? } else { 0 };
        let control = &*self.core.control();
        let mut held = BTreeMap::new();
        for (reason, count) in control.held_acts() {
            *held.entry(reason.to_string()).or_insert(0) += count;
        }
        let (mut spaces, mut hand_offs) = (Vec::new(), Vec::new());
        let conflicts = self.core.store.read(|snapshot| {
            for space in control.trust.spaces_of_person(self.person()) {
                if space == SpaceId::CHARTER {
                    continue;
                }
                for (reason, count) in snapshot.held_counts(space)? {
                    *held.entry(reason).or_insert(0) += count;
                }
                let hands_over = control.trust.hand_off(space).is_some();
                let list = if hands_over { &mut hand_offs } else { &mut spaces };
                list.push(SpaceShape {
                    name: control.space_name(space),
                    entries: snapshot.entry_count(Lane::control(space))?
                        + snapshot.entry_count(Lane::data(space))?,
                    documents: snapshot.document_count(space)?,
                    digest: buckets::content(snapshot, space)?.overall().to_string(),
                });
            }
            Ok::<_, crate::error::SchoolError>(snapshot.conflict_count()?)
        })?;
        for list in [&mut spaces, &mut hand_offs] {
            list.sort_by(|a, b| a.name.cmp(&b.name));
        }
        Ok(Status {
            school: card.school,
            school_id: self.core.school_id().to_string(),
            demo: card.demo,
            device_id: self.core.device().to_string(),
            person: card.person,
            role: card.role,
            locker,
            spaces,
            hand_offs,
            concerns,
            peers: peers.values().map(|peer| self.peer_shape(control, peer)).collect(),
            held,
            conflicts,
            metrics_waiting,
            removed,
            notices,
        })
    }

    fn peer_shape(&self, control: &Control, peer: &Peer) -> PeerShape {
        let person = control.trust.certificate(peer.device).map(|known| known.person.to_string());
        PeerShape {
            device_id: peer.device.to_string(),
            person: person.map(|person| control.person_name(&person)).unwrap_or_default(),
            address: peer.address.clone(),
            carrier: peer.carrier.clone().unwrap_or_default(),
            last_met: peer.last_met_ms.map(|ms| time_text(&self.clock, ms)),
        }
    }
}
