//! Making spaces, getting people in and out of them.

use sheaf_charter::{
    NewSpace, PersonId, SpaceKind, Taking, admit_to_space, create_space, leave_space, take_out,
};

use super::governed;
use crate::entropy;
use crate::error::Result;
use crate::school::School;
use crate::shape::Governed;

impl School {
    /// Creates a space with these people in it, besides this person.
    pub fn create_space(&self, name: &str, people: &[String]) -> Result<Governed> {
        self.core.refresh()?;
        let people: Vec<PersonId> = {
            let control = self.core.control();
            people.iter().map(|one| control.person_named(one)).collect::<Result<_>>()?
        };
        let entries = self.core.govern(&self.clock, |desk| {
            let (identity, mut rng) = (&desk.core.identity, entropy::rng());
            let space = NewSpace { name, kind: SpaceKind::Other, people: &people };
            let made = create_space(identity, desk.trust, desk.keys, space, desk.now_ms, &mut rng)?;
            Ok(made.1)
        })?;
        governed(&entries, format!("there is a space `{name}`"))
    }

    /// Lets a person into a space that this person manages; they get its whole past.
    pub fn admit_to_space(&self, space: &str, whom: &str) -> Result<Governed> {
        self.core.refresh()?;
        let id = self.own_space(space)?;
        let person = self.core.control().person_named(whom)?;
        let entries = self.core.govern(&self.clock, |desk| {
            let (identity, mut rng) = (&desk.core.identity, entropy::rng());
            let (trust, keys) = (desk.trust, desk.keys);
            Ok(admit_to_space(identity, trust, keys, id, person, desk.now_ms, &mut rng)?)
        })?;
        let name = self.core.control().person_name(&person.to_string());
        governed(&entries, format!("{name} is in `{space}` now"))
    }

    /// Leaves a space, or takes somebody else out of it.
    pub fn leave_space(&self, space: &str, whom: Option<&str>, reason: &str) -> Result<Governed> {
        self.core.refresh()?;
        let id = self.own_space(space)?;
        let person = match whom {
            Some(whom) => self.core.control().person_named(whom)?,
            None => self.person(),
        };
        let entries = self.core.govern(&self.clock, |desk| {
            let (identity, mut rng) = (&desk.core.identity, entropy::rng());
            let (trust, keys, now_ms) = (desk.trust, desk.keys, desk.now_ms);
            if person == identity.person() {
                return Ok(leave_space(identity, trust, keys, id, now_ms, &mut rng)?);
            }
            let taking = Taking { reason, last: desk.heard.last };
            Ok(take_out(identity, trust, keys, (id, person), taking, now_ms, &mut rng)?)
        })?;
        let name = self.core.control().person_name(&person.to_string());
        governed(&entries, format!("{name} is out of `{space}`"))
    }
}
