//! Roles, their ranks and their rights, and the kinds of space.

use std::fmt;
use std::str::FromStr;

use crate::codec::{DecodeError, Reader, Writer};

/// What a person may do. The order of the variants is the rank, lowest first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Role {
    /// No person: an always-on device that stores what it cannot read.
    Locker,
    /// Reads.
    Observer,
    /// Reads and writes.
    Mentor,
    /// Also invites, creates spaces, amends what others wrote.
    Lead,
    /// Deputy designated safeguarding lead.
    DeputyDsl,
    /// Designated safeguarding lead.
    Dsl,
    /// Head teacher.
    Head,
}

/// The text is not a role.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a role; the roles are head, dsl, deputy-dsl, lead, mentor, observer and locker")]
pub struct UnknownRole;

impl Role {
    /// Every role, highest rank first.
    pub const ALL: [Self; 7] = [
        Self::Head,
        Self::Dsl,
        Self::DeputyDsl,
        Self::Lead,
        Self::Mentor,
        Self::Observer,
        Self::Locker,
    ];

    /// May open what is sealed in the spaces it is in.
    pub fn may_read(self) -> bool {
        self >= Self::Observer
    }

    /// May write, amend its own and settle conflicts.
    pub fn may_write(self) -> bool {
        self >= Self::Mentor
    }

    /// May amend what others wrote, approve metrics and review retention.
    pub fn may_amend_others(self) -> bool {
        self >= Self::Lead
    }

    /// May act on a person who has, or is to have, that role: nobody acts on a rank at or above
    /// their own, except that a head may. Inviting, setting roles, adding devices, removing.
    pub fn may_act_on(self, other: Self) -> bool {
        self >= Self::Lead && (self == Self::Head || other < self)
    }

    /// May invite a person in that role, or add a device to one. A locker learns of every space,
    /// so only who may know of all of them lets one in.
    pub fn may_invite(self, role: Self) -> bool {
        let knows_all = self.may_manage(SpaceKind::Safeguarding);
        self.may_act_on(role) && (role != Self::Locker || knows_all)
    }

    /// May give a person of role `from` the role `to`.
    pub fn may_set_role(self, from: Self, to: Self) -> bool {
        self.may_act_on(from) && self.may_act_on(to)
    }

    /// May create spaces.
    pub fn may_create_spaces(self) -> bool {
        self >= Self::Lead
    }

    /// May manage a space of that kind that it is a member of: admit, rotate, remove.
    pub fn may_manage(self, kind: SpaceKind) -> bool {
        match kind {
            SpaceKind::Safeguarding => self >= Self::DeputyDsl,
            SpaceKind::Pastoral | SpaceKind::Other => self >= Self::Lead,
        }
    }

    /// May propose or second an erasure.
    pub fn may_erase(self) -> bool {
        self >= Self::Lead
    }

    /// Its name, as people write it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Head => "head",
            Self::Dsl => "dsl",
            Self::DeputyDsl => "deputy-dsl",
            Self::Lead => "lead",
            Self::Mentor => "mentor",
            Self::Observer => "observer",
            Self::Locker => "locker",
        }
    }

    /// One byte: 0 for locker up to 6 for head.
    pub fn write(self, out: &mut Writer) {
        out.u8(match self {
            Self::Locker => 0,
            Self::Observer => 1,
            Self::Mentor => 2,
            Self::Lead => 3,
            Self::DeputyDsl => 4,
            Self::Dsl => 5,
            Self::Head => 6,
        });
    }

    /// Reads what [`Role::write`] wrote.
    pub fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        match reader.u8("role")? {
            0 => Ok(Self::Locker),
            1 => Ok(Self::Observer),
            2 => Ok(Self::Mentor),
            3 => Ok(Self::Lead),
            4 => Ok(Self::DeputyDsl),
            5 => Ok(Self::Dsl),
            6 => Ok(Self::Head),
            _ => Err(DecodeError::NotCanonical("role")),
        }
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl FromStr for Role {
    type Err = UnknownRole;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL.into_iter().find(|role| role.name() == text).ok_or(UnknownRole)
    }
}

/// What a space is for. Decides who manages it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum SpaceKind {
    /// Everybody but lockers.
    Pastoral,
    /// Managed by head, dsl and deputy-dsl.
    Safeguarding,
    /// Any other, made by a lead or above.
    Other,
}

impl SpaceKind {
    /// One byte.
    pub fn write(self, out: &mut Writer) {
        out.u8(self.tag());
    }

    pub(crate) const fn tag(self) -> u8 {
        match self {
            Self::Pastoral => 0,
            Self::Safeguarding => 1,
            Self::Other => 2,
        }
    }

    /// Reads what [`SpaceKind::write`] wrote.
    pub fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        match reader.u8("kind of space")? {
            0 => Ok(Self::Pastoral),
            1 => Ok(Self::Safeguarding),
            2 => Ok(Self::Other),
            _ => Err(DecodeError::NotCanonical("kind of space")),
        }
    }
}
