//! The handle on one open school.

use std::sync::Arc;

use jiff::civil::Date;
use sheaf_charter::{PersonId, SpaceId};
use sheaf_records::{Kind, spec};

use crate::clock::Clock;
use crate::core::Core;
use crate::desk::SchoolCard;
use crate::error::Result;

/// One open school: cheap to clone, to be shared between threads.
#[derive(Clone)]
pub struct School {
    pub(crate) core: Arc<Core>,
    pub(crate) clock: Clock,
}

impl School {
    pub(crate) fn of(core: Core, clock: Clock) -> Self {
        Self { core: Arc::new(core), clock }
    }

    /// The same school with another clock.
    #[must_use]
    pub fn with_clock(&self, clock: Clock) -> Self {
        Self { core: Arc::clone(&self.core), clock }
    }

    /// The school's id: the hash of its founding entry.
    pub fn id(&self) -> String {
        self.core.school_id().to_string()
    }

    /// The clock.
    pub const fn clock(&self) -> &Clock {
        &self.clock
    }

    /// Grows with everything that any process writes in this home: what was read at one revision is
    /// still true while it stays.
    pub fn revision(&self) -> Result<u64> {
        Ok(self.core.store.revision()?)
    }

    /// The last day of an invented school's data, which is its today; none in a real school.
    pub fn demo_today(&self) -> Option<Date> {
        self.core.demo_today()
    }

    /// The school and who uses this device.
    pub fn card(&self) -> Result<SchoolCard> {
        self.core.refresh()?;
        let control = self.core.control();
        let person = self.core.person();
        Ok(SchoolCard {
            school: control.names.school.clone().unwrap_or_default(),
            demo: self.core.is_demo(),
            today: self.clock.today(),
            person: control.names.people.get(&person).cloned().unwrap_or_default(),
            role: control.trust.role(person).map(|role| role.to_string()).unwrap_or_default(),
        })
    }

    pub(crate) fn person(&self) -> PersonId {
        self.core.person()
    }

    /// The space of that name, or the one that records of a kind go to.
    pub(crate) fn space_for(&self, kind: Kind, name: Option<&str>) -> Result<SpaceId> {
        self.core.refresh()?;
        if let Kind::Concern | Kind::ConcernDecision = kind {
            return self.space_of_concerns(kind, name);
        }
        let control = self.core.control();
        match name {
            Some(name) => control.space_named(self.person(), name),
            None => {
                let name = spec(kind).space.name();
                control.space_named(self.person(), name)
            }
        }
    }
}

impl std::fmt::Debug for School {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "School({})", self.core.school_id())
    }
}
