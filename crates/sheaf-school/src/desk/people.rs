//! Who is in the school and with which devices, as a face shows it.

use std::collections::{BTreeMap, HashMap};
use std::fmt;

use jiff::civil::DateTime;
use sheaf_charter::{Certificate, DeviceId, Member, Role, SpaceId, SpaceKind};
use sheaf_store::Peer;

use super::carry::{self, FolderLine};
use super::model::Choice;
use super::trust::{self, Asker, Rights};
use crate::control::Control;
use crate::error::Result;
use crate::network::{Examination, Network, PeerState};
use crate::school::School;
use crate::shape::MemberShape;

/// Everyone in the school, and whom this person may invite.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PeoplePage {
    /// The members, by name; whoever uses this device first.
    pub people: Vec<PersonLine>,
    /// The roles in which this person may invite, highest first; none if they may not.
    pub roles: Vec<Choice>,
    /// The spaces beside `pastoral` into which this person may invite.
    pub spaces: Vec<String>,
    /// Those who are in no more, by name.
    pub former: Vec<PersonLine>,
    /// Whether this person may make spaces.
    pub may_create_spaces: bool,
    /// Whether this window is on the network, so that somebody can join through it.
    pub is_online: bool,
    /// How this device reaches the others; empty while this window is not on the network.
    pub network: Examination,
    /// The shared folders that this device uses.
    pub folders: Vec<FolderLine>,
    /// Whether this person may let an always-on device in.
    pub may_invite_locker: bool,
    /// The invitation that is open.
    pub invite: Option<InviteLine>,
}

/// One member of the school.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PersonLine {
    /// Their id.
    pub id: String,
    /// Their name.
    pub name: String,
    /// Their role, written out.
    pub role: String,
    /// Whether they use this device.
    pub is_self: bool,
    /// The spaces that they share with this device, by name.
    pub spaces: Vec<String>,
    /// Their devices, those removed after the others.
    pub devices: Vec<DeviceLine>,
    /// What whoever uses this device may do about them.
    pub rights: Rights,
}

/// One device of a member.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeviceLine {
    /// Its id.
    pub id: String,
    /// Whether it is in.
    pub standing: DeviceStanding,
    /// What it is called.
    pub name: String,
    /// Whether it is this one.
    pub is_this: bool,
    /// How things stand with it.
    pub state: PeerState,
    /// When it was last met, in the school's time.
    pub last_met: Option<DateTime>,
}

/// Whether a device is in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum DeviceStanding {
    /// It is.
    #[default]
    In,
    /// It was removed and never comes back.
    Removed,
    /// Its admission has to be signed again.
    Suspended,
}

/// Whom to let in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct InviteForm {
    /// The code of the role.
    pub role: String,
    /// Spaces beside `pastoral`.
    pub spaces: Vec<String>,
    /// For how many minutes the invitation is good.
    pub minutes: u32,
    /// The id and name of the person whose further device is to join; none for a colleague.
    pub device_of: Option<(String, String)>,
}

/// An invitation that waits. Whoever has the code or the ticket can join: neither is in the `Debug`
/// text.
#[derive(Clone, PartialEq, Eq)]
pub struct InviteLine {
    /// The words to read out.
    pub code: String,
    /// The ticket as text.
    pub ticket: String,
    /// Where this device answers, for one that does not find it by the code alone.
    pub address: Option<String>,
    /// How many wrong guesses at the code are left.
    pub attempts_left: u8,
    /// Who is invited: a role, or a person's further device, as it reads after "as".
    pub who: String,
    /// Whether it is for an always-on device, on which there is no window to type the words into.
    pub is_for_locker: bool,
    /// For how many seconds it is still good.
    pub seconds: u32,
}

impl fmt::Debug for InviteLine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("InviteLine")
            .field("who", &self.who)
            .field("seconds", &self.seconds)
            .finish_non_exhaustive()
    }
}

/// What has become of an invitation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum InviteNews {
    /// Somebody has joined.
    Joined {
        /// Their name.
        person: String,
    },
    /// Somebody did not know the code; the invitation still waits.
    Guessed {
        /// How many wrong guesses are left.
        attempts_left: u8,
    },
    /// Nobody can join by it any more.
    Over(String),
}

/// A role as people say it.
pub const fn role_words(role: Role) -> &'static str {
    match role {
        Role::Locker => "Always-on device",
        Role::Observer => "Observer",
        Role::Mentor => "Mentor",
        Role::Lead => "Lead",
        Role::DeputyDsl => "Deputy safeguarding lead",
        Role::Dsl => "Safeguarding lead",
        Role::Head => "Head",
    }
}

/// Everyone in the school; the open invitation is added by whoever holds it.
pub(super) fn people_page(school: &School, network: Option<&Network>) -> Result<PeoplePage> {
    school.core.refresh()?;
    // Of what is not on the network there is nothing to say.
    let examined = network.map_or_else(|| Ok(Examination::default()), Network::examine_here)?;
    let states = network.map(Network::peer_states).unwrap_or_default();
    let peers = school.peers()?;
    let former = trust::former(school)?;
    let control = &*school.core.control();
    let sight = Sight { school, control, peers, states };
    let own = control.chosen_spaces(school.person());
    let asker = Asker::new(control, school.person());
    let members = control.trust.people();
    let mut people: Vec<PersonLine> = members
        .iter()
        .map(|member| PersonLine { rights: asker.rights(member), ..sight.person(member, &own) })
        .collect();
    people.sort_by(|a, b| (!a.is_self, &a.name).cmp(&(!b.is_self, &b.name)));
    let role = control.trust.role(school.person());
    let may = |other: &Role| role.is_some_and(|own| own.may_invite(*other));
    let persons = Role::ALL.into_iter().filter(|role| *role != Role::Locker);
    let roles = persons
        .filter(may)
        .map(|role| Choice { code: role.name().to_owned(), title: role_words(role).to_owned() });
    let managed = own.iter().filter(|space| {
        **space != SpaceId::CHARTER
            && control.trust.space_kind(**space) != Some(SpaceKind::Pastoral)
            && control.trust.manages(school.person(), **space)
    });
    let mut spaces: Vec<String> = managed.map(|space| control.space_name(*space)).collect();
    spaces.sort();
    Ok(PeoplePage {
        people,
        roles: roles.collect(),
        spaces,
        former: former.into_iter().map(|member| sight.former(member)).collect(),
        may_create_spaces: asker.may_create_spaces(),
        is_online: network.is_some(),
        network: examined,
        folders: carry::folders(school, network)?,
        may_invite_locker: may(&Role::Locker),
        invite: None,
    })
}

struct Sight<'a> {
    school: &'a School,
    control: &'a Control,
    peers: BTreeMap<DeviceId, Peer>,
    states: HashMap<DeviceId, PeerState>,
}

impl Sight<'_> {
    fn person(&self, member: &Member, own: &[SpaceId]) -> PersonLine {
        let control = self.control;
        let shared = own.iter().filter(|space| {
            **space != SpaceId::CHARTER && control.trust.is_person_in(member.person, **space)
        });
        let mut spaces: Vec<String> = shared.map(|space| control.space_name(*space)).collect();
        spaces.sort();
        let former = control.trust.former_devices().into_iter();
        let former = former.filter(|known| known.person == member.person);
        let outside = former.map(|known| self.device(&known, self.standing(known.device)));
        let inside = member.devices.iter().map(|known| self.device(known, DeviceStanding::In));
        PersonLine {
            id: member.person.to_string(),
            name: control.person_name(&member.person.to_string()),
            role: role_words(member.role).to_owned(),
            is_self: member.person == self.school.person(),
            spaces,
            devices: inside.chain(outside).collect(),
            rights: Rights::default(),
        }
    }

    /// Somebody who is in no more.
    fn former(&self, member: MemberShape) -> PersonLine {
        let former = self.control.trust.former_devices().into_iter();
        let former = former.filter(|known| known.person.to_string() == member.person_id);
        let devices = former.map(|known| self.device(&known, self.standing(known.device)));
        let role: Option<Role> = member.role.parse().ok();
        PersonLine {
            devices: devices.collect(),
            role: role.map(role_words).unwrap_or_default().to_owned(),
            id: member.person_id,
            name: member.name,
            is_self: false,
            spaces: Vec::new(),
            rights: Rights::default(),
        }
    }

    fn standing(&self, device: DeviceId) -> DeviceStanding {
        let is_removed = self.control.trust.is_removed(device);
        if is_removed { DeviceStanding::Removed } else { DeviceStanding::Suspended }
    }

    fn device(&self, certificate: &Certificate, standing: DeviceStanding) -> DeviceLine {
        let device = certificate.device;
        let met = self.peers.get(&device).and_then(|peer| peer.last_met_ms);
        let is_this = device == self.school.core.device();
        let connected = self.states.get(&device).copied().unwrap_or(PeerState::Away);
        let state = if is_this { PeerState::Level } else { connected };
        DeviceLine {
            id: device.to_string(),
            standing,
            name: self.control.device_name(&device.to_string()),
            is_this,
            state,
            last_met: met.map(|ms| self.school.clock.local_ms(ms)),
        }
    }
}
