//! What may be done about a person, and who was in once.

use sheaf_charter::{Member, PersonId, Role, SpaceId, SpaceKind};

use super::model::Rights;
use crate::control::Control;
use crate::desk::model::Choice;
use crate::desk::people::role_words;
use crate::error::Result;
use crate::school::School;
use crate::shape::MemberShape;

/// Whoever uses this device, with what their role lets them do.
pub(crate) struct Asker<'a> {
    control: &'a Control,
    person: PersonId,
    role: Option<Role>,
    /// The spaces that they manage.
    managed: Vec<SpaceId>,
}

impl<'a> Asker<'a> {
    pub(crate) fn new(control: &'a Control, person: PersonId) -> Self {
        let trust = &control.trust;
        let spaces = control.chosen_spaces(person).into_iter();
        let managed = spaces
            .filter(|space| *space != SpaceId::CHARTER && trust.manages(person, *space))
            .collect();
        Self { control, person, role: trust.role(person), managed }
    }

    /// Whether they may make spaces.
    pub(crate) fn may_create_spaces(&self) -> bool {
        self.role.is_some_and(Role::may_create_spaces)
    }

    /// What they may do about a member. What is not listed would be refused.
    pub(crate) fn rights(&self, member: &Member) -> Rights {
        let trust = &self.control.trust;
        let is_self = member.person == self.person;
        let outranks = !is_self && self.role.is_some_and(|own| own.may_act_on(member.role));
        let may_give = |role: &Role| {
            let known = self.role.is_some_and(|own| own.may_set_role(member.role, *role));
            known && !is_self && *role != member.role && *role != Role::Locker
        };
        let roles = Role::ALL.into_iter().filter(|_| member.role != Role::Locker);
        let choice = |role: Role| Choice {
            code: role.name().to_owned(),
            title: role_words(role).to_owned(),
        };
        let is_in = |space| trust.is_person_in(member.person, space);
        Rights {
            roles: roles.filter(may_give).map(choice).collect(),
            remove: outranks,
            add_device: self.role.is_some_and(|own| own.may_invite(member.role)),
            remove_devices: self.role.is_some_and(|own| own >= Role::Lead),
            let_into: self.spaces(|space| member.role.may_read() && !is_in(space)),
            take_out_of: self.spaces(|space| {
                // Everybody who reads is in the pastoral space.
                let is_pastoral = trust.space_kind(space) == Some(SpaceKind::Pastoral);
                outranks && !is_pastoral && is_in(space)
            }),
        }
    }

    fn spaces(&self, fits: impl Fn(SpaceId) -> bool) -> Vec<String> {
        let found = self.managed.iter().copied().filter(|space| fits(*space));
        let mut names: Vec<String> = found.map(|space| self.control.space_name(space)).collect();
        names.sort();
        names
    }
}

/// Those who are in no more.
pub(crate) fn former(school: &School) -> Result<Vec<MemberShape>> {
    let members = school.members()?.members.into_iter();
    Ok(members.filter(|member| member.state == "removed").collect())
}
