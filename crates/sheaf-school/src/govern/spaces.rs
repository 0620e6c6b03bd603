//! Making spaces, getting people in and out of them.

use sheaf_charter::{
    NewSpace, PersonId, SpaceId, SpaceKind, Taking, admit_to_space, create_space, leave_space,
    take_out,
};

use super::governed;
use crate::entropy;
use crate::error::{Result, SchoolError};
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
        self.check_is_outside(id, person)?;
        let entries = self.core.govern(&self.clock, |desk| {
            let (identity, mut rng) = (&desk.core.identity, entropy::rng());
            let (trust, keys) = (desk.trust, desk.keys);
            Ok(admit_to_space(identity, trust, keys, id, person, desk.now_ms, &mut rng)?)
        })?;
        let name = self.core.control().person_name(&person.to_string());
        governed(&entries, format!("{name} is in `{space}` now"))
    }

    /// Refuses to let somebody in who is in as far as this device knows: where they have left and
    /// that has not arrived here yet, it would have no effect.
    fn check_is_outside(&self, space: SpaceId, person: PersonId) -> Result<()> {
        let control = self.core.control();
        let is_in = control.trust.is_person_in(person, space);
        // Whose role does not reach is told that instead.
        if !is_in || !control.trust.manages(self.person(), space) {
            return Ok(());
        }
        let (name, space) = (control.person_name(&person.to_string()), control.space_name(space));
        Err(SchoolError::Refused(format!(
            "{name} is in `{space}` already, as far as this device knows; if they have left it, \
             replicate with their device first"
        )))
    }

    /// Leaves a space, or takes somebody else out of it. Everybody but lockers is in `pastoral`.
    pub fn leave_space(&self, space: &str, whom: Option<&str>, reason: &str) -> Result<Governed> {
        self.core.refresh()?;
        let id = self.own_space(space)?;
        let person = match whom {
            Some(whom) => self.core.control().person_named(whom)?,
            None => self.person(),
        };
        if self.core.control().trust.space_kind(id) == Some(SpaceKind::Pastoral) {
            return Err(SchoolError::NotAllowed(format!(
                "everybody in the school is in `{space}`; whoever is to be out of it is removed \
                 from the school with `sheaf member remove`"
            )));
        }
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
        let told = if person == self.person() {
            "; those who stay hear of it, and get what you wrote there, when one of them is met"
        } else {
            ""
        };
        governed(&entries, format!("{name} is out of `{space}`{told}"))
    }
}
