//! Whom and which space a name means.

use sheaf_charter::{DeviceId, PersonId, SpaceId, Target};

use crate::control::Control;
use crate::error::{Result, SchoolError};
use crate::school::School;

impl Control {
    /// The person of that id or name.
    pub(crate) fn person_named(&self, text: &str) -> Result<PersonId> {
        let people = || self.trust.people().into_iter().map(|member| member.person);
        if let Ok(id) = text.parse::<PersonId>() {
            return people().find(|person| *person == id).ok_or_else(|| nobody(text));
        }
        let fits = |person: &PersonId| {
            let name = self.names.people.get(person);
            name.is_some_and(|name| same(name, text))
        };
        one_of(text, people().filter(fits).collect(), |person| {
            format!("{} ({person})", self.person_name(&person.to_string()))
        })
    }

    /// The device of that id or name.
    fn device_named(&self, text: &str) -> Result<DeviceId> {
        let people = self.trust.people().into_iter();
        let devices: Vec<_> =
            people.flat_map(|member| member.devices).map(|known| known.device).collect();
        if let Ok(id) = text.parse::<DeviceId>() {
            return devices.into_iter().find(|device| *device == id).ok_or_else(|| nobody(text));
        }
        let fits = |device: &DeviceId| {
            let name = self.names.devices.get(device);
            name.is_some_and(|name| same(name, text))
        };
        one_of(text, devices.into_iter().filter(fits).collect(), |device| {
            format!("{} ({device})", self.device_name(&device.to_string()))
        })
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

fn one_of<T: Copy>(text: &str, found: Vec<T>, line: impl Fn(&T) -> String) -> Result<T> {
    match found.as_slice() {
        [only] => Ok(*only),
        [] => Err(nobody(text)),
        many => {
            let candidates = many.iter().map(line).collect();
            Err(SchoolError::Ambiguous { name: text.to_owned(), candidates })
        }
    }
}

fn nobody(text: &str) -> SchoolError {
    let hint = ": `sheaf members` lists everybody with their devices".to_owned();
    SchoolError::NotFound { what: "person or device", name: text.to_owned(), hint }
}
