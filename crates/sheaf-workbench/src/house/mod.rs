//! The house rather than its pupils: the door, what frames the views, who is in, what is to be
//! settled, settings.

pub mod carry;
pub mod concern;
pub mod conflicts;
pub mod front;
pub mod help;
pub mod people;
pub mod preferences;
pub mod safe;
pub mod sidebar;
pub mod status;
pub mod trust;
