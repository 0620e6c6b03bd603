//! A locker: an always-on device that keeps the entries of all spaces and can read none of them.

use sheaf_charter::{Lane, SpaceId};

use crate::error::{Result, SchoolError};
use crate::school::School;
use crate::shape::LockerShape;

const CANNOT_READ: &str = "this is the home of a locker, which keeps the school's records sealed \
                           and can open none of them; `sheaf serve --locker` runs it, `sheaf \
                           status` says what it holds";
const NO_LOCKER: &str = "this home is not a locker's: it can read its records; `sheaf serve` \
                         without --locker runs it, and `sheaf invite --role locker` on a head's \
                         or safeguarding lead's device makes a locker of another machine";

impl School {
    /// Refuses a locker's home, in which there is nothing to read or to write down.
    pub fn check_reads(&self) -> Result<()> {
        if self.core.is_locker() {
            return Err(SchoolError::Refused(CANNOT_READ.to_owned()));
        }
        Ok(())
    }

    /// Refuses a home that is not a locker's.
    pub fn check_is_locker(&self) -> Result<()> {
        if self.core.is_locker() {
            return Ok(());
        }
        Err(SchoolError::Refused(NO_LOCKER.to_owned()))
    }

    /// What a locker holds; none on the device of a person.
    pub(super) fn locker_shape(&self) -> Result<Option<LockerShape>> {
        if !self.core.is_locker() {
            return Ok(None);
        }
        let spaces = self.core.control().trust.spaces();
        let mut shape = LockerShape { spaces: spaces.len(), ..LockerShape::default() };
        self.core.store.read(|snapshot| {
            for space in spaces.into_iter().chain([SpaceId::CHARTER]) {
                shape.acts += snapshot.entry_count(Lane::control(space))?;
                shape.entries += snapshot.entry_count(Lane::data(space))?;
            }
            Ok(Some(shape))
        })
    }
}
