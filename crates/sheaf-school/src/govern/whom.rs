//! Whom and which space a name means.

use std::fmt::Display;
use std::str::FromStr;

use sheaf_charter::{DeviceId, PersonId, SpaceId, Target};

use crate::control::Control;
use crate::error::{Result, SchoolError};
use crate::school::School;

impl Control {
    /// The person of that id or name.
    pub(crate) fn person_named(&self, text: &str) -> Result<PersonId> {
        let people = self.trust.people().into_iter().map(|member| member.person);
        named(text, people.collect(), |person| self.names.people.get(person))
    }

    /// The device of that id or name.
    fn device_named(&self, text: &str) -> Result<DeviceId> {
        let people = self.trust.people().into_iter();
        let devices = people.flat_map(|member| member.devices).map(|known| known.device);
        named(text, devices.collect(), |device| self.names.devices.get(device))
    }

    /// The person or device of that id or name.
    pub(crate) fn target_named(&self, text: &str) -> Result<Target> {
        match self.person_named(text) {
            Ok(person) => Ok(Target::Person(person)),
            Err(SchoolError::NotFound { .. }) => self.device_named(text).map(Target::Device),
            Err(other) => Err(other),
        }
    }

    /// What a person or device is called, with whose it is.
    pub(crate) fn called(&self, target: Target) -> String {
        match target {
            Target::Person(person) => self.person_name(&person.to_string()),
            Target::Device(device) => {
                let owner = self.trust.owner(device).map(|person| person.to_string());
                let owner = owner.map(|person| self.person_name(&person)).unwrap_or_default();
                let name = self.device_name(&device.to_string());
                if name.contains(&owner) { name } else { format!("{name} of {owner}") }
            }
        }
    }
}

impl School {
    /// The space of that name among those that this person is in.
    pub(super) fn own_space(&self, name: &str) -> Result<SpaceId> {
        self.core.control().space_named(self.person(), name)
    }
}

fn same(name: &str, text: &str) -> bool {
    name.to_lowercase() == text.trim().to_lowercase()
}

/// The one of these that has that id, or else that name.
fn named<'a, T: Copy + PartialEq + Display + FromStr>(
    text: &str,
    all: Vec<T>,
    name_of: impl Fn(&T) -> Option<&'a String>,
) -> Result<T> {
    if let Ok(id) = text.parse::<T>() {
        return all.into_iter().find(|one| *one == id).ok_or_else(|| nobody(text));
    }
    let fits = |one: &&T| name_of(one).is_some_and(|name| same(name, text));
    let found: Vec<&T> = all.iter().filter(fits).collect();
    match found.as_slice() {
        [only] => Ok(**only),
        [] => Err(nobody(text)),
        many => {
            let line = |one: &&T| {
                format!("{} ({one})", name_of(one).map(String::as_str).unwrap_or_default())
            };
            let candidates = many.iter().map(line).collect();
            Err(SchoolError::Ambiguous { name: text.to_owned(), candidates })
        }
    }
}

fn nobody(text: &str) -> SchoolError {
    let hint = ": `sheaf members` lists everybody with their devices".to_owned();
    SchoolError::NotFound { what: "person or device", name: text.to_owned(), hint }
}
